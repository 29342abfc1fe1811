//! `cargo xtask synthetic COMMITS PATH`: a repository of any size, the same one each time.
//!
//! It goes to `git fast-import` as one stream. Commits are planned in batches, and the versions of a batch are written file by
//! file, so that git finds each one's predecessor at hand and packs it as a difference. What is held in memory is one
//! batch and, of each file, a number for each line.

mod history;
mod text;

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::random::Random;
use history::{Commit, FileId, History, Version};
pub use history::{OFTEN, SELDOM};

/// Raised whenever the same number of commits would give another repository.
pub const VERSION: u32 = 1;

const BATCH: usize = 50_000;
const TAGS: usize = 40;

/// Makes a bare repository of `commits` commits at `path`, where nothing may be.
///
/// # Errors
/// When git cannot be run or fails, or something is at `path`.
pub fn make(commits: usize, path: &Path) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = path.with_file_name(format!("{name}.part"));
    if path.exists() {
        return Err(io::Error::other(format!("{} exists", path.display())));
    }
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished)?;
    }
    succeed(git().args(["init", "--quiet", "--bare", "--initial-branch=main"]).arg(&unfinished))?;
    let mut import = git();
    import.arg("--git-dir").arg(&unfinished).args(["fast-import", "--quiet", "--active-branches=16"]);
    let mut child = import.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    if let Some(stdin) = child.stdin.take() {
        write(commits, &mut BufWriter::with_capacity(1 << 20, stdin))?;
    }
    if !child.wait()?.success() {
        return Err(io::Error::other("git fast-import failed"));
    }
    std::fs::rename(&unfinished, path)
}

/// The text of a file of so many lines.
pub fn lines(count: usize, random: &mut Random) -> Vec<u8> {
    let mut content = Vec::new();
    (0..count).for_each(|_| text::write_line(text::new_line(random), &mut content));
    content
}

fn git() -> Command {
    let mut command = Command::new("git");
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" });
    command
}

fn succeed(command: &mut Command) -> io::Result<()> {
    match command.status()?.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!("{command:?} failed"))),
    }
}

/// Writes the whole stream.
fn write(commits: usize, out: &mut impl Write) -> io::Result<()> {
    let mut history = History::new(commits);
    let mut files: Vec<Vec<u32>> = Vec::new();
    let mut content = Vec::new();
    let mut done = 0;
    loop {
        let mut versions = Vec::new();
        let batch: Vec<Commit> = std::iter::from_fn(|| history.step(&mut versions)).take(BATCH).collect();
        if batch.is_empty() {
            break;
        }
        versions.sort_unstable();
        files.resize(history.files(), Vec::new());
        for Version { file, mark } in versions {
            advance(file, &mut files[file], &mut Random::new(mark));
            content.clear();
            files[file].iter().for_each(|line| text::write_line(*line, &mut content));
            writeln!(out, "blob\nmark :{mark}\ndata {}", content.len())?;
            out.write_all(&content)?;
        }
        for commit in &batch {
            write_commit(commit, out)?;
            done += 1;
            if done % commits.div_ceil(TAGS) == 0 {
                write_tag(done / commits.div_ceil(TAGS), commit, out)?;
            }
        }
        eprintln!("{done} of {commits} commits");
    }
    finish(&history, out)
}

/// Makes the next version of a file, its first when it has no lines.
fn advance(file: FileId, lines: &mut Vec<u32>, random: &mut Random) {
    if lines.is_empty() {
        let length = History::first_length(file, random);
        lines.extend((0..length).map(|_| text::new_line(random)));
        return;
    }
    for _ in 0..1 + random.rank(4) {
        let start = random.below(lines.len() + 1);
        let end = (start + random.below(6)).min(lines.len());
        // About as many lines come as go; what has become long shrinks, what has become short grows.
        let more = if lines.len() > 2500 { 0 } else { random.below(4) } + usize::from(lines.len() < 20);
        // The first is one of its own, so that no version is like the one before.
        let own = random.next() as u32;
        let added: Vec<u32> = std::iter::once(own).chain((0..more).map(|_| text::new_line(random))).collect();
        lines.splice(start..end, added);
    }
}

fn write_commit(commit: &Commit, out: &mut impl Write) -> io::Result<()> {
    match commit.topic {
        None => writeln!(out, "commit refs/heads/main")?,
        Some(slot) => {
            if let Some(from) = commit.from {
                writeln!(out, "reset refs/heads/topic-{slot}\nfrom :{from}\n")?;
            }
            writeln!(out, "commit refs/heads/topic-{slot}")?;
        }
    }
    writeln!(out, "mark :{}\nauthor {}\ncommitter {}", commit.mark, commit.author, commit.committer)?;
    writeln!(out, "data {}\n{}", commit.message.len(), commit.message)?;
    if let Some(merge) = commit.merge {
        writeln!(out, "merge :{merge}")?;
    }
    for (path, blob) in &commit.changes {
        match blob {
            Some(blob) => writeln!(out, "M 100644 :{blob} {path}")?,
            None => writeln!(out, "D {path}")?,
        }
    }
    writeln!(out)
}

fn write_tag(number: usize, commit: &Commit, out: &mut impl Write) -> io::Result<()> {
    let message = format!("Version {number}");
    let (length, mark, who) = (message.len(), commit.mark, &commit.committer);
    writeln!(out, "tag v{number}\nfrom :{mark}\ntagger {who}\ndata {length}\n{message}")
}

/// Gives the branches their names.
fn finish(history: &History, out: &mut impl Write) -> io::Result<()> {
    for (name, mark) in history.unmerged() {
        writeln!(out, "reset refs/heads/{name}\nfrom :{mark}\n")?;
    }
    for slot in 0..history::MOST_TOPICS {
        writeln!(out, "reset refs/heads/topic-{slot}\nfrom {}\n", "0".repeat(40))?;
    }
    out.flush()
}
