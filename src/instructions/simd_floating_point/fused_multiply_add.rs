//! Fused multiply-add (SDM Vol. 1, "Fused-Multiply-ADD (FMA)"). The number in the mnemonic says
//! which operands are multiplied: the digits are operand numbers, the last one is added.

use crate::float::ieee;

use crate::instructions::operand::{AccessMode, Place, Value, Vector};
use crate::instructions::simd_float::{Float, env, exactly, only_exact, raised};
use crate::instructions::{Faulting, Machine, Op};

/// Whether the product is negated, and whether the addend is.
type Signs = (bool, bool);

const MADD: Signs = (false, false);
const MSUB: Signs = (false, true);
const NMADD: Signs = (true, false);
const NMSUB: Signs = (true, true);

/// The two factors and the addend.
fn ordered<T>(order: u16, [first, second, third]: [T; 3]) -> [T; 3] {
    match order {
        132 => [first, third, second],
        213 => [second, first, third],
        _ => [second, third, first],
    }
}

/// Packed, with signs for even and for odd lanes.
#[inline(always)]
fn packed<X: AccessMode, F: Float, const ORDER: u16, V: Vector, D: Place<V>, B: Value<V>, C: Value<V>>(
    m: &mut Machine,
    op: &Op,
    signs: [Signs; 2],
) -> Faulting<()> {
    only_exact::<X>()?;
    let operands = [D::read(m, op)?, B::read(m, op)?, C::read(m, op)?];
    let result = fused_lanes::<F, V>(m, ordered(ORDER, operands), signs)?;
    Ok(D::write(m, op, result)?)
}

#[inline(never)]
fn fused_lanes<F: Float, V: Vector>(m: &mut Machine, operands: [V; 3], signs: [Signs; 2]) -> Faulting<V> {
    exactly(m, operands, &|number, [a, b, c]: [F; 3], env| {
        let (product, addend) = signs[number % 2];
        ieee::fma(a, b, c, product, addend, env)
    })
}

/// Scalar; the other lanes of the destination stay.
#[inline(always)]
fn scalar<X: AccessMode, F: Float, const ORDER: u16, D: Place<F>, B: Value<F>, C: Value<F>>(
    m: &mut Machine,
    op: &Op,
    signs: Signs,
) -> Faulting<()> {
    only_exact::<X>()?;
    let (first, second, third) = (D::read(m, op)?, B::read(m, op)?, C::read(m, op)?);
    let lane: F = fused(m, ordered(ORDER, [first, second, third]), signs)?;
    Ok(D::merge(m, op, lane)?)
}

#[inline(never)]
fn fused<F: Float>(m: &mut Machine, [a, b, c]: [F; 3], (product, addend): Signs) -> Faulting<F> {
    let result = ieee::fma(a, b, c, product, addend, env(m));
    raised(m, result)
}

/// VFMADDnnnPS/PD: fused multiply-add of packed floating-point values
/// (SDM Vol. 2C, "VFMADD132PS/VFMADD213PS/VFMADD231PS").
#[inline]
pub fn fmaddp<X: AccessMode, F: Float, const ORDER: u16, V: Vector, D: Place<V>, B: Value<V>, C: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, F, ORDER, V, D, B, C>(m, op, [MADD; 2])
}

/// VFMADDnnnSS/SD: fused multiply-add of scalar floating-point values
/// (SDM Vol. 2C, "VFMADD132SS/VFMADD213SS/VFMADD231SS").
#[inline]
pub fn fmadds<X: AccessMode, F: Float, const ORDER: u16, D: Place<F>, B: Value<F>, C: Value<F>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    scalar::<X, F, ORDER, D, B, C>(m, op, MADD)
}

/// VFMSUBnnnPS/PD: fused multiply-subtract of packed floating-point values
/// (SDM Vol. 2C, "VFMSUB132PS/VFMSUB213PS/VFMSUB231PS").
#[inline]
pub fn fmsubp<X: AccessMode, F: Float, const ORDER: u16, V: Vector, D: Place<V>, B: Value<V>, C: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, F, ORDER, V, D, B, C>(m, op, [MSUB; 2])
}

/// VFMSUBnnnSS/SD: fused multiply-subtract of scalar floating-point values
/// (SDM Vol. 2C, "VFMSUB132SS/VFMSUB213SS/VFMSUB231SS").
#[inline]
pub fn fmsubs<X: AccessMode, F: Float, const ORDER: u16, D: Place<F>, B: Value<F>, C: Value<F>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    scalar::<X, F, ORDER, D, B, C>(m, op, MSUB)
}

/// VFNMADDnnnPS/PD: fused negative multiply-add of packed floating-point values
/// (SDM Vol. 2C, "VFNMADD132PS/VFNMADD213PS/VFNMADD231PS").
#[inline]
pub fn fnmaddp<X: AccessMode, F: Float, const ORDER: u16, V: Vector, D: Place<V>, B: Value<V>, C: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, F, ORDER, V, D, B, C>(m, op, [NMADD; 2])
}

/// VFNMADDnnnSS/SD: fused negative multiply-add of scalar floating-point values
/// (SDM Vol. 2C, "VFNMADD132SS/VFNMADD213SS/VFNMADD231SS").
#[inline]
pub fn fnmadds<X: AccessMode, F: Float, const ORDER: u16, D: Place<F>, B: Value<F>, C: Value<F>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    scalar::<X, F, ORDER, D, B, C>(m, op, NMADD)
}

/// VFNMSUBnnnPS/PD: fused negative multiply-subtract of packed floating-point values
/// (SDM Vol. 2C, "VFNMSUB132PS/VFNMSUB213PS/VFNMSUB231PS").
#[inline]
pub fn fnmsubp<X: AccessMode, F: Float, const ORDER: u16, V: Vector, D: Place<V>, B: Value<V>, C: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, F, ORDER, V, D, B, C>(m, op, [NMSUB; 2])
}

/// VFNMSUBnnnSS/SD: fused negative multiply-subtract of scalar floating-point values
/// (SDM Vol. 2C, "VFNMSUB132SS/VFNMSUB213SS/VFNMSUB231SS").
#[inline]
pub fn fnmsubs<X: AccessMode, F: Float, const ORDER: u16, D: Place<F>, B: Value<F>, C: Value<F>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    scalar::<X, F, ORDER, D, B, C>(m, op, NMSUB)
}

/// VFMADDSUBnnnPS/PD: fused multiply, subtract in even lanes, add in odd lanes
/// (SDM Vol. 2C, "VFMADDSUB132PS/VFMADDSUB213PS/VFMADDSUB231PS").
#[inline]
pub fn fmaddsubp<X: AccessMode, F: Float, const ORDER: u16, V: Vector, D: Place<V>, B: Value<V>, C: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, F, ORDER, V, D, B, C>(m, op, [MSUB, MADD])
}

/// VFMSUBADDnnnPS/PD: fused multiply, add in even lanes, subtract in odd lanes
/// (SDM Vol. 2C, "VFMSUBADD132PS/VFMSUBADD213PS/VFMSUBADD231PS").
#[inline]
pub fn fmsubaddp<X: AccessMode, F: Float, const ORDER: u16, V: Vector, D: Place<V>, B: Value<V>, C: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, F, ORDER, V, D, B, C>(m, op, [MADD, MSUB])
}
