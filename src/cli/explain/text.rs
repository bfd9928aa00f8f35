//! An explanation for people.

use std::io::{self, Write};

use super::super::colour;
use super::super::row_facts::RowFacts;
use super::execution::Execution;
use super::explanation::Explanation;

/// Writes it.
pub fn write(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    if let Some(text) = &explanation.text {
        writeln!(out, "{text}\n")?;
    }
    for (number, facts) in explanation.rows.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        row(facts, out)?;
    }
    explanation.execution.as_ref().map_or(Ok(()), |execution| executed(execution, out))
}

fn row(facts: &RowFacts, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}  {}", facts.opcode, facts.instruction)?;
    for operand in &facts.operands {
        writeln!(out, "  {:<12}{}", operand.operand, operand.access)?;
    }
    for flag in &facts.flags {
        writeln!(out, "  {:<12}{}", flag.flag, flag.effect)?;
    }
    let mut line = |name: &str, value: &str| match value.is_empty() {
        true => Ok(()),
        false => writeln!(out, "  {name:<12}{value}"),
    };
    line("CPUID", facts.cpuid)?;
    line("exceptions", &facts.exceptions.join("; "))?;
    line("SDM", facts.sdm)?;
    line("handler", &handler(facts))?;
    line("proven by", &proof(facts))?;
    line("note", facts.note)
}

fn handler(facts: &RowFacts) -> String {
    match (facts.handler, facts.source) {
        (Some(name), Some((file, line))) => format!("{name}, {file}:{line}"),
        (Some(name), None) => name.into(),
        (None, _) => "none: it is not implemented".into(),
    }
}

fn proof(facts: &RowFacts) -> String {
    match facts.vectors {
        0 if facts.status == "implemented" => "no hardware vector".into(),
        0 => String::new(),
        vectors => format!("{vectors} hardware vectors"),
    }
}

fn executed(execution: &Execution, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nbefore")?;
    for pair in execution.before.chunks(4) {
        let words: Vec<String> = pair.iter().map(|(name, value)| format!("{name}={value}")).collect();
        writeln!(out, "  {}", words.join("  "))?;
    }
    let (on, off) = if colour::is_wanted(&io::stdout()) { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    writeln!(out, "after")?;
    for change in &execution.changes {
        writeln!(out, "  {:<12}{} -> {on}{}{off}", change.what, change.before, change.after)?;
    }
    for (address, length) in &execution.reads {
        writeln!(out, "  read        {length} bytes at {address:#x}")?;
    }
    match &execution.raised {
        Some(raised) => writeln!(out, "  {on}raises {raised}{off}"),
        None if execution.changes.is_empty() => writeln!(out, "  nothing changed"),
        None => Ok(()),
    }
}
