//! The approximations of RCPPS and RSQRTPS (SDM Vol. 2B). The manual allows a relative error of
//! 1.5 * 2^-12, within which processors differ; here the result is the nearest number, the same on
//! every host. Denormal operands are treated as zero, tiny results are zero, and nothing is raised.

use super::{Format, Native, arithmetic};
use crate::float::FloatEnvironment;

const ENV: FloatEnvironment =
    FloatEnvironment { flush_to_zero: true, denormals_are_zero: true, ..FloatEnvironment::DEFAULT };

/// `1 / a`.
pub fn reciprocal(a: u32) -> u32 {
    arithmetic::div(1_f32.to_bits(), a, ENV).0
}

/// `1 / sqrt(a)`.
pub fn reciprocal_root(a: u32) -> u32 {
    let negative = a.is_negative();
    if a.is_nan() {
        a.quieted()
    } else if a.magnitude() == 0 || a.is_denormal() {
        u32::infinity(negative)
    } else if negative {
        u32::INDEFINITE as u32
    } else {
        ((1.0 / a.double().sqrt()) as f32).to_bits()
    }
}
