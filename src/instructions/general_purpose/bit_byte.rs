//! Bit and byte instructions (SDM Vol. 1, "Bit and Byte Instructions"). TEST is with the logical
//! instructions; the bit manipulation extensions are in `bit_manipulation.rs`.

use crate::cpu::Flags;

use crate::instructions::operand::{Place, Value, Width};
use crate::instructions::{Machine, Op, Outcome, flags};

/// The word of a bit string that has the selected bit, and the bit's number in it.
///
/// A bit offset in a register is signed and can select a bit outside the memory operand; an immediate
/// offset is taken modulo the operand size (SDM Vol. 2A, "BT").
#[inline(always)]
fn select<W: Width, D: Value<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<(Op, u32)> {
    let offset = S::read(m, op)?.sign_extend();
    let words = if S::IMMEDIATE { 0 } else { (offset as i32).div_euclid(W::BITS as i32) };
    Ok((D::moved(op, words), offset % W::BITS))
}

/// Sets CF to the selected bit and replaces the word.
#[inline(always)]
fn change<W: Width, D: Place<W>, S: Value<W>>(
    m: &mut Machine,
    op: &Op,
    change: impl FnOnce(u32, u32) -> u32,
) -> Outcome<Flags> {
    let (op, bit) = select::<W, D, S>(m, op)?;
    let before = m.cpu.flags;
    D::update(m, &op, |word| {
        let (word, mask) = (word.zero_extend(), 1 << bit);
        (W::truncate(change(word, mask)), flags::bit(word & mask != 0, before))
    })
}

/// BT: bit test (SDM Vol. 2A, "BT"): CF is the bit.
pub fn bt<W: Width, D: Value<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (op, bit) = select::<W, D, S>(m, op)?;
    let word = D::read(m, &op)?.zero_extend();
    Ok(flags::bit(word >> bit & 1 != 0, m.cpu.flags))
}

/// BTS: bit test and set (SDM Vol. 2A, "BTS").
pub fn bts<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    change::<W, D, S>(m, op, |word, bit| word | bit)
}

/// BTR: bit test and reset (SDM Vol. 2A, "BTR").
pub fn btr<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    change::<W, D, S>(m, op, |word, bit| word & !bit)
}

/// BTC: bit test and complement (SDM Vol. 2A, "BTC").
pub fn btc<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    change::<W, D, S>(m, op, |word, bit| word ^ bit)
}

/// BSF: bit scan forward (SDM Vol. 2A, "BSF"): a source of 0 leaves the destination alone.
pub fn bsf<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    scan::<W, D>(m, op, source, source.zero_extend().trailing_zeros())
}

/// BSR: bit scan reverse (SDM Vol. 2A, "BSR"): a source of 0 leaves the destination alone.
pub fn bsr<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    scan::<W, D>(m, op, source, 31u32.wrapping_sub(source.zero_extend().leading_zeros()))
}

/// Writes the index of the bit that was found; without one, the destination is unchanged.
#[inline(always)]
fn scan<W: Width, D: Place<W>>(m: &mut Machine, op: &Op, source: W, bit: u32) -> Outcome<Flags> {
    if source.zero_extend() != 0 {
        D::write(m, op, W::truncate(bit))?;
    }
    Ok(flags::logic(source))
}

/// SETcc: set byte on condition (SDM Vol. 2B, "SETcc").
pub fn setcc<const C: u8, D: Place<u8>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let condition = m.cpu.flags.condition(C);
    D::write(m, op, u8::from(condition))
}

/// POPCNT: return the count of number of bits set to 1 (SDM Vol. 2B, "POPCNT").
pub fn popcnt<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?.zero_extend();
    D::write(m, op, W::truncate(source.count_ones()))?;
    Ok(flags::zero_only(source == 0))
}

/// CRC32: accumulate CRC32 value (SDM Vol. 2A, "CRC32"): polynomial 11EDC6F41H, no flag changes.
pub fn crc32<W: Width, D: Place<u32>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?.zero_extend();
    D::update(m, op, |crc| (accumulate_crc32(crc, source, W::BITS), ()))
}

/// The CRC-32C polynomial, bit-reflected.
const CRC32_POLYNOMIAL: u32 = 0x82f6_3b78;

#[inline(never)]
fn accumulate_crc32(crc: u32, source: u32, bits: u32) -> u32 {
    (0..bits).fold(crc ^ source, |crc, _| crc >> 1 ^ if crc & 1 != 0 { CRC32_POLYNOMIAL } else { 0 })
}
