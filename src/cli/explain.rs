//! `tab86 explain`: what an instruction is and does, by the table, and by executing it.

mod execution;
mod explanation;
mod settings;
mod text;

use std::io::Write;

use crate::decode::{Decoder, MAX_LENGTH};
use crate::engine;
use crate::table;

use super::audit::record::AuditRecord;
use super::failure::{self, Failure};
use super::format::OutputFormat;
use super::input;
use super::near;
use super::row_facts::RowFacts;
use execution::CODE;
use explanation::Explanation;
use settings::Setting;

/// Show what an instruction is and does
///
/// Of bytes the row of the table is shown, and an execution: the state before, and what changed. All memory is mapped
/// and holds zeros, all registers hold zeros but ESP and EIP, unless --set says otherwise. A repeated string
/// instruction is executed to its end. Of a mnemonic all rows are shown. The exit status is 0, and 1 if there is no such
/// instruction.
#[derive(clap::Args)]
#[command(override_usage = "tab86 explain MNEMONIC\n       tab86 explain --hex BYTES [--set REGISTER=VALUE]...")]
#[command(after_help = "Examples:
  tab86 explain SHLD                                  all rows of a mnemonic
  tab86 explain --hex \"01 d8\" --set eax=5 ebx=0xffffffff
  tab86 explain --hex \"8b 43 04\" --set ebx=0x1000 '[0x1004]=0x12345678'
  tab86 explain --hex \"f7 f1\" --format json           a division by zero, for a script")]
pub struct ExplainArguments {
    /// The mnemonic, in letters of either case
    #[arg(value_name = "MNEMONIC", required_unless_present = "hex", conflicts_with_all = ["hex", "set"])]
    mnemonic: Option<String>,
    /// The bytes of one instruction
    #[arg(long, value_name = "BYTES")]
    hex: Option<String>,
    /// What a register, a flag, or a doubleword of memory holds before: eax=5, cf=1, [0x1000]=0x12345678
    #[arg(long, value_name = "WHAT=VALUE", num_args = 1.., requires = "hex")]
    set: Vec<String>,
    /// The processor that executes it, as in `tab86 run`
    #[arg(long, value_name = "MODEL", default_value = "max")]
    cpu: String,
    /// How to report
    #[arg(long, value_parser = OutputFormat::parser(&OutputFormat::PLAIN), default_value = "text")]
    format: OutputFormat,
}

/// Explains.
///
/// # Errors
/// The arguments make no sense.
pub fn run(arguments: &ExplainArguments, out: &mut dyn Write) -> Result<u8, Failure> {
    let record = AuditRecord::committed()?;
    let explained = match (&arguments.hex, &arguments.mnemonic) {
        (Some(hex), _) => bytes(arguments, &input::hex(hex)?, &record)?,
        (None, mnemonic) => named(mnemonic.as_deref().unwrap_or_default(), &record),
    };
    let explanation = match explained {
        Ok(explanation) => explanation,
        Err(problem) => {
            failure::warn(problem);
            return Ok(1);
        }
    };
    let written = match arguments.format {
        OutputFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &explanation).map_err(Into::into).and_then(|()| writeln!(out))
        }
        _ => text::write(&explanation, out),
    };
    failure::answered(written, 0)
}

/// All rows of a mnemonic, or why there are none.
fn named(mnemonic: &str, record: &AuditRecord) -> Result<Explanation, String> {
    let wanted = mnemonic.to_ascii_uppercase();
    let rows: Vec<RowFacts> = table::rows()
        .iter()
        .filter(|row| row.mnemonic == wanted.as_str())
        .map(|row| RowFacts::of(row, record.vectors(row)))
        .collect();
    if rows.is_empty() {
        let known = table::rows().iter().map(|row| row.mnemonic.as_str());
        return Err(format!("no instruction is called `{mnemonic}`{}", near::did_you_mean(&wanted, known)));
    }
    Ok(Explanation { text: None, rows, execution: None })
}

/// The instruction that some bytes are, or why they are none.
fn bytes(
    arguments: &ExplainArguments,
    bytes: &[u8],
    record: &AuditRecord,
) -> Result<Result<Explanation, String>, Failure> {
    let model = engine::processor(&arguments.cpu).map_err(|error| Failure::failed(format_args!("--cpu: {error}")))?;
    let settings = arguments.set.iter().map(|text| Setting::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let decoder = Decoder::new(32);
    let instruction = match decoder.decode(&bytes[..bytes.len().min(MAX_LENGTH)], CODE) {
        Ok(instruction) => instruction,
        Err(error) => {
            let left_out = decoder.left_out(bytes);
            return Ok(Err(match left_out {
                Some(found) => {
                    format!("{}: the table leaves it out: {}", found.encoding.instruction, found.encoding.reason)
                }
                None => error.to_string(),
            }));
        }
    };
    let length = usize::from(instruction.length);
    if length < bytes.len() {
        let surplus = bytes.len() - length;
        return Err(Failure::failed(format_args!(
            "--hex: `{instruction}` takes {length} bytes, and {surplus} more follow; give one instruction at a time"
        )));
    }
    let execution = execution::execute(bytes, &instruction, &model, &settings)?;
    let rows = vec![RowFacts::of(instruction.row(), record.vectors(instruction.row()))];
    Ok(Ok(Explanation { text: Some(instruction.to_string()), rows, execution: Some(execution) }))
}
