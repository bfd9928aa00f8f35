//! The `float` room against witnesses that share no code with it: `rustc_apfloat` for arithmetic,
//! `astro-float-num` for transcendental functions, and the SDM's tables of special operands.
//!
//! The ordinary run is small; `TAB86_LONG=1` runs ten million operations a kind, as releases do
//! (add `--release`).

mod any_bits;
mod conversions;
mod ieee_witness;
mod random;
mod rules;
mod transcendental;
mod unmasked;
mod x87_fast;
mod x87_witness;
