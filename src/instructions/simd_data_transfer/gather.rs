//! Gathers of AVX2 (SDM Vol. 1, "AVX2 Gather"): one load for each element whose mask bit is set.
//!
//! The mask bit of an element is cleared once it is loaded, so that the instruction can be restarted
//! after a fault: the remaining mask is the work left. If an element faults after another was loaded in
//! the same execution, the instruction is interrupted before it, and raises the fault when resumed.

use crate::cpu::Vectors;
use crate::memory::U256;

use crate::instructions::operand::{AccessMode, Lane, Place, Value, Vector, count};
use crate::instructions::{Exception, Faulting, Machine, Op, Repeated};

/// Gathers elements of the width of `L`, by indices of the width of `I` in a register of the width
/// of `X`. What is above the elements is cleared, but only at the end.
#[inline(never)]
fn gather<A: AccessMode, I: Lane, L: Lane, X: Vector, V: Vector>(m: &mut Machine, op: &Op) -> Faulting<Repeated> {
    let ([destination, _, mask], index) = (op.r, Vectors::slot(op.index));
    if destination == mask || destination == index || mask == index {
        return Err(Exception::InvalidOpcode.into());
    }
    let [mut values, mut left] = [destination, mask].map(|register| U256::from(*m.cpu.vectors.at(register)).0);
    let elements = count::<I, X>().min(count::<L, V>());
    let size = L::SIZE as usize;
    let mut result = Repeated::ONCE;
    let mut loaded = false;
    for number in 0..elements {
        if L::get(&left, number).is_negative() {
            match A::load::<L>(m, op.segment(), offset::<I>(m, op, number)) {
                Ok(value) => value.put(&mut values, number),
                Err(_) if loaded && !A::FAST => {
                    result.finished = false;
                    break;
                }
                Err(fault) => return Err(fault.into()),
            }
            loaded = true;
        }
        L::default().put(&mut left, number);
    }
    if result.finished {
        values[elements * size..].fill(0);
        left.fill(0);
    }
    *m.cpu.vectors.at_mut(destination) = U256(values).halves();
    *m.cpu.vectors.at_mut(mask) = U256(left).halves();
    Ok(result)
}

/// The offset of an element.
fn offset<I: Lane>(m: &Machine, op: &Op, number: usize) -> u32 {
    let [low, high] = m.cpu.vectors[op.index];
    let bits = 8 * I::SIZE as usize * number;
    let index = if bits < 128 { low >> bits } else { high >> (bits - 128) } as u32;
    let regs = &m.cpu.regs;
    regs[op.base].wrapping_add(index << (op.mode & 3)).wrapping_add(op.disp)
}

/// VPGATHERDD, VGATHERDPS: gather doublewords by doubleword indices (SDM Vol. 2C, "VPGATHERDD/VPGATHERQD").
pub fn gather_dd<A: AccessMode, X: Vector, V: Vector, D: Place<V>, M: Value<X>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<Repeated> {
    gather::<A, u32, u32, X, V>(m, op)
}

/// VPGATHERDQ, VGATHERDPD: gather quadwords by doubleword indices (SDM Vol. 2C, "VPGATHERDQ/VPGATHERQQ").
pub fn gather_dq<A: AccessMode, X: Vector, V: Vector, D: Place<V>, M: Value<X>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<Repeated> {
    gather::<A, u32, u64, X, V>(m, op)
}

/// VPGATHERQD, VGATHERQPS: gather doublewords by quadword indices (SDM Vol. 2C, "VPGATHERDD/VPGATHERQD").
pub fn gather_qd<A: AccessMode, X: Vector, V: Vector, D: Place<V>, M: Value<X>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<Repeated> {
    gather::<A, u64, u32, X, V>(m, op)
}

/// VPGATHERQQ, VGATHERQPD: gather quadwords by quadword indices (SDM Vol. 2C, "VPGATHERDQ/VPGATHERQQ").
pub fn gather_qq<A: AccessMode, X: Vector, V: Vector, D: Place<V>, M: Value<X>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<Repeated> {
    gather::<A, u64, u64, X, V>(m, op)
}
