//! Which bytes of a file are instructions.
//!
//! *Descent:* from the entry point and the functions that the file names, instructions are followed one after the
//! other and to the targets of branches. *Sweep:* what was not reached that way, such as functions that are only
//! called through pointers, counts as code if it reads as code from a place where functions begin to an
//! instruction that ends one; it is followed like the rest. What is left may be data.

use crate::decode::{Decoder, Instruction, MAX_LENGTH};
use crate::table::coverage::RowStatus;

use super::super::file_code::{CodeSection, FileCode};

/// The instruction that begins at this byte was reached.
const START: u8 = 1;
/// The byte belongs to an instruction that begins before it.
const INSIDE: u8 = 2;
/// Control may come here from elsewhere than the instruction before.
const TARGET: u8 = 4;
/// It was found by the sweep.
const SWEPT: u8 = 8;

/// Instructions never transfer control to the next one.
const ENDINGS: [&str; 8] = ["JMP", "RET", "IRET", "IRETD", "UD0", "UD1", "UD2", "HLT"];

/// Where compilers and assemblers like functions to begin: at multiples of it.
const ALIGNMENT: usize = 16;

/// The instructions that were found in a file.
pub struct Reached<'c, 'data> {
    code: &'c FileCode<'data>,
    /// For each byte of each section what is known about it.
    marks: Vec<Vec<u8>>,
    /// Addresses that are still to be followed.
    pending: Vec<u32>,
    /// Reached by following branches, and no instruction: the address, and why.
    pub undecodable: Vec<(u32, String)>,
    /// Bytes of executable sections that may be data.
    pub untold: u64,
}

/// An instruction of the file.
pub struct FoundInstruction<'c, 'data> {
    /// Where it is.
    pub section: &'c CodeSection<'data>,
    /// What it is.
    pub instruction: Instruction,
    /// Whether control may come here from elsewhere than the instruction before.
    pub is_target: bool,
    /// Whether only the sweep found it.
    pub is_swept: bool,
}

impl<'c, 'data> Reached<'c, 'data> {
    /// Finds the instructions of a file.
    pub fn find(code: &'c FileCode<'data>) -> Reached<'c, 'data> {
        let marks = code.sections.iter().map(|section| vec![0; section.bytes.len()]).collect();
        let mut reached = Reached { code, marks, pending: Vec::new(), undecodable: Vec::new(), untold: 0 };
        for (number, section) in code.sections.iter().enumerate() {
            for start in section.symbols.starts() {
                reached.mark_target(number, start.wrapping_sub(section.address) as usize);
                reached.follow(number, start.wrapping_sub(section.address) as usize, 0);
            }
        }
        if let Some(entry) = code.entry {
            reached.pending.push(entry);
            reached.follow_pending(0);
        }
        (0..code.sections.len()).for_each(|section| reached.sweep(section));
        reached
    }

    /// The instructions, in ascending order within each section.
    pub fn instructions(&self) -> impl Iterator<Item = FoundInstruction<'c, 'data>> {
        let of_section = |number: usize| {
            let section = &self.code.sections[number];
            let starts = self.marks[number].iter().enumerate().filter(|(_, mark)| *mark & START != 0);
            starts.filter_map(move |(at, mark)| {
                let instruction = decode(section, at).ok()?;
                let (is_target, is_swept) = (mark & TARGET != 0, mark & SWEPT != 0);
                Some(FoundInstruction { section, instruction, is_target, is_swept })
            })
        };
        (0..self.code.sections.len()).flat_map(of_section)
    }

    /// Follows control from a byte of a section, and from all that it leads to.
    fn follow(&mut self, section: usize, at: usize, found_by: u8) {
        self.straight(section, at, found_by);
        self.follow_pending(found_by);
    }

    fn follow_pending(&mut self, found_by: u8) {
        while let Some(address) = self.pending.pop() {
            if let Some((section, at)) = self.locate(address) {
                self.mark_target(section, at);
                self.straight(section, at, found_by);
            }
        }
    }

    /// Marks one instruction after the other until control cannot go on, or comes to what is known.
    fn straight(&mut self, section: usize, mut at: usize, found_by: u8) {
        let code = &self.code.sections[section];
        while self.marks[section].get(at).is_some_and(|mark| mark & (START | INSIDE) == 0) {
            let instruction = match decode(code, at) {
                Ok(instruction) => instruction,
                Err(reason) => {
                    self.undecodable.push((code.address.wrapping_add(at as u32), reason));
                    return;
                }
            };
            let length = usize::from(instruction.length);
            let bytes = &mut self.marks[section][at..at + length];
            // Two instructions that share bytes: the one that was reached first stays.
            if bytes.iter().any(|mark| mark & START != 0) {
                return;
            }
            bytes.iter_mut().for_each(|mark| *mark |= INSIDE);
            bytes[0] ^= INSIDE | START | found_by;
            // Before linking, the targets are not known.
            self.pending.extend(instruction.target().filter(|_| !self.code.is_relocatable));
            if ends(&instruction) {
                return;
            }
            at += length;
        }
    }

    /// Looks for code in what was not reached yet.
    fn sweep(&mut self, section: usize) {
        let code = &self.code.sections[section];
        let mut at = 0;
        while at < code.bytes.len() {
            if self.marks[section][at] & (START | INSIDE) != 0 || code.bytes[at] == 0 {
                at += 1;
                continue;
            }
            match self.reads_as_code(section, at) {
                Ok(()) => self.follow(section, at, SWEPT),
                Err(last) => {
                    let next = (last + 1).next_multiple_of(ALIGNMENT).min(code.bytes.len());
                    let passed = self.marks[section][at..next].iter().filter(|mark| **mark & (START | INSIDE) == 0);
                    self.untold += passed.count() as u64;
                    at = next;
                }
            }
        }
    }

    /// Whether instructions follow each other from here to one that ends a function, or to known code.
    ///
    /// # Errors
    /// Up to where they do not.
    fn reads_as_code(&self, section: usize, mut at: usize) -> Result<(), usize> {
        let code = &self.code.sections[section];
        loop {
            match self.marks[section].get(at) {
                Some(mark) if mark & START != 0 => return Ok(()),
                Some(mark) if mark & INSIDE == 0 => {}
                _ => return Err(at),
            }
            let instruction = decode(code, at).map_err(|_| at)?;
            let status = instruction.row().status();
            // A program of user mode has no use for these; data often reads as one.
            if matches!(status, RowStatus::Privileged | RowStatus::Undefined) {
                return Err(at);
            }
            if ends(&instruction) {
                return Ok(());
            }
            at += usize::from(instruction.length);
        }
    }

    fn mark_target(&mut self, section: usize, at: usize) {
        if let Some(mark) = self.marks[section].get_mut(at) {
            *mark |= TARGET;
        }
    }

    fn locate(&self, address: u32) -> Option<(usize, usize)> {
        let offset = |section: &CodeSection| address.wrapping_sub(section.address) as usize;
        let holds = |section: &CodeSection| offset(section) < section.bytes.len();
        let number = self.code.sections.iter().position(holds)?;
        Some((number, offset(&self.code.sections[number])))
    }
}

/// Whether control never goes on behind an instruction.
pub fn ends(instruction: &Instruction) -> bool {
    ENDINGS.contains(&instruction.row().mnemonic.as_str())
}

/// The instruction at a byte of a section, or why there is none.
fn decode(section: &CodeSection, at: usize) -> Result<Instruction, String> {
    let rest = section.bytes.get(at..).unwrap_or_default();
    let bytes = &rest[..rest.len().min(MAX_LENGTH)];
    let decoder = Decoder::new(32);
    decoder.decode(bytes, section.address.wrapping_add(at as u32)).map_err(|error| match decoder.left_out(bytes) {
        Some(found) => format!("not in the table: {} ({})", found.encoding.instruction, found.encoding.reason),
        None => error.to_string(),
    })
}
