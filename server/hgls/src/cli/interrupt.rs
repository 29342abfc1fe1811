//! Ctrl-C at the prompt, for work that has to tidy up: it trips a token, and the second one ends the process.

use std::thread;

use hgls_core::Cancel;

/// A token that the first Ctrl-C trips.
pub fn cancel_on_interrupt() -> Cancel {
    let cancel = Cancel::new();
    let token = cancel.clone();
    let listen = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                token.trip();
            }
            // Whoever presses it again does not want to wait.
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        });
    };
    if let Err(error) = thread::Builder::new().name("interrupt".to_owned()).spawn(listen) {
        tracing::debug!(%error, "Ctrl-C ends the process at once");
    }
    cancel
}
