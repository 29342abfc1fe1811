//! `hgls index`: builds the index, with a bar; writes it for other clones, and takes theirs.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};

use hgls_core::transfer::Imported;
use hgls_core::{Cancel, Repository, TakenOver};

use super::Abort;
use super::arguments::Index;
use super::interrupt::cancel_on_interrupt;
use super::local::Local;
use super::output::Output;
use super::progress::Bar;
use crate::handlers;
use crate::protocol::{ErrorKind, Failure, IndexParams};

pub fn run(local: &Local, options: &Index, output: &mut Output) -> Result<u8, Abort> {
    let repository = local.opened()?.repository;
    let (cancel, bar) = (cancel_on_interrupt(), Bar::default());
    if options.rebuild {
        repository.forget_index(&cancel)?;
    }
    match options {
        Index { export: Some(file), .. } => return export(&repository, file, &cancel, &bar, output),
        Index { import: Some(file), .. } => import(&repository, file, &cancel, &bar, output)?,
        Index { publish: true, .. } => return publish(&repository, &cancel, &bar, output),
        _ => repository.index(&cancel, &bar).map(drop)?,
    }
    match repository.taken_over() {
        Some(TakenOver::Refused(why)) => output.warn(&format!("refs/hgls/snapshot is not used: {why}"))?,
        Some(TakenOver::Taken(taken)) if options.import.is_none() => say(&taken, "refs/hgls/snapshot", output)?,
        _ => {}
    }
    let index = handlers::index(&local.context, IndexParams::default())?;
    let size = index.bytes.div_ceil(1024);
    output.text(&format!(
        "{} changesets, {} changes of {} paths, {size} kB\n",
        index.revisions, index.changes, index.paths
    ))?;
    Ok(0)
}

/// Writes a snapshot to `file`, which is not touched before it is complete; `-` is standard output.
fn export(repository: &Repository, file: &Path, cancel: &Cancel, bar: &Bar, output: &mut Output) -> Result<u8, Abort> {
    if file == Path::new("-") {
        let (exported, _) = repository.export_index(BufWriter::new(io::stdout().lock()), cancel, bar)?;
        output.warn(&format!("{} changesets, {} changes", exported.changesets, exported.changes))?;
        return Ok(0);
    }
    let temporary = Temporary::of(file);
    let out = File::create(&temporary.path).map_err(|error| unusable(file, &error))?;
    let (exported, bytes) = repository.export_index(BufWriter::new(&out), cancel, bar)?;
    out.sync_all().and_then(|()| fs::rename(&temporary.path, file)).map_err(|error| unusable(file, &error))?;
    let size = bytes.div_ceil(1024);
    output.text(&format!("{} changesets, {} changes, {size} kB\n", exported.changesets, exported.changes))?;
    Ok(0)
}

fn import(repository: &Repository, file: &Path, cancel: &Cancel, bar: &Bar, output: &mut Output) -> Result<(), Abort> {
    let opened = File::open(file).map_err(|error| unusable(file, &error))?;
    let imported = repository.import_index(BufReader::new(opened), cancel, bar)?;
    let imported = imported.ok_or_else(|| Failure::new(ErrorKind::Store, "no index can be kept of this repository"))?;
    say(&imported, &file.display().to_string(), output)
}

/// What was taken over from a snapshot.
fn say(imported: &Imported, snapshot: &str, output: &mut Output) -> Result<(), Abort> {
    let Imported { known, absent, compared } = imported;
    let absent = if *absent == 0 { String::new() } else { format!(", {absent} more are not here") };
    output.text(&format!("{known} changesets from {snapshot}, {compared} of them compared with git{absent}\n"))
}

fn publish(repository: &Repository, cancel: &Cancel, bar: &Bar, output: &mut Output) -> Result<u8, Abort> {
    let (exported, commit) = repository.publish_index(cancel, bar)?;
    let outcome = commit.map_or_else(|| "as it was".to_owned(), |commit| format!("now {}", commit.short()));
    output.text(&format!(
        "{} changesets, {} changes: refs/hgls/snapshot is {outcome}\n",
        exported.changesets, exported.changes
    ))?;
    Ok(0)
}

/// A file of another name in the same folder, which goes away unless it has been renamed.
struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn of(file: &Path) -> Self {
        let mut name = OsString::from(file.file_name().unwrap_or_default());
        name.push(format!(".{}.tmp", std::process::id()));
        Self { path: file.with_file_name(name) }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // It is gone after a success.
        let _ = fs::remove_file(&self.path);
    }
}

fn unusable(file: &Path, error: &io::Error) -> Failure {
    Failure::new(ErrorKind::Io, format!("{}: {error}", file.display()))
}
