//! The references of one moment: HEAD, branches, remote branches, tags, and what else decides which changesets there
//! are. Knows nothing of revision numbers.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;

use bstr::BString;

use super::{Error, Handle, Location};
use crate::ids::Node;

/// A name and the changeset it stands for. Annotated tags are followed to their changeset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedRef {
    /// Without `refs/heads/`, `refs/tags/` or `refs/remotes/`.
    pub name: BString,
    /// The changeset.
    pub node: Node,
}

/// What the working copy stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// A branch is checked out: Mercurial's active bookmark.
    Branch {
        /// Without `refs/heads/`.
        name: BString,
        /// Its changeset.
        node: Node,
    },
    /// A branch that has no changeset yet.
    Unborn {
        /// Without `refs/heads/`.
        name: BString,
    },
    /// A changeset is checked out and no branch.
    Detached {
        /// The changeset.
        node: Node,
    },
}

impl Head {
    /// The changeset that is checked out: the first parent of the working directory.
    pub fn node(&self) -> Option<Node> {
        match self {
            Self::Branch { node, .. } | Self::Detached { node } => Some(*node),
            Self::Unborn { .. } => None,
        }
    }

    /// The name of the branch that is checked out, born or not.
    pub fn branch(&self) -> Option<&BString> {
        match self {
            Self::Branch { name, .. } | Self::Unborn { name } => Some(name),
            Self::Detached { .. } => None,
        }
    }
}

/// All references of one moment, and the few files beside them that shape history. Lists are sorted by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refs {
    /// What is checked out.
    pub head: Head,
    /// `refs/heads/`.
    pub bookmarks: Vec<NamedRef>,
    /// `refs/remotes/`, without the symbolic `origin/HEAD`.
    pub remote_bookmarks: Vec<NamedRef>,
    /// `refs/tags/`, without tags of files or folders.
    pub tags: Vec<NamedRef>,
    /// The other parents of a merge that is not committed yet, from `MERGE_HEAD`.
    pub merge_parents: Vec<Node>,
    /// What other worktrees of the repository have checked out, where no branch names it.
    pub worktree_heads: Vec<Node>,
    /// The changesets whose parents a shallow clone left out.
    pub shallow: Vec<Node>,
    /// Pairs of an object and what stands in for it, from `refs/replace/`.
    pub replacements: Vec<(Node, Node)>,
}

impl Refs {
    /// Reads them now. A reference that is broken, or leads to an object that is missing, is left out, as git does.
    ///
    /// What `is_known` to be a changeset is not looked for: with a thousand references that would be most of the work.
    pub fn read(handle: &Handle, location: &Location, is_known: impl Fn(&Node) -> bool) -> Result<Self, Error> {
        Self::read_noting(handle, location, is_known).map(|(refs, _)| refs)
    }

    /// The same, and whether all objects were there.
    pub(super) fn read_noting(
        handle: &Handle,
        location: &Location,
        is_known: impl Fn(&Node) -> bool,
    ) -> Result<(Self, bool), Error> {
        let repository = &handle.repository;
        let mut refs = Self {
            head: read_head(repository, &location.git_dir)?,
            bookmarks: Vec::new(),
            remote_bookmarks: Vec::new(),
            tags: Vec::new(),
            merge_parents: nodes_in(&location.git_dir.join("MERGE_HEAD"))?,
            worktree_heads: worktree_heads(location)?,
            shallow: nodes_in(&location.common_dir.join("shallow"))?,
            replacements: Vec::new(),
        };
        let use_replacements = replaces(handle);
        let odb = repository.odb()?;
        let is_whole = Cell::new(true);
        let is_commit = |id: git2::Oid| {
            let is_there = || match odb.read_header(id) {
                Ok((_, kind)) => kind == git2::ObjectType::Commit,
                Err(_) => {
                    is_whole.set(false);
                    false
                }
            };
            is_known(&node_of(id)) || is_there()
        };
        for reference in repository.references()? {
            let Ok(reference) = reference else { continue };
            let Some(target) = reference.target() else { continue };
            let full_name = reference.name_bytes();
            let list = |prefix: &str| full_name.strip_prefix(prefix.as_bytes());
            if let Some(replaced) = list("refs/replace/") {
                if let (Some(replaced), true) = (Node::from_hex(replaced), use_replacements) {
                    refs.replacements.push((replaced, node_of(target)));
                }
            } else if let Some(name) = list("refs/heads/") {
                if is_commit(target) {
                    refs.bookmarks.push(NamedRef { name: name.into(), node: node_of(target) });
                }
            } else if let Some(name) = list("refs/remotes/") {
                if is_commit(target) {
                    refs.remote_bookmarks.push(NamedRef { name: name.into(), node: node_of(target) });
                }
            } else if let Some(name) = list("refs/tags/")
                && let Some(commit) = peel(repository, &reference, target, is_commit)
            {
                refs.tags.push(NamedRef { name: name.into(), node: node_of(commit) });
            }
        }
        for list in [&mut refs.bookmarks, &mut refs.remote_bookmarks, &mut refs.tags] {
            list.sort();
        }
        refs.replacements.sort();
        Ok((refs, is_whole.get()))
    }

    /// Every changeset that a reference makes visible, once each, in order of their nodes: branches, remote branches,
    /// tags, what is checked out here and in other worktrees, and the parents of a merge in progress.
    pub fn tips(&self) -> Vec<Node> {
        let named = [&self.bookmarks, &self.remote_bookmarks, &self.tags].into_iter().flatten().map(|named| named.node);
        let unnamed =
            self.head.node().into_iter().chain(self.worktree_heads.iter().chain(&self.merge_parents).copied());
        named.chain(unnamed).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Every changeset that a remote is known to have: what makes a changeset public.
    pub fn public_tips(&self) -> Vec<Node> {
        self.remote_bookmarks.iter().map(|named| named.node).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// Whether `refs/replace/` counts.
pub(super) fn replaces(handle: &Handle) -> bool {
    handle.repository.config().and_then(|config| config.get_bool("core.useReplaceRefs")).unwrap_or(true)
}

impl Handle {
    /// What is checked out now.
    pub fn head(&self, location: &Location) -> Result<Head, Error> {
        read_head(&self.repository, &location.git_dir)
    }
}

fn read_head(repository: &git2::Repository, git_dir: &Path) -> Result<Head, Error> {
    let head = repository.find_reference("HEAD").map_err(|error| Location::explain(git_dir, error))?;
    let Some(target) = head.symbolic_target_bytes() else {
        let node = head.target().map_or(Node::NULL, node_of);
        return Ok(Head::Detached { node });
    };
    let branch = target.strip_prefix(b"refs/heads/");
    let node = head.resolve().ok().and_then(|reference| reference.target()).map(node_of);
    Ok(match (branch, node) {
        (Some(name), Some(node)) => Head::Branch { name: name.into(), node },
        (None, Some(node)) => Head::Detached { node },
        (_, None) => Head::Unborn { name: branch.unwrap_or(target).into() },
    })
}

/// The changeset of a tag; `None` for a tag of a file or folder.
fn peel(
    repository: &git2::Repository,
    reference: &git2::Reference<'_>,
    target: git2::Oid,
    is_commit: impl Fn(git2::Oid) -> bool,
) -> Option<git2::Oid> {
    // packed-refs has the answer for nearly all tags of a clone.
    let mut id = reference.target_peel().unwrap_or(target);
    // A tag of a tag of a tag is possible; an endless chain is not, since an object cannot name itself.
    while !is_commit(id) {
        id = repository.find_tag(id).ok()?.target_id();
    }
    Some(id)
}

/// What is checked out, where it is a changeset and no branch, in all worktrees of the repository.
fn worktree_heads(location: &Location) -> Result<Vec<Node>, Error> {
    let mut heads = nodes_in(&location.common_dir.join("HEAD"))?;
    let Ok(worktrees) = std::fs::read_dir(location.common_dir.join("worktrees")) else { return Ok(heads) };
    for worktree in worktrees.flatten() {
        heads.extend(nodes_in(&worktree.path().join("HEAD"))?);
    }
    heads.sort();
    Ok(heads)
}

/// The nodes in a file that has one a line, if there is such a file. Lines that are something else are passed over.
fn nodes_in(path: &Path) -> Result<Vec<Node>, Error> {
    let text = super::small::read_if_there(path)?.unwrap_or_default();
    Ok(text.split(|byte| *byte == b'\n').filter_map(|line| Node::from_hex(line.trim_ascii())).collect())
}

pub(super) fn node_of(id: git2::Oid) -> Node {
    Node::from_bytes(id.as_bytes()).unwrap_or(Node::NULL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Scratch;

    #[test]
    fn all_kinds_of_references_are_read() -> Result<(), Error> {
        let scratch = Scratch::new();
        scratch.sh(
            "git init -q -b main . && git commit -q --allow-empty -m one && git tag light && git tag -a -m x heavy \
             && git tag -a -m xx heavier heavy && git tag of-a-folder HEAD^{tree} && git branch feature/x \
             && git update-ref refs/remotes/origin/main HEAD && git symbolic-ref refs/remotes/origin/HEAD \
             refs/remotes/origin/main && git update-ref refs/stash HEAD",
        );
        let read = || -> Result<Refs, Error> {
            let location = Location::discover(scratch.path())?;
            Refs::read(&Handle::open(&location)?, &location, |_| false)
        };
        let one = scratch.node("HEAD");
        let named =
            |names: &[&str]| names.iter().map(|name| NamedRef { name: (*name).into(), node: one }).collect::<Vec<_>>();
        let loose = read()?;
        assert_eq!(loose.head, Head::Branch { name: "main".into(), node: one });
        assert_eq!(loose.bookmarks, named(&["feature/x", "main"]));
        assert_eq!(loose.remote_bookmarks, named(&["origin/main"]));
        assert_eq!(loose.tags, named(&["heavier", "heavy", "light"]));
        scratch.sh("git pack-refs --all");
        assert_eq!(read()?, loose);

        scratch.sh("git commit -q --allow-empty -m two && git checkout -q --detach && git branch -D main -q");
        let two = scratch.node("HEAD");
        assert_eq!(read()?.head, Head::Detached { node: two });
        assert!(read()?.tips().contains(&two));

        scratch.sh("git worktree add -q --detach ../other HEAD && git checkout -q feature/x");
        assert_eq!(read()?.worktree_heads, [two]);
        scratch.sh(&format!("git replace {two} {one}"));
        assert_eq!(read()?.replacements, [(two, one)]);
        Ok(())
    }

    #[test]
    fn a_repository_without_changesets_has_an_unborn_head() -> Result<(), Error> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main .");
        let location = Location::discover(scratch.path())?;
        let refs = Refs::read(&Handle::open(&location)?, &location, |_| false)?;
        assert_eq!(refs.head, Head::Unborn { name: "main".into() });
        assert_eq!(refs.tips(), []);
        Ok(())
    }

    #[test]
    fn a_reference_to_a_missing_object_is_left_out() -> Result<(), Error> {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git commit -q --allow-empty -m one");
        std::fs::write(scratch.path().join(".git/refs/heads/broken"), "1".repeat(40) + "\n").expect("a file");
        std::fs::write(scratch.path().join(".git/refs/heads/nonsense"), "what\n").expect("a file");
        let location = Location::discover(scratch.path())?;
        let names: Vec<_> = Refs::read(&Handle::open(&location)?, &location, |_| false)?
            .bookmarks
            .into_iter()
            .map(|named| named.name)
            .collect();
        assert_eq!(names, ["main"]);
        Ok(())
    }
}
