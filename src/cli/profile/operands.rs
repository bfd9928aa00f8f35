//! What an instruction names, without its numbers: its registers, and how it computes an address.

use crate::cpu::Segment;
use crate::decode::{Instruction, MemoryOperand};

/// The operands as they are disassembled, each number but a scale replaced by `n`: `eax, [ebx+ecx*4+n]`.
pub fn operands(instruction: &Instruction) -> String {
    let text = instruction.to_string();
    let mnemonic = instruction.row().mnemonic.to_ascii_lowercase();
    let operands = text.find(&mnemonic).map_or(&text[..], |at| &text[at + mnemonic.len()..]);
    let mut out = String::new();
    let mut rest = operands.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len()).max(1);
        let (token, behind) = rest.split_at(length);
        let is_number = first.is_ascii_digit() && !out.ends_with(['*', '(']);
        out += if is_number { "n" } else { token };
        rest = behind;
    }
    // The size of a memory operand is part of the form.
    match (out.find(" ptr "), out.find('[')) {
        (Some(at), Some(_)) => {
            let start = out[..at].rfind(' ').map_or(0, |space| space + 1);
            out.replace_range(start..at + " ptr ".len(), "");
            out
        }
        _ => out,
    }
}

/// How the address of the memory operand is computed; empty if there is none.
pub fn address(instruction: &Instruction) -> String {
    let Some(MemoryOperand { base, index, scale, displacement, segment, .. }) = instruction.memory else {
        return String::new();
    };
    let mut parts = Vec::new();
    parts.extend(base.map(|_| "base".to_string()));
    parts.extend(index.map(|_| format!("index*{}", 1 << scale)));
    if displacement != 0 || parts.is_empty() {
        parts.push("disp".to_string());
    }
    let over = if segment > Segment::Ds as u8 { "segment:" } else { "" };
    format!("{over}{}", parts.join("+"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Decoder;

    #[test]
    fn numbers_do_not_tell_instructions_apart() {
        let described = |bytes: &[u8]| {
            let instruction = Decoder::new(32).decode(bytes, 0).unwrap();
            (operands(&instruction), address(&instruction))
        };
        let pair = |text: &str, address: &str| (text.to_string(), address.to_string());
        assert_eq!(described(&[0x8b, 0x44, 0x8d, 0x10]), pair("eax, [ebp+ecx*4+n]", "base+index*4+disp"));
        assert_eq!(described(&[0x65, 0xa1, 0x14, 0, 0, 0]), pair("eax, gs:[n]", "segment:disp"));
        assert_eq!(described(&[0xd8, 0xc3]), pair("st(0), st(3)", ""));
        assert_eq!(described(&[0xc1, 0xe0, 0x1f]), pair("eax, n", ""));
        assert_eq!(described(&[0xeb, 0xfe]), pair("n", ""));
    }
}
