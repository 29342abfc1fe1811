//! `cargo xtask TASK`: the project's own tasks, in Rust so that they need nothing that the project does not.
//!
//! One module a task. Tasks run cargo and git; they know nothing of the model.

mod schema;
mod test;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own tasks")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Checks formatting and lints, builds everything and runs all tests.
    Test,
    /// Writes schema/openrpc.json and docs/PROTOCOL.md from the Rust types.
    Schema {
        /// Writes nothing, and fails when a file would change.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    match Arguments::parse().task {
        Task::Test => test::run(),
        Task::Schema { check } => schema::run(check),
    }
}

/// The folder of the workspace.
fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}
