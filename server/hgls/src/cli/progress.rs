//! Progress at the prompt: a bar on standard error, where that is a terminal, of work that takes a while.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hgls_core::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// Work that is done sooner has no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// The bar of this process.
#[derive(Default)]
pub struct Bar {
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    since: Option<Instant>,
    stage: &'static str,
    bar: Option<ProgressBar>,
}

impl Progress for Bar {
    fn report(&self, stage: &'static str, done: u64, total: Option<u64>) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *shown.since.get_or_insert_with(Instant::now);
        if shown.stage != stage {
            if let Some(bar) = shown.bar.take() {
                bar.finish_and_clear();
            }
            shown.stage = stage;
        }
        if shown.bar.is_none() && since.elapsed() < PATIENCE {
            return;
        }
        let bar = shown.bar.get_or_insert_with(|| new_bar(stage, total));
        bar.set_position(done);
        if total == Some(done) {
            bar.finish_and_clear();
        }
    }
}

/// Draws on standard error, and nothing where that is no terminal.
fn new_bar(stage: &'static str, total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{msg} {wide_bar} {human_pos}/{human_len} {eta}"),
        None => (ProgressBar::new_spinner(), "{msg} {human_pos}"),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.with_message(stage)
}

impl Drop for Bar {
    fn drop(&mut self) {
        let shown = self.shown.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = shown.bar.take() {
            bar.finish_and_clear();
        }
    }
}
