//! What the table says of a row, in words: its operands, its flags, its exceptions, and what executes it. For
//! `tab86 explain` and for the pages of the audit.

use serde::Serialize;

use crate::table::coverage::RowStatus;
use crate::table::{self, Row, RowOperand};

/// The facts about a row.
#[derive(Serialize)]
pub struct RowFacts {
    pub opcode: &'static str,
    pub instruction: &'static str,
    pub operands: Vec<OperandFacts>,
    pub flags: Vec<FlagFacts>,
    pub cpuid: &'static str,
    pub exceptions: Vec<String>,
    pub group: &'static str,
    pub status: &'static str,
    pub sdm: &'static str,
    pub note: &'static str,
    pub handler: Option<&'static str>,
    /// The file and line where the handler stands.
    pub source: Option<(&'static str, u32)>,
    /// The line in `opcodes.json`.
    pub line: u32,
    /// How many hardware vectors proved it.
    pub vectors: u32,
}

/// An operand as the SDM prints it, and what happens to it.
#[derive(Serialize)]
pub struct OperandFacts {
    pub operand: &'static str,
    pub access: &'static str,
}

/// A flag, and what happens to it.
#[derive(Serialize)]
pub struct FlagFacts {
    pub flag: &'static str,
    pub effect: String,
}

impl RowFacts {
    /// Those of a row that so many vectors proved.
    pub fn of(row: &'static Row, vectors: u32) -> RowFacts {
        let handler = row.handler.map(table::Text::as_str);
        RowFacts {
            opcode: row.opcode.as_str(),
            instruction: row.instruction.as_str(),
            operands: operands(row),
            flags: flags(row),
            cpuid: row.cpuid.as_str(),
            exceptions: exceptions(row),
            group: row.group(),
            status: row.status().name(),
            sdm: row.sdm.as_str(),
            note: row.reason(),
            handler,
            source: handler.and_then(table::source_of),
            line: row.line,
            vectors,
        }
    }
}

fn operands(row: &'static Row) -> Vec<OperandFacts> {
    let texts = row.instruction.as_str().split_once(' ').map_or("", |(_, operands)| operands).split(", ");
    let access = |token: &str| match token {
        "r" => "read",
        "w" => "written",
        "rw" => "read and written",
        "cr" => "read under a condition",
        "cw" => "written under a condition",
        "rcw" => "read, and written under a condition",
        _ => "not accessed",
    };
    row.operands
        .iter()
        .zip(texts)
        .map(|(known, operand)| OperandFacts { operand, access: access(&known.access) })
        .collect()
}

fn flags(row: &'static Row) -> Vec<FlagFacts> {
    let fact = |token: &'static str| {
        let (flag, letters) = token.split_once(':').unwrap_or((token, ""));
        let words = letters.chars().map(|letter| match letter {
            'T' => "tested",
            'M' => "set by the result",
            'm' => "set by the result, on some paths only",
            '0' => "cleared",
            '1' => "set",
            _ => "undefined",
        });
        let mut effect = words.collect::<Vec<_>>().join(", ");
        let under = row.undefined.iter().find(|(name, _)| name.as_str() == flag);
        if let Some((_, condition)) = under {
            effect += &format!("; undefined if {condition}");
        }
        FlagFacts { flag, effect }
    };
    row.flags.as_str().split_whitespace().map(fact).collect()
}

/// Those that follow from the row; what else an instruction raises depends on its operands' values.
fn exceptions(row: &'static Row) -> Vec<String> {
    let mut exceptions = Vec::new();
    match row.status() {
        RowStatus::Privileged => exceptions.push("#GP(0) in user mode, always".to_string()),
        RowStatus::Undefined => exceptions.push("#UD, always".to_string()),
        _ => {}
    }
    if !row.cpuid.is_empty() {
        exceptions.push(format!("#UD on a processor without {}", row.cpuid.replace(' ', " and ")));
    }
    if row.operands.iter().any(RowOperand::may_access_memory) {
        exceptions.push("#PF, #GP(0) and #SS(0) by its memory operand".to_string());
    }
    if row.prefixes.contains("LOCK") {
        exceptions.push("#UD with LOCK and a register as destination".to_string());
    }
    exceptions
}
