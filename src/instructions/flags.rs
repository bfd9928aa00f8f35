//! Every integer flag formula (SDM Vol. 1, "EFLAGS Cross-Reference"), from numbers to a result and
//! a record of the flags.
//!
//! Undefined flags: a flag that the manual leaves undefined comes out as the formula of the
//! defined case gives it, AF as 0 where there is no carry to speak of. Tests never compare them.

use crate::cpu::Flags;

use super::operand::Width;

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

/// Of a logical result: CF and OF clear.
#[inline(always)]
pub fn logic<W: Width>(result: W) -> Flags {
    Flags { result: result.sign_extend(), chain: 0, extra: 0 }
}
