//! hgls as a language server: the life cycle, the routes of all methods, and LSP's own features. The only place that
//! names LSP's types.

mod capabilities;
mod commands;
mod content;
mod editor;
mod features;
mod server;
mod text;
mod uris;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tower_lsp::LspService;
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tracing_subscriber::EnvFilter;

use crate::protocol::{ErrorData, ErrorKind, METHODS};
use crate::wire;
use server::Server;

/// How long the end of the process waits for what was found out last to be kept. Usually that takes a moment.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// Serves on standard input and output until the client ends it.
pub fn serve() -> ExitCode {
    log();
    allow_open_files();
    let options = wire::Options { describe, amend: uris::amend, ..wire::Options::default() };
    let mut workspace = None;
    let served = wire::serve(std::io::stdin(), std::io::stdout(), options, |client, runtime| {
        let editor = editor::Remote::new(client.clone(), runtime.clone());
        let server = Server::new(editor);
        workspace = Some(Arc::clone(server.session().workspace()));
        let mut service = LspService::build(|_| server)
            .custom_method("window/workDoneProgress/cancel", Server::cancel_progress)
            .custom_method("workspace/textDocumentContent", Server::text_document_content);
        for method in METHODS {
            service = service.custom_method(method.name, |server: &Server, params: Value| server.call(method, params));
        }
        service.finish().0
    });
    if let Some(workspace) = workspace {
        workspace.settle(LAST_WORDS);
    }
    match served {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            tracing::error!(%error, "cannot serve");
            ExitCode::FAILURE
        }
    }
}

/// Has the system allow more open files than it does unasked: an open repository takes some ten, its packs and its store, and
/// a workspace may have hundreds.
fn allow_open_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        const WANTED: u64 = 16 << 10;
        let limit = getrlimit(Resource::Nofile);
        let wanted = limit.maximum.map_or(WANTED, |most| most.min(WANTED));
        if limit.current.is_some_and(|current| current < wanted)
            && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit })
        {
            tracing::info!(%error, "no more files can be open than before");
        }
    }
}

/// Writes what happens to standard error, as much as `HGLS_LOG` asks for: `warn` when it is not set.
fn log() {
    let filter = EnvFilter::try_from_env("HGLS_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // Whoever embeds the server may have a log of his own.
    _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).try_init();
}

/// The `data` of the framework's errors, so that every error has a kind.
fn describe(error: &Error) -> Option<Value> {
    let kind = match error.code {
        ErrorCode::InternalError => ErrorKind::Internal,
        ErrorCode::RequestCancelled => ErrorKind::Cancelled,
        wire::BUSY => ErrorKind::Busy,
        _ => ErrorKind::InvalidArgument,
    };
    let hint = (error.code == ErrorCode::MethodNotFound).then(|| "rpc.discover lists the methods".to_owned());
    Some(json!(ErrorData { kind, hint, warnings: Vec::new() }))
}
