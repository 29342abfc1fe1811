//! The protocol: the types of every request and notification, and the one table of methods from which the routes of
//! the server, the dispatch of the command line, the OpenRPC document and docs/PROTOCOL.md come.
//!
//! Here is what goes over the wire, and nothing of how an answer is found. Members that a request has and hgls does not
//! know are ignored, so that newer clients can talk to older servers; a member of a wrong type is an error that names it.

mod backups;
mod changes;
mod common;
mod content;
mod edit;
mod error;
mod history;
mod methods;
mod names;
mod openrpc;
mod state;
pub mod uri;

pub use backups::*;
pub use changes::*;
pub use common::*;
pub use content::*;
pub use edit::*;
pub use error::{ErrorData, ErrorKind, Failure};
pub use history::*;
pub(crate) use methods::methods;
pub use methods::{Class, METHODS, Method, NOTIFICATIONS, Notification, method};
pub use names::*;
pub use openrpc::{DiscoverParams, OpenRpc, document};
pub use state::*;
pub use uri::Uri;
