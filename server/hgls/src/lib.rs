//! hgls, the edge: the model of `hgls_core` for editors and for the prompt.
//!
//! Dependencies point one way: `protocol` (what goes over the wire) knows only the core; `handlers` (parameters to
//! results) know `protocol` and `documents`; `session` (what lasts) knows those; `lsp` (the language server) joins them
//! with `wire`, which knows none of them.

pub mod cli;
pub mod documents;
pub mod handlers;
pub mod lsp;
pub mod protocol;
pub mod session;
pub mod wire;
