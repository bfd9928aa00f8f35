//! Formats: what the decoder and the engine ask of a row whenever they meet one of its encodings (SDM Vol. 2A,
//! "Instruction Format"), in few bytes. A row is for people, and takes several lines of the host's cache, most of
//! which would be read for nothing when a program is translated.

use super::notation::{Addressing, FlagEffects, ModRm, OperandEncoding, OperandKind, RegisterClass};
use super::{ROWS, Row};

/// The format of the encodings of a row.
#[derive(Clone, Copy, Debug)]
pub struct RowFormat {
    /// What it says about flags.
    pub effects: FlagEffects,
    /// Where the registers of its first three operands are named.
    pub registers: [RegisterField; 3],
    /// The number that its handler is given.
    pub number: RowNumber,
    /// Sizes in bytes of the immediates; 0 for none.
    pub immediates: [u8; 2],
    /// What a displacement of one byte is multiplied by, unless an element is broadcast.
    pub displacement_scale: u8,
    /// How it names memory.
    pub addressing: Addressing,
    /// Whether there is a ModR/M byte.
    pub modrm: bool,
    /// Whether vvvv of VEX or EVEX names an operand.
    pub vvvv: bool,
    /// Whether LOCK is legal where it names memory.
    pub lock: bool,
    /// Whether it needs no feature.
    pub on_every_processor: bool,
    /// Whether its last operand is a constant of one byte, as the count of a shift.
    pub ends_with_constant: bool,
}

/// Where an encoding names the register of an operand: in three of its bits, or nowhere. It is found without a branch.
#[derive(Clone, Copy, Debug)]
pub struct RegisterField {
    /// Where the bits are in [`RegisterFields`].
    shift: u8,
    /// 7, or 0 where the register is always the same.
    mask: u8,
    /// That register; 0 also for an operand that is no register.
    fixed: u8,
    /// What it is a number of.
    pub class: RegisterClass,
}

/// The bits of an encoding that can name registers: ModR/M, the opcode, and vvvv.
#[derive(Clone, Copy, Debug)]
pub struct RegisterFields(u32);

impl RegisterFields {
    /// Of an encoding; a byte that is not there is 0.
    #[inline]
    pub fn new(modrm: u8, opcode: u8, vvvv: u8) -> Self {
        RegisterFields(u32::from_le_bytes([modrm, opcode, vvvv, 0]))
    }
}

impl RegisterField {
    const ABSENT: RegisterField = RegisterField::fixed(0, RegisterClass::Gpr32);

    const fn fixed(number: u8, class: RegisterClass) -> RegisterField {
        RegisterField { shift: 0, mask: 0, fixed: number, class }
    }

    const fn bits(shift: u8, class: RegisterClass) -> RegisterField {
        RegisterField { shift, mask: 7, fixed: 0, class }
    }

    /// Of an operand of a row; `modrm` says whether the row has such a byte.
    const fn of(kind: OperandKind, encoding: OperandEncoding, class: RegisterClass, modrm: bool) -> RegisterField {
        match (kind, encoding) {
            (OperandKind::Fixed(_, number), _) => RegisterField::fixed(number, class),
            (_, OperandEncoding::Reg) => RegisterField::bits(3, class),
            (_, OperandEncoding::Rm) => RegisterField::bits(0, class),
            // The low bits of the last byte that is all opcode.
            (_, OperandEncoding::Opcode) => RegisterField::bits(if modrm { 0 } else { 8 }, class),
            (_, OperandEncoding::Vvvv) => RegisterField::bits(16, class),
            (_, OperandEncoding::Is4 | OperandEncoding::Implied) => RegisterField::fixed(0, class),
        }
    }

    /// The number of the register.
    #[inline]
    pub fn number(self, fields: RegisterFields) -> u8 {
        (fields.0 >> self.shift) as u8 & self.mask | self.fixed
    }
}

/// The number among the operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowNumber {
    /// None: the handler is given the opcode instead.
    Opcode,
    /// Always this one.
    Constant(u8),
    /// The first immediate, sign-extended; the second is beside it.
    Immediate,
    /// What a branch is relative by.
    Relative,
    /// The offset of a far pointer; the selector is beside it.
    Far,
    /// An immediate that names a register (is4).
    Register,
}

/// The format of a row, by its index in [`rows`](super::rows).
#[inline]
pub fn format(row: u16) -> &'static RowFormat {
    &FORMATS[row as usize]
}

static FORMATS: [RowFormat; ROWS.len()] = {
    let mut formats = [RowFormat::of(&ROWS[0]); ROWS.len()];
    let mut row = 1;
    while row < ROWS.len() {
        formats[row] = RowFormat::of(&ROWS[row]);
        row += 1;
    }
    formats
};

impl RowFormat {
    const fn of(row: &Row) -> RowFormat {
        let modrm = !matches!(row.modrm, ModRm::Absent);
        let mut registers = [RegisterField::ABSENT; 3];
        let mut number = RowNumber::Opcode;
        let mut ends_with_constant = false;
        let mut at = 0;
        while at < row.operands.len() {
            let operand = &row.operands[at];
            ends_with_constant = matches!(operand.kind, OperandKind::Immediate(8) | OperandKind::Constant(1));
            match operand.kind {
                OperandKind::Register(class, _) | OperandKind::Fixed(class, _) => {
                    if matches!(operand.encoding, OperandEncoding::Is4) {
                        number = RowNumber::Register;
                    } else if at < registers.len() {
                        registers[at] = RegisterField::of(operand.kind, operand.encoding, class, modrm);
                    }
                }
                OperandKind::Constant(value) => number = RowNumber::Constant(value),
                OperandKind::Immediate(_) => number = RowNumber::Immediate,
                OperandKind::Relative(_) => number = RowNumber::Relative,
                OperandKind::Far(_) => number = RowNumber::Far,
                OperandKind::Memory(_) | OperandKind::VectorMemory(..) | OperandKind::Offset(_) => {}
            }
            at += 1;
        }
        let mut immediates = [0; 2];
        let mut at = 0;
        while at < row.immediates.len() {
            immediates[at] = row.immediates[at];
            at += 1;
        }
        RowFormat {
            effects: row.effects,
            registers,
            number,
            immediates,
            displacement_scale: row.displacement_scale,
            addressing: row.addressing,
            modrm,
            vvvv: row.vvvv,
            lock: row.prefixes.is("LOCK"),
            on_every_processor: row.cpuid.is(""),
            ends_with_constant,
        }
    }
}
