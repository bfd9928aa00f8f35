//! The audit as Markdown tables, for a page of documentation.

use std::io::{self, Write};

use super::report::{AuditReport, RowCounts, RowReport};

/// Writes a table of the groups, and one of the rows when only some were asked for.
pub fn write(audit: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "| group | rows | implemented | privileged | undefined | missing | proven |\n|---|--:|--:|--:|--:|--:|--:|"
    )?;
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
    let RowCounts { rows, implemented, privileged, undefined, proven, .. } = counts;
    let missing = counts.missing();
    writeln!(out, "| {name} | {rows} | {implemented} | {privileged} | {undefined} | {missing} | {proven} |")
}

fn row(entry: &RowReport, out: &mut dyn Write) -> io::Result<()> {
    let RowReport { row, status, vectors, .. } = *entry;
    writeln!(
        out,
        "| `{}` | `{}` | {} | {vectors} | {} | {} |",
        row.opcode,
        row.instruction,
        status.name(),
        row.sdm,
        row.reason()
    )
}
