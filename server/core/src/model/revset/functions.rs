//! The table of functions, and those of them that the graph, the references and the order answer. Names, arguments and
//! meaning are Mercurial's (`hg help revsets`).

use super::args::{self, Args};
use super::ast::Expr;
use super::error::Error;
use super::eval::{Evaluator, Wanted};
use super::predicates;
use super::set::{Members, Set};
use super::strings::Pattern;
use crate::error::Result;
use crate::git::NamedRef;
use crate::graph::PrefixMatch;
use crate::ids::{Node, Rev};
use crate::model::similar::similar;

/// How a function is evaluated.
type Body = for<'a> fn(&Evaluator<'a>, Args<'_>, Wanted) -> Result<Set<'a>>;

/// Sorted by name.
const FUNCTIONS: &[(&str, Body)] = &[
    ("adds", predicates::adds),
    ("all", |eval, args, _| args.none().map(|()| eval.all()).map_err(Into::into)),
    ("ancestor", ancestor),
    ("ancestors", ancestors),
    ("author", predicates::user),
    ("bookmark", bookmark),
    ("branch", branch),
    ("branchpoint", branchpoint),
    ("children", |eval, args, _| Ok(Set::new(eval.children(&set_of(eval, args)?)?))),
    ("closed", |_, args, _| args.none().map(|()| Set::new(Members::default())).map_err(Into::into)),
    ("commonancestors", |eval, args, _| {
        let revs: Vec<Rev> = set_of(eval, args)?.iter().collect();
        eval.common_ancestors(&revs)
    }),
    ("contains", predicates::contains),
    ("date", predicates::date),
    ("desc", predicates::desc),
    ("descendants", descendants),
    ("draft", |eval, args, _| {
        args.none()?;
        Ok(eval.seen(eval.universe().difference(eval.changelog().public())))
    }),
    ("file", predicates::file),
    ("filelog", predicates::filelog),
    ("first", limit),
    ("follow", predicates::follow),
    ("grep", predicates::grep),
    ("head", |eval, args, _| {
        args.none()?;
        Ok(eval.seen(eval.changelog().heads().into_iter().collect()))
    }),
    ("heads", |eval, args, _| Ok(eval.heads(set_of(eval, args)?))),
    ("hidden", hidden),
    ("id", id),
    ("keyword", predicates::keyword),
    ("last", last),
    ("limit", limit),
    ("max", |eval, args, _| Ok(single(set_of(eval, args)?.iter().next_back()))),
    ("merge", |eval, args, _| {
        args.none()?;
        Ok(eval.seen(eval.universe().iter().filter(|rev| eval.changelog().is_merge(*rev)).collect()))
    }),
    ("min", |eval, args, _| Ok(single(set_of(eval, args)?.iter().next()))),
    ("modifies", predicates::modifies),
    ("node", id),
    ("none", |_, args, _| args.none().map(|()| Set::new(Members::default())).map_err(Into::into)),
    ("obsolete", hidden),
    ("only", only),
    ("p1", |eval, args, _| Ok(eval.parents_of(&set_or_wdir(eval, args)?, |number| number == 0))),
    ("p2", |eval, args, _| Ok(eval.parents_of(&set_or_wdir(eval, args)?, |number| number == 1))),
    ("parents", |eval, args, _| Ok(eval.parents_of(&set_or_wdir(eval, args)?, |_| true))),
    ("present", present),
    ("public", |eval, args, _| args.none().map(|()| eval.seen(eval.changelog().public().clone())).map_err(Into::into)),
    ("remote", remote),
    ("remotebookmark", remote),
    ("removes", predicates::removes),
    ("rev", rev),
    ("reverse", reverse),
    ("revset", |eval, args, wanted| eval.set(args.one_or_nothing("revset requires one argument")?, wanted)),
    ("roots", |eval, args, _| Ok(eval.roots(&set_of(eval, args)?))),
    ("secret", |_, args, _| args.none().map(|()| Set::new(Members::default())).map_err(Into::into)),
    ("sort", predicates::sort),
    ("tag", tag),
    ("user", predicates::user),
    ("wdir", |_, args, _| args.none().map(|()| Set::listed([Rev::WDIR])).map_err(Into::into)),
];

/// Evaluates the call of `name`, which stands at byte `at`.
pub(super) fn call<'a>(
    eval: &Evaluator<'a>,
    name: &str,
    at: usize,
    arguments: &[Expr],
    wanted: Wanted,
) -> Result<Set<'a>> {
    match FUNCTIONS.binary_search_by_key(&name, |(known, _)| known) {
        Ok(place) => {
            let (name, body) = FUNCTIONS[place];
            body(eval, Args::new(name, arguments), wanted)
        }
        Err(_) => {
            let mut similar = similar(name, FUNCTIONS.iter().map(|(known, _)| *known));
            similar.sort_unstable();
            Err(Error::UnknownFunction { name: name.to_owned(), at, similar }.into())
        }
    }
}

/// The only argument of a function that takes a set. What Mercurial says when there is none, or a list.
fn set_of(eval: &Evaluator<'_>, args: Args<'_>) -> Result<Members> {
    match args.all() {
        [] => Err(Error::invalid("missing argument").into()),
        [one] => eval.members(one),
        many => eval.members(&Expr::List(many.to_vec())),
    }
}

fn set_or_wdir(eval: &Evaluator<'_>, args: Args<'_>) -> Result<Members> {
    match args.all() {
        [] => Ok([Rev::WDIR].into_iter().collect()),
        _ => set_of(eval, args),
    }
}

fn single<'a>(rev: Option<Rev>) -> Set<'a> {
    Set::listed(rev.into_iter().collect::<Vec<_>>())
}

fn ancestor<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let mut revs = Vec::new();
    for argument in args.all() {
        revs.extend(eval.set(argument, Wanted::Order)?.list()?);
    }
    Ok(single(eval.common_ancestor(&revs)?))
}

fn ancestors<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let [set, depth] = args.named(["set", "depth"])?;
    let set = set.ok_or_else(|| Error::invalid("ancestors takes at least 1 argument"))?;
    let depth = depth.map(|depth| args::count(depth, "ancestors expects an integer depth", "negative depth"));
    eval.ancestors(&eval.members(set)?, depth.transpose()?)
}

fn descendants<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let [set, depth] = args.named(["set", "depth"])?;
    let set = set.ok_or_else(|| Error::invalid("descendants takes at least 1 argument"))?;
    let depth = depth.map(|depth| args::count(depth, "descendants expects an integer depth", "negative depth"));
    eval.descendants(&eval.members(set)?, depth.transpose()?)
}

fn only<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let otherwise = "only takes one or two arguments";
    let [include, exclude] = args.positional(1, otherwise)?;
    let include = include.ok_or_else(|| Error::invalid(otherwise))?;
    let exclude = exclude.map(|exclude| eval.members(exclude)).transpose()?;
    eval.only(&eval.members(include)?, exclude.as_ref())
}

/// git has one branch in Mercurial's sense, `default`; a set stands for the branches of its members.
fn branch<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    const DEFAULT: &str = "default";
    let argument = args.one("branch requires one argument")?;
    let all_if = |condition| if condition { eval.all() } else { Set::new(Members::default()) };
    if let Some(text) = args::text(argument) {
        if text == DEFAULT || text.starts_with("re:") {
            return Ok(all_if(Pattern::of_name(&text)?.names(DEFAULT)));
        }
        if let Some(name) = text.strip_prefix("literal:") {
            let unknown = || Error::NoSuchName { kind: "branch", name: name.to_owned() };
            return if name == DEFAULT { Ok(eval.all()) } else { Err(unknown().into()) };
        }
    }
    Ok(all_if(eval.set(argument, Wanted::Members)?.first()?.is_some()))
}

fn branchpoint<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    args.none()?;
    let (mut once, mut twice) = (crate::RevSet::new(), crate::RevSet::new());
    for rev in eval.universe() {
        eval.cancel().check()?;
        let mut parents: Vec<Rev> = eval.changelog().parents(rev).collect();
        parents.sort_unstable();
        parents.dedup();
        twice.extend(parents.into_iter().filter(|parent| !once.insert(*parent)));
    }
    Ok(eval.seen(twice))
}

/// What no reference reaches any more.
fn hidden<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    args.none()?;
    Ok(eval.seen(eval.universe().difference(eval.changelog().visible())))
}

fn id<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let text = args::string(Some(args.one("id requires one argument")?), "id requires a string")?;
    let rev = match Node::from_hex(text.as_bytes()) {
        Some(node) => eval.changelog().rev(&node),
        None => match eval.changelog().prefix(&text) {
            PrefixMatch::One(rev) => Some(rev),
            PrefixMatch::None | PrefixMatch::Ambiguous => None,
        },
    };
    let seen = |rev: &Rev| matches!(*rev, Rev::NULL | Rev::WDIR) || eval.universe().contains(*rev);
    Ok(single(rev.filter(seen)))
}

fn rev<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    args::string(Some(args.one("rev requires one argument")?), "rev requires a number")?;
    let number = args::integer(args.all().first(), "rev expects a number")?;
    let rev = i32::try_from(number).ok().map(Rev);
    let seen = |rev: &Rev| matches!(*rev, Rev::NULL | Rev::WDIR) || eval.universe().contains(*rev);
    Ok(single(rev.filter(seen)))
}

/// Nothing, where something in the argument is not known.
fn present<'a>(eval: &Evaluator<'a>, args: Args<'_>, wanted: Wanted) -> Result<Set<'a>> {
    use crate::error::{Explain, Kind};
    match eval.set(args.one_or_nothing("present requires one argument")?, wanted) {
        Err(error)
            if matches!(error.kind(), Kind::UnknownRevision | Kind::AmbiguousRevision | Kind::HiddenRevision) =>
        {
            Ok(Set::new(Members::default()))
        }
        result => result,
    }
}

fn limit<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let args = Args::new("limit", args.all());
    let [set, count, offset] = args.named(["set", "n", "offset"])?;
    let set = set.ok_or_else(|| Error::invalid("limit requires one to three arguments"))?;
    let number = |argument: Option<&Expr>, default, negative| {
        argument.map_or(Ok(default), |argument| args::count(argument, "limit expects a number", negative))
    };
    let count = number(count, 1, "negative number to select")?;
    let offset = number(offset, 0, "negative offset")?;
    let set = eval.set(set, Wanted::Order)?;
    let revs = set.iter().skip(offset).take(count).collect::<Result<Vec<_>>>()?;
    Ok(Set::listed(revs))
}

fn last<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    let otherwise = "last requires one or two arguments";
    let [set, count] = args.positional(1, otherwise)?;
    let set = set.ok_or_else(|| Error::invalid(otherwise))?;
    let count =
        count.map_or(Ok(1), |count| args::count(count, "last expects a number", "negative number to select"))?;
    let set = eval.set(set, Wanted::Order)?;
    let mut revs = set.iter_back()?.take(count).collect::<Result<Vec<_>>>()?;
    revs.reverse();
    Ok(Set::listed(revs))
}

fn reverse<'a>(eval: &Evaluator<'a>, args: Args<'_>, wanted: Wanted) -> Result<Set<'a>> {
    let set = eval.set(args.one_or_nothing("reverse requires one argument")?, wanted)?;
    if wanted == Wanted::Order { set.reversed() } else { Ok(set) }
}

fn bookmark<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    named(eval, args, "bookmark", &eval.snapshot().refs.bookmarks)
}

/// Mercurial would ask a remote repository; hgls knows where its bookmarks stood when git last asked.
fn remote<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    named(eval, args, "remote bookmark", &eval.snapshot().refs.remote_bookmarks)
}

fn tag<'a>(eval: &Evaluator<'a>, args: Args<'_>, _: Wanted) -> Result<Set<'a>> {
    if let [one] = args.all()
        && args::text(one).is_some_and(|name| matches!(&*name, "tip" | "literal:tip"))
    {
        return Ok(single(Some(eval.changelog().tip())));
    }
    named(eval, args, "tag", &eval.snapshot().refs.tags)
}

/// The changesets with a name of one kind: with any, with one that matches a pattern, or with the one that is given,
/// which must exist.
fn named<'a>(eval: &Evaluator<'a>, args: Args<'_>, kind: &'static str, names: &[NamedRef]) -> Result<Set<'a>> {
    let [argument] = args.positional(0, &format!("{kind} takes one or no arguments"))?;
    let pattern = match argument {
        None => None,
        Some(_) => {
            let text = args::string(argument, &format!("the argument to {kind} must be a string"))?;
            Some(Pattern::of_name(&text)?)
        }
    };
    let meant = |named: &&NamedRef| pattern.as_ref().is_none_or(|pattern| pattern.names(&named.name.to_string()));
    let found: Vec<&NamedRef> = names.iter().filter(meant).collect();
    if let (Some(Pattern::Literal(name)), []) = (&pattern, found.as_slice()) {
        return Err(Error::NoSuchName { kind, name: name.clone() }.into());
    }
    Ok(eval.seen(found.into_iter().filter_map(|named| eval.changelog().rev(&named.node)).collect()))
}
