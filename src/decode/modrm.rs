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

const SS: u8 = 2;
const DS: u8 = 3;

const BX: u8 = 3;
const ESP: u8 = 4;
const BP: u8 = 5;
const SI: u8 = 6;
const DI: u8 = 7;

/// r/m that stands for a SIB byte, and index that stands for none.
const SIB: u8 = 4;
const NO_INDEX: u8 = 4;

/// From here on a ModR/M byte names a register.
const REGISTER_FORM: u8 = 0xc0;

/// Whether a ModR/M byte names a register (mod is 3).
pub fn names_register(modrm: u8) -> bool {
    modrm >= REGISTER_FORM
}

/// Base, index and scale.
type Registers = (Option<u8>, Option<u8>, u8);

/// Reads what follows a ModR/M byte that names memory.
/// A displacement of one byte is multiplied by
/// `compressed`.
pub fn read(
    bytes: &mut Bytes,
    modrm: u8,
    address16: bool,
    compressed: u8,
    segment: Option<u8>,
) -> Result<MemoryOperand, DecodeError> {
    if address16 {
        let registers = sixteen(modrm & 7);
        return with_displacement(bytes, modrm, registers, true, compressed, segment);
    }
    let registers = if modrm & 7 == SIB { sib(bytes.byte()?) } else { (Some(modrm & 7), None, 0) };
    let (base, index, scale) = registers;
    let registers = if index == Some(NO_INDEX) { (base, None, 0) } else { (base, index, scale) };
    with_displacement(bytes, modrm, registers, false, compressed, segment)
}

/// Reads what follows the ModR/M byte of a gather: there must be a SIB byte, and every index is one.
pub fn read_vector(
    bytes: &mut Bytes,
    modrm: u8,
    compressed: u8,
    segment: Option<u8>,
) -> Result<MemoryOperand, DecodeError> {
    if modrm & 7 != SIB {
        return Err(DecodeError::Invalid);
    }
    let registers = sib(bytes.byte()?);
    with_displacement(bytes, modrm, registers, false, compressed, segment)
}

fn sib(byte: u8) -> Registers {
    (Some(byte & 7), Some(byte >> 3 & 7), byte >> 6)
}

/// The eight sums of BX, BP, SI and DI.
fn sixteen(rm: u8) -> Registers {
    let (base, index) = match rm {
        0 => (BX, Some(SI)),
        1 => (BX, Some(DI)),
        2 => (BP, Some(SI)),
        3 => (BP, Some(DI)),
        4 => (SI, None),
        5 => (DI, None),
        6 => (BP, None),
        _ => (BX, None),
    };
    (Some(base), index, 0)
}

/// Reads the displacement that mod asks for. With mod 0, EBP as a base (BP alone, in 16-bit
/// addressing) stands for no base and a whole displacement.
fn with_displacement(
    bytes: &mut Bytes,
    modrm: u8,
    (base, index, scale): Registers,
    address16: bool,
    compressed: u8,
    segment: Option<u8>,
) -> Result<MemoryOperand, DecodeError> {
    let whole = if address16 { 2 } else { 4 };
    let alone = if address16 { index.is_none() } else { true };
    let (base, displacement_size) = match modrm >> 6 {
        0 if base == Some(BP) && alone => (None, whole),
        0 => (base, 0),
        1 => (base, 1),
        _ => (base, whole),
    };
    let plain = super::sign_extend(bytes.number(displacement_size)?, u16::from(displacement_size) * 8);
    let displacement = if displacement_size == 1 { plain.wrapping_mul(u32::from(compressed)) } else { plain };
    Ok(MemoryOperand {
        base,
        index,
        scale,
        displacement,
        displacement_size,
        segment: segment.unwrap_or(default_segment(base, address16)),
    })
}

/// The segment of an address without an override (SDM Vol. 1, "Default Segment Selection Rules").
pub fn default_segment(base: Option<u8>, address16: bool) -> u8 {
    match base {
        Some(BP) => SS,
        Some(ESP) if !address16 => SS,
        _ => DS,
    }
}

/// A memory operand whose address is in the instruction (moffs).
pub fn offset(bytes: &mut Bytes, address16: bool, segment: Option<u8>) -> Result<MemoryOperand, DecodeError> {
    let displacement_size = if address16 { 2 } else { 4 };
    let displacement = bytes.number(displacement_size)?;
    let segment = segment.unwrap_or(DS);
    Ok(MemoryOperand { base: None, index: None, scale: 0, displacement, displacement_size, segment })
}
