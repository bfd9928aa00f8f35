//! SSE and AVX floating-point arithmetic (SDM Vol. 1, "SSE Packed Arithmetic Instructions").

use crate::float::ieee::{self, Format};
use crate::float::{Env, Flags};

use super::operand::{Lane, Place, Value, Vector, lanes};
use super::{Exception, Faulting, Machine, Op};

/// Merges the flags of an operation into MXCSR.
///
/// # Errors
/// #XM if one of them is not masked; the instruction does not write its result then.
fn raise(m: &mut Machine, flags: Flags) -> Result<(), Exception> {
    m.cpu.mxcsr |= u32::from(flags.0);
    let unmasked = !(m.cpu.mxcsr >> 7) & u32::from(flags.0);
    if unmasked != 0 { Err(Exception::Simd) } else { Ok(()) }
}

/// ADDPS/ADDPD: add packed floating-point values (SDM Vol. 2A, "ADDPS", "ADDPD").
pub fn addp<F: Lane + Format, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    let env = Env::from_mxcsr(m.cpu.mxcsr);
    let mut all = Flags::default();
    let sum = lanes(a, b, |a: F, b: F| {
        let (sum, flags) = ieee::add(a, b, env);
        all |= flags;
        sum
    });
    raise(m, all)?;
    D::write(m, op, sum)
}
