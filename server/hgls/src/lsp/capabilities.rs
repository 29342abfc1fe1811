//! What the server says that it can do, and what the client says that it can.

use serde_json::json;
use tower_lsp::ls_types::{
    ClientCapabilities, InitializeParams, OneOf, PositionEncodingKind, SaveOptions, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use crate::documents::Encoding;
use crate::protocol::{DID_CHANGE_REPOSITORY, DID_CHANGE_STATUS, METHODS};
use crate::session::{Abilities, Refreshes};

/// What the client can do, as far as the session cares.
pub fn abilities(client: &ClientCapabilities) -> Abilities {
    let workspace = client.workspace.as_ref();
    let watched = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
    let refreshes = Refreshes {
        code_lenses: workspace.and_then(|it| it.code_lens.as_ref()?.refresh_support).unwrap_or(false),
        inlay_hints: workspace.and_then(|it| it.inlay_hint.as_ref()?.refresh_support).unwrap_or(false),
    };
    Abilities {
        work_done_progress: client.window.as_ref().and_then(|window| window.work_done_progress).unwrap_or(false),
        watches_files: watched.and_then(|watched| watched.dynamic_registration).unwrap_or(false),
        relative_patterns: watched.and_then(|watched| watched.relative_pattern_support).unwrap_or(false),
        refreshes,
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

/// What the server can do.
pub fn server(_params: &InitializeParams, encoding: Encoding) -> ServerCapabilities {
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
