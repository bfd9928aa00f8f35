//! The process image: segments, heap and stack in memory, and the registers at the first
//! instruction.

use std::sync::Arc;

use crate::cpu::Register;
use crate::instructions::Machine;
use crate::linux::error::LoadError;
use crate::linux::process::{Credentials, PAGE, Ranges, Space, TASK_SIZE, permissions};
use crate::linux::signals::Trampolines;
use crate::linux::vdso;
use crate::memory::{Access, Label, Mapping, Perm};

use super::elf::{self, Executable, LoadSegment, PIE_BASE};
use super::file::ProgramFile;
use super::stack::{self, Program, Strings};

/// Room between the stack and the mappings below it.
const STACK_GAP: u64 = 1 << 20;

/// Bytes below the end of the address space that mappings leave free in any case, for a stack whose limit is raised
/// later (`MIN_GAP`).
const STACK_ROOM: u64 = 128 << 20;

/// The part of the stack, at its upper end, that Linux maps before the segments. The first segment
/// must not be there; later ones replace it, as they replace everything.
const STACK_TOP: u64 = 128 << 10;

/// A program and what it is started with.
pub struct Start<'a> {
    /// The program.
    pub file: &'a dyn ProgramFile,
    /// Its path, as the guest sees it.
    pub label: Arc<Label>,
    /// What loads it, if the program asks for that.
    pub interpreter: Option<(&'a dyn ProgramFile, Arc<Label>)>,
    /// Arguments and environment.
    pub strings: Strings<'a>,
    /// Bytes of stack.
    pub stack_size: u32,
    /// Who runs it.
    pub credentials: &'a Credentials,
}

/// Loads a program into an empty address space.
pub fn load(space: &mut Space, m: &mut Machine, executable: &Executable, start: &Start) -> Result<(), LoadError> {
    let stack = u64::from(start.stack_size).next_multiple_of(PAGE).clamp(STACK_TOP, 1 << 30);
    check_room(executable, stack, space.limit())?;
    space.read_implies_execute = executable.executable_stack.is_none();
    let execute = executable.executable_stack == Some(true);
    let area = [TASK_SIZE - stack, stack];
    let mapped = space.map_named(&mut m.memory, area, permissions(true, true, execute), "[stack]");
    mapped.map_err(|_| too_large(space, m, stack))?;
    space.ceiling = TASK_SIZE - (stack + STACK_GAP).max(STACK_ROOM);
    map_segments(space, m, executable, start.file, &start.label)?;
    check_stack(executable, m)?;
    let heap = executable.segments.iter().map(LoadSegment::end).max().unwrap_or_default();
    space.heap = (heap, heap);
    let (base, entry) = match &start.interpreter {
        None => (0, executable.entry),
        Some((file, label)) => load_interpreter(space, m, *file, label)?,
    };
    let vdso = map_vdso(space, m)?;
    let random = random_bytes(m);
    let program = Program { executable, interpreter_base: base, credentials: start.credentials, random, vdso };
    space.initial_stack = stack::build(m, &start.strings, &program, stack as u32)?;
    let code = executable.segments.iter().filter(|segment| segment.executable);
    space.code = code.fold((0, 0), |(start, end), segment| {
        let first = if start == 0 { segment.address as u32 } else { start.min(segment.address as u32) };
        (first, end.max(segment.file_end() as u32))
    });
    self::start(m, entry, space.initial_stack.start);
    Ok(())
}

/// Maps the vDSO where there is room, and notes where handlers return to.
fn map_vdso(space: &mut Space, m: &mut Machine) -> Result<u32, LoadError> {
    let image = vdso::image();
    let size = (image.len() as u64).next_multiple_of(PAGE);
    let start = space.find(&m.memory, size).map_err(|_| too_large(space, m, size))?;
    let mapped = space.map_named(&mut m.memory, [start, size], permissions(true, false, true), "[vdso]");
    mapped.map_err(|_| too_large(space, m, size))?;
    m.memory.copy_in(start as u32, &image);
    let address = |name| vdso::find(name).map(|offset| start as u32 + offset);
    let trampolines = address("__kernel_sigreturn").zip(address("__kernel_rt_sigreturn"));
    space.trampolines = trampolines.map(|(sigreturn, rt_sigreturn)| Trampolines { sigreturn, rt_sigreturn });
    Ok(start as u32)
}

/// Maps the interpreter where there is room, and gives its base and its entry point.
fn load_interpreter(
    space: &mut Space,
    m: &mut Machine,
    file: &dyn ProgramFile,
    label: &Arc<Label>,
) -> Result<(u32, u32), LoadError> {
    let measured = elf::read(file, PIE_BASE)?;
    let first = measured.segments.iter().map(LoadSegment::start).min().unwrap_or_default();
    let last = measured.segments.iter().map(LoadSegment::end).max().unwrap_or_default();
    let base = space.find(&m.memory, last - first).map_err(|_| too_large(space, m, last - first))?;
    let executable = elf::read(file, base)?;
    map_segments(space, m, &executable, file, label)?;
    Ok((executable.bias as u32, executable.entry))
}

/// Loads a flat image: see [`load_flat`](crate::linux::load_flat).
pub fn load_flat(m: &mut Machine, image: &[u8], address: u32, size: u64) -> Result<(), LoadError> {
    let size = size.min(1 << 32);
    let needed = u64::from(address) + image.len() as u64;
    if image.is_empty() {
        return Err(LoadError::Empty);
    }
    if needed > size {
        return Err(LoadError::TooLarge { needed, limit: size });
    }
    // In two halves, because a length of 4 GiB does not fit into 32 bits.
    let low = size.min(1 << 31);
    m.memory.map(0, low as u32, Perm::ALL);
    m.memory.map(low as u32, (size - low) as u32, Perm::ALL);
    m.memory.set_end(size);
    m.memory.copy_in(address, image);
    start(m, address, size as u32);
    Ok(())
}

fn start(m: &mut Machine, eip: u32, esp: u32) {
    m.cpu.eip = eip;
    m.cpu.regs[Register::Esp] = esp;
}

/// Sixteen bytes for AT_RANDOM.
fn random_bytes(m: &mut Machine) -> [u8; 16] {
    let mut bytes = [0; 16];
    m.cpu.random.fill(&mut bytes);
    bytes
}

/// All that will be mapped must fit in before anything is.
fn check_room(executable: &Executable, stack: u64, limit: u64) -> Result<(), LoadError> {
    let mut needed = Ranges::default();
    needed.insert(TASK_SIZE - stack, TASK_SIZE);
    for segment in &executable.segments {
        needed.insert(segment.start(), segment.end());
    }
    let needed = needed.size();
    let first =
        executable.segments.first().filter(|first| first.file_size > 0 && first.file_end() > TASK_SIZE - STACK_TOP);
    match first {
        Some(first) => Err(refused(first, "the stack goes there")),
        None if needed > limit => Err(LoadError::TooLarge { needed, limit }),
        None => Ok(()),
    }
}

/// A segment that has replaced the upper end of the stack must have left it writable.
fn check_stack(executable: &Executable, m: &mut Machine) -> Result<(), LoadError> {
    let top = TASK_SIZE - STACK_TOP;
    let last = executable.segments.iter().rev().find(|segment| segment.end() > top);
    match last.map(|last| (last, m.memory.check(top as u32, STACK_TOP as u32, Access::Write))) {
        Some((last, Err(_))) => Err(refused(last, "it replaces the stack by what cannot be written")),
        _ => Ok(()),
    }
}

fn refused(segment: &LoadSegment, reason: &'static str) -> LoadError {
    LoadError::Segment { address: segment.address, size: segment.memory_size, reason }
}

fn map_segments(
    space: &mut Space,
    m: &mut Machine,
    executable: &Executable,
    file: &dyn ProgramFile,
    label: &Arc<Label>,
) -> Result<(), LoadError> {
    let whole = Mapping { source: Some((file.source(), 0)), label: Some(Arc::clone(label)), ..Mapping::default() };
    executable.segments.iter().try_for_each(|segment| map_segment(space, m, segment, &whole))
}

/// Maps a segment as Linux does: whole pages of the file, so that its bytes are also around the
/// segment, and after them zeroed pages that can be written whatever the segment's flags say.
fn map_segment(space: &mut Space, m: &mut Machine, segment: &LoadSegment, file: &Mapping) -> Result<(), LoadError> {
    let start = segment.start();
    let mut file_end = start;
    if segment.file_size > 0 {
        file_end = segment.file_end().next_multiple_of(PAGE);
        let perm = permissions(segment.readable, segment.writable, segment.executable);
        let source = file.source.clone().map(|(source, _)| (source, segment.offset / PAGE));
        let mapping = Mapping { perm, source, ..file.clone() };
        let mapped = space.map_from(&mut m.memory, start, file_end - start, mapping);
        mapped.map_err(|_| too_large(space, m, file_end - start))?;
        if segment.memory_size > segment.file_size && segment.writable {
            clear(m, segment, file_end)?;
        }
    }
    if segment.memory_size > segment.file_size && segment.end() > file_end {
        let perm = permissions(true, true, segment.executable);
        let size = segment.end() - file_end;
        space.map(&mut m.memory, file_end, size, perm).map_err(|_| too_large(space, m, size))?;
    }
    Ok(())
}

/// Clears the rest of the page in which the file's bytes of a segment end. That of a segment that
/// cannot be written keeps the bytes that the file has there.
fn clear(m: &mut Machine, segment: &LoadSegment, end: u64) -> Result<(), LoadError> {
    let start = segment.file_end();
    let size = (end - start) as usize;
    if m.memory.check(start as u32, size as u32, Access::Write).is_err() {
        return Err(refused(segment, "its zeros begin in a page past the end of the file"));
    }
    m.memory.copy_in(start as u32, &vec![0; size]);
    Ok(())
}

fn too_large(space: &Space, m: &Machine, size: u64) -> LoadError {
    LoadError::TooLarge { needed: m.memory.mapped_pages() * PAGE + size, limit: space.limit() }
}
