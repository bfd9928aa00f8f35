//! The section of a row: all that is known about it, and where its handler stands.

use std::io::{self, Write};

use super::super::super::row_facts::RowFacts;
use super::super::report::RowReport;
use super::cell::escape;

/// Writes the section, with a link to the handler's source below an address.
pub fn write(entry: &RowReport, source: &str, out: &mut dyn Write) -> io::Result<()> {
    let facts = RowFacts::of(entry.row, entry.vectors);
    let class = if entry.is_proven() { "proven" } else { entry.status.name() };
    writeln!(
        out,
        "<section class=\"row\" id=\"row{}\"><h3><i class=\"{class}\"></i><code>{}</code> {}</h3><dl>",
        facts.line,
        escape(facts.opcode),
        escape(facts.instruction)
    )?;
    let mut term = |name: &str, text: &str| match text.is_empty() {
        true => Ok(()),
        false => write!(out, "<dt>{name}</dt><dd>{text}</dd>"),
    };
    term("Status", &escape(&entry.words()))?;
    term("Used", &entry.uses.map_or_else(String::new, |uses| format!("{uses} times")))?;
    let operands =
        facts.operands.iter().map(|known| format!("<code>{}</code> {}", escape(known.operand), known.access));
    term("Operands", &operands.collect::<Vec<_>>().join("<br>"))?;
    let flags = facts.flags.iter().map(|known| format!("{} {}", known.flag, escape(&known.effect)));
    term("Flags", &flags.collect::<Vec<_>>().join("<br>"))?;
    term("CPUID", facts.cpuid)?;
    term("Exceptions", &facts.exceptions.join("<br>"))?;
    term("SDM", &escape(facts.sdm))?;
    term("Handler", &handler(&facts, source))?;
    term("Note", &escape(facts.note))?;
    let table = format!("{source}opcodes.json#L{}", facts.line);
    term("Table", &format!("<a href=\"{}\">opcodes.json, line {}</a>", escape(&table), facts.line))?;
    writeln!(out, "</dl></section>")
}

fn handler(facts: &RowFacts, source: &str) -> String {
    let name = facts.handler.unwrap_or_default();
    match facts.source {
        Some((file, line)) => {
            let address = escape(&format!("{source}{file}#L{line}"));
            format!("<a href=\"{address}\"><code>{name}</code></a>, {file}:{line}")
        }
        None => format!("<code>{name}</code>").repeat(usize::from(!name.is_empty())),
    }
}
