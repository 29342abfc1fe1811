//! `hgls export`: changesets as patches that Mercurial imports.

use super::Abort;
use super::arguments::Export;
use super::date;
use super::diff::patch;
use super::local::Local;
use super::output::Output;
use crate::handlers;
use crate::protocol::{Changeset, Date, DiffParams, RevParams};

pub fn run(local: &Local, options: &Export, output: &mut Output) -> Result<u8, Abort> {
    let target = local.context.open(None)?;
    let mut sets: Vec<&str> = options.revs.iter().chain(&options.rev).map(String::as_str).collect();
    if sets.is_empty() {
        sets.push(".");
    }
    for set in sets {
        for rev in target.revs(set)? {
            let rev = target.snapshot.changelog.node(rev).to_hex();
            let changeset = handlers::lookup(&local.context, RevParams { root: None, rev })?.changeset;
            output.text(&header(&changeset))?;
            let params = DiffParams { change: Some(changeset.node), ..DiffParams::default() };
            let text = output.patch(&patch(&handlers::diff(&local.context, params)?));
            output.bytes(&text)?;
        }
    }
    Ok(0)
}

fn header(changeset: &Changeset) -> String {
    let Date(seconds, west) = changeset.date;
    let mut text = format!("# HG changeset patch\n# User {}\n# Date {seconds} {west}\n", changeset.user);
    text += &format!("#      {}\n# Node ID {}\n", date::long(changeset.date), changeset.node);
    for parent in &changeset.parents {
        text += &format!("# Parent  {parent}\n");
    }
    text + &format!("{}\n\n", changeset.desc)
}
