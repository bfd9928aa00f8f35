//! General-purpose instructions (SDM Vol. 1, "General-Purpose Instructions"): a file for each heading.

pub mod binary_arithmetic;
pub mod bit_byte;
pub mod bit_manipulation;
pub mod control_transfer;
pub mod data_transfer;
pub mod decimal_arithmetic;
pub mod exchange;
pub mod far_transfer;
pub mod flag_control;
pub mod logical;
pub mod miscellaneous;
pub mod procedure;
pub mod segment_register;
pub mod shift_rotate;
pub mod stack_transfer;
pub mod string;
