//! Functions whose answer has to be read from each changeset: what its author wrote, and which files it touches.

use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::rc::Rc;

use super::args::{self, Args};
use super::dates::Span;
use super::error::Error;
use super::eval::{Evaluator, Reader, Wanted};
use super::files::{Default, FilePattern};
use super::set::Set;
use super::strings::{Pattern, compile};
use crate::error::{Explain, Kind, Result};
use crate::graph::RevSet;
use crate::ids::{Node, RepoPath, Rev};
use crate::model::changeset::Text;
use crate::model::touched::{Touched, touched};
use crate::model::{filelog, manifest};

pub(super) fn user<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let pattern = Pattern::of_text(&args.text("author requires a string")?)?;
    Ok(eval.filter(move |reader, rev| Ok(pattern.is_in(&reader.text(rev)?.user))))
}

pub(super) fn desc<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let pattern = Pattern::of_text(&args.text("desc requires a string")?)?;
    Ok(eval.filter(move |reader, rev| Ok(pattern.is_in(&reader.text(rev)?.desc))))
}

pub(super) fn date<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let span = Span::parse(&args.text("date requires a string")?, eval.clock)?;
    Ok(eval.filter(move |reader, rev| Ok(span.contains(reader.text(rev)?.date.0))))
}

pub(super) fn keyword<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let word = args.text("keyword requires a string")?.to_lowercase();
    Ok(eval.filter(move |reader, rev| anywhere(reader, rev, &|text| text.to_lowercase().contains(&word))))
}

pub(super) fn grep<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let pattern = args.text("grep requires a string")?;
    let regex = compile(&pattern, false, "invalid match pattern")?;
    Ok(eval.filter(move |reader, rev| anywhere(reader, rev, &|text| regex.is_match(text))))
}

/// Whether `found` holds of the message, the author, or the name of a file that the changeset touches.
fn anywhere(reader: &Reader<'_>, rev: Rev, found: &dyn Fn(&str) -> bool) -> Result<bool> {
    let text = reader.text(rev)?;
    if found(&text.desc) || found(&text.user) {
        return Ok(true);
    }
    reader.touches(rev, None, &|file| found(&file.path.to_string()))
}

/// Which of the files that a changeset touches are asked for.
type Which = fn(&Touched) -> bool;

fn files<'a>(eval: &Evaluator<'a>, args: Args<'_>, name: &str, default: Default, which: Which) -> Result<Set<'a>> {
    let text = args.text(&format!("{name} requires a pattern"))?;
    let pattern = FilePattern::parse(&text, default)?;
    Ok(eval.filter(move |reader, rev| reader.touches(rev, Some(&pattern), &|file| which(file))))
}

pub(super) fn file<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    files(eval, args, "file", Default::Glob, |_| true)
}

pub(super) fn filelog<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    files(eval, args, "filelog", Default::File, |file| file.after.is_some())
}

pub(super) fn adds<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    files(eval, args, "adds", Default::Path, |file| file.before.is_none())
}

pub(super) fn modifies<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    files(eval, args, "modifies", Default::Path, |file| file.before.is_some() && file.after.is_some())
}

pub(super) fn removes<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    files(eval, args, "removes", Default::Path, |file| file.after.is_none())
}

pub(super) fn contains<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let pattern = FilePattern::parse(&args.text("contains requires a pattern")?, Default::File)?;
    Ok(eval.filter(move |reader, rev| reader.contains(rev, &pattern)))
}

impl Reader<'_> {
    /// Whether `rev` touches a file that `pattern` means (any: `None`) and of which `which` holds. Pseudo revisions
    /// touch nothing, and neither do hidden changesets that are gone.
    pub(super) fn touches(
        &self,
        rev: Rev,
        pattern: Option<&FilePattern>,
        which: &dyn Fn(&Touched) -> bool,
    ) -> Result<bool> {
        if matches!(rev, Rev::NULL | Rev::WDIR) {
            return Ok(false);
        }
        let mut visit = |file: Touched| {
            let found = pattern.is_none_or(|pattern| pattern.matches(&file.path)) && which(&file);
            if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let base = pattern.and_then(FilePattern::base);
        self.or_gone(rev, touched(self.snapshot, rev, base, &mut visit).map(|flow| flow.is_break()))
    }

    fn contains(&self, rev: Rev, pattern: &FilePattern) -> Result<bool> {
        if matches!(rev, Rev::NULL | Rev::WDIR) {
            return Ok(false);
        }
        let base: Vec<RepoPath> = pattern.base().cloned().into_iter().collect();
        let request = manifest::Request { paths: &base, after: None, limit: usize::MAX, sizes: false };
        let files = manifest::manifest(self.snapshot, rev, &request);
        self.or_gone(rev, files.map(|page| page.files.iter().any(|file| pattern.matches(&file.path))))
    }

    /// Objects of hidden changesets may have been collected: such a changeset has nothing that anybody looks for.
    fn or_gone(&self, rev: Rev, answer: Result<bool>) -> Result<bool> {
        match answer {
            Err(error) if error.kind() == Kind::MissingObject && !self.snapshot.changelog.is_visible(rev) => Ok(false),
            answer => answer,
        }
    }
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
    let pattern = FilePattern::parse(&args::string(file, "follow expected a pattern")?, Default::Path)?;
    let base: Vec<RepoPath> = pattern.base().cloned().into_iter().collect();
    let request = manifest::Request { paths: &base, after: None, limit: usize::MAX, sizes: false };
    let mut found = RevSet::new();
    for rev in start.iter() {
        let files = manifest::manifest(eval.snapshot(), rev, &request)?.files;
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
            let mut rows = Vec::new();
            for rev in set.iter() {
                eval.cancel().check()?;
                let rev = rev?;
                rows.push(Row { rev, node: eval.changelog().node(rev), text: eval.reader.text(rev)? });
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
    text: Rc<Text>,
}

impl Key {
    fn compare(&self, one: &Row, other: &Row) -> Ordering {
        let order = match self.name {
            "rev" => one.rev.cmp(&other.rev),
            "desc" => one.text.desc.cmp(&other.text.desc),
            "user" | "author" => one.text.user.cmp(&other.text.user),
            "date" => one.text.date.0.cmp(&other.text.date.0),
            "node" => one.node.cmp(&other.node),
            // There is one branch.
            _ => Ordering::Equal,
        };
        if self.descending { order.reverse() } else { order }
    }
}
