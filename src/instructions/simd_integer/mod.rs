//! Instructions on packed integers, of MMX, SSE and AVX alike: one function serves an operation of every
//! extension and vector length.

pub mod arithmetic;
pub mod bit_field;
pub mod comparison;
pub mod conversion;
pub mod dot_product;
pub mod logical;
pub mod shift;
pub mod shuffle;
pub mod string_comparison;
