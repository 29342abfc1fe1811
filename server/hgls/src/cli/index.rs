//! `hgls index`: builds the index, with a bar.

use super::Abort;
use super::arguments::Index;
use super::local::{Local, build};
use super::output::Output;
use super::progress::Bar;
use crate::handlers;
use crate::protocol::IndexParams;

pub fn run(local: &Local, options: &Index, output: &mut Output) -> Result<u8, Abort> {
    build(&local.opened()?.repository, options.rebuild, &Bar::default())?;
    let index = handlers::index(&local.context, IndexParams::default())?;
    let size = index.bytes.div_ceil(1024);
    output.text(&format!(
        "{} changesets, {} changes of {} paths, {size} kB\n",
        index.revisions, index.changes, index.paths
    ))?;
    Ok(0)
}
