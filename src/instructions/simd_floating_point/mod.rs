//! Instructions on packed and scalar floating-point numbers, of SSE and AVX alike. Lanes and exceptions
//! are in [`simd_float`](crate::instructions::simd_float), the numbers in [`float`](crate::float).

pub mod approximation;
pub mod arithmetic;
pub mod comparison;
pub mod conversion;
pub mod fused_multiply_add;
pub mod half;
pub mod horizontal;
