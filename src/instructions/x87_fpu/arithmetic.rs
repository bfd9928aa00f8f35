//! x87 FPU basic arithmetic instructions (SDM Vol. 1, "x87 FPU Basic Arithmetic Instructions").
//!
//! Binary operations have a destination `D`, which is ST(0) where the row names none, and a source
//! `S` in a register or in memory.

use crate::cpu::X87;
use crate::float::F80;
use crate::float::x87::fast::{FastResult, Usual};
use crate::float::x87::{self as number, ControlWord, Extracted, FpuOperand, FpuResult, Precision, Remainder, fast};

use crate::instructions::operand::{AccessMode, Real, StackIndex, Value, plain};
use crate::instructions::x87;
use crate::instructions::{Faulting, Machine, Op};

/// An operation with a fast path. It is a trait and not a pair of functions, so that it is inlined.
trait Operation {
    /// The general path, for any operands.
    fn exact(a: FpuOperand, b: FpuOperand, control: ControlWord) -> FpuResult<F80>;
    /// The fast path: to nearest with this precision, and every exception masked.
    fn fast<const PRECISION: u32>(a: Usual, b: Usual) -> Option<FastResult<Usual>>;
}

macro_rules! operation {
    ($name:ident, $title:literal, |$a:ident, $b:ident| $function:ident($first:ident, $second:ident)) => {
        #[doc = $title]
        struct $name;

        impl Operation for $name {
            #[inline(always)]
            fn exact($a: FpuOperand, $b: FpuOperand, control: ControlWord) -> FpuResult<F80> {
                number::$function($first, $second, control)
            }
            #[inline(always)]
            fn fast<const PRECISION: u32>($a: Usual, $b: Usual) -> Option<FastResult<Usual>> {
                fast::$function::<PRECISION>($first, $second)
            }
        }
    };
}

operation!(Sum, "`a + b`", |a, b| add(a, b));
operation!(Difference, "`a - b`", |a, b| sub(a, b));
operation!(Subtracted, "`b - a`", |a, b| sub(b, a));
operation!(Product, "`a * b`", |a, b| mul(a, b));
operation!(Quotient, "`a / b`", |a, b| div(a, b));
operation!(Divided, "`b / a`", |a, b| div(b, a));

/// `D = O(D, S)`, then pops.
#[inline(always)]
fn arithmetic<A: AccessMode, O: Operation, T: Real, D: Value<StackIndex>, S: Value<T>>(
    m: &mut Machine,
    op: &Op,
    pops: u8,
) -> Faulting<()> {
    if !A::FAST {
        x87::ready(m)?;
        let (source, StackIndex(destination)) = (S::read(m, op)?, D::read(m, op)?);
        combine::<O, T>(m, op, destination, source, pops);
        return Ok(());
    }
    x87::usual(m)?;
    let (source, StackIndex(destination)) = (S::read(m, op)?, D::read(m, op)?);
    let (a, b) = (x87::usual_st(m, destination)?, x87::hit(source.fast(&m.cpu.x87))?);
    let outcome = x87::hit(O::fast::<64>(a, b))?;
    complete(m, op, destination, pops, &outcome);
    Ok(())
}

/// Notes and stores a result of the fast path, then pops.
#[inline(always)]
fn complete(m: &mut Machine, op: &Op, destination: u8, pops: u8, outcome: &FastResult<Usual>) {
    x87::begin(m, op);
    x87::note(m, outcome);
    m.cpu.x87.replace_usual(destination, outcome.value.into());
    (0..pops).for_each(|_| m.cpu.x87.pop());
}

/// The checked copy, as far as it does not depend on where the operands are, so that it is compiled once for
/// each operation and type of source.
#[inline(never)]
fn combine<O: Operation, T: Real>(m: &mut Machine, op: &Op, destination: u8, source: T, pops: u8) {
    if let Some(outcome) = with_precision::<O, T>(&m.cpu.x87, destination, source) {
        return complete(m, op, destination, pops, &outcome);
    }
    x87::begin(m, op);
    let operands = x87::st(m, destination).zip(source.operand(&m.cpu.x87));
    let outcome = operands.map(|(a, b)| O::exact(a.into(), b, x87::control(m)));
    x87::replace(m, op, destination, pops, outcome);
}

/// The fast path with the precisions other than that of FNINIT.
#[inline(always)]
fn with_precision<O: Operation, T: Real>(x: &X87, destination: u8, source: T) -> Option<FastResult<Usual>> {
    if !x.rounds_to_nearest() {
        return None;
    }
    let (a, b) = (x.usual(destination)?.into(), source.fast(x)?);
    match ControlWord::from_word(x.control()).precision {
        Precision::Double => O::fast::<53>(a, b),
        Precision::Single => O::fast::<24>(a, b),
        Precision::Extended => None,
    }
}

/// FADD/FIADD: add (SDM Vol. 2A, "FADD/FADDP/FIADD").
#[inline]
pub fn fadd<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Sum, T, D, S>(m, op, 0)
}

/// FADDP: add and pop (SDM Vol. 2A, "FADD/FADDP/FIADD").
#[inline]
pub fn faddp<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Sum, T, D, S>(m, op, 1)
}

/// FSUB/FISUB: subtract (SDM Vol. 2A, "FSUB/FSUBP/FISUB").
#[inline]
pub fn fsub<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Difference, T, D, S>(m, op, 0)
}

/// FSUBP: subtract and pop (SDM Vol. 2A, "FSUB/FSUBP/FISUB").
#[inline]
pub fn fsubp<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Difference, T, D, S>(m, op, 1)
}

/// FSUBR/FISUBR: reverse subtract (SDM Vol. 2A, "FSUBR/FSUBRP/FISUBR"): `dst = src - dst`.
#[inline]
pub fn fsubr<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Subtracted, T, D, S>(m, op, 0)
}

/// FSUBRP: reverse subtract and pop (SDM Vol. 2A, "FSUBR/FSUBRP/FISUBR").
#[inline]
pub fn fsubrp<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Subtracted, T, D, S>(m, op, 1)
}

/// FMUL/FIMUL: multiply (SDM Vol. 2A, "FMUL/FMULP/FIMUL").
#[inline]
pub fn fmul<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Product, T, D, S>(m, op, 0)
}

/// FMULP: multiply and pop (SDM Vol. 2A, "FMUL/FMULP/FIMUL").
#[inline]
pub fn fmulp<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Product, T, D, S>(m, op, 1)
}

/// FDIV/FIDIV: divide (SDM Vol. 2A, "FDIV/FDIVP/FIDIV").
#[inline]
pub fn fdiv<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Quotient, T, D, S>(m, op, 0)
}

/// FDIVP: divide and pop (SDM Vol. 2A, "FDIV/FDIVP/FIDIV").
#[inline]
pub fn fdivp<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Quotient, T, D, S>(m, op, 1)
}

/// FDIVR/FIDIVR: reverse divide (SDM Vol. 2A, "FDIVR/FDIVRP/FIDIVR"): `dst = src / dst`.
#[inline]
pub fn fdivr<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Divided, T, D, S>(m, op, 0)
}

/// FDIVRP: reverse divide and pop (SDM Vol. 2A, "FDIVR/FDIVRP/FIDIVR").
#[inline]
pub fn fdivrp<A: AccessMode, T: Real, D: Value<StackIndex>, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    arithmetic::<A, Divided, T, D, S>(m, op, 1)
}

/// `ST(0) = f(ST(0))`.
#[inline(never)]
fn unary(m: &mut Machine, op: &Op, f: impl Fn(F80, ControlWord) -> FpuResult<F80>) -> Faulting<()> {
    x87::ready(m)?;
    x87::begin(m, op);
    let outcome = x87::st(m, 0).map(|a| f(a, x87::control(m)));
    x87::replace(m, op, 0, 0, outcome);
    Ok(())
}

/// FSQRT: square root (SDM Vol. 2A, "FSQRT").
#[inline]
pub fn fsqrt<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<()> {
    if !A::FAST {
        return unary(m, op, number::sqrt);
    }
    x87::usual(m)?;
    let outcome = x87::hit(fast::sqrt::<64>(x87::usual_st(m, 0)?))?;
    x87::begin(m, op);
    x87::note(m, &outcome);
    m.cpu.x87.replace_usual(0, outcome.value.into());
    Ok(())
}

/// `ST(0) = f(ST(0))`, where only the sign changes.
#[inline(always)]
fn change_sign<A: AccessMode>(
    m: &mut Machine,
    op: &Op,
    exact: impl Fn(F80) -> F80,
    fast: impl Fn(Usual) -> Usual,
) -> Faulting<()> {
    if !A::FAST {
        return unary(m, op, |a, _| plain(exact(a)));
    }
    x87::ready(m)?;
    let value = fast(x87::usual_st(m, 0)?);
    let x = x87::begin(m, op);
    x.note_exact();
    x.replace_usual(0, value.into());
    Ok(())
}

/// FABS: absolute value (SDM Vol. 2A, "FABS").
#[inline]
pub fn fabs<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<()> {
    change_sign::<A>(m, op, F80::absolute, Usual::absolute)
}

/// FCHS: change sign (SDM Vol. 2A, "FCHS").
#[inline]
pub fn fchs<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<()> {
    change_sign::<A>(m, op, F80::negated, Usual::negated)
}

/// FRNDINT: round to integer (SDM Vol. 2A, "FRNDINT").
#[inline]
pub fn frndint(m: &mut Machine, op: &Op) -> Faulting<()> {
    unary(m, op, number::round_to_integral)
}

/// FSCALE: scale (SDM Vol. 2A, "FSCALE"): `ST(0) = ST(0) * 2^ST(1)`, ST(1) toward zero.
#[inline(never)]
pub fn fscale(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    x87::begin(m, op);
    let outcome = x87::st(m, 0).zip(x87::st(m, 1)).map(|(a, b)| number::scale(a, b, x87::control(m)));
    x87::replace(m, op, 0, 0, outcome);
    Ok(())
}

/// FPREM: partial remainder (SDM Vol. 2A, "FPREM"): quotient toward zero.
#[inline]
pub fn fprem(m: &mut Machine, op: &Op) -> Faulting<()> {
    remainder(m, op, number::remainder)
}

/// FPREM1: partial remainder (SDM Vol. 2A, "FPREM1"): quotient to nearest.
#[inline]
pub fn fprem1(m: &mut Machine, op: &Op) -> Faulting<()> {
    remainder(m, op, number::remainder_nearest)
}

#[inline(never)]
fn remainder(m: &mut Machine, op: &Op, f: fn(F80, F80, ControlWord) -> FpuResult<Remainder>) -> Faulting<()> {
    x87::ready(m)?;
    x87::begin(m, op).change_status(X87::C2, 0);
    let Some((a, b)) = x87::st(m, 0).zip(x87::st(m, 1)) else {
        x87::replace(m, op, 0, 0, None);
        return Ok(());
    };
    let outcome = f(a, b, x87::control(m));
    if let Some(Remainder { value, quotient, partial }) = x87::deliver(m, op, outcome) {
        m.cpu.x87.set(0, value.into());
        tell_quotient(&mut m.cpu.x87, quotient, partial);
    }
    Ok(())
}

/// Sets C2, which is clear until now, for a partial remainder; C0, C3 and C1 receive the low bits of the
/// quotient.
fn tell_quotient(x: &mut X87, quotient: Option<u8>, partial: bool) {
    let bit = |on: bool, bit: u16| if on { bit } else { 0 };
    x.change_status(0, bit(partial, X87::C2));
    if let Some(q) = quotient {
        let codes = bit(q & 4 != 0, X87::C0) | bit(q & 2 != 0, X87::C3) | bit(q & 1 != 0, X87::C1);
        x.change_status(X87::C0 | X87::C3 | X87::C1, codes);
    }
}

/// FXTRACT: extract exponent and significand (SDM Vol. 2A, "FXTRACT"): the exponent replaces ST(0),
/// then the significand is pushed.
#[inline(never)]
pub fn fxtract(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    x87::begin(m, op);
    x87::replace_and_push(m, op, |m, a| {
        let outcome = number::extract(a, x87::control(m));
        Some(outcome.map(|Extracted { exponent, significand }| (exponent, significand)))
    });
    Ok(())
}
