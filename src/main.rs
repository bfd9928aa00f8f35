//! The command line of tab86.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    tab86::cli::main()
}
