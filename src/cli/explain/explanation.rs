//! What is told about an instruction or a mnemonic.

use serde::Serialize;

use super::super::row_facts::RowFacts;
use super::execution::Execution;

/// What is told about an instruction.
#[derive(Serialize)]
pub struct Explanation {
    /// As it is disassembled; `None` for a mnemonic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    pub rows: Vec<RowFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution: Option<Execution>,
}
