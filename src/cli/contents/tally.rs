//! How often each row of the table stands in a program, and in which functions.

use std::collections::BTreeMap;

use crate::table::{self, Row};

use super::reach::Reached;

/// What is counted of a program.
pub struct Tally {
    /// The rows that are in it, in the table's order.
    pub rows: Vec<RowTally>,
    /// Instructions.
    pub instructions: u64,
    /// Those of them that only the sweep found.
    pub swept: u64,
}

/// A row that is in a program.
pub struct RowTally {
    /// The row.
    pub row: &'static Row,
    /// How often.
    pub count: u64,
    /// The functions that have it, with their addresses; one without a name if nobody names them.
    pub functions: BTreeMap<u32, String>,
}

impl Tally {
    /// Counts the instructions that were found. Functions are noted for rows that not every processor has.
    pub fn of(reached: &Reached) -> Tally {
        let mut counts: BTreeMap<u16, RowTally> = BTreeMap::new();
        let (mut instructions, mut swept) = (0, 0);
        for found in reached.instructions() {
            let index = found.instruction.index;
            let row = table::row(index);
            let empty = || RowTally { row, count: 0, functions: BTreeMap::new() };
            let entry = counts.entry(index).or_insert_with(empty);
            entry.count += 1;
            instructions += 1;
            swept += u64::from(found.is_swept);
            if !row.cpuid.is_empty() || row.handler.is_none() {
                let address = found.instruction.eip;
                if let Some(function) = found.section.symbols.find(address) {
                    entry.functions.insert(address - function.offset, function.name.into_owned());
                }
            }
        }
        Tally { rows: counts.into_values().collect(), instructions, swept }
    }

    /// How often each mnemonic is in it.
    pub fn mnemonics(&self) -> BTreeMap<&'static str, u64> {
        let mut sums = BTreeMap::new();
        for RowTally { row, count, .. } in &self.rows {
            *sums.entry(row.mnemonic.as_str()).or_default() += count;
        }
        sums
    }
}
