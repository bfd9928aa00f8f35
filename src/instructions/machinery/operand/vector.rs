//! Vector operands: XMM, YMM and MMX registers, and aligned memory. What lanes they have is in
//! `lane`.

use std::marker::PhantomData;

use crate::instructions::exception::AccessFault;
use crate::instructions::{Exception, Faulting, InstructionError, Interruption, Machine, Op, Outcome, segment};
use crate::memory::{Scalar, U128, U256};

use super::memory::{Checked, Form};
use super::place::{Place, Value};

/// A vector: `u64` (MMX), [`U128`] (XMM) or [`U256`] (YMM); `u128` for instructions that take an XMM register
/// as one number.
pub trait Vector: Scalar + Default + Eq {
    /// Bytes.
    const BYTES: usize = Self::SIZE as usize;
}

impl Vector for u64 {}
impl Vector for u128 {}
impl Vector for U128 {}
impl Vector for U256 {}

/// The XMM register of operand `N`. Writing leaves the upper half of the YMM register alone.
pub struct Xmm<const N: usize>;

/// The XMM register of operand `N` in a VEX instruction: writing clears the upper half.
pub struct VexXmm<const N: usize>;

/// The YMM register of operand `N`.
pub struct Ymm<const N: usize>;

/// The MMX register of operand `N`. Instructions with such an operand are wrapped in [`mmx`].
pub struct Mm<const N: usize>;

/// An instruction with an MMX register: an x87 exception that waits comes first, and afterwards the
/// x87 registers are all valid and TOP is 0 (SDM Vol. 1, "Effect of MMX Instructions on x87
/// Floating-Point State"), also when a conversion raises #XM.
#[inline(always)]
pub fn mmx<T, E: InstructionError>(
    instruction: impl Fn(&mut Machine, &Op) -> Result<T, E>,
) -> impl Fn(&mut Machine, &Op) -> Faulting<T> {
    move |m, op| {
        if m.cpu.x87.is_pending() {
            return Err(Exception::X87.into());
        }
        let effect = instruction(m, op).map_err(Into::into);
        if matches!(effect, Ok(_) | Err(Interruption::Raised(Exception::Simd))) {
            m.cpu.x87.enter_mmx();
        }
        effect
    }
}

/// The XMM or YMM register named by the upper half of the immediate.
pub struct InImmediate;

/// A number smaller than a register is its low part: `write` clears the rest, `merge` preserves it.
macro_rules! low_part {
    ($register:ident<$at:ident: $kind:ty>, |$op:ident| $slot:expr, $vex:literal, $($number:ty),*) => {$(
        impl<const $at: $kind> Value<$number> for $register<$at> {
            const VEX: bool = $vex;

            #[inline(always)]
            fn read(m: &mut Machine, $op: &Op) -> Outcome<$number> {
                Ok(*m.cpu.vectors.low($slot))
            }
            #[inline(always)]
            fn read_lane(m: &mut Machine, $op: &Op, number: usize) -> Outcome<$number> {
                Ok((m.cpu.vectors.at($slot)[0] >> (number * size_of::<$number>() * 8 & 127)) as $number)
            }
        }

        impl<const $at: $kind> Place<$number> for $register<$at> {
            #[inline(always)]
            fn write(m: &mut Machine, $op: &Op, value: $number) -> Outcome<()> {
                m.cpu.vectors.at_mut($slot)[0] = value.into();
                if $vex {
                    m.cpu.vectors.at_mut($slot)[1] = 0;
                }
                Ok(())
            }
            #[inline(always)]
            fn merge(m: &mut Machine, $op: &Op, value: $number) -> Outcome<()> {
                *m.cpu.vectors.low_mut($slot) = value;
                if $vex {
                    m.cpu.vectors.at_mut($slot)[1] = 0;
                }
                Ok(())
            }
            #[inline(always)]
            fn complete(m: &mut Machine, $op: &Op, lane: $number, first: u128) -> Outcome<()> {
                if $vex {
                    m.cpu.vectors.at_mut($slot)[0] = first;
                }
                <Self as Place<$number>>::merge(m, $op, lane)
            }
            #[inline(always)]
            fn update<R>(m: &mut Machine, $op: &Op, change: impl FnOnce($number) -> ($number, R)) -> Outcome<R> {
                let (value, answer) = change(<Self as Value<$number>>::read(m, $op)?);
                <Self as Place<$number>>::merge(m, $op, value)?;
                Ok(answer)
            }
        }
    )*};
}

low_part!(Xmm<N: usize>, |op| op.r[N], false, u8, u16, u32, u64, u128);
low_part!(VexXmm<N: usize>, |op| op.r[N], true, u8, u16, u32, u64, u128);

/// Half a register as bytes, without a look at its elements.
#[inline(always)]
fn bytes(half: &u128) -> U128 {
    if cfg!(target_endian = "little") { U128(*bytemuck::must_cast_ref(half)) } else { U128(half.to_le_bytes()) }
}

/// The same in the other direction.
#[inline(always)]
fn set_bytes(half: &mut u128, U128(value): U128) {
    if cfg!(target_endian = "little") {
        *bytemuck::must_cast_mut(half) = value;
    } else {
        *half = u128::from_le_bytes(value);
    }
}

macro_rules! whole {
    ($register:ident<$at:ident: $kind:ty>, |$op:ident| $slot:expr, $vex:literal) => {
        impl<const $at: $kind> Value<U128> for $register<$at> {
            const VEX: bool = $vex;

            #[inline(always)]
            fn read(m: &mut Machine, $op: &Op) -> Outcome<U128> {
                Ok(bytes(&m.cpu.vectors.at($slot)[0]))
            }
        }

        impl<const $at: $kind> Place<U128> for $register<$at> {
            #[inline(always)]
            fn write(m: &mut Machine, $op: &Op, value: U128) -> Outcome<()> {
                set_bytes(&mut m.cpu.vectors.at_mut($slot)[0], value);
                if $vex {
                    m.cpu.vectors.at_mut($slot)[1] = 0;
                }
                Ok(())
            }
            #[inline(always)]
            fn update<R>(m: &mut Machine, $op: &Op, change: impl FnOnce(U128) -> (U128, R)) -> Outcome<R> {
                let (value, answer) = change(<Self as Value<U128>>::read(m, $op)?);
                <Self as Place<U128>>::write(m, $op, value)?;
                Ok(answer)
            }
        }
    };
}

whole!(Xmm<N: usize>, |op| op.r[N], false);
whole!(VexXmm<N: usize>, |op| op.r[N], true);

impl<const N: usize> Value<U128> for Ymm<N> {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<U128> {
        Ok(bytes(&m.cpu.vectors.at(op.r[N])[0]))
    }
}

impl<const N: usize> Value<u128> for Ymm<N> {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<u128> {
        Ok(m.cpu.vectors.at(op.r[N])[0])
    }
}

impl<const N: usize> Value<U256> for Ymm<N> {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<U256> {
        Ok((*m.cpu.vectors.at(op.r[N])).into())
    }
}

impl Value<u128> for InImmediate {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<u128> {
        Ok(m.cpu.vectors[(op.imm >> 4) as u8][0])
    }
}

impl Value<U128> for InImmediate {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<U128> {
        Ok(bytes(&m.cpu.vectors[(op.imm >> 4) as u8][0]))
    }
}

impl Value<U256> for InImmediate {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<U256> {
        Ok(m.cpu.vectors[(op.imm >> 4) as u8].into())
    }
}

/// [`Place::update`] for a register: it cannot fail between reading and writing.
macro_rules! place {
    ($register:ident, $number:ty, |$m:ident, $op:ident, $value:ident| $write:expr) => {
        impl<const N: usize> Place<$number> for $register<N> {
            #[inline(always)]
            fn write($m: &mut Machine, $op: &Op, $value: $number) -> Outcome<()> {
                $write;
                Ok(())
            }
            #[inline(always)]
            fn update<R>(m: &mut Machine, op: &Op, change: impl FnOnce($number) -> ($number, R)) -> Outcome<R> {
                let (value, answer) = change(<Self as Value<$number>>::read(m, op)?);
                <Self as Place<$number>>::write(m, op, value)?;
                Ok(answer)
            }
        }
    };
}

place!(Ymm, U256, |m, op, value| *m.cpu.vectors.at_mut(op.r[N]) = value.halves());
place!(Mm, u64, |m, op, value| m.cpu.x87.set_mm(op.r[N], value));

impl<const N: usize> Value<u64> for Mm<N> {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<u64> {
        Ok(m.cpu.x87.mm(op.r[N]))
    }
}

impl<const N: usize> Value<u32> for Mm<N> {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<u32> {
        Ok(<Self as Value<u64>>::read(m, op)? as u32)
    }
}

/// A memory operand that must lie at a multiple of its size: #GP(0) otherwise.
pub struct Aligned<F>(PhantomData<F>);

impl<V: Vector, F: Form> Value<V> for Aligned<F> {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<V> {
        let address = F::offset(m, op);
        if address & (V::SIZE - 1) != 0 {
            return Err(AccessFault::MISS);
        }
        m.memory.fast_load(address).ok_or(AccessFault::MISS)
    }
}

impl<V: Vector, F: Form> Place<V> for Aligned<F> {
    #[inline(always)]
    fn write(m: &mut Machine, op: &Op, value: V) -> Outcome<()> {
        let address = F::offset(m, op);
        if address & (V::SIZE - 1) != 0 {
            return Err(AccessFault::MISS);
        }
        m.memory.fast_store(address, value).ok_or(AccessFault::MISS)
    }
    #[inline(always)]
    fn update<R>(m: &mut Machine, op: &Op, change: impl FnOnce(V) -> (V, R)) -> Outcome<R> {
        let (value, answer) = change(<Self as Value<V>>::read(m, op)?);
        <Self as Place<V>>::write(m, op, value)?;
        Ok(answer)
    }
}

impl<V: Vector> Value<V> for Aligned<Checked> {
    fn read(m: &mut Machine, op: &Op) -> Outcome<V> {
        let address = aligned_address::<V>(m, op, false)?;
        Ok(m.memory.load(address)?)
    }
}

impl<V: Vector> Place<V> for Aligned<Checked> {
    fn write(m: &mut Machine, op: &Op, value: V) -> Outcome<()> {
        let address = aligned_address::<V>(m, op, true)?;
        Ok(m.memory.store(address, value)?)
    }
    fn update<R>(m: &mut Machine, op: &Op, change: impl FnOnce(V) -> (V, R)) -> Outcome<R> {
        let (value, answer) = change(<Self as Value<V>>::read(m, op)?);
        <Self as Place<V>>::write(m, op, value)?;
        Ok(answer)
    }
}

/// The linear address of an aligned operand.
fn aligned_address<V: Vector>(m: &Machine, op: &Op, write: bool) -> Outcome<u32> {
    let address = segment::linear(m, op.segment(), op.offset(&m.cpu.regs), V::SIZE, write)?;
    if address & (V::SIZE - 1) != 0 { Err(AccessFault::PROTECTION) } else { Ok(address) }
}
