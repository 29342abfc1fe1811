//! The server: LSP's life cycle and synchronisation, and requests run in their class's lane.
//!
//! What changes something is done at once, without an `await`, so the wire applies it before it looks at the next
//! message; and a request's context is made before its first `await`.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use hgls_core::{Cancel, Lost, NoProgress, Progress};
use serde::Serialize;
use serde_json::{Value, json};
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{
    CodeActionOrCommand, CodeActionParams, CodeLens, CodeLensParams, Command, DidChangeConfigurationParams,
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, ExecuteCommandParams, Hover,
    HoverParams, InitializeParams, InitializeResult, InitializedParams, InlayHint, InlayHintParams, NumberOrString,
    WorkspaceFolder,
};

use super::features::{self, Format, OPEN_CHANGESET};
use super::{capabilities, commands, content};
use crate::documents::{Change, Position};
use crate::handlers::{self, Context};
use crate::protocol::{Class, Failure, Method, Uri};
use crate::session::{Editor, Session, Settings};
use crate::wire::{self, Lane, Refused};

/// Requests of one class that may wait. More at a time is a client gone wild.
const WAITING: usize = 1000;

/// Requests that change something and have begun. Nearly all of them wait for their turn in one repository or for a hook;
/// those that wait must not be so many that another repository cannot be changed meanwhile.
const CHANGES: usize = 32;

/// The server.
pub struct Server {
    session: Session,
    lanes: Lanes,
    format: OnceLock<Format>,
}

/// One lane a class, so that no class waits for another.
struct Lanes {
    instant: Arc<Lane>,
    read: Arc<Lane>,
    long: Arc<Lane>,
    write: Arc<Lane>,
}

impl Lanes {
    fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let lane = |width| Arc::new(Lane::new(width, WAITING));
        Self { instant: lane(2), read: lane(cores.clamp(2, 8)), long: lane(cores.clamp(2, 4)), write: lane(CHANGES) }
    }

    fn of(&self, class: Class) -> Arc<Lane> {
        Arc::clone(match class {
            Class::Instant => &self.instant,
            Class::Read => &self.read,
            Class::Long => &self.long,
            Class::Write => &self.write,
        })
    }
}

impl Server {
    /// A server that speaks with `editor`. Reads nothing.
    pub fn new(editor: impl Editor + 'static) -> Self {
        Self { session: Session::new(Arc::new(editor)), lanes: Lanes::new(), format: OnceLock::new() }
    }

    /// The session with the client.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Answers a request of the table of methods.
    pub fn call(&self, method: &'static Method, mut params: Value) -> impl Future<Output = Result<Value>> + use<> {
        let token = params.as_object_mut().and_then(|params| params.remove("workDoneToken"));
        self.answer(method, params, token)
    }

    fn answer(
        &self,
        method: &'static Method,
        params: Value,
        token: Option<Value>,
    ) -> impl Future<Output = Result<Value>> + use<> {
        let answer =
            self.run(method.class, method.name, token, move |context| handlers::dispatch(context, method.name, params));
        async move { wire::finished(answer.await?) }
    }

    /// Runs `job` in the lane of `class`, with what a request of this place in the order of messages sees.
    fn run<R, J>(
        &self,
        class: Class,
        title: &str,
        token: Option<Value>,
        job: J,
    ) -> impl Future<Output = Result<R>> + use<R, J>
    where
        R: Send + 'static,
        J: FnOnce(&Context) -> std::result::Result<R, Failure> + Send + 'static,
    {
        let cancel = Cancel::new();
        let progress: Arc<dyn Progress> = match (class, token) {
            (Class::Instant, None) => Arc::new(NoProgress),
            (_, token) => self.session.reporter(title, token, &cancel),
        };
        let context = match class {
            // Its turn is that of its place among the messages, not that of whoever is the first to run.
            Class::Write => self.session.context_of_change(cancel.clone(), progress),
            _ => self.session.context(cancel.clone(), progress),
        };
        let lane = self.lanes.of(class);
        async move {
            let job = move || Lost::caught(|| job(&context))?;
            let done = match class {
                // A client that was told of a cancellation may take it that nothing will change any more.
                Class::Write => lane.run_to_end(cancel, job).await,
                _ => lane.run(cancel, job).await,
            };
            match done {
                Ok(outcome) => outcome.map_err(fold),
                Err(refused @ Refused::Full) => Err(error(wire::BUSY, refused.to_string())),
                Err(Refused::Panicked) => Err(Error::internal_error()),
                Err(Refused::Cancelled) => Err(Error::request_cancelled()),
            }
        }
    }

    /// Runs what a client shows of its own accord, unless the settings say that it shall not: what has no answer is
    /// nothing, and no error.
    fn show<R, J>(
        &self,
        title: &str,
        token: Option<NumberOrString>,
        wanted: fn(&Settings) -> bool,
        job: J,
    ) -> impl Future<Output = Result<R>> + use<R, J>
    where
        R: Default + Send + 'static,
        J: FnOnce(&Context) -> std::result::Result<R, Failure> + Send + 'static,
    {
        let wanted = wanted(&self.session.settings());
        let job = move |context: &Context| if wanted { features::quiet(job(context)) } else { Ok(R::default()) };
        self.run(Class::Long, title, token.map(|token| json!(token)), job)
    }

    fn format(&self) -> Format {
        self.format.get().copied().unwrap_or_default()
    }

    /// Answers `workspace/textDocumentContent`.
    pub fn text_document_content(&self, params: Value) -> impl Future<Output = Result<Value>> + use<> {
        let answer = self.run(Class::Read, "Reading", None, move |context| {
            let uri = params.get("uri").and_then(Value::as_str);
            content::text(context, uri.ok_or_else(|| Failure::invalid("uri: must be a string"))?)
        });
        async move { Ok(json!({"text": answer.await?})) }
    }

    /// The client's "cancel" on some progress.
    pub async fn cancel_progress(&self, params: Value) {
        self.session.tokens().cancel(params.get("token").unwrap_or(&Value::Null));
    }
}

fn error(code: ErrorCode, message: String) -> Error {
    Error { code, message: message.into(), data: None }
}

/// An error of a handler, as JSON-RPC has it.
fn fold(failure: Failure) -> Error {
    let (code, data) = (failure.code().into(), json!(failure.data()));
    Error { code, message: failure.message.into(), data: Some(data) }
}

/// The path of a file; `None` for a document that is no file, which is none of ours.
fn path(uri: &impl Serialize) -> Option<PathBuf> {
    Uri(json!(uri).as_str()?.to_owned()).to_path().ok()
}

fn folders(folders: &[WorkspaceFolder]) -> Vec<PathBuf> {
    folders.iter().filter_map(|folder| path(&folder.uri)).collect()
}

impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let client = &params.capabilities;
        let (encoding, format) = (capabilities::encoding(client), capabilities::format(client));
        let given = match &params.workspace_folders {
            Some(given) => folders(given),
            #[expect(deprecated, reason = "older clients have nothing else")]
            None => match (&params.root_uri, &params.root_path) {
                (Some(uri), _) => path(uri).into_iter().collect(),
                (None, path) => path.iter().map(PathBuf::from).filter(|path| path.is_absolute()).collect(),
            },
        };
        let settings = params.initialization_options.as_ref().map(Settings::read).unwrap_or_default();
        self.session.initialize(capabilities::abilities(client), encoding, given, settings);
        _ = self.format.set(format);
        let answer = capabilities::answer(encoding, format);
        wire::finished(capabilities::answer_as_json(&answer).to_string())?;
        Ok(answer)
    }

    async fn initialized(&self, _: InitializedParams) {
        self.session.initialized();
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let at = params.text_document_position_params;
        let (uri, line, format) = (at.text_document.uri, at.position.line, self.format());
        let token = params.work_done_progress_params.work_done_token;
        self.show(
            "Annotating",
            token,
            |settings| settings.hover,
            move |context| features::hover(context, &uri, line, format),
        )
        .await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let (uri, range, format) = (params.text_document.uri, params.range, self.format());
        let token = params.work_done_progress_params.work_done_token;
        self.show(
            "Annotating",
            token,
            |settings| settings.inlay_hints,
            move |context| features::inlay_hints(context, &uri, range, format),
        )
        .await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let uri = params.text_document.uri;
        let token = params.work_done_progress_params.work_done_token;
        self.show(
            "Annotating",
            token,
            |settings| settings.code_lens,
            move |context| features::code_lenses(context, &uri),
        )
        .await
    }

    async fn code_lens_resolve(&self, lens: CodeLens) -> Result<CodeLens> {
        let asked = lens.clone();
        let authors = self.run(Class::Long, "Annotating", None, move |context| {
            features::quiet(features::resolve_code_lens(context, &asked))
        });
        let title = authors.await?.unwrap_or_else(|| "no authors yet".to_owned());
        // A command without a name is shown, and does nothing.
        Ok(CodeLens { command: Some(Command { title, command: String::new(), arguments: None }), ..lens })
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<Vec<CodeActionOrCommand>>> {
        let (uri, range, format) = (params.text_document.uri, params.range, self.format());
        let token = params.work_done_progress_params.work_done_token;
        self.show(
            "Comparing",
            token,
            |settings| settings.code_actions,
            move |context| features::code_actions(context, &uri, range, format),
        )
        .await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        if let Some(method) = commands::method(&params.command) {
            let token = params.work_done_progress_params.work_done_token.map(|token| json!(token));
            let params = params.arguments.into_iter().next().unwrap_or_default();
            return self.answer(method, params, token).await.map(Some);
        }
        let text = |at: usize| params.arguments.get(at).and_then(Value::as_str);
        let uri = match (params.command.as_str(), text(0), text(1)) {
            (OPEN_CHANGESET, Some(file), Some(rev)) => content::of_changeset(file, rev),
            _ => None,
        };
        let uri = uri.ok_or_else(|| fold(Failure::invalid(format!("unknown command: {}", params.command))))?;
        let shown = |shown: Option<Value>| tracing::debug!(shown = shown.is_some(), "a changeset");
        self.session.editor().request("window/showDocument", json!({"uri": uri, "takeFocus": true}), Box::new(shown));
        Ok(None)
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        if let Some(path) = path(&document.uri) {
            let opened = path.clone();
            self.session.change_documents(|documents| documents.open(path, document.version, &document.text));
            self.session.document_opened(&opened);
        }
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let Some(path) = path(&params.text_document.uri) else { return };
        let changes = params.content_changes.into_iter().map(|change| Change {
            range: change.range.map(|range| (position(range.start), position(range.end))),
            text: change.text,
        });
        let (version, changes) = (params.text_document.version, changes.collect());
        self.session.change_documents(|documents| documents.change(&path, version, changes));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        if let Some(path) = path(&params.text_document.uri) {
            self.session.file_changed(&path);
        }
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        if let Some(path) = path(&params.text_document.uri) {
            self.session.change_documents(|documents| documents.close(&path));
            self.session.document_closed(&path);
        }
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        params.changes.iter().filter_map(|event| path(&event.uri)).for_each(|path| self.session.file_changed(&path));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.session.settings_changed(&params.settings);
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.session.change_folders(folders(&params.event.added), &folders(&params.event.removed));
    }
}

fn position(position: tower_lsp::ls_types::Position) -> Position {
    Position { line: position.line, character: position.character }
}
