//! What a row says against what its handler can do, as far as the signature tells: the status flags by the
//! return type, the access to an operand by the parameter that stands for it.

use std::collections::BTreeMap;

use super::super::notation::{FlagEffects, STATUS_FLAGS};
use super::super::schema::{ParsedRow, TableError};
use super::operands::{implies_top, taken};
use super::signature::{Parameter, Signature, StatusFlags};

/// Everything in which a row and its handler contradict each other.
pub fn check(rows: &[ParsedRow], signatures: &BTreeMap<String, Signature>) -> Vec<TableError> {
    let handled = rows.iter().filter_map(|row| Some((row, signatures.get(row.raw.handler.as_ref()?)?)));
    let problems = handled.flat_map(|(row, signature)| {
        let problems = check_flags(row, signature).into_iter().chain(check_access(row, signature));
        problems.map(|problem| row.error(problem)).collect::<Vec<_>>()
    });
    problems.collect()
}

/// A function that returns `Flags` writes a status flag; one whose type leaves them alone can at most be said to
/// leave them undefined.
fn check_flags(row: &ParsedRow, signature: &Signature) -> Option<String> {
    let FlagEffects { written, undefined, .. } = row.flags;
    let name = &signature.function;
    match signature.returns.flags {
        StatusFlags::Kept if written & !undefined & STATUS_FLAGS != 0 => Some(format!(
            "flags: `{}`, but its handler `{name}` of {} leaves OF SF ZF AF PF CF as they are; let it return Flags, or \
             leave out here what it does not write",
            row.raw.flags, signature.at
        )),
        StatusFlags::Written if written & STATUS_FLAGS == 0 => Some(format!(
            "flags: none of OF SF ZF AF PF CF is written, but its handler `{name}` of {} returns Flags; write what it \
             does to them, as in \"OF:M\", or let it return ()",
            signature.at
        )),
        _ => None,
    }
}

/// A `Place` is written; an operand of which every parameter is a `Value` is not.
fn check_access(row: &ParsedRow, signature: &Signature) -> Option<String> {
    let parameters = signature.operands().skip(usize::from(implies_top(row, signature)));
    let pairs: Vec<(&Parameter, usize)> = parameters.zip(taken(row, signature)).collect();
    let texts = row.raw.instruction.split_once(' ').map_or("", |(_, all)| all).split(", ");
    let mut operands = row.raw.access.split_whitespace().zip(texts).enumerate();
    operands.find_map(|(at, (token, text))| {
        let of_operand = || pairs.iter().filter(|(_, position)| *position == at).map(|(parameter, _)| *parameter);
        let place = of_operand().any(|parameter| matches!(parameter, Parameter::Place(_)));
        let value = of_operand().count() > 0 && of_operand().all(is_value);
        let said =
            format!("access: `{token}` for `{text}`, but its handler `{}` of {}", signature.function, signature.at);
        match token.contains('w') {
            false if place => Some(format!("{said} writes it, a Place; write w or rw, or let it take a Value")),
            true if value => Some(format!("{said} only reads it, a Value; write r, or let it take a Place")),
            _ => None,
        }
    })
}

/// Whether a parameter stands for a value. A `StackIndex` is none, but the number of a register that may be
/// written.
fn is_value(parameter: &Parameter) -> bool {
    matches!(parameter, Parameter::Value(width) if width != "StackIndex")
}
