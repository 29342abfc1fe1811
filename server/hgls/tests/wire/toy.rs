//! A server with a method for each thing that can go wrong.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use hgls::wire::{Client, Lane, Refused, finished};
use hgls_core::Cancel;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{DidChangeTextDocumentParams, InitializeParams, InitializeResult};
use tower_lsp::{LanguageServer, LspService};

/// What tests look at from outside.
#[derive(Default)]
pub struct Seen {
    /// Jobs that run now.
    pub running: AtomicUsize,
    /// Jobs that were cut short by their token.
    pub stopped: AtomicUsize,
    /// Large answers that are made.
    pub made: AtomicUsize,
    /// All progress was reported.
    pub reported: AtomicBool,
    /// Lets jobs that wait for it go on.
    pub released: AtomicBool,
}

pub struct Toy {
    client: Client,
    lane: Arc<Lane>,
    seen: Arc<Seen>,
    version: AtomicUsize,
}

impl Toy {
    pub fn service(client: &Client, seen: Arc<Seen>, lane: Lane) -> LspService<Self> {
        let toy = Self { client: client.clone(), lane: Arc::new(lane), seen, version: AtomicUsize::new(0) };
        LspService::build(|_| toy)
            .custom_method("toy/echo", Self::echo)
            .custom_method("toy/version", Self::version)
            .custom_method("toy/job", Self::job)
            .custom_method("toy/deafJob", Self::deaf_job)
            .custom_method("toy/change", Self::change)
            .custom_method("toy/panic", Self::panic)
            .custom_method("toy/panicAtWork", Self::panic_at_work)
            .custom_method("toy/ask", Self::ask)
            .custom_method("toy/large", Self::large)
            .custom_method("toy/tell", Self::tell)
            .custom_method("toy/progress", Self::progress)
            .finish()
            .0
    }

    async fn echo(&self, params: Value) -> Result<Value> {
        Ok(params)
    }

    /// The document's version at this place in the order of messages, told only after the lane let it in.
    fn version(&self, _: Value) -> impl Future<Output = Result<Value>> + use<> {
        let (version, lane) = (self.version.load(Ordering::SeqCst), Arc::clone(&self.lane));
        async move {
            lane.run(Cancel::new(), || ()).await.map_err(refusal)?;
            Ok(json!(version))
        }
    }

    /// Works until its token is tripped, or it is released.
    fn job(&self, _: Value) -> impl Future<Output = Result<Value>> + use<> {
        let (cancel, seen, lane) = (Cancel::new(), Arc::clone(&self.seen), Arc::clone(&self.lane));
        async move {
            let token = cancel.clone();
            let work = move || {
                seen.running.fetch_add(1, Ordering::SeqCst);
                while !seen.released.load(Ordering::SeqCst) && !token.is_tripped() {
                    std::thread::sleep(Duration::from_millis(1));
                }
                if token.is_tripped() {
                    seen.stopped.fetch_add(1, Ordering::SeqCst);
                }
                seen.running.fetch_sub(1, Ordering::SeqCst);
            };
            lane.run(cancel, work).await.map_err(refusal)?;
            Ok(json!("done"))
        }
    }

    /// Works until it is released, whatever is said meanwhile.
    fn deaf_job(&self, _: Value) -> impl Future<Output = Result<Value>> + use<> {
        let (seen, lane) = (Arc::clone(&self.seen), Arc::clone(&self.lane));
        async move {
            let work = move || {
                seen.running.fetch_add(1, Ordering::SeqCst);
                while !seen.released.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                seen.running.fetch_sub(1, Ordering::SeqCst);
            };
            lane.run(Cancel::new(), work).await.map_err(refusal)?;
            Ok(json!("done"))
        }
    }

    /// Changes something: until it is released it can be stopped, and then it cannot.
    fn change(&self, _: Value) -> impl Future<Output = Result<Value>> + use<> {
        let (cancel, seen, lane) = (Cancel::new(), Arc::clone(&self.seen), Arc::clone(&self.lane));
        async move {
            let token = cancel.clone();
            let work = move || {
                seen.running.fetch_add(1, Ordering::SeqCst);
                while !seen.released.load(Ordering::SeqCst) && !token.is_tripped() {
                    std::thread::sleep(Duration::from_millis(1));
                }
                let stopped = !seen.released.load(Ordering::SeqCst);
                if !stopped {
                    // Past the point of no return: it takes as long as it takes, and looks at no token.
                    std::thread::sleep(Duration::from_millis(200));
                }
                seen.running.fetch_sub(1, Ordering::SeqCst);
                if stopped { Err(Error::request_cancelled()) } else { Ok(json!("changed")) }
            };
            lane.run_to_end(cancel, work).await.map_err(refusal)?
        }
    }

    async fn panic(&self, _: Value) -> Result<Value> {
        panic!("as asked")
    }

    async fn panic_at_work(&self, _: Value) -> Result<Value> {
        self.lane.run(Cancel::new(), || panic!("as asked")).await.map_err(refusal)
    }

    /// Asks the client something, and gives its answer or "none".
    fn ask(&self, params: Value) -> impl Future<Output = Result<Value>> + use<> {
        let client = self.client.clone();
        async move {
            let limit = Duration::from_millis(params["limit"].as_u64().unwrap_or(0));
            Ok(client.request("toy/question", json!({}), limit).await.unwrap_or_else(|_| json!("none")))
        }
    }

    async fn large(&self, params: Value) -> Result<Value> {
        let length = usize::try_from(params["length"].as_u64().unwrap()).unwrap();
        let lane = Arc::clone(&self.lane);
        let text = lane.run(Cancel::new(), move || json!("x".repeat(length)).to_string()).await.map_err(refusal)?;
        self.seen.made.fetch_add(1, Ordering::SeqCst);
        finished(text)
    }

    /// Sends a notification, and answers.
    async fn tell(&self, params: Value) -> Result<Value> {
        tokio::task::yield_now().await;
        self.client.notify("toy/told", &params);
        Ok(params)
    }

    async fn progress(&self, params: Value) -> Result<Value> {
        let token = &params["workDoneToken"];
        self.client.progress(token, json!({"kind": "begin", "title": "toy"}));
        for done in 0..params["reports"].as_u64().unwrap() {
            self.client.progress(token, json!({"kind": "report", "message": done.to_string()}));
        }
        self.client.progress(token, json!({"kind": "end"}));
        self.seen.reported.store(true, Ordering::SeqCst);
        Ok(Value::Null)
    }
}

fn refusal(refused: Refused) -> Error {
    match refused {
        Refused::Full => Error::new(hgls::wire::BUSY),
        Refused::Panicked => Error::internal_error(),
        Refused::Cancelled => Error::request_cancelled(),
    }
}

impl LanguageServer for Toy {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        Ok(InitializeResult::default())
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        // Slow enough for a later request to overtake it, if anything let it.
        std::thread::sleep(Duration::from_millis(2));
        self.version.store(usize::try_from(params.text_document.version).unwrap(), Ordering::SeqCst);
    }
}
