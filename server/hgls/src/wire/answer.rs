//! What a request and the dispatcher have in common while it is being handled.
//!
//! Results that are JSON text already: the framework makes a tree of values of every result, which for a large one costs
//! more than computing it, so a handler may leave the finished text here instead. And cancellations of work that has
//! begun to change something: such work is asked to stop, and what it then says is the answer. Knows nothing of what the
//! text says, or the work does.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hgls_core::Cancel;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};

/// What is left with one request.
#[derive(Clone, Default)]
pub(super) struct Answer(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    result: Option<String>,
    stage: Stage,
}

/// What a cancellation does.
#[derive(Default)]
enum Stage {
    /// It ends the request.
    #[default]
    Free,
    /// It asks the work to stop.
    Held(Cancel),
    /// It came, and ended the request.
    Cancelled,
}

tokio::task_local! {
    static ANSWER: Answer;
}

impl Answer {
    /// Makes this the place in which `future` leaves its result.
    pub(super) fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        ANSWER.scope(self, future)
    }

    pub(super) fn take(&self) -> Option<String> {
        self.lock().result.take()
    }

    /// The client cancels the request. `true` when the work was asked to stop, and will say itself how it ended.
    pub(super) fn cancel(&self) -> bool {
        let mut state = self.lock();
        if let Stage::Held(cancel) = &state.stage {
            cancel.trip();
            return true;
        }
        state.stage = Stage::Cancelled;
        false
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handler's result, from its JSON text: what the handler of a request returns.
pub fn finished(json: String) -> Result<Value> {
    let left = ANSWER.try_with(|answer| answer.lock().result = Some(json));
    // Outside of a request there is nowhere to leave it.
    left.map(|()| Value::Null).map_err(|_| Error::internal_error())
}

/// From now on a cancellation of this request trips `cancel`, and does not end the request. `false` when one has come
/// already.
pub(super) fn hold(cancel: &Cancel) -> bool {
    let held = ANSWER.try_with(|answer| {
        let mut state = answer.lock();
        let is_free = !matches!(state.stage, Stage::Cancelled);
        if is_free {
            state.stage = Stage::Held(cancel.clone());
        }
        is_free
    });
    // Outside of a request nobody cancels.
    held.unwrap_or(true)
}
