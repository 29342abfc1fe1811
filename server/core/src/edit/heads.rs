//! `HEAD` put on another bookmark or changeset. Knows references, and nothing of files.

use std::time::{SystemTime, UNIX_EPOCH};

use bstr::{BString, ByteSlice as _};

use super::Error;
use super::update::Target;
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{self, Head, LockedRefs, LogEntry, Move, Value, seconds_west};
use crate::repository::Moment;

/// Who moves references, for their logs.
pub(super) struct Mover {
    name: String,
    mail: String,
}

impl Mover {
    /// Whoever the configuration says, or the one who runs this.
    pub fn of(moment: &Moment) -> Self {
        let (name, mail) = moment.git.log_identity();
        Self { name, mail }
    }

    /// The entry of a move, now.
    pub fn log<'a>(&'a self, message: &'a str) -> LogEntry<'a> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(now.as_secs()).unwrap_or_default();
        LogEntry { name: &self.name, mail: &self.mail, date: (seconds, seconds_west()), message }
    }
}

/// A move of `HEAD`, or of the bookmark that it is on, that can be made: it is locked, and what was read.
pub(super) struct Moving<'a> {
    locked: LockedRefs<'a>,
    /// The reference that moves.
    name: String,
    to: Option<Value>,
    mover: Mover,
    message: String,
}

impl<'a> Moving<'a> {
    /// Locks what is moved.
    ///
    /// # Errors
    /// When another program holds or has moved `HEAD` or the bookmark.
    pub fn lock(moment: &'a Moment, target: &Target, cancel: &Cancel) -> Result<Self> {
        let head = &moment.refs.head;
        if target.advance {
            return Self::lock_active(moment, target, cancel);
        }
        let now = value(head);
        let branch = target.bookmark.as_ref().map(full_name).transpose()?;
        let node = if target.node.is_null() { Value::Absent } else { Value::Node(target.node) };
        let mut expected = vec![("HEAD", &now)];
        if let Some(branch) = &branch {
            expected.push((branch, &node));
        }
        let locked = moment.git.lock_refs(&moment.location, &expected, cancel)?;
        let to = match branch {
            _ if target.is(head) || target.node.is_null() => None,
            Some(branch) => Some(Value::Symbolic(branch.into())),
            None => Some(node),
        };
        let from = match head {
            Head::Branch { name, .. } | Head::Unborn { name } => name.to_str_lossy().into_owned(),
            Head::Detached { node } => node.to_hex(),
        };
        let message = format!("checkout: moving from {from} to {}", target.name());
        Ok(Self { locked, name: "HEAD".to_owned(), to, mover: Mover::of(moment), message })
    }

    /// The active bookmark, which comes along.
    fn lock_active(moment: &'a Moment, target: &Target, cancel: &Cancel) -> Result<Self> {
        let head = &moment.refs.head;
        let (locked, name) = moment.git.lock_head(&moment.location, head, cancel)?;
        let moves = head.node() != Some(target.node) && !target.node.is_null();
        let to = moves.then_some(Value::Node(target.node));
        let message = format!("update: moving to {}", target.node);
        Ok(Self { locked, name, to, mover: Mover::of(moment), message })
    }

    /// Makes the move.
    pub fn apply(self) -> Result<(), git::Error> {
        let Self { locked, name, to, mover, message } = self;
        let Some(to) = to else { return Ok(()) };
        locked.apply(&[(&name, &Move::To(to))], &mover.log(&message))
    }
}

/// What `HEAD` says, as it was read.
pub(super) fn value(head: &Head) -> Value {
    match head {
        Head::Detached { node } => Value::Node(*node),
        Head::Branch { name, .. } | Head::Unborn { name } if name.starts_with(b"refs/") => {
            Value::Symbolic(name.clone())
        }
        Head::Branch { name, .. } | Head::Unborn { name } => {
            Value::Symbolic([b"refs/heads/", name.as_slice()].concat().into())
        }
    }
}

/// The full name of a bookmark's reference.
pub(super) fn full_name(bookmark: &BString) -> Result<String, git::Error> {
    let name = bookmark.to_str().map_err(|_| git::Error::NotText { name: bookmark.clone() })?;
    Ok(format!("refs/heads/{name}"))
}

/// Refuses a bookmark that is active in another worktree: git has one only once.
pub(super) fn may_be_active(moment: &Moment, bookmark: Option<&BString>) -> Result<(), Error> {
    let place = bookmark.and_then(|bookmark| moment.git.worktree_of(&moment.location, bookmark.as_bstr()));
    match bookmark.zip(place) {
        Some((bookmark, place)) => Err(Error::InOtherWorktree { bookmark: bookmark.clone(), place }),
        None => Ok(()),
    }
}
