//! `bookmark`: git's branches under Mercurial's rules. Knows references, and nothing of files.

use bstr::{BString, ByteSlice as _};

use super::heads::{Mover, Moving, full_name, may_be_active, value};
use super::update::Target;
use super::{Error, Outcome, Warning};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::git::{BranchRename, Handle, Head, Move, Value};
use crate::graph::PrefixMatch;
use crate::ids::Node;
use crate::progress::NoProgress;
use crate::repository::{Moment, Repository};

/// What to do with bookmarks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookmarkChange {
    /// Make them, or move those that there are.
    Set {
        /// Their names.
        names: Vec<String>,
        /// Where; `None` for the parent of the working copy, and the first one becomes active.
        rev: Option<Node>,
        /// Make none of them active.
        inactive: bool,
        /// Move one that exists, wherever it is.
        force: bool,
    },
    /// Give one another name.
    Rename {
        /// The old name; `.` for the active one.
        from: String,
        /// The new name.
        to: String,
        /// Replace one that has this name.
        force: bool,
    },
    /// Remove them. Their changesets stay.
    Delete {
        /// Their names; `.` for the active one.
        names: Vec<String>,
    },
    /// Make none active: `HEAD` names the changeset alone.
    Deactivate,
}

/// Changes bookmarks. The outcome has warnings only.
///
/// # Errors
/// [`Error::BookmarkName`], [`Error::BookmarkExists`], [`Error::NoBookmark`], [`Error::NoActiveBookmark`],
/// [`Error::InOtherWorktree`]; nothing was done then.
pub fn bookmark(repository: &Repository, change: &BookmarkChange, cancel: &Cancel) -> Result<Outcome> {
    let moment = repository.moment(cancel)?;
    let mut bookmarks = Bookmarks { moment: &moment, cancel, outcome: Outcome::default() };
    match change {
        BookmarkChange::Set { names, rev, inactive, force } => {
            let setting = Setting { rev: *rev, inactive: *inactive, force: *force };
            bookmarks.set(repository, names, setting)?;
        }
        BookmarkChange::Rename { from, to, force } => bookmarks.rename(repository, from, to, *force)?,
        BookmarkChange::Delete { names } => bookmarks.delete(names)?,
        BookmarkChange::Deactivate => bookmarks.deactivate()?,
    }
    Ok(bookmarks.outcome)
}

struct Bookmarks<'a> {
    moment: &'a Moment,
    cancel: &'a Cancel,
    outcome: Outcome,
}

#[derive(Clone, Copy)]
struct Setting {
    rev: Option<Node>,
    inactive: bool,
    force: bool,
}

impl Bookmarks<'_> {
    fn set(&mut self, repository: &Repository, names: &[String], setting: Setting) -> Result<()> {
        let names = names.iter().map(|name| checked(name)).collect::<Result<Vec<_>, _>>()?;
        let current = self.moment.refs.head.node();
        let Some(node) = setting.rev.or(current) else { return self.name_the_unborn(&names) };
        if node.is_null() {
            // To git, a branch without a commit is a broken one.
            return Err(Error::Null { action: "bookmark" }.into());
        }
        let mut moves: Vec<(&BString, Option<Node>)> = Vec::new();
        let mut deactivated = false;
        for name in &names {
            if setting.inactive && self.active() == Some(name) {
                deactivated = true;
                continue;
            }
            let old = self.find(name);
            if let Some(old) = old.filter(|_| !setting.force) {
                self.may_move(repository, name, old, node)?;
            } else if old.is_none() {
                self.warn_of_hash(repository, name, setting.force)?;
                self.look_for_room(name)?;
            }
            if old.is_some_and(|old| old != node) {
                may_be_active(self.moment, Some(name))?;
            }
            moves.push((name, old));
        }
        let activated = names.first().filter(|_| setting.rev.is_none() && !setting.inactive && !moves.is_empty());
        may_be_active(self.moment, activated)?;
        // `HEAD` must not follow a bookmark to another changeset.
        let leaves = moves.iter().any(|(name, old)| self.active() == Some(name) && *old != Some(node));
        if deactivated || leaves {
            self.leave()?;
        }
        for (name, old) in moves {
            self.put(name, old, node)?;
        }
        match activated {
            Some(name) => self.activate(repository, name, node),
            None => Ok(()),
        }
    }

    /// Before the first changeset a bookmark is no more than the name that it will have.
    fn name_the_unborn(&mut self, names: &[BString]) -> Result<()> {
        let Some(name) = names.first() else { return Ok(()) };
        let now = value(&self.moment.refs.head);
        let full = full_name(name)?;
        let locked = self.moment.git.lock_refs(&self.moment.location, &[("HEAD", &now)], self.cancel)?;
        let mover = Mover::of(self.moment);
        Ok(locked.apply(&[("HEAD", &Move::To(Value::Symbolic(full.into())))], &mover.log("bookmark"))?)
    }

    /// Mercurial moves one that exists without being forced to where it only goes forward.
    fn may_move(&mut self, repository: &Repository, name: &BString, old: Node, node: Node) -> Result<()> {
        if old == node {
            return match self.moment.refs.head.node() == Some(node) {
                true => Ok(()),
                false => Err(Error::BookmarkExists(name.clone()).into()),
            };
        }
        let changelog = repository.snapshot(self.cancel, &NoProgress)?.changelog;
        let forward = match (changelog.rev(&old), changelog.rev(&node)) {
            (Some(old), Some(node)) => changelog.ancestors(&[node], self.cancel)?.contains(old),
            _ => false,
        };
        if !forward {
            return Err(Error::BookmarkExists(name.clone()).into());
        }
        let words = format!("moving bookmark '{name}' forward from {}", old.short());
        self.outcome.warnings.push(Warning::general(words));
        Ok(())
    }

    fn warn_of_hash(&mut self, repository: &Repository, name: &BString, force: bool) -> Result<()> {
        let hash = name.len() > 3 && name.iter().all(u8::is_ascii_hexdigit) && !force;
        if hash {
            let changelog = repository.snapshot(self.cancel, &NoProgress)?.changelog;
            if matches!(changelog.prefix(&name.to_str_lossy()), PrefixMatch::One(_)) {
                let words = format!(
                    "bookmark {name} matches a changeset hash\n(did you leave a -r out of an 'hg bookmark' command?)"
                );
                self.outcome.warnings.push(Warning::general(words));
            }
        }
        Ok(())
    }

    /// git keeps branches as files: `a` and `a/b` cannot both be.
    fn look_for_room(&self, name: &BString) -> Result<(), Error> {
        let below =
            |one: &BString, two: &BString| two.strip_prefix(one.as_slice()).is_some_and(|rest| rest.starts_with(b"/"));
        let bookmarks = &self.moment.refs.bookmarks;
        match bookmarks.iter().find(|other| below(&other.name, name) || below(name, &other.name)) {
            Some(other) => Err(Error::NoRoom { name: name.clone(), other: other.name.clone() }),
            None => Ok(()),
        }
    }

    fn put(&self, name: &BString, old: Option<Node>, node: Node) -> Result<()> {
        if old == Some(node) {
            return Ok(());
        }
        let full = full_name(name)?;
        let expected = old.map_or(Value::Absent, Value::Node);
        let locked = self.moment.git.lock_refs(&self.moment.location, &[(&full, &expected)], self.cancel)?;
        let from = match &self.moment.refs.head {
            Head::Branch { name, node: head } if *head == node => name.to_str_lossy().into_owned(),
            _ => node.to_hex(),
        };
        let message =
            if old.is_some() { format!("branch: Reset to {from}") } else { format!("branch: Created from {from}") };
        Ok(locked.apply(&[(&full, &Move::To(Value::Node(node)))], &Mover::of(self.moment).log(&message))?)
    }

    /// References have moved since the moment was taken.
    fn activate(&self, repository: &Repository, name: &BString, node: Node) -> Result<()> {
        let moment = repository.moment(self.cancel)?;
        let target = Target { node, bookmark: Some(name.clone()), advance: false };
        Ok(Moving::lock(&moment, &target, self.cancel)?.apply()?)
    }

    /// Puts `HEAD` on the changeset alone. There must be one.
    fn leave(&self) -> Result<()> {
        let Some(node) = self.moment.refs.head.node() else { return Err(Error::NoActiveBookmark.into()) };
        Ok(Moving::lock(self.moment, &Target { node, bookmark: None, advance: false }, self.cancel)?.apply()?)
    }

    fn deactivate(&mut self) -> Result<()> {
        match self.active() {
            Some(_) => self.leave(),
            None => {
                self.outcome.warnings.push(Warning::general("no active bookmark"));
                Ok(())
            }
        }
    }

    fn rename(&mut self, repository: &Repository, from: &str, to: &str, force: bool) -> Result<()> {
        let from = self.named(from)?;
        let to = checked(to)?;
        if self.find(&from).is_none() {
            if self.moment.refs.head.branch() == Some(&from) {
                return self.name_the_unborn(&[to]);
            }
            return Err(Error::NoBookmark(from).into());
        }
        if self.find(&to).is_some() && !force {
            return Err(Error::BookmarkExists(to).into());
        }
        if from == to {
            return Ok(());
        }
        let replaces_active = self.active() == Some(&to);
        if self.find(&to).is_some() {
            may_be_active(self.moment, Some(&to))?;
            if replaces_active {
                // `HEAD` must not follow it to another changeset.
                self.leave()?;
            }
        } else {
            self.look_for_room_beside(&to, &from)?;
        }
        let node = self.find(&from).ok_or_else(|| Error::NoBookmark(from.clone()))?;
        let rename = BranchRename { from: from.as_bstr(), to: to.as_bstr(), node, replaces: self.find(&to) };
        let mover = Mover::of(self.moment);
        self.moment.git.rename_branch(&self.moment.location, rename, &mover.log("renamed"), self.cancel)?;
        match self.moment.refs.head.node() {
            Some(head) if replaces_active && node == head => self.activate(repository, &to, node),
            _ => Ok(()),
        }
    }

    /// The old name makes room for the new one: `a` may become `a/b`.
    fn look_for_room_beside(&self, name: &BString, leaving: &BString) -> Result<(), Error> {
        match self.look_for_room(name) {
            Err(Error::NoRoom { other, .. }) if other == *leaving => Ok(()),
            result => result,
        }
    }

    fn delete(&mut self, names: &[String]) -> Result<()> {
        if names.is_empty() {
            return Err(Error::BookmarkName("bookmark name required".to_owned()).into());
        }
        let names = names.iter().map(|name| self.named(name)).collect::<Result<Vec<_>>>()?;
        for name in &names {
            if self.find(name).is_none() {
                return Err(Error::NoBookmark(name.clone()).into());
            }
            may_be_active(self.moment, Some(name))?;
        }
        if self.active().is_some_and(|active| names.contains(active)) {
            self.leave()?;
        }
        for name in &names {
            self.moment.git.delete_branch(name.as_bstr())?;
        }
        Ok(())
    }

    /// The bookmark meant by a name: `.` is the active one.
    fn named(&self, name: &str) -> Result<BString> {
        match name {
            "." => Ok(self.active().cloned().ok_or(Error::NoActiveBookmark)?),
            name => Ok(name.trim().into()),
        }
    }

    fn find(&self, name: &BString) -> Option<Node> {
        self.moment.refs.bookmarks.iter().find(|bookmark| bookmark.name == *name).map(|bookmark| bookmark.node)
    }

    /// The bookmark that `HEAD` is on.
    fn active(&self) -> Option<&BString> {
        let head = &self.moment.refs.head;
        head.branch().filter(|_| head.node().is_some())
    }
}

/// The name, without space around it, if both Mercurial and git allow it.
fn checked(name: &str) -> Result<BString, Error> {
    let name = name.trim();
    let refused = |words: String| Err(Error::BookmarkName(words));
    if name.is_empty() {
        return refused("bookmark names cannot consist entirely of whitespace".to_owned());
    }
    if ["tip", ".", "null"].contains(&name) {
        return refused(format!("the name '{name}' is reserved"));
    }
    for letter in [':', '\0', '\n', '\r'] {
        if name.contains(letter) {
            let shown = if letter == '\0' { "\\x00".to_owned() } else { letter.escape_default().to_string() };
            return refused(format!("'{shown}' cannot be used in a name"));
        }
    }
    let digits = name.strip_prefix(['+', '-']).unwrap_or(name);
    if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return refused("cannot use an integer as a name".to_owned());
    }
    if !Handle::is_branch_name(name) {
        return refused(format!("git does not allow the name '{name}'"));
    }
    Ok(name.into())
}
