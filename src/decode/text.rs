//! Disassembly text: Intel syntax, lower case, from the row's mnemonic and operands.
//!
//! The conventions: `0x` before hexadecimal, digits 0 to 9 without it; the size of every memory
//! operand that has one (`dword ptr`); signed displacements (`[ebp-8]`); the targets of branches as
//! absolute addresses, always with `0x`; a sign-extended immediate as the value it stands for. Operands that the SDM
//! prints in angle brackets are not shown. A prefix that nothing else in the text tells of stands in
//! front (`data16`, `addr16`, `fs`, `lock`, `rep`), so that no two meanings have one text.
//!
//! Everything comes from the table. The notation forces one look at how an operand is used: the
//! element size of a gather is VEX.W, since `vm32x` names the size of the indices.

use std::fmt::{self, Display, Formatter, Write};

use crate::table::notation::{Addressing, EmbeddedRounding, Mandatory, OperandEncoding, OperandKind, RegisterClass};
use crate::table::{Row, RowOperand};

use super::{Instruction, MemoryOperand, Repeat, modrm};

const SEGMENTS: [&str; 8] = ["es", "cs", "ss", "ds", "fs", "gs", "seg6", "seg7"];
const BYTES: [&str; 8] = ["al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"];
const WORDS: [&str; 8] = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"];
const DWORDS: [&str; 8] = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];

/// Rounding modes by their encoding: to nearest, down, up, toward zero.
const ROUNDING: [&str; 4] = ["rn", "rd", "ru", "rz"];

/// ```
/// use tab86::decode::Decoder;
/// let text = |bytes: &[u8]| Decoder::new(32).decode(bytes, 0x1000).unwrap().to_string();
/// assert_eq!(text(&[0x8b, 0x44, 0x8d, 0x10]), "mov eax, dword ptr [ebp+ecx*4+0x10]");
/// assert_eq!(text(&[0x75, 0xfe]), "jne 0x1000");
/// assert_eq!(text(&[0xf3, 0xa4]), "rep movsb");
/// assert_eq!(text(&[0x62, 0xf1, 0xed, 0xca, 0x58, 0xca]), "vaddpd zmm1{k2}{z}, zmm2, zmm2");
/// ```
impl Display for Instruction {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let row = self.row();
        prefixes(f, self, row)?;
        f.write_str(&row.mnemonic.to_ascii_lowercase())?;
        if row.far {
            f.write_str(" far")?;
        }
        let mut immediates = self.immediates.into_iter();
        let mut separator = " ";
        for shown in row.operands.iter().filter(|operand| !operand.hidden) {
            f.write_str(separator)?;
            operand(f, self, shown, &mut immediates)?;
            decorators(f, self, shown)?;
            separator = ", ";
        }
        Ok(())
    }
}

/// The prefixes that neither the mnemonic nor an operand tells of.
fn prefixes(f: &mut Formatter<'_>, instruction: &Instruction, row: &Row) -> fmt::Result {
    let prefixes = &instruction.prefixes;
    if prefixes.operand_size && !tells_operand_size(row) {
        write!(f, "data{} ", instruction.operand_size)?;
    }
    let has_register = |memory: MemoryOperand| memory.base.or(memory.index).is_some();
    if prefixes.address_size && row.address.is_none() && !instruction.memory.is_some_and(has_register) {
        write!(f, "addr{} ", instruction.address_size)?;
    }
    if let (Some(segment), None) = (prefixes.segment, instruction.memory) {
        write!(f, "{} ", SEGMENTS[usize::from(segment)])?;
    }
    if prefixes.lock {
        f.write_str("lock ")?;
    }
    match prefixes.repeat {
        Some(Repeat::Equal) if row.mandatory == Mandatory::PF3 => Ok(()),
        Some(Repeat::NotEqual) if row.mandatory == Mandatory::PF2 => Ok(()),
        Some(Repeat::Equal) if row.prefixes == "REPE REPNE" => f.write_str("repe "),
        Some(Repeat::Equal) => f.write_str("rep "),
        Some(Repeat::NotEqual) => f.write_str("repne "),
        None => Ok(()),
    }
}

/// Whether mnemonic or operands differ between the operand sizes, or 66 means something else.
fn tells_operand_size(row: &Row) -> bool {
    let is_number = |operand: &RowOperand| {
        matches!(operand.kind, OperandKind::Immediate(_) | OperandKind::Relative(_) | OperandKind::Far(_))
    };
    let only_numbers = !row.operands.is_empty() && row.operands.iter().all(is_number);
    row.mandatory == Mandatory::P66 || row.size.is_some() && !only_numbers
}

fn operand(
    f: &mut Formatter<'_>,
    instruction: &Instruction,
    operand: &RowOperand,
    immediates: &mut impl Iterator<Item = u32>,
) -> fmt::Result {
    let row = instruction.row();
    match (operand.kind, instruction.memory) {
        (OperandKind::Register(_, Some(bits)), Some(at)) if operand.encoding == OperandEncoding::Rm => {
            memory(f, instruction, at, if broadcasts(instruction) { operand.decorators.broadcast } else { bits })
        }
        (OperandKind::Memory(bits) | OperandKind::Offset(bits), Some(at)) => memory(f, instruction, at, bits),
        (OperandKind::VectorMemory(..), Some(at)) => {
            memory(f, instruction, at, if instruction.vex.is_some_and(|vex| vex.w) { 64 } else { 32 })
        }
        (OperandKind::Register(class, _), _) => register(f, class, number_of(instruction, operand.encoding)),
        (OperandKind::Fixed(class, number), _) => register(f, class, number),
        (OperandKind::Constant(value), _) => number(f, u32::from(value)),
        (OperandKind::Immediate(8), _) if row.sign_extended => {
            let value = immediates.next().unwrap_or(0) as u8 as i8 as u32;
            number(f, value & size_mask(instruction.operand_size))
        }
        (OperandKind::Immediate(_), _) => number(f, immediates.next().unwrap_or(0)),
        (OperandKind::Relative(_), _) => write!(f, "{:#x}", instruction.target().unwrap_or(0)),
        (OperandKind::Far(_), _) => {
            let [offset, selector] = instruction.immediates;
            write!(f, "{selector:#x}:{offset:#x}")
        }
        (OperandKind::Memory(_) | OperandKind::Offset(_) | OperandKind::VectorMemory(..), None) => Ok(()),
    }
}

/// Whether one element in memory stands for all.
fn broadcasts(instruction: &Instruction) -> bool {
    instruction.vex.and_then(|vex| vex.evex).is_some_and(|evex| evex.broadcast)
}

/// What EVEX adds to an operand, behind it: `{1to8}`, `{k1}{z}`, `{rn-sae}`.
fn decorators(f: &mut Formatter<'_>, instruction: &Instruction, operand: &RowOperand) -> fmt::Result {
    let Some(evex) = instruction.vex.and_then(|vex| vex.evex) else { return Ok(()) };
    let allowed = operand.decorators;
    if let (OperandKind::Register(_, Some(bits)), 1.., true) = (operand.kind, allowed.broadcast, evex.broadcast) {
        write!(f, "{{1to{}}}", bits / allowed.broadcast)?;
    }
    if allowed.mask && evex.mask != 0 {
        write!(f, "{{k{}}}", evex.mask)?;
    }
    if allowed.zeroing && evex.zeroing {
        f.write_str("{z}")?;
    }
    match (allowed.rounding, evex.rounding) {
        (EmbeddedRounding::Static, Some(mode)) => write!(f, "{{{}-sae}}", ROUNDING[usize::from(mode & 3)]),
        (EmbeddedRounding::Suppress, Some(_)) => f.write_str("{sae}"),
        _ => Ok(()),
    }
}

/// The number of a register that the encoding names.
fn number_of(instruction: &Instruction, encoding: OperandEncoding) -> u8 {
    match encoding {
        OperandEncoding::Reg => instruction.reg(),
        OperandEncoding::Rm => instruction.rm(),
        OperandEncoding::Vvvv => instruction.vex.map_or(0, |vex| vex.vvvv & 7),
        OperandEncoding::Opcode => instruction.modrm.unwrap_or(instruction.opcode) & 7,
        OperandEncoding::Is4 => (instruction.immediates[0] >> 4 & 7) as u8,
        OperandEncoding::Implied => 0,
    }
}

fn register(f: &mut Formatter<'_>, class: RegisterClass, number: u8) -> fmt::Result {
    let name = |names: &[&'static str; 8]| names[usize::from(number & 7)];
    match class {
        RegisterClass::Gpr8 => f.write_str(name(&BYTES)),
        RegisterClass::Gpr16 => f.write_str(name(&WORDS)),
        RegisterClass::Gpr32 => f.write_str(name(&DWORDS)),
        RegisterClass::Segment => f.write_str(name(&SEGMENTS)),
        RegisterClass::Control => write!(f, "cr{number}"),
        RegisterClass::Debug => write!(f, "dr{number}"),
        RegisterClass::St => write!(f, "st({number})"),
        RegisterClass::Mm => write!(f, "mm{number}"),
        RegisterClass::Xmm => write!(f, "xmm{number}"),
        RegisterClass::Ymm => write!(f, "ymm{number}"),
        RegisterClass::Zmm => write!(f, "zmm{number}"),
        RegisterClass::Mask => write!(f, "k{number}"),
    }
}

/// `dword ptr fs:[ebx+esi*4+0x10]`.
fn memory(f: &mut Formatter<'_>, instruction: &Instruction, at: MemoryOperand, bits: u16) -> fmt::Result {
    f.write_str(size_name(bits))?;
    if at.segment != modrm::default_segment(at.base, instruction.address_size == 16) {
        write!(f, "{}:", SEGMENTS[usize::from(at.segment & 7)])?;
    }
    f.write_char('[')?;
    let names = if instruction.address_size == 16 { &WORDS } else { &DWORDS };
    if let Some(base) = at.base {
        f.write_str(names[usize::from(base & 7)])?;
    }
    if let Some(index) = at.index {
        f.write_str(if at.base.is_some() { "+" } else { "" })?;
        register(f, index_class(instruction), index)?;
        // `[esi*1]` is not `[esi]`: its bytes differ.
        if at.scale > 0 || at.base.is_none() {
            write!(f, "*{}", 1 << at.scale)?;
        }
    }
    displacement(f, instruction, at)?;
    f.write_char(']')
}

/// The class of an index register: general, or that of a gather's indices.
fn index_class(instruction: &Instruction) -> RegisterClass {
    match instruction.row().addressing {
        Addressing::Vector(class) => class,
        _ if instruction.address_size == 16 => RegisterClass::Gpr16,
        _ => RegisterClass::Gpr32,
    }
}

/// Signed beside registers, an address where it stands alone.
fn displacement(f: &mut Formatter<'_>, instruction: &Instruction, at: MemoryOperand) -> fmt::Result {
    let signed = at.displacement as i32;
    match (at.base.or(at.index), signed) {
        (None, _) => number(f, at.displacement & size_mask(instruction.address_size)),
        (Some(_), 0) => Ok(()),
        (Some(_), 1..) => f.write_char('+').and_then(|()| number(f, at.displacement)),
        (Some(_), _) => f.write_char('-').and_then(|()| number(f, signed.unsigned_abs())),
    }
}

fn size_mask(bits: u8) -> u32 {
    if bits == 16 { 0xffff } else { u32::MAX }
}

fn number(f: &mut Formatter<'_>, value: u32) -> fmt::Result {
    if value < 10 { write!(f, "{value}") } else { write!(f, "{value:#x}") }
}

fn size_name(bits: u16) -> &'static str {
    match bits {
        8 => "byte ptr ",
        16 => "word ptr ",
        32 => "dword ptr ",
        48 => "fword ptr ",
        64 => "qword ptr ",
        80 => "tbyte ptr ",
        128 => "xmmword ptr ",
        256 => "ymmword ptr ",
        512 => "zmmword ptr ",
        _ => "",
    }
}
