//! The index of an open repository, written for other clones and taken over from them: to and from a file, and the
//! repository's own reference `refs/hgls/snapshot`.

use std::io::{Cursor, Read, Seek, Write};
use std::sync::atomic::Ordering;

use super::{Repository, Snapshot, lock};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::git::{self, Published};
use crate::graph::Lost;
use crate::ids::{Node, Rev};
use crate::progress::Progress;
use crate::transfer::{self, Exported, FileSink, FileSource, Imported, Source, Target};

/// A published snapshot that is one file is no longer than this: it has to be in memory.
const PUBLISHED_FILE: usize = 1 << 30;

/// What became of a snapshot of the index that had been fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenOver {
    /// It was taken over.
    Taken(Imported),
    /// It was not, for this reason.
    Refused(String),
}

impl Repository {
    /// What became of the snapshot under `refs/hgls/snapshot`, when the index was made with it since the repository was
    /// opened.
    pub fn taken_over(&self) -> Option<TakenOver> {
        lock(&self.taken_over).clone()
    }

    /// Brings the index up to date and writes a snapshot of it to `out`. Gives what is in it, and its length in bytes.
    pub fn export_index(&self, out: impl Write, cancel: &Cancel, progress: &dyn Progress) -> Result<(Exported, u64)> {
        self.index(cancel, progress)?;
        let snapshot = self.snapshot(cancel, progress)?;
        let mut sink = FileSink::new(out)?;
        let exported = Lost::caught(|| transfer::export(&snapshot, None, &mut sink, cancel, progress))??;
        Ok((exported, sink.finish()?))
    }

    /// Brings the index up to date and keeps a snapshot of it under `refs/hgls/snapshot`, for `git push` to carry: the
    /// only thing that hgls writes outside of its folder. Gives what is in it, and the commit that was made; `None`
    /// where what was there is the same.
    pub fn publish_index(&self, cancel: &Cancel, progress: &dyn Progress) -> Result<(Exported, Option<Node>)> {
        self.index(cancel, progress)?;
        let snapshot = self.snapshot(cancel, progress)?;
        let mut publication = snapshot.git.publish()?;
        let mut previous = published(&snapshot.git).unwrap_or_else(|error| {
            tracing::warn!(%error, "what was published before is not gone on with");
            None
        });
        let exported = Lost::caught(|| {
            let previous = previous.as_mut().map(|previous| &mut **previous as &mut dyn Source);
            transfer::export(&snapshot, previous, &mut publication, cancel, progress)
        })??;
        let message = format!("hgls index: {} changesets, {} changes\n", exported.changesets, exported.changes);
        Ok((exported, publication.finish(&message)?))
    }

    /// Takes over a snapshot from `file`, and reads what it has not. What is refused changes nothing. Gives `None` where
    /// no index can be kept.
    pub fn import_index(
        &self,
        file: impl Read + Seek,
        cancel: &Cancel,
        progress: &dyn Progress,
    ) -> Result<Option<Imported>> {
        let mut source = FileSource::new(file)?;
        // A second time when another process begins a new epoch meanwhile.
        for _ in 0..2 {
            let snapshot = self.snapshot(cancel, progress)?;
            if snapshot.store.is_none() {
                break;
            }
            let taken = Lost::caught(|| self.take_over(&mut source, snapshot, cancel, progress))??;
            if let Some(imported) = taken {
                self.index(cancel, progress)?;
                return Ok(Some(imported));
            }
        }
        Ok(None)
    }

    /// Takes over what is published, where there is something and most of the index is still to be made. What is
    /// refused is logged, and as good as not there.
    pub(super) fn take_over_published(
        &self,
        snapshot: Snapshot,
        cancel: &Cancel,
        progress: &dyn Progress,
    ) -> Result<()> {
        let (known, all) = (snapshot.store.as_ref().map(|store| store.indexed()), snapshot.changelog.len());
        let missing = known.map_or(0, |known| all.saturating_sub((known.0 + 1) as usize));
        if missing < all.div_ceil(4).max(1) || self.distrust.load(Ordering::Relaxed) {
            return Ok(());
        }
        let git = git::Handle::open(&self.location)?;
        let taken = match published(&git) {
            Ok(None) => return Ok(()),
            Ok(Some(mut source)) => self.take_over(&mut *source, snapshot, cancel, progress),
            Err(error) => Err(error),
        };
        let outcome = match taken {
            Ok(imported) => imported.map(TakenOver::Taken),
            Err(Error::Cancelled(cancelled)) => return Err(cancelled.into()),
            Err(error) => {
                tracing::warn!(%error, "the published snapshot of the index is refused");
                Some(TakenOver::Refused(error.to_string()))
            }
        };
        tracing::info!(?outcome, "a published snapshot of the index");
        *lock(&self.taken_over) = outcome;
        Ok(())
    }

    fn take_over(
        &self,
        source: &mut dyn Source,
        snapshot: Snapshot,
        cancel: &Cancel,
        progress: &dyn Progress,
    ) -> Result<Option<Imported>> {
        let objects = self.database(&snapshot.refs)?;
        let (changelog, refs) = (snapshot.changelog.clone(), snapshot.refs.clone());
        // Its read transaction would keep what is written out of the one file.
        drop(snapshot);
        if !refs.replacements.is_empty() {
            return Err(transfer::Error::Replaced.into());
        }
        let head = refs.head.node().and_then(|node| changelog.rev(&node)).unwrap_or(Rev::NULL);
        let target =
            Target { store: &self.store, objects: &objects.store, changelog: &changelog, head, cut: &refs.shallow };
        transfer::import(source, &target, cancel, progress)
    }
}

/// The snapshot that the repository has under its own reference.
fn published(git: &git::Handle) -> Result<Option<Box<dyn Source + '_>>> {
    Ok(match git.published(PUBLISHED_FILE)? {
        Some(Published::File(content)) => Some(Box::new(FileSource::new(Cursor::new(content))?)),
        Some(Published::Parts(parts)) => Some(Box::new(parts)),
        None => None,
    })
}
