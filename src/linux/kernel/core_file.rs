//! Core files: a process as a fatal signal left it (core(5), elf(5)). That of the first one is asked for when all is
//! over; those of others are written when they end.
//!
//! An ELF file without sections: notes with the registers of every thread, then the memory. The thread that the
//! signal ended comes first, as debuggers expect. The layouts are those of `linux/elfcore.h` for i386.

use std::io::{self, Write};

use crate::cpu::Cpu;
use crate::instructions::Machine;
use crate::linux::abi::ptrace::{NT_PRFPREG, NT_PRSTATUS, NT_PRXFPREG, NT_X86_XSTATE};
use crate::linux::process::{FIRST_PID, Termination};
use crate::linux::thread::Thread;
use crate::linux::tracing::{CallState, RegisterSet};
use crate::memory::{MappedRegion, PAGE_SIZE, Perm};

use super::Kernel;

/// Types of notes that no register set has.
const NT_PRPSINFO: u32 = 3;
const NT_AUXV: u32 = 6;
const NT_FILE: u32 = 0x4649_4c45;
const NT_SIGINFO: u32 = 0x5349_4749;

/// Sizes of the headers of an ELF file of 32 bits.
const FILE_HEADER: usize = 52;
const PROGRAM_HEADER: usize = 32;

const PT_LOAD: u32 = 1;
const PT_NOTE: u32 = 4;

/// Bytes of memory that are copied at once.
const CHUNK: u32 = 1 << 20;

impl Kernel {
    /// A signal that leaves a core file ends the running process: it is written to who wants those of the world, unless
    /// the process is the first one, and else to a file of the world. Nobody hears of what goes wrong with that.
    pub(super) fn leave_core(&mut self, m: &mut Machine) {
        match &self.cores {
            None => drop(self.leave_core_in_tree(m)),
            Some(_) if self.process.pid == FIRST_PID => {}
            // Nobody in the world reads what is read for it of mapped files.
            Some(cores) => self.world.host.aside(|| cores(self.process.pid, &mut |out| self.write_core(m, out))),
        }
    }

    /// Writes the core file of the running process, which is the first one when the world has ended.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write_core(&self, m: &Machine, out: &mut dyn Write) -> io::Result<()> {
        let regions: Vec<&MappedRegion> = m.memory.regions(0, u32::MAX).collect();
        let notes = self.notes(m, &regions);
        let headers = FILE_HEADER + PROGRAM_HEADER * (regions.len() + 1);
        let first = (headers + notes.len()).next_multiple_of(PAGE_SIZE);
        out.write_all(&file_header(regions.len() as u16 + 1))?;
        out.write_all(&program_header(PT_NOTE, headers as u32, 0, [notes.len() as u32, 0], 0, 4))?;
        let mut offset = first as u32;
        for region in &regions {
            let (start, size, kept) = extent(m, region);
            let flags = rights(region.mapping.perm);
            out.write_all(&program_header(PT_LOAD, offset, start, [kept, size], flags, PAGE_SIZE as u32))?;
            offset = offset.wrapping_add(kept);
        }
        out.write_all(&notes)?;
        out.write_all(&vec![0; first - headers - notes.len()])?;
        regions.iter().try_for_each(|region| write_memory(m, region, out))
    }

    fn notes(&self, m: &Machine, regions: &[&MappedRegion]) -> Vec<u8> {
        let mut notes = Vec::new();
        note(&mut notes, "CORE", NT_PRSTATUS, &self.status(&m.cpu, &self.thread));
        note(&mut notes, "CORE", NT_PRPSINFO, &self.process_facts(m));
        if let Some(info) = self.remains.info {
            note(&mut notes, "CORE", NT_SIGINFO, &info.to_bytes());
        }
        note(&mut notes, "CORE", NT_AUXV, &self.process.space().initial_stack.auxiliary);
        note(&mut notes, "CORE", NT_FILE, &files(regions));
        more_registers(&mut notes, &m.cpu);
        let pid = self.process.pid;
        let others = self.world.threads.values().map(Box::as_ref);
        let others = others.filter(|thread: &&Thread| thread.pid == pid && thread.tid != self.thread.tid);
        for thread in self.remains.threads.iter().chain(others) {
            if let Some(cpu) = &thread.cpu {
                note(&mut notes, "CORE", NT_PRSTATUS, &self.status(cpu, thread));
                more_registers(&mut notes, cpu);
            }
        }
        notes
    }

    /// `struct elf_prstatus`.
    fn status(&self, cpu: &Cpu, thread: &Thread) -> Vec<u8> {
        let info = self.remains.info;
        let signal = match self.exit.or(self.process.exit) {
            Some(Termination::Signal(signal)) => u32::from(signal),
            _ => 0,
        };
        let (code, error) = info.map_or((0, 0), |info| (info.code, info.error));
        let process = &self.process;
        let masks = [thread.signals.pending.set() as u32, thread.signals.blocked() as u32];
        let ids = [thread.tid, process.parent, process.group, process.session];
        let state = CallState { number: thread.signals.call, forces_trap: false };
        let words = [signal, code, error, signal, masks[0], masks[1]];
        let mut bytes: Vec<u8> = words.into_iter().chain(ids).chain([0; 8]).flat_map(u32::to_le_bytes).collect();
        bytes.extend(RegisterSet::General.read(cpu, state));
        // The floating-point registers are there, in the next note.
        bytes.extend(1_u32.to_le_bytes());
        bytes
    }

    /// `struct elf_prpsinfo`.
    fn process_facts(&self, m: &Machine) -> Vec<u8> {
        let process = &self.process;
        let mut bytes = vec![0, b'R', 0, 0];
        bytes.extend([0; 4]);
        let [user, group] = [process.credentials.users()[0], process.credentials.own_groups()[0]];
        bytes.extend((user as u16).to_le_bytes());
        bytes.extend((group as u16).to_le_bytes());
        bytes.extend(
            [process.pid, process.parent, process.group, process.session].into_iter().flat_map(u32::to_le_bytes),
        );
        let (start, end) = process.space().initial_stack.arguments;
        let mut arguments = m.memory.mapped_bytes(m.memory.pool(), start, end.saturating_sub(start).min(79));
        arguments.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = b' ');
        bytes.extend(field::<16>(&self.thread.name));
        bytes.extend(field::<80>(&arguments));
        bytes
    }
}

/// Text in so many bytes, zeros behind it.
fn field<const N: usize>(text: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    let length = text.len().min(N - 1);
    bytes[..length].copy_from_slice(&text[..length]);
    bytes
}

/// The sets of registers that do not stand in `struct elf_prstatus`.
fn more_registers(notes: &mut Vec<u8>, cpu: &Cpu) {
    for (name, kind) in [("CORE", NT_PRFPREG), ("LINUX", NT_PRXFPREG), ("LINUX", NT_X86_XSTATE)] {
        if let Some(set) = RegisterSet::of_note(kind, cpu) {
            note(notes, name, kind, &set.read(cpu, CallState::default()));
        }
    }
}

/// Appends a note: sizes of name and contents, type, then both, to a multiple of four bytes each.
fn note(notes: &mut Vec<u8>, name: &str, kind: u32, contents: &[u8]) {
    let sizes = [name.len() as u32 + 1, contents.len() as u32, kind];
    notes.extend(sizes.into_iter().flat_map(u32::to_le_bytes));
    for part in [[name.as_bytes(), b"\0"].concat(), contents.to_vec()] {
        notes.extend(&part);
        notes.resize(notes.len().next_multiple_of(4), 0);
    }
}

/// The note that says which files are mapped where.
fn files(regions: &[&MappedRegion]) -> Vec<u8> {
    let of_files = regions.iter().filter_map(|region| {
        let (_, page) = region.mapping.source.as_ref()?;
        let label = region.mapping.label.as_ref().filter(|label| !label.name.is_empty())?;
        Some((region.pages.clone(), *page as u32, &label.name))
    });
    let of_files: Vec<_> = of_files.collect();
    let mut words = vec![of_files.len() as u32, PAGE_SIZE as u32];
    words.extend(of_files.iter().flat_map(|(pages, at, _)| [pages.start << 12, pages.end.wrapping_shl(12), *at]));
    let mut bytes: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
    of_files.iter().for_each(|(.., name)| bytes.extend(name.iter().chain(&[0])));
    bytes
}

/// The address of a region, its size, and how many bytes of it are in the file: none of one that nobody has
/// touched and that is mapped from nothing, as Linux does it.
fn extent(m: &Machine, region: &MappedRegion) -> (u32, u32, u32) {
    let start = region.pages.start << 12;
    let size = (region.pages.end - region.pages.start) << 12;
    let is_empty = region.mapping.source.is_none() && m.memory.resident_in(start, size) == 0;
    (start, size, if is_empty { 0 } else { size })
}

fn write_memory(m: &Machine, region: &MappedRegion, out: &mut dyn Write) -> io::Result<()> {
    let (start, _, kept) = extent(m, region);
    for at in (0..kept).step_by(CHUNK as usize) {
        let wanted = (kept - at).min(CHUNK);
        let mut bytes = m.memory.mapped_bytes(m.memory.pool(), start + at, wanted);
        bytes.resize(wanted as usize, 0);
        out.write_all(&bytes)?;
    }
    Ok(())
}

fn rights(perm: Perm) -> u32 {
    let bit = |right, bit| if perm.has(right) { bit } else { 0 };
    bit(Perm::EXECUTE, 1) | bit(Perm::WRITE, 2) | bit(Perm::READ, 4)
}

/// The header of a core file for the 80386, of 32 bits, little-endian.
fn file_header(segments: u16) -> Vec<u8> {
    let mut bytes = vec![0x7f, b'E', b'L', b'F', 1, 1, 1];
    bytes.resize(16, 0);
    [4_u16, 3].iter().for_each(|half| bytes.extend(half.to_le_bytes()));
    [1, 0, FILE_HEADER as u32, 0, 0].iter().for_each(|word| bytes.extend(word.to_le_bytes()));
    let halves = [FILE_HEADER as u16, PROGRAM_HEADER as u16, segments, 0, 0, 0];
    halves.iter().for_each(|half| bytes.extend(half.to_le_bytes()));
    bytes
}

fn program_header(kind: u32, offset: u32, address: u32, sizes: [u32; 2], flags: u32, alignment: u32) -> Vec<u8> {
    [kind, offset, address, 0, sizes[0], sizes[1], flags, alignment].into_iter().flat_map(u32::to_le_bytes).collect()
}
