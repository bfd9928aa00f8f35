//! x87 FPU load constants instructions (SDM Vol. 1, "x87 FPU Load Constants Instructions").

use crate::float::{F80, Rounding};

use crate::instructions::operand::{AccessMode, plain};
use crate::instructions::{Faulting, Machine, Op, x87};

/// A positive irrational constant, between two neighbouring numbers of the 80-bit format.
struct Constant {
    /// The smaller neighbour.
    below: F80,
    /// Whether the larger neighbour is nearer.
    up: bool,
}

const fn constant(exponent: i16, significand: u64, up: bool) -> Constant {
    Constant { below: F80 { significand, sign_exponent: (16383 + exponent) as u16 }, up }
}

const LOG2_10: Constant = constant(1, 0xd49a_784b_cd1b_8afe, false);
const LOG2_E: Constant = constant(0, 0xb8aa_3b29_5c17_f0bb, true);
const PI: Constant = constant(1, 0xc90f_daa2_2168_c234, true);
const LOG10_2: Constant = constant(-2, 0x9a20_9a84_fbcf_f798, true);
const LN_2: Constant = constant(-1, 0xb172_17f7_d1cf_79ab, true);

/// Pushes a constant, rounded as the control word says.
#[inline(never)]
fn load(m: &mut Machine, op: &Op, constant: &Constant) -> Faulting<()> {
    let up = match x87::control(m).rounding {
        Rounding::Nearest => constant.up,
        Rounding::Up => true,
        Rounding::Down | Rounding::Zero => false,
    };
    let significand = constant.below.significand + u64::from(up);
    load_exact(m, op, F80 { significand, ..constant.below })
}

#[inline(never)]
fn load_exact(m: &mut Machine, op: &Op, value: F80) -> Faulting<()> {
    x87::ready(m)?;
    x87::begin(m, op);
    x87::push(m, op, Some(plain(value)));
    Ok(())
}

/// Pushes a constant that needs no rounding.
#[inline(always)]
fn load_usual<A: AccessMode>(m: &mut Machine, op: &Op, value: F80) -> Faulting<()> {
    if !A::FAST {
        return load_exact(m, op, value);
    }
    x87::ready(m)?;
    x87::push_usual(m, op, value.into())
}

/// FLD1: load +1.0 (SDM Vol. 2A, "FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2/FLDZ").
#[inline]
pub fn fld1<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<()> {
    load_usual::<A>(m, op, F80::ONE)
}

/// FLDZ: load +0.0 (SDM Vol. 2A, "FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2/FLDZ").
#[inline]
pub fn fldz<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<()> {
    load_usual::<A>(m, op, F80::ZERO)
}

/// FLDL2T: load the binary logarithm of 10 (SDM Vol. 2A, "FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2/FLDZ").
#[inline]
pub fn fldl2t(m: &mut Machine, op: &Op) -> Faulting<()> {
    load(m, op, &LOG2_10)
}

/// FLDL2E: load the binary logarithm of e (SDM Vol. 2A, "FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2/FLDZ").
#[inline]
pub fn fldl2e(m: &mut Machine, op: &Op) -> Faulting<()> {
    load(m, op, &LOG2_E)
}

/// FLDPI: load π (SDM Vol. 2A, "FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2/FLDZ").
#[inline]
pub fn fldpi(m: &mut Machine, op: &Op) -> Faulting<()> {
    load(m, op, &PI)
}

/// FLDLG2: load the decimal logarithm of 2 (SDM Vol. 2A, "FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2/FLDZ").
#[inline]
pub fn fldlg2(m: &mut Machine, op: &Op) -> Faulting<()> {
    load(m, op, &LOG10_2)
}

/// FLDLN2: load the natural logarithm of 2 (SDM Vol. 2A, "FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2/FLDZ").
#[inline]
pub fn fldln2(m: &mut Machine, op: &Op) -> Faulting<()> {
    load(m, op, &LN_2)
}
