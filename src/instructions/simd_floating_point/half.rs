//! Half precision and bfloat16 (SDM Vol. 1, "Half Precision Floating-Point Conversion
//! Instructions"; SDM Vol. 2C for AVX-NE-CONVERT, which is independent of MXCSR and raises nothing).

use crate::float::ieee;
use crate::float::{FloatEnvironment, Rounding};

use crate::instructions::operand::{AccessMode, Place, Value, Vector, build};
use crate::instructions::simd_float::{each_lane, exactly, only_exact};
use crate::instructions::{Faulting, Machine, Op, Outcome};

/// VCVTPH2PS: convert packed half precision to single precision (SDM Vol. 2C, "VCVTPH2PS").
#[inline]
pub fn cvtph2ps<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    only_exact::<X>()?;
    let source = [S::read(m, op)?];
    let result = exactly(m, source, &|_, [a], env| ieee::from_half(a, env))?;
    Ok(D::write(m, op, result)?)
}

/// VCVTPS2PH: convert packed single precision to half precision (SDM Vol. 2C, "VCVTPS2PH"). Bits 0
/// and 1 of the immediate are the rounding mode, unless bit 2 chooses that of MXCSR.
#[inline]
pub fn cvtps2ph<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>, I: Value<u8>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    only_exact::<X>()?;
    let (source, control, before) = ([S::read(m, op)?], I::read(m, op)?, m.cpu.mxcsr);
    let result = halves::<U, V>(m, source, control)?;
    Ok(D::write(m, op, result).inspect_err(|_| m.cpu.mxcsr = before)?)
}

#[inline(never)]
fn halves<U: Vector, V: Vector>(m: &mut Machine, source: [U; 1], control: u8) -> Faulting<V> {
    exactly(m, source, &|_, [a], env| {
        let rounding = if control & 4 == 0 { Rounding::from_bits(control) } else { env.rounding };
        ieee::to_half(a, FloatEnvironment { rounding, ..env })
    })
}

/// VCVTNEPS2BF16: convert packed single precision to bfloat16 (SDM Vol. 2C, "VCVTNEPS2BF16").
#[inline]
pub fn cvtneps2bf16<U: Vector, V: Vector, D: Place<V>, S: Value<U>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = [S::read(m, op)?];
    D::write(m, op, each_lane(source, |_, [a]| ieee::to_bfloat(a)))
}

/// A half as a single, without the flags that VCVTPH2PS raises.
fn half(bits: u16) -> u32 {
    ieee::from_half(bits, FloatEnvironment::DEFAULT).0
}

/// A bfloat16 as a single.
fn bfloat(bits: u16) -> u32 {
    u32::from(bits) << 16
}

/// Widens one half of each 32-bit lane.
#[inline(always)]
fn widened<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op, f: impl Fn(u32) -> u32) -> Outcome<()> {
    let source = [S::read(m, op)?];
    D::write(m, op, each_lane(source, |_, [pair]| f(pair)))
}

/// VCVTNEEPH2PS: convert even halves to single precision (SDM Vol. 2C, "VCVTNEEPH2PS").
#[inline]
pub fn cvtneeph2ps<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    widened::<V, D, S>(m, op, |pair| half(pair as u16))
}

/// VCVTNEOPH2PS: convert odd halves to single precision (SDM Vol. 2C, "VCVTNEOPH2PS").
#[inline]
pub fn cvtneoph2ps<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    widened::<V, D, S>(m, op, |pair| half((pair >> 16) as u16))
}

/// VCVTNEEBF162PS: convert even bfloat16 to single precision (SDM Vol. 2C, "VCVTNEEBF162PS").
#[inline]
pub fn cvtneebf162ps<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    widened::<V, D, S>(m, op, |pair| bfloat(pair as u16))
}

/// VCVTNEOBF162PS: convert odd bfloat16 to single precision (SDM Vol. 2C, "VCVTNEOBF162PS").
#[inline]
pub fn cvtneobf162ps<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    widened::<V, D, S>(m, op, |pair| bfloat((pair >> 16) as u16))
}

/// VBCSTNESH2PS: broadcast a half as single precision (SDM Vol. 2C, "VBCSTNESH2PS").
#[inline]
pub fn bcstnesh2ps<V: Vector, D: Place<V>, S: Value<u16>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let number = half(S::read(m, op)?);
    D::write(m, op, build(|_| number))
}

/// VBCSTNEBF162PS: broadcast a bfloat16 as single precision (SDM Vol. 2C, "VBCSTNEBF162PS").
#[inline]
pub fn bcstnebf162ps<V: Vector, D: Place<V>, S: Value<u16>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let number = bfloat(S::read(m, op)?);
    D::write(m, op, build(|_| number))
}
