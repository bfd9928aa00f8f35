//! Lanes: a vector as elements of one size, and the patterns by which packed instructions compute a
//! result from them.
//!
//! Instructions that move elements between lanes treat each 128-bit block of a 256-bit vector as a
//! vector of its own; an MMX register is one block.

use crate::memory::Scalar;

use super::vector::Vector;

/// A number that is stored in a vector.
pub trait Part: Scalar {
    /// The element with index `number`, counted from the lowest.
    #[inline(always)]
    fn get(vector: &[u8; 32], number: usize) -> Self {
        let mut own = [0; 32];
        let size = Self::SIZE as usize;
        own[..size].copy_from_slice(&vector[number * size..(number + 1) * size]);
        Self::from_bytes(&own)
    }

    /// Replaces the element with index `number`.
    #[inline(always)]
    fn put(self, vector: &mut [u8; 32], number: usize) {
        let size = Self::SIZE as usize;
        vector[number * size..(number + 1) * size].copy_from_slice(&self.to_bytes()[..size]);
    }
}

impl<T: Scalar> Part for T {}

/// A lane of a vector: `u8`, `u16`, `u32` or `u64`. Operations are unsigned unless stated otherwise.
pub trait Lane: Part + Default + Eq + Ord {
    /// Bits.
    const BITS: u32;

    /// The low bits of a number.
    fn truncate(value: u64) -> Self;
    /// As an unsigned number.
    fn unsigned(self) -> u64;
    /// As a signed number.
    fn signed(self) -> i64;
    /// Saturated to the signed range of the lane.
    fn saturate_signed(value: i64) -> Self;
    /// Saturated to the unsigned range of the lane.
    fn saturate(value: i64) -> Self;

    /// Sum modulo the lane.
    fn wrapping_add(self, other: Self) -> Self;
    /// Difference modulo the lane.
    fn wrapping_sub(self, other: Self) -> Self;
    /// Product modulo the lane.
    fn wrapping_mul(self, other: Self) -> Self;
    /// The sum with unsigned saturation.
    fn saturating_add(self, other: Self) -> Self;
    /// The difference with unsigned saturation.
    fn saturating_sub(self, other: Self) -> Self;
    /// The sum with signed saturation.
    fn saturating_add_signed(self, other: Self) -> Self;
    /// The difference with signed saturation.
    fn saturating_sub_signed(self, other: Self) -> Self;
    /// The signed minimum.
    fn min_signed(self, other: Self) -> Self;
    /// The signed maximum.
    fn max_signed(self, other: Self) -> Self;

    /// Shifted left; 0 beyond the width.
    fn shl(self, count: u64) -> Self;
    /// Shifted right; 0 beyond the width.
    fn shr(self, count: u64) -> Self;
    /// Shifted right arithmetically; every bit is the sign for counts beyond the width.
    fn sar(self, count: u64) -> Self;

    /// All ones if true, all zeros if false.
    #[inline(always)]
    fn mask(condition: bool) -> Self {
        Self::truncate(0_u64.wrapping_sub(u64::from(condition)))
    }
    /// The top bit.
    #[inline(always)]
    fn is_negative(self) -> bool {
        self.signed() < 0
    }
}

macro_rules! lane {
    ($($number:ty as $signed:ty),*) => {$(
        impl Lane for $number {
            const BITS: u32 = <$number>::BITS;

            #[inline(always)]
            fn truncate(value: u64) -> Self {
                value as $number
            }
            #[inline(always)]
            fn unsigned(self) -> u64 {
                self as u64
            }
            #[inline(always)]
            fn signed(self) -> i64 {
                self as $signed as i64
            }
            #[inline(always)]
            fn saturate_signed(value: i64) -> Self {
                value.clamp(<$signed>::MIN as i64, <$signed>::MAX as i64) as $number
            }
            #[inline(always)]
            fn saturate(value: i64) -> Self {
                (value.max(0) as u64).min(<$number>::MAX as u64) as $number
            }
            #[inline(always)]
            fn wrapping_add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn wrapping_sub(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            #[inline(always)]
            fn wrapping_mul(self, other: Self) -> Self {
                self.wrapping_mul(other)
            }
            #[inline(always)]
            fn saturating_add(self, other: Self) -> Self {
                self.saturating_add(other)
            }
            #[inline(always)]
            fn saturating_sub(self, other: Self) -> Self {
                self.saturating_sub(other)
            }
            #[inline(always)]
            fn saturating_add_signed(self, other: Self) -> Self {
                (self as $signed).saturating_add(other as $signed) as $number
            }
            #[inline(always)]
            fn saturating_sub_signed(self, other: Self) -> Self {
                (self as $signed).saturating_sub(other as $signed) as $number
            }
            #[inline(always)]
            fn min_signed(self, other: Self) -> Self {
                (self as $signed).min(other as $signed) as $number
            }
            #[inline(always)]
            fn max_signed(self, other: Self) -> Self {
                (self as $signed).max(other as $signed) as $number
            }
            #[inline(always)]
            fn shl(self, count: u64) -> Self {
                if count < Self::BITS as u64 { self << count } else { 0 }
            }
            #[inline(always)]
            fn shr(self, count: u64) -> Self {
                if count < Self::BITS as u64 { self >> count } else { 0 }
            }
            #[inline(always)]
            fn sar(self, count: u64) -> Self {
                (self as $signed >> count.min(Self::BITS as u64 - 1)) as $number
            }
        }
    )*};
}

lane!(u8 as i8, u16 as i16, u32 as i32, u64 as i64);

/// How many lanes a vector has.
pub const fn count<L: Scalar, V: Vector>() -> usize {
    V::BYTES / L::SIZE as usize
}

/// How many lanes a block has.
pub const fn per_block<L: Scalar, V: Vector>() -> usize {
    (if V::BYTES < 16 { V::BYTES } else { 16 }) / L::SIZE as usize
}

/// The vector whose lane `i` is `f(i)`.
#[inline(always)]
pub fn build<L: Part, V: Vector>(mut f: impl FnMut(usize) -> L) -> V {
    let (mut bytes, mut number) = ([0; 32], 0);
    // A loop and not an iterator, whose closure would be compiled as a function of its own.
    while number < count::<L, V>() {
        f(number).put(&mut bytes, number);
        number += 1;
    }
    V::from_bytes(&bytes)
}

/// The vector whose lanes are `f` of the lanes of `a` and `b`.
#[inline(always)]
pub fn lanes<L: Part, V: Vector>(a: V, b: V, mut f: impl FnMut(L, L) -> L) -> V {
    let (a, b) = (a.to_bytes(), b.to_bytes());
    build::<L, V>(|number| f(L::get(&a, number), L::get(&b, number)))
}

/// The vector whose lanes are `f` of the lanes of `a`.
#[inline(always)]
pub fn map<L: Part, V: Vector>(a: V, mut f: impl FnMut(L) -> L) -> V {
    let a = a.to_bytes();
    build::<L, V>(|number| f(L::get(&a, number)))
}

/// The vector in each of whose blocks lane `j` is the one with number `f(block, j)` of the lanes of
/// this block of `a`, then of `b`, then of zeros.
#[inline(always)]
pub fn pick<L: Lane, V: Vector>(a: V, b: V, f: impl Fn(usize, usize) -> usize) -> V {
    let (a, b, size) = (a.to_bytes(), b.to_bytes(), per_block::<L, V>());
    build::<L, V>(|number| {
        let (block, from) = (number / size, f(number / size, number % size));
        match from / size {
            0 => L::get(&a, block * size + from % size),
            1 => L::get(&b, block * size + from % size),
            _ => L::default(),
        }
    })
}

/// The vector in each of whose blocks the lower half is `f` of pairs of neighbours in `a`, and the
/// upper half the same of `b`.
#[inline(always)]
pub fn horizontal<L: Lane, V: Vector>(a: V, b: V, f: impl Fn(L, L) -> L) -> V {
    let even = pick::<L, V>(a, b, |_, j| 2 * j);
    let odd = pick::<L, V>(a, b, |_, j| 2 * j + 1);
    lanes(even, odd, f)
}

/// The vector in each of whose blocks the lower half is `f` of the wider lanes of `a`, and the upper
/// half the same of `b`.
#[inline(always)]
pub fn narrow<W: Lane, N: Lane, V: Vector>(a: V, b: V, f: impl Fn(W) -> N) -> V {
    let (a, b, half) = (a.to_bytes(), b.to_bytes(), per_block::<W, V>());
    build::<N, V>(|number| {
        let (block, from) = (number / (2 * half), number % (2 * half));
        f(W::get(if from < half { &a } else { &b }, block * half + from % half))
    })
}

/// The mask whose bit `i` is the top bit of lane `i`.
#[inline(always)]
pub fn signs<L: Lane, V: Vector>(vector: V) -> u32 {
    let (tops, gather) = const { top_bits(L::BITS) };
    let (bytes, lanes) = (vector.to_bytes(), 64 / L::BITS);
    let (mut mask, mut number) = (0, 0);
    while number < count::<u64, V>() {
        let signs = (u64::get(&bytes, number) & tops).wrapping_mul(gather) >> (64 - lanes);
        mask |= (signs as u32) << (number as u32 * lanes);
        number += 1;
    }
    mask
}

/// The top bits of the lanes of a quadword, and a factor that moves them beside each other to its upper end,
/// that of the lowest lane lowest. No two of the other terms of the product meet, so that nothing is carried.
const fn top_bits(width: u32) -> (u64, u64) {
    let (mut tops, mut gather, mut lane) = (0, 0, 0);
    while lane < 64 / width {
        let top = lane * width + width - 1;
        tops |= 1 << top;
        gather |= 1 << (64 - 64 / width + lane - top);
        lane += 1;
    }
    (tops, gather)
}

/// A number converted to another size: zero-extended or truncated.
#[inline(always)]
pub fn resize<A: Scalar, B: Scalar>(value: A) -> B {
    B::from_bytes(&value.to_bytes())
}
