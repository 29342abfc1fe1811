//! The repository, the user who saves files in it, and what everybody wrote and committed. Knows neither messages nor
//! what git's commands do.
//!
//! Files have two lines of their own, apart from each other, and the user changes one or both at a time: so there are changes
//! to choose among, and merges with and without conflicts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Instant;

use hgls_tests::random::Random;
use hgls_tests::sandbox::Sandbox;

/// The files there may be. None is a folder of another.
pub const FILES: &[&str] = &[
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "one/first",
    "one/second",
    "two/deep/first",
    "two/deep/second",
    "x y",
];

/// The branches there may be.
pub const BRANCHES: &[&str] = &["main", "topic", "feature", "side"];

/// One repository, and what is known of it.
pub struct World {
    pub sandbox: Sandbox,
    seed: u64,
    last: AtomicU64,
    /// Contents that were put into the working copy and must be somewhere.
    pub contents: Mutex<BTreeSet<String>>,
    /// Changesets, or beginnings of their nodes, that somebody was told were made.
    pub commits: Mutex<Vec<String>>,
    /// What was done since all rested, for whoever has to find out why a check fails.
    pub story: Mutex<Vec<String>>,
    start: Instant,
    /// What was done, and how it ended, counted.
    pub counts: Mutex<BTreeMap<String, usize>>,
    /// Set when somebody was killed: what it left is for the user to clear up before anybody goes on.
    pub halt: AtomicBool,
    /// Set when a command of git's was killed, or ended as if it had been.
    pub git_died: AtomicBool,
    /// git looks at files before it replaces them and not in the same step, so that what is saved between the two is
    /// lost: users know not to save while `git checkout` and the like run. With hgls they need not know.
    pub checkout: RwLock<()>,
    /// Whether there are hooks.
    hooks: bool,
}

impl World {
    /// A repository with some files on a first branch.
    pub fn new(seed: u64) -> Self {
        let world = Self {
            sandbox: Sandbox::new(),
            seed,
            last: AtomicU64::new(0),
            contents: Mutex::default(),
            commits: Mutex::default(),
            story: Mutex::default(),
            start: Instant::now(),
            counts: Mutex::default(),
            halt: AtomicBool::new(false),
            git_died: AtomicBool::new(false),
            checkout: RwLock::new(()),
            hooks: seed.is_multiple_of(2),
        };
        world.sandbox.git(["init", "-q"]);
        // What nobody has a reference to is looked for in the logs, and their dates are those of the sandbox.
        for name in ["gc.reflogExpire", "gc.reflogExpireUnreachable"] {
            world.sandbox.git(["config", name, "never"]);
        }
        if world.hooks {
            world.make_hooks();
        }
        fs::create_dir(world.taken()).unwrap();
        FILES[2..].iter().for_each(|file| world.save(file));
        world.sandbox.git(["add", "-A"]);
        world.sandbox.git(["commit", "-q", "-m", "first"]);
        BRANCHES[1..].iter().for_each(|branch| _ = world.sandbox.git(["branch", branch]));
        world.commits.lock().unwrap().push(world.sandbox.git_line(["rev-parse", "HEAD"]));
        world
    }

    /// Hooks: one that adds to what is committed, one that refuses some messages and adds to others.
    fn make_hooks(&self) {
        for (name, script) in [
            ("pre-commit", "if test -f gamma; then git add gamma; fi"),
            (
                "commit-msg",
                "case \"$(head -n 1 \"$1\")\" in *7) echo refused; exit 1 ;; *3) echo \"Looked-at: yes\" >> \"$1\" ;; esac",
            ),
            ("post-commit", "echo committed"),
        ] {
            let file = self.place(".git/hooks").join(name);
            fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    /// Whether a hook refuses commits of this message.
    pub fn hook_refuses(&self, message: &str) -> bool {
        self.hooks && message.ends_with('7')
    }

    /// A number that was not given before.
    pub fn number(&self) -> u64 {
        self.last.fetch_add(1, Ordering::SeqCst)
    }

    /// Counts that something happened.
    pub fn count(&self, what: impl Into<String>) {
        *self.counts.lock().unwrap().entry(what.into()).or_default() += 1;
    }

    /// Notes what somebody begins or has ended.
    pub fn tell(&self, what: impl Display) {
        self.story.lock().unwrap().push(format!("{:>10} us: {what}", self.start.elapsed().as_micros()));
    }

    /// Where the user keeps what he replaced or removed himself: that is no loss.
    pub fn taken(&self) -> PathBuf {
        self.sandbox.top().join("taken")
    }

    /// Saves and removes files, as an editor does it, while others are at work.
    pub fn save_files(&self, random: &mut Random, operations: usize) {
        for _ in 0..operations {
            if self.halt.load(Ordering::SeqCst) {
                return;
            }
            let file = *random.pick(FILES);
            let _no_checkout = self.checkout.read().unwrap();
            if random.once_in(5) {
                _ = fs::rename(self.place(file), self.next_taken());
                self.tell(format_args!("user: removed {file}"));
                self.count("user: removes");
            } else {
                self.save(file);
                self.count("user: saves");
            }
            drop(_no_checkout);
            std::thread::sleep(std::time::Duration::from_millis(random.below(30) as u64));
        }
    }

    /// Edits some files without replacing them, all else being at rest: same file, same size, and often the same moment.
    pub fn edit_in_place(&self, random: &mut Random) {
        for _ in 0..3 {
            let place = self.place(random.pick::<&str>(FILES));
            if place.is_file() {
                fs::copy(&place, self.next_taken()).unwrap();
                let (text, new) = self.edited(&place);
                fs::write(&place, &text).unwrap();
                self.contents.lock().unwrap().extend(new);
                self.count("user: edits");
            }
        }
    }

    /// Takes copies of files: what becomes of them then is known to the user.
    pub fn take_copies(&self, files: &[&str]) {
        for file in files {
            // Whoever moves it at this moment has it.
            _ = fs::copy(self.place(file), self.next_taken());
        }
    }

    /// Puts a new content in a file. Whatever is there in that moment is taken away, not overwritten, whoever wrote it.
    pub fn save(&self, file: &str) {
        let place = self.place(file);
        let (text, contents) = self.edited(&place);
        let new = self.sandbox.top().join(format!("new-{}", self.number()));
        fs::write(&new, &text).unwrap();
        loop {
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            match fs::rename(&place, self.next_taken()) {
                Err(error) if error.kind() != ErrorKind::NotFound => panic!("{file}: {error}"),
                _ => {}
            }
            match fs::hard_link(&new, &place) {
                Ok(()) => break,
                // Another file, or no folder any more.
                Err(error) if matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) => {}
                Err(error) => panic!("{file}: {error}"),
            }
        }
        fs::remove_file(&new).unwrap();
        self.tell(format_args!("user: saved {contents:?} in {file}"));
        self.contents.lock().unwrap().extend(contents);
    }

    /// The file with one or both of its contents changed, and what it has now that was nowhere before.
    fn edited(&self, place: &Path) -> (String, Vec<String>) {
        let old = contents_in(&fs::read(place).unwrap_or_default());
        let new = [self.content(), self.content()];
        let [first, second] = &new;
        let (first, second, new) = match (&*old, self.number() % 3) {
            // Of a file with a conflict everything is written anew.
            ([_, kept], 0) => (first, kept, vec![first.clone()]),
            ([kept, _], 1) => (kept, second, vec![second.clone()]),
            _ => (first, second, new.to_vec()),
        };
        (format!("{first}{BETWEEN}{second}"), new)
    }

    fn place(&self, file: &str) -> PathBuf {
        self.sandbox.repo().join(file)
    }

    fn next_taken(&self) -> PathBuf {
        self.taken().join(self.number().to_string())
    }

    /// A content that no other is; all are of one length, so that a size tells nothing.
    fn content(&self) -> String {
        format!("{MARK}{}-{:08}{END}\n", self.seed, self.number())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let story = self.story.lock().unwrap_or_else(PoisonError::into_inner);
            eprintln!("HGLS_SEED={}, the round that failed:\n{}", self.seed, story.join("\n"));
        }
    }
}

const MARK: &str = "<<content ";
/// Enough for changes above and below to be changes of their own.
const BETWEEN: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";
const END: &str = ">>";

/// The contents that stand anywhere in `bytes`.
pub fn contents_in(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let pieces = text.split(MARK).skip(1);
    pieces.filter_map(|piece| Some(format!("{MARK}{}{END}\n", piece.split_once(END)?.0))).collect()
}

/// The files below `folder`, without those that `skip` names; all of one moment only when nobody is at work.
pub fn files_below(folder: &Path, skip: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
            if entry.file_name() == skip {
                continue;
            }
            if entry.file_type().unwrap().is_dir() { waiting.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.sort();
    files
}
