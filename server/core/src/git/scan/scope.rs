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

impl Drop for Scope {
    /// Part by part, for the same reason for which a path is not added by recursion.
    fn drop(&mut self) {
        let parts = |scope: &mut Self| match scope {
            Self::Whole => BTreeMap::new(),
            Self::Parts(parts) => std::mem::take(parts),
        };
        let mut waiting: Vec<Self> = parts(self).into_values().collect();
        while let Some(mut scope) = waiting.pop() {
            waiting.extend(parts(&mut scope).into_values());
        }
    }
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
        // Step by step rather than by recursion: a path may be deeper than a stack allows.
        let mut scope = self;
        let mut names = path.split(|byte| *byte == b'/').peekable();
        while let (Self::Parts(parts), Some(name)) = (scope, names.next()) {
            if names.peek().is_none() {
                parts.insert(name.to_owned(), Self::Whole);
                return;
            }
            scope = parts.entry(name.to_owned()).or_insert_with(|| Self::Parts(BTreeMap::new()));
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
        let mut scope = self;
        for name in path.split(|byte| *byte == b'/') {
            match scope.below(name) {
                Some(below) => scope = below,
                None => return false,
            }
        }
        *scope == Self::Whole
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
        let deep = Scope::of([&RepoPath::new("d/".repeat(100_000) + "e").expect("a path")]);
        assert!(
            deep.contains(("d/".repeat(100_000) + "e/f").as_bytes()) && !deep.contains("d/".repeat(500).as_bytes())
        );
        assert!(Scope::Whole.contains(b"anything") && scope.below(b"x").is_none());
    }
}
