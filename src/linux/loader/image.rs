//! The process image: segments, heap and stack in memory, and the registers at the first
//! instruction.

use crate::cpu::Register;
use crate::instructions::Machine;
use crate::linux::config::Config;
use crate::linux::error::LoadError;
use crate::linux::process::{PAGE, Process, Ranges, TASK_SIZE, permissions};
use crate::linux::signals::Trampolines;
use crate::linux::vdso;
use crate::memory::{Access, Perm};

use super::elf::{self, Executable, LoadSegment};
use super::stack::{self, Program};

/// Room between the stack and the mappings below it.
const STACK_GAP: u64 = 1 << 20;

/// The part of the stack, at its upper end, that Linux maps before the segments. The first segment
/// must not be there; later ones replace it, as they replace everything.
const STACK_TOP: u64 = 128 << 10;

/// Loads an ELF file: see [`load`](crate::linux::load).
pub fn load(process: &mut Process, m: &mut Machine, image: &[u8], config: &Config) -> Result<(), LoadError> {
    let executable = elf::read(image)?;
    let stack = u64::from(config.stack_size).next_multiple_of(PAGE).clamp(STACK_TOP, 1 << 30);
    check_room(&executable, stack, process.space.limit())?;
    process.space.read_implies_execute = executable.executable_stack.is_none();
    let execute = executable.executable_stack == Some(true);
    map(process, m, TASK_SIZE - stack, stack, permissions(true, true, execute))?;
    process.space.ceiling = TASK_SIZE - stack - STACK_GAP;
    for segment in &executable.segments {
        map_segment(process, m, image, segment)?;
    }
    check_stack(&executable, m)?;
    let heap = executable.segments.iter().map(LoadSegment::end).max().unwrap_or_default();
    process.space.heap = (heap, heap);
    let vdso = map_vdso(process, m)?;
    let (credentials, random) = (process.credentials, random_bytes(m));
    let program = Program { executable: &executable, credentials, random, vdso };
    let esp = stack::build(m, config, &program, stack as u32)?;
    start(m, executable.entry, esp);
    Ok(())
}

/// Maps the vDSO below the stack, and tells the process where handlers return to.
fn map_vdso(process: &mut Process, m: &mut Machine) -> Result<u32, LoadError> {
    let image = vdso::image();
    let size = (image.len() as u64).next_multiple_of(PAGE);
    let start = process.space.find(size).map_err(|_| too_large(process, size))?;
    map(process, m, start, size, permissions(true, false, true))?;
    m.memory.copy_in(start as u32, &image);
    let address = |name| vdso::find(name).map(|offset| start as u32 + offset);
    process.trampolines = address("__kernel_sigreturn")
        .zip(address("__kernel_rt_sigreturn"))
        .map(|(sigreturn, rt_sigreturn)| Trampolines { sigreturn, rt_sigreturn });
    Ok(start as u32)
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
fn check_stack(executable: &Executable, m: &Machine) -> Result<(), LoadError> {
    let top = TASK_SIZE - STACK_TOP;
    let last = executable.segments.iter().rev().find(|segment| segment.end() > top);
    match (last, m.memory.check(top as u32, STACK_TOP as u32, Access::Write)) {
        (Some(last), Err(_)) => Err(refused(last, "it replaces the stack by what cannot be written")),
        _ => Ok(()),
    }
}

fn refused(segment: &LoadSegment, reason: &'static str) -> LoadError {
    LoadError::Segment { address: segment.address, size: segment.memory_size, reason }
}

/// Maps a segment as Linux does: whole pages of the file, so that its bytes are also around the
/// segment, and after them zeroed pages that can be written whatever the segment's flags say.
fn map_segment(process: &mut Process, m: &mut Machine, image: &[u8], segment: &LoadSegment) -> Result<(), LoadError> {
    let start = segment.start();
    let mut file_end = start;
    if segment.file_size > 0 {
        file_end = segment.file_end().next_multiple_of(PAGE);
        let offset = (segment.offset - segment.offset % PAGE) as usize;
        let bytes = image.get(offset..).unwrap_or_default();
        let perm = permissions(segment.readable, segment.writable, segment.executable);
        let mapped = process.space.map_file(&mut m.memory, start, file_end - start, perm, bytes);
        mapped.map_err(|_| too_large(process, file_end - start))?;
        if segment.memory_size > segment.file_size && segment.writable {
            clear(m, segment, file_end)?;
        }
    }
    if segment.memory_size > segment.file_size && segment.end() > file_end {
        let perm = permissions(true, true, segment.executable);
        map(process, m, file_end, segment.end() - file_end, perm)?;
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

fn map(process: &mut Process, m: &mut Machine, start: u64, size: u64, perm: Perm) -> Result<(), LoadError> {
    process.space.map(&mut m.memory, start, size, perm).map_err(|_| too_large(process, size))
}

fn too_large(process: &Process, size: u64) -> LoadError {
    LoadError::TooLarge { needed: process.space.mapped() + size, limit: process.space.limit() }
}
