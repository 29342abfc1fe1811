//! The client at the other end of the wire, as the session's editor.

use std::time::Duration;

use serde_json::Value;
use tokio::runtime::Handle;

use crate::session::{Editor, Then};
use crate::wire::Client;

/// How long a request of ours may take the client, who may have to ask the user.
const LIMIT: Duration = Duration::from_secs(60);

/// The client over the wire.
pub struct Remote {
    client: Client,
    runtime: Handle,
}

impl Remote {
    /// `client`, with a runtime on which its answers are awaited.
    pub fn new(client: Client, runtime: Handle) -> Self {
        Self { client, runtime }
    }
}

impl Editor for Remote {
    fn notify(&self, method: &'static str, params: Value) {
        self.client.notify(method, params);
    }

    fn request(&self, method: &'static str, params: Value, then: Then) {
        let client = self.client.clone();
        self.runtime.spawn(async move {
            let answer = client.request(method, params, LIMIT).await;
            if let Err(error) = &answer {
                tracing::info!(method, %error, "not granted");
            }
            then(answer.ok());
        });
    }

    fn progress(&self, token: &Value, value: Value) {
        self.client.progress(token, value);
    }

    fn is_congested(&self) -> bool {
        self.client.is_congested()
    }
}
