//! The references that were read last, for the next one who asks while nothing about them has changed: with a thousand of
//! them, reading costs more than most answers do. Knows nothing of what references mean.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::{Error, Handle, Location, Refs};
use crate::ids::Node;
use crate::stat::{Stamp, Stat};

/// Keeps the references of one worktree between their readers. Shared between threads.
#[derive(Default)]
pub struct KeptRefs(Mutex<Option<(State, Arc<Refs>)>>);

/// Tells one state of the files that references are read from from another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    /// The small files that are no references by themselves, with what is in them.
    contents: Vec<(PathBuf, Vec<u8>)>,
    /// The others, with what the system says of them.
    stats: Vec<(PathBuf, Stat)>,
    /// Whether objects stand in for others.
    replaces: bool,
}

/// What of `refs/` is read.
const FOLDERS: [&str; 4] = ["refs/heads", "refs/remotes", "refs/tags", "refs/replace"];

impl KeptRefs {
    /// The references as they are now; [`Refs::read`] says what `is_known` is.
    ///
    /// # Errors
    /// Those of [`Refs::read`]; a failure is not kept.
    pub fn get(
        &self,
        handle: &Handle,
        location: &Location,
        is_known: impl Fn(&Node) -> bool,
    ) -> Result<Arc<Refs>, Error> {
        let state = State::of(handle, location);
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let (Some(state), Some((known, refs))) = (&state, kept)
            && *state == known
        {
            return Ok(refs);
        }
        let (refs, is_whole) = Refs::read_noting(handle, location, is_known)?;
        let refs = Arc::new(refs);
        // Changed in between, or so lately that the next change would not show, they would be taken for what they were.
        // Where an object was missing, it may come without any reference changing.
        let state =
            state.filter(|state| is_whole && state.is_settled() && State::of(handle, location).as_ref() == Some(state));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state.map(|state| (state, Arc::clone(&refs)));
        Ok(refs)
    }
}

impl State {
    /// `None` where it cannot be told: then nothing is kept.
    fn of(handle: &Handle, location: &Location) -> Option<Self> {
        let Location { git_dir, common_dir, .. } = location;
        let mut state = Self { contents: Vec::new(), stats: Vec::new(), replaces: super::refs::replaces(handle) };
        for path in
            [git_dir.join("HEAD"), git_dir.join("MERGE_HEAD"), common_dir.join("HEAD"), common_dir.join("shallow")]
        {
            state.read(path)?;
        }
        for worktree in listing(&common_dir.join("worktrees"))? {
            state.read(worktree.path().join("HEAD"))?;
        }
        state.look_at(common_dir.join("packed-refs"))?;
        FOLDERS.iter().try_for_each(|folder| state.look_into(&common_dir.join(folder)))?;
        Some(state)
    }

    fn read(&mut self, path: PathBuf) -> Option<()> {
        match super::small::read(&path) {
            Ok(content) => self.contents.push((path, content)),
            Err(error) if is_absent(&error) => {}
            Err(_) => return None,
        }
        Some(())
    }

    fn look_at(&mut self, path: PathBuf) -> Option<()> {
        match fs::symlink_metadata(&path) {
            // Where it leads to may change without it.
            Ok(metadata) if metadata.is_symlink() => return None,
            Ok(metadata) => self.stats.push((path, Stat::of(&metadata))),
            Err(error) if is_absent(&error) => {}
            Err(_) => return None,
        }
        Some(())
    }

    fn look_into(&mut self, folder: &Path) -> Option<()> {
        for entry in listing(folder)? {
            let kind = entry.file_type().ok()?;
            if kind.is_dir() {
                self.look_into(&entry.path())?;
            } else {
                self.look_at(entry.path())?;
            }
        }
        Some(())
    }

    /// Whether any later state would differ.
    fn is_settled(&self) -> bool {
        let now = Stamp::from(SystemTime::now());
        self.stats.iter().all(|(_, stat)| stat.is_settled(now))
    }
}

/// What is in a folder, by name; nothing where there is none, `None` where it cannot be read.
fn listing(folder: &Path) -> Option<Vec<fs::DirEntry>> {
    let mut entries: Vec<_> = match fs::read_dir(folder) {
        Ok(entries) => entries.collect::<Result<_, _>>().ok()?,
        Err(error) if is_absent(&error) => return Some(Vec::new()),
        Err(_) => return None,
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    Some(entries)
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::git::testing::Scratch;

    struct Place {
        scratch: Scratch,
        location: Location,
        kept: KeptRefs,
    }

    impl Place {
        fn new() -> Self {
            let scratch = Scratch::new();
            scratch.sh("git init -q -b main . && git commit -q --allow-empty -m one && git branch side && \
                 git tag -a -m x heavy && git commit -q --allow-empty -m two && git worktree add -q --detach ../other");
            let location = Location::discover(scratch.path()).unwrap();
            Self { scratch, location, kept: KeptRefs::default() }
        }

        /// What is kept, which is always what is there.
        fn get(&self) -> Arc<Refs> {
            let handle = Handle::open(&self.location).unwrap();
            let kept = self.kept.get(&handle, &self.location, |_| false).unwrap();
            assert_eq!(*kept, Refs::read(&handle, &self.location, |_| false).unwrap());
            kept
        }

        /// Waits until what is there now can be kept.
        fn settle(&self) {
            while State::of(&Handle::open(&self.location).unwrap(), &self.location).is_some_and(|it| !it.is_settled()) {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        }
    }

    #[test]
    fn references_are_read_once_and_each_change_is_seen() {
        let place = Place::new();
        place.settle();
        let first = place.get();
        assert!(Arc::ptr_eq(&first, &place.get()));
        place.scratch.sh("git pack-refs --all");
        place.settle();
        assert_eq!(first, place.get());
        assert!(Arc::ptr_eq(&place.get(), &place.get()), "packed");
        let mut last = place.get();
        for change in [
            "git commit -q --allow-empty -m three",
            "git checkout -q side",
            "git checkout -q --detach",
            "git branch deep/er/name && git branch -D side",
            "git tag light",
            "git tag -d heavy",
            "git update-ref refs/remotes/origin/main HEAD",
            "cd ../other && git commit -q --allow-empty -m elsewhere",
            "git rev-parse main >.git/MERGE_HEAD",
            "git rev-parse main >.git/shallow",
            "rm .git/MERGE_HEAD .git/shallow",
            "git replace main main^",
            "git config core.useReplaceRefs false",
            "git pack-refs --all && git update-ref -d refs/heads/main",
        ] {
            place.scratch.sh(change);
            let now = place.get();
            assert_ne!(now, last, "{change}");
            last = now;
        }
    }

    #[test]
    fn changes_that_follow_each_other_closely_are_all_seen() {
        let place = Place::new();
        for _ in 0..20 {
            place.scratch.sh("git update-ref refs/heads/side main && git pack-refs --all");
            place.get();
            place.scratch.sh("git update-ref refs/heads/side main^ && git pack-refs --all");
            place.get();
        }
    }

    #[test]
    fn an_object_that_comes_later_brings_its_reference() {
        let place = Place::new();
        let object = place.scratch.sh("git rev-parse side").trim().to_owned();
        let file = format!(".git/objects/{}/{}", &object[..2], &object[2..]);
        place.scratch.sh(&format!("git update-ref refs/heads/main side; mv {file} ../away"));
        place.settle();
        let without = place.get();
        place.scratch.sh(&format!("mv ../away {file}"));
        assert_ne!(place.get(), without);
    }
}
