//! References moved: only from the value that was read, under git's own locks, with an entry in their logs. Knows
//! nothing of why.

use bstr::{BString, ByteSlice as _};
use git2::{ErrorCode, Oid, Reference, Signature, Time, Transaction};

use super::lock::retry;
use super::refs::node_of;
use super::{Error, Handle, Head, Location};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::Node;

/// What the log of a reference says of a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry<'a> {
    /// Who moves it.
    pub name: &'a str,
    /// Their mail.
    pub mail: &'a str,
    /// When: Unix seconds, and the zone in seconds *west* of UTC.
    pub date: (i64, i32),
    /// What was done, on one line.
    pub message: &'a str,
}

/// What a reference is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// There is no such reference.
    Absent,
    /// It names a changeset (or another object).
    Node(Node),
    /// It names another reference, by its full name.
    Symbolic(BString),
}

/// What becomes of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// It stays what it is; only nobody else may move it meanwhile.
    Stays,
    /// It goes away. Its log stays.
    Remove,
    /// It becomes this.
    To(Value),
}

/// References that are locked, and found to be what was expected. Dropped, they are given back as they are.
pub struct LockedRefs<'a> {
    transaction: Transaction<'a>,
}

impl Handle {
    /// Locks references by their full names, waiting a short while for others who hold them, and compares each with what
    /// it is expected to be.
    ///
    /// # Errors
    /// [`Error::Locked`] when another program holds one, [`Error::Moved`] when one is something else by now.
    pub fn lock_refs<'a>(
        &'a self,
        location: &Location,
        expected: &[(&str, &Value)],
        cancel: &Cancel,
    ) -> Result<LockedRefs<'a>> {
        retry(cancel, || {
            let mut transaction = self.repository.transaction()?;
            for (name, _) in expected {
                transaction.lock_ref(name).map_err(|error| match error.code() {
                    ErrorCode::Locked => {
                        let folder = if *name == "HEAD" { &location.git_dir } else { &location.common_dir };
                        Error::locked(folder.join(format!("{name}.lock")))
                    }
                    _ => error.into(),
                })?;
            }
            for (name, expected) in expected {
                if self.value(name)? != **expected {
                    return Err(Error::Moved { name: (*name).to_owned() });
                }
            }
            Ok(LockedRefs { transaction })
        })
    }

    /// Locks `HEAD` and, where it is on a branch, the branch, and compares both with what was read. Gives the full name
    /// of the one that is to be moved.
    pub fn lock_head<'a>(
        &'a self,
        location: &Location,
        head: &Head,
        cancel: &Cancel,
    ) -> Result<(LockedRefs<'a>, String)> {
        match head {
            Head::Detached { node } => {
                let locked = self.lock_refs(location, &[("HEAD", &Value::Node(*node))], cancel)?;
                Ok((locked, "HEAD".to_owned()))
            }
            Head::Branch { .. } | Head::Unborn { .. } => {
                let branch = head.branch().map(full_name).unwrap_or_default();
                let branch = branch.to_str().map_err(|_| Error::NotText { name: branch.clone() })?.to_owned();
                let value = head.node().map_or(Value::Absent, Value::Node);
                let symbolic = Value::Symbolic(branch.as_str().into());
                let locked = self.lock_refs(location, &[("HEAD", &symbolic), (&branch, &value)], cancel)?;
                Ok((locked, branch))
            }
        }
    }

    /// What the reference of this full name is now.
    pub fn value(&self, name: &str) -> Result<Value, Error> {
        let value = |reference: Reference<'_>| match (reference.target(), reference.symbolic_target_bytes()) {
            (Some(id), _) => Value::Node(node_of(id)),
            (None, Some(target)) => Value::Symbolic(target.into()),
            (None, None) => Value::Absent,
        };
        match self.repository.find_reference(name) {
            Ok(reference) => Ok(value(reference)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(Value::Absent),
            Err(error) => Err(error.into()),
        }
    }
}

impl LockedRefs<'_> {
    /// Makes the moves, each a reference that is locked. Those that are not named stay.
    ///
    /// Each move is one atomic step of its own; they happen in no certain order.
    pub fn apply(mut self, moves: &[(&str, &Move)], log: &LogEntry<'_>) -> Result<(), Error> {
        let minutes_east = -log.date.1 / 60;
        let signature = Signature::new(log.name, log.mail, &Time::new(log.date.0, minutes_east))?;
        let message = log.message.replace(['\n', '\0'], " ");
        for (name, to) in moves {
            match to {
                Move::Stays => {}
                Move::Remove | Move::To(Value::Absent) => self.transaction.remove(name)?,
                Move::To(Value::Node(node)) => {
                    let id = Oid::from_bytes(node.as_bytes())?;
                    self.transaction.set_target(name, id, Some(&signature), &message)?;
                }
                Move::To(Value::Symbolic(target)) => {
                    let target = target.to_str().map_err(|_| Error::NotText { name: target.clone() })?;
                    self.transaction.set_symbolic_target(name, target, Some(&signature), &message)?;
                }
            }
        }
        Ok(self.transaction.commit()?)
    }
}

/// The full name of the branch that `HEAD` names.
fn full_name(branch: &BString) -> BString {
    // An unborn `HEAD` may name something outside of `refs/heads`.
    if branch.starts_with(b"refs/") { branch.clone() } else { [b"refs/heads/", branch.as_slice()].concat().into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Explain as _, Kind};
    use crate::git::testing::Scratch;

    const LOG: LogEntry<'_> =
        LogEntry { name: "A U Thor", mail: "a@b", date: (1_583_558_723, 18_000), message: "commit: subject" };

    fn open(scratch: &Scratch) -> (Location, Handle) {
        let location = Location::discover(scratch.path()).expect("a repository");
        let handle = Handle::open(&location).expect("open");
        (location, handle)
    }

    fn move_head(scratch: &Scratch, head: &Head, to: Node) -> Result<()> {
        let (location, handle) = open(scratch);
        let (locked, name) = handle.lock_head(&location, head, &Cancel::new())?;
        Ok(locked.apply(&[(&name, &Move::To(Value::Node(to)))], &LOG)?)
    }

    fn head(scratch: &Scratch) -> Head {
        let (location, handle) = open(scratch);
        handle.head(&location).expect("a head")
    }

    fn two_commits() -> (Scratch, Node) {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git commit -q --allow-empty -m one && git commit -q --allow-empty -m two");
        let two = scratch.node("HEAD");
        scratch.sh("git reset -q --hard HEAD^");
        (scratch, two)
    }

    #[test]
    fn the_branch_that_is_checked_out_moves_with_an_entry_in_both_logs() {
        for pack in ["true", "git pack-refs --all"] {
            let (scratch, two) = two_commits();
            scratch.sh(pack);
            let before = head(&scratch);
            move_head(&scratch, &before, two).expect("moved");
            assert_eq!(head(&scratch), Head::Branch { name: "main".into(), node: two });
            for name in ["main", "HEAD"] {
                let log = scratch.sh(&format!("git log -g -1 --date=raw --format='%gd %gn %ge %gs' {name}"));
                assert_eq!(log.trim(), format!("{name}@{{1583558723 -0500}} A U Thor a@b commit: subject"));
            }
            scratch.sh("git fsck --strict");
        }
    }

    #[test]
    fn a_detached_head_and_an_unborn_branch_move_too() {
        let (scratch, two) = two_commits();
        scratch.sh("git checkout -q --detach");
        move_head(&scratch, &head(&scratch), two).expect("moved");
        assert_eq!(head(&scratch), Head::Detached { node: two });
        assert_ne!(scratch.node("main"), two);

        scratch.sh("git symbolic-ref HEAD refs/heads/new/branch");
        move_head(&scratch, &head(&scratch), two).expect("moved");
        assert_eq!(head(&scratch), Head::Branch { name: "new/branch".into(), node: two });
        assert_eq!(scratch.sh("git log -g --format=%gs | head -1").trim(), "commit: subject");
    }

    #[test]
    fn a_reference_moves_only_from_what_was_read() {
        let (scratch, two) = two_commits();
        let before = head(&scratch);
        scratch.sh("git commit -q --allow-empty -m three");
        let three = scratch.node("HEAD");
        assert_eq!(move_head(&scratch, &before, two).expect_err("moved").kind(), Kind::RepositoryChanged);
        assert_eq!(scratch.node("HEAD"), three);
        // Another branch was checked out meanwhile.
        let before = head(&scratch);
        scratch.sh("git checkout -q -b other");
        assert_eq!(move_head(&scratch, &before, two).expect_err("moved").kind(), Kind::RepositoryChanged);
        assert_eq!((scratch.node("main"), scratch.node("other")), (three, three));
        assert_eq!(scratch.sh("find .git -name '*.lock'"), "");
    }

    #[test]
    fn a_lock_of_git_is_respected() {
        let (scratch, two) = two_commits();
        for lock in ["HEAD.lock", "refs/heads/main.lock"] {
            scratch.sh(&format!("touch .git/{lock}"));
            let error = move_head(&scratch, &head(&scratch), two).expect_err("locked");
            assert_eq!((error.kind(), error.to_string().contains(lock)), (Kind::RepositoryLocked, true), "{error}");
            scratch.sh(&format!("rm .git/{lock}"));
        }
        assert_ne!(scratch.node("HEAD"), two);
    }

    #[test]
    fn references_are_made_and_removed() {
        let (scratch, two) = two_commits();
        let (location, handle) = open(&scratch);
        let apply = |name: &str, expected: &Value, to: &Move| {
            let locked = handle.lock_refs(&location, &[(name, expected)], &Cancel::new())?;
            Ok::<_, crate::Error>(locked.apply(&[(name, to)], &LOG)?)
        };
        let node = Value::Node(two);
        apply("refs/heads/x", &Value::Absent, &Move::To(node.clone())).expect("made");
        assert_eq!(scratch.node("x"), two);
        assert_eq!(
            apply("refs/heads/x", &Value::Absent, &Move::Remove).expect_err("it is there").kind(),
            Kind::RepositoryChanged
        );
        apply("refs/heads/x", &node, &Move::Remove).expect("removed");
        assert_eq!(scratch.sh("git for-each-ref refs/heads/x"), "");
    }
}
