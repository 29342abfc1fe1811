//! `hgls heads` and `hgls tip`.

use super::Abort;
use super::arguments::Heads;
use super::entry::Detail;
use super::local::Local;
use super::output::Output;
use super::show::{Form, Show};
use crate::handlers;
use crate::protocol::{Changeset, RevParams, RootParams};

/// The changesets without children; as in hg, none is exit code 1.
pub fn heads(local: &Local, options: &Heads, output: &mut Output) -> Result<u8, Abort> {
    let heads = handlers::heads(&local.context, RootParams::default())?.changesets;
    show(local, options, &heads, output)?;
    Ok(u8::from(heads.is_empty()))
}

/// The newest changeset.
pub fn tip(local: &Local, options: &Heads, output: &mut Output) -> Result<u8, Abort> {
    let tip = handlers::lookup(&local.context, RevParams { root: None, rev: "tip".to_owned() })?.changeset;
    show(local, options, &[tip], output)?;
    Ok(0)
}

fn show(local: &Local, options: &Heads, changesets: &[Changeset], output: &mut Output) -> Result<(), Abort> {
    let detail = match options {
        Heads { quiet: true, .. } => Detail::Quiet,
        Heads { verbose: true, .. } => Detail::Verbose,
        _ => Detail::Normal,
    };
    let form = Form::of(options.template.template.as_deref())?;
    let target = local.context.open(None)?;
    Show { local, target: &target, form, detail }.all(changesets, output)
}
