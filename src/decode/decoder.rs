//! The decoder proper: finds the row, then reads what the row says follows.

use crate::table::key;
use crate::table::notation::{Addressing, EncodingSpace};
use crate::table::{self, Lookup, RowFormat};

use super::bytes::Bytes;
use super::modrm::{self, MemoryOperand, names_register};
use super::{DecodeError, Instruction, Prefixes, VexPrefix};

/// First byte of the two-byte opcodes, and second bytes of the three-byte ones.
const ESCAPE: u8 = 0x0f;
const ESCAPE_38: u8 = 0x38;
const ESCAPE_3A: u8 = 0x3a;

/// What a ModR/M byte decides of a key.
const MODRM: u32 = key::REGISTER.mask() | key::REG.mask() | key::RM.mask();

/// Decodes the instructions of a code segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decoder {
    /// The code segment's D flag: default operand and address size 32.
    big: bool,
}

/// What the bytes up to the opcode said.
pub(super) struct Head {
    prefixes: Prefixes,
    pub(super) vex: Option<VexPrefix>,
    map: u8,
    opcode: u8,
    operand16: bool,
    pub(super) address16: bool,
}

/// Takes a VEX prefix, or one of its kind, and the opcode byte behind it, if one stands here.
type ReadVex = fn(&mut Bytes, u8, &Prefixes) -> Result<Option<(VexPrefix, u8)>, DecodeError>;

impl Decoder {
    /// For a code segment with this default operand and address size in bits (16 or 32).
    #[must_use]
    pub fn new(default_size: u8) -> Self {
        Decoder { big: default_size != 16 }
    }

    /// Decodes the instruction at the start of `bytes`, which lie at offset `eip` in CS.
    ///
    /// # Errors
    /// See [`DecodeError`]; `Truncated` means that more bytes could make it an instruction.
    pub fn decode(&self, bytes: &[u8], eip: u32) -> Result<Instruction, DecodeError> {
        let mut bytes = Bytes::new(bytes);
        let head = self.head(&mut bytes, VexPrefix::read)?;
        let index = find(&bytes, &head, &table::LOOKUP)?;
        let format = table::format(index);
        let modrm = if format.modrm { Some(bytes.byte()?) } else { None };
        let memory = memory(&mut bytes, &head, index, modrm)?;
        let [first, second] = format.immediates;
        let immediates = [bytes.number(first)?, bytes.number(second)?];
        check(&head, index, memory.is_some())?;
        let bits = |sixteen: bool| if sixteen { 16 } else { 32 };
        Ok(Instruction {
            index,
            eip,
            length: bytes.position(),
            prefixes: head.prefixes,
            vex: head.vex,
            operand_size: bits(head.operand16),
            address_size: bits(head.address16),
            opcode: head.opcode,
            modrm,
            memory,
            immediates,
        })
    }

    /// Prefixes, VEX and the opcode bytes.
    #[inline]
    pub(super) fn head(&self, bytes: &mut Bytes, read_vex: ReadVex) -> Result<Head, DecodeError> {
        let prefixes = Prefixes::read(bytes)?;
        let first = bytes.byte()?;
        let vex = read_vex(bytes, first, &prefixes)?;
        let (map, opcode) = match vex {
            Some((vex, opcode)) => (vex.map, opcode),
            None => legacy_opcode(bytes, first)?,
        };
        let vex = vex.map(|(vex, _)| vex);
        let operand16 = self.big == prefixes.operand_size;
        let address16 = self.big == prefixes.address_size;
        Ok(Head { prefixes, vex, map, opcode, operand16, address16 })
    }
}

/// The map of a legacy opcode and its last byte.
fn legacy_opcode(bytes: &mut Bytes, first: u8) -> Result<(u8, u8), DecodeError> {
    if first != ESCAPE {
        return Ok((0, first));
    }
    match bytes.byte()? {
        ESCAPE_38 => Ok((2, bytes.byte()?)),
        ESCAPE_3A => Ok((3, bytes.byte()?)),
        second => Ok((1, second)),
    }
}

/// The index of what the encoding means in a table; its ModR/M byte, if it has one, comes next.
#[inline(always)]
pub(super) fn find(bytes: &Bytes, head: &Head, table: &Lookup) -> Result<u16, DecodeError> {
    let space = head.vex.map_or(EncodingSpace::Legacy, |vex| vex.space());
    let number = key::slot(space, head.map, head.opcode);
    let slot = table.slot(number).ok_or(DecodeError::Invalid)?;
    let mut full = u32::from(number) | before_modrm(head);
    if slot.mask & MODRM != 0 {
        full |= of_modrm(bytes.peek()?);
    }
    table.form(slot, full).ok_or(DecodeError::Invalid)
}

/// The discriminators that prefixes, VEX and the code segment decide.
fn before_modrm(head: &Head) -> u32 {
    let (l, w, prefix) = match head.vex {
        Some(vex) => (vex.l, vex.w, vex.prefix),
        None => (0, false, head.prefixes.mandatory()),
    };
    key::OPERAND16.place(u8::from(head.operand16))
        | key::ADDRESS16.place(u8::from(head.address16))
        | key::PREFIX.place(prefix)
        | key::L.place(l)
        | key::HIGH_L.place(l >> 1)
        | key::W.place(u8::from(w))
}

/// The discriminators in a ModR/M byte.
fn of_modrm(byte: u8) -> u32 {
    key::REGISTER.place(u8::from(names_register(byte))) | key::REG.place(byte >> 3 & 7) | key::RM.place(byte & 7)
}

/// What a displacement of one byte is multiplied by: in EVEX the size of the memory operand, which with
/// a broadcast is one element (SDM Vol. 2A, "Compressed Displacement (disp8*N) Support in EVEX").
fn displacement_scale(head: &Head, index: u16, format: &RowFormat) -> u8 {
    if !head.vex.and_then(|vex| vex.evex).is_some_and(|evex| evex.broadcast) {
        return format.displacement_scale;
    }
    let elements = table::row(index).operands.iter().map(|operand| operand.decorators.broadcast);
    elements.max().map_or(format.displacement_scale, |bits| (bits / 8) as u8)
}

/// The memory operand, if the encoding has one.
#[inline]
fn memory(bytes: &mut Bytes, head: &Head, index: u16, modrm: Option<u8>) -> Result<Option<MemoryOperand>, DecodeError> {
    let segment = head.prefixes.segment;
    let format = table::format(index);
    let scale = || displacement_scale(head, index, format);
    match (format.addressing, modrm.filter(|byte| !names_register(*byte))) {
        (Addressing::ModRm, Some(byte)) => modrm::read(bytes, byte, head.address16, scale(), segment).map(Some),
        (Addressing::Vector(_), Some(_)) if head.address16 => Err(DecodeError::Invalid),
        (Addressing::Vector(_), Some(byte)) => modrm::read_vector(bytes, byte, scale(), segment).map(Some),
        (Addressing::Offset, _) => modrm::offset(bytes, head.address16, segment).map(Some),
        _ => Ok(None),
    }
}

/// LOCK only where it is legal, vvvv only where it names an operand, and of EVEX what the row allows.
#[inline]
fn check(head: &Head, index: u16, memory: bool) -> Result<(), DecodeError> {
    let format = table::format(index);
    if head.prefixes.lock && !(format.lock && memory) {
        return Err(DecodeError::Lock);
    }
    match head.vex {
        Some(vex) if vex.vvvv != 0 && !format.vvvv => Err(DecodeError::Invalid),
        Some(VexPrefix { evex: Some(evex), .. }) if !evex.fit(table::row(index), memory) => Err(DecodeError::Invalid),
        _ => Ok(()),
    }
}
