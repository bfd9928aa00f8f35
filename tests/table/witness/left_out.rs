//! `tests/data/left-out.tsv`: the encodings that iced knows in 32-bit mode and the table leaves out.

use std::collections::{BTreeMap, HashMap, HashSet};

use iced_x86::Code;

/// The list, and which entry names which code.
pub struct LeftOut {
    entries: BTreeMap<&'static str, &'static str>,
    codes: HashMap<Code, &'static str>,
}

impl LeftOut {
    /// Reads the list.
    pub fn read() -> LeftOut {
        let lines = include_str!("../../data/left-out.tsv").lines().filter(|line| !line.starts_with('#'));
        let entry = |line: &'static str| match line.split('\t').collect::<Vec<_>>()[..] {
            [code, _, _, reason] => (code, reason),
            _ => panic!("left-out.tsv: `{line}`; write code, opcode, instruction and reason, separated by tabs"),
        };
        let entries: BTreeMap<_, _> = lines.map(entry).collect();
        let named = |code: Code| {
            let entry = entries.get_key_value(format!("{code:?}").to_uppercase().as_str());
            entry.map(|(entry, _)| (code, *entry))
        };
        let codes = Code::values().filter(|code| code.op_code().mode32()).filter_map(named).collect();
        LeftOut { entries, codes }
    }

    /// Whether the list has a code.
    pub fn has(&self, code: Code) -> bool {
        self.codes.contains_key(&code)
    }

    /// Why the table leaves out a code; empty if it does not.
    pub fn reason(&self, code: Code) -> &'static str {
        self.codes.get(&code).map_or("", |entry| self.entries[entry])
    }

    /// What does not add up: codes that neither the table nor the list has, that both have, entries
    /// that name no code, and entries without a reason.
    pub fn problems(&self, in_table: &HashSet<Code>) -> Vec<String> {
        let mut problems = Vec::new();
        for code in Code::values().filter(|code| code.op_code().mode32() && code.op_code().is_instruction()) {
            let title = code.op_code().instruction_string();
            match (self.codes.get(&code), in_table.contains(&code)) {
                (None, false) => problems.push(format!("{code:?} ({title}) is neither in the table nor left out")),
                (Some(entry), true) => problems.push(format!("{code:?} is in the table; take {entry} out of the list")),
                _ => {}
            }
        }
        let used: HashSet<&str> = self.codes.values().copied().collect();
        for (entry, reason) in &self.entries {
            if !used.contains(entry) || reason.trim().is_empty() {
                problems.push(format!("left-out.tsv: {entry} is no code of iced's, or has no reason"));
            }
        }
        problems
    }
}
