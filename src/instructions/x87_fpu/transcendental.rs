//! x87 FPU transcendental instructions (SDM Vol. 1, "x87 FPU Transcendental Instructions").

use crate::cpu::X87;
use crate::float::x87::{ControlWord, FpuResult, NumberClass};
use crate::float::{F80, transcendental};

use crate::instructions::{Faulting, Machine, Op, x87};

/// Two results: for ST(0), and to be pushed.
type Pair = (F80, F80);

/// `ST(0) = f(ST(0))` for a function of an angle.
#[inline(never)]
fn circular(m: &mut Machine, op: &Op, f: fn(F80, ControlWord) -> Option<FpuResult<F80>>) -> Faulting<()> {
    begin(m, op)?;
    match x87::st(m, 0) {
        None => x87::replace(m, op, 0, 0, None),
        Some(angle) => match f(angle, x87::control(m)) {
            None => out_of_range(m),
            outcome => x87::replace(m, op, 0, 0, outcome),
        },
    }
    Ok(())
}

/// `ST(0), pushed = f(ST(0))` for a pair of functions of an angle.
#[inline(never)]
fn circular_pair(m: &mut Machine, op: &Op, f: fn(F80, ControlWord) -> Option<FpuResult<Pair>>) -> Faulting<()> {
    begin(m, op)?;
    x87::replace_and_push(m, op, |m, angle| {
        let pair = f(angle, x87::control(m));
        if pair.is_none() {
            out_of_range(m);
        }
        pair
    });
    Ok(())
}

/// Begins a function of an angle: C2 and C1 are clear unless it sets them.
fn begin(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    x87::begin(m, op).change_status(X87::C2 | X87::C1, 0);
    Ok(())
}

/// An angle of 2^63 or more in magnitude stays in ST(0), and C2 says that it must be reduced first.
fn out_of_range(m: &mut Machine) {
    m.cpu.x87.change_status(0, X87::C2);
}

/// FSIN: sine (SDM Vol. 2A, "FSIN").
#[inline]
pub fn fsin(m: &mut Machine, op: &Op) -> Faulting<()> {
    circular(m, op, transcendental::sin)
}

/// FCOS: cosine (SDM Vol. 2A, "FCOS").
#[inline]
pub fn fcos(m: &mut Machine, op: &Op) -> Faulting<()> {
    circular(m, op, transcendental::cos)
}

/// FSINCOS: sine and cosine (SDM Vol. 2A, "FSINCOS"): the cosine is pushed.
#[inline]
pub fn fsincos(m: &mut Machine, op: &Op) -> Faulting<()> {
    circular_pair(m, op, transcendental::sincos)
}

/// FPTAN: partial tangent (SDM Vol. 2A, "FPTAN"): 1.0 is pushed, or the NaN if the result is one.
#[inline]
pub fn fptan(m: &mut Machine, op: &Op) -> Faulting<()> {
    circular_pair(m, op, |angle, control| {
        let beside = |tangent: F80| if tangent.class() == NumberClass::Nan { tangent } else { F80::ONE };
        Some(transcendental::tan(angle, control)?.map(|tangent| (tangent, beside(tangent))))
    })
}

/// `ST(1) = f(ST(1), ST(0))`, then pops.
#[inline(never)]
fn binary(m: &mut Machine, op: &Op, f: fn(F80, F80, ControlWord) -> FpuResult<F80>) -> Faulting<()> {
    x87::ready(m)?;
    x87::begin(m, op);
    let operands = x87::st(m, 1).zip(x87::st(m, 0));
    let outcome = operands.map(|(y, x)| f(y, x, x87::control(m)));
    x87::replace(m, op, 1, 1, outcome);
    Ok(())
}

/// FPATAN: partial arctangent (SDM Vol. 2A, "FPATAN"): the angle of the point (ST(0), ST(1)).
#[inline]
pub fn fpatan(m: &mut Machine, op: &Op) -> Faulting<()> {
    binary(m, op, transcendental::atan2)
}

/// FYL2X: compute y * log2(x) (SDM Vol. 2A, "FYL2X").
#[inline]
pub fn fyl2x(m: &mut Machine, op: &Op) -> Faulting<()> {
    binary(m, op, transcendental::y_log2)
}

/// FYL2XP1: compute y * log2(x + 1) (SDM Vol. 2A, "FYL2XP1").
#[inline]
pub fn fyl2xp1(m: &mut Machine, op: &Op) -> Faulting<()> {
    binary(m, op, transcendental::y_log2_plus_1)
}

/// F2XM1: compute 2^x - 1 (SDM Vol. 2A, "F2XM1").
#[inline(never)]
pub fn f2xm1(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    x87::begin(m, op);
    let outcome = x87::st(m, 0).map(|x| transcendental::exp2_minus_1(x, x87::control(m)));
    x87::replace(m, op, 0, 0, outcome);
    Ok(())
}
