//! The hash SM3 (SDM Vol. 2C, "VSM3MSG1", "VSM3MSG2" and "VSM3RNDS2").

use crate::instructions::operand::{Place, Value, doublewords, from_doublewords};
use crate::instructions::{Machine, Op, Outcome};

/// `x` exclusive-or two rotations of it: P0 and P1 of the standard.
fn spread(x: u32, rotations: [u32; 2]) -> u32 {
    rotations.into_iter().fold(x, |sum, by| sum ^ x.rotate_left(by))
}

/// The first part of the next four message words: `old` is W7 to W10, `new` W13 to W15, `first` W0 to W3.
#[inline(never)]
fn message1(old: u128, new: u128, first: u128) -> u128 {
    let [old, first] = [old, first].map(doublewords);
    let [a, b, c, _] = doublewords(new);
    let new = [a, b, c, 0];
    from_doublewords(std::array::from_fn(|i| spread(old[i] ^ first[i] ^ new[i].rotate_left(15), [15, 23])))
}

/// The second part of the next four message words: `parts` is the first, `old` W3 to W6, `new` W10 to W13.
#[inline(never)]
fn message2(parts: u128, old: u128, new: u128) -> u128 {
    let [parts, old, new] = [parts, old, new].map(doublewords);
    let [a, b, c, d] = std::array::from_fn(|i| old[i].rotate_left(7) ^ new[i] ^ parts[i]);
    from_doublewords([a, b, c, d ^ a.rotate_left(6) ^ a.rotate_left(15) ^ a.rotate_left(30)])
}

/// Two rounds from number `round` on. The state is A, B, E, F in `abef` and C, D, G, H in `cdgh`,
/// of which C, D, G and H are not rotated yet; `message` has W0, W1, W4 and W5.
#[inline(never)]
fn rounds(cdgh: u128, abef: u128, message: u128, round: u8) -> u128 {
    let [mut f, mut e, mut b, mut a] = doublewords(abef);
    let [h, g, d, c] = doublewords(cdgh);
    let ([mut c, mut d], [mut g, mut h]) = ([c, d].map(|x| x.rotate_left(9)), [g, h].map(|x| x.rotate_left(19)));
    let [w0, w1, w4, w5] = doublewords(message);
    let round = u32::from(round & 0x3e);
    let early = round < 16;
    let constant: u32 = if early { 0x79cc_4519 } else { 0x7a87_9d8a };
    for (step, w, w4) in [(0, w0, w4), (1, w1, w5)] {
        let turned = a.rotate_left(12);
        let s1 = turned.wrapping_add(e).wrapping_add(constant.rotate_left(round + step)).rotate_left(7);
        let ff = if early { a ^ b ^ c } else { a & b | a & c | b & c };
        let gg = if early { e ^ f ^ g } else { e & f | !e & g };
        let t1 = ff.wrapping_add(d).wrapping_add(s1 ^ turned).wrapping_add(w ^ w4);
        let t2 = gg.wrapping_add(h).wrapping_add(s1).wrapping_add(w);
        [a, b, c, d] = [t1, a, b.rotate_left(9), c];
        [e, f, g, h] = [spread(t2, [9, 17]), e, f.rotate_left(19), g];
    }
    from_doublewords([f, e, b, a])
}

/// `destination = f(destination, a, b)`
#[inline(always)]
fn combine<D: Place<u128>, A: Value<u128>, B: Value<u128>>(
    m: &mut Machine,
    op: &Op,
    f: impl Fn(u128, u128, u128) -> u128,
) -> Outcome<()> {
    let (destination, a, b) = (D::read(m, op)?, A::read(m, op)?, B::read(m, op)?);
    D::write(m, op, f(destination, a, b))
}

/// VSM3MSG1: perform initial calculation for the next four SM3 message words (SDM Vol. 2C, "VSM3MSG1").
pub fn vsm3msg1<D: Place<u128>, A: Value<u128>, B: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    combine::<D, A, B>(m, op, message1)
}

/// VSM3MSG2: perform final calculation for the next four SM3 message words (SDM Vol. 2C, "VSM3MSG2").
pub fn vsm3msg2<D: Place<u128>, A: Value<u128>, B: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    combine::<D, A, B>(m, op, message2)
}

/// VSM3RNDS2: perform two rounds of SM3 operation (SDM Vol. 2C, "VSM3RNDS2").
pub fn vsm3rnds2<D: Place<u128>, A: Value<u128>, B: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    combine::<D, A, B>(m, op, |destination, a, b| rounds(destination, a, b, op.imm as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four message words from index `at` on.
    fn four(w: &[u32], at: usize) -> u128 {
        from_doublewords(std::array::from_fn(|i| w.get(at + i).copied().unwrap_or(0)))
    }

    /// The first example of the standard (GM/T 0004-2012, annex A): "abc".
    #[test]
    fn the_example_of_the_standard() {
        let mut w = vec![0; 16];
        (w[0], w[15]) = (0x6162_6380, 24);
        while w.len() < 68 {
            let at = w.len() - 16;
            let parts = message1(four(&w, at + 7), four(&w, at + 13), four(&w, at));
            let next = message2(parts, four(&w, at + 3), four(&w, at + 10));
            w.extend(doublewords(next));
        }
        let start: [u32; 8] =
            [0x7380_166f, 0x4914_b2b9, 0x1724_42d7, 0xda8a_0600, 0xa96f_30bc, 0x1631_38aa, 0xe38d_ee4d, 0xb0fb_0e4e];
        let [a, b, c, d, e, f, g, h] = start;
        let mut abef = from_doublewords([f, e, b, a]);
        let unturned = |x: u32, by| x.rotate_right(by);
        let mut cdgh = from_doublewords([unturned(h, 19), unturned(g, 19), unturned(d, 9), unturned(c, 9)]);
        for round in (0..64).step_by(2) {
            let message = from_doublewords([w[round], w[round + 1], w[round + 4], w[round + 5]]);
            (cdgh, abef) = (abef, rounds(cdgh, abef, message, round as u8));
        }
        let [f, e, b, a] = doublewords(abef);
        let [h, g, d, c] = doublewords(cdgh);
        let end = [a, b, c.rotate_left(9), d.rotate_left(9), e, f, g.rotate_left(19), h.rotate_left(19)];
        let digest: Vec<u32> = start.into_iter().zip(end).map(|(start, end)| start ^ end).collect();
        assert_eq!(
            digest,
            [0x66c7_f0f4, 0x62ee_edd9, 0xd1f2_d46b, 0xdc10_e4e2, 0x4167_c487, 0x5cf2_f7a2, 0x297d_a02b, 0x8f4b_a8e0]
        );
    }
}
