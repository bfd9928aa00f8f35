//! Every flag formula (SDM Vol. 1, "EFLAGS Cross-Reference"), from numbers to a result and
//! a record of the flags. Here: arithmetic, logic and single bits; shifts and decimal adjustments
//! have files of their own.
//!
//! Undefined flags: a flag that the manual leaves undefined comes out as the formula of the
//! defined case gives it, AF as 0 where there is no carry to speak of. It never comes from the
//! flags before the instruction, because those may have been dropped as dead. Tests never compare
//! undefined flags.

mod decimal;
mod shift;

pub use decimal::{aaa, aad, aam, aas, daa, das};
pub use shift::{rcl, rcr, rol, ror, sar, shl, shld, shr, shrd};

use crate::cpu::{Flag, Flags};
use crate::float::Ordering4;

use crate::instructions::operand::Width;

/// How a floating-point comparison answers (SDM Vol. 2A, "COMISD", "FCOMI"): ZF, PF and CF tell, all
/// three of them for unordered; the others are clear.
#[inline(always)]
pub fn of_relation(relation: Ordering4) -> Flags {
    let unordered = relation == Ordering4::Unordered;
    let (equal, less) = (relation == Ordering4::Equal, relation == Ordering4::Less);
    Flags::compared(equal || unordered, unordered, less || unordered)
}

/// Whether the sign bit is set.
#[inline(always)]
fn sign<W: Width>(a: W) -> bool {
    (a.sign_extend() as i32) < 0
}

/// Of a result with this CF and OF; AF clear.
#[inline(always)]
fn record<W: Width>(result: W, carry: bool, overflow: bool) -> Flags {
    Flags { result: result.sign_extend(), chain: u32::from(carry ^ overflow) << 31, extra: u8::from(carry) }
}

/// Of a sum or difference: `chain` is the exclusive-or of operands and result, which has each
/// carry or borrow into its bit.
#[inline(always)]
fn carried<W: Width>(a: W, b: W, result: W, carry: bool) -> Flags {
    let chain = a.sign_extend() ^ b.sign_extend() ^ result.sign_extend();
    Flags { result: result.sign_extend(), chain, extra: u8::from(carry) }
}

/// `a + b + carry`.
#[inline(always)]
pub fn add<W: Width>(a: W, b: W, carry: bool) -> (W, Flags) {
    let (result, out) = a.carrying_add(b, carry);
    (result, carried(a, b, result, out))
}

/// `a - b - borrow`.
#[inline(always)]
pub fn sub<W: Width>(a: W, b: W, borrow: bool) -> (W, Flags) {
    let (result, out) = a.borrowing_sub(b, borrow);
    (result, carried(a, b, result, out))
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
    let (result, flags) = sub(a, W::truncate(1), false);
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

/// `a * b` unsigned: low half and high half. CF and OF say that the high half matters.
#[inline(always)]
pub fn mul<W: Width>(a: W, b: W) -> (W, W, Flags) {
    let product = u64::from(a.zero_extend()) * u64::from(b.zero_extend());
    let (low, high) = (W::truncate(product as u32), W::truncate((product >> W::BITS) as u32));
    let large = high.zero_extend() != 0;
    (low, high, record(low, large, large))
}

/// `a * b` signed: low half and high half. CF and OF say that the low half is not the product.
#[inline(always)]
pub fn imul<W: Width>(a: W, b: W) -> (W, W, Flags) {
    let product = i64::from(a.sign_extend() as i32) * i64::from(b.sign_extend() as i32);
    let (low, high) = (W::truncate(product as u32), W::truncate((product >> W::BITS) as u32));
    let large = product != i64::from(low.sign_extend() as i32);
    (low, high, record(low, large, large))
}

/// Of a logical result: CF and OF clear.
#[inline(always)]
pub fn logic<W: Width>(result: W) -> Flags {
    record(result, false, false)
}

/// Of a result whose CF says something about the source (BMI, LZCNT, TZCNT): OF clear.
#[inline(always)]
pub fn logic_with_carry<W: Width>(result: W, carry: bool) -> Flags {
    record(result, carry, false)
}

/// CF is the selected bit, ZF is unchanged (BT, BTS, BTR, BTC).
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
