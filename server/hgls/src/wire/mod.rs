//! The wire: JSON-RPC 2.0 in the base protocol of LSP, between a pair of byte streams and an [`LspService`].
//!
//! What is *not* here, by intent: any method but those of the life cycle, any thought of repositories, and the
//! framework's own `Server`, which loses cancellations, deadlocks and ends where this must not (each such defect is a
//! test in `tests/`).
//!
//! Three threads and a runtime:
//! - the **reader** makes messages of bytes ([`frames`], [`message`]) and answers for what is none;
//! - the **dispatcher** ([`dispatch`]) takes them in order, applies changes, and starts requests;
//! - the **writer** ([`outbox`]) writes what is to be said;
//! - requests wait on the runtime and work in [`Lane`]s of threads that may block.
//!
//! No thread of them ever waits for the client to read, and none but the writer for it to do anything.

mod answer;
mod client;
mod dispatch;
pub mod frames;
mod lane;
mod life;
mod message;
mod outbox;

use std::io::{BufReader, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, channel, sync_channel};
use std::thread;

use serde_json::Value;
use tokio::runtime::{Builder, Handle};
use tower_lsp::jsonrpc::{Error, ErrorCode, Id};
use tower_lsp::{LanguageServer, LspService};

pub use answer::finished;
pub use client::{Client, Unanswered};
pub use frames::Limits;
pub use lane::{Lane, Refused};
pub use outbox::Budget;

use dispatch::{Calls, Dispatcher};
use frames::{Frames, Malformed};
use life::End;
use message::Message;
use outbox::{Failure, Outbox};

/// LSP's `RequestFailed`, for a request that was refused because too much is going on.
pub const BUSY: ErrorCode = ErrorCode::ServerError(-32803);

/// Messages that may wait between the reader and the dispatcher. Few: they may be large, and the dispatcher is fast.
const ARRIVED: usize = 32;

/// How much the wire holds, and how it explains itself.
pub struct Options {
    /// Of what comes in.
    pub limits: Limits,
    /// Of what goes out.
    pub budget: Budget,
    /// The `data` of an error that has none.
    pub describe: fn(&Error) -> Option<Value>,
    /// Makes parameters what the framework's types take, where clients are known to differ.
    pub amend: fn(&mut Value),
}

impl Default for Options {
    fn default() -> Self {
        Self { limits: Limits::default(), budget: Budget::default(), describe: |_| None, amend: |_| {} }
    }
}

/// Serves until the client ends it. Gives the exit code of the process: 0 when the client asked for the end with
/// `shutdown`, 1 otherwise. Threads may be left that only the end of the process ends.
pub fn serve<S: LanguageServer>(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    options: Options,
    build: impl FnOnce(&Client, &Handle) -> LspService<S>,
) -> std::io::Result<u8> {
    let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("requests").enable_time().build()?;
    let (ended, end) = channel();
    let failed = ended.clone();
    let outbox = Outbox::start(output, options.budget, move |failure| {
        let reason = match failure {
            Failure::Closed => End::OutputClosed,
            Failure::Unread => End::Unread,
        };
        _ = failed.send(reason);
    })?;

    let client = Client::new(outbox.clone());
    let calls = Arc::new(Calls::new(outbox.clone(), options.describe));
    let dispatcher = Dispatcher {
        service: build(&client, runtime.handle()),
        runtime: runtime.handle().clone(),
        client,
        calls: Arc::clone(&calls),
        ended: ended.clone(),
        amend: options.amend,
        last: 0,
    };
    let (arrived, messages) = sync_channel(ARRIVED);
    thread::Builder::new().name("dispatcher".to_owned()).spawn(move || dispatcher.run(messages))?;
    thread::Builder::new().name("reader".to_owned()).spawn(move || {
        read(Frames::new(BufReader::with_capacity(64 << 10, input), options.limits), &arrived);
        _ = ended.send(End::InputClosed);
    })?;

    let (_, deadline) = life::wait(&end, || calls.is_idle());
    outbox.close(deadline);
    // Jobs that still run check their tokens, and end with the process at the latest.
    runtime.shutdown_background();
    Ok(if calls.is_shut_down() { 0 } else { 1 })
}

/// Reads until the end of the input, or until nobody listens.
fn read<R: std::io::BufRead>(mut frames: Frames<R>, arrived: &SyncSender<Message>) {
    loop {
        let message = match frames.next_frame() {
            Ok(Some(Ok(body))) => message::parse(&body),
            Ok(Some(Err(malformed))) => refusal(&malformed),
            Ok(None) => return,
            Err(error) => return tracing::info!(%error, "the input cannot be read"),
        };
        if arrived.send(message).is_err() {
            return;
        }
    }
}

fn refusal(malformed: &Malformed) -> Message {
    let code = match malformed {
        Malformed::Garbage | Malformed::NoLength => ErrorCode::ParseError,
        Malformed::TooLong { .. } => ErrorCode::InvalidRequest,
    };
    Message::Invalid(Id::Null, Error { code, message: malformed.to_string().into(), data: None })
}
