//! Programs that git would run: run to their end or until nobody waits any more, with what they print kept.
//! Knows nothing of hooks, filters or signatures.

use std::io::{self, PipeReader, Read as _, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::cancel::Cancel;

/// Of what a program prints, at most so many bytes are kept: the last ones.
const MOST_OUTPUT: usize = 256 << 10;
/// So long a program may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(1);
/// So long after a program's end is waited for what it printed: one that it left running may hold the pipe for ever.
const DRAIN: Duration = Duration::from_millis(500);

/// How often somebody looks whether the work was cancelled, at least.
const LONGEST_PAUSE: Duration = Duration::from_millis(15);

/// A program that ended.
pub struct Finished {
    /// How.
    pub status: ExitStatus,
    /// What it printed to its standard output; with [`Output::Together`] to both.
    pub stdout: Vec<u8>,
    /// What it printed to its standard error.
    pub stderr: Vec<u8>,
}

/// What becomes of the two outputs of a program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// One text, in the order in which it was printed.
    Together,
    /// Each on its own.
    Apart,
    /// All of the standard output, however long it takes and however much it is; nothing of the other.
    Whole,
}

/// Runs a program. `None`: it was cancelled, and ended with all that it had started.
pub fn run(mut command: Command, stdin: Vec<u8>, output: Output, cancel: &Cancel) -> io::Result<Option<Finished>> {
    let (stdout, writer) = io::pipe()?;
    let stderr = match output {
        Output::Together => {
            command.stderr(writer.try_clone()?);
            None
        }
        Output::Apart => {
            let (stderr, writer) = io::pipe()?;
            command.stderr(writer);
            Some(stderr)
        }
        Output::Whole => {
            command.stderr(Stdio::null());
            None
        }
    };
    command.stdout(writer).stdin(if stdin.is_empty() { Stdio::null() } else { Stdio::piped() });
    own_group(&mut command);
    let mut child = match command.spawn() {
        // A script whose first line does not say what reads it is read by the shell, as by git.
        Err(error) if is_no_program(&error) => return run(by_shell(&command), stdin, output, cancel),
        spawned => spawned?,
    };
    // The command holds the writing ends; while they are open, reading does not end.
    drop(command);
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read all of its input is no failure.
        thread::spawn(move || drop(input.write_all(&stdin)));
    }
    let is_whole = output == Output::Whole;
    let most = if is_whole { usize::MAX } else { MOST_OUTPUT };
    let (stdout, stderr) = (collect(stdout, most), stderr.map(|stderr| collect(stderr, most)));
    let Some(status) = wait(&mut child, cancel)? else { return Ok(None) };
    while is_whole && !stdout.is_closed(LONGEST_PAUSE) {
        if cancel.is_tripped() {
            end(&mut child, true);
            return Ok(None);
        }
    }
    let end = Instant::now() + DRAIN;
    Ok(Some(Finished {
        status,
        stdout: drain(&stdout, end),
        stderr: stderr.map(|all| drain(&all, end)).unwrap_or_default(),
    }))
}

fn is_no_program(error: &io::Error) -> bool {
    const ENOEXEC: i32 = 8;
    cfg!(unix) && error.raw_os_error() == Some(ENOEXEC)
}

/// The same command, its program given to the shell.
fn by_shell(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        shell.current_dir(folder);
    }
    shell
}

fn wait(child: &mut Child, cancel: &Cancel) -> io::Result<Option<ExitStatus>> {
    let mut pause = Duration::from_millis(1);
    let mut asked: Option<Instant> = None;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(asked.is_none().then_some(status));
        }
        if wants_terminal(child) {
            end(child, true);
            child.wait()?;
            return Err(io::Error::other("it asks for something at the terminal, and has none here"));
        }
        match asked {
            None if cancel.is_tripped() => {
                end(child, false);
                asked = Some(Instant::now());
            }
            Some(since) if since.elapsed() > GRACE => {
                end(child, true);
                child.wait()?;
                return Ok(None);
            }
            _ => {}
        }
        thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// What was printed so far, the last `most` bytes of it.
struct Printed {
    state: Mutex<(Vec<u8>, bool)>,
    closed: Condvar,
    most: usize,
}

impl Printed {
    fn new(most: usize) -> Self {
        Self { state: Mutex::default(), closed: Condvar::new(), most }
    }

    /// The bytes, and whether there will be no more.
    fn lock(&self) -> MutexGuard<'_, (Vec<u8>, bool)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a block, and forgets what nobody will be shown.
    fn add(&self, block: &[u8]) {
        let (bytes, _) = &mut *self.lock();
        bytes.extend_from_slice(block);
        if bytes.len() > self.most.saturating_mul(2) {
            bytes.drain(..bytes.len() - self.most);
        }
    }

    /// Whether there will be no more, by then.
    fn is_closed(&self, patience: Duration) -> bool {
        let waited = self.closed.wait_timeout_while(self.lock(), patience, |(_, closed)| !*closed);
        waited.unwrap_or_else(PoisonError::into_inner).0.1
    }
}

/// Reads on a thread of its own until the pipe is closed.
fn collect(mut pipe: PipeReader, most: usize) -> Arc<Printed> {
    let printed = Arc::new(Printed::new(most));
    let here = Arc::clone(&printed);
    thread::spawn(move || {
        let mut block = [0; 8192];
        while let Ok(read @ 1..) = pipe.read(&mut block) {
            here.add(&block[..read]);
        }
        here.lock().1 = true;
        here.closed.notify_all();
    });
    printed
}

fn drain(printed: &Printed, end: Instant) -> Vec<u8> {
    printed.is_closed(end.saturating_duration_since(Instant::now()));
    let mut bytes = std::mem::take(&mut printed.lock().0);
    bytes.drain(..bytes.len().saturating_sub(printed.most));
    bytes
}

/// Makes the program the first of a group, so that what it starts can be ended with it.
#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

#[cfg(unix)]
fn end(child: &mut Child, by_force: bool) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let signal = if by_force { Signal::KILL } else { Signal::TERM };
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        _ = kill_process_group(group, signal);
    }
}

#[cfg(not(unix))]
fn end(child: &mut Child, _by_force: bool) {
    _ = child.kill();
}

/// Whether the system has stopped the program because it would read from the terminal at which hgls was started, or change
/// it: that belongs to others, and nobody would have the program go on.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn wants_terminal(child: &Child) -> bool {
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, waitid};
    let Some(process) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return false };
    // The end of the program is left for its `Child` to find.
    let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let stopped = waitid(WaitId::Pid(process), options).ok().flatten();
    let signal = stopped.and_then(|status| status.stopping_signal());
    signal.is_some_and(|signal| [Signal::TTIN, Signal::TTOU].iter().any(|asks| asks.as_raw() == signal))
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn wants_terminal(_child: &Child) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn of_a_program_that_prints_without_end_the_end_is_kept_and_nothing_else_held() {
        let printed = Printed::new(MOST_OUTPUT);
        for _ in 0..1000 {
            printed.add(&[b'.'; 8192]);
            assert!(printed.lock().0.len() <= 2 * MOST_OUTPUT);
        }
        printed.add(b"end");
        let shown = drain(&printed, Instant::now());
        assert!(shown.len() == MOST_OUTPUT && shown.ends_with(b".end"));
    }

    #[test]
    fn outputs_are_kept_together_or_apart() {
        let script = "echo one; echo two >&2; cat; exit 3";
        let finished = run(shell(script), b"in\n".to_vec(), Output::Together, &Cancel::new());
        let finished = finished.expect("it runs").expect("it ends");
        assert_eq!((finished.status.code(), finished.stdout.as_slice()), (Some(3), &b"one\ntwo\nin\n"[..]));
        let finished =
            run(shell(script), Vec::new(), Output::Apart, &Cancel::new()).expect("it runs").expect("it ends");
        assert_eq!((finished.stdout, finished.stderr), (b"one\n".to_vec(), b"two\n".to_vec()));
    }

    #[test]
    fn a_cancelled_program_ends_with_all_that_it_started() {
        let folder = tempfile::tempdir().expect("a folder");
        let cancel = Cancel::new();
        let mut command = shell("(sleep 0.6; touch late) & touch begun; sleep 60");
        command.current_dir(folder.path());
        let tripping = cancel.clone();
        let begun = folder.path().join("begun");
        let tripper = thread::spawn(move || {
            while !begun.exists() {
                thread::sleep(Duration::from_millis(5));
            }
            tripping.trip();
        });
        assert!(run(command, Vec::new(), Output::Together, &cancel).expect("it runs").is_none());
        tripper.join().expect("a thread");
        thread::sleep(Duration::from_millis(900));
        assert!(!folder.path().join("late").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_waits_for_the_terminal_waits_in_vain() {
        for signal in ["TTIN", "TTOU"] {
            let finished =
                run(shell(&format!("kill -s {signal} $$; sleep 60")), Vec::new(), Output::Apart, &Cancel::new());
            let error = finished.err().expect("it cannot go on");
            assert_eq!(error.to_string(), "it asks for something at the terminal, and has none here");
        }
    }

    #[test]
    fn what_a_program_leaves_running_is_not_waited_for() {
        let finished = run(shell("echo out; sleep 60 & echo $!"), Vec::new(), Output::Together, &Cancel::new());
        let stdout = finished.expect("it runs").expect("it ends").stdout;
        let text = String::from_utf8(stdout).expect("text");
        assert!(text.starts_with("out\n"), "{text}");
        drop(shell(&format!("kill {}", text.lines().last().unwrap_or_default())).status());
    }
}
