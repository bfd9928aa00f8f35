//! The audit for people: a line for each group, and the rows when only some were asked for.

use std::io::{self, Write};

use super::report::{AuditReport, RowCounts, RowReport};

/// Writes the report.
pub fn write(audit: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    let heads = ["rows", "implemented", "privileged", "undefined", "missing", "proven"];
    columns("group", heads.map(str::to_string), out)?;
    for (name, counts) in audit.groups() {
        line(name, &counts, out)?;
    }
    line("total", &audit.counts(), out)?;
    writeln!(out, "\nprivileged (#GP in user mode) and undefined (#UD here) rows are implemented ones")?;
    if audit.selected {
        writeln!(out)?;
        rows(&audit.entries, out)?;
    }
    Ok(())
}

fn line(name: &str, counts: &RowCounts, out: &mut dyn Write) -> io::Result<()> {
    let RowCounts { rows, implemented, privileged, undefined, proven, .. } = *counts;
    let figures = [rows, implemented, privileged, undefined, counts.missing(), proven];
    columns(name, figures.map(|figure| figure.to_string()), out)
}

fn columns(
    name: &str,
    [rows, implemented, privileged, undefined, missing, proven]: [String; 6],
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{name:<13}{rows:>6}{implemented:>13}{privileged:>12}{undefined:>11}{missing:>9}{proven:>8}")
}

fn rows(entries: &[RowReport], out: &mut dyn Write) -> io::Result<()> {
    let width = |text: fn(&RowReport) -> &'static str| {
        entries.iter().map(|entry| text(entry).chars().count()).max().unwrap_or(0)
    };
    let (opcode, instruction) = (width(|entry| &entry.row.opcode), width(|entry| &entry.row.instruction));
    for entry in entries {
        let uses = entry.uses.map_or_else(String::new, |uses| format!("{uses:>12}  "));
        writeln!(out, "{uses}{:opcode$}  {:instruction$}  {}", entry.row.opcode, entry.row.instruction, entry.words())?;
    }
    Ok(())
}
