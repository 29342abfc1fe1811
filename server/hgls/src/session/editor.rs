//! The editor, as the session needs it. Whoever speaks with the client implements it.

use serde_json::Value;

/// What the client said it can do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Abilities {
    /// It shows progress that the server begins.
    pub work_done_progress: bool,
    /// It watches files for a server that registers for it.
    pub watches_files: bool,
    /// It tells its settings to a server that asks.
    pub tells_settings: bool,
    /// It asks for code lenses again when a server says so.
    pub refreshes_code_lenses: bool,
    /// It asks for inlay hints again when a server says so.
    pub refreshes_inlay_hints: bool,
}

/// What is done with the result of a request.
pub type Then = Box<dyn FnOnce(Option<Value>) + Send>;

/// Speaks to the client. Nothing here waits for it.
pub trait Editor: Send + Sync {
    /// Sends a notification.
    fn notify(&self, method: &'static str, params: Value);

    /// Sends a request, and calls `then` with its result: `None` when it is refused, or not answered in time.
    fn request(&self, method: &'static str, params: Value, then: Then);

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

    fn request(&self, _: &'static str, _: Value, then: Then) {
        then(None);
    }

    fn progress(&self, _: &Value, _: Value) {}

    fn is_congested(&self) -> bool {
        false
    }
}
