//! A cell of an opcode map: what it shows, and the rows that it opens.

use std::io::{self, Write};

use crate::table::coverage::RowStatus;

use super::super::maps::{CellState, MapCell};
use super::super::report::RowReport;

/// Writes the cell at an opcode, such as `0F 58`; `hottest` is the greatest number of uses that a cell has.
pub fn write(opcode: &str, cell: &MapCell, hottest: u64, out: &mut dyn Write) -> io::Result<()> {
    let opcode = opcode.trim_start();
    if cell.legacy.is_empty() && cell.prefixed.is_empty() {
        return writeln!(out, "<td class=\"none\" title=\"{opcode}: no row\"></td>");
    }
    let halves = half(&cell.legacy) + &half(&cell.prefixed);
    let title = title(opcode, cell);
    write!(
        out,
        "<td{}><details name=\"cell\"><summary title=\"{title}\" aria-label=\"{title}\">{halves}</summary>",
        heat(cell, hottest)
    )?;
    write!(out, "<div class=\"rows\"><h3>{opcode}</h3><ul>")?;
    cell.legacy.iter().chain(&cell.prefixed).try_for_each(|entry| row(entry, out))?;
    writeln!(out, "</ul></div></details></td>")
}

/// How much the rows of a cell are used, as a style: from 0 for not at all to 1 for the hottest, by the logarithm, since
/// a cell that is used a thousand times less is still of interest.
fn heat(cell: &MapCell, hottest: u64) -> String {
    let Some(uses) = cell.uses() else { return String::new() };
    let logarithm = |uses: u64| (uses as f64).ln_1p();
    format!(" class=\"heat\" style=\"--heat:{:.2}\"", logarithm(uses) / logarithm(hottest.max(1)))
}

/// The class of a state in the style sheet.
pub fn class(state: CellState) -> &'static str {
    match state {
        CellState::Proven => "proven",
        CellState::Implemented => "implemented",
        CellState::Privileged => "privileged",
        CellState::Undefined => "undefined",
        CellState::Mixed => "mixed",
        CellState::Missing => "missing",
    }
}

/// A sign for each state, for those who cannot tell the colours apart.
pub fn glyph(state: CellState) -> &'static str {
    match state {
        CellState::Proven => "✓",
        CellState::Implemented => "•",
        CellState::Privileged => "▲",
        CellState::Undefined => "×",
        CellState::Mixed => "◐",
        CellState::Missing => "○",
    }
}

/// One part of a cell: its legacy rows, or those with a VEX or EVEX prefix.
fn half(entries: &[RowReport]) -> String {
    let Some(state) = CellState::of(entries) else { return String::new() };
    let names = mnemonics(entries);
    let first = names.first().copied().unwrap_or_default();
    let more = match names.len() {
        2.. => format!(" <small>+{}</small>", names.len() - 1),
        _ => String::new(),
    };
    format!("<span class=\"{}\"><i>{}</i><b>{first}{more}</b></span>", class(state), glyph(state))
}

/// The distinct mnemonics, in order.
fn mnemonics(entries: &[RowReport]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for name in entries.iter().map(|entry| entry.row.mnemonic.as_str()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn title(opcode: &str, cell: &MapCell) -> String {
    let entries: Vec<RowReport> = cell.legacy.iter().chain(&cell.prefixed).copied().collect();
    let uses: Vec<u64> = entries.iter().filter_map(|entry| entry.uses).collect();
    let used = if uses.is_empty() { String::new() } else { format!("; used {} times", uses.iter().sum::<u64>()) };
    let done = entries.iter().filter(|entry| entry.status != RowStatus::Missing).count();
    format!("{opcode}: {}; {done} of {} rows implemented{used}", mnemonics(&entries).join(", "), entries.len())
}

fn row(entry: &RowReport, out: &mut dyn Write) -> io::Result<()> {
    let row = entry.row;
    let class = if entry.is_proven() { "proven" } else { entry.status.name() };
    let note = match entry.status {
        RowStatus::Missing => String::new(),
        _ if row.note.is_empty() => String::new(),
        _ => format!(" · {}", escape(&row.note)),
    };
    let tuple = if row.tuple.is_empty() { String::new() } else { format!(" · {}", row.tuple) };
    let cpuid = if row.cpuid.is_empty() { String::new() } else { format!(" · {}", row.cpuid) };
    write!(
        out,
        "<li><i class=\"{class}\"></i><code>{}</code><b><a href=\"#row{}\">{}</a></b><span>{}{cpuid}{tuple} · SDM {} · line {}{note}</span></li>",
        escape(&row.opcode),
        row.line,
        escape(&row.instruction),
        escape(&entry.words()),
        escape(&row.sdm),
        row.line
    )
}

/// Text as it stands in a page.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
