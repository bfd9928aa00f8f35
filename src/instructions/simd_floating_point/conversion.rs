//! SSE and AVX conversion between integers and floating-point numbers and between their formats
//! (SDM Vol. 1, "SSE Conversion Instructions", "SSE2 Conversion Instructions").

use crate::float::ieee::native::{Conversion, FromInteger, Reformat, ToInteger, Truncate};

use crate::instructions::operand::{AccessMode, Lane, Place, Value, Vector};
use crate::instructions::simd_float::{Float, by_host, env, exactly, put_low, quickly, quickly_one, raised, unrounded};
use crate::instructions::{Faulting, Interruption, Machine, Op};

/// A packed conversion; lanes of the destination without a source are zero.
#[inline(always)]
fn packed<X: AccessMode, C: Conversion<A, B>, A: Lane, B: Lane, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    let source = [S::read(m, op)?];
    let result = if !X::FAST {
        lanes_at_length::<C, A, B, U, V>(m, source)
    } else if C::NEVER_ROUNDS {
        by_host(source, |[a]| C::host(a)).ok_or(Interruption::Miss)
    } else {
        quickly(m, source, |[a]| C::host(a))
    };
    Ok(D::write(m, op, result?)?)
}

#[inline(never)]
fn lanes_at_length<C: Conversion<A, B>, A: Lane, B: Lane, U: Vector, V: Vector>(
    m: &mut Machine,
    source: [U; 1],
) -> Faulting<V> {
    match unrounded(m, || by_host(source, |[a]| C::unrounded(a))) {
        Some(lanes) => Ok(lanes),
        None => exactly(m, source, &|_, [a], env| C::exactly(a, env)),
    }
}

/// A scalar conversion.
#[inline(always)]
fn one<X: AccessMode, C: Conversion<A, B>, A: Copy, B: Copy>(m: &mut Machine, a: A) -> Faulting<B> {
    if !X::FAST {
        one_at_length::<C, A, B>(m, a)
    } else if C::NEVER_ROUNDS {
        C::host(a).ok_or(Interruption::Miss)
    } else {
        quickly_one(m, [a], |[a]| C::host(a))
    }
}

#[inline(never)]
fn one_at_length<C: Conversion<A, B>, A: Copy, B: Copy>(m: &mut Machine, a: A) -> Faulting<B> {
    match unrounded(m, || C::unrounded(a)) {
        Some(result) => Ok(result),
        None => {
            let result = C::exactly(a, env(m));
            raised(m, result)
        }
    }
}

/// CVTPS2PD: convert packed single precision to packed double precision (SDM Vol. 2A, "CVTPS2PD").
#[inline]
pub fn cvtps2pd<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, Reformat, u32, u64, U, V, D, S>(m, op)
}

/// CVTPD2PS: convert packed double precision to packed single precision (SDM Vol. 2A, "CVTPD2PS").
#[inline]
pub fn cvtpd2ps<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, Reformat, u64, u32, U, V, D, S>(m, op)
}

/// CVTDQ2PS: convert packed doubleword integers to packed single precision (SDM Vol. 2A, "CVTDQ2PS").
#[inline]
pub fn cvtdq2ps<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, FromInteger, u32, u32, U, V, D, S>(m, op)
}

/// CVTDQ2PD: convert packed doubleword integers to packed double precision (SDM Vol. 2A, "CVTDQ2PD").
#[inline]
pub fn cvtdq2pd<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, FromInteger, u32, u64, U, V, D, S>(m, op)
}

/// CVTPS2DQ: convert packed single precision to packed doubleword integers (SDM Vol. 2A, "CVTPS2DQ").
#[inline]
pub fn cvtps2dq<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, ToInteger, u32, u32, U, V, D, S>(m, op)
}

/// CVTTPS2DQ: convert packed single precision to packed doubleword integers, truncating (SDM Vol. 2A, "CVTTPS2DQ").
#[inline]
pub fn cvttps2dq<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, Truncate, u32, u32, U, V, D, S>(m, op)
}

/// CVTPD2DQ: convert packed double precision to packed doubleword integers (SDM Vol. 2A, "CVTPD2DQ").
#[inline]
pub fn cvtpd2dq<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, ToInteger, u64, u32, U, V, D, S>(m, op)
}

/// CVTTPD2DQ: convert packed double precision to packed doubleword integers, truncating (SDM Vol. 2A, "CVTTPD2DQ").
#[inline]
pub fn cvttpd2dq<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, Truncate, u64, u32, U, V, D, S>(m, op)
}

/// CVTSS2SD: convert scalar single precision to double precision (SDM Vol. 2A, "CVTSS2SD").
#[inline]
pub fn cvtss2sd<X: AccessMode, D: Place<u64>, A: Value<u128>, B: Value<u32>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let source = B::read(m, op)?;
    let lane = one::<X, Reformat, u32, u64>(m, source)?;
    Ok(put_low::<_, D, A>(m, op, lane)?)
}

/// CVTSD2SS: convert scalar double precision to single precision (SDM Vol. 2A, "CVTSD2SS").
#[inline]
pub fn cvtsd2ss<X: AccessMode, D: Place<u32>, A: Value<u128>, B: Value<u64>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let source = B::read(m, op)?;
    let lane = one::<X, Reformat, u64, u32>(m, source)?;
    Ok(put_low::<_, D, A>(m, op, lane)?)
}

/// CVTSI2SS/CVTSI2SD: convert a doubleword integer to a scalar number (SDM Vol. 2A, "CVTSI2SS", "CVTSI2SD").
#[inline]
pub fn cvtsi2s<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<u32>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    let source = B::read(m, op)?;
    let lane: F = one::<X, FromInteger, u32, F>(m, source)?;
    Ok(put_low::<_, D, A>(m, op, lane)?)
}

/// CVTSS2SI: convert scalar single precision to a doubleword integer (SDM Vol. 2A, "CVTSS2SI").
#[inline]
pub fn cvtss2si<X: AccessMode, D: Place<u32>, S: Value<u32>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let a = S::read(m, op)?;
    let integer = one::<X, ToInteger, u32, u32>(m, a)?;
    Ok(D::write(m, op, integer)?)
}

/// CVTTSS2SI: convert scalar single precision to a doubleword integer, truncating (SDM Vol. 2A, "CVTTSS2SI").
#[inline]
pub fn cvttss2si<X: AccessMode, D: Place<u32>, S: Value<u32>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let a = S::read(m, op)?;
    let integer = one::<X, Truncate, u32, u32>(m, a)?;
    Ok(D::write(m, op, integer)?)
}

/// CVTSD2SI: convert scalar double precision to a doubleword integer (SDM Vol. 2A, "CVTSD2SI").
#[inline]
pub fn cvtsd2si<X: AccessMode, D: Place<u32>, S: Value<u64>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let a = S::read(m, op)?;
    let integer = one::<X, ToInteger, u64, u32>(m, a)?;
    Ok(D::write(m, op, integer)?)
}

/// CVTTSD2SI: convert scalar double precision to a doubleword integer, truncating (SDM Vol. 2A, "CVTTSD2SI").
#[inline]
pub fn cvttsd2si<X: AccessMode, D: Place<u32>, S: Value<u64>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let a = S::read(m, op)?;
    let integer = one::<X, Truncate, u64, u32>(m, a)?;
    Ok(D::write(m, op, integer)?)
}

/// CVTPI2PS: convert packed doubleword integers to packed single precision, the upper half of the
/// destination staying (SDM Vol. 2A, "CVTPI2PS").
#[inline]
pub fn cvtpi2ps<D: Place<u64>, A: Value<u128>, B: Value<u64>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let source = [B::read(m, op)?];
    let lanes: u64 = lanes_at_length::<FromInteger, u32, u32, u64, u64>(m, source)?;
    Ok(put_low::<u64, D, A>(m, op, lanes)?)
}
