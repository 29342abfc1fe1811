//! hgls, the edge: the model of `hgls_core` for editors and for the prompt.
//!
//! Dependencies point one way: `protocol` (what goes over the wire) knows only the core; `handlers` (parameters to
//! results) know `protocol` and `documents`; the server and the command line know those. `wire` knows none of them.

pub mod documents;
pub mod handlers;
pub mod protocol;
pub mod wire;
