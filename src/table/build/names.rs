//! Handler names: every row's handler is a function, and every function has a row.

use std::collections::{BTreeMap, BTreeSet};

use super::super::notation::{OperandKind, OperandNotation};
use super::super::schema::{ParsedRow, TableError};
use super::maps::bits;
use super::signature::Signature;
use super::source::Functions;

/// Handlers that rows name and no file has: each once, at its first row.
pub fn missing(rows: &[ParsedRow], functions: &Functions) -> Vec<TableError> {
    let signatures = &functions.handlers;
    let mut naming: BTreeMap<&String, Vec<&ParsedRow>> = BTreeMap::new();
    for row in rows {
        if let Some(name) = row.raw.handler.as_ref().filter(|name| !signatures.contains_key(*name)) {
            naming.entry(name).or_default().push(row);
        }
    }
    let mut errors: Vec<TableError> = naming
        .iter()
        .map(|(name, rows)| match functions.unusable.get(*name) {
            Some(reason) => rows[0].error(format!("its handler cannot be used: {reason}")),
            None => rows[0].error(how_to_write(rows[0], name, rows.len() - 1, signatures)),
        })
        .collect();
    errors.sort_by_key(|error| error.line);
    errors
}

/// Functions that no row names.
pub fn unused(rows: &[ParsedRow], signatures: &BTreeMap<String, Signature>) -> Vec<TableError> {
    let named: BTreeSet<&String> = rows.iter().filter_map(|row| row.raw.handler.as_ref()).collect();
    let unused = signatures.iter().filter(|(name, _)| !named.contains(name));
    let problem = |(name, signature): (&String, &Signature)| {
        format!(
            "no row names the handler `{name}` of {}; name it in a row, or make it `pub(super)` if it is none",
            signature.at
        )
    };
    unused.map(|one| TableError::file(0, problem(one))).collect()
}

/// Where the function belongs, and its signature.
fn how_to_write(row: &ParsedRow, name: &str, more: usize, signatures: &BTreeMap<String, Signature>) -> String {
    let modules: BTreeSet<String> = signatures.values().map(|signature| signature.at.file.clone()).collect();
    let files: Vec<String> = modules.into_iter().collect();
    let more = if more == 0 { String::new() } else { format!("; {more} more rows name it") };
    let result = if row.flags.written != 0 { "Flags" } else { "()" };
    let generics = generics(row);
    let generics = if generics.is_empty() { generics } else { format!("<{generics}>") };
    format!(
        "there is no handler `{name}`; write it in src/instructions/, in the file of its heading in SDM Vol. 1 chapter 5:\n    \
         /// {}: … (SDM Vol. {}).\n    \
         pub fn {name}{generics}(m: &mut Machine, op: &Op) -> Outcome<{result}>\n    \
         (the files are {}; \"handler\":null says that it is still to be written{more})",
        row.instruction.mnemonic,
        row.raw.sdm,
        files.join(", ")
    )
}

/// The generic parameters that fit the row's operands: widths first, then one for each operand.
fn generics(row: &ParsedRow) -> String {
    let access = row.raw.access.split_whitespace();
    let shown = row.instruction.operands.iter().zip(access).filter(|(operand, _)| !operand.hidden);
    let mut widths: Vec<&str> = Vec::new();
    let mut operands: Vec<String> = Vec::new();
    let first = row.instruction.operands.first().map_or(0, |operand| bits(operand.kind));
    for ((operand, access), letter) in shown.zip(["D", "S", "T", "U"]) {
        let width = width(operand, first);
        if access != "n" && width != "u8" && !widths.contains(&width) {
            widths.push(width);
        }
        operands.push(match access {
            "n" => format!("{letter}: Address"),
            access if access.contains('w') => format!("{letter}: Place<{width}>"),
            _ => format!("{letter}: Value<{width}>"),
        });
    }
    let widths = widths.iter().map(|letter| format!("{letter}: Width"));
    widths.chain(operands).collect::<Vec<_>>().join(", ")
}

/// The parameter for an operand's width, `first` being that of the first operand: W for that one and
/// its immediates, u8 for a byte beside a wider one (counts), N for a narrower one.
fn width(operand: &OperandNotation, first: u16) -> &'static str {
    match (operand.kind, bits(operand.kind)) {
        (OperandKind::Fixed(..), 8) if first != 8 => "u8",
        (OperandKind::Immediate(_) | OperandKind::Constant(_), _) => "W",
        (_, bits) if bits == first => "W",
        _ => "N",
    }
}
