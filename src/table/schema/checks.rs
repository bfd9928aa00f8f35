//! What must hold between the columns of one row.

use super::super::features;
use super::super::notation::{ModRm, OperandEncoding, OperandKind, OperandNotation};
use super::{RawRow, Row, flags};

/// Checks a row by itself.
///
/// # Errors
/// The key, what is wrong, and what to write.
pub fn check(row: &Row) -> Result<(), String> {
    check_cpuid(&row.raw)?;
    check_access(row)?;
    check_immediates(row)?;
    row.instruction.operands.iter().try_for_each(|operand| check_place(row, operand))?;
    flags::check_undefined(&row.raw, row.flags)?;
    check_keys(&row.raw)
}

/// The features are those of `features.rs`.
fn check_cpuid(raw: &RawRow) -> Result<(), String> {
    let unknown = raw.cpuid.split_whitespace().find(|name| features::find(name).is_none());
    unknown.map_or(Ok(()), |name| {
        Err(format!(
            "cpuid: `{name}` is no feature of src/table/features.rs; write one that stands there, or add to its list \
             FEATURES, at its generation: feature(\"{name}\", \"GROUP\", \"GENERATION\", \"FEATURE THAT IT NEEDS\", WORD, BIT),"
        ))
    })
}

fn check_access(row: &Row) -> Result<(), String> {
    let tokens: Vec<&str> = row.raw.access.split_whitespace().collect();
    let operands = row.instruction.operands.len();
    if let Some(token) = tokens.iter().find(|token| !["r", "w", "rw", "cr", "cw", "rcw", "n"].contains(token)) {
        return Err(format!("access: `{token}`; write r, w, rw, cr, cw, rcw or n for each operand"));
    }
    if tokens.len() != operands {
        return Err(format!("access: {} letters for {operands} operands; write one for each", tokens.len()));
    }
    Ok(())
}

/// The immediates of the opcode column are those of the instruction column.
fn check_immediates(row: &Row) -> Result<(), String> {
    let bytes = |operand: &OperandNotation| match (operand.kind, operand.encoding) {
        (_, OperandEncoding::Is4) => Some(1),
        (OperandKind::Immediate(bits) | OperandKind::Relative(bits), _) => Some(bits / 8),
        (OperandKind::Far(bits), _) => Some(bits / 8 + 2),
        _ => None,
    };
    let wanted: Vec<u16> = row.instruction.operands.iter().filter_map(bytes).collect();
    let written: Vec<u16> = row.opcode.immediates.iter().map(|size| u16::from(*size)).collect();
    if wanted == written {
        return Ok(());
    }
    Err(format!(
        "opcode: immediates of {written:?} bytes for operands of {wanted:?}; write ib, iw, id, cb, cw, cd, cp or /is4 for each"
    ))
}

/// What an operand takes its register or address from is there.
fn check_place(row: &Row, operand: &OperandNotation) -> Result<(), String> {
    let (modrm, opcode) = (row.opcode.modrm, &row.raw.opcode);
    match operand.encoding {
        OperandEncoding::Reg if modrm != ModRm::Any => {
            Err(format!("encoding: R, but `{opcode}` has no /r; write /r or another letter"))
        }
        OperandEncoding::Rm if !matches!(modrm, ModRm::Any | ModRm::Digit(_)) => {
            Err(format!("encoding: M, but `{opcode}` has no ModR/M byte; write /r or /digit, or another letter"))
        }
        OperandEncoding::Vvvv if row.opcode.vex.is_none() => {
            Err(format!("encoding: V, but `{opcode}` has no VEX prefix; write another letter"))
        }
        OperandEncoding::Opcode if !row.opcode.plus_register && !matches!(modrm, ModRm::Fixed(_, true)) => {
            Err(format!(
                "encoding: O, but `{opcode}` has no register in a byte; write +rb, +rw, +rd or +i, or another letter"
            ))
        }
        _ => Ok(()),
    }
}

fn check_keys(raw: &RawRow) -> Result<(), String> {
    if raw.size.is_some_and(|bits| ![8, 16, 32].contains(&bits)) {
        return Err("size: write 16 or 32, or 8 for a string instruction on bytes".to_string());
    }
    if raw.address.is_some_and(|bits| bits != 16 && bits != 32) {
        return Err("address: write 16 or 32".to_string());
    }
    match raw.prefixes.as_str() {
        "" | "LOCK" | "REP" | "REPE REPNE" => Ok(()),
        other => Err(format!("prefixes: `{other}`; write LOCK, REP or \"REPE REPNE\"")),
    }
}
