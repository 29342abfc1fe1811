//! What is tracked under names that differ in case alone. As for git, only ASCII letters have two cases: whether the
//! file system knows of others shows when it is asked for a tracked path. Knows the index and no file.

use std::collections::HashMap;
use std::ops::Range;

use super::children::{Child, children};
use crate::git::index::Tracked;
use crate::ids::Mode;

/// The tracked content of a folder, and of those whose paths are like its own, by names in lower case.
pub struct Alike<'a> {
    tracked: &'a [Tracked],
    by_name: HashMap<Vec<u8>, Vec<Child<'a>>>,
}

/// What is tracked under names like one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// Whether anything is that is no folder.
    pub is_tracked: bool,
    /// Whether a submodule is.
    pub is_submodule: bool,
    /// What is tracked in folders of other spellings.
    pub below: Vec<Range<usize>>,
}

impl<'a> Alike<'a> {
    /// Of the folder whose children these are and of those `alike`, whose prefixes all have length `depth`.
    pub fn new(tracked: &'a [Tracked], own: &[Child<'a>], alike: &[Range<usize>], depth: usize) -> Self {
        let others = alike.iter().flat_map(|range| children(tracked, range.clone(), depth));
        let mut by_name: HashMap<Vec<u8>, Vec<Child<'a>>> = HashMap::new();
        for child in own.iter().cloned().chain(others) {
            by_name.entry(child.name.to_ascii_lowercase()).or_default().push(child);
        }
        Self { tracked, by_name }
    }

    /// What is tracked under names like `name`. The folder's own content under exactly this name is left out of what is
    /// below.
    pub fn of(&self, name: &[u8], own: Option<&Child<'_>>) -> Others {
        let mut others = Others::default();
        for child in self.by_name.get(&name.to_ascii_lowercase()).into_iter().flatten() {
            others.is_tracked |= !child.here.is_empty();
            let entry = child.here.clone().next().and_then(|at| self.tracked.get(at));
            others.is_submodule |= entry.is_some_and(|tracked| tracked.entry.mode == Mode::Submodule);
            if !child.below.is_empty() && own.is_none_or(|own| own.below != child.below) {
                others.below.push(child.below.clone());
            }
        }
        others
    }
}
