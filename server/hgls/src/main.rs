//! The `hgls` command.
fn main() {}
