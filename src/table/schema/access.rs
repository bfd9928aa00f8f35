//! The access column: one token for each operand.

use super::super::notation::{OperandKind, OperandNotation};
use super::ParsedRow;

const TOKENS: [&str; 7] = ["r", "w", "rw", "cr", "cw", "rcw", "n"];

/// One token for each operand, and one that it can have.
///
/// # Errors
/// The token, what is wrong, and what to write.
pub fn check(row: &ParsedRow) -> Result<(), String> {
    let tokens: Vec<&str> = row.raw.access.split_whitespace().collect();
    let operands = row.instruction.operands.len();
    if let Some(token) = tokens.iter().find(|token| !TOKENS.contains(token)) {
        return Err(format!("access: `{token}`; write r, w, rw, cr, cw, rcw or n for each operand"));
    }
    if tokens.len() != operands {
        return Err(format!(
            "access: {} for {}; write one token for each",
            count(tokens.len(), "token"),
            count(operands, "operand")
        ));
    }
    let texts = row.raw.instruction.split_once(' ').map_or("", |(_, operands)| operands).split(", ");
    let mut all = row.instruction.operands.iter().zip(texts).zip(tokens);
    all.try_for_each(|((operand, text), token)| check_token(operand, text, token))
}

fn check_token(operand: &OperandNotation, text: &str, token: &str) -> Result<(), String> {
    if operand.kind.is_constant() && token != "r" {
        return Err(format!("access: `{token}` for `{text}`, which stands in the instruction; write r"));
    }
    if matches!(operand.kind, OperandKind::Offset(_)) && token == "n" {
        return Err(format!("access: `n` for `{text}`, which is memory at a given address; write r or w"));
    }
    Ok(())
}

/// `1 operand`, `2 operands`.
fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
