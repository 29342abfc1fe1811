//! What the server says that it can do, and what the client says that it can.

use serde_json::{Value, json};
use tower_lsp::ls_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions,
    ExecuteCommandOptions, HoverProviderCapability, InitializeResult, MarkupKind, OneOf, PositionEncodingKind,
    SaveOptions, ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};

use super::commands;
use super::content::SCHEME;
use super::features::{Format, OPEN_CHANGESET};
use crate::documents::Encoding;
use crate::protocol::{DID_CHANGE_REPOSITORY, DID_CHANGE_STATUS, METHODS};
use crate::session::Abilities;

/// What the client can do, as far as the session cares.
pub fn abilities(client: &ClientCapabilities) -> Abilities {
    let can = |ability: Option<bool>| ability.unwrap_or(false);
    let workspace = client.workspace.as_ref();
    Abilities {
        work_done_progress: can(client.window.as_ref().and_then(|it| it.work_done_progress)),
        watches_files: can(workspace.and_then(|it| it.did_change_watched_files.as_ref()?.dynamic_registration)),
        tells_settings: can(workspace.and_then(|it| it.configuration)),
        refreshes_code_lenses: can(workspace.and_then(|it| it.code_lens.as_ref()?.refresh_support)),
        refreshes_inlay_hints: can(workspace.and_then(|it| it.inlay_hint.as_ref()?.refresh_support)),
    }
}

/// What is counted in a line: UTF-8 when the client can, for that is what we have; else UTF-16.
pub fn encoding(client: &ClientCapabilities) -> Encoding {
    let offered = client.general.as_ref().and_then(|general| general.position_encodings.as_deref()).unwrap_or_default();
    match offered.contains(&PositionEncodingKind::UTF8) {
        true => Encoding::Utf8,
        false => Encoding::Utf16,
    }
}

/// How the client wants text.
pub fn format(client: &ClientCapabilities) -> Format {
    let formats = client.text_document.as_ref().and_then(|it| it.hover.as_ref()?.content_format.as_deref());
    let edits = client.workspace.as_ref().and_then(|it| it.workspace_edit.as_ref()?.document_changes);
    Format {
        markdown: formats.is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
        versioned_edits: edits.unwrap_or(false),
        opens_documents: client.window.as_ref().and_then(|it| it.show_document.as_ref()).is_some_and(|it| it.support),
    }
}

/// What the server says to `initialize`.
pub fn answer(encoding: Encoding, format: Format) -> InitializeResult {
    InitializeResult {
        capabilities: server(encoding, format),
        server_info: Some(ServerInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        ..InitializeResult::default()
    }
}

/// The same as JSON, with what the framework's types do not have yet.
pub fn answer_as_json(answer: &InitializeResult) -> Value {
    let mut answer = json!(answer);
    if let Some(workspace) = answer.pointer_mut("/capabilities/workspace").and_then(Value::as_object_mut) {
        workspace.insert("textDocumentContent".to_owned(), json!({"schemes": [SCHEME]}));
    }
    answer
}

fn server(encoding: Encoding, format: Format) -> ServerCapabilities {
    let encoding = match encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
    };
    let methods: Vec<&str> = METHODS.iter().map(|method| method.name).collect();
    ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(true) }),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::REFACTOR_REWRITE]),
            ..CodeActionOptions::default()
        })),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: commands::names().chain(format.opens_documents.then(|| OPEN_CHANGESET.to_owned())).collect(),
            work_done_progress_options: WorkDoneProgressOptions { work_done_progress: Some(true) },
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            ..WorkspaceServerCapabilities::default()
        }),
        experimental: Some(json!({
            "hgls": {"methods": methods, "notifications": [DID_CHANGE_REPOSITORY, DID_CHANGE_STATUS]},
        })),
        ..ServerCapabilities::default()
    }
}
