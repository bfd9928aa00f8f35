//! The audit for people: a line for each group, and the rows when only some were asked for.

use std::io::{self, Write};

use crate::table::coverage::RowStatus;

use super::{AuditReport, RowCounts, RowReport, name};

/// Writes the report.
pub fn write(audit: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<12}{:>6}{:>13}{:>12}{:>9}{:>9}",
        "group", "rows", "implemented", "privileged", "proven", "missing"
    )?;
    for (name, counts) in audit.groups() {
        line(name, &counts, out)?;
    }
    line("total", &audit.counts(), out)?;
    if audit.selected {
        writeln!(out)?;
        rows(&audit.entries, out)?;
    }
    Ok(())
}

fn line(name: &str, counts: &RowCounts, out: &mut dyn Write) -> io::Result<()> {
    let RowCounts { rows, implemented, privileged, proven } = counts;
    let missing = counts.unimplemented();
    writeln!(out, "{name:<12}{rows:>6}{implemented:>13}{privileged:>12}{proven:>9}{missing:>9}")
}

fn rows(entries: &[RowReport], out: &mut dyn Write) -> io::Result<()> {
    let width = |text: fn(&RowReport) -> &'static str| {
        entries.iter().map(|entry| text(entry).chars().count()).max().unwrap_or(0)
    };
    let (opcode, instruction) = (width(|entry| entry.row.opcode), width(|entry| entry.row.instruction));
    for entry in entries {
        writeln!(out, "{:opcode$}  {:instruction$}  {}", entry.row.opcode, entry.row.instruction, describe(entry))?;
    }
    Ok(())
}

fn describe(entry: &RowReport) -> String {
    match entry.status {
        RowStatus::Implemented if entry.is_proven() => format!("proven by {} vectors", entry.vectors),
        RowStatus::Missing if !entry.row.note.is_empty() => format!("missing: {}", entry.row.note),
        status => name(status).into(),
    }
}
