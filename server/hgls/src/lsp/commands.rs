//! The commands of `workspace/executeCommand`: every request that changes something is one, for editors that can bind
//! commands to keys and menus and cannot send requests of their own. Its one argument is the request's parameters.

use crate::protocol::{Class, METHODS, Method};

const PREFIX: &str = "hgls.";

/// The names of all commands that are requests: `hgls.commit` is `hg/commit`.
pub fn names() -> impl Iterator<Item = String> {
    METHODS.iter().filter_map(|method| Some(format!("{PREFIX}{}", name(method)?)))
}

/// The request that a command is.
pub fn method(command: &str) -> Option<&'static Method> {
    let wanted = command.strip_prefix(PREFIX)?;
    METHODS.iter().find(|method| name(method) == Some(wanted))
}

/// The name without its prefix, of a request that changes something.
fn name(method: &Method) -> Option<&'static str> {
    method.name.strip_prefix("hg/").filter(|_| method.class == Class::Write)
}
