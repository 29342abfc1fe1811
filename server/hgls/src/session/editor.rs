//! The editor, as the session needs it. Whoever speaks with the client implements it.

use serde_json::Value;

/// What the client said it can do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Abilities {
    /// It shows progress that the server begins.
    pub work_done_progress: bool,
    /// It watches files for a server that registers for it.
    pub watches_files: bool,
    /// It resolves relative patterns of files to watch.
    pub relative_patterns: bool,
    /// It lets a server ask for code lenses and inlay hints to be asked for again.
    pub refreshes: Refreshes,
}

/// What a client asks for again when the server says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Refreshes {
    /// Code lenses.
    pub code_lenses: bool,
    /// Inlay hints.
    pub inlay_hints: bool,
}

/// Speaks to the client. Nothing here waits for it.
pub trait Editor: Send + Sync {
    /// Sends a notification.
    fn notify(&self, method: &'static str, params: Value);

    /// Sends a request, and calls `then` with whether it was granted; an answer that does not come in time is a refusal.
    fn request(&self, method: &'static str, params: Value, then: Box<dyn FnOnce(bool) + Send>);

    /// Sends `$/progress`; a later one of the same token may overtake this if it is a report.
    fn progress(&self, token: &Value, value: Value);

    /// Whether the client leaves so much unread that what can wait should.
    fn is_congested(&self) -> bool;
}

/// For work with no client.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoEditor;

impl Editor for NoEditor {
    fn notify(&self, _: &'static str, _: Value) {}

    fn request(&self, _: &'static str, _: Value, then: Box<dyn FnOnce(bool) + Send>) {
        then(false);
    }

    fn progress(&self, _: &Value, _: Value) {}

    fn is_congested(&self) -> bool {
        false
    }
}
