//! The encodings that other decoders know in 32-bit mode and the table leaves out, with the reason of each.

use serde::Serialize;

/// The list: name, opcode, instruction and reason of each, separated by tabs; `#` begins a comment.
const LIST: &str = include_str!("../../../tests/data/left-out.tsv");

/// An encoding that the table leaves out.
#[derive(Serialize)]
pub struct LeftOutEncoding {
    opcode: &'static str,
    instruction: &'static str,
    reason: &'static str,
}

/// All of them.
pub fn list() -> Vec<LeftOutEncoding> {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    let parts = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    parts
        .filter_map(|parts| match parts[..] {
            [_, opcode, instruction, reason] => Some(LeftOutEncoding { opcode, instruction, reason }),
            _ => None,
        })
        .collect()
}

impl LeftOutEncoding {
    /// One line: opcode, instruction, reason.
    pub fn line(&self) -> String {
        format!("{:<28}  {:<44}  {}", self.opcode, self.instruction, self.reason)
    }
}
