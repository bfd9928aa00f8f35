//! The hashes SHA-1 and SHA-2 (SDM Vol. 1, "Intel SHA Extensions"; SDM Vol. 2C, "VSHA512RNDS2").
//!
//! SHA-256 and SHA-512 are the same operations on words of 32 and 64 bits; `Word` holds the differences.

use crate::memory::U256;

use crate::instructions::operand::{Place, Value, doublewords, from_doublewords};
use crate::instructions::{Machine, Op, Outcome};

/// A word of SHA-2, with the functions of the standard.
trait Word: Copy {
    /// σ0, σ1, Σ0, Σ1 of the standard: exclusive-or of three rotations, or of two and a shift.
    const SMALL: [[u32; 3]; 2];
    const LARGE: [[u32; 3]; 2];

    fn add(self, other: Self) -> Self;
    fn small(self, which: usize) -> Self;
    fn large(self, which: usize) -> Self;
    /// `self ? a : b`, bit by bit.
    fn choose(self, a: Self, b: Self) -> Self;
    fn majority(self, a: Self, b: Self) -> Self;
}

macro_rules! word {
    ($number:ty, $small:expr, $large:expr) => {
        impl Word for $number {
            const SMALL: [[u32; 3]; 2] = $small;
            const LARGE: [[u32; 3]; 2] = $large;

            fn add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            fn small(self, which: usize) -> Self {
                let [a, b, shift] = Self::SMALL[which];
                self.rotate_right(a) ^ self.rotate_right(b) ^ self >> shift
            }
            fn large(self, which: usize) -> Self {
                Self::LARGE[which].into_iter().fold(0, |sum, by| sum ^ self.rotate_right(by))
            }
            fn choose(self, a: Self, b: Self) -> Self {
                self & a | !self & b
            }
            fn majority(self, a: Self, b: Self) -> Self {
                self & a | self & b | a & b
            }
        }
    };
}

word!(u32, [[7, 18, 3], [17, 19, 10]], [[2, 13, 22], [6, 11, 25]]);
word!(u64, [[1, 8, 7], [19, 61, 6]], [[28, 34, 39], [14, 18, 41]]);

/// Two rounds of SHA-2. The state is passed as F, E, B, A and H, G, D, C; the result is the new F, E, B, A.
fn two_rounds<W: Word>(feba: [W; 4], hgdc: [W; 4], keyed: [W; 2]) -> [W; 4] {
    let ([mut f, mut e, mut b, mut a], [mut h, mut g, mut d, mut c]) = (feba, hgdc);
    for word in keyed {
        let t1 = e.choose(f, g).add(e.large(1)).add(word).add(h);
        let t2 = a.majority(b, c).add(a.large(0));
        [a, b, c, d, e, f, g, h] = [t1.add(t2), a, b, c, t1.add(d), e, f, g];
    }
    [f, e, b, a]
}

/// `W[i] + σ0(W[i + 1])` for four message words, given these and the next one.
fn message1<W: Word>([a, b, c, d]: [W; 4], next: W) -> [W; 4] {
    [a.add(b.small(0)), b.add(c.small(0)), c.add(d.small(0)), d.add(next.small(0))]
}

/// Adds σ1 of the message word two positions before; the first two of these are given.
fn message2<W: Word>([a, b, c, d]: [W; 4], [before, last]: [W; 2]) -> [W; 4] {
    let (a, b) = (a.add(before.small(1)), b.add(last.small(1)));
    [a, b, c.add(a.small(1)), d.add(b.small(1))]
}

/// The four quadwords of a vector, lowest first.
fn quadwords(vector: U256) -> [u64; 4] {
    let [low, high] = vector.halves();
    [low as u64, (low >> 64) as u64, high as u64, (high >> 64) as u64]
}

fn from_quadwords([a, b, c, d]: [u64; 4]) -> U256 {
    let half = |low: u64, high: u64| u128::from(high) << 64 | u128::from(low);
    [half(a, b), half(c, d)].into()
}

/// Four rounds of SHA-1. A is the highest doubleword of the state; the first message word is the highest
/// doubleword of its vector and already includes E.
#[inline(never)]
fn sha1_rounds(state: u128, message: u128, kind: u8) -> u128 {
    let [mut d, mut c, mut b, mut a] = doublewords(state);
    let mut e: u32 = 0;
    for word in doublewords(message).into_iter().rev() {
        let (f, constant) = match kind & 3 {
            0 => (b & c ^ !b & d, 0x5a82_7999),
            1 => (b ^ c ^ d, 0x6ed9_eba1),
            2 => (b & c ^ b & d ^ c & d, 0x8f1b_bcdc),
            _ => (b ^ c ^ d, 0xca62_c1d6_u32),
        };
        let next = f.wrapping_add(a.rotate_left(5)).wrapping_add(word).wrapping_add(e).wrapping_add(constant);
        [a, b, c, d, e] = [next, a, b.rotate_left(30), c, d];
    }
    from_doublewords([d, c, b, a])
}

/// `destination = f(destination, source)`
#[inline(always)]
fn combine<D: Place<u128>, S: Value<u128>>(
    m: &mut Machine,
    op: &Op,
    f: impl Fn([u32; 4], [u32; 4]) -> [u32; 4],
) -> Outcome<()> {
    let (a, b) = (D::read(m, op)?, S::read(m, op)?);
    D::write(m, op, from_doublewords(f(doublewords(a), doublewords(b))))
}

/// SHA1RNDS4: perform four rounds of SHA1 operation (SDM Vol. 2B, "SHA1RNDS4").
pub fn sha1rnds4<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (state, message) = (D::read(m, op)?, S::read(m, op)?);
    D::write(m, op, sha1_rounds(state, message, op.imm as u8))
}

/// SHA1NEXTE: calculate SHA1 state variable E after four rounds (SDM Vol. 2B, "SHA1NEXTE").
pub fn sha1nexte<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    combine::<D, S>(m, op, |a, [x, y, z, w]| [x, y, z, w.wrapping_add(a[3].rotate_left(30))])
}

/// SHA1MSG1: perform an intermediate calculation for the next four SHA1 message dwords (SDM Vol. 2B, "SHA1MSG1").
pub fn sha1msg1<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    combine::<D, S>(m, op, |a, b| [b[2] ^ a[0], b[3] ^ a[1], a[0] ^ a[2], a[1] ^ a[3]])
}

/// SHA1MSG2: perform a final calculation for the next four SHA1 message dwords (SDM Vol. 2B, "SHA1MSG2").
pub fn sha1msg2<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    combine::<D, S>(m, op, |a, b| {
        let first = (a[3] ^ b[2]).rotate_left(1);
        [(a[0] ^ first).rotate_left(1), (a[1] ^ b[0]).rotate_left(1), (a[2] ^ b[1]).rotate_left(1), first]
    })
}

/// SHA256RNDS2: perform two rounds of SHA256 operation (SDM Vol. 2B, "SHA256RNDS2").
pub fn sha256rnds2<D: Place<u128>, S: Value<u128>, K: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let [k0, k1, ..] = doublewords(K::read(m, op)?);
    combine::<D, S>(m, op, |hgdc, feba| two_rounds(feba, hgdc, [k0, k1]))
}

/// SHA256MSG1: perform an intermediate calculation for the next four SHA256 message dwords (SDM Vol. 2B, "SHA256MSG1").
pub fn sha256msg1<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    combine::<D, S>(m, op, |words, next| message1(words, next[0]))
}

/// SHA256MSG2: perform a final calculation for the next four SHA256 message dwords (SDM Vol. 2B, "SHA256MSG2").
pub fn sha256msg2<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    combine::<D, S>(m, op, |words, last| message2(words, [last[2], last[3]]))
}

/// VSHA512RNDS2: perform two rounds of SHA512 operation (SDM Vol. 2C, "VSHA512RNDS2").
pub fn vsha512rnds2<D: Place<U256>, S: Value<U256>, K: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (hgdc, feba, keyed) = (D::read(m, op)?, S::read(m, op)?, K::read(m, op)?);
    let words = two_rounds(quadwords(feba), quadwords(hgdc), [keyed as u64, (keyed >> 64) as u64]);
    D::write(m, op, from_quadwords(words))
}

/// VSHA512MSG1: perform an intermediate calculation for the next four SHA512 message qwords
/// (SDM Vol. 2C, "VSHA512MSG1").
pub fn vsha512msg1<D: Place<U256>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (words, next) = (D::read(m, op)?, S::read(m, op)?);
    D::write(m, op, from_quadwords(message1(quadwords(words), next as u64)))
}

/// VSHA512MSG2: perform a final calculation for the next four SHA512 message qwords (SDM Vol. 2C, "VSHA512MSG2").
pub fn vsha512msg2<D: Place<U256>, S: Value<U256>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (words, last) = (quadwords(D::read(m, op)?), quadwords(S::read(m, op)?));
    D::write(m, op, from_quadwords(message2(words, [last[2], last[3]])))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-512 of "abc" (FIPS 180-4, examples): SHA-256 is the same code, and the hardware vectors have it.
    #[test]
    fn the_example_of_the_standard() {
        // The constants are the first 64 bits of the fraction of cube roots, the start of square roots.
        let primes: Vec<u64> = (2..410).filter(|n| (2..*n).all(|d| n % d != 0)).collect();
        let keys: Vec<u64> = primes.iter().map(|prime| fraction_of_root(*prime, 3)).collect();
        let start: Vec<u64> = primes[..8].iter().map(|prime| fraction_of_root(*prime, 2)).collect();
        let mut w: Vec<u64> = vec![0; 16];
        (w[0], w[15]) = (0x6162_6380_0000_0000, 24);
        while w.len() < 80 {
            let at = w.len() - 16;
            let four = |from: usize| [w[from], w[from + 1], w[from + 2], w[from + 3]];
            let [a, b, c, d] = message1(four(at), w[at + 4]);
            let added = [w[at + 9], w[at + 10], w[at + 11], w[at + 12]];
            let sums = [a.add(added[0]), b.add(added[1]), c.add(added[2]), d.add(added[3])];
            w.extend(message2(sums, [w[at + 14], w[at + 15]]));
        }
        let mut feba = [start[5], start[4], start[1], start[0]];
        let mut hgdc = [start[7], start[6], start[3], start[2]];
        for at in (0..80).step_by(2) {
            let keyed = [w[at].add(keys[at]), w[at + 1].add(keys[at + 1])];
            (hgdc, feba) = (feba, two_rounds(feba, hgdc, keyed));
        }
        assert_eq!(start[0].add(feba[3]), 0xddaf_35a1_9361_7aba);
        assert_eq!(start[7].add(hgdc[0]), 0x2a9a_c94f_a54c_a49f);
    }

    /// The first 64 fraction bits of a square or cube root, found bit by bit.
    fn fraction_of_root(number: u64, degree: u32) -> u64 {
        let fits = |root: u128| {
            // root^degree <= number << (64 * degree), in limbs of 32 bits, lowest first.
            let mut power = vec![1_u64];
            for _ in 0..degree {
                let mut next = vec![0_u64; power.len() + 3];
                for (at, limb) in power.iter().enumerate() {
                    let mut carry = 0;
                    for part in 0..3 {
                        let factor = (root >> (32 * part) & 0xffff_ffff) as u64;
                        let sum = u128::from(limb * factor) + u128::from(next[at + part]) + carry;
                        next[at + part] = sum as u64 & 0xffff_ffff;
                        carry = sum >> 32;
                    }
                    let mut place = at + 3;
                    while carry != 0 {
                        let sum = u128::from(*next.get(place).unwrap_or(&0)) + carry;
                        next.resize(next.len().max(place + 1), 0);
                        next[place] = sum as u64 & 0xffff_ffff;
                        (carry, place) = (sum >> 32, place + 1);
                    }
                }
                power = next;
            }
            let whole = 2 * degree as usize;
            let high = power[whole..].iter().rev().fold(0_u128, |high, limb| high << 32 | u128::from(*limb));
            high < u128::from(number)
        };
        let root = (0..69).rev().fold(0_u128, |root, bit| if fits(root | 1 << bit) { root | 1 << bit } else { root });
        root as u64
    }
}
