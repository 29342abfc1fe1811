//! The handlers: one plain function a method, from parameters to result, and the dispatch to them. They know the core's
//! model and the protocol's types, and nothing of transport, sessions or the terminal.

mod annotate;
mod backups;
mod contents;
mod context;
mod convert;
mod diff;
mod edit;
mod file_log;
mod index;
mod line_log;
mod log;
mod memory;
mod names;
mod state;
mod status;
mod texts;
mod turns;

use hgls_core::Lost;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use annotate::{annotate, annotate_ahead};
pub use backups::backups;
pub use contents::{cat, manifest};
pub use context::{Asking, Context, FileTarget, Opened, Repositories, Target};
pub use diff::{diff, diff_hunks};
pub use edit::{
    add, addremove, bookmark, commit, commit_message, copy, forget, init, is_unsaved, remove, rename, resolve, restore,
    revert, uncommit, update,
};
pub use file_log::file_log;
pub use index::index;
pub use line_log::line_log;
pub use log::log;
pub use memory::Memory;
pub use names::{bookmarks, heads, lookup, phase, tags};
pub use state::{identify, resolve_list, status_decorations};
pub use status::{entry as status_entry, status};
pub use turns::{Ticket, Turns};

use crate::protocol::{self, methods, *};

macro_rules! dispatch {
    ($($(#[$doc:meta])+ $handler:ident: $name:literal, $params:ident => $result:ident, $class:ident,
       [$($error:ident),*];)*) => {
        /// Answers one request, in JSON. Parameters that are absent are those of an empty object.
        pub fn dispatch(context: &Context, method: &str, params: Value) -> Result<String, Failure> {
            match method {
                $($name => call::<$params, $result>($handler, context, params),)*
                _ => Err(Failure::invalid(format!("unknown method: {method}"))),
            }
        }
    };
}

methods!(dispatch);

fn call<P: DeserializeOwned, R: Serialize>(
    handler: fn(&Context, P) -> Result<R, Failure>,
    context: &Context,
    params: Value,
) -> Result<String, Failure> {
    context.cancel.check()?;
    let params = if params.is_null() { Value::Object(Default::default()) } else { params };
    let answer = || answer(handler, context, &params);
    // What was lost is found again in a store made anew.
    Lost::caught(answer).or_else(|_| Lost::caught(answer))?
}

fn answer<P: DeserializeOwned, R: Serialize>(
    handler: fn(&Context, P) -> Result<R, Failure>,
    context: &Context,
    params: &Value,
) -> Result<String, Failure> {
    let params = serde_path_to_error::deserialize(params).map_err(|error| match error.path().to_string() {
        place if place == "." => Failure::invalid(error.inner().to_string()),
        place => Failure::invalid(format!("{place}: {}", error.inner())),
    })?;
    let result = handler(context, params)?;
    serde_json::to_string(&result).map_err(|error| Failure::new(ErrorKind::Internal, error.to_string()))
}

fn discover(_: &Context, _: DiscoverParams) -> Result<OpenRpc, Failure> {
    Ok(protocol::document())
}

/// How many items a client wants, with the most that it gets.
fn limit(asked: u32, most: u32) -> Result<usize, Failure> {
    match asked {
        0 => Err(Failure::invalid("limit: must be positive")),
        asked => Ok(asked.min(most) as usize),
    }
}
