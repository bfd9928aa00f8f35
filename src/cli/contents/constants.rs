//! Which general-purpose registers hold a known number: a look back over the instructions of a block.
//!
//! Only what sets a register to a number counts: MOV of an immediate or of a register that is known, and XOR of a
//! register with itself. Whatever else writes a register makes it unknown, and so does everything that leads
//! elsewhere or whose operands do not tell all that it writes.

use crate::decode::Instruction;
use crate::table::RowOperand;
use crate::table::notation::{OperandEncoding, OperandKind, RegisterClass};

/// Mnemonics that write general-purpose registers which are no operands of theirs, besides those without operands.
const IMPLICIT: [&str; 12] =
    ["MUL", "IMUL", "DIV", "IDIV", "AAM", "AAD", "CMPXCHG", "CMPXCHG8B", "LOOP", "LOOPE", "LOOPNE", "CALL"];

/// Instructions without operands that write no general-purpose register.
const HARMLESS: [&str; 9] = ["NOP", "ENDBR32", "CLD", "STD", "CLC", "STC", "LFENCE", "MFENCE", "PAUSE"];

/// What the general-purpose registers are known to hold, by number.
#[derive(Default)]
pub struct KnownRegisters([Option<u32>; 8]);

/// EAX.
const EAX: usize = 0;

impl KnownRegisters {
    /// Nothing is known.
    pub fn forget(&mut self) {
        *self = KnownRegisters::default();
    }

    /// The number in EAX.
    pub fn eax(&self) -> Option<u32> {
        self.0[EAX]
    }

    /// What is known after an instruction.
    pub fn pass(&mut self, instruction: &Instruction) {
        let row = instruction.row();
        let mnemonic = row.mnemonic.as_str();
        let hidden = row.operands.is_empty() && !HARMLESS.contains(&mnemonic);
        if hidden || IMPLICIT.contains(&mnemonic) || instruction.prefixes.repeat.is_some() {
            return self.forget();
        }
        let value = self.result(instruction);
        for operand in row.operands.iter().filter(|operand| operand.access.contains('w')) {
            if let Some(number) = general(instruction, operand) {
                self.0[number] = value;
            }
        }
    }

    /// The number that it puts into its first operand, if it is one that can be told.
    fn result(&self, instruction: &Instruction) -> Option<u32> {
        let row = instruction.row();
        let [to, from] = row.operands else { return None };
        let number = |operand: &RowOperand| general32(instruction, operand);
        match row.mnemonic.as_str() {
            "MOV" if number(to).is_some() => match from.kind {
                OperandKind::Immediate(32) => Some(instruction.immediates[0]),
                _ => self.0[number(from)?],
            },
            "XOR" if number(to).is_some() && number(to) == number(from) => Some(0),
            _ => None,
        }
    }
}

/// The number of the 32-bit register that an operand is.
fn general32(instruction: &Instruction, operand: &RowOperand) -> Option<usize> {
    let is_whole = matches!(
        operand.kind,
        OperandKind::Register(RegisterClass::Gpr32, _) | OperandKind::Fixed(RegisterClass::Gpr32, _)
    );
    general(instruction, operand).filter(|_| is_whole)
}

/// The number of the register that an operand is, or is a part of.
fn general(instruction: &Instruction, operand: &RowOperand) -> Option<usize> {
    let (class, number) = match (operand.kind, operand.encoding) {
        (OperandKind::Fixed(class, number), _) => (class, number),
        (OperandKind::Register(..), OperandEncoding::Rm) if instruction.memory.is_some() => return None,
        (OperandKind::Register(class, _), OperandEncoding::Rm) => (class, instruction.rm()),
        (OperandKind::Register(class, _), OperandEncoding::Reg) => (class, instruction.reg()),
        (OperandKind::Register(class, _), OperandEncoding::Vvvv) => (class, instruction.vex?.vvvv & 7),
        (OperandKind::Register(class, _), OperandEncoding::Opcode) => (class, instruction.opcode & 7),
        _ => return None,
    };
    match class {
        RegisterClass::Gpr32 | RegisterClass::Gpr16 => Some(usize::from(number)),
        // AH to BH are parts of the first four.
        RegisterClass::Gpr8 => Some(usize::from(number & 3)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Decoder;

    /// EAX after some instructions.
    fn eax(code: &[u8]) -> Option<u32> {
        let (mut known, mut at) = (KnownRegisters::default(), 0);
        while at < code.len() {
            let instruction = Decoder::new(32).decode(&code[at..], 0).unwrap();
            known.pass(&instruction);
            at += usize::from(instruction.length);
        }
        known.eax()
    }

    #[test]
    fn numbers_go_from_register_to_register() {
        assert_eq!(eax(&[0xb8, 4, 0, 0, 0]), Some(4)); // mov eax, 4
        assert_eq!(eax(&[0xba, 1, 0, 0, 0, 0x31, 0xdb, 0x89, 0xd0]), Some(1)); // mov edx, 1; xor ebx, ebx; mov eax, edx
        assert_eq!(eax(&[0x31, 0xc0]), Some(0)); // xor eax, eax
        assert_eq!(eax(&[0xb8, 4, 0, 0, 0, 0x8b, 0x1c, 0x24]), Some(4)); // mov ebx, [esp]
    }

    #[test]
    fn what_writes_the_register_otherwise_makes_it_unknown() {
        let mov = [0xb8, 4, 0, 0, 0];
        // mov al, 1; mov ah, 1; inc eax; xchg eax, ecx; cdq; mul ecx; pop eax; mov eax, [esp]; lea eax, [ecx]; call
        for code in [
            &[0xb0, 1][..],
            &[0xb4, 1],
            &[0x40],
            &[0x91],
            &[0x99],
            &[0xf7, 0xe1],
            &[0x58],
            &[0x8b, 0x04, 0x24],
            &[0x8d, 0x01],
            &[0xe8, 0, 0, 0, 0],
        ] {
            assert_eq!(eax(&[&mov[..], code].concat()), None, "{code:x?}");
        }
    }
}
