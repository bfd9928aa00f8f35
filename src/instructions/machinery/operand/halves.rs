//! Operations on each 128-bit half of a vector: what AVX made of the SSE instructions whose lanes
//! are not independent.

use super::lane::lanes;
use super::vector::Vector;

/// The vector whose 128-bit halves are `f` of the halves of `a` and `b`.
#[inline(always)]
pub fn halves<V: Vector>(a: V, b: V, f: impl Fn(u128, u128) -> u128) -> V {
    lanes(a, b, f)
}

/// The four doublewords of a vector, lowest first.
pub fn doublewords(vector: u128) -> [u32; 4] {
    [0, 32, 64, 96].map(|at| (vector >> at) as u32)
}

/// The vector with these doublewords, lowest first.
pub fn from_doublewords(words: [u32; 4]) -> u128 {
    words.into_iter().rev().fold(0, |vector, word| vector << 32 | u128::from(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::U256;

    #[test]
    fn halves_do_not_mix() {
        assert_eq!(halves::<U256>([1, 2].into(), [3, 4].into(), |a, b| a << 4 | b), [0x13, 0x24].into());
        assert_eq!(halves(5_u128, 6, |a, b| a * b), 30);
    }

    #[test]
    fn the_lowest_doubleword_is_first() {
        assert_eq!(doublewords(0x3_0000_0002), [2, 3, 0, 0]);
        assert_eq!(from_doublewords([2, 3, 0, 0]), 0x3_0000_0002);
    }
}
