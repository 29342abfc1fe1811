//! `cargo xtask TASK`: the project's own tasks, in Rust so that they need nothing that the project does not.
//!
//! One module a task. Tasks run cargo and git; they know nothing of the model.

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
}

fn main() -> ExitCode {
    match Arguments::parse().task {
        Task::Test => test::run(),
    }
}

/// The folder of the workspace.
fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}
