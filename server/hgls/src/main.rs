//! The `hgls` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    hgls::cli::main()
}
