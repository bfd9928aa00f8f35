//! `tab86 disasm`: address, bytes and text of each instruction, and the row of the table it is.
//!
//! The text itself is the decoder's; here lives what is disassembled. How it is listed is in
//! `listing`, where an ELF file has its code in `sections`.

mod listing;
mod sections;

use std::io::Write;
use std::path::PathBuf;

use super::failure::{self, Failure};
use super::format::OutputFormat;
use super::input;
use listing::Listing;
use sections::CodeSection;

/// Disassemble a program or some bytes
///
/// Of an ELF file the executable sections are disassembled (without section headers, the executable
/// segments); any other file is a flat image. Bytes that are no instruction are shown as db.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tab86 disasm ./prog                             the code of an ELF file
  tab86 disasm --hex \"8b 44 8d 10\" --rows         a few bytes, with the rows of the table
  tab86 disasm --flat --load-address 0x7c00 boot  a flat image that runs at 0x7c00")]
pub struct DisasmArguments {
    /// The program
    #[arg(value_name = "FILE", required_unless_present = "hex")]
    file: Option<PathBuf>,
    /// Bytes as hex digits, in place of a file
    #[arg(long, value_name = "BYTES", num_args = 1.., conflicts_with = "file")]
    hex: Option<Vec<String>>,
    /// Take the file as it is, even if it is an ELF file
    #[arg(long)]
    flat: bool,
    /// Address of the first byte of a flat image
    #[arg(long, value_name = "ADDRESS", default_value = "0")]
    load_address: String,
    /// Show the row of opcodes.json behind each instruction
    #[arg(long)]
    rows: bool,
    /// How to list
    #[arg(long, value_parser = OutputFormat::parser(&OutputFormat::PLAIN), default_value = "text")]
    format: OutputFormat,
}

/// Lists the instructions.
///
/// # Errors
/// There is nothing to disassemble.
pub fn run(arguments: &DisasmArguments, out: &mut dyn Write) -> Result<u8, Failure> {
    let code = code(arguments)?;
    let mut listing = Listing { rows: arguments.rows, out };
    let written = match arguments.format {
        OutputFormat::Json => listing.json(&code),
        _ => listing.text(&code),
    };
    failure::answered(written, 0)
}

fn code(arguments: &DisasmArguments) -> Result<Vec<CodeSection>, Failure> {
    let address = input::address("--load-address", &arguments.load_address)?;
    let flat = |bytes| vec![CodeSection { name: String::new(), address, bytes }];
    if let Some(hex) = &arguments.hex {
        return input::hex(&hex.join(" ")).map(flat);
    }
    let path = arguments.file.as_deref().unwrap_or("".as_ref());
    let bytes = input::read(path)?;
    if arguments.flat || !crate::linux::is_elf(&bytes) {
        return Ok(flat(bytes));
    }
    sections::read(&bytes).map_err(|problem| Failure::not_runnable(format_args!("{}: {problem}", path.display())))
}
