//! System instructions (SDM Vol. 1, "System Instructions"): those that user mode may execute, and
//! those whose exception in user mode depends on an operand.

pub mod control_register;
pub mod selector_query;
pub mod table_registers;
