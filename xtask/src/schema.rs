//! `cargo xtask schema`: writes schema/openrpc.json and docs/PROTOCOL.md from the Rust types, or checks that they are
//! current. The test that `cargo test` runs does the work, so that the two can never disagree.

use std::process::{Command, ExitCode};

use crate::workspace;

/// Writes both files; with `check`, fails instead when one would change.
pub fn run(check: bool) -> ExitCode {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace()).args(["test", "--quiet", "--package", "hgls", "--test", "schema"]);
    if !check {
        cargo.env("HGLS_UPDATE", "1");
    }
    if cargo.status().is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
