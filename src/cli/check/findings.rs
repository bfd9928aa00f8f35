//! What was found in a program, as a report that both formats write.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::cpu::Model;
use crate::linux;
use crate::table::coverage::RowStatus;

use super::super::audit::record::AuditRecord;
use super::super::contents::{Reached, Requirement, RowTally, SystemCalls, Tally, lacking};
use super::libraries::Libraries;

/// All that is known about a program.
pub struct Findings<'f> {
    /// Its path.
    pub program: String,
    /// The processor that was asked for.
    pub cpu: &'f str,
    /// What that processor has.
    pub model: &'f Model,
    /// What is proven.
    pub record: &'f AuditRecord,
    pub reached: &'f Reached<'f, 'f>,
    pub tally: &'f Tally,
    pub calls: &'f SystemCalls,
    pub libraries: Libraries,
}

/// The report.
#[derive(Serialize)]
pub struct CheckReport {
    pub program: String,
    pub cpu: String,
    /// Whether every instruction can be executed by that processor.
    pub runs: bool,
    pub instructions: u64,
    /// Instructions that nothing in the file leads to.
    pub swept: u64,
    /// Bytes of executable sections that may be data.
    pub untold_bytes: u64,
    pub processor: NeededProcessor,
    pub features: BTreeMap<&'static str, ContainedFeature>,
    pub mnemonics: BTreeMap<&'static str, u64>,
    pub rows: Vec<ContainedRow>,
    /// Places that control leads to and that are no instruction.
    pub undecodable: Vec<Undecodable>,
    pub system_calls: ContainedCalls,
    pub interpreter: Option<String>,
    pub libraries: Vec<String>,
}

/// What executes all of it.
#[derive(Serialize)]
pub struct NeededProcessor {
    /// The oldest generation, but for what none executes.
    pub oldest: &'static str,
    /// The features that the generation before lacks.
    pub because: Vec<&'static str>,
    /// The features that no generation has.
    pub nowhere: Vec<&'static str>,
}

/// The instructions that need a feature.
#[derive(Serialize, Default)]
pub struct ContainedFeature {
    pub count: u64,
    /// The functions that have them.
    pub functions: BTreeSet<String>,
}

/// A row that is in the program.
#[derive(Serialize)]
pub struct ContainedRow {
    pub opcode: &'static str,
    pub instruction: &'static str,
    pub count: u64,
    pub cpuid: &'static str,
    pub status: &'static str,
    /// How many hardware vectors proved it.
    pub vectors: u32,
    /// Executed without any vector to prove it.
    pub unproven: bool,
    /// The feature that the processor lacks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacks: Option<&'static str>,
    /// Why it is missing.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub reason: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<String>,
}

/// A place that is no instruction.
#[derive(Serialize)]
pub struct Undecodable {
    pub address: u32,
    pub reason: String,
}

/// The system calls.
#[derive(Serialize)]
pub struct ContainedCalls {
    pub calls: Vec<CallSites>,
    /// Places where the number is not a constant.
    pub untold: Vec<u32>,
}

/// A system call.
#[derive(Serialize)]
pub struct CallSites {
    pub number: u32,
    /// Its name; `None` for a number that no call has.
    pub name: Option<&'static str>,
    /// Whether the guest's Linux has it; otherwise the answer is ENOSYS.
    pub exists: bool,
    pub sites: u64,
}

impl Findings<'_> {
    /// Puts them together.
    pub fn report(&self) -> CheckReport {
        let lacks: BTreeMap<u32, &str> =
            lacking(self.tally, self.model).into_iter().map(|(tally, feature)| (tally.row.line, feature)).collect();
        let rows: Vec<ContainedRow> =
            self.tally.rows.iter().map(|tally| self.row(tally, lacks.get(&tally.row.line).copied())).collect();
        let undecodable: Vec<Undecodable> = self.undecodable();
        let is_missing = |row: &ContainedRow| row.status == RowStatus::Missing.name();
        let Requirement { generation: oldest, because, nowhere } = Requirement::of(self.tally);
        CheckReport {
            program: self.program.clone(),
            cpu: self.cpu.into(),
            runs: undecodable.is_empty() && lacks.is_empty() && !rows.iter().any(is_missing),
            instructions: self.tally.instructions,
            swept: self.tally.swept,
            untold_bytes: self.reached.untold,
            processor: NeededProcessor { oldest, because, nowhere },
            features: self.features(),
            mnemonics: self.tally.mnemonics(),
            rows,
            undecodable,
            system_calls: self.calls(),
            interpreter: self.libraries.interpreter.clone(),
            libraries: self.libraries.needed.clone(),
        }
    }

    fn row(&self, tally: &RowTally, lacks: Option<&'static str>) -> ContainedRow {
        let RowTally { row, count, functions } = tally;
        let (status, vectors) = (row.status(), self.record.vectors(row));
        ContainedRow {
            opcode: &row.opcode,
            instruction: &row.instruction,
            count: *count,
            cpuid: &row.cpuid,
            status: status.name(),
            vectors,
            unproven: status == RowStatus::Implemented && vectors == 0,
            lacks,
            reason: if status == RowStatus::Missing { row.reason() } else { "" },
            functions: functions.values().cloned().collect(),
        }
    }

    fn features(&self) -> BTreeMap<&'static str, ContainedFeature> {
        let mut features: BTreeMap<&str, ContainedFeature> = BTreeMap::new();
        for tally in &self.tally.rows {
            for feature in tally.row.features() {
                let entry = features.entry(feature.name).or_default();
                entry.count += tally.count;
                entry.functions.extend(tally.functions.values().cloned());
            }
        }
        features
    }

    fn undecodable(&self) -> Vec<Undecodable> {
        let all = self.reached.undecodable.iter();
        all.map(|(address, reason)| Undecodable { address: *address, reason: reason.clone() }).collect()
    }

    fn calls(&self) -> ContainedCalls {
        let site = |(&number, &sites)| CallSites {
            number,
            name: linux::system_call_name(number),
            exists: linux::has_system_call(number),
            sites,
        };
        ContainedCalls { calls: self.calls.calls.iter().map(site).collect(), untold: self.calls.untold.clone() }
    }
}
