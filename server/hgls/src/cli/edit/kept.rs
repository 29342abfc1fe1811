//! `hgls backups` and `hgls restore`: what operations overwrote.

use super::arguments::{Backups, Restore};
use super::{Names, say};
use crate::cli::Abort;
use crate::cli::local::Local;
use crate::cli::output::Output;
use crate::handlers;
use crate::protocol::{BackupsParams, FileAction, KeptFile, RestoreParams, Uri};

/// A line a file, the newest first: which, by what it was overwritten, and its name.
pub fn backups(local: &Local, options: &Backups, output: &mut Output) -> Result<u8, Abort> {
    let root = Some(Uri::from_path(&local.opened()?.root));
    let uris = options.files.iter().map(|file| local.uri(file)).collect();
    let result = handlers::backups(&local.context, BackupsParams { root, uris, limit: options.limit, cursor: None })?;
    for KeptFile { id, uri, size, staged, .. } in result.backups {
        let note = if staged { " (staged)" } else { "" };
        output.text(&format!("{id} {size:>9} {}{note}\n", Names::Here.of(local, &uri)))?;
    }
    if result.next_cursor.is_some() {
        output.text("(there are more: see --limit)\n")?;
    }
    Ok(0)
}

pub fn restore(local: &Local, options: &Restore, output: &mut Output) -> Result<u8, Abort> {
    let root = Some(Uri::from_path(&local.opened()?.root));
    let mut incomplete = false;
    for file in &options.files {
        let params = RestoreParams { root: root.clone(), uri: local.uri(file), id: options.id.clone() };
        let result = handlers::restore(&local.context, params)?;
        say(local, &result.warnings.iter().collect::<Vec<_>>(), Names::Here, output)?;
        for file in result.files.iter().filter(|file| file.action == FileAction::Restored) {
            output.text(&format!("restoring {}\n", Names::Here.of(local, &file.uri)))?;
        }
        incomplete |= result.incomplete;
    }
    Ok(u8::from(incomplete))
}
