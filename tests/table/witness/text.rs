//! Disassembly text, iced's brought to tab86's conventions.

use iced_x86::{Formatter, Instruction as Iced, IntelFormatter, MemorySizeOptions};
use tab86::decode::{Instruction, Repeat};
use tab86::table::notation::{Addressing, EmbeddedRounding, OperandKind};

/// iced's formatter, with the options that are tab86's conventions.
pub fn formatter() -> IntelFormatter {
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_uppercase_hex(false);
    options.set_space_after_operand_separator(true);
    options.set_memory_size_options(MemorySizeOptions::Always);
    options.set_show_branch_size(false);
    options.set_branch_leading_zeros(false);
    options.set_use_pseudo_ops(false);
    options.set_prefer_st0(true);
    formatter
}

/// iced's text.
pub fn iced(formatter: &mut IntelFormatter, instruction: &Iced) -> String {
    let mut text = String::new();
    formatter.format(instruction, &mut text);
    text
}

/// Whether the texts are the same but for these differences of notation:
///
/// 1. tab86 shows every prefix that nothing else tells of, iced only those that matter.
/// 2. iced names a prefix by its meaning for branches and stores (MPX, branch hints, CET, HLE).
/// 3. iced prints the operands of string instructions, ST(0) and the segment of MASKMOVQ, which the
///    SDM does not.
/// 4. iced has size names that no assembler knows (`mem384 ptr`).
/// 5. A far pointer is `selector:offset`, in iced `offset, selector`.
/// 6. The target of a branch is hexadecimal, in iced decimal if it is below 10.
/// 7. Embedded rounding stands where the SDM prints `{er}`, in iced at the first operand, and to nearest is
///    `rn`, in iced `rne`; the opmask of a gather stands at the operand that has `{k1}`, in iced alone.
pub fn agree(instruction: &Instruction, ours: &str, iced: &str) -> bool {
    let (our_prefixes, our_rest) = split(instruction, ours);
    let (iced_prefixes, iced_rest) = split(instruction, iced);
    let true_to_bytes = our_prefixes.iter().all(|word| is_there(instruction, word));
    let complete = iced_prefixes.iter().all(|word| match meaning(word) {
        Some(plain) => is_there(instruction, plain),
        None => our_prefixes.contains(word),
    });
    true_to_bytes && complete && our_rest == spelling(instruction, iced_rest)
}

/// The words in front of the mnemonic, and the rest.
fn split<'a>(instruction: &Instruction, text: &'a str) -> (Vec<&'a str>, &'a str) {
    let mnemonic = instruction.row().mnemonic.to_lowercase();
    let at = text.split(' ').take_while(|word| *word != mnemonic).map(|word| word.len() + 1).sum::<usize>();
    if at > text.len() { (Vec::new(), text) } else { (text[..at].split_whitespace().collect(), &text[at..]) }
}

/// Whether a prefix word of tab86's is in the encoding.
fn is_there(instruction: &Instruction, word: &str) -> bool {
    let prefixes = &instruction.prefixes;
    match word {
        "data16" | "data32" => prefixes.operand_size,
        "addr16" | "addr32" => prefixes.address_size,
        "lock" => prefixes.lock,
        "rep" | "repe" => prefixes.repeat == Some(Repeat::Equal),
        "repne" => prefixes.repeat == Some(Repeat::NotEqual),
        segment => {
            prefixes.segment.is_some_and(|number| ["es", "cs", "ss", "ds", "fs", "gs"][usize::from(number)] == segment)
        }
    }
}

/// The plain word for a prefix that iced names by its meaning.
fn meaning(word: &str) -> Option<&'static str> {
    match word {
        "bnd" | "xacquire" => Some("repne"),
        "xrelease" => Some("rep"),
        "hint-not-taken" => Some("cs"),
        "hint-taken" | "notrack" => Some("ds"),
        _ => None,
    }
}

/// iced's operands as tab86 spells them.
fn spelling(instruction: &Instruction, iced: &str) -> String {
    let row = instruction.row();
    let (mnemonic, operands) = iced.split_once(' ').unwrap_or((iced, ""));
    let Some(first) = row.operands.first() else {
        return if row.far { iced.to_string() } else { mnemonic.to_string() };
    };
    let operands = match first.kind {
        OperandKind::Far(_) => {
            let (offset, selector) = operands.trim_start_matches("far ").split_once(", ").expect("two numbers");
            format!("far {}:{}", hexadecimal(selector), hexadecimal(offset))
        }
        OperandKind::Relative(_) => hexadecimal(operands),
        OperandKind::Memory(0) => operands.rsplit(" ptr ").next().unwrap_or_default().to_string(),
        _ => evex_spelling(instruction, &operands.replace("mem384 ptr ", "")),
    };
    let shown = match row.operands.len() {
        1 if row.mnemonic.starts_with('F') => operands.trim_start_matches("st(0), ").trim_end_matches(", st(0)"),
        2 if row.mnemonic.contains("MASKMOV") => without_segment(&operands),
        _ => &operands,
    };
    format!("{mnemonic} {shown}")
}

/// Operands of an EVEX instruction, with the decorators where tab86 has them.
fn evex_spelling(instruction: &Instruction, operands: &str) -> String {
    let Some(evex) = instruction.vex.and_then(|vex| vex.evex) else { return operands.to_string() };
    let row = instruction.row();
    if matches!(row.addressing, Addressing::Vector(_)) {
        let mask = format!("k{}", evex.mask);
        return operands.replacen(&format!(", {mask}"), &format!("{{{mask}}}"), 1);
    }
    let modes = ["{rne-sae}", "{rd-sae}", "{ru-sae}", "{rz-sae}", "{sae}"];
    let Some(mode) = modes.iter().find(|mode| operands.contains(*mode)) else { return operands.to_string() };
    let plain = operands.replacen(mode, "", 1);
    let at = row.operands.iter().position(|operand| operand.decorators.rounding != EmbeddedRounding::Mxcsr);
    let place = |(index, operand): (usize, &str)| {
        if Some(index) == at { format!("{operand}{}", mode.replace("rne", "rn")) } else { operand.to_string() }
    };
    plain.split(", ").enumerate().map(place).collect::<Vec<_>>().join(", ")
}

/// A number that iced writes in decimal because it is small, as tab86 writes targets of branches.
fn hexadecimal(number: &str) -> String {
    if number.starts_with("0x") { number.into() } else { format!("0x{number}") }
}

/// `mm0, mm1, fs` without the segment.
fn without_segment(operands: &str) -> &str {
    match operands.rsplit_once(", ") {
        Some((front, last)) if last.len() == 2 => front,
        _ => operands,
    }
}
