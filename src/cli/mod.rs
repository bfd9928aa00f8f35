//! The command line: one file for each subcommand, and every answer to a person.
//!
//! Here lives what they share: the exit statuses, and how a failure is told. Nothing else in the
//! library prints.

mod audit;
mod check;
mod colour;
mod config_file;
mod contents;
mod demangle;
mod disasm;
mod explain;
mod failure;
mod file_code;
mod file_kind;
mod format;
mod generate;
mod input;
mod near;
mod profile;
mod progress;
mod replay;
mod row_facts;
mod run;
mod symbols;
mod text;
mod verify;

use std::env;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

use failure::Failure;

/// Runs 32-bit x86 programs by interpretation, without trusting them
#[derive(Parser)]
#[command(name = "tab86", version, max_term_width = 100)]
#[command(after_help = "Examples:
  tab86 run ./prog            run a static Linux program
  tab86 disasm ./prog         see its instructions
  tab86 explain SHLD          see what an instruction does
  tab86 check ./prog          see what it needs, without running it
  tab86 audit                 see which instructions are implemented and proven
  tab86 help run              all about a command")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(Box<run::RunArguments>),
    Replay(replay::ReplayArguments),
    Disasm(disasm::DisasmArguments),
    Audit(audit::AuditArguments),
    Explain(explain::ExplainArguments),
    Check(check::CheckArguments),
    Verify(verify::VerifyArguments),
    Profile(Box<profile::ProfileArguments>),
    #[command(hide = true)]
    Generate(generate::GenerateArguments),
}

/// Runs the command line of this process and says how the process should end.
pub fn main() -> ExitCode {
    let arguments = match config_file::with_options(env::args_os().collect(), &CommandLine::command()) {
        Ok(arguments) => arguments,
        Err(failure) => return ExitCode::from(failure.tell()),
    };
    let arguments = match CommandLine::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let status = dispatch(arguments.command, &mut out).and_then(|status| failure::answered(out.flush(), status));
    ExitCode::from(status.unwrap_or_else(|failure| failure.tell()))
}

fn dispatch(command: Command, out: &mut dyn Write) -> Result<u8, Failure> {
    match command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Disasm(arguments) => disasm::run(&arguments, out),
        Command::Audit(arguments) => audit::run(&arguments, out),
        Command::Explain(arguments) => explain::run(&arguments, out),
        Command::Check(arguments) => check::run(&arguments, out),
        Command::Verify(arguments) => verify::run(&arguments, out),
        Command::Profile(arguments) => profile::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments, CommandLine::command(), out),
    }
}

/// Help and the version go to standard output; what is wrong with the arguments does not.
fn usage(error: &clap::Error) -> ExitCode {
    let status = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Some(failure::FAILED),
        _ if !error.use_stderr() => Some(0),
        _ => None,
    };
    if let Some(status) = status {
        let status = failure::answered(error.print(), status);
        return ExitCode::from(status.unwrap_or_else(|failure| failure.tell()));
    }
    let text = error.render().to_string();
    ExitCode::from(Failure::failed(text.trim_start_matches("error: ").trim_end()).tell())
}
