//! x87 FPU instructions (SDM Vol. 1, "x87 FPU Instructions"): a file for each heading. The numbers are in
//! [`float`](crate::float), the register stack and its exceptions in [`x87`](crate::instructions::x87).

pub mod arithmetic;
pub mod comparison;
pub mod constants;
pub mod control;
pub mod data_transfer;
pub mod environment;
pub mod transcendental;
