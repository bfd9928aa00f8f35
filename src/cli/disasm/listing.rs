//! A listing of instructions, for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::decode::{DecodeError, Decoder, Instruction, MAX_LENGTH};
use crate::table::Row;

use super::super::text;
use super::sections::CodeSection;

/// Columns for the bytes of an instruction.
const BYTES_WIDTH: usize = 24;

/// Columns for the text before the row.
const TEXT_WIDTH: usize = 40;

/// Where a listing goes, and what is in it.
pub struct Listing<'o> {
    /// Whether the rows are shown.
    pub rows: bool,
    /// Where it goes.
    pub out: &'o mut dyn Write,
}

/// An instruction, or a byte that is none.
struct Line<'b> {
    address: u32,
    bytes: &'b [u8],
    decoded: Result<Instruction, DecodeError>,
}

#[derive(Serialize)]
struct JsonLine<'l> {
    #[serde(skip_serializing_if = "str::is_empty")]
    section: &'l str,
    address: u32,
    bytes: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<JsonRow>,
}

#[derive(Serialize)]
struct JsonRow {
    opcode: &'static str,
    instruction: &'static str,
    line: u32,
    sdm: &'static str,
    handler: Option<&'static str>,
}

impl Listing<'_> {
    /// A line for each instruction.
    pub fn text(&mut self, chunks: &[CodeSection]) -> io::Result<()> {
        for (number, chunk) in chunks.iter().enumerate() {
            if !chunk.name.is_empty() {
                let gap = if number > 0 { "\n" } else { "" };
                writeln!(self.out, "{gap}{} at {:#010x}, {} bytes", chunk.name, chunk.address, chunk.bytes.len())?;
            }
            lines(chunk).try_for_each(|line| self.line(&line))?;
        }
        Ok(())
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        let remark = match &line.decoded {
            Ok(instruction) if self.rows => describe(instruction.row()),
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
        let (bytes, text) = (text::bytes(line.bytes), line.text());
        let start = format!("{:08x}  {bytes:BYTES_WIDTH$} {text}", line.address);
        match remark.as_str() {
            "" => writeln!(self.out, "{start}"),
            _ => writeln!(self.out, "{start:width$}  ; {remark}", width = TEXT_WIDTH + BYTES_WIDTH + 11),
        }
    }

    /// A JSON list.
    pub fn json(&mut self, chunks: &[CodeSection]) -> io::Result<()> {
        let mut start = "[\n";
        for chunk in chunks {
            for line in lines(chunk) {
                self.out.write_all(start.as_bytes())?;
                let line = self.json_line(chunk, &line);
                serde_json::to_writer(&mut *self.out, &line)?;
                start = ",\n";
            }
        }
        writeln!(self.out, "\n]")
    }

    fn json_line<'l>(&self, chunk: &'l CodeSection, line: &Line) -> JsonLine<'l> {
        let row = line.decoded.as_ref().ok().filter(|_| self.rows).map(|instruction| {
            let &Row { opcode, instruction, line, sdm, handler, .. } = instruction.row();
            JsonRow { opcode, instruction, line, sdm, handler }
        });
        JsonLine { section: &chunk.name, address: line.address, bytes: text::bytes(line.bytes), text: line.text(), row }
    }
}

impl Line<'_> {
    fn text(&self) -> String {
        match &self.decoded {
            Ok(instruction) => instruction.to_string(),
            Err(_) => format!("db {:#04x}", self.bytes.first().copied().unwrap_or(0)),
        }
    }
}

/// The row as a remark.
fn describe(row: &Row) -> String {
    let state = match row.handler {
        Some(name) => format!("handler {name}"),
        None => "no handler".into(),
    };
    format!("{} | {} | opcodes.json:{} | SDM {} | {state}", row.opcode, row.instruction, row.line, row.sdm)
}

/// The instructions of a chunk, one after the other.
fn lines(chunk: &CodeSection) -> impl Iterator<Item = Line<'_>> {
    let decoder = Decoder::new(32);
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = chunk.bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let address = chunk.address.wrapping_add(at as u32);
        let decoded = decoder.decode(&rest[..rest.len().min(MAX_LENGTH)], address);
        let length = decoded.as_ref().map_or(1, |instruction| usize::from(instruction.length));
        at += length;
        Some(Line { address, bytes: &rest[..length], decoded })
    })
}
