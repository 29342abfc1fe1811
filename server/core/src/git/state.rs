//! What was begun in a working copy and not finished, from the files that git keeps meanwhile.

use std::fs;

use super::{Handle, Location};

/// What was begun and not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A merge.
    Merge,
    /// A rebase, or a series of patches being applied.
    Rebase,
    /// A cherry-pick: Mercurial's graft.
    CherryPick,
    /// A revert: Mercurial's backout.
    Revert,
    /// A bisection.
    Bisect,
}

impl Handle {
    /// The operation in progress.
    pub fn operation(&self, location: &Location) -> Option<Operation> {
        use git2::RepositoryState as State;
        match self.repository.state() {
            State::Merge => Some(Operation::Merge),
            State::Revert | State::RevertSequence => Some(Operation::Revert),
            State::CherryPick | State::CherryPickSequence => Some(Operation::CherryPick),
            State::Rebase
            | State::RebaseInteractive
            | State::RebaseMerge
            | State::ApplyMailbox
            | State::ApplyMailboxOrRebase => Some(Operation::Rebase),
            State::Bisect => Some(Operation::Bisect),
            State::Clean => {
                // Between two changesets of a sequence there is nothing but the list of those to come.
                let to_come = fs::read(location.git_dir.join("sequencer/todo")).ok()?;
                Some(if to_come.starts_with(b"revert") { Operation::Revert } else { Operation::CherryPick })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    #[test]
    fn what_was_begun_is_known_until_it_is_finished() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && echo 1 > f && git add f && git commit -qm 1
             git checkout -qb other && echo 2 > f && git commit -qam 2 && echo 3 > f && git commit -qam 3
             git checkout -q main && echo 4 > f && git commit -qam 4");
        for (begin, end, expected) in [
            ("true", "true", None),
            ("git merge -q other", "git merge --abort", Some(Operation::Merge)),
            ("git rebase -q other", "git rebase --abort", Some(Operation::Rebase)),
            ("git rebase -q --apply other", "git rebase --abort", Some(Operation::Rebase)),
            ("git cherry-pick other", "git cherry-pick --abort", Some(Operation::CherryPick)),
            (
                "git cherry-pick other~1 other; git commit -qm x --allow-empty -a",
                "git cherry-pick --abort",
                Some(Operation::CherryPick),
            ),
            ("git revert --no-edit other", "git revert --abort", Some(Operation::Revert)),
            ("git bisect start", "git bisect reset", Some(Operation::Bisect)),
        ] {
            scratch.sh(&format!("({begin}) >/dev/null 2>&1 || true"));
            let location = Location::discover(scratch.path()).expect("a repository");
            let handle = Handle::open(&location).expect("open");
            assert_eq!(handle.operation(&location), expected, "{begin}");
            scratch.sh(&format!("{end} >/dev/null 2>&1; git reset -q --hard"));
            assert_eq!(handle.operation(&location), None, "{end}");
        }
    }
}
