//! Annotating the files that are opened in the editor ahead of the first question: one at a time, the one opened last
//! first, at a low priority, and not while there is better to do. Knows nothing of how a file is annotated.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use hgls_core::Cancel;

use super::priority::yield_to_requests;

/// How many files may wait. An editor that opens more at once is not going to show them all.
const MOST_WAITING: usize = 50;
/// How long to wait before looking again whether it is time.
const PAUSE: Duration = Duration::from_millis(100);

/// What can be done about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prospect {
    /// Nothing more.
    Done,
    /// Nothing yet: there is something to wait for.
    Later,
}

/// Annotates a file.
pub type Foresee = dyn Fn(&Path, &Cancel) -> Prospect + Send + Sync;

/// The files that are to be annotated.
pub struct Foresight {
    foresee: Box<Foresee>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The one opened last is the last.
    waiting: Vec<PathBuf>,
    running: Option<(PathBuf, Cancel)>,
    /// Whether there is a thread that works. It ends when nothing waits.
    working: bool,
}

impl Foresight {
    /// Annotates by `foresee`.
    pub fn new(foresee: Box<Foresee>) -> Arc<Self> {
        Arc::new(Self { foresee, state: Mutex::default() })
    }

    /// A file was opened.
    pub fn opened(self: &Arc<Self>, path: &Path) {
        let mut state = self.lock();
        state.waiting.retain(|waiting| waiting != path);
        if state.waiting.len() >= MOST_WAITING {
            state.waiting.remove(0);
        }
        state.waiting.push(path.to_owned());
        if !std::mem::replace(&mut state.working, true) {
            let worker = Arc::clone(self);
            let started = thread::Builder::new().name("foresight".to_owned()).spawn(move || worker.work());
            state.working = started.is_ok();
        }
    }

    /// A file was closed.
    pub fn closed(&self, path: &Path) {
        let mut state = self.lock();
        state.waiting.retain(|waiting| waiting != path);
        if let Some((_, cancel)) = state.running.iter().find(|(running, _)| running == path) {
            cancel.trip();
        }
    }

    fn work(&self) {
        yield_to_requests();
        while let Some((path, cancel)) = self.next() {
            // A defect must not end the thread.
            let foresee = std::panic::AssertUnwindSafe(|| (self.foresee)(&path, &cancel));
            let prospect = std::panic::catch_unwind(foresee).unwrap_or(Prospect::Done);
            let mut state = self.lock();
            state.running = None;
            if prospect == Prospect::Later && !cancel.is_tripped() && !state.waiting.contains(&path) {
                state.waiting.push(path);
                drop(state);
                thread::sleep(PAUSE);
            }
        }
    }

    fn next(&self) -> Option<(PathBuf, Cancel)> {
        let mut state = self.lock();
        match state.waiting.pop() {
            Some(path) => Some(state.running.insert((path, Cancel::new())).clone()),
            None => {
                state.working = false;
                None
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// A foresight that tells what it is asked, and answers what it is told.
    fn watched() -> (Arc<Foresight>, Receiver<(PathBuf, Cancel)>, Sender<Prospect>) {
        let (asked, questions) = channel();
        let (answer, answers) = channel();
        let answers = Mutex::new(answers);
        let foresight = Foresight::new(Box::new(move |path, cancel| {
            _ = asked.send((path.to_owned(), cancel.clone()));
            answers.lock().unwrap().recv().unwrap_or_else(|_| panic!("nobody answers"))
        }));
        (foresight, questions, answer)
    }

    #[test]
    fn the_newest_goes_first_and_what_was_closed_is_not_looked_at() {
        let (foresight, questions, answer) = watched();
        let asked = || questions.recv().unwrap();
        foresight.opened(Path::new("/a"));
        let (first, cancel) = asked();
        ["/b", "/c", "/d", "/b"].iter().for_each(|path| foresight.opened(Path::new(path)));
        foresight.closed(Path::new("/c"));
        foresight.closed(Path::new("/a"));
        assert!(first == Path::new("/a") && cancel.is_tripped(), "what is closed is cancelled");
        answer.send(Prospect::Later).unwrap();
        assert_eq!(asked().0, Path::new("/b"), "and does not come again");
        answer.send(Prospect::Later).unwrap();
        assert_eq!(asked().0, Path::new("/b"));
        answer.send(Prospect::Done).unwrap();
        assert_eq!(asked().0, Path::new("/d"));
        answer.send(Prospect::Done).unwrap();
    }

    #[test]
    fn after_a_panic_and_after_a_rest_it_goes_on() {
        let (foresight, questions, answer) = watched();
        for path in ["/a", "/b"] {
            foresight.opened(Path::new(path));
            assert_eq!(questions.recv().unwrap().0, Path::new(path));
            answer.send(Prospect::Done).unwrap();
            while foresight.lock().working {
                thread::sleep(Duration::from_millis(1));
            }
        }
        (0..60).for_each(|at| foresight.opened(Path::new(&format!("/{at}"))));
        assert!(foresight.lock().waiting.len() <= MOST_WAITING);
        drop(answer);
        while foresight.lock().working {
            thread::sleep(Duration::from_millis(1));
        }
    }
}
