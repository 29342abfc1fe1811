//! The client, as the server speaks to it: notifications, requests of the server's own, progress. Knows no method but
//! `$/progress`.
//!
//! Nothing here waits for the client to read, and a request of ours has always a time limit, so no client, however
//! slow or silent, holds anything up for good.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Id};

use super::outbox::Outbox;

/// A handle to the client; clones are the same client.
#[derive(Clone)]
pub struct Client {
    outbox: Outbox,
    asked: Arc<Asked>,
}

#[derive(Default)]
struct Asked {
    last: AtomicI64,
    waiting: Mutex<HashMap<i64, oneshot::Sender<Result<Value, Error>>>>,
}

/// Why a request of ours has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// The client answered with an error.
    #[error("the client refused: {0}")]
    Refused(Error),
    /// It did not answer in time.
    #[error("the client did not answer within {0:?}")]
    TimeLimit(Duration),
}

impl Client {
    pub(super) fn new(outbox: Outbox) -> Self {
        Self { outbox, asked: Arc::default() }
    }

    /// Sends a notification.
    pub fn notify(&self, method: &str, params: impl Serialize) {
        self.outbox.send(call(method, None, &params));
    }

    /// Sends `$/progress` that newer progress of the same token may replace while it waits to be written. `value` of
    /// kind `begin` and `end` is never replaced.
    pub fn progress(&self, token: &Value, value: impl Serialize) {
        let value = json!(value);
        let passing = value.get("kind").and_then(Value::as_str) == Some("report");
        let body = call("$/progress", None, &json!({"token": token, "value": value}));
        match passing {
            true => self.outbox.send_latest(&token.to_string(), body),
            false => self.outbox.send_last(&token.to_string(), body),
        }
    }

    /// Sends a request and waits for its answer, but no longer than `limit`. Dropping the future gives the request up.
    pub async fn request(&self, method: &str, params: impl Serialize, limit: Duration) -> Result<Value, Unanswered> {
        let id = self.asked.last.fetch_add(1, Ordering::Relaxed);
        let (answered, answer) = oneshot::channel();
        self.asked.lock().insert(id, answered);
        let _forget = Forget { asked: &self.asked, id };
        self.outbox.send(call(method, Some(id), &params));
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(outcome)) => outcome.map_err(Unanswered::Refused),
            _ => Err(Unanswered::TimeLimit(limit)),
        }
    }

    /// Whether the client leaves so much unread that nothing should be sent which can wait.
    pub fn is_congested(&self) -> bool {
        self.outbox.is_congested()
    }

    /// Routes an answer to whoever asked. One that nobody waits for is dropped.
    pub(super) fn answered(&self, id: &Id, outcome: Result<Value, Error>) {
        let waiting = match id {
            Id::Number(id) => self.asked.lock().remove(id),
            _ => None,
        };
        match waiting {
            Some(waiting) => _ = waiting.send(outcome),
            None => tracing::debug!(%id, "an answer that nobody waits for"),
        }
    }
}

impl Asked {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, oneshot::Sender<Result<Value, Error>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Forget<'a> {
    asked: &'a Asked,
    id: i64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.asked.lock().remove(&self.id);
    }
}

fn call(method: &str, id: Option<i64>, params: &impl Serialize) -> Vec<u8> {
    #[derive(Serialize)]
    struct Call<'a, P> {
        jsonrpc: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<i64>,
        method: &'a str,
        params: &'a P,
    }
    serde_json::to_vec(&Call { jsonrpc: "2.0", id, method, params }).unwrap_or_else(|error| {
        tracing::error!(%error, method, "cannot be made JSON");
        Vec::new()
    })
}
