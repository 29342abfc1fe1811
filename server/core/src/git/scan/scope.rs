//! Which part of the working copy to look at. Knows paths and nothing else.

use std::collections::BTreeMap;

use crate::ids::RepoPath;

/// A folder, as far as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    Whole,
    /// Only what stands under these names.
    Parts(BTreeMap<Vec<u8>, Scope>),
}

impl Scope {
    /// Of the root, exactly `paths`: files, and folders with all that is in them.
    pub fn of<'a>(paths: impl IntoIterator<Item = &'a RepoPath>) -> Self {
        let mut scope = Self::Parts(BTreeMap::new());
        for path in paths {
            scope.add(path);
        }
        scope
    }

    /// The same, with no paths meaning everything.
    pub fn of_or_whole(paths: &[RepoPath]) -> Self {
        if paths.is_empty() { Self::Whole } else { Self::of(paths) }
    }

    fn add(&mut self, path: &[u8]) {
        let Self::Parts(parts) = self else { return };
        match path.iter().position(|byte| *byte == b'/') {
            None => _ = parts.insert(path.to_owned(), Self::Whole),
            Some(slash) => {
                let part = parts.entry(path[..slash].to_owned()).or_insert_with(|| Self::Parts(BTreeMap::new()));
                part.add(&path[slash + 1..]);
            }
        }
    }

    /// What is asked for below `name`; `None` when nothing is.
    pub fn below(&self, name: &[u8]) -> Option<&Self> {
        match self {
            Self::Whole => Some(self),
            Self::Parts(parts) => parts.get(name),
        }
    }

    /// Whether the file at `path`, relative to this folder, is asked for.
    pub fn contains(&self, path: &[u8]) -> bool {
        let Self::Parts(parts) = self else { return true };
        match path.iter().position(|byte| *byte == b'/') {
            None => parts.get(path) == Some(&Self::Whole),
            Some(slash) => parts.get(&path[..slash]).is_some_and(|part| part.contains(&path[slash + 1..])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_holds_its_paths_and_what_is_below() {
        let paths = ["a/b", "c", "a/b/c", "d/e/f", "d/e"].map(|path| RepoPath::new(path).expect("a path"));
        let scope = Scope::of(&paths);
        for inside in ["a/b", "a/b/x", "c", "c/d/e", "d/e", "d/e/g"] {
            assert!(scope.contains(inside.as_bytes()), "{inside}");
        }
        for outside in ["a", "a/c", "b", "d", "d/f"] {
            assert!(!scope.contains(outside.as_bytes()), "{outside}");
        }
        assert!(Scope::Whole.contains(b"anything") && scope.below(b"x").is_none());
    }
}
