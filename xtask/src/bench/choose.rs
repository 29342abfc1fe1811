//! Which files to ask for, in a repository that nobody has described: from what git says of its history.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::Result;
use super::place::Place;
use super::process;
use crate::random::Random;

/// A file of `HEAD`.
pub struct File {
    pub path: String,
    /// How many commits changed it under this name, merges aside.
    pub changes: usize,
    /// The last of these, counted from the newest commit.
    pub newest: usize,
    size: u64,
}

/// The files of `HEAD` that hold text.
pub struct Files(Vec<File>);

/// A file that changes often is not worth annotating when it is shorter, in bytes.
const WORTH: u64 = 20_000;

impl Files {
    /// Reads the history once.
    ///
    /// # Errors
    /// When git fails.
    pub fn read(place: &Place) -> Result<Self> {
        let mut changes = HashMap::<Vec<u8>, (usize, usize)>::new();
        let args = ["log", "--no-merges", "--no-renames", "--name-only", "-z", "--format=%x01", "HEAD"];
        let mut child = place.git(args).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut commits = 0;
        if let Some(stdout) = child.stdout.take() {
            for name in BufReader::new(stdout).split(0) {
                let name = name?;
                let mut name = name.trim_ascii_start();
                if let Some(rest) = name.strip_prefix(b"\x01") {
                    commits += 1;
                    name = rest.trim_ascii_start();
                }
                if !name.is_empty() {
                    changes.entry(name.to_vec()).or_insert((0, commits)).0 += 1;
                }
            }
        }
        if !child.wait()?.success() {
            return Err("git log failed".into());
        }
        let tree = process::output(&mut place.git(["ls-tree", "-r", "-z", "--long", "HEAD"]))?;
        let files = tree.split(|byte| *byte == 0).filter_map(|entry| {
            let (facts, path) = std::str::from_utf8(entry).ok()?.split_once('\t')?;
            let mut facts = facts.split_whitespace();
            let regular = facts.next()?.starts_with("100");
            let size = facts.nth(2)?.parse().ok()?;
            let (changes, newest) = changes.get(path.as_bytes()).copied()?;
            regular.then(|| File { path: path.to_owned(), changes, newest, size })
        });
        Ok(Self(files.filter(|file| file.size > 0).collect()))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The file with the most changes, of those that are worth annotating where there are any.
    pub fn often(&self, place: &Place) -> Option<&File> {
        let rank = |file: &File| (file.size >= WORTH, file.changes);
        self.first(place, |a, b| rank(b).cmp(&rank(a)))
    }

    /// The file that has not changed for longest.
    pub fn seldom(&self, place: &Place) -> Option<&File> {
        self.first(place, |a, b| b.newest.cmp(&a.newest))
    }

    /// `count` files by chance.
    pub fn random(&self, place: &Place, count: usize, seed: u64) -> Vec<&File> {
        let mut files: Vec<&File> = self.0.iter().collect();
        Random::new(seed).shuffle(&mut files);
        files.into_iter().filter(|file| is_text(place, file)).take(count).collect()
    }

    fn first(&self, place: &Place, order: impl Fn(&File, &File) -> std::cmp::Ordering) -> Option<&File> {
        let mut files: Vec<&File> = self.0.iter().collect();
        files.sort_by(|a, b| order(a, b));
        files.into_iter().find(|file| is_text(place, file))
    }
}

/// Whether git would show its lines.
fn is_text(place: &Place, file: &File) -> bool {
    let content = process::output(&mut place.git(["cat-file", "blob", &format!("HEAD:{}", file.path)]));
    content.is_ok_and(|content| !content.iter().take(8000).any(|byte| *byte == 0))
}
