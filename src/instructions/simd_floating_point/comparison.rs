//! SSE and AVX floating-point comparison (SDM Vol. 1, "SSE Comparison Instructions", "SSE2 Compare
//! Instructions").

use crate::cpu::Flags;
use crate::float::ieee::{self, native};
use crate::float::{ExceptionFlags, FloatEnvironment, Relation};

use crate::instructions::operand::{AccessMode, Place, Value, Vector};
use crate::instructions::simd_float::{Float, env, exactly, low, put_low, quickly_choosing, raised};
use crate::instructions::{Faulting, Interruption, Machine, Op, flags};

/// A comparison predicate (SDM Vol. 2A, "CMPPD", table "Comparison Predicate for CMPPD and CMPPS").
#[derive(Clone, Copy)]
struct Predicate(u8);

impl Predicate {
    /// The mask for the eight predicates of SSE.
    const SSE: u8 = 7;
    /// The mask for the 32 predicates of AVX.
    const AVX: u8 = 31;

    /// Whether it holds for this relation: bits 0 and 1 select equal, less, less or equal, or unordered;
    /// bit 3 inverts the answer for unordered, bit 2 the whole answer.
    fn holds(self, relation: Relation) -> bool {
        let unordered = relation == Relation::Unordered;
        let plain = match self.0 & 3 {
            0 => relation == Relation::Equal,
            1 => relation == Relation::Less,
            2 => matches!(relation, Relation::Less | Relation::Equal),
            _ => unordered,
        };
        plain ^ (self.0 & 8 != 0 && unordered) ^ (self.0 & 4 != 0)
    }

    /// Whether a quiet NaN is invalid, too: for less, and less or equal; bit 4 inverts that.
    fn signals(self) -> bool {
        matches!(self.0 & 3, 1 | 2) != (self.0 & 16 != 0)
    }

    /// The masks on the fast path: no lane is a NaN, so that bits 0 and 1 select equal, less, less or equal, or
    /// nothing, and bit 2 alone inverts the answer. All of that is done with the masks of whole vectors.
    #[inline(always)]
    fn quick_masks<F: Float, V: Vector>(self, sources: [V; 2]) -> Faulting<V> {
        let mask = |holds: bool| if holds { F::narrow(u64::MAX) } else { F::narrow(0) };
        let less = mask(matches!(self.0 & 3, 1 | 2));
        let equal = mask(matches!(self.0 & 3, 0 | 2));
        let inverted = mask(self.0 & 4 != 0);
        quickly_choosing(sources, |both| {
            let [a, b] = both.map(F::number);
            (mask(a < b) & less | mask(a == b) & equal) ^ inverted
        })
    }

    /// The mask that a lane receives: all ones if the predicate holds, else zero.
    fn mask<F: Float>(self, a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
        let compare = if self.signals() { ieee::compare } else { ieee::compare_quiet };
        let (relation, flags) = compare(a, b, env);
        (F::narrow(if self.holds(relation) { u64::MAX } else { 0 }), flags)
    }
}

#[inline(never)]
fn masks<F: Float, V: Vector>(m: &mut Machine, sources: [V; 2], predicate: Predicate) -> Faulting<V> {
    exactly(m, sources, &|_, [a, b]: [F; 2], env| predicate.mask(a, b, env))
}

#[inline(always)]
fn packed<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>, I: Value<u8>>(
    m: &mut Machine,
    op: &Op,
    predicates: u8,
) -> Faulting<()> {
    let (sources, predicate) = ([A::read(m, op)?, B::read(m, op)?], Predicate(I::read(m, op)? & predicates));
    let result = if X::FAST { predicate.quick_masks::<F, V>(sources) } else { masks::<F, V>(m, sources, predicate) };
    Ok(D::write(m, op, result?)?)
}

#[inline(always)]
fn scalar<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>, I: Value<u8>>(
    m: &mut Machine,
    op: &Op,
    predicates: u8,
) -> Faulting<()> {
    let (a, b, predicate) = (low(A::read(m, op)?), B::read(m, op)?, Predicate(I::read(m, op)? & predicates));
    let lane = if X::FAST {
        let relation = native::compare([a, b]).ok_or(Interruption::Miss)?;
        F::narrow(if predicate.holds(relation) { u64::MAX } else { 0 })
    } else {
        let result = predicate.mask::<F>(a, b, env(m));
        raised(m, result)?
    };
    Ok(put_low::<F, D, A>(m, op, lane)?)
}

/// CMPPS/CMPPD: compare packed floating-point values (SDM Vol. 2A, "CMPPS", "CMPPD").
#[inline]
pub fn cmpp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>, I: Value<u8>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, F, V, D, A, B, I>(m, op, Predicate::SSE)
}

/// VCMPPS/VCMPPD: compare packed floating-point values (SDM Vol. 2A, "CMPPS", "CMPPD").
#[inline]
pub fn vcmpp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>, I: Value<u8>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, F, V, D, A, B, I>(m, op, Predicate::AVX)
}

/// CMPSS/CMPSD: compare scalar floating-point values (SDM Vol. 2A, "CMPSS", "CMPSD"); `cmps` is the
/// string instruction.
#[inline]
pub fn cmp_scalar<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>, I: Value<u8>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    scalar::<X, F, D, A, B, I>(m, op, Predicate::SSE)
}

/// VCMPSS/VCMPSD: compare scalar floating-point values (SDM Vol. 2A, "CMPSS", "CMPSD").
#[inline]
pub fn vcmp_scalar<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>, I: Value<u8>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    scalar::<X, F, D, A, B, I>(m, op, Predicate::AVX)
}

/// ZF, PF and CF show the relation; OF, SF and AF are cleared.
#[inline(always)]
fn compared<X: AccessMode, F: Float, A: Value<F>, B: Value<F>>(
    m: &mut Machine,
    op: &Op,
    exact: fn(F, F, FloatEnvironment) -> (Relation, ExceptionFlags),
) -> Faulting<Flags> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    let relation = if X::FAST {
        native::compare([a, b]).ok_or(Interruption::Miss)?
    } else {
        let result = exact(a, b, env(m));
        raised(m, result)?
    };
    Ok(flags::of_relation(relation))
}

/// COMISS/COMISD: compare ordered scalar floating-point values and set EFLAGS (SDM Vol. 2A, "COMISS", "COMISD").
#[inline]
pub fn comis<X: AccessMode, F: Float, A: Value<F>, B: Value<F>>(m: &mut Machine, op: &Op) -> Faulting<Flags> {
    compared::<X, F, A, B>(m, op, ieee::compare)
}

/// UCOMISS/UCOMISD: compare unordered scalar floating-point values and set EFLAGS (SDM Vol. 2B, "UCOMISS", "UCOMISD").
#[inline]
pub fn ucomis<X: AccessMode, F: Float, A: Value<F>, B: Value<F>>(m: &mut Machine, op: &Op) -> Faulting<Flags> {
    compared::<X, F, A, B>(m, op, ieee::compare_quiet)
}
