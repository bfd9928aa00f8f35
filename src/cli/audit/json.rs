//! The audit for programs: a summary and the rows.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::table::coverage::RowStatus;
use crate::table::left_out::{self, LeftOutEncoding};

use super::report::{AuditReport, RowCounts, RowReport};

#[derive(Serialize)]
struct JsonReport {
    summary: JsonSummary,
    rows: Vec<JsonRow>,
    left_out: Vec<JsonLeftOut>,
}

#[derive(Serialize)]
struct JsonLeftOut {
    opcode: &'static str,
    instruction: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
struct JsonSummary {
    #[serde(flatten)]
    total: JsonGroup,
    groups: BTreeMap<&'static str, JsonGroup>,
}

#[derive(Serialize)]
struct JsonGroup {
    rows: usize,
    implemented: usize,
    unimplemented: usize,
    privileged: usize,
    undefined: usize,
    missing: usize,
    proven: usize,
    unproven: usize,
    /// Rows by their status: each row once.
    statuses: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct JsonRow {
    opcode: &'static str,
    instruction: &'static str,
    group: &'static str,
    status: &'static str,
    proven: bool,
    vectors: u32,
    line: u32,
    sdm: &'static str,
    note: &'static str,
    reason: &'static str,
    cpuid: &'static str,
    tuple: &'static str,
    handler: Option<&'static str>,
    /// How often a program uses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    uses: Option<u64>,
}

impl From<RowCounts> for JsonGroup {
    fn from(counts: RowCounts) -> JsonGroup {
        let RowCounts { rows, implemented, privileged, undefined, proven, unproven } = counts;
        let missing = counts.missing();
        let statuses = RowStatus::ALL.map(|status| (status.name(), counts.with(status))).into();
        JsonGroup {
            rows,
            implemented,
            unimplemented: missing,
            privileged,
            undefined,
            missing,
            proven,
            unproven,
            statuses,
        }
    }
}

impl From<&RowReport> for JsonRow {
    fn from(entry: &RowReport) -> JsonRow {
        JsonRow {
            opcode: &entry.row.opcode,
            instruction: &entry.row.instruction,
            group: entry.row.group(),
            status: entry.status.name(),
            proven: entry.is_proven(),
            vectors: entry.vectors,
            line: entry.row.line,
            sdm: &entry.row.sdm,
            note: &entry.row.note,
            reason: if entry.status == RowStatus::Missing { entry.row.reason() } else { "" },
            cpuid: &entry.row.cpuid,
            tuple: &entry.row.tuple,
            handler: entry.row.handler.as_deref(),
            uses: entry.uses,
        }
    }
}

/// Writes one JSON object.
pub fn write(audit: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    let groups = audit.groups().into_iter().map(|(name, counts)| (name, counts.into())).collect();
    let summary = JsonSummary { total: audit.counts().into(), groups };
    let left_out = left_out::list().map(|LeftOutEncoding { opcode, instruction, reason, .. }| JsonLeftOut {
        opcode,
        instruction,
        reason,
    });
    let rows = audit.entries.iter().map(JsonRow::from).collect();
    let report = JsonReport { summary, rows, left_out: left_out.collect() };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}
