//! Those who work in the repository by `git`'s own commands. Each says what it did and how it ended; an end that shows a
//! broken repository is a failure.

use std::process::{Command, Output, Stdio};
use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::Duration;

use hgls_tests::random::Random;

use crate::world::{BRANCHES, FILES, World};

/// What git says of what must never be.
const BROKEN: [&str; 7] =
    ["corrupt", "bad object", "bad tree", "unable to read", "invalid object", "missing blob", "BUG"];

/// Works, and is killed while it runs the command numbered `kill_at`.
pub fn work(world: &World, random: &mut Random, operations: usize, kill_at: Option<usize>) {
    for operation in 0..operations {
        if world.halt.load(Ordering::SeqCst) && kill_at.is_none() {
            return;
        }
        let is_last = kill_at == Some(operation);
        let commands = commands(world, random);
        let killed = random.below(commands.len());
        for (number, args) in commands.iter().enumerate() {
            // Most take a few milliseconds.
            let longest = *random.pick(&[2000, 6000, 40_000]);
            let kill = (is_last && number == killed).then(|| Duration::from_micros(random.below(longest) as u64));
            run(world, args, kill);
        }
        if is_last {
            world.halt.store(true, Ordering::SeqCst);
            return;
        }
    }
}

/// What a user types next: one command, or some that belong together.
fn commands(world: &World, random: &mut Random) -> Vec<Vec<String>> {
    let (file, branch) = (*random.pick(FILES), *random.pick(BRANCHES));
    let message = format!("git {}", world.number());
    let commit = random.pick(&world.commits.lock().unwrap().clone()).clone();
    let all = ["commit", "-a", "-m", &message];
    let end = *random.pick(&["--abort", "--abort", "--skip", "--continue", "--quit"]);
    let commands: Vec<Vec<&str>> = match random.below(36) {
        0 => vec![vec!["commit", "-m", &message]],
        1..=3 => vec![all.to_vec()],
        4 => vec![vec!["add", "-A"]],
        5 | 6 => vec![vec!["add", file]],
        7 => vec![vec!["rm", "--cached", "-q", file]],
        8 => vec![vec!["branch", branch]],
        9..=11 => vec![vec!["checkout", "-q", branch]],
        12 => vec![vec!["checkout", "-q", "-m", branch]],
        13 | 14 => vec![vec!["merge", "--no-edit", branch]],
        15 | 16 => vec![all.to_vec(), vec!["merge", "--no-edit", "--no-ff", branch]],
        17 | 18 => vec![vec!["add", "-A"], vec!["commit", "-m", &message]],
        19 => vec![vec!["merge", *random.pick(&["--abort", "--quit"])]],
        20 => vec![vec!["stash", "push"]],
        21 => vec![vec!["add", "-A"], vec!["stash", "push"], vec!["stash", "pop"]],
        22 | 23 => vec![vec!["stash", "pop"]],
        24 => vec![all.to_vec(), vec!["rebase", branch]],
        25 => vec![vec!["rebase", end]],
        26 => vec![all.to_vec(), vec!["cherry-pick", &commit]],
        27 => vec![vec!["cherry-pick", end]],
        28 => vec![vec!["gc", "-q"]],
        29 => vec![vec!["repack", "-A", "-d", "-q"]],
        30 => vec![vec!["pack-refs", "--all"]],
        31 => vec![vec!["branch", "-f", branch, &commit]],
        // Whatever is in progress is brought to an end first.
        32 => vec![vec!["add", "-A"], all.to_vec(), vec!["checkout", "-q", branch]],
        33 => vec![vec!["add", "-A"], all.to_vec(), vec!["merge", "--no-edit", branch]],
        34 => vec![vec!["add", "-A"], all.to_vec(), vec!["rebase", branch]],
        _ => vec![vec!["add", "-A"], all.to_vec(), vec!["cherry-pick", &commit]],
    };
    commands.into_iter().map(|args| args.into_iter().map(str::to_owned).collect()).collect()
}

/// Runs one command, and kills it with all that it started when so much time has passed.
fn run(world: &World, args: &[String], kill: Option<Duration>) {
    let name = args[0].as_str();
    let keeps_files = ["add", "branch", "commit", "gc", "pack-refs", "repack", "rm"].contains(&name);
    let _nobody_saves = (!keeps_files).then(|| world.checkout.write().unwrap());
    if !keeps_files && args[1].starts_with("--") {
        // Whoever gives a merge up gives up what is in its files, and knows it.
        world.take_copies(FILES);
    }
    if args.starts_with(&["stash".to_owned(), "push".to_owned()]) {
        // It leaves alone what is not tracked. What another program adds in the middle of it goes all the same, with the
        // reset in the end, and then only an object is left that nothing refers to.
        let others = String::from_utf8(world.sandbox.git(["ls-files", "-z", "--others"])).unwrap();
        world.take_copies(&others.split_terminator('\0').collect::<Vec<_>>());
    }
    world.tell(format_args!("git: {args:?}"));
    let (output, killed) = output(world, args, kill);
    let said = String::from_utf8_lossy(&output.stderr);
    world.tell(format_args!("git: {}{} {}", if killed { "killed, " } else { "" }, output.status, said.trim_end()));
    // It looks at the index before it locks it, and gives up where another program changed it in between.
    let gave_up = said.contains("BUG: merge-ort") && output.status.code().is_none();
    if killed || gave_up {
        world.git_died.store(true, Ordering::SeqCst);
        world.halt.store(true, Ordering::SeqCst);
        world.count(format!("git {name}: {}", if killed { "killed" } else { "gave up" }));
        return;
    }
    assert!(!BROKEN.iter().any(|word| said.contains(word)), "git {args:?}: {said}");
    let end = if output.status.success() { "done" } else { "refused" };
    world.count(format!("git {name}: {end}"));
    if name == "commit" && output.status.success() {
        // `[main 1234567] message`
        let line = String::from_utf8_lossy(&output.stdout).into_owned();
        let head = line.lines().find(|line| line.starts_with('[')).and_then(|line| line.split(']').next());
        let node = head.and_then(|head| head.split(' ').next_back()).unwrap_or_default();
        let is_node = node.len() >= 7 && node.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_node, "git commit printed {line:?}");
        world.commits.lock().unwrap().push(node.to_owned());
    }
}

fn output(world: &World, args: &[String], kill: Option<Duration>) -> (Output, bool) {
    use std::os::unix::process::CommandExt as _;
    let mut command = world.sandbox.command("git");
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().expect("git can be started");
    let mut killed = false;
    if let Some(pause) = kill {
        sleep(pause);
        killed = child.try_wait().unwrap().is_none();
        if killed {
            // Not yet waited for, so that nobody else can have the number.
            let group = format!("kill -9 -{}", child.id());
            assert!(Command::new("sh").args(["-c", &group]).status().unwrap().success());
        }
    }
    (child.wait_with_output().unwrap(), killed)
}

/// Ends what is in progress, as a user who gives it up.
pub fn give_up(world: &World) {
    world.take_copies(FILES);
    for what in ["merge", "rebase", "cherry-pick"] {
        // Where nothing of the kind is in progress, this is refused.
        for how in ["--abort", "--quit"] {
            world.sandbox.command("git").args([what, how]).output().unwrap();
        }
    }
    // What git says to do with what a killed rebase left.
    for folder in ["rebase-merge", "rebase-apply"] {
        _ = std::fs::remove_dir_all(world.sandbox.repo().join(".git").join(folder));
    }
}
