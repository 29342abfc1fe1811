//! The `hgls` command.

mod memory;

use std::process::ExitCode;

fn main() -> ExitCode {
    memory::return_large_pieces();
    hgls::cli::main()
}
