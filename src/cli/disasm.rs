//! `tab86 disasm`: address, bytes and text of each instruction, and the row of the table it is.
//!
//! The text itself is the decoder's; here lives what is disassembled. How it is listed is in
//! `listing`, where an ELF file has its code in `file_code`.

mod listing;

use std::io::Write;
use std::path::{Path, PathBuf};

use super::failure::{self, Failure};
use super::file_code::FileCode;
use super::format::OutputFormat;
use super::input;
use listing::Listing;

/// Disassemble a program or some bytes
///
/// Of an ELF file every section that holds code is disassembled, with the names of its functions
/// where the file has them; without sections, the executable segments. A file of raw machine code
/// needs --flat. Bytes that are no instruction are shown as db, with the reason: whole if other
/// processors have such an instruction and the table leaves it out.
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
    /// The file is raw machine code: take it as it is
    #[arg(long)]
    flat: bool,
    /// Address of the first byte of a flat image (0 if not given)
    #[arg(long, value_name = "ADDRESS")]
    load_address: Option<String>,
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
    let bytes = bytes(arguments)?;
    let flat = arguments.flat || arguments.hex.is_some();
    let code = FileCode::open(path(arguments), &bytes, flat, arguments.load_address.as_deref())?;
    let mut listing = Listing { rows: arguments.rows, out };
    let written = match arguments.format {
        OutputFormat::Json => listing.json(&code),
        _ => listing.text(&code),
    };
    failure::answered(written, 0)
}

fn bytes(arguments: &DisasmArguments) -> Result<Vec<u8>, Failure> {
    match &arguments.hex {
        Some(hex) => input::hex(&hex.join(" ")),
        None => input::read(path(arguments)),
    }
}

fn path(arguments: &DisasmArguments) -> &Path {
    arguments.file.as_deref().unwrap_or("".as_ref())
}
