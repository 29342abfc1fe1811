//! `cargo xtask TASK`: the project's own tasks, in Rust so that they need nothing that the project does not.
//!
//! One module a task. Tasks run cargo and git; they know nothing of the model.

mod bench;
mod extension;
mod random;
mod schema;
mod synthetic;
mod test;

use std::path::{Path, PathBuf};
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
    /// Checks formatting and lints, builds everything and runs all tests, also those of the extension in VS Code's windows.
    Test {
        /// Leaves out what runs in VS Code's windows, which the summary says.
        #[arg(long, conflicts_with = "windows")]
        quick: bool,
        /// Which of VS Code's versions, with its git extension on or off, every suite of the extension runs in.
        #[arg(long, value_enum, default_value_t)]
        windows: test::Windows,
    },
    /// Packages the extension for VS Code, with the server for this system in it.
    Dist,
    /// Opens VS Code with the extension: the one that is installed, or else the web version of it.
    Code {
        /// What to open in it.
        #[arg(default_value = ".")]
        folder: PathBuf,
    },
    /// Writes schema/openrpc.json and docs/PROTOCOL.md from the Rust types.
    Schema {
        /// Writes nothing, and fails when a file would change.
        #[arg(long)]
        check: bool,
    },
    /// Measures the server beside git, and prints what was reached of what is to be reached.
    Bench(bench::Arguments),
    /// Makes a repository of any size by git fast-import, the same one each time.
    Synthetic {
        /// How many commits.
        commits: usize,
        /// Where the bare repository goes.
        path: PathBuf,
    },
}

fn main() -> ExitCode {
    match Arguments::parse().task {
        Task::Test { quick, windows } => test::run((!quick).then_some(windows)),
        Task::Dist => outcome(extension::dist()),
        Task::Code { folder } => outcome(extension::code(&folder)),
        Task::Schema { check } => schema::run(check),
        Task::Bench(arguments) => outcome(bench::run(&arguments)),
        Task::Synthetic { commits, path } => outcome(synthetic::make(commits, &path)),
    }
}

fn outcome(result: Result<(), impl std::fmt::Display>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}
