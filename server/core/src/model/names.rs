//! What a revision's name stands for: `.`, numbers, nodes and their prefixes, bookmarks, tags, remote bookmarks, in
//! Mercurial's order. Knows nothing of expressions: those are the matter of [`revset`](super::revset).

use crate::error::{Explain, Kind, Result};
use crate::git::{NamedRef, Refs};
use crate::graph::PrefixMatch;
use crate::ids::{Node, Rev};
use crate::model::similar::{did_you_mean, similar};
use crate::repository::{Moment, Snapshot};

/// A name that stands for no changeset, or not for one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing has this name.
    #[error("unknown revision '{name}'")]
    Unknown {
        /// As written.
        name: String,
        /// Bookmarks, tags and remote bookmarks that are alike, the likeliest first.
        similar: Vec<String>,
    },
    /// More than one node begins so.
    #[error("ambiguous revision identifier: {prefix}")]
    Ambiguous {
        /// As written.
        prefix: String,
    },
    /// No reference reaches the changeset any more.
    #[error("hidden revision '{name}'")]
    Hidden {
        /// As written.
        name: String,
    },
}

impl Explain for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Unknown { .. } => Kind::UnknownRevision,
            Self::Ambiguous { .. } => Kind::AmbiguousRevision,
            Self::Hidden { .. } => Kind::HiddenRevision,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { similar, .. } => did_you_mean(similar),
            Self::Ambiguous { .. } => Some("write more digits of the node".to_owned()),
            Self::Hidden { .. } => Some(
                "no branch, tag or worktree reaches this changeset any more; 'git branch NAME NODE' brings it back"
                    .to_owned(),
            ),
        }
    }
}

/// The changeset that `name` stands for. `.` is the working directory's first parent, which is [`Rev::NULL`] before
/// the first commit; `wdir()` is [`Rev::WDIR`].
pub fn resolve(snapshot: &Snapshot, name: &str) -> Result<Rev> {
    let rev = find(snapshot, name)?;
    if rev == Rev::WDIR || snapshot.changelog.is_visible(rev) {
        return Ok(rev);
    }
    Err(Error::Hidden { name: name.to_owned() }.into())
}

/// The changeset that the references alone say `name` stands for, which may be [`Node::NULL`] or [`Node::WDIR`]. `None`:
/// only numbers can tell, so ask [`resolve`], which gives the same answer for those that have one here.
pub fn plain(moment: &Moment, name: &str) -> Option<Node> {
    match name {
        "." => return Some(moment.refs.head.node().unwrap_or(Node::NULL)),
        "null" => return Some(Node::NULL),
        "wdir()" => return Some(Node::WDIR),
        // Before names come numbers, and nodes.
        "tip" => return None,
        _ if is_number(name).is_some() => return None,
        _ => {}
    }
    match Node::from_hex(name.as_bytes()) {
        Some(node) => moment.refs.tips().contains(&node).then_some(node).filter(|node| moment.objects.contains(node.0)),
        None => named(&moment.refs, name).find(|node| moment.objects.contains(node.0)),
    }
}

/// Whether `name` stands for a changeset that can be seen. A prefix of many nodes counts: it is a name, and using it
/// an error.
pub fn is_name(snapshot: &Snapshot, name: &str) -> bool {
    match meaning(snapshot, name) {
        PrefixMatch::One(rev) => rev == Rev::WDIR || snapshot.changelog.is_visible(rev),
        PrefixMatch::Ambiguous => true,
        PrefixMatch::None => false,
    }
}

/// The parents of the working directory: none before the first commit, several during a merge.
pub fn working_parents(snapshot: &Snapshot) -> impl Iterator<Item = Rev> + '_ {
    let nodes = snapshot.refs.head.node().into_iter().chain(snapshot.refs.merge_parents.iter().copied());
    nodes.filter_map(|node| snapshot.changelog.rev(&node))
}

/// How many digits [`shortest`] gives at least.
const SHORTEST: usize = 4;

/// The shortest beginning of the node, of four digits or more, that stands for this changeset: no other node begins
/// so, and it is no number, name or pseudo node (Mercurial's `shortest()`).
pub fn shortest(snapshot: &Snapshot, rev: Rev) -> String {
    shortest_of(snapshot, rev, SHORTEST)
}

/// As [`shortest`], of `least` digits or more.
pub fn shortest_of(snapshot: &Snapshot, rev: Rev, least: usize) -> String {
    let hex = snapshot.changelog.node(rev).to_hex();
    let unique = if rev == Rev::WDIR { 1 } else { snapshot.changelog.unique_prefix_length(rev) };
    let prefixes = (unique.max(least)..hex.len()).filter_map(|length| hex.get(..length));
    let found =
        prefixes.into_iter().find(|prefix| meaning(snapshot, prefix) == PrefixMatch::One(rev)).map(str::to_owned);
    found.unwrap_or(hex)
}

/// Like [`resolve`], hidden changesets included.
pub(super) fn find(snapshot: &Snapshot, name: &str) -> Result<Rev, Error> {
    match meaning(snapshot, name) {
        PrefixMatch::One(rev) => Ok(rev),
        PrefixMatch::Ambiguous => Err(Error::Ambiguous { prefix: name.to_owned() }),
        PrefixMatch::None => Err(Error::Unknown { name: name.to_owned(), similar: alike(snapshot, name) }),
    }
}

/// What `name` stands for, hidden changesets included. Only prefixes stand for many.
fn meaning(snapshot: &Snapshot, name: &str) -> PrefixMatch {
    let changelog = &snapshot.changelog;
    let pseudo = match name {
        "." => Some(working_parents(snapshot).next().unwrap_or(Rev::NULL)),
        "tip" => Some(changelog.tip()),
        "null" => Some(Rev::NULL),
        "wdir()" => Some(Rev::WDIR),
        _ => None,
    };
    let node = || Node::from_hex(name.as_bytes()).and_then(|node| changelog.rev(&node));
    let rev = pseudo
        .or_else(|| number(snapshot, name))
        .or_else(node)
        .or_else(|| named(&snapshot.refs, name).find_map(|node| changelog.rev(&node)));
    rev.map_or_else(|| prefix(snapshot, name), PrefixMatch::One)
}

/// Numbers as Mercurial writes them, and no other spelling of them.
fn is_number(name: &str) -> Option<i32> {
    name.parse().ok().filter(|number: &i32| number.to_string() == name)
}

/// Negative numbers count back from `tip`.
fn number(snapshot: &Snapshot, name: &str) -> Option<Rev> {
    let number = is_number(name)?;
    let changelog = &snapshot.changelog;
    match usize::try_from(number) {
        Ok(row) => (row < changelog.len() || Rev(number) == Rev::WDIR).then_some(Rev(number)),
        Err(_) => {
            let back = usize::try_from(number.unsigned_abs()).ok()?;
            changelog.visible().iter().rev().nth(back.checked_sub(1)?)
        }
    }
}

/// What has this name, the strongest first.
fn named<'a>(refs: &'a Refs, name: &'a str) -> impl Iterator<Item = Node> + 'a {
    [&refs.bookmarks, &refs.tags, &refs.remote_bookmarks].into_iter().filter_map(|list| {
        let place = list.binary_search_by(|named| named.name.as_slice().cmp(name.as_bytes())).ok()?;
        Some(list.get(place)?.node)
    })
}

/// The working directory's node is forty `f`, the null node forty `0`: a run of one of these digits may mean them.
fn prefix(snapshot: &Snapshot, name: &str) -> PrefixMatch {
    let is_run_of = |digit: char| !name.is_empty() && name.len() <= 40 && name.chars().all(|other| other == digit);
    let wdir = is_run_of('f').then_some(Rev::WDIR);
    let pseudo = wdir.or_else(|| is_run_of('0').then_some(Rev::NULL));
    match (snapshot.changelog.prefix(name), pseudo) {
        (PrefixMatch::None, Some(rev)) => PrefixMatch::One(rev),
        (PrefixMatch::One(_), Some(_)) => PrefixMatch::Ambiguous,
        (found, _) => found,
    }
}

/// How many names a hint lists.
const MOST_SIMILAR: usize = 3;

/// Names that somebody who wrote `name` may have meant.
fn alike(snapshot: &Snapshot, name: &str) -> Vec<String> {
    let refs = &snapshot.refs;
    let lists = [&refs.bookmarks, &refs.tags, &refs.remote_bookmarks];
    let names = lists.into_iter().flatten().map(|named: &NamedRef| &named.name);
    similar(name, names).into_iter().take(MOST_SIMILAR).map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::cancel::Cancel;
    use crate::git::testing::Scratch;
    use crate::model::testing::snapshot_of as snapshot;
    use crate::progress::NoProgress;
    use crate::repository::{Options, Repository};

    /// Forty-four changesets in a row, as in the repository in which Mercurial was observed.
    fn row_of_44() -> Scratch {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && { for i in $(seq 44); do echo 'commit refs/heads/main'; \
             echo \"committer T <t@e> $i +0000\"; echo 'data 1'; echo x; done; } | git fast-import --quiet");
        scratch
    }

    fn message(snapshot: &Snapshot, name: &str) -> String {
        resolve(snapshot, name).unwrap_err().to_string()
    }

    #[test]
    fn names_are_tried_in_mercurials_order() {
        let scratch = row_of_44();
        scratch.sh(
            "git branch 1 main~40 && git branch tip main~3 && git branch null main~3 && git tag both main~5 && \
             git branch both main~6 && git tag -a -m x v1.0 main~7 && git branch -f feature/x main~8 && \
             git update-ref refs/remotes/origin/main main~9 && git branch 007 main~10 && git branch +5 main~11",
        );
        let snapshot = snapshot(&scratch);
        let hex = |rev: i32| snapshot.changelog.node(Rev(rev)).to_hex();
        for (name, rev) in [
            (".", 43),
            ("tip", 43),
            ("null", -1),
            ("wdir()", i32::MAX),
            ("2147483647", i32::MAX),
            ("0", 0),
            ("1", 1),
            ("-1", 43),
            ("-44", 0),
            ("both", 37),
            ("v1.0", 36),
            ("feature/x", 35),
            ("origin/main", 34),
            ("007", 33),
            ("+5", 32),
            (&hex(20), 20),
            (&hex(20).to_uppercase(), 20),
            (&hex(20)[..11], 20),
            (&"0".repeat(40), -1),
            (&"f".repeat(40), i32::MAX),
            ("fffffff", i32::MAX),
            ("0000000", -1),
        ] {
            assert_eq!(resolve(&snapshot, name).unwrap(), Rev(rev), "{name}");
            assert!(is_name(&snapshot, name), "{name}");
            let plain = plain(&snapshot, name);
            assert!(plain.is_none_or(|node| node == snapshot.changelog.node(Rev(rev))), "{name}");
            let is_plain =
                ["null", ".", "wdir()", "both", "v1.0", "feature/x", "origin/main", "007", "+5"].contains(&name);
            assert_eq!(plain.is_some(), is_plain, "{name}");
        }
        assert_eq!(plain(&snapshot, &hex(43)), Some(snapshot.changelog.node(Rev(43))), "a node that a branch is at");
        for name in ["44", "-45", "-100", "dead00", "no such", "", "0x1", "1.0", "2147483646", "99999999999", "-0"] {
            assert_eq!(message(&snapshot, name), format!("unknown revision '{name}'"));
            assert!(!is_name(&snapshot, name), "{name}");
            assert_eq!(plain(&snapshot, name), None, "{name}");
        }
        let first = |rev: i32| hex(rev)[..1].to_owned();
        let prefix = (0..44).map(first).find(|digit| digit.parse::<u8>().is_err()).unwrap();
        assert_eq!(message(&snapshot, &prefix), format!("ambiguous revision identifier: {prefix}"));
        assert!(is_name(&snapshot, &prefix));
    }

    #[test]
    fn a_typing_error_gets_a_hint() {
        let scratch = row_of_44();
        scratch.sh("git branch feature/login main && git tag v1.0 && git tag v2.0");
        let snapshot = snapshot(&scratch);
        let hint = |name| resolve(&snapshot, name).unwrap_err().hint();
        assert_eq!(hint("feature/logn"), Some("did you mean feature/login?".to_owned()));
        assert_eq!(hint("v3.0"), Some("did you mean one of v1.0, v2.0?".to_owned()));
        assert_eq!(hint("unlike"), None);
    }

    #[test]
    fn what_nothing_reaches_is_hidden() {
        let scratch = row_of_44();
        let gone = scratch.node("main");
        let repository = Repository::open(scratch.path(), Options::default()).unwrap();
        repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
        scratch.sh("git update-ref refs/heads/main main~1");
        let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
        if snapshot.changelog.rev(&gone).is_some() {
            assert_eq!(message(&snapshot, "43"), "hidden revision '43'");
            assert_eq!(message(&snapshot, &gone.short()), format!("hidden revision '{}'", gone.short()));
        }
        assert_eq!(resolve(&snapshot, "-1").unwrap(), Rev(42));
    }

    #[test]
    fn shortest_stands_for_its_changeset_and_nothing_else() {
        let scratch = row_of_44();
        let clash = scratch.node("main~20").to_hex();
        scratch.sh(&format!("git branch {} main", &clash[..4]));
        let snapshot = snapshot(&scratch);
        for rev in (0..44).map(Rev).chain([Rev::NULL, Rev::WDIR]) {
            let shortest = shortest(&snapshot, rev);
            assert!(shortest.len() >= 4);
            assert_eq!(resolve(&snapshot, &shortest).unwrap(), rev, "{shortest}");
        }
        assert_eq!(shortest(&snapshot, Rev(23)).len(), 5);
        assert_eq!((shortest(&snapshot, Rev::NULL), shortest(&snapshot, Rev::WDIR)), ("0000".into(), "ffff".into()));
    }

    #[test]
    fn before_the_first_commit_everything_is_null() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main .");
        let snapshot = snapshot(&scratch);
        assert_eq!(resolve(&snapshot, ".").unwrap(), Rev::NULL);
        assert_eq!(resolve(&snapshot, "tip").unwrap(), Rev::NULL);
        assert_eq!(working_parents(&snapshot).count(), 0);
        assert_eq!(message(&snapshot, "-1"), "unknown revision '-1'");
        assert_eq!(message(&snapshot, "main"), "unknown revision 'main'");
    }
}
