//! The audit as a page: totals, groups, and the opcode maps as coloured grids.
//!
//! The page is one file that needs nothing else: style and script are put into it, and without the
//! script it still works. What a cell shows and opens is in `cell`,
//! the section that each row has behind the maps in `row`.

mod cell;
mod row;

use std::io::{self, Write};

use crate::table::coverage::RowStatus;

use super::maps::{self, CellState, MapCell, OpcodeMap};
use super::report::{AuditReport, RowCounts, RowReport};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Writes the page.
pub fn write(audit: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    head(out)?;
    totals(&audit.counts(), out)?;
    groups(audit, out)?;
    let maps = maps::build(&audit.entries);
    let hottest = maps.iter().flat_map(|map| &map.cells).filter_map(MapCell::uses).max();
    legend(hottest, out)?;
    maps.iter().try_for_each(|map| grid(map, hottest.unwrap_or(0), out))?;
    writeln!(out, "<section aria-labelledby=\"rows\"><h2 id=\"rows\">Rows</h2></section>")?;
    audit.entries.iter().try_for_each(|entry| row::write(entry, &audit.source, out))?;
    writeln!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>")
}

fn head(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>tab86: instruction coverage</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <header><h1>tab86 <span>instruction coverage</span></h1>\n\
         <p>Every encoding of the Intel SDM that is valid in 32-bit mode, legacy, VEX and EVEX, as the rows of \
         <code>opcodes.json</code> have it. Open a cell to see its rows.</p></header>"
    )
}

fn totals(counts: &RowCounts, out: &mut dyn Write) -> io::Result<()> {
    let figure = |class: &str, value: usize, what: &str| format!("<li class=\"{class}\"><b>{value}</b> {what}</li>");
    writeln!(out, "<section class=\"totals\" aria-label=\"Totals\">\n<ul class=\"figures\">")?;
    for text in [
        figure("all", counts.rows, "rows"),
        figure("implemented", counts.implemented, "implemented, of them"),
        figure("proven", counts.proven, "proven on silicon"),
        figure("privileged", counts.privileged, "privileged"),
        figure("undefined", counts.undefined, "undefined"),
        figure("missing", counts.missing(), "missing"),
    ] {
        writeln!(out, "{text}")?;
    }
    writeln!(out, "</ul>\n{}\n</section>", bar(counts))
}

/// A bar with a part for each kind of row.
fn bar(counts: &RowCounts) -> String {
    let parts = [
        ("proven", counts.with(RowStatus::Implemented) - counts.unproven),
        ("implemented", counts.unproven),
        ("privileged", counts.privileged),
        ("undefined", counts.undefined),
        ("missing", counts.missing()),
    ];
    let part = |(class, value): &(&str, usize)| {
        format!("<i class=\"{class}\" style=\"flex-grow:{value}\" title=\"{value} {class}\"></i>")
    };
    let parts: String = parts.iter().filter(|(_, value)| *value > 0).map(part).collect();
    format!("<span class=\"bar\" aria-hidden=\"true\">{parts}</span>")
}

fn groups(audit: &AuditReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section aria-label=\"Groups\"><h2>Groups</h2>\n<ul class=\"groups\">")?;
    for (name, counts) in audit.groups() {
        let RowCounts { rows, implemented, .. } = counts;
        writeln!(out, "<li><b>{name}</b> <span>{implemented} of {rows}</span>{}</li>", bar(&counts))?;
    }
    writeln!(out, "</ul></section>")
}

/// What the colours mean; `hottest` is the greatest number of uses that a cell has, if uses are shown.
fn legend(hottest: Option<u64>, out: &mut dyn Write) -> io::Result<()> {
    let states = [
        (CellState::Proven, "proven by hardware vectors"),
        (CellState::Implemented, "implemented"),
        (CellState::Privileged, "privileged: raises #GP in user mode"),
        (CellState::Undefined, "undefined: raises #UD here"),
        (CellState::Mixed, "some rows are missing"),
        (CellState::Missing, "missing"),
    ];
    writeln!(out, "<ul class=\"legend\" aria-label=\"Legend\">")?;
    for (state, text) in states {
        writeln!(out, "<li><i class=\"{}\">{}</i> {text}</li>", cell::class(state), cell::glyph(state))?;
    }
    writeln!(out, "<li><i class=\"none\"></i> no row: prefix, escape or undefined</li>")?;
    writeln!(
        out,
        "<li><i class=\"split\"><i class=\"implemented\"></i><i class=\"missing\"></i></i> above legacy, below VEX; EVEX has maps of its own</li>"
    )?;
    if let Some(hottest) = hottest {
        writeln!(
            out,
            "<li>the stronger a colour, the more its rows are used: up to {hottest} times, by the logarithm</li>"
        )?;
    }
    writeln!(out, "</ul>")
}

fn grid(map: &OpcodeMap, hottest: u64, out: &mut dyn Write) -> io::Result<()> {
    let prefix = map.prefix;
    let id = prefix.replace(' ', "").to_lowercase();
    let counts = RowCounts::of(distinct(map).iter().copied());
    let RowCounts { rows, implemented, proven, .. } = counts;
    writeln!(
        out,
        "<section class=\"map\" aria-labelledby=\"map{id}\">\n<h2 id=\"map{id}\">{} <code>{prefix}</code></h2>",
        map.title
    )?;
    writeln!(out, "<p>{rows} rows, {implemented} implemented, {proven} proven</p>")?;
    write!(out, "<div class=\"frame\"><table>\n<thead><tr><td></td>")?;
    (0..16).try_for_each(|low| write!(out, "<th scope=\"col\"><span>_</span>{low:X}</th>"))?;
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for high in 0..16 {
        writeln!(out, "<tr><th scope=\"row\">{high:X}<span>_</span></th>")?;
        for low in 0..16 {
            let byte = high << 4 | low;
            cell::write(&format!("{prefix} {byte:02X}"), &map.cells[byte], hottest, out)?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></div></section>")
}

/// Every row of a map once, though some stand in eight cells.
fn distinct(map: &OpcodeMap) -> Vec<&RowReport> {
    let mut entries: Vec<&RowReport> =
        map.cells.iter().flat_map(|cell| cell.legacy.iter().chain(&cell.prefixed)).collect();
    entries.sort_by_key(|entry| entry.row.line);
    entries.dedup_by_key(|entry| entry.row.line);
    entries
}
