//! A listing of instructions, for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::decode::{Decoder, Instruction, MAX_LENGTH};
use crate::table::Row;

use super::super::file_code::{CodeSection, FileCode};
use super::super::text;

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

/// An instruction, or bytes that are none.
struct Line<'b> {
    address: u32,
    bytes: &'b [u8],
    /// The instruction, or why it is none.
    decoded: Result<Instruction, String>,
}

#[derive(Serialize)]
struct JsonLine<'l> {
    #[serde(skip_serializing_if = "str::is_empty")]
    section: &'l str,
    /// The function that begins here.
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<String>,
    address: u32,
    bytes: String,
    text: String,
    /// Function and offset that a branch goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    /// Why the bytes are no instruction.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
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
    /// A line for each instruction, and one for each function.
    pub fn text(&mut self, code: &FileCode) -> io::Result<()> {
        for (number, section) in code.sections.iter().enumerate() {
            if !section.name.is_empty() {
                let gap = if number > 0 { "\n" } else { "" };
                writeln!(
                    self.out,
                    "{gap}{} at {:#010x}, {} bytes",
                    section.name,
                    section.address,
                    section.bytes.len()
                )?;
            }
            for line in lines(section) {
                if let Some(function) = section.symbols.starting_at(line.address) {
                    writeln!(self.out, "\n{:08x} <{}>:", line.address, function.name)?;
                }
                self.line(code, &line)?;
            }
        }
        Ok(())
    }

    fn line(&mut self, code: &FileCode, line: &Line) -> io::Result<()> {
        let remark = match &line.decoded {
            Ok(instruction) if self.rows => describe(instruction.row()),
            Ok(_) => String::new(),
            Err(reason) => reason.clone(),
        };
        let bytes = text::bytes(line.bytes);
        let target = line.target(code).map_or_else(String::new, |target| format!(" <{target}>"));
        let start = format!("{:08x}  {bytes:BYTES_WIDTH$} {}{target}", line.address, line.text());
        match remark.as_str() {
            "" => writeln!(self.out, "{start}"),
            _ => writeln!(self.out, "{start:width$}  ; {remark}", width = TEXT_WIDTH + BYTES_WIDTH + 11),
        }
    }

    /// A JSON list.
    pub fn json(&mut self, code: &FileCode) -> io::Result<()> {
        let mut start = "[\n";
        for section in &code.sections {
            for line in lines(section) {
                self.out.write_all(start.as_bytes())?;
                let line = self.json_line(code, section, &line);
                serde_json::to_writer(&mut *self.out, &line)?;
                start = ",\n";
            }
        }
        writeln!(self.out, "\n]")
    }

    fn json_line<'l>(&self, code: &FileCode, section: &'l CodeSection, line: &Line) -> JsonLine<'l> {
        let row = line.decoded.as_ref().ok().filter(|_| self.rows).map(|instruction| {
            let Row { opcode, instruction, line, sdm, handler, .. } = instruction.row();
            JsonRow { opcode, instruction, line: *line, sdm, handler: handler.as_deref() }
        });
        JsonLine {
            section: &section.name,
            function: section.symbols.starting_at(line.address).map(|function| function.name.into_owned()),
            address: line.address,
            bytes: text::bytes(line.bytes),
            text: line.text(),
            target: line.target(code),
            error: line.decoded.as_ref().err().cloned(),
            row,
        }
    }
}

impl Line<'_> {
    fn text(&self) -> String {
        match &self.decoded {
            Ok(instruction) => instruction.to_string(),
            Err(_) => {
                let bytes: Vec<String> = self.bytes.iter().map(|byte| format!("{byte:#04x}")).collect();
                format!("db {}", bytes.join(", "))
            }
        }
    }

    /// Function and offset that a branch goes to.
    fn target(&self, code: &FileCode) -> Option<String> {
        let target = self.decoded.as_ref().ok()?.target()?;
        Some(code.target(target)?.to_string())
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

/// The instructions of a section, one after the other. No instruction runs into the next function:
/// what stands between two functions need not be code.
fn lines<'s>(section: &'s CodeSection) -> impl Iterator<Item = Line<'s>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = section.bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let address = section.address.wrapping_add(at as u32);
        let room = section.symbols.next_start(address).map_or(MAX_LENGTH, |next| (next - address) as usize);
        let (decoded, length) = decode(&rest[..rest.len().min(MAX_LENGTH).min(room)], address);
        at += length;
        Some(Line { address, bytes: &rest[..length], decoded })
    })
}

/// The instruction at the start of some bytes, or why there is none, and how many bytes that takes: all of an encoding
/// that the table leaves out, else one.
fn decode(bytes: &[u8], address: u32) -> (Result<Instruction, String>, usize) {
    let decoder = Decoder::new(32);
    match (decoder.decode(bytes, address), decoder.left_out(bytes)) {
        (Ok(instruction), _) => (Ok(instruction), usize::from(instruction.length)),
        (Err(_), Some(found)) => {
            (Err(format!("not in the table: {}", found.encoding.reason)), usize::from(found.length))
        }
        (Err(error), None) => (Err(error.to_string()), 1),
    }
}
