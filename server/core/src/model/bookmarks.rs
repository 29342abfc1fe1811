//! Bookmarks, remote bookmarks and tags: git's references under Mercurial's names. Knows nothing of revision
//! expressions.

use crate::git::NamedRef;
use crate::ids::{Node, Rev};
use crate::repository::Snapshot;

/// A name that moves: a branch of git's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// The name; a remote one's begins with the remote's name and a slash.
    pub bookmark: String,
    /// Where it stands.
    pub node: Node,
    /// Where it stands.
    pub rev: Rev,
    /// Whether a commit moves it: `HEAD` is on it.
    pub active: bool,
    /// The remote that it was last seen in; `None` for a local one.
    pub remote: Option<String>,
}

/// A name that stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The name.
    pub tag: String,
    /// The changeset.
    pub node: Node,
    /// The changeset.
    pub rev: Rev,
}

/// The local bookmarks by name, then the remote ones by name. One whose changeset is missing is left out.
pub fn bookmarks(snapshot: &Snapshot) -> Vec<Bookmark> {
    let active = snapshot.refs.head.branch();
    let remotes = snapshot.git.remotes();
    let bookmark = |named: &NamedRef, active: bool, remote: Option<String>| {
        let rev = snapshot.changelog.rev(&named.node)?;
        Some(Bookmark { bookmark: named.name.to_string(), node: named.node, rev, active, remote })
    };
    let local = snapshot.refs.bookmarks.iter().filter_map(|named| bookmark(named, Some(&named.name) == active, None));
    let remote = snapshot.refs.remote_bookmarks.iter().filter_map(|named| {
        let remote = remote_of(&named.name.to_string(), &remotes);
        bookmark(named, false, Some(remote))
    });
    local.chain(remote).collect()
}

/// The remote that a remote bookmark belongs to. Names of remotes may hold slashes, and the remote may be gone.
fn remote_of(bookmark: &str, remotes: &[String]) -> String {
    let owns = |remote: &&String| bookmark.strip_prefix(remote.as_str()).is_some_and(|rest| rest.starts_with('/'));
    let configured = remotes.iter().filter(owns).max_by_key(|remote| remote.len());
    configured.cloned().unwrap_or_else(|| bookmark.split('/').next().unwrap_or_default().to_owned())
}

/// `tip` and all tags, from the newest changeset to the oldest. In an empty repository `tip` is the null revision.
pub fn tags(snapshot: &Snapshot) -> Vec<Tag> {
    let tip = snapshot.changelog.tip();
    let mut tags: Vec<Tag> = snapshot
        .refs
        .tags
        .iter()
        .filter_map(|named| {
            let rev = snapshot.changelog.rev(&named.node)?;
            Some(Tag { tag: named.name.to_string(), node: named.node, rev })
        })
        .collect();
    tags.sort_by(|a, b| (b.rev, &b.tag).cmp(&(a.rev, &a.tag)));
    tags.insert(0, Tag { tag: "tip".to_owned(), node: snapshot.changelog.node(tip), rev: tip });
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_is_found_by_its_longest_name() {
        let remotes = ["origin".to_owned(), "team/fork".to_owned(), "team".to_owned()];
        for (bookmark, remote) in [
            ("origin/main", "origin"),
            ("team/fork/main", "team/fork"),
            ("team/other", "team"),
            ("gone/feature/x", "gone"),
            ("originals/x", "originals"),
        ] {
            assert_eq!(remote_of(bookmark, &remotes), remote);
        }
    }
}
