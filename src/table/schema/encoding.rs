//! The encoding column (the SDM's Op/En) against the operands and the opcode: every operand has a
//! place, and every place an operand.

use super::super::notation::{ModRm, OperandEncoding, OperandKind, OperandNotation, RegisterClass};
use super::ParsedRow;

/// Holds the encoding column against operands and opcode.
///
/// # Errors
/// The letter, what is wrong with it, and what to write.
pub fn check(row: &ParsedRow) -> Result<(), String> {
    check_letters(row)?;
    check_immediates(row)?;
    row.instruction.operands.iter().try_for_each(|operand| check_place(row, operand))?;
    check_twice(row)?;
    check_unused(row)
}

/// The letters are those of the operands, in their order.
fn check_letters(row: &ParsedRow) -> Result<(), String> {
    let written = row.raw.encoding.as_str();
    let [all, shown] = [true, false].map(|hidden| letters(row, hidden));
    if written == all || written == shown {
        return Ok(());
    }
    Err(format!("encoding: `{written}` does not fit `{}`; write {shown}", row.raw.instruction))
}

/// The encoding column of the operands as they were placed, `<XMM0>` with a letter of its own or not.
fn letters(row: &ParsedRow, hidden: bool) -> String {
    let operands = &row.instruction.operands;
    let offset = operands.iter().position(|operand| matches!(operand.kind, OperandKind::Offset(_)));
    match offset {
        Some(0) => return "TD".to_string(),
        Some(_) => return "FD".to_string(),
        None => {}
    }
    let letters: String = operands.iter().filter_map(|operand| letter(operand, hidden)).collect();
    if letters.is_empty() { "ZO".to_string() } else { letters }
}

fn letter(operand: &OperandNotation, hidden: bool) -> Option<char> {
    match operand.encoding {
        OperandEncoding::Reg => return Some('R'),
        OperandEncoding::Rm => return Some('M'),
        OperandEncoding::Vvvv => return Some('V'),
        OperandEncoding::Opcode => return Some('O'),
        OperandEncoding::Is4 => return Some('S'),
        _ => {}
    }
    match operand.kind {
        OperandKind::Immediate(_) => Some('I'),
        OperandKind::Relative(_) | OperandKind::Far(_) => Some('D'),
        OperandKind::Constant(1) => Some('1'),
        OperandKind::Fixed(RegisterClass::Gpr8, 1) => Some('C'),
        OperandKind::Fixed(RegisterClass::Xmm, 0) if hidden && operand.hidden => Some('0'),
        _ => None,
    }
}

/// The immediates of the opcode column are those of the instruction column.
fn check_immediates(row: &ParsedRow) -> Result<(), String> {
    let tokens = ["ib", "iw", "id", "cb", "cw", "cd", "cp", "/is4"];
    let written: Vec<&str> = row.raw.opcode.split(' ').filter(|token| tokens.contains(token)).collect();
    let wanted: Vec<&str> = row.instruction.operands.iter().filter_map(immediate).collect();
    if written == wanted {
        return Ok(());
    }
    let list =
        |tokens: &[&str]| if tokens.is_empty() { "nothing".to_string() } else { format!("`{}`", tokens.join(" ")) };
    Err(format!(
        "opcode: {} for immediates, where `{}` has {}; write that",
        list(&written),
        row.raw.instruction,
        list(&wanted)
    ))
}

/// What the opcode column prints for an operand.
fn immediate(operand: &OperandNotation) -> Option<&'static str> {
    match (operand.kind, operand.encoding) {
        (_, OperandEncoding::Is4) => Some("/is4"),
        (OperandKind::Immediate(8), _) => Some("ib"),
        (OperandKind::Immediate(16), _) => Some("iw"),
        (OperandKind::Immediate(_), _) => Some("id"),
        (OperandKind::Relative(8), _) => Some("cb"),
        (OperandKind::Relative(16), _) => Some("cw"),
        (OperandKind::Relative(_) | OperandKind::Far(16), _) => Some("cd"),
        (OperandKind::Far(_), _) => Some("cp"),
        _ => None,
    }
}

/// What an operand takes its register or address from is there, and can name it.
fn check_place(row: &ParsedRow, operand: &OperandNotation) -> Result<(), String> {
    let (modrm, opcode) = (row.opcode.modrm, &row.raw.opcode);
    let in_memory = operand.memory_bits().is_some();
    match operand.encoding {
        OperandEncoding::Reg if modrm != ModRm::Any => {
            Err(format!("encoding: R, but `{opcode}` has no /r; write /r or another letter"))
        }
        OperandEncoding::Rm if !matches!(modrm, ModRm::Any | ModRm::Digit(_)) => {
            Err(format!("encoding: M, but `{opcode}` has no ModR/M byte; write /r or /digit, or another letter"))
        }
        OperandEncoding::Vvvv if !opcode.contains("VEX.") => {
            Err(format!("encoding: V, but `{opcode}` has no VEX prefix; write another letter"))
        }
        OperandEncoding::Is4 if !opcode.contains("/is4") => {
            Err(format!("encoding: S, but `{opcode}` has no /is4; write /is4 or another letter"))
        }
        OperandEncoding::Reg | OperandEncoding::Vvvv | OperandEncoding::Opcode | OperandEncoding::Is4 if in_memory => {
            Err(format!(
                "encoding: `{}` puts memory of `{}` where only a register can be; M names memory",
                row.raw.encoding, row.raw.instruction
            ))
        }
        OperandEncoding::Opcode => check_in_opcode(row, operand),
        _ => Ok(()),
    }
}

/// A register in the opcode byte is announced there with its width.
fn check_in_opcode(row: &ParsedRow, operand: &OperandNotation) -> Result<(), String> {
    let suffix = match operand.kind {
        OperandKind::Register(RegisterClass::Gpr8, _) => "+rb",
        OperandKind::Register(RegisterClass::Gpr16, _) => "+rw",
        OperandKind::Register(RegisterClass::Gpr32, _) => "+rd",
        OperandKind::Register(RegisterClass::St, _) => "+i",
        _ => return Err(format!("encoding: O for `{}`; no opcode byte names such a register", row.raw.instruction)),
    };
    match row.raw.opcode.contains(suffix) {
        true => Ok(()),
        false => Err(format!(
            "encoding: O, but `{}` has no {suffix}; write {suffix} behind a byte, or another letter",
            row.raw.opcode
        )),
    }
}

/// No place names two operands.
fn check_twice(row: &ParsedRow) -> Result<(), String> {
    let operands = &row.instruction.operands;
    let letters: Vec<char> = operands.iter().filter_map(|operand| letter(operand, false)).collect();
    let twice =
        letters.iter().enumerate().find(|(at, letter)| "RMVOS".contains(**letter) && letters[..*at].contains(letter));
    twice.map_or(Ok(()), |(_, letter)| {
        Err(format!("encoding: {letter} twice in `{}`; each of R, M, V, O and S names one operand", row.raw.encoding))
    })
}

/// What the opcode column announces is used by an operand.
fn check_unused(row: &ParsedRow) -> Result<(), String> {
    let named = |place: OperandEncoding| row.instruction.operands.iter().any(|operand| operand.encoding == place);
    let opcode = &row.raw.opcode;
    match row.opcode.modrm {
        ModRm::Any | ModRm::Digit(_) if !named(OperandEncoding::Rm) => {
            Err(format!("encoding: no M, but `{opcode}` has a ModR/M byte; write the byte, or an operand with M"))
        }
        _ if opcode.contains('+') && !named(OperandEncoding::Opcode) => {
            Err(format!("encoding: no O, but `{opcode}` has a register in a byte; write an operand with O"))
        }
        _ => Ok(()),
    }
}
