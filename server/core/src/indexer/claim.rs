//! Whose turn it is to write changes: of all processes on one repository, one at a time.

use std::time::Duration;

use crate::cancel::Cancel;
use crate::error::Result;
use crate::model::changelog::Changelog;
use crate::progress::Progress;
use crate::store::{Lock, State, Store};

/// The right to write changes, until dropped.
pub struct Claim {
    /// What the store says of itself.
    pub state: State,
    pub(super) lock: Lock,
}

impl Claim {
    /// Waits for the right to write changes of `changelog`'s revisions. What was lost and has been fetched again
    /// is forgotten first, with all the rest, which is rare: it has to be read.
    ///
    /// `None` where there is no store, or one that has begun another epoch.
    pub fn take(
        store: &Store,
        changelog: &Changelog,
        cancel: &Cancel,
        progress: &dyn Progress,
    ) -> Result<Option<Self>> {
        let Some(lock) = wait_for_lock(store, changelog, cancel, progress)? else { return Ok(None) };
        let Some(reader) = store.reader(cancel)? else { return Ok(None) };
        if Some(reader.state().epoch) != changelog.epoch() {
            return Ok(None);
        }
        let mut state = reader.state().clone();
        let reappeared = reader.gaps()?.into_iter().any(|rev| changelog.is_visible(rev));
        drop(reader);
        if reappeared {
            let Some(mut writer) = store.writer(cancel)? else { return Ok(None) };
            writer.forget_changes()?;
            state = writer.commit()?;
        }
        Ok(Some(Self { state, lock }))
    }
}

/// The right to index; `None` where there is no store.
fn wait_for_lock(
    store: &Store,
    changelog: &Changelog,
    cancel: &Cancel,
    progress: &dyn Progress,
) -> Result<Option<Lock>> {
    loop {
        let Some(reader) = store.reader(cancel)? else { return Ok(None) };
        if let Some(lock) = store.indexing_lock(cancel)? {
            return Ok(Some(lock));
        }
        progress.report(super::changes::STAGE, (reader.indexed().0 + 1) as u64, Some(changelog.len() as u64));
        drop(reader);
        cancel.check()?;
        std::thread::sleep(Duration::from_millis(20));
    }
}
