//! The names of registers, as assemblers and debuggers write them, and how wide each register is.

use crate::cpu::{Cpu, Extended, Register, Registers, Segment};

const WORDS: [&str; 8] = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
const BYTES: [&str; 8] = ["al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"];
const SEGMENTS: [&str; 6] = ["es", "cs", "ss", "ds", "fs", "gs"];

/// A register, or the part of one that has a name of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegisterName {
    /// EAX to EDI.
    Doubleword(Register),
    /// AX to DI.
    Word(Register),
    /// AL to BH, by encoding.
    Byte(u8),
    Eip,
    Eflags,
    Selector(Segment),
    St(u8),
    Mm(u8),
    Xmm(u8),
    Ymm(u8),
    Mxcsr,
    FpuControl,
    FpuStatus,
    FpuTag,
}

impl RegisterName {
    /// The register of this name, in letters of either case; `None` if there is none.
    pub fn parse(name: &str) -> Option<RegisterName> {
        let name = name.to_ascii_lowercase();
        let plain = match name.as_str() {
            "eip" => Some(RegisterName::Eip),
            "eflags" => Some(RegisterName::Eflags),
            "mxcsr" => Some(RegisterName::Mxcsr),
            "fpcw" => Some(RegisterName::FpuControl),
            "fpsw" => Some(RegisterName::FpuStatus),
            "fptag" => Some(RegisterName::FpuTag),
            _ => None,
        };
        plain.or_else(|| general(&name)).or_else(|| numbered(&name))
    }

    /// How many bytes the register has.
    pub fn size(self) -> usize {
        match self {
            RegisterName::Byte(_) => 1,
            RegisterName::Word(_) | RegisterName::Selector(_) => 2,
            RegisterName::FpuControl | RegisterName::FpuStatus | RegisterName::FpuTag => 2,
            RegisterName::Doubleword(_) | RegisterName::Eip | RegisterName::Eflags | RegisterName::Mxcsr => 4,
            RegisterName::Mm(_) => 8,
            RegisterName::St(_) => 10,
            RegisterName::Xmm(_) => 16,
            RegisterName::Ymm(_) => 32,
        }
    }

    /// The register's bits, zero-extended: the low and the high half of 256.
    pub fn read(self, cpu: &Cpu) -> [u128; 2] {
        let low: u128 = match self {
            RegisterName::Ymm(i) => return cpu.ymm(i),
            RegisterName::Xmm(i) => cpu.xmm(i),
            RegisterName::St(i) => cpu.st(i).bits(),
            RegisterName::Mm(i) => cpu.mm(i).into(),
            RegisterName::Doubleword(register) => cpu.regs[register].into(),
            RegisterName::Word(register) => (cpu.regs[register] as u16).into(),
            RegisterName::Byte(encoding) => cpu.regs.byte(Registers::byte_slot(encoding)).into(),
            RegisterName::Eip => cpu.eip.into(),
            RegisterName::Eflags => cpu.eflags().into(),
            RegisterName::Selector(segment) => cpu.segment(segment).selector.into(),
            RegisterName::Mxcsr => cpu.mxcsr.word().into(),
            RegisterName::FpuControl => cpu.x87.control().into(),
            RegisterName::FpuStatus => cpu.x87.status().into(),
            RegisterName::FpuTag => cpu.x87.tag_word().into(),
        };
        [low, 0]
    }

    /// Replaces the register's bits. A selector is not written here: it has to be loaded.
    pub fn write(self, cpu: &mut Cpu, [low, high]: [u128; 2]) {
        match self {
            RegisterName::Ymm(i) => cpu.set_ymm(i, [low, high]),
            RegisterName::Xmm(i) => cpu.set_xmm(i, low),
            RegisterName::St(i) => cpu.set_st(i, Extended::from_bits(low)),
            RegisterName::Mm(i) => cpu.set_mm(i, low as u64),
            RegisterName::Doubleword(register) => cpu.regs[register] = low as u32,
            RegisterName::Word(register) => {
                cpu.regs[register] = cpu.regs[register] & 0xffff_0000 | u32::from(low as u16);
            }
            RegisterName::Byte(encoding) => cpu.regs.set_byte(Registers::byte_slot(encoding), low as u8),
            RegisterName::Eip => cpu.eip = low as u32,
            RegisterName::Eflags => cpu.set_eflags(low as u32),
            RegisterName::Selector(_) => {}
            RegisterName::Mxcsr => cpu.mxcsr = (low as u32).into(),
            RegisterName::FpuControl => cpu.x87.set_control(low as u16),
            RegisterName::FpuStatus => cpu.x87.set_status(low as u16),
            RegisterName::FpuTag => cpu.x87.set_tag_word(low as u16),
        }
    }
}

/// General-purpose registers of each width, and segment registers.
fn general(name: &str) -> Option<RegisterName> {
    let position = |names: &[&str], name: &str| names.iter().position(|known| *known == name);
    if let Some(encoding) = position(&BYTES, name) {
        return Some(RegisterName::Byte(encoding as u8));
    }
    if let Some(encoding) = position(&SEGMENTS, name) {
        return Some(RegisterName::Selector(Segment::ALL[encoding]));
    }
    match name.strip_prefix('e') {
        Some(word) => Some(RegisterName::Doubleword(Register::ALL[position(&WORDS, word)?])),
        None => Some(RegisterName::Word(Register::ALL[position(&WORDS, name)?])),
    }
}

/// The registers of a register file: a name and a number from 0 to 7, for ST in parentheses or not.
fn numbered(name: &str) -> Option<RegisterName> {
    let files: [(&str, NumberedRegister); 4] =
        [("st", RegisterName::St), ("mm", RegisterName::Mm), ("xmm", RegisterName::Xmm), ("ymm", RegisterName::Ymm)];
    files.into_iter().find_map(|(file, register)| {
        let number = name.strip_prefix(file)?;
        let number = number.strip_prefix('(').and_then(|number| number.strip_suffix(')')).unwrap_or(number);
        match number.as_bytes() {
            [digit @ b'0'..=b'7'] => Some(register(digit - b'0')),
            _ => None,
        }
    })
}

/// Makes the name of a register of one file from its number.
type NumberedRegister = fn(u8) -> RegisterName;
