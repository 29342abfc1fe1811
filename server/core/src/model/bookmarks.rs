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
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::git::testing::Scratch;
    use crate::model::testing::snapshot_of as snapshot;

    #[test]
    fn bookmarks_are_branches_and_the_active_one_is_checked_out() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git commit -q --allow-empty -m one && git branch feature/x && \
             git commit -q --allow-empty -m two && git remote add team/fork nowhere && \
             git update-ref refs/remotes/team/fork/main main~1 && git tag v1 main~1 && git tag -a -m x v2");
        let shown = || -> Vec<String> {
            let show = |bookmark: Bookmark| {
                let Bookmark { bookmark, rev, active, remote, .. } = bookmark;
                format!("{bookmark} {rev}{}{}", if active { " *" } else { "" }, remote.unwrap_or_default())
            };
            bookmarks(&snapshot(&scratch)).into_iter().map(show).collect()
        };
        assert_eq!(shown(), ["feature/x 0", "main 1 *", "team/fork/main 0team/fork"]);
        scratch.sh("git checkout -q --detach");
        assert_eq!(shown(), ["feature/x 0", "main 1", "team/fork/main 0team/fork"]);
        let tags: Vec<_> =
            tags(&snapshot(&scratch)).into_iter().map(|tag| format!("{} {}", tag.tag, tag.rev)).collect();
        assert_eq!(tags, ["tip 1", "v2 1", "v1 0"]);
    }

    #[test]
    fn an_empty_repository_has_the_tag_tip_alone() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main .");
        let snapshot = snapshot(&scratch);
        assert_eq!(bookmarks(&snapshot), []);
        assert_eq!(tags(&snapshot), [Tag { tag: "tip".to_owned(), node: Node::NULL, rev: Rev::NULL }]);
    }

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
