//! One look at the working copy: which tracked files differ from git's index, and which files it does not know.
//!
//! Knows the index, the files and the ignore rules, and nothing of any changeset: `model::dirstate` compares with
//! those. It writes nothing, not even what git would refresh in its index.
//!
//! Folders are read by several threads, each taking the next folder that waits. A file is read only when what the
//! operating system says of it does not prove that it is what it was.

mod alike;
mod children;
mod compare;
mod queue;
mod scope;
mod walk;

pub use children::{Child, children};
pub use scope::Scope;

use std::fs;

use super::index::{Index, Tracked};
use super::{Error, Handle, IgnoreRules, Location};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::RepoPath;
use crate::objects::Entry;
use compare::Comparer;
use queue::Queue;
use walk::{Folder, Walker};

/// What stands at a tracked path whose index entry does not say it all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// No file. A folder there is none either.
    Missing,
    /// A file, with the content and mode that a commit would give it.
    Is(Entry),
    /// A submodule at the commit that the entry says, with changes of its own.
    Dirty(Entry),
}

/// A path that is not tracked: a file, a link, or a repository inside the working copy, which is never looked into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    /// Where.
    pub path: RepoPath,
    /// Whether an ignore rule says to leave it alone.
    pub ignored: bool,
}

/// What a look at the working copy found.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// By position in [`Index::tracked`] (in a conflict: of the path's first entry), ascending: where the working copy
    /// is not what the index says. Every path in conflict is here.
    pub differing: Vec<(usize, Found)>,
    /// Ordered by path.
    pub unknown: Vec<Unknown>,
}

/// What to look for beside tracked files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Files that are neither tracked nor ignored.
    pub unknown: bool,
    /// Files that are ignored; those in ignored folders one by one.
    pub ignored: bool,
}

impl Wanted {
    fn any(self) -> bool {
        self.unknown || self.ignored
    }
}

/// So many tracked files make a second thread worth its start.
const MANY: usize = 500;

/// Looks at the part of the working copy that `scope` names. A bare repository has nothing to look at.
///
/// # Errors
/// When the working copy's root is gone. A folder below that cannot be read counts as empty, as for git.
pub fn scan(
    location: &Location,
    handle: &Handle,
    index: &Index,
    scope: &Scope,
    wanted: Wanted,
    cancel: &Cancel,
) -> Result<Scan> {
    let Some(root) = &location.workdir else { return Ok(Scan::default()) };
    fs::symlink_metadata(root).map_err(|source| Error::Io { path: root.clone(), source })?;
    let settings = handle.settings()?;
    let programs = handle.programs;
    let rules =
        IgnoreRules::of_repository(&location.common_dir, settings.excludes_file.as_deref(), settings.ignore_case);
    let start = Folder {
        prefix: Vec::new(),
        tracked: 0..index.tracked.len(),
        alike: Vec::new(),
        listed: true,
        rules,
        ignored: false,
        scope,
    };
    let threads = match scope {
        Scope::Whole if index.tracked.len() >= MANY && !handle.unhurried => {
            std::thread::available_parallelism().map_or(1, usize::from).min(8)
        }
        _ => 1,
    };
    let parts = Queue::run(start, threads, |worker| {
        let comparer = Comparer::new(location, settings, index, programs, cancel);
        let mut walker = Walker { root, index, settings, wanted, comparer, found: Scan::default() };
        while let Some(folder) = worker.next() {
            cancel.check()?;
            walker.visit(folder, worker, cancel)?;
        }
        Ok::<_, crate::Error>(walker.found)
    });
    let mut whole = Scan::default();
    for part in parts {
        let mut part = part?;
        whole.differing.append(&mut part.differing);
        whole.unknown.append(&mut part.unknown);
    }
    whole.differing.sort_unstable_by_key(|(position, _)| *position);
    whole.unknown.sort_unstable();
    Ok(whole)
}
