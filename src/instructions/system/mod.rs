//! System instructions that user mode may execute (SDM Vol. 1, "System Instructions").

pub mod selector_query;
