//! Functions whose answer has to be read from each changeset: what its author wrote, and which files it touches.

use std::cmp::Ordering;
use std::rc::Rc;

use super::args::{self, Args};
use super::dates::Span;
use super::error::Error;
use super::eval::{Evaluator, Wanted};
use super::files::{Default, FilePattern};
use super::set::Set;
use super::strings::{Pattern, compile};
use super::touching::{Which, touching, unless_gone};
use crate::error::Result;
use crate::graph::RevSet;
use crate::ids::{Node, RepoPath, Rev};
use crate::model::{filelog, manifest};
use crate::repository::Snapshot;

pub(super) fn user<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let pattern = Pattern::of_text(&args.text("author requires a string")?)?;
    Ok(eval.filter(move |reader, rev| Ok(pattern.is_in(&reader.user(rev)?))))
}

pub(super) fn desc<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let pattern = Pattern::of_text(&args.text("desc requires a string")?)?;
    Ok(eval.filter(move |reader, rev| Ok(pattern.is_in(&reader.text(rev)?.desc))))
}

pub(super) fn date<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let span = Span::parse(&args.text("date requires a string")?, eval.clock)?;
    Ok(eval.filter(move |reader, rev| Ok(span.contains(reader.time(rev)?))))
}

pub(super) fn keyword<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let word = args.text("keyword requires a string")?.to_lowercase();
    let files = FilePattern::with_word(&word)?;
    anywhere(eval, files, move |text| text.to_lowercase().contains(&word))
}

pub(super) fn grep<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let pattern = args.text("grep requires a string")?;
    let regex = compile(&pattern, false, "invalid match pattern")?;
    anywhere(eval, FilePattern::with_match(&pattern)?, move |text| regex.is_match(text))
}

/// Where `found` holds of the message or the author, or the changeset touches one of `files`.
fn anywhere<'a>(eval: &Evaluator<'a>, files: FilePattern, found: impl Fn(&str) -> bool + 'a) -> Result<Set<'a>> {
    let written = eval.filter(move |reader, rev| {
        let text = reader.text(rev)?;
        Ok(found(&text.desc) || found(&text.user))
    });
    let touched = touching(eval.snapshot(), eval.all(), vec![files], Which::Any)?;
    Ok(Set::joined([written, touched].into_iter()))
}

fn files<'a>(eval: &Evaluator<'a>, args: Args<'_>, name: &str, default: Default, which: Which) -> Result<Set<'a>> {
    let pattern = FilePattern::parse(&args.text(&format!("{name} requires a pattern"))?, default)?;
    touching(eval.snapshot(), eval.all(), vec![pattern], which)
}

pub(super) fn file<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    files(eval, args, "file", Default::Glob, Which::Any)
}

pub(super) fn filelog<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    files(eval, args, "filelog", Default::File, Which::That(|file| file.after.is_some()))
}

pub(super) fn adds<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    files(eval, args, "adds", Default::GlobOrPath, Which::That(|file| file.before.is_none()))
}

pub(super) fn modifies<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    files(
        eval,
        args,
        "modifies",
        Default::GlobOrPath,
        Which::That(|file| file.before.is_some() && file.after.is_some()),
    )
}

pub(super) fn removes<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    files(eval, args, "removes", Default::GlobOrPath, Which::That(|file| file.after.is_none()))
}

pub(super) fn contains<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let pattern = FilePattern::parse(&args.text("contains requires a pattern")?, Default::File)?;
    Ok(eval.filter(move |reader, rev| match rev {
        Rev::NULL | Rev::WDIR => Ok(false),
        _ => unless_gone(reader.snapshot, rev, has(reader.snapshot, rev, &pattern)),
    }))
}

fn has(snapshot: &Snapshot, rev: Rev, pattern: &FilePattern) -> Result<bool> {
    let base: Vec<RepoPath> = pattern.base().cloned().into_iter().collect();
    let request = manifest::Request { paths: &base, after: None, limit: usize::MAX, sizes: false };
    let files = manifest::manifest(snapshot, snapshot.changelog.node(rev), &request)?.files;
    Ok(files.iter().any(|file| pattern.matches(&file.path)))
}

pub(super) fn follow<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let [file, start] = args.named(["file", "startrev"])?;
    let start = match start {
        Some(start) => eval.members(start)?,
        None => eval.parents(Rev::WDIR).into_iter().take(1).collect(),
    };
    if file.is_none() {
        return eval.ancestors(&start, None);
    }
    let pattern = FilePattern::parse(&args::string(file, "follow expected a pattern")?, Default::GlobOrPath)?;
    let base: Vec<RepoPath> = pattern.base().cloned().into_iter().collect();
    let request = manifest::Request { paths: &base, after: None, limit: usize::MAX, sizes: false };
    let mut found = RevSet::new();
    for rev in start.iter() {
        let files = manifest::manifest(eval.snapshot(), eval.changelog().node(rev), &request)?.files;
        for path in files.into_iter().map(|file| file.path).filter(|path| pattern.matches(path)) {
            let query =
                filelog::Query { path: &path, rev, follow: true, all_heads: false, limit: usize::MAX, cursor: None };
            let page = filelog::filelog(eval.snapshot(), &query)?;
            found.extend(page.revisions.into_iter().map(|revision| revision.linkrev));
        }
    }
    Ok(eval.seen(found))
}

/// A key to sort by, and whether the highest comes first.
struct Key {
    name: &'static str,
    descending: bool,
}

const KEYS: [&str; 7] = ["rev", "branch", "desc", "user", "author", "date", "node"];

pub(super) fn sort<'a>(eval: &Evaluator<'a>, args: Args<'_>, wanted: Wanted) -> Result<Set<'a>> {
    let [set, keys] = args.named(["set", "keys"])?;
    let set = set.ok_or_else(|| Error::invalid("sort requires one or two arguments"))?;
    let keys = match keys {
        Some(_) => sort_keys(&args::string(keys, "sort spec must be a string")?)?,
        None => vec![Key { name: "rev", descending: false }],
    };
    let set = eval.set(set, wanted)?;
    match keys.as_slice() {
        _ if wanted == Wanted::Members => Ok(set),
        [] => Ok(set),
        [Key { name: "rev", descending }] => Ok(set.sorted(*descending)),
        keys => {
            let reads_desc = keys.iter().any(|key| key.name == "desc");
            let mut rows = Vec::new();
            for rev in set.iter() {
                eval.cancel().check()?;
                let rev = rev?;
                let desc = if reads_desc { eval.reader.text(rev)?.desc.clone() } else { String::new() };
                let (user, time) = (eval.reader.user(rev)?, eval.reader.time(rev)?);
                rows.push(Row { rev, node: eval.changelog().node(rev), user, time, desc });
            }
            rows.sort_by(|one, other| {
                keys.iter().map(|key| key.compare(one, other)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
            });
            Ok(Set::listed(rows.into_iter().map(|row| row.rev).collect::<Vec<_>>()))
        }
    }
}

fn sort_keys(text: &str) -> Result<Vec<Key>, Error> {
    let key = |word: &str| {
        let (name, descending) = match word.strip_prefix('-') {
            Some(name) => (name, true),
            None => (word, false),
        };
        let known = KEYS.into_iter().find(|known| *known == name);
        let name = known.ok_or_else(|| Error::invalid(format!("unknown sort key '{word}'")))?;
        Ok(Key { name, descending })
    };
    text.split_whitespace().map(key).collect()
}

/// What a revision is sorted by.
struct Row {
    rev: Rev,
    node: Node,
    user: Rc<str>,
    time: i64,
    desc: String,
}

impl Key {
    fn compare(&self, one: &Row, other: &Row) -> Ordering {
        let order = match self.name {
            "rev" => one.rev.cmp(&other.rev),
            "desc" => one.desc.cmp(&other.desc),
            "user" | "author" => one.user.cmp(&other.user),
            "date" => one.time.cmp(&other.time),
            "node" => one.node.cmp(&other.node),
            // There is one branch.
            _ => Ordering::Equal,
        };
        if self.descending { order.reverse() } else { order }
    }
}
