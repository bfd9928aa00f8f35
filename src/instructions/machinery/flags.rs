//! Every flag formula (SDM Vol. 1, "EFLAGS Cross-Reference"), from numbers to a result and
//! a record of the flags. Here: arithmetic, logic and single bits; shifts and decimal adjustments
//! have files of their own.
//!
//! Undefined flags: a flag that the manual leaves undefined gets the value that the formula of the
//! defined case yields; AF, where no carry out of bit 3 exists, the one that costs least. It never depends on
//! the flags before the instruction, because liveness analysis may have dropped those. Tests never compare
//! undefined flags.

mod decimal;
mod shift;

pub use decimal::{aaa, aad, aam, aas, daa, das};
pub use shift::{rcl, rcr, rol, ror, sar, shl, shld, shr, shrd};

use crate::cpu::{Flag, Flags};
use crate::float::Relation;

use crate::instructions::operand::Width;

/// The flags of a floating-point comparison (SDM Vol. 2A, "COMISD", "FCOMI"): ZF is set for equal, CF
/// for less, and ZF, PF and CF for unordered operands; the others are clear.
#[inline(always)]
pub fn of_relation(relation: Relation) -> Flags {
    let unordered = relation == Relation::Unordered;
    let (equal, less) = (relation == Relation::Equal, relation == Relation::Less);
    Flags::compared(equal || unordered, unordered, less || unordered)
}

/// Whether the sign bit is set.
#[inline(always)]
fn sign<W: Width>(a: W) -> bool {
    (a.sign_extend() as i32) < 0
}

/// The flags of a result with the given CF and OF; AF is clear.
#[inline(always)]
fn record<W: Width>(result: W, carry: bool, overflow: bool) -> Flags {
    Flags::of_result(result.sign_extend(), carry, overflow)
}

/// The flags of a result with its carry or borrow, from two operands.
#[inline(always)]
fn carried<W: Width>(a: W, b: W, (result, carry): (W, bool)) -> (W, Flags) {
    let wide = u64::from(carry) << 32 | u64::from(result.sign_extend());
    (result, Flags::carried(wide, a.sign_extend() ^ b.sign_extend()))
}

/// `a + b + carry`.
#[inline(always)]
pub fn add<W: Width>(a: W, b: W, carry: bool) -> (W, Flags) {
    if W::BITS < 32 {
        return carried(a, b, a.carrying_add(b, carry));
    }
    let (a, b) = (a.zero_extend(), b.zero_extend());
    let wide = u64::from(a) + u64::from(b) + u64::from(carry);
    (W::truncate(wide as u32), Flags::carried(wide, a ^ b))
}

/// `a - b`.
///
/// Sign-extension keeps the order of unsigned numbers, so that the borrow is that of 32 bits.
#[inline(always)]
pub fn sub<W: Width>(a: W, b: W) -> (W, Flags) {
    let (a, b) = (a.sign_extend(), b.sign_extend());
    let wide = u64::from(a).wrapping_sub(u64::from(b));
    (W::truncate(wide as u32), Flags::carried_in(W::BITS, wide, a ^ b))
}

/// `a - b - borrow`.
#[inline(always)]
pub fn sbb<W: Width>(a: W, b: W, borrow: bool) -> (W, Flags) {
    if W::BITS < 32 {
        return carried(a, b, a.borrowing_sub(b, borrow));
    }
    let (a, b) = (a.zero_extend(), b.zero_extend());
    let wide = u64::from(a).wrapping_sub(u64::from(b)).wrapping_sub(borrow.into());
    (W::truncate(wide as u32), Flags::carried(wide, a ^ b))
}

/// `a + 1`, CF unchanged.
#[inline(always)]
pub fn inc<W: Width>(a: W, before: Flags) -> (W, Flags) {
    let (result, flags) = add(a, W::truncate(1), false);
    (result, flags.with_carry(before.carry()))
}

/// `a - 1`, CF unchanged.
#[inline(always)]
pub fn dec<W: Width>(a: W, before: Flags) -> (W, Flags) {
    let (result, flags) = sub(a, W::truncate(1));
    (result, flags.with_carry(before.carry()))
}

/// `a + b + CF`; CF is the carry, the other flags are unchanged.
#[inline(always)]
pub fn adcx<W: Width>(a: W, b: W, before: Flags) -> (W, Flags) {
    let (result, carry) = a.carrying_add(b, before.carry());
    (result, before.with_carry(carry))
}

/// `a + b + OF`; OF is the carry, the other flags are unchanged.
#[inline(always)]
pub fn adox<W: Width>(a: W, b: W, before: Flags) -> (W, Flags) {
    let (result, carry) = a.carrying_add(b, before.overflow());
    (result, before.with_overflow(carry))
}

/// `a * b`, unsigned: low half and high half. CF and OF are set if the high half is not 0.
#[inline(always)]
pub fn mul<W: Width>(a: W, b: W) -> (W, W, Flags) {
    let product = u64::from(a.zero_extend()) * u64::from(b.zero_extend());
    let (low, high) = (W::truncate(product as u32), W::truncate((product >> W::BITS) as u32));
    let large = high.zero_extend() != 0;
    (low, high, record(low, large, large))
}

/// `a * b`, signed: low half and high half. CF and OF are set if the product does not fit in the low half.
#[inline(always)]
pub fn imul<W: Width>(a: W, b: W) -> (W, W, Flags) {
    let product = i64::from(a.sign_extend() as i32) * i64::from(b.sign_extend() as i32);
    let (low, high) = (W::truncate(product as u32), W::truncate((product >> W::BITS) as u32));
    let large = product != i64::from(low.sign_extend() as i32);
    (low, high, record(low, large, large))
}

/// The flags of a logical operation: CF and OF are clear.
#[inline(always)]
pub fn logic<W: Width>(result: W) -> Flags {
    record(result, false, false)
}

/// The flags of a BMI, LZCNT or TZCNT result, whose CF depends on the source; OF is clear.
#[inline(always)]
pub fn logic_with_carry<W: Width>(result: W, carry: bool) -> Flags {
    record(result, carry, false)
}

/// CF is the selected bit, ZF is unchanged (BT, BTS, BTR, BTC); the others are undefined.
#[inline(always)]
pub fn bit(selected: bool, before: Flags) -> Flags {
    record(u32::from(!before.zero()), selected, false)
}

/// ZF as given, all others clear (POPCNT).
#[inline(always)]
pub fn zero_only(zero: bool) -> Flags {
    if zero { Flags::from_bits(Flag::Zero.mask()) } else { Flags::default() }
}

/// CF as given, all others clear (RDRAND, RDSEED).
#[inline(always)]
pub fn carry_only(carry: bool) -> Flags {
    Flags::default().with_carry(carry)
}
