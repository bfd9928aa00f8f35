//! The command line of tab86: an ordinary user of the library.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

// The rooms of the library, under the names that they have there.
use tab86::internals::{counting, form};
use tab86::{cpu, decode, engine, gdb, linux, memory, recording, table, vectors, vm};

fn main() -> ExitCode {
    cli::main()
}
