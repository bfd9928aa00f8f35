//! System instructions (SDM Vol. 1, "System Instructions"): those that user mode may execute, and
//! those whose refusal depends on more than the instruction.

pub mod control_register;
pub mod selector_query;
pub mod table_registers;
