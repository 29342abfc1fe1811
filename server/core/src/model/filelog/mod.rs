//! The file log: the revisions of one file, one for each changeset that touches it.
//!
//! A changeset touches a path when what is there differs from every parent. A revision's parents are the nearest
//! touching ancestors along each parent; a removal ends the line. Each path has a log of its own, numbered from 0;
//! following means to go on in another path's log where a file was renamed or copied, as `git log --follow` finds it.
//!
//! Not as `git log --follow`: following ends where the file was added after a removal; changes are left out that a merge
//! threw away (as `git log` without `--follow` leaves them out); a merge is listed that differs from all its parents.

mod cursor;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

pub use cursor::Cursor;

use crate::cancel::Cancel;
use crate::error::{Explain, Kind, Result};
use crate::graph::Graph;
use crate::ids::{FileNode, RepoPath, Rev};
use crate::model::changelog::Reached;
use crate::model::history::{self, Change, History};
use crate::model::renames::{Among, Renames};
use crate::objects::Entry;
use crate::repository::Snapshot;

/// What to list.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The file.
    pub path: &'a RepoPath,
    /// Its history as of this revision.
    pub rev: Rev,
    /// Whether to list the revisions that led to the one in `rev`, under older names too; otherwise all ancestors of
    /// `rev` that touch the path.
    pub follow: bool,
    /// Whether to list what touches the path on every visible head, whatever `rev` is.
    pub all_heads: bool,
    /// At most so many.
    pub limit: usize,
    /// Where a page before ended; the query is otherwise the same.
    pub cursor: Option<&'a Cursor>,
}

/// Some revisions, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// By descending `linkrev`.
    pub revisions: Vec<Revision>,
    /// Where the next page begins; `None` when there is no more.
    pub next: Option<Cursor>,
}

/// What one changeset made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The number in the log of `path`, counting all that touch it anywhere, hidden ones too.
    pub filerev: u32,
    /// The changeset.
    pub linkrev: Rev,
    /// The file's path there.
    pub path: Arc<RepoPath>,
    /// What is there; `None` when the file was removed.
    pub entry: Option<Entry>,
    /// The revisions of the same path, by number, that this one was made from.
    pub parents: Vec<u32>,
    /// What it was made from under another path.
    pub copy: Option<Copy>,
}

/// A file that another was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Its path.
    pub path: Arc<RepoPath>,
    /// Its content.
    pub filenode: FileNode,
}

/// Why there is no file log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Only what is in the revision can be followed from it.
    #[error("cannot follow file not in parent revision: \"{0}\"")]
    NotThere(RepoPath),
    /// The cursor was not made here, or the history that it was made from is gone.
    #[error("the cursor cannot be used any more")]
    StaleCursor,
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NotThere(_) => Kind::NotTracked,
            Self::StaleCursor => Kind::InvalidArgument,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotThere(_) => Some("the log of a removed file can be listed without following".to_owned()),
            Self::StaleCursor => Some("ask for the first page again".to_owned()),
        }
    }
}

/// One page of a file's log.
pub fn filelog(snapshot: &Snapshot, query: &Query) -> Result<Page> {
    let history = &*history::whole(snapshot);
    let graph = &**snapshot.changelog.graph();
    let (renames, cancel) = (Renames::new(snapshot), &snapshot.cancel);
    let log = Log { graph, history, renames, cancel, query, numbers: RefCell::default() };
    let mut at = match query.cursor {
        Some(cursor) => Position::resume(cursor, graph)?,
        None => log.start()?,
    };
    let listing = Listing::new(snapshot, at.scope);
    let mut page = Page::default();
    while let Some(Next { linkrev, path, listed }) = log.next(&listing, &mut at)? {
        cancel.check()?;
        if page.revisions.len() == query.limit {
            page.next = Some(at.cursor(graph));
            break;
        }
        if listed {
            at.below = linkrev;
        } else {
            at.frontier.pop_last();
        }
        let Step { revision, before } = log.step(linkrev, path)?;
        let is_listed = |path: &RepoPath| at.scope != Scope::Nothing && path == query.path;
        at.frontier.extend(before.into_iter().filter(|(_, path)| query.follow && !is_listed(path)));
        page.revisions.push(revision);
    }
    Ok(page)
}

/// Of which revisions all that touch the path are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// Of none: only what the frontier leads to.
    Nothing,
    /// Of this one's ancestors.
    Ancestors(Rev),
    /// Of all that are visible.
    Visible,
}

/// How far a listing is.
#[derive(Clone, Debug)]
struct Position {
    scope: Scope,
    /// What the scope lists has a lower revision than this.
    below: Rev,
    /// Revisions of files that come next, beside the scope's.
    frontier: BTreeSet<(Rev, Arc<RepoPath>)>,
}

/// Which revisions the scope has, found out as far down as is needed.
struct Listing<'a> {
    snapshot: &'a Snapshot,
    scope: Scope,
    ancestors: Option<Arc<Reached>>,
}

impl<'a> Listing<'a> {
    fn new(snapshot: &'a Snapshot, scope: Scope) -> Self {
        let ancestors = match scope {
            Scope::Ancestors(rev) => Some(snapshot.changelog.ancestors_of(rev)),
            _ => None,
        };
        Self { snapshot, scope, ancestors }
    }

    fn contains(&self, rev: Rev) -> Result<bool> {
        let Snapshot { changelog, .. } = self.snapshot;
        Ok(match (self.scope, &self.ancestors) {
            (Scope::Visible, _) => changelog.is_visible(rev),
            (_, Some(ancestors)) => ancestors.contains(changelog, rev, &self.snapshot.cancel)?,
            (_, None) => false,
        })
    }
}

struct Log<'a> {
    graph: &'a Graph,
    history: &'a dyn History,
    renames: Renames<'a>,
    cancel: &'a Cancel,
    query: &'a Query<'a>,
    /// The revisions that touch a path, ascending: their places are their numbers.
    numbers: RefCell<HashMap<Arc<RepoPath>, Rc<[Change]>>>,
}

/// The revision that comes next.
struct Next {
    linkrev: Rev,
    path: Arc<RepoPath>,
    /// Whether it is the scope's; the frontier's otherwise.
    listed: bool,
}

/// A revision, and those that come before it.
struct Step {
    revision: Revision,
    before: Vec<(Rev, Arc<RepoPath>)>,
}

impl Log<'_> {
    fn start(&self) -> Result<Position> {
        let Query { path, rev, follow, all_heads, .. } = *self.query;
        let scope = match (all_heads, follow) {
            (true, _) => Scope::Visible,
            (false, false) => Scope::Ancestors(rev),
            (false, true) => Scope::Nothing,
        };
        let mut position = Position { scope, below: Rev::WDIR, frontier: BTreeSet::new() };
        if scope == Scope::Nothing {
            let version = history::touching(self.history, self.graph, path, rev)?;
            let version = version.ok_or_else(|| Error::NotThere(path.clone()))?;
            position.frontier.insert((version.rev, Arc::new(path.clone())));
        }
        Ok(position)
    }

    /// The newest revision that has not been listed.
    fn next(&self, listing: &Listing, at: &mut Position) -> Result<Option<Next>> {
        let mut next =
            at.frontier.last().map(|(rev, path)| Next { linkrev: *rev, path: Arc::clone(path), listed: false });
        if at.scope == Scope::Nothing {
            return Ok(next);
        }
        let path = Arc::new(self.query.path.clone());
        let touching = self.touching(&path)?;
        for change in touching[..touching.partition_point(|change| change.rev < at.below)].iter().rev() {
            self.cancel.check()?;
            if next.as_ref().is_some_and(|next| next.linkrev > change.rev) {
                break;
            }
            if listing.contains(change.rev)? {
                next = Some(Next { linkrev: change.rev, path, listed: true });
                break;
            }
            // It is in no later page either.
            at.below = change.rev;
        }
        Ok(next)
    }

    fn step(&self, linkrev: Rev, path: Arc<RepoPath>) -> Result<Step> {
        let touching = self.touching(&path)?;
        let filerev = touching.partition_point(|change| change.rev < linkrev);
        let entry = touching.get(filerev).and_then(|change| change.entry);
        let mut before = Vec::new();
        let mut parents = Vec::new();
        for parent in self.graph.parents(linkrev) {
            let Some(version) = history::touching(self.history, self.graph, &path, parent)? else { continue };
            let number = touching.partition_point(|change| change.rev < version.rev) as u32;
            if !parents.contains(&number) {
                parents.push(number);
                before.push((version.rev, Arc::clone(&path)));
            }
        }
        let mut copy = None;
        if let (Some(entry), true) = (entry, parents.is_empty())
            && let Some((rev, source)) = self.copy(linkrev, &path, entry)?
        {
            before.push((rev, Arc::clone(&source.path)));
            copy = Some(source);
        }
        let revision = Revision { filerev: filerev as u32, linkrev, path, entry, parents, copy };
        Ok(Step { revision, before })
    }

    /// What a new file was made from, in the first parent that has something like it, and which changeset made that.
    fn copy(&self, rev: Rev, path: &RepoPath, entry: Entry) -> Result<Option<(Rev, Copy)>> {
        let among = if self.query.follow { Among::All } else { Among::Removed };
        for parent in self.graph.parents(rev) {
            let Some(source) = self.renames.source(rev, parent, path, entry, among)? else { continue };
            if let Some(version) = history::touching(self.history, self.graph, &source, parent)? {
                let copy = Copy { path: Arc::new(source), filenode: version.entry.node };
                return Ok(Some((version.rev, copy)));
            }
        }
        Ok(None)
    }

    fn touching(&self, path: &Arc<RepoPath>) -> Result<Rc<[Change]>> {
        if let Some(known) = self.numbers.borrow().get(path) {
            return Ok(Rc::clone(known));
        }
        let changes = self.history.changes(path)?;
        let touching: Rc<[Change]> = changes.iter().filter(|change| change.touches).copied().collect();
        self.numbers.borrow_mut().insert(Arc::clone(path), Rc::clone(&touching));
        Ok(touching)
    }
}
