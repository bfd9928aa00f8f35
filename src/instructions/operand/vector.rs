//! Vector operands: XMM, YMM and MMX registers, aligned memory, and the lanes of a vector.

use std::marker::PhantomData;

use crate::instructions::exception::Exception;
use crate::instructions::{Machine, Op, Outcome, segment};
use crate::memory::{Scalar, U256};

use super::memory::{Checked, Form};
use super::place::{Place, Value};

/// A vector: `u64` (MMX), `u128` (XMM) or [`U256`] (YMM).
pub trait Vector: Scalar + Default + Eq {
    /// Bytes.
    const BYTES: usize = Self::SIZE as usize;
}

impl Vector for u64 {}
impl Vector for u128 {}
impl Vector for U256 {}

/// A lane of a vector: `u8`, `u16`, `u32` or `u64`.
pub trait Lane: Scalar + Default + Eq + Ord {
    /// Bits.
    const BITS: u32;

    /// Sum modulo the lane.
    fn wrapping_add(self, other: Self) -> Self;

    /// Difference modulo the lane.
    fn wrapping_sub(self, other: Self) -> Self;

    /// The lane with this number of a vector.
    #[inline(always)]
    fn get(vector: &[u8; 32], number: usize) -> Self {
        let mut own = [0; 32];
        let size = Self::SIZE as usize;
        own[..size].copy_from_slice(&vector[number * size..(number + 1) * size]);
        Self::from_bytes(&own)
    }

    /// Replaces the lane with this number.
    #[inline(always)]
    fn put(self, vector: &mut [u8; 32], number: usize) {
        let size = Self::SIZE as usize;
        vector[number * size..(number + 1) * size].copy_from_slice(&self.to_bytes()[..size]);
    }
}

macro_rules! lane {
    ($($number:ty),*) => {$(
        impl Lane for $number {
            const BITS: u32 = <$number>::BITS;

            #[inline(always)]
            fn wrapping_add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn wrapping_sub(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
        }
    )*};
}

lane!(u8, u16, u32, u64);

/// How many lanes a vector has.
pub const fn count<L: Lane, V: Vector>() -> usize {
    V::BYTES / L::SIZE as usize
}

/// The vector whose lane `i` is `f(i)`.
#[inline(always)]
pub fn build<L: Lane, V: Vector>(mut f: impl FnMut(usize) -> L) -> V {
    let mut bytes = [0; 32];
    (0..count::<L, V>()).for_each(|number| f(number).put(&mut bytes, number));
    V::from_bytes(&bytes)
}

/// The vector whose lanes are `f` of the lanes of `a` and `b`.
#[inline(always)]
pub fn lanes<L: Lane, V: Vector>(a: V, b: V, mut f: impl FnMut(L, L) -> L) -> V {
    let (a, b) = (a.to_bytes(), b.to_bytes());
    build::<L, V>(|number| f(L::get(&a, number), L::get(&b, number)))
}

/// The XMM register of operand `N`. Writing leaves the upper half of the YMM register alone.
pub struct Xmm<const N: usize>;

/// The XMM register of operand `N` in a VEX instruction: writing clears the upper half.
pub struct VexXmm<const N: usize>;

/// The YMM register of operand `N`.
pub struct Ymm<const N: usize>;

/// The MMX register of operand `N`. Using it makes the x87 registers all valid and TOP 0.
pub struct Mm<const N: usize>;

/// The XMM or YMM register named by the upper half of the immediate.
pub struct InImmediate;

/// Reads of less than a whole register take its low part.
macro_rules! low_part {
    ($register:ident: $($number:ty),*) => {$(
        impl<const N: usize> Value<$number> for $register<N> {
            #[inline(always)]
            fn read(m: &mut Machine, op: &Op) -> Outcome<$number> {
                Ok(m.cpu.vectors[op.r[N]][0] as $number)
            }
        }
    )*};
}

low_part!(Xmm: u8, u16, u32, u64, u128);
low_part!(VexXmm: u8, u16, u32, u64, u128);
low_part!(Ymm: u128);

impl<const N: usize> Value<U256> for Ymm<N> {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<U256> {
        Ok(U256(m.cpu.vectors[op.r[N]]))
    }
}

impl Value<u128> for InImmediate {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<u128> {
        Ok(m.cpu.vectors[(op.imm >> 4) as u8][0])
    }
}

impl Value<U256> for InImmediate {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<U256> {
        Ok(U256(m.cpu.vectors[(op.imm >> 4) as u8]))
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

place!(Xmm, u128, |m, op, value| m.cpu.vectors[op.r[N]][0] = value);
place!(VexXmm, u128, |m, op, value| m.cpu.vectors[op.r[N]] = [value, 0]);
place!(Ymm, U256, |m, op, value| m.cpu.vectors[op.r[N]] = value.0);
place!(Mm, u64, |m, op, value| m.cpu.x87.set_mm(op.r[N], value));

impl<const N: usize> Value<u64> for Mm<N> {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<u64> {
        if m.cpu.x87.is_pending() {
            return Err(Exception::X87);
        }
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
        let address = F::linear(m, op);
        if address & (V::SIZE - 1) != 0 {
            return Err(Exception::Miss);
        }
        m.memory.fast_load(address).ok_or(Exception::Miss)
    }
}

impl<V: Vector, F: Form> Place<V> for Aligned<F> {
    #[inline(always)]
    fn write(m: &mut Machine, op: &Op, value: V) -> Outcome<()> {
        let address = F::linear(m, op);
        if address & (V::SIZE - 1) != 0 {
            return Err(Exception::Miss);
        }
        m.memory.fast_store(address, value).ok_or(Exception::Miss)
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
    if address & (V::SIZE - 1) != 0 { Err(Exception::GP0) } else { Ok(address) }
}
