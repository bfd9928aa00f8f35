//! The audit for programs: a summary and the rows.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{AuditReport, RowCounts, RowReport, name};

#[derive(Serialize)]
struct JsonReport {
    summary: JsonSummary,
    rows: Vec<JsonRow>,
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
    proven: usize,
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
    handler: Option<&'static str>,
}

impl From<RowCounts> for JsonGroup {
    fn from(counts: RowCounts) -> JsonGroup {
        let RowCounts { rows, implemented, privileged, proven } = counts;
        JsonGroup { rows, implemented, unimplemented: counts.unimplemented(), privileged, proven }
    }
}

impl From<&RowReport> for JsonRow {
    fn from(entry: &RowReport) -> JsonRow {
        JsonRow {
            opcode: entry.row.opcode,
            instruction: entry.row.instruction,
            group: entry.row.group(),
            status: name(entry.status),
            proven: entry.is_proven(),
            vectors: entry.vectors,
            line: entry.row.line,
            sdm: entry.row.sdm,
            note: entry.row.note,
            handler: entry.row.handler,
        }
    }
}

/// Writes one JSON object.
pub fn write(audit: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    let groups = audit.groups().into_iter().map(|(name, counts)| (name, counts.into())).collect();
    let summary = JsonSummary { total: audit.counts().into(), groups };
    let report = JsonReport { summary, rows: audit.entries.iter().map(JsonRow::from).collect() };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}
