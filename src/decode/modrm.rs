//! ModR/M and SIB addressing (SDM Vol. 2A, "Addressing-Mode Encoding of ModR/M and SIB Bytes").

use super::DecodeError;
use super::bytes::Bytes;

/// A memory operand: registers by encoding, 32 or 16 bits of each as the address size says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MemoryOperand {
    /// Base register.
    pub base: Option<u8>,
    /// Index register (of a vector register, for gathers).
    pub index: Option<u8>,
    /// The index is shifted left by so many bits.
    pub scale: u8,
    /// Displacement, sign-extended.
    pub displacement: u32,
    /// Bytes of displacement in the encoding.
    pub displacement_size: u8,
    /// Segment, by encoding: the override, else the default of the base.
    pub segment: u8,
}

const DS: u8 = 3;
const SS: u8 = 2;
const ESP: u8 = 4;
const EBP: u8 = 5;

/// Reads what follows a ModR/M byte that names memory.
pub fn read(
    bytes: &mut Bytes,
    modrm: u8,
    address16: bool,
    segment: Option<u8>,
    vector_index: bool,
) -> Result<MemoryOperand, DecodeError> {
    let mut operand = if address16 { sixteen(bytes, modrm) } else { thirty_two(bytes, modrm, vector_index) }?;
    let size = operand.displacement_size;
    let raw = bytes.number(size)?;
    operand.displacement = match size {
        1 => raw as u8 as i8 as u32,
        2 => raw as u16 as i16 as u32,
        _ => raw,
    };
    operand.segment = segment.unwrap_or(operand.segment);
    Ok(operand)
}

/// 32-bit addressing, with a SIB byte where r/m is 4.
fn thirty_two(bytes: &mut Bytes, modrm: u8, vector_index: bool) -> Result<MemoryOperand, DecodeError> {
    let (mode, rm) = (modrm >> 6, modrm & 7);
    let (mut base, mut index, mut scale) = (Some(rm), None, 0);
    if rm == ESP {
        let sib = bytes.byte()?;
        (base, index, scale) = (Some(sib & 7), Some(sib >> 3 & 7), sib >> 6);
        if index == Some(ESP) && !vector_index {
            (index, scale) = (None, 0);
        }
    }
    let mut displacement_size = [0, 1, 4][usize::from(mode)];
    if mode == 0 && base == Some(EBP) {
        (base, displacement_size) = (None, 4);
    }
    Ok(MemoryOperand { base, index, scale, displacement: 0, displacement_size, segment: default_segment(base, false) })
}

/// 16-bit addressing: the eight sums of BX, BP, SI and DI.
fn sixteen(_: &mut Bytes, modrm: u8) -> Result<MemoryOperand, DecodeError> {
    const BX: u8 = 3;
    const BP: u8 = 5;
    const SI: u8 = 6;
    const DI: u8 = 7;
    let (mode, rm) = (modrm >> 6, modrm & 7);
    let (mut base, index) = match rm {
        0 => (Some(BX), Some(SI)),
        1 => (Some(BX), Some(DI)),
        2 => (Some(BP), Some(SI)),
        3 => (Some(BP), Some(DI)),
        4 => (Some(SI), None),
        5 => (Some(DI), None),
        6 => (Some(BP), None),
        _ => (Some(BX), None),
    };
    let mut displacement_size = [0, 1, 2][usize::from(mode)];
    if mode == 0 && rm == 6 {
        (base, displacement_size) = (None, 2);
    }
    Ok(MemoryOperand {
        base,
        index,
        scale: 0,
        displacement: 0,
        displacement_size,
        segment: default_segment(base, true),
    })
}

/// The segment of an address without an override (SDM Vol. 1, "Default Segment Selection Rules").
pub(super) fn default_segment(base: Option<u8>, address16: bool) -> u8 {
    match base {
        Some(EBP) => SS,
        Some(ESP) if !address16 => SS,
        _ => DS,
    }
}

/// A memory operand whose address is in the instruction (moffs).
pub fn offset(bytes: &mut Bytes, address16: bool, segment: Option<u8>) -> Result<MemoryOperand, DecodeError> {
    let displacement_size = if address16 { 2 } else { 4 };
    let displacement = bytes.number(displacement_size)?;
    Ok(MemoryOperand {
        base: None,
        index: None,
        scale: 0,
        displacement,
        displacement_size,
        segment: segment.unwrap_or(DS),
    })
}
