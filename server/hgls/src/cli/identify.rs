//! `hgls identify`.

use super::Abort;
use super::arguments::Identify;
use super::entry::short;
use super::local::Local;
use super::output::Output;
use crate::handlers;
use crate::protocol::{Changeset, RevParams, RootParams};

/// What is identified.
struct Identified {
    /// Number and node of each parent; of a revision, its own.
    parents: Vec<(i32, String)>,
    /// `+` when something is changed.
    mark: &'static str,
    tags: Vec<String>,
    bookmarks: Vec<String>,
}

pub fn run(local: &Local, options: &Identify, output: &mut Output) -> Result<u8, Abort> {
    let found = match &options.rev {
        Some(rev) => revision(changeset(local, rev)?),
        None => working_copy(local)?,
    };
    let joined = |name: &dyn Fn(&(i32, String)) -> String| {
        let names: Vec<String> = found.parents.iter().map(name).collect();
        names.join("+") + found.mark
    };
    let default = !(options.id || options.number || options.branch || options.tags || options.bookmarks);
    let mut words = Vec::new();
    if default || options.id {
        words.push(joined(&|(_, node)| short(node).to_owned()));
    }
    if options.number {
        words.push(joined(&|(rev, _)| rev.to_string()));
    }
    if default && !options.quiet {
        let several = [found.tags.join("/"), found.bookmarks.join("/")];
        words.extend(several.into_iter().filter(|names| !names.is_empty()));
    } else if !default {
        words.extend(options.branch.then(|| "default".to_owned()));
        words.extend(found.tags.iter().filter(|_| options.tags).cloned());
        words.extend(found.bookmarks.iter().filter(|_| options.bookmarks).cloned());
    }
    output.text(&format!("{}\n", words.join(" ")))?;
    Ok(0)
}

fn changeset(local: &Local, rev: &str) -> Result<Changeset, Abort> {
    Ok(handlers::lookup(&local.context, RevParams { root: None, rev: rev.to_owned() })?.changeset)
}

fn revision(changeset: Changeset) -> Identified {
    let Changeset { rev, node, tags, bookmarks, .. } = changeset;
    Identified { parents: vec![(rev, node)], mark: "", tags, bookmarks }
}

fn working_copy(local: &Local) -> Result<Identified, Abort> {
    let identity = handlers::identify(&local.context, RootParams::default())?;
    let mark = if identity.dirty { "+" } else { "" };
    let names = if identity.parents.is_empty() { vec![identity.node] } else { identity.parents };
    let mut found = Identified { parents: Vec::new(), mark, tags: Vec::new(), bookmarks: Vec::new() };
    for node in names {
        let mut parent = revision(changeset(local, &node)?);
        found.parents.append(&mut parent.parents);
        found.tags.append(&mut parent.tags);
        found.bookmarks.append(&mut parent.bookmarks);
    }
    Ok(found)
}
