//! The audit for programs: a summary and the rows.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Audit, Counts, Entry, name};

#[derive(Serialize)]
struct Report {
    summary: Summary,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Summary {
    #[serde(flatten)]
    total: Group,
    groups: BTreeMap<&'static str, Group>,
}

#[derive(Serialize)]
struct Group {
    rows: usize,
    implemented: usize,
    unimplemented: usize,
    privileged: usize,
    proven: usize,
}

#[derive(Serialize)]
struct Row {
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

impl From<Counts> for Group {
    fn from(counts: Counts) -> Group {
        let Counts { rows, implemented, privileged, proven } = counts;
        Group { rows, implemented, unimplemented: counts.unimplemented(), privileged, proven }
    }
}

impl From<&Entry> for Row {
    fn from(entry: &Entry) -> Row {
        Row {
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
pub fn write(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let groups = audit.groups().into_iter().map(|(name, counts)| (name, counts.into())).collect();
    let summary = Summary { total: audit.counts().into(), groups };
    let report = Report { summary, rows: audit.entries.iter().map(Row::from).collect() };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}
