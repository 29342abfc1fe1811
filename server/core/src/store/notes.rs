//! What readers found out and want kept: written in the background, by a thread that lives as long as there is
//! something to write, so that no reader waits. What cannot be written just then is lost; it can be found again.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::annotations::Annotated;
use super::writer::{Rename, Writer};
use super::{Description, Error, Pool, Session, lock};
use crate::cancel::Cancel;
use crate::graph::Epoch;
use crate::ids::Rev;

/// How long to wait for another process that writes. One that indexes may write for long.
const PATIENCE: Duration = Duration::from_millis(200);
/// How many readers' notes may wait. While another process holds the store they would pile up.
const MOST_WAITING: usize = 64;

/// What one reader wants kept.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) renames: Vec<Rename>,
    pub(super) annotations: Vec<Annotated>,
    /// Annotations that were read.
    pub(super) used: Vec<i64>,
    pub(super) descriptions: Vec<(Rev, Description)>,
    /// Descriptions that were asked for again after long.
    pub(super) described: Vec<Rev>,
}

impl Notes {
    pub(super) fn is_empty(&self) -> bool {
        let Self { renames, annotations, used, descriptions, described } = self;
        let is_empty = [renames.is_empty(), annotations.is_empty(), used.is_empty(), descriptions.is_empty()];
        described.is_empty() && is_empty == [true; 4]
    }
}

/// The notes of all readers of a file.
#[derive(Default)]
pub(super) struct Notebook {
    state: Mutex<Waiting>,
    written: Condvar,
}

#[derive(Default)]
struct Waiting {
    notes: Vec<(Epoch, Notes)>,
    /// Whether there is a thread that writes.
    writing: bool,
}

impl Notebook {
    /// Has `notes` of a reader of `epoch` written.
    pub(super) fn add(pool: &Arc<Pool>, epoch: Epoch, notes: Notes) {
        let mut state = lock(&pool.notebook.state);
        if state.notes.len() >= MOST_WAITING {
            return;
        }
        state.notes.push((epoch, notes));
        if !std::mem::replace(&mut state.writing, true) {
            let for_thread = Arc::clone(pool);
            let started = thread::Builder::new().name("store".to_owned()).spawn(move || for_thread.write_notes());
            state.writing = started.is_ok();
        }
    }

    /// Waits until everything is written or lost, for at most `patience`.
    pub(super) fn settle(&self, patience: Duration) {
        let start = Instant::now();
        let mut state = lock(&self.state);
        while state.writing {
            let Some(left) = patience.checked_sub(start.elapsed()) else { return };
            let waited = self.written.wait_timeout(state, left);
            state = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
    }
}

impl Pool {
    fn write_notes(self: Arc<Self>) {
        loop {
            let notes = std::mem::take(&mut lock(&self.notebook.state).notes);
            if let Err(error) = write(&self, &notes) {
                tracing::debug!(%error, "what was found out is not kept");
            }
            let mut state = lock(&self.notebook.state);
            if state.notes.is_empty() {
                state.writing = false;
                self.notebook.written.notify_all();
                return;
            }
        }
    }
}

fn write(pool: &Arc<Pool>, notes: &[(Epoch, Notes)]) -> Result<(), Error> {
    let mut writer = Writer::begin(Session::new(Arc::clone(pool), &Cancel::new(), PATIENCE)?)?;
    let epoch = writer.state().epoch;
    for (_, notes) in notes.iter().filter(|(of, _)| *of == epoch) {
        notes.renames.iter().try_for_each(|rename| writer.put_rename(rename))?;
        notes.used.iter().try_for_each(|used| writer.touch_annotation(*used))?;
        notes.annotations.iter().try_for_each(|annotated| writer.put_annotation(annotated))?;
        writer.touch_descriptions(&notes.described)?;
        writer.put_descriptions(&notes.descriptions)?;
    }
    writer.commit().map(drop)
}
