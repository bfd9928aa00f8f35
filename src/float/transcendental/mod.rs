//! The transcendental instructions (SDM Vol. 1, "Transcendental Instruction Accuracy"): computed in
//! integers with a relative error of about 2^-118, then rounded once, so that nearly every result is
//! correctly rounded, and the same on every host. Precision control does not apply to them.

mod arctangent;
mod circular;
mod constants;
mod exponential;
mod fixed;
mod logarithm;
mod reduction;
mod trigonometric;
mod unrounded;

pub use arctangent::atan2;
pub use exponential::exp2_minus_1;
pub use logarithm::{y_log2, y_log2_plus_1};
pub use trigonometric::{cos, sin, sincos, tan};
