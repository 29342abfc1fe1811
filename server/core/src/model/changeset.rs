//! Changesets as people see them: the fields of a commit decoded, with the phase and the names that stand on it. Knows
//! nothing of files.

use std::borrow::Cow;
use std::collections::HashMap;
use std::thread;

use encoding_rs::{Encoding, UTF_8};

use crate::cancel::Cancel;
use crate::error::Result;
use crate::ids::{Node, Rev};
use crate::model::names::working_parents;
use crate::model::phases::Phase;
use crate::objects::{CommitObject, Objects};
use crate::repository::{Moment, Snapshot};
pub use crate::store::Text;
use crate::store::{self, Description};

/// One changeset. The working directory and the null revision have one too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changeset {
    /// The revision number.
    pub rev: Rev,
    /// The commit's id.
    pub node: Node,
    /// All parents; the null node alone for a root, as in Mercurial.
    pub parents: Vec<Node>,
    /// How far it has travelled.
    pub phase: Phase,
    /// Always `default`: git has no named branches in Mercurial's sense.
    pub branch: &'static str,
    /// The author, `Name <mail>`.
    pub user: String,
    /// When the author made it: Unix seconds (negative before 1970), and the zone in seconds *west* of UTC.
    pub date: (i64, i32),
    /// The message without white space at the end of lines or around the whole.
    pub desc: String,
    /// Branches of git's that stand on it, by name.
    pub bookmarks: Vec<String>,
    /// Remote branches that stand on it, by name.
    pub remote_bookmarks: Vec<String>,
    /// Tags, by name; the highest visible revision has `tip` among them, which is the null one where there is no other.
    pub tags: Vec<String>,
}

/// Makes [`Changeset`]s, many from one look at the references.
pub struct Changesets<'a> {
    snapshot: &'a Snapshot,
    names: HashMap<Node, Names>,
}

#[derive(Clone, Default)]
struct Names {
    bookmarks: Vec<String>,
    remote_bookmarks: Vec<String>,
    tags: Vec<String>,
}

/// The changeset `rev`. For many of them use [`Changesets`].
pub fn changeset(snapshot: &Snapshot, rev: Rev) -> Result<Changeset> {
    Changesets::new(snapshot).get(rev)
}

impl<'a> Changesets<'a> {
    /// From here on a second thread is worth its start.
    const MANY: usize = 64;

    /// Looks at the references once.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let refs = &snapshot.refs;
        let mut names: HashMap<Node, Names> = HashMap::new();
        for named in &refs.bookmarks {
            names.entry(named.node).or_default().bookmarks.push(named.name.to_string());
        }
        for named in &refs.remote_bookmarks {
            names.entry(named.node).or_default().remote_bookmarks.push(named.name.to_string());
        }
        for named in &refs.tags {
            names.entry(named.node).or_default().tags.push(named.name.to_string());
        }
        let tip = names.entry(snapshot.changelog.node(snapshot.changelog.tip())).or_default();
        tip.tags.push("tip".to_owned());
        tip.tags.sort();
        Self { snapshot, names }
    }

    /// The changeset `rev`, which must be a revision of the snapshot, the working directory's or the null one.
    pub fn get(&self, rev: Rev) -> Result<Changeset> {
        let mut descriptions = self.descriptions(&[rev])?;
        Ok(self.with_names(rev, descriptions.pop().unwrap_or_default()))
    }

    /// All of these, in their order, as [`Changesets::get`] gives them.
    pub fn all(&self, revs: &[Rev]) -> Result<Vec<Changeset>> {
        let descriptions = self.descriptions(revs)?;
        Ok(revs.iter().zip(descriptions).map(|(rev, description)| self.with_names(*rev, description)).collect())
    }

    /// These as they stay: from the store what somebody asked for before, the rest from the graph and git's objects. Where
    /// that is much, it is kept.
    fn descriptions(&self, revs: &[Rev]) -> Result<Vec<Description>> {
        let Snapshot { changelog, store, .. } = self.snapshot;
        let stored = match store {
            Some(store) => store::usable(store.descriptions(revs))?,
            None => None,
        };
        let mut descriptions = stored.unwrap_or_else(|| vec![None; revs.len()]);
        let missing: Vec<usize> = (0..revs.len()).filter(|at| descriptions[*at].is_none()).collect();
        let nodes: Vec<Node> = missing.iter().map(|at| changelog.node(revs[*at])).collect();
        let texts = self.read(&nodes)?;
        let read = missing.iter().zip(nodes).zip(texts);
        let read = read.map(|((at, node), text)| Description { node, parents: self.parents(revs[*at]), text });
        let read: Vec<Description> = read.collect();
        if let Some(store) = store.as_ref().filter(|_| missing.len() >= Self::MANY) {
            let known = missing.iter().map(|at| revs[*at]).zip(read.iter().cloned());
            store.remember_descriptions(known.filter(|(rev, _)| !rev.is_null() && *rev != Rev::WDIR).collect());
        }
        missing.into_iter().zip(read).for_each(|(at, read)| descriptions[at] = Some(read));
        Ok(descriptions.into_iter().flatten().collect())
    }

    fn parents(&self, rev: Rev) -> Vec<Node> {
        let changelog = &self.snapshot.changelog;
        match rev {
            Rev::WDIR => working_parents(self.snapshot).map(|parent| changelog.node(parent)).collect(),
            _ => changelog.parents(rev).map(|parent| changelog.node(parent)).collect(),
        }
    }

    /// Reads git's objects: of many, half on a second thread.
    fn read(&self, nodes: &[Node]) -> Result<Vec<Text>> {
        let moment: &Moment = self.snapshot;
        let all = |objects: &Objects, nodes: &[Node], cancel: &Cancel| -> Result<Vec<Text>> {
            let one = |node: &Node| {
                cancel.check()?;
                Text::read(objects, *node)
            };
            nodes.iter().map(one).collect()
        };
        if nodes.len() < Self::MANY {
            return all(&moment.objects, nodes, &moment.cancel);
        }
        let (here, there) = nodes.split_at(nodes.len() / 2);
        let (objects, token) = (moment.objects.another(), moment.cancel.clone());
        thread::scope(|scope| {
            let read = move || all(&objects, there, &token);
            let reading = thread::Builder::new().name("changesets".to_owned()).spawn_scoped(scope, read);
            let mut texts = all(&moment.objects, here, &moment.cancel)?;
            texts.extend(match reading {
                Ok(reading) => reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?,
                Err(_) => all(&moment.objects, there, &moment.cancel)?,
            });
            Ok(texts)
        })
    }

    fn with_names(&self, rev: Rev, description: Description) -> Changeset {
        let Description { node, mut parents, text: Text { user, date, desc } } = description;
        if parents.is_empty() {
            parents.push(Node::NULL);
        }
        let Names { bookmarks, remote_bookmarks, tags } = self.names.get(&node).cloned().unwrap_or_default();
        let phase = Phase::of(&self.snapshot.changelog, rev);
        Changeset { rev, node, parents, phase, branch: "default", user, date, desc, bookmarks, remote_bookmarks, tags }
    }
}

/// Decodes an author as a commit has it, in the encoding that the commit names; empty when it names none.
pub(crate) fn decode_user(name: &[u8], encoding: &[u8]) -> String {
    let encoding = Encoding::for_label(encoding).unwrap_or(UTF_8);
    encoding.decode_without_bom_handling(name).0.trim().to_owned()
}

impl Text {
    /// What the changeset `node` says; nothing for one that stands for no commit.
    fn read(objects: &Objects, node: Node) -> Result<Self> {
        match node {
            Node::NULL | Node::WDIR => Ok(Self::default()),
            node => Ok(Self::of(&objects.commit(node)?)),
        }
    }

    /// Decodes what `commit` says of itself. Bytes that its encoding does not have become U+FFFD.
    pub fn of(commit: &CommitObject) -> Self {
        let encoding = commit.encoding().and_then(Encoding::for_label).unwrap_or(UTF_8);
        let decode = |bytes| encoding.decode_without_bom_handling(bytes).0;
        let author = commit.author();
        Self {
            user: decode_user(author.who, commit.encoding().unwrap_or_default()),
            date: (author.time, author.offset),
            desc: stripped(&decode(commit.message())),
        }
    }
}

/// The text as Mercurial shows messages: lines end in `\n`, no white space at their ends or around the whole.
fn stripped(message: &str) -> String {
    fn is_space(character: char) -> bool {
        character.is_ascii_whitespace() || character == '\x0b'
    }
    let unified = match message.contains('\r') {
        true => Cow::Owned(message.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(message),
    };
    let text = unified.trim_matches(is_space);
    let mut stripped = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            stripped.push('\n');
        }
        stripped.push_str(line.trim_end_matches(is_space));
    }
    stripped
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::cancel::Cancel;
    use crate::git::testing::Scratch;
    use crate::progress::NoProgress;
    use crate::repository::{Options, Repository};

    #[test]
    fn many_at_once_are_what_each_is_by_itself() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && for i in $(seq 150); do git commit -q --allow-empty -m $i; done");
        let snapshot = crate::model::testing::snapshot_of(&scratch);
        let changesets = Changesets::new(&snapshot);
        let mut revs: Vec<Rev> = (0..150).rev().map(Rev).collect();
        revs.extend([Rev::WDIR, Rev::NULL]);
        for count in [0, 1, 63, 64, 65, 152] {
            let each = revs[revs.len() - count..].iter().map(|rev| changesets.get(*rev).unwrap());
            assert_eq!(changesets.all(&revs[revs.len() - count..]).unwrap(), each.collect::<Vec<_>>());
        }
        snapshot.cancel.trip();
        assert!(changesets.all(&revs).is_err() && changesets.all(&revs[..9]).is_err());
    }

    #[test]
    fn of_many_the_texts_are_kept_and_no_object_is_read_again() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && export GIT_AUTHOR_NAME=$(printf 'M\\351') && \
             git config i18n.commitEncoding latin1 && for i in $(seq 80); do git commit -q --allow-empty -m \
             \"$(printf '\\351t\\351 %s' $i)\"; done");
        let revs: Vec<Rev> = (0..80).map(Rev).chain([Rev::WDIR, Rev::NULL]).collect();
        // What a process that has just begun says of these, and how many objects it reads for that.
        let ask = |revs: &[Rev]| {
            let repository = Repository::open(scratch.path(), Options::default()).unwrap();
            let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
            let before = snapshot.objects.asked();
            let all = Changesets::new(&snapshot).all(revs).unwrap();
            let asked = snapshot.objects.asked() - before;
            drop(snapshot);
            repository.settle(std::time::Duration::from_secs(60));
            (all, asked)
        };
        ask(&[Rev(0)]);
        assert_eq!(ask(&revs[..20]).1, 20, "few are not kept");
        let (first, asked) = ask(&revs);
        assert_eq!((asked, first[79].desc.as_str(), &first[79].user[..3]), (80, "été 80", "Mé"));
        assert_eq!(ask(&revs), (first.clone(), 0));
        assert_eq!(ask(&revs[30..31]), (first[30..31].to_vec(), 0));
        // Where an object stands in for another, all begins anew.
        scratch.sh("git replace main $(git commit-tree -m other main^{tree})");
        let replaced = ask(&[Rev(0)]).0.remove(0);
        assert_eq!(
            (replaced.node, replaced.desc.as_str(), &replaced.parents[..]),
            (first[79].node, "other", &[Node::NULL][..])
        );
    }

    #[test]
    fn names_phases_and_pseudo_changesets() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && git commit -q --allow-empty -m base && for b in a b; do \
             git checkout -q -b $b main && git commit -q --allow-empty -m $b; done && git checkout -q main && \
             git merge -q -m octopus a b && git tag zeta && git tag -a -m x alpha && \
             git update-ref refs/remotes/origin/a a && printf '%s\n' $(git rev-parse b) >.git/MERGE_HEAD");
        let repository = Repository::open(scratch.path(), Options::default()).unwrap();
        let snapshot = repository.snapshot(&Cancel::new(), &NoProgress).unwrap();
        let changesets = Changesets::new(&snapshot);
        let get = |name: &str| changesets.get(crate::model::names::resolve(&snapshot, name).unwrap()).unwrap();
        let node = |name: &str| scratch.node(name);
        let octopus = get("main");
        assert_eq!(octopus.parents, [node("a"), node("b")]);
        assert_eq!((octopus.rev, octopus.phase, octopus.branch), (Rev(3), Phase::Draft, "default"));
        assert_eq!(
            (octopus.bookmarks, octopus.tags),
            (vec!["main".to_owned()], vec!["alpha".into(), "tip".into(), "zeta".into()])
        );
        assert_eq!((get("a").phase, get("a").remote_bookmarks), (Phase::Public, vec!["origin/a".to_owned()]));
        assert_eq!((get("0").phase, get("0").parents), (Phase::Public, vec![Node::NULL]));
        let wdir = get("wdir()");
        assert_eq!((wdir.node, wdir.phase, wdir.parents), (Node::WDIR, Phase::Draft, vec![node("main"), node("b")]));
        let null = get("null");
        assert_eq!(
            (null.node, null.phase, null.parents, null.tags),
            (Node::NULL, Phase::Public, vec![Node::NULL], vec![])
        );
    }

    fn text(header: &[u8], message: &[u8]) -> Text {
        let tree = format!("tree {}\n", "1".repeat(40));
        Text::of(&CommitObject::parse([tree.as_bytes(), header, b"\n\n", message].concat()).unwrap())
    }

    #[test]
    fn authors_are_shown_as_written() {
        for (line, user) in [
            ("A U Thor <a@b.c> 1 +0000", "A U Thor <a@b.c>"),
            ("Just Name <> 1 +0000", "Just Name <>"),
            (" <mail@only> 1 +0000", "<mail@only>"),
            ("\"Q\" O'Name <q@b> 1 +0000", "\"Q\" O'Name <q@b>"),
            ("no mail", "no mail"),
        ] {
            assert_eq!(text(format!("author {line}").as_bytes(), b"").user, user);
        }
    }

    #[test]
    fn dates_count_seconds_west() {
        for (line, date) in [
            ("N <m> 1167609610 +0530", (1_167_609_610, -19800)),
            ("N <m> 10 -0800", (10, 28800)),
            ("N <m> 10 -0030", (10, 1800)),
            ("N <m> 10 +1345", (10, -49500)),
            ("N <m> -5 +0000", (-5, 0)),
        ] {
            assert_eq!(text(format!("author {line}").as_bytes(), b"").date, date);
        }
    }

    #[test]
    fn messages_lose_white_space_at_ends_and_around() {
        let desc = |message: &str| text(b"author N <m> 1 +0000", message.as_bytes()).desc;
        assert_eq!(desc("subject  \n\n  body \t\nend\n\n"), "subject\n\n  body\nend");
        assert_eq!(desc("\n \n  indented\r\nmore\rlast"), "indented\nmore\nlast");
        assert_eq!(desc(" \n"), "");
        assert_eq!(desc(""), "");
    }

    #[test]
    fn the_encoding_header_is_obeyed() {
        let author = |encoding: &str| [b"author M\xe9 <m> 1 +0000", encoding.as_bytes()].concat();
        assert_eq!(text(&author("\nencoding ISO-8859-1"), b"\xe9t\xe9\n").desc, "été");
        assert_eq!(text(&author("\nencoding latin1"), b"").user, "Mé <m>");
        assert_eq!(text(&author("\nencoding KOI8-R"), b"\xd0\xd2\n").desc, "пр");
        assert_eq!(text(&author("\nencoding UTF-8"), "é".as_bytes()).desc, "é");
        assert_eq!(text(&author("\nencoding no-such-encoding"), "é".as_bytes()).desc, "é");
        assert_eq!(text(&author(""), b"\xe9t\xe9\n").desc, "\u{fffd}t\u{fffd}");
    }
}
