//! Work-done progress, as LSP has it, from what long work reports. Knows nothing of the work.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use hgls_core::{Cancel, Progress};
use serde_json::{Value, json};

use super::Editor;

/// Work that is over sooner is not worth showing.
const PATIENCE: Duration = Duration::from_millis(500);

/// No more reports than people can read.
const INTERVAL: Duration = Duration::from_millis(100);

/// The progress that is shown, by token: what the client may cancel.
#[derive(Default)]
pub struct Tokens {
    last: AtomicU64,
    shown: Mutex<HashMap<String, Cancel>>,
}

/// Reports the progress of one piece of work. Dropping it ends the report.
pub struct Reporter {
    this: Weak<Reporter>,
    editor: Arc<dyn Editor>,
    tokens: Arc<Tokens>,
    token: Value,
    title: String,
    cancel: Cancel,
    state: Mutex<State>,
}

struct State {
    stage: Stage,
    begun: Instant,
    last: Option<(Instant, &'static str)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody has seen it yet; it must ask the client first when `asks`.
    Hidden { asks: bool },
    /// The client was asked whether it would show it.
    Asked,
    /// It may begin.
    Granted,
    /// It is shown.
    Shown,
    /// It will not be shown.
    Refused,
}

impl Tokens {
    /// The client wants the work of this token to end.
    pub fn cancel(&self, token: &Value) {
        if let Some(cancel) = self.lock().get(&token.to_string()) {
            cancel.trip();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Cancel>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reporter {
    /// Reports by the client's `token`; without one, by a token of our own if the client is `able` to show it and the
    /// work takes long. `cancel` is what the client's "cancel" trips.
    pub fn new(
        editor: &Arc<dyn Editor>,
        tokens: &Arc<Tokens>,
        title: &str,
        token: Option<Value>,
        able: bool,
        cancel: &Cancel,
    ) -> Arc<Self> {
        let stage = match (&token, able) {
            (Some(_), _) => Stage::Hidden { asks: false },
            (None, true) => Stage::Hidden { asks: true },
            (None, false) => Stage::Refused,
        };
        let ours = || Value::from(format!("hgls/{}", tokens.last.fetch_add(1, Ordering::Relaxed)));
        let token = token.unwrap_or_else(ours);
        if stage != Stage::Refused {
            tokens.lock().insert(token.to_string(), cancel.clone());
        }
        Arc::new_cyclic(|this| Self {
            this: this.clone(),
            editor: Arc::clone(editor),
            tokens: Arc::clone(tokens),
            token,
            title: title.to_owned(),
            cancel: cancel.clone(),
            state: Mutex::new(State { stage, begun: Instant::now(), last: None }),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self) {
        let this = self.this.clone();
        let answered = move |granted: Option<Value>| {
            let stage = if granted.is_some() { Stage::Granted } else { Stage::Refused };
            if let Some(this) = this.upgrade() {
                this.state().stage = stage;
            }
        };
        self.editor.request("window/workDoneProgress/create", json!({"token": self.token}), Box::new(answered));
    }
}

impl Progress for Reporter {
    fn report(&self, stage: &'static str, done: u64, total: Option<u64>) {
        let mut state = self.state();
        match state.stage {
            Stage::Refused | Stage::Asked => return,
            Stage::Hidden { asks: true } => {
                if state.begun.elapsed() >= PATIENCE {
                    state.stage = Stage::Asked;
                    drop(state);
                    self.ask();
                }
                return;
            }
            Stage::Hidden { asks: false } | Stage::Granted => {
                state.stage = Stage::Shown;
                let begin = json!({"kind": "begin", "title": self.title, "cancellable": true, "percentage": 0});
                self.editor.progress(&self.token, begin);
            }
            Stage::Shown => {}
        }
        let soon = state.last.is_some_and(|(when, what)| what == stage && when.elapsed() < INTERVAL);
        if soon || self.cancel.is_tripped() {
            return;
        }
        state.last = Some((Instant::now(), stage));
        let mut report = json!({"kind": "report", "cancellable": true, "message": stage});
        if let Some(total) = total.filter(|total| *total > 0) {
            report["message"] = format!("{stage} {done}/{total}").into();
            report["percentage"] = (done.min(total).saturating_mul(100) / total).into();
        }
        self.editor.progress(&self.token, report);
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        self.tokens.lock().remove(&self.token.to_string());
        let stage = self.state().stage;
        if stage == Stage::Shown {
            let message = if self.cancel.is_tripped() { "cancelled" } else { "done" };
            self.editor.progress(&self.token, json!({"kind": "end", "message": message}));
        }
    }
}
