//! The constants of the transcendental functions, the irrational ones to 128 bits.

use crate::float::number::Unrounded;

const fn positive(exponent: i32, significand: u128) -> Unrounded {
    Unrounded { negative: false, exponent, significand }
}

/// 1.
pub const ONE: Unrounded = positive(0, 1 << 127);
/// 2.
pub const TWO: Unrounded = positive(1, 1 << 127);
/// Pi.
pub const PI: Unrounded = positive(1, 0xc90f_daa2_2168_c234_c4c6_628b_80dc_1cd1);
/// Pi / 2.
pub const HALF_PI: Unrounded = positive(0, PI.significand);
/// Pi / 4.
pub const QUARTER_PI: Unrounded = positive(-1, PI.significand);
/// 3 pi / 4.
pub const THREE_QUARTERS_PI: Unrounded = positive(1, 0x96cb_e3f9_990e_91a7_9394_c9e8_a0a5_159d);
/// The natural logarithm of 2.
pub const LN_2: Unrounded = positive(-1, 0xb172_17f7_d1cf_79ab_c9e3_b398_03f2_f6af);
/// 2 / ln 2: from the inverse hyperbolic tangent to the binary logarithm.
pub const TWO_OVER_LN_2: Unrounded = positive(1, 0xb8aa_3b29_5c17_f0bb_be87_fed0_691d_3e89);
