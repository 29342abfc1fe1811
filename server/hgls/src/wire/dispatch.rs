//! The dispatcher: takes messages in the order of their arrival and never waits.
//!
//! A call's future is polled once, here, before the next message is looked at. A notification that changes something
//! has no reason to await anything and is over with that; a request takes its snapshot before its first `await`. So
//! every request sees exactly what came before it. Then what is not over is spawned.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use serde_json::{Value, json};
use tokio::runtime::Handle;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ExitedError, LanguageServer, LspService};
use tower_service::Service;

use super::answer::Answer;
use super::client::Client;
use super::life::{self, End};
use super::message::Message;
use super::outbox::Outbox;

/// What the dispatcher and the requests that it has spawned share.
pub struct Calls {
    outbox: Outbox,
    /// Requests without an answer: the client's id, the one that the framework knows, and what is left with them. Ours is
    /// a small number that is used once, so the client's may be whatever JSON-RPC allows.
    in_flight: Mutex<HashMap<Id, (i64, Answer)>>,
    stage: AtomicU8,
    describe: fn(&Error) -> Option<Value>,
}

/// LSP's stages. `exit` ends the dispatcher, so it needs none.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Stage {
    Uninitialized,
    Serving,
    ShutDown,
}

pub struct Dispatcher<S: LanguageServer> {
    pub service: LspService<S>,
    pub runtime: Handle,
    pub client: Client,
    pub calls: Arc<Calls>,
    pub ended: Sender<End>,
    pub amend: fn(&mut Value),
    pub last: i64,
}

type Outcome = Result<Option<Response>, ExitedError>;

impl<S: LanguageServer> Dispatcher<S> {
    /// Handles messages until `exit` or the end.
    pub fn run(mut self, messages: impl IntoIterator<Item = Message>) {
        for message in messages {
            match message {
                Message::Call(request) if request.method() == "exit" => {
                    _ = self.ended.send(End::Exit);
                    return;
                }
                Message::Call(request) if request.method() == "$/cancelRequest" => self.cancel(&request),
                Message::Call(request) => self.call(request),
                Message::Response(id, outcome) => self.client.answered(&id, outcome),
                Message::Invalid(id, error) => self.calls.send(&id, Err(error)),
            }
        }
        _ = self.ended.send(End::InputHandled);
    }

    fn call(&mut self, request: Request) {
        let (method, id, params) = request.into_parts();
        let pending = Pending { calls: Arc::clone(&self.calls), id, initializes: method == "initialize" };
        if let Some(refusal) = self.calls.stage().refusal(&method) {
            return pending.refuse(refusal);
        }
        let answer = Answer::default();
        let mut request = Request::build(method);
        if pending.initializes {
            self.watch_parent(params.as_ref());
        }
        if let Some(mut params) = params {
            (self.amend)(&mut params);
            request = request.params(params);
        }
        if let Some(id) = &pending.id {
            self.last += 1;
            match self.calls.in_flight().entry(id.clone()) {
                Entry::Vacant(entry) => entry.insert((self.last, answer.clone())),
                Entry::Occupied(_) => return pending.refuse(invalid_request("a request of this id is being handled")),
            };
            request = request.id(self.last);
        }
        let request = request.finish();
        if request.method() == "shutdown" && request.id().is_some() {
            self.calls.stage.store(Stage::ShutDown as u8, Ordering::Relaxed);
        }

        let _runtime = self.runtime.enter();
        // The service says "not ready" only after `exit`, which it is never told.
        let future = catch_unwind(AssertUnwindSafe(|| self.service.call(request)));
        let Ok(future) = future else { return pending.end(None, answer) };
        let mut future = Box::pin(answer.clone().scope(Guarded(future)));
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => pending.end(outcome, answer),
            Poll::Pending => {
                self.runtime.spawn(async move {
                    let outcome = future.await;
                    pending.end(outcome, answer);
                });
            }
        }
    }

    fn cancel(&mut self, request: &Request) {
        let id = request.params().and_then(|params| serde_json::from_value::<Id>(params.get("id")?.clone()).ok());
        let known = id.and_then(|id| self.calls.in_flight().get(&id).cloned());
        let Some((id, answer)) = known else { return };
        if answer.cancel() {
            return;
        }
        // The framework drops the handler's future and makes the answer.
        let request = Request::build("$/cancelRequest").params(json!({"id": id})).finish();
        let done = catch_unwind(AssertUnwindSafe(|| Guarded(self.service.call(request))));
        if let Ok(mut done) = done {
            _ = Pin::new(&mut done).poll(&mut Context::from_waker(Waker::noop()));
        }
    }

    fn watch_parent(&self, params: Option<&Value>) {
        let id = params.and_then(|params| params.get("processId")).and_then(Value::as_u64);
        if let Some(id) = id.and_then(|id| u32::try_from(id).ok()) {
            life::watch_parent(id, self.ended.clone());
        }
    }
}

impl Stage {
    fn refusal(self, method: &str) -> Option<Error> {
        match (self, method) {
            (Self::Uninitialized, "initialize") | (Self::Serving, _) => None,
            (Self::Uninitialized, _) => Some(Error {
                code: ErrorCode::ServerError(-32002),
                message: "the first request must be initialize".into(),
                data: None,
            }),
            (Self::ShutDown, _) => Some(invalid_request("the server is shut down")),
        }
    }
}

impl Calls {
    pub fn new(outbox: Outbox, describe: fn(&Error) -> Option<Value>) -> Self {
        let stage = AtomicU8::new(Stage::Uninitialized as u8);
        Self { outbox, in_flight: Mutex::default(), stage, describe }
    }

    /// Whether every request is answered.
    pub fn is_idle(&self) -> bool {
        self.in_flight().is_empty()
    }

    /// Whether the client asked for the end.
    pub fn is_shut_down(&self) -> bool {
        self.stage() == Stage::ShutDown
    }

    fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Relaxed) {
            0 => Stage::Uninitialized,
            1 => Stage::Serving,
            _ => Stage::ShutDown,
        }
    }

    fn in_flight(&self) -> MutexGuard<'_, HashMap<Id, (i64, Answer)>> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends an answer: a result as JSON text, or an error.
    fn send(&self, id: &Id, outcome: Result<String, Error>) {
        let body = match outcome {
            Ok(result) => format!(r#"{{"jsonrpc":"2.0","id":{},"result":{result}}}"#, json!(id)).into_bytes(),
            Err(error) => self.failure(id, error),
        };
        self.outbox.answer(body, || {
            let message = "the client leaves too many answers unread";
            self.failure(id, Error { code: super::BUSY, message: message.into(), data: None })
        });
    }

    fn failure(&self, id: &Id, mut error: Error) -> Vec<u8> {
        // The framework puts the method's name there.
        if !error.data.as_ref().is_some_and(Value::is_object) {
            error.data = (self.describe)(&error);
        }
        json!({"jsonrpc": "2.0", "id": id, "error": error}).to_string().into_bytes()
    }
}

/// A call that may owe an answer.
struct Pending {
    calls: Arc<Calls>,
    id: Option<Id>,
    initializes: bool,
}

impl Pending {
    fn refuse(&self, error: Error) {
        if let Some(id) = &self.id {
            self.calls.send(id, Err(error));
        }
    }

    /// Answers. `outcome` is `None` after a panic.
    fn end(self, outcome: Option<Outcome>, answer: Answer) {
        let Some(id) = &self.id else { return };
        let outcome = match outcome {
            Some(Ok(Some(response))) => response.into_parts().1,
            // The framework drops a request for an unknown method that begins with `$/`.
            Some(Ok(None)) => Err(Error::method_not_found()),
            Some(Err(ExitedError { .. })) => Err(invalid_request("the server is shut down")),
            None => Err(Error::internal_error()),
        };
        if self.initializes && outcome.is_ok() {
            self.calls.stage.store(Stage::Serving as u8, Ordering::Relaxed);
        }
        self.calls.in_flight().remove(id);
        self.calls.send(id, outcome.map(|value| answer.take().unwrap_or_else(|| value.to_string())));
    }
}

fn invalid_request(message: &'static str) -> Error {
    Error { code: ErrorCode::InvalidRequest, message: message.into(), data: None }
}

/// A future whose panic is a value: `None`.
struct Guarded<F>(F);

impl<F: Future + Unpin> Future for Guarded<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.0).poll(context))) {
            Ok(polled) => polled.map(Some),
            Err(_) => Poll::Ready(None),
        }
    }
}
