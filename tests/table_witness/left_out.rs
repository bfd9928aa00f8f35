//! `tests/data/left-out.tsv`: the encodings that iced knows in 32-bit mode and the table leaves out.

use std::collections::{BTreeMap, BTreeSet};

use iced_x86::Code;

/// The list.
pub struct LeftOut {
    reasons: BTreeMap<&'static str, &'static str>,
}

impl LeftOut {
    /// Reads the list.
    pub fn read() -> LeftOut {
        let lines = include_str!("../data/left-out.tsv").lines().filter(|line| !line.starts_with('#'));
        LeftOut { reasons: lines.map(|line| line.split_once('\t').expect("code and reason")).collect() }
    }

    /// The entry that names a code.
    pub fn entry(&self, code: &str) -> Option<&'static str> {
        let code = code.to_uppercase();
        self.reasons.keys().copied().find(|entry| match entry.strip_suffix('*') {
            Some(start) => code.starts_with(start),
            None => code == *entry,
        })
    }

    /// What does not add up: codes that neither the table nor the list has, that both have, and
    /// entries that name no code.
    pub fn problems(&self, decoded: &BTreeSet<String>) -> Vec<String> {
        let mut problems = Vec::new();
        let mut used = BTreeSet::new();
        for code in Code::values().filter(|code| code.op_code().mode32() && code.op_code().is_instruction()) {
            let name = format!("{code:?}");
            let entry = self.entry(&name);
            used.extend(entry);
            match (entry, decoded.contains(&name)) {
                (None, false) => problems.push(format!(
                    "{name} ({}) is neither in the table nor left out",
                    code.op_code().instruction_string()
                )),
                (Some(entry), true) => {
                    problems.push(format!("{name} is in the table; remove {entry} from left-out.tsv"))
                }
                _ => {}
            }
        }
        problems.extend(
            self.reasons
                .keys()
                .filter(|entry| !used.contains(*entry))
                .map(|entry| format!("left-out.tsv: {entry} is no code of iced's")),
        );
        problems
    }
}
