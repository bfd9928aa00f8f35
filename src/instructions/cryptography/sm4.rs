//! The block cipher SM4 (SDM Vol. 2C, "VSM4KEY4" and "VSM4RNDS4"): four rounds on each 128-bit half.

use crate::instructions::cryptography::galois::SubstitutionBox;
use crate::instructions::operand::{Place, Value, Vector, doublewords, from_doublewords, halves};
use crate::instructions::{Machine, Op, Outcome};

/// The S-box; the field's polynomial is x^8 + x^7 + x^6 + x^5 + x^4 + x^2 + 1.
const BOX: [u8; 256] = SubstitutionBox { field: 0x1f5, matrix: 0xcb, constant: 0xd3, both: true }.table();

/// Four rounds. Each applies the S-box to the exclusive or of three words and a round key, and combines the
/// rotations of the result with the fourth word by exclusive or.
fn four_rounds(state: u128, keys: u128, rotations: &[u32]) -> u128 {
    let mut words = doublewords(state);
    for key in doublewords(keys) {
        let [first, rest @ ..] = words;
        let mixed = rest.into_iter().fold(key, |sum, word| sum ^ word);
        let substituted = u32::from_le_bytes(mixed.to_le_bytes().map(|byte| BOX[usize::from(byte)]));
        let spread = rotations.iter().fold(substituted, |sum, &by| sum ^ substituted.rotate_left(by));
        words = [rest[0], rest[1], rest[2], first ^ spread];
    }
    from_doublewords(words)
}

#[inline(never)]
fn expand_key(state: u128, keys: u128) -> u128 {
    four_rounds(state, keys, &[13, 23])
}

#[inline(never)]
fn encrypt(state: u128, keys: u128) -> u128 {
    four_rounds(state, keys, &[2, 10, 18, 24])
}

/// VSM4KEY4: perform four rounds of SM4 key expansion (SDM Vol. 2C, "VSM4KEY4").
pub fn vsm4key4<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    D::write(m, op, halves(a, b, expand_key))
}

/// VSM4RNDS4: performs four rounds of SM4 encryption (SDM Vol. 2C, "VSM4RNDS4").
pub fn vsm4rnds4<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    D::write(m, op, halves(a, b, encrypt))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first example of the standard (GB/T 32907-2016, annex A): key and plain text are the same.
    #[test]
    fn the_example_of_the_standard() {
        let text = [0x0123_4567, 0x89ab_cdef, 0xfedc_ba98, 0x7654_3210];
        let family = [0xa3b1_bac6, 0x56aa_3350, 0x677d_9197, 0xb270_22dc];
        let constant = |round: u32| (0..4).fold(0, |word, byte| word << 8 | ((4 * round + byte) * 7) & 0xff);
        let mut key = from_doublewords(text) ^ from_doublewords(family);
        let mut state = from_doublewords(text);
        for four in 0..8 {
            key = expand_key(key, from_doublewords([0, 1, 2, 3].map(|round| constant(4 * four + round))));
            state = encrypt(state, key);
        }
        let mut cipher = doublewords(state);
        cipher.reverse();
        assert_eq!(cipher, [0x681e_df34, 0xd206_965e, 0x86b3_e94f, 0x536e_4246]);
    }
}
