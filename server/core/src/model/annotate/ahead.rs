//! Reading ahead: a thread of the request's own reads the versions that will be compared next, and cuts them into lines,
//! while the walk compares those that were read before. It ends with the request.
//!
//! What is read too early, or for nothing, costs time and memory, so no more than a few versions wait. What the walk
//! asks for and nobody planned goes first.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::texts::{Contents, Shelf};
use crate::ids::{FileNode, Rev};
use crate::linediff::Lines;
use crate::objects;
use crate::repository::PooledObjects;

/// How many versions may be planned or wait.
const MOST_VERSIONS: usize = 16;
/// How many bytes may wait, before nothing more is read that nobody asked for.
const MOST_BYTES: usize = 16 << 20;

/// The contents that are read ahead.
pub(super) struct Ahead {
    shelf: Mutex<Shelf<PooledObjects>>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Whether there is a thread that reads.
    running: bool,
    /// Nobody will ask for more.
    closed: bool,
    /// What the walk waits for.
    asked: Option<FileNode>,
    /// What it will ask for, and for the sake of which revision.
    planned: VecDeque<(Rev, FileNode)>,
    making: Option<FileNode>,
    ready: HashMap<FileNode, Ready>,
}

struct Ready {
    rev: Rev,
    lines: Result<Arc<Lines>, objects::Error>,
}

impl State {
    fn bytes(&self) -> usize {
        self.ready.values().filter_map(|ready| ready.lines.as_ref().ok()).map(|lines| lines.text().len()).sum()
    }

    fn knows(&self, node: FileNode) -> bool {
        self.making == Some(node)
            || self.ready.contains_key(&node)
            || self.planned.iter().any(|(_, planned)| *planned == node)
    }

    /// What is to be read now.
    fn next(&mut self) -> Option<(Rev, FileNode)> {
        if let Some(node) = self.asked.take() {
            self.planned.retain(|(_, planned)| *planned != node);
            return Some((Rev::NULL, node));
        }
        if self.bytes() > MOST_BYTES { None } else { self.planned.pop_front() }
    }
}

impl Ahead {
    /// Runs `work` with a thread beside it that reads from `shelf`; without one where none can be had.
    pub fn run<R>(shelf: Shelf<PooledObjects>, work: impl FnOnce(&Self) -> R) -> R {
        let ahead = Self { shelf: Mutex::new(shelf), state: Mutex::default(), changed: Condvar::new() };
        thread::scope(|scope| {
            ahead.state().running = true;
            let reader = thread::Builder::new().name("texts".to_owned()).spawn_scoped(scope, || ahead.read());
            if reader.is_err() {
                ahead.state().running = false;
            }
            let _closing = Closing(&ahead);
            work(&ahead)
        })
    }

    /// Whether more may be planned.
    pub fn has_room(&self) -> bool {
        let state = self.state();
        state.running && state.planned.len() + state.ready.len() < MOST_VERSIONS
    }

    /// The walk will ask for `node` before it is through with the revisions from `rev` on.
    pub fn plan(&self, rev: Rev, node: FileNode) {
        let mut state = self.state();
        if !state.knows(node) {
            state.planned.push_back((rev, node));
            self.changed.notify_all();
        }
    }

    /// The walk has come down to `rev`: what was for the sake of higher ones will not be asked for.
    pub fn forget_above(&self, rev: Rev) {
        let mut state = self.state();
        state.planned.retain(|(planned, _)| *planned <= rev);
        state.ready.retain(|_, ready| ready.rev <= rev);
    }

    /// What the thread does.
    fn read(&self) {
        let _ending = Ending(self);
        loop {
            let mut state = self.state();
            let (rev, node) = loop {
                if state.closed {
                    return;
                }
                if let Some(next) = state.next() {
                    break next;
                }
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            };
            state.making = Some(node);
            drop(state);
            let lines = self.shelf().lines(node);
            let mut state = self.state();
            state.making = None;
            state.ready.insert(node, Ready { rev, lines });
            self.changed.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf<PooledObjects>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents for &Ahead {
    fn lines(&mut self, node: FileNode) -> Result<Arc<Lines>, objects::Error> {
        let mut state = self.state();
        loop {
            if let Some(Ready { lines, .. }) = state.ready.remove(&node) {
                state.asked = None;
                // There is room again.
                self.changed.notify_all();
                return lines;
            }
            if !state.running {
                break;
            }
            if state.making != Some(node) && state.asked != Some(node) {
                state.asked = Some(node);
                self.changed.notify_all();
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        self.shelf().lines(node)
    }

    fn cut(&mut self, text: Vec<u8>) -> Arc<Lines> {
        self.shelf().cut(text)
    }
}

/// The walk has ended, however it did.
struct Closing<'a>(&'a Ahead);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.changed.notify_all();
    }
}

/// The thread has ended, however it did.
struct Ending<'a>(&'a Ahead);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.state().running = false;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::git::testing::Scratch;
    use crate::linediff::Spaces;
    use crate::model::testing::snapshot_of;
    use crate::testing::Random;

    #[test]
    fn what_is_asked_for_comes_whatever_was_planned() {
        let scratch = Scratch::new();
        scratch.sh(
            "git init -q -b main . && for i in $(seq 40); do seq $i 90 >f$i; done && git add . && git commit -qm one",
        );
        let snapshot = snapshot_of(&scratch);
        let listed = scratch.sh("git ls-files -s");
        let nodes: Vec<FileNode> =
            listed.lines().map(|line| FileNode::from_hex(&line.as_bytes()[7..47]).unwrap()).collect();
        for seed in 0..20 {
            let mut random = Random::new(seed);
            let shelf = Shelf::new(snapshot.objects.another(), Spaces::Compare);
            Ahead::run(shelf, |ahead| {
                let mut contents = ahead;
                for rev in (0..60).rev().map(Rev) {
                    ahead.forget_above(rev);
                    while ahead.has_room() && random.below(5) > 0 {
                        ahead.plan(Rev(rev.0 - random.below(5) as i32), nodes[random.below(nodes.len())]);
                    }
                    let node = nodes[random.below(nodes.len())];
                    let found = contents.lines(node).unwrap();
                    assert_eq!(found.text(), snapshot.objects.blob(node).unwrap(), "seed {seed}, {rev:?}");
                    let missing = FileNode([rev.0 as u8; 20]);
                    ahead.plan(rev, missing);
                    if random.below(4) == 0 {
                        assert!(contents.lines(missing).is_err());
                        assert_eq!(contents.cut(b"a\nb\n".to_vec()).len(), 2);
                    }
                }
            });
        }
    }

    #[test]
    fn without_a_thread_it_reads_by_itself() {
        let scratch = Scratch::new();
        scratch.sh("git init -q -b main . && echo one >f && git add . && git commit -qm one");
        let snapshot = snapshot_of(&scratch);
        let node = FileNode::from_hex(scratch.sh("git rev-parse HEAD:f").trim().as_bytes()).unwrap();
        let shelf = Mutex::new(Shelf::new(snapshot.objects.another(), Spaces::Compare));
        let ahead = Ahead { shelf, state: Mutex::default(), changed: Condvar::new() };
        assert!(!ahead.has_room());
        ahead.plan(Rev(0), node);
        assert_eq!((&ahead).lines(node).unwrap().text(), b"one\n");
    }
}
