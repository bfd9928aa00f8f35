//! The audit as Markdown tables, for a page of documentation.

use std::io::{self, Write};

use super::{AuditReport, RowCounts, RowReport, name};

/// Writes a table of the groups, and one of the rows when only some were asked for.
pub fn write(audit: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| group | rows | implemented | privileged | proven | missing |\n|---|--:|--:|--:|--:|--:|")?;
    for (name, counts) in audit.groups() {
        line(name, &counts, out)?;
    }
    line("**total**", &audit.counts(), out)?;
    if audit.selected {
        writeln!(out, "\n| opcode | instruction | status | vectors | SDM | note |\n|---|---|---|--:|---|---|")?;
        audit.entries.iter().try_for_each(|entry| row(entry, out))?;
    }
    Ok(())
}

fn line(name: &str, counts: &RowCounts, out: &mut dyn Write) -> io::Result<()> {
    let RowCounts { rows, implemented, privileged, proven } = counts;
    writeln!(out, "| {name} | {rows} | {implemented} | {privileged} | {proven} | {} |", counts.unimplemented())
}

fn row(entry: &RowReport, out: &mut dyn Write) -> io::Result<()> {
    let RowReport { row, status, vectors } = *entry;
    writeln!(
        out,
        "| `{}` | `{}` | {} | {vectors} | {} | {} |",
        row.opcode,
        row.instruction,
        name(status),
        row.sdm,
        row.note
    )
}
