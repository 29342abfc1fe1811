//! Commands that are timed, and what the system says of processes: processor time and memory, where it has `/proc`.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use super::Result;

/// How long something took.
#[derive(Clone, Copy, Default, Debug)]
pub struct Spent {
    /// Seconds that passed.
    pub wall: f64,
    /// Seconds of processor time, user's and system's; 0 where unknown.
    pub cpu: f64,
}

/// Runs a command to its end, reading what it prints as an editor would.
///
/// # Errors
/// When it cannot be run, fails, or takes longer than `limit`, when it is killed.
pub fn time(command: &mut Command, limit: Duration) -> Result<Spent> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let cpu = children_cpu();
    let start = Instant::now();
    let mut child = command.spawn().map_err(|error| format!("{}: {error}", shown(command)))?;
    let (sender, closed) = channel();
    if let Some(mut stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(1..) = stdout.read(&mut buffer) {}
            let _ = sender.send(());
        });
    }
    let stderr = child.stderr.take().map(|mut stderr| {
        std::thread::spawn(move || {
            let mut said = Vec::new();
            let _ = stderr.read_to_end(&mut said);
            String::from_utf8_lossy(&said).trim_end().lines().last().unwrap_or_default().to_owned()
        })
    });
    if closed.recv_timeout(limit).is_err() {
        child.kill()?;
        child.wait()?;
        return Err(format!("{}: more than {} s", shown(command), limit.as_secs()).into());
    }
    let status = child.wait()?;
    let spent = Spent { wall: start.elapsed().as_secs_f64(), cpu: children_cpu() - cpu };
    match status.success() {
        true => Ok(spent),
        false => {
            let said = stderr.and_then(|thread| thread.join().ok()).unwrap_or_default();
            Err(format!("{}: {status}: {said}", shown(command)).into())
        }
    }
}

/// Waits for the end of a process that is about to end, and kills it after `limit`.
///
/// # Errors
/// When it had to be killed.
pub fn wait(child: &mut Child, limit: Duration) -> Result<()> {
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Err("a process does not end".into());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// What a command printed.
///
/// # Errors
/// When it cannot be run, or fails.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{}: {error}", shown(command)))?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(format!("{}: {}", shown(command), String::from_utf8_lossy(&output.stderr).trim()).into()),
    }
}

/// What a command printed, as text without the line end.
///
/// # Errors
/// As [`output`].
pub fn line(command: &mut Command) -> Result<String> {
    Ok(String::from_utf8_lossy(&output(command)?).trim_end().to_owned())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Processor time in seconds of a process that lives; 0 where unknown.
pub fn cpu(process: u32) -> f64 {
    ticks(&format!("/proc/{process}/stat"), 11)
}

/// Processor time in seconds of the children that have ended; 0 where unknown.
fn children_cpu() -> f64 {
    ticks("/proc/self/stat", 13)
}

/// The sum of the field `first`, counted from 0 behind the name, and of the next one: hundredths of a second (proc(5)).
fn ticks(file: &str, first: usize) -> f64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let behind_the_name = text.rsplit(") ").next().unwrap_or_default();
    let fields = behind_the_name.split(' ').skip(first).take(2);
    fields.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// How much memory a process uses, in bytes.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    /// The most that was resident at any moment, mapped files included.
    pub peak: f64,
    /// What is resident now and is no file.
    pub anonymous: f64,
}

/// The memory of a process; `None` where unknown.
pub fn memory(process: u32) -> Option<Memory> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let bytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim_start_matches(':').split_whitespace().next()?.parse::<f64>().ok()? * 1024.0)
    };
    Some(Memory { peak: bytes("VmHWM")?, anonymous: bytes("RssAnon")? })
}
