//! What must hold between the columns of one row.

use super::super::features::{self, FEATURES, WITHHELD};
use super::super::notation::{ModRm, OperandEncoding, OperandNotation};
use super::near::did_you_mean;
use super::{ParsedRow, RawRow, access, encoding, flags, page, vector};

/// Checks a row by itself.
///
/// # Errors
/// The key, what is wrong, and what to write.
pub fn check(row: &ParsedRow) -> Result<(), String> {
    check_spelling(row)?;
    page::check(row)?;
    check_cpuid(&row.raw)?;
    encoding::check(row)?;
    vector::check(row)?;
    access::check(row)?;
    flags::check_letters(&row.raw)?;
    flags::check_undefined(&row.raw, row.flags)?;
    check_sizes(row)?;
    check_alignment(row)?;
    check_far(row)?;
    check_prefixes(row)
}

/// The instruction column is printed as the SDM prints it: operands with a comma and a space between them.
fn check_spelling(row: &ParsedRow) -> Result<(), String> {
    let text = &row.raw.instruction;
    let (mnemonic, operands) = text.split_once(' ').unwrap_or((text, ""));
    let operands: Vec<&str> = operands.split(',').map(str::trim).filter(|operand| !operand.is_empty()).collect();
    let printed = format!("{mnemonic} {}", operands.join(", "));
    if text == printed.trim_end() { Ok(()) } else { Err(format!("instruction: write `{}`", printed.trim_end())) }
}

/// The features are those of `features.rs`, each once.
fn check_cpuid(raw: &RawRow) -> Result<(), String> {
    let names: Vec<&str> = raw.cpuid.split_whitespace().collect();
    if let Some(unknown) = names.iter().find(|name| features::find(name).is_none()) {
        let near = did_you_mean(unknown, FEATURES.iter().chain(WITHHELD).map(|feature| feature.name));
        return Err(format!(
            "cpuid: `{unknown}` is no feature of src/table/features.rs{near}; write one that stands there, or add to its \
             list FEATURES, at its generation: feature(\"{unknown}\", \"GROUP\", \"GENERATION\", \"FEATURE THAT IT NEEDS\", \
             WORD, BIT),"
        ));
    }
    match names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        Some((_, twice)) => Err(format!("cpuid: `{twice}` stands there twice; remove one")),
        None => Ok(()),
    }
}

/// `size` and `address` are for rows whose operands do not tell it; 8 is for strings of bytes.
fn check_sizes(row: &ParsedRow) -> Result<(), String> {
    let (size, address) = (row.raw.size, row.raw.address);
    if size.is_some_and(|bits| ![8, 16, 32].contains(&bits)) {
        return Err("size: write 16 or 32, or 8 for a string instruction on bytes".to_string());
    }
    if address.is_some_and(|bits| bits != 16 && bits != 32) {
        return Err("address: write 16 or 32".to_string());
    }
    let of_bytes = repetition(row).is_some() && row.instruction.mnemonic.ends_with('B');
    if of_bytes != (size == Some(8)) {
        let remedy =
            if of_bytes { "write \"size\":8 for a string of bytes" } else { "8 is for string instructions on bytes" };
        return Err(format!("size: {remedy}"));
    }
    if row.raw.size.is_some() && row.raw.address.is_some() {
        return Err("size and address: a row is told from another by one of them; leave the other out".to_string());
    }
    if row.raw.size.is_some() && !row.instruction.operands.is_empty() {
        return Err(format!("size: the operands of `{}` tell it; leave the key out", row.raw.instruction));
    }
    Ok(())
}

/// `alignment` is that of the memory operand, and differs from the general rule.
fn check_alignment(row: &ParsedRow) -> Result<(), String> {
    let Some(bytes) = row.raw.alignment else { return Ok(()) };
    if ![1, 16, 32, 64].contains(&bytes) {
        return Err(format!("alignment: {bytes}; write 16, 32 or 64 bytes, or 1 for none"));
    }
    let Some(operand) = row.instruction.operands.iter().find(|operand| operand.memory_bits().is_some()) else {
        return Err("alignment: the row has no memory operand; leave the key out".to_string());
    };
    let bits = operand.memory_bits().unwrap_or(0);
    if bytes != 1 && u16::from(bytes) * 8 != bits {
        return Err(format!("alignment: {bytes} bytes for memory of {} bytes; write {0}, or 1 for none", bits / 8));
    }
    if (bytes == 1) != is_aligned_by_rule(row, operand) {
        return Err(format!("alignment: {bytes} is what holds without the key; leave it out"));
    }
    Ok(())
}

impl ParsedRow {
    /// Whether a memory operand must be aligned to its size: as the `alignment` key says, else by the general
    /// rule.
    pub fn is_aligned(&self, operand: &OperandNotation) -> bool {
        match self.raw.alignment {
            Some(bytes) => Some(u16::from(bytes) * 8) == operand.memory_bits(),
            None => is_aligned_by_rule(self, operand),
        }
    }
}

/// Whether a memory operand must be aligned where the row does not say: all 128 bits of a legacy SSE instruction
/// with a vector operand (SDM Vol. 2A, "Instructions Exception Specification"). FXSAVE's area and the like are no
/// such operands.
fn is_aligned_by_rule(row: &ParsedRow, operand: &OperandNotation) -> bool {
    operand.memory_bits() == Some(128)
        && row.opcode.vex.is_none()
        && row.raw.cpuid != "FXSR"
        && row.instruction.operands.len() > 1
}

/// Far transfers are CALL, JMP and RET; a pointer operand makes them far.
fn check_far(row: &ParsedRow) -> Result<(), String> {
    let mnemonic = row.instruction.mnemonic.as_str();
    let is_pointer = |text: &str| text.contains("16:16") || text.contains("16:32");
    match (mnemonic, row.raw.far) {
        ("CALL" | "JMP", far) if is_pointer(&row.raw.instruction) != far => Err(format!(
            "far: the operand of `{}` says that it is {}; {}",
            row.raw.instruction,
            if far { "near" } else { "far" },
            if far { "leave the key out" } else { "write \"far\":true" }
        )),
        ("CALL" | "JMP", _) | ("RET", _) | (_, false) => Ok(()),
        (_, true) => Err(format!("far: {mnemonic} is no CALL, JMP or RET; leave the key out")),
    }
}

/// The instructions that LOCK may stand before (SDM Vol. 2A, "LOCK"), where they write memory.
const LOCKABLE: [&str; 17] = [
    "ADC",
    "ADD",
    "AND",
    "BTC",
    "BTR",
    "BTS",
    "CMPXCHG",
    "CMPXCHG8B",
    "DEC",
    "INC",
    "NEG",
    "NOT",
    "OR",
    "SBB",
    "SUB",
    "XADD",
    "XOR",
];

/// The string instructions, without their size letter, and the prefixes that repeat them (SDM Vol. 2B,
/// "REP/REPE/REPZ/REPNE/REPNZ").
const REPEATED: [(&str, &str); 7] = [
    ("CMPS", "REPE REPNE"),
    ("INS", "REP"),
    ("LODS", "REP"),
    ("MOVS", "REP"),
    ("OUTS", "REP"),
    ("SCAS", "REPE REPNE"),
    ("STOS", "REP"),
];

/// The prefixes that have a meaning before a row.
fn meaningful_prefixes(row: &ParsedRow) -> &'static str {
    let mnemonic = row.instruction.mnemonic.as_str();
    let first = row.instruction.operands.first();
    let in_memory = first.is_some_and(|operand| {
        operand.encoding == OperandEncoding::Rm && operand.memory_bits().is_some() && row.raw.access.contains('w')
    });
    if in_memory && (LOCKABLE.contains(&mnemonic) || mnemonic == "XCHG") {
        return "LOCK";
    }
    repetition(row).unwrap_or("")
}

/// The prefixes that repeat a row, if it is a string instruction.
fn repetition(row: &ParsedRow) -> Option<&'static str> {
    let is_string = row.opcode.modrm == ModRm::Absent && row.instruction.operands.is_empty();
    let stem = row.instruction.mnemonic.strip_suffix(['B', 'W', 'D']).filter(|_| is_string)?;
    REPEATED.iter().find(|(name, _)| *name == stem).map(|(_, prefixes)| *prefixes)
}

fn check_prefixes(row: &ParsedRow) -> Result<(), String> {
    let (written, meant) = (row.raw.prefixes.as_str(), meaningful_prefixes(row));
    if !["", "LOCK", "REP", "REPE REPNE"].contains(&written) {
        return Err(format!("prefixes: `{written}`; write LOCK, REP or \"REPE REPNE\""));
    }
    match (written, meant) {
        _ if written == meant => Ok(()),
        ("LOCK", _) => Err(format!(
            "prefixes: LOCK is for a read-modify-write of memory by one of {}, XCHG; leave the key out",
            LOCKABLE.join(", ")
        )),
        (_, "") => Err(format!("prefixes: {written} is for string instructions; leave the key out")),
        _ => {
            Err(format!("prefixes: {meant} may stand before `{}`; write \"prefixes\":\"{meant}\"", row.raw.instruction))
        }
    }
}
