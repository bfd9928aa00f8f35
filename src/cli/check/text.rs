//! The report for people.

use std::collections::BTreeSet;
use std::io::{self, Write};

use clap::ValueEnum;

use super::findings::{CallSites, CheckReport, ContainedRow, NeededProcessor};

/// So many of a long list are named: functions, and addresses.
const NAMED: usize = 4;

/// How the instructions are listed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, ValueEnum)]
pub enum Detail {
    /// By the CPUID feature that they need
    #[default]
    Feature,
    /// By mnemonic as well
    Mnemonic,
    /// By row of the table as well
    Row,
}

/// Writes the report.
pub fn write(report: &CheckReport, by: Detail, out: &mut dyn Write) -> io::Result<()> {
    head(report, out)?;
    features(report, out)?;
    match by {
        Detail::Feature => {}
        Detail::Mnemonic => mnemonics(report, out)?,
        Detail::Row => rows(report, out)?,
    }
    problems(report, out)?;
    system_calls(report, out)?;
    libraries(report, out)?;
    let verdict = match report.runs {
        true => "all of it can be executed",
        false => "not all of it can be executed",
    };
    writeln!(out, "\nby processor {}: {verdict}", report.cpu)
}

fn head(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    let CheckReport { program, instructions, swept, untold_bytes, .. } = report;
    writeln!(out, "{program}: {instructions} instructions of {} rows", report.rows.len())?;
    if *swept > 0 {
        writeln!(out, "  {swept} of them in code that no branch leads to from the functions that are known")?;
    }
    if *untold_bytes > 0 {
        writeln!(out, "  {untold_bytes} bytes of executable sections may be data")?;
    }
    let NeededProcessor { oldest, because, nowhere } = &report.processor;
    match because.is_empty() {
        true => writeln!(out, "  processor: any, from {oldest} on")?,
        false => writeln!(out, "  processor: {oldest} or newer, for {}", because.join(", "))?,
    }
    if nowhere.is_empty() { Ok(()) } else { writeln!(out, "  no generation of --cpu has {}", nowhere.join(", ")) }
}

fn features(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    let plain: u64 = report.rows.iter().filter(|row| row.cpuid.is_empty()).map(|row| row.count).sum();
    writeln!(out, "\nfeatures\n  {:<16}{plain:>9}", "(none)")?;
    for (name, feature) in &report.features {
        let functions = some(&feature.functions.iter().collect::<Vec<_>>());
        let place = if functions.is_empty() { String::new() } else { format!("  {functions}") };
        writeln!(out, "  {name:<16}{:>9}{place}", feature.count)?;
    }
    Ok(())
}

fn mnemonics(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nmnemonics")?;
    let mut sorted: Vec<_> = report.mnemonics.iter().collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    sorted.into_iter().try_for_each(|(name, count)| writeln!(out, "  {name:<16}{count:>9}"))
}

fn rows(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nrows")?;
    let width = report.rows.iter().map(|row| row.opcode.chars().count()).max().unwrap_or(0);
    for ContainedRow { opcode, instruction, count, .. } in &report.rows {
        writeln!(out, "  {count:>9}  {opcode:width$}  {instruction}")?;
    }
    Ok(())
}

/// What cannot be executed, and what is executed without proof.
fn problems(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    let missing: Vec<&ContainedRow> = report.rows.iter().filter(|row| row.status == "missing").collect();
    if !missing.is_empty() {
        let count: u64 = missing.iter().map(|row| row.count).sum();
        writeln!(out, "\nmissing: {count} instructions of {} rows that nothing executes", missing.len())?;
        let reasons: BTreeSet<&str> =
            missing.iter().map(|row| row.reason).filter(|reason| !reason.is_empty()).collect();
        reasons.iter().try_for_each(|reason| writeln!(out, "  {reason}"))?;
        list(&missing, out)?;
    }
    let lacking: Vec<&ContainedRow> = report.rows.iter().filter(|row| row.lacks.is_some()).collect();
    if !lacking.is_empty() {
        let count: u64 = lacking.iter().map(|row| row.count).sum();
        let features: BTreeSet<&str> = lacking.iter().filter_map(|row| row.lacks).collect();
        let features = features.into_iter().collect::<Vec<_>>().join(", ");
        writeln!(out, "\nundefined: {count} instructions of {} rows; {} lacks {features}", lacking.len(), report.cpu)?;
        list(&lacking, out)?;
    }
    if !report.undecodable.is_empty() {
        writeln!(out, "\nno instructions, where control leads to")?;
        report.undecodable.iter().try_for_each(|place| writeln!(out, "  {:08x}  {}", place.address, place.reason))?;
    }
    let unproven: Vec<&ContainedRow> = report.rows.iter().filter(|row| row.unproven).collect();
    if !unproven.is_empty() {
        writeln!(out, "\nunproven: {} rows are executed without hardware vectors to prove them", unproven.len())?;
        list(&unproven, out)?;
    }
    Ok(())
}

fn list(rows: &[&ContainedRow], out: &mut dyn Write) -> io::Result<()> {
    let width = rows.iter().map(|row| row.instruction.chars().count()).max().unwrap_or(0);
    for row in rows {
        let functions = some(&row.functions.iter().collect::<Vec<_>>());
        let place = if functions.is_empty() { String::new() } else { format!("  {functions}") };
        let line = format!("  {:>9}  {:width$}{place}", row.count, row.instruction);
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn system_calls(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    let calls = &report.system_calls;
    if calls.calls.is_empty() && calls.untold.is_empty() {
        return writeln!(out, "\nsystem calls: it makes none itself");
    }
    let name = |call: &CallSites| call.name.map_or_else(|| call.number.to_string(), str::to_string);
    let names: Vec<String> = calls.calls.iter().map(name).collect();
    writeln!(out, "\nsystem calls: {}", names.len())?;
    wrapped(&names, out)?;
    let absent: Vec<String> = calls.calls.iter().filter(|call| !call.exists).map(name).collect();
    if !absent.is_empty() {
        writeln!(out, "  of these the guest's Linux does not have {}: ENOSYS", absent.join(", "))?;
    }
    if !calls.untold.is_empty() {
        let addresses: Vec<String> = calls.untold.iter().map(|address| format!("{address:08x}")).collect();
        let places = some(&addresses.iter().collect::<Vec<_>>());
        writeln!(out, "  and at {} places calls whose number cannot be told: {places}", addresses.len())?;
    }
    Ok(())
}

fn libraries(report: &CheckReport, out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<&String> = report.interpreter.iter().chain(&report.libraries).collect();
    if names.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nlibraries, which make system calls and contain instructions of their own")?;
    names.into_iter().try_for_each(|name| writeln!(out, "  {name}"))
}

/// Names in lines that fit on a screen.
fn wrapped(names: &[String], out: &mut dyn Write) -> io::Result<()> {
    let mut line = String::new();
    for name in names {
        if line.len() + name.len() > 90 {
            writeln!(out, " {line}")?;
            line.clear();
        }
        line += " ";
        line += name;
    }
    if line.is_empty() { Ok(()) } else { writeln!(out, " {line}") }
}

/// The first of some names, and how many more there are.
fn some(names: &[&String]) -> String {
    let shown = names.iter().take(NAMED).map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
