//! A cell of an opcode map: what it shows, and the rows that it opens.

use std::io::{self, Write};

use crate::table::coverage::RowStatus;

use super::super::maps::{CellState, MapCell};
use super::super::{RowReport, name};

/// A mnemonic that leaves room in a cell for the number of others.
const SHORT: usize = 4;

/// Writes the cell at an opcode, such as `0F 58`.
pub fn write(opcode: &str, cell: &MapCell, out: &mut dyn Write) -> io::Result<()> {
    let opcode = opcode.trim_start();
    if cell.legacy.is_empty() && cell.prefixed.is_empty() {
        return writeln!(out, "<td class=\"none\" title=\"{opcode}: no row\"></td>");
    }
    let halves = half(&cell.legacy) + &half(&cell.prefixed);
    let title = title(opcode, cell);
    write!(out, "<td><details name=\"cell\"><summary title=\"{title}\" aria-label=\"{title}\">{halves}</summary>")?;
    write!(out, "<div class=\"rows\"><h3>{opcode}</h3><ul>")?;
    cell.legacy.iter().chain(&cell.prefixed).try_for_each(|entry| row(entry, out))?;
    writeln!(out, "</ul></div></details></td>")
}

/// The class of a state in the style sheet.
pub fn class(state: CellState) -> &'static str {
    match state {
        CellState::Proven => "proven",
        CellState::Done => "done",
        CellState::Privileged => "privileged",
        CellState::Mixed => "mixed",
        CellState::Missing => "missing",
    }
}

/// A sign for each state, for those who cannot tell the colours apart.
pub fn glyph(state: CellState) -> &'static str {
    match state {
        CellState::Proven => "✓",
        CellState::Done => "•",
        CellState::Privileged => "▲",
        CellState::Mixed => "◐",
        CellState::Missing => "○",
    }
}

/// The legacy or the VEX part of a cell.
fn half(entries: &[RowReport]) -> String {
    let Some(state) = CellState::of(entries) else { return String::new() };
    let names = mnemonics(entries);
    let first = names.first().copied().unwrap_or_default();
    let more = match names.len() {
        2.. if first.len() <= SHORT => format!("<small>+{}</small>", names.len() - 1),
        _ => String::new(),
    };
    format!("<span class=\"{}\"><i>{}</i><b>{first}</b>{more}</span>", class(state), glyph(state))
}

/// The distinct mnemonics, in order.
fn mnemonics(entries: &[RowReport]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for name in entries.iter().map(|entry| entry.row.mnemonic) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn title(opcode: &str, cell: &MapCell) -> String {
    let entries: Vec<RowReport> = cell.legacy.iter().chain(&cell.prefixed).copied().collect();
    let done = entries.iter().filter(|entry| entry.status != RowStatus::Missing).count();
    format!("{opcode}: {}; {done} of {} rows implemented", mnemonics(&entries).join(", "), entries.len())
}

fn row(entry: &RowReport, out: &mut dyn Write) -> io::Result<()> {
    let row = entry.row;
    let (class, status) = match entry.status {
        RowStatus::Implemented if entry.is_proven() => ("proven", format!("proven by {} vectors", entry.vectors)),
        RowStatus::Implemented => ("done", name(entry.status).into()),
        status => (name(status), name(status).into()),
    };
    let note = if row.note.is_empty() { String::new() } else { format!(" · {}", escape(row.note)) };
    let cpuid = if row.cpuid.is_empty() { String::new() } else { format!(" · {}", row.cpuid) };
    write!(
        out,
        "<li><i class=\"{class}\"></i><code>{}</code><b>{}</b><span>{status}{cpuid} · SDM {} · line {}{note}</span></li>",
        escape(row.opcode),
        escape(row.instruction),
        escape(row.sdm),
        row.line
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
