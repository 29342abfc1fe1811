//! The working copy in Mercurial's terms: what its files are compared with a revision, which conflicts it has, what was
//! begun in it. Writes nothing.

mod against;
mod decorations;
mod identify;
#[cfg(test)]
mod random;
mod resolve;
mod status;
#[cfg(test)]
mod tests;
mod working;

pub use decorations::{Decoration, decorations};
pub use identify::{Identity, identify};
pub use resolve::{MergeStatus, Side, Sides, conflict, resolve_list};
pub use status::{Between, Code, Codes, Request, Row, Status, find_sources_among, first_parent, status};
pub(crate) use status::{detect_copies, differences_between};
pub(crate) use working::Working;
