//! Rows of the vector extensions: the fields of the VEX prefix against the operands, and the feature
//! that such a row needs.

use super::super::notation::{OperandKind, RegisterClass};
use super::ParsedRow;

/// Checks what a row with vector, mask or x87 registers or with a VEX prefix must say.
///
/// # Errors
/// The key, what is wrong, and what to write.
pub fn check(row: &ParsedRow) -> Result<(), String> {
    check_feature(row)?;
    check_prefix(row)?;
    check_length(row)?;
    check_lanes(row)
}

/// The classes of registers among the operands, those with indices included.
fn classes(row: &ParsedRow) -> impl Iterator<Item = RegisterClass> {
    row.instruction.operands.iter().filter_map(|operand| match operand.kind {
        OperandKind::Register(class, _) | OperandKind::VectorMemory(class, _) | OperandKind::Fixed(class, _) => {
            Some(class)
        }
        _ => None,
    })
}

/// No 80386 has such registers.
fn check_feature(row: &ParsedRow) -> Result<(), String> {
    let general = |class: RegisterClass| {
        use RegisterClass::{Control, Debug, Gpr8, Gpr16, Gpr32, Segment};
        matches!(class, Gpr8 | Gpr16 | Gpr32 | Segment | Control | Debug)
    };
    let extended = row.raw.opcode.contains("VEX.") || !classes(row).all(general);
    if row.raw.cpuid.is_empty() && extended {
        return Err("cpuid: missing, but no 80386 has such registers or prefixes; write the SDM's CPUID feature flag"
            .to_string());
    }
    Ok(())
}

/// The fields of a VEX or EVEX prefix stand in the SDM's order: length, prefix, map, W.
fn check_prefix(row: &ParsedRow) -> Result<(), String> {
    let prefix = row.raw.opcode.split(' ').next().unwrap_or_default();
    let (lengths, maps): (&[&str], &[&str]) = match prefix.split('.').next() {
        Some("VEX") => (&["128", "256", "L0", "L1", "LZ", "LIG"], &["0F", "0F38", "0F3A"]),
        Some("EVEX") => (&["128", "256", "512", "LIG"], &["0F", "0F38", "0F3A", "MAP5", "MAP6"]),
        Some("XOP") => {
            return Err(format!(
                "opcode: `{prefix}`; Intel's processors have no XOP prefix; write VEX or EVEX, or leave the row out and \
                 list its encoding in tests/data/left-out.tsv"
            ));
        }
        _ => return Ok(()),
    };
    let or = |words: &[&str]| {
        words.split_last().map_or(String::new(), |(last, rest)| format!("{} or {last}", rest.join(" ")))
    };
    let fields = [lengths, &["NP", "66", "F3", "F2", ""], maps, &["W0", "W1", "WIG"]];
    let parts: Vec<&str> = prefix.split('.').skip(1).collect();
    let fits = |parts: &[&str]| parts.len() == 4 && parts.iter().zip(fields).all(|(part, field)| field.contains(part));
    let with_empty: Vec<&str> =
        parts.iter().take(1).copied().chain([""]).chain(parts.iter().skip(1).copied()).collect();
    if fits(&parts) || fits(&with_empty) {
        return Ok(());
    }
    let kind = prefix.split('.').next().unwrap_or_default();
    Err(format!(
        "opcode: `{prefix}`; write {kind}.length.prefix.map.W, each once: {}, 66 F3 F2 or nothing, {}, W0 W1 or WIG",
        or(lengths),
        or(maps)
    ))
}

/// A 256-bit row has a register of 256 bits, and no other row has one.
fn check_length(row: &ParsedRow) -> Result<(), String> {
    let opcode = &row.raw.opcode;
    let (is_128, is_256) = (opcode.starts_with("VEX.128"), opcode.starts_with("VEX.256"));
    let ymm = classes(row).any(|class| class == RegisterClass::Ymm);
    let operands = &row.instruction.operands;
    if is_256 && !ymm && !operands.is_empty() {
        return Err(format!("opcode: VEX.256, but `{}` has no ymm register; write VEX.128", row.raw.instruction));
    }
    if ymm && (is_128 || row.opcode.vex.is_none() && !opcode.contains("EVEX.")) {
        return Err(format!("opcode: `{opcode}` for ymm registers; write VEX.256"));
    }
    Ok(())
}

/// Lanes are the elements of vectors.
fn check_lanes(row: &ParsedRow) -> Result<(), String> {
    let lanes = row.raw.lanes.as_str();
    if lanes.split_whitespace().any(|bits| !["8", "16", "32", "64"].contains(&bits)) {
        return Err(format!(
            "lanes: `{lanes}`; write bits of an element: 8, 16, 32 or 64, one number for each size that the handler asks for"
        ));
    }
    use RegisterClass::{Mm, Xmm, Ymm, Zmm};
    if !lanes.is_empty() && !classes(row).any(|class| matches!(class, Mm | Xmm | Ymm | Zmm)) {
        return Err(format!("lanes: no operand of `{}` is a vector; leave the key out", row.raw.instruction));
    }
    Ok(())
}
