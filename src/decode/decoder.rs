//! The decoder proper: finds the row, then reads what the row says follows.

use crate::table::key::{self, Key};
use crate::table::notation::{Kind, ModRm, Place};
use crate::table::{self, Row};

use super::bytes::Bytes;
use super::{DecodeError, Instruction, Prefixes, Vex, modrm};

/// Decodes the instructions of a code segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decoder {
    /// The code segment's D flag: default operand and address size 32.
    big: bool,
}

/// What an opcode's bytes said, before the row is known.
struct Head {
    prefixes: Prefixes,
    vex: Option<Vex>,
    map: u8,
    opcode: u8,
}

impl Decoder {
    /// For a code segment with this default operand and address size in bits (16 or 32).
    pub fn new(default_size: u8) -> Self {
        Decoder { big: default_size != 16 }
    }

    /// Decodes the instruction at the start of `bytes`, which lie at offset `eip` in CS.
    ///
    /// # Errors
    /// See [`DecodeError`]; `Truncated` means that more bytes could make it an instruction.
    pub fn decode(&self, bytes: &[u8], eip: u32) -> Result<Instruction, DecodeError> {
        let mut bytes = Bytes::new(bytes);
        let head = head(&mut bytes)?;
        let operand16 = self.big == head.prefixes.operand_size;
        let address16 = self.big == head.prefixes.address_size;
        let (index, modrm) = find(&mut bytes, &head, operand16, address16)?;
        let row = &table::rows()[usize::from(index)];
        let memory = memory(&mut bytes, row, modrm, address16, head.prefixes.segment)?;
        let [first, second] = immediate_sizes(row);
        let immediates = [bytes.number(first)?, bytes.number(second)?];
        check(&head, row, memory.is_some())?;
        Ok(Instruction {
            index,
            eip,
            length: bytes.position(),
            prefixes: head.prefixes,
            vex: head.vex,
            operand_size: if operand16 { 16 } else { 32 },
            address_size: if address16 { 16 } else { 32 },
            opcode: head.opcode,
            modrm,
            memory,
            immediates,
        })
    }
}

/// Prefixes, VEX and the opcode bytes.
fn head(bytes: &mut Bytes) -> Result<Head, DecodeError> {
    let prefixes = Prefixes::read(bytes)?;
    let first = bytes.byte()?;
    if let Some(vex) = Vex::read(bytes, first, &prefixes)? {
        return Ok(Head { prefixes, map: vex.map, vex: Some(vex), opcode: bytes.byte()? });
    }
    let (map, opcode) = match first {
        0x0f => match bytes.byte()? {
            0x38 => (2, bytes.byte()?),
            0x3a => (3, bytes.byte()?),
            second => (1, second),
        },
        _ => (0, first),
    };
    Ok(Head { prefixes, vex: None, map, opcode })
}

/// The row of the encoding, and its ModR/M byte if it has one.
fn find(bytes: &mut Bytes, head: &Head, operand16: bool, address16: bool) -> Result<(u16, Option<u8>), DecodeError> {
    let slot = key::slot(head.vex.is_some(), head.map, head.opcode);
    let mask = table::slot(slot).ok_or(DecodeError::Invalid)?;
    let (l, w, prefix) = head.vex.map_or((false, false, head.prefixes.mandatory()), |vex| (vex.l, vex.w, vex.prefix));
    let mut full = u32::from(slot)
        | key::OPERAND16.place(u8::from(operand16))
        | key::ADDRESS16.place(u8::from(address16))
        | key::PREFIX.place(prefix)
        | key::L.place(u8::from(l))
        | key::W.place(u8::from(w));
    let in_modrm = key::REGISTER.mask() | key::REG.mask() | key::RM.mask();
    let mut modrm = None;
    if mask & in_modrm != 0 {
        let byte = bytes.peek()?;
        full |= key::REGISTER.place(u8::from(byte >= 0xc0)) | key::REG.place(byte >> 3 & 7) | key::RM.place(byte & 7);
    }
    let index = table::form(Key(full), mask).ok_or(DecodeError::Invalid)?;
    if table::rows()[usize::from(index)].modrm != ModRm::Absent {
        modrm = Some(bytes.byte()?);
    }
    Ok((index, modrm))
}

fn memory(
    bytes: &mut Bytes,
    row: &Row,
    modrm: Option<u8>,
    address16: bool,
    segment: Option<u8>,
) -> Result<Option<modrm::MemoryOperand>, DecodeError> {
    let vector_index = row.operands.iter().any(|operand| matches!(operand.kind, Kind::VectorMemory(..)));
    match modrm {
        Some(byte) if byte < 0xc0 && !is_register_number(row) => {
            if vector_index && (address16 || byte & 7 != 4) {
                return Err(DecodeError::Invalid);
            }
            modrm::read(bytes, byte, address16, segment, vector_index).map(Some)
        }
        Some(_) => Ok(None),
        None if row.operands.iter().any(|operand| matches!(operand.kind, Kind::Offset(_))) => {
            modrm::offset(bytes, address16, segment).map(Some)
        }
        None => Ok(None),
    }
}

/// MOV to and from control and debug registers take any mod as a register (SDM Vol. 2B, "MOV—Move
/// to/from Control Registers").
fn is_register_number(row: &Row) -> bool {
    use crate::table::notation::Class;
    row.operands.iter().any(|operand| matches!(operand.kind, Kind::Register(Class::Control | Class::Debug, _)))
}

/// Sizes of the immediates as they stand in the encoding; a far pointer is an offset and a selector.
fn immediate_sizes(row: &Row) -> [u8; 2] {
    let far = row.operands.iter().find_map(|operand| match operand.kind {
        Kind::Far(bits) => Some([(bits / 8) as u8, 2]),
        _ => None,
    });
    let listed = |at: usize| row.immediates.get(at).copied().unwrap_or(0);
    far.unwrap_or([listed(0), listed(1)])
}

/// LOCK only where it is legal, and VEX.vvvv only where it names an operand.
fn check(head: &Head, row: &Row, memory: bool) -> Result<(), DecodeError> {
    if head.prefixes.lock && !(row.prefixes == "LOCK" && memory) {
        return Err(DecodeError::Lock);
    }
    let names_vvvv = row.operands.iter().any(|operand| operand.place == Place::Vvvv);
    match head.vex {
        Some(vex) if vex.vvvv != 0 && !names_vvvv => Err(DecodeError::Invalid),
        _ => Ok(()),
    }
}
