//! Results that are JSON text already.
//!
//! The framework makes a tree of values of every result, which for a large one costs more than computing it. A handler
//! may leave the finished text with its request instead. Knows nothing of what the text says.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};

/// Where the text of one request's result is left.
#[derive(Clone, Default)]
pub(super) struct Answer(Arc<Mutex<Option<String>>>);

tokio::task_local! {
    static ANSWER: Answer;
}

impl Answer {
    /// Makes this the place in which `future` leaves its result.
    pub(super) fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        ANSWER.scope(self, future)
    }

    pub(super) fn take(&self) -> Option<String> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handler's result, from its JSON text: what the handler of a request returns.
pub fn finished(json: String) -> Result<Value> {
    let left = ANSWER.try_with(|answer| *answer.lock() = Some(json));
    // Outside of a request there is nowhere to leave it.
    left.map(|()| Value::Null).map_err(|_| Error::internal_error())
}
