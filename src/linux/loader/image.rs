//! The process image: segments, heap and stack in memory, and the registers at the first
//! instruction.

use crate::cpu::Register;
use crate::instructions::Machine;
use crate::linux::config::Config;
use crate::linux::error::LoadError;
use crate::linux::process::{PAGE, Process, TASK_SIZE};
use crate::memory::Perm;

use super::elf::{self, Executable, LoadSegment};
use super::stack::{self, Program};

/// Room between the stack and the mappings below it.
const STACK_GAP: u64 = 1 << 20;

/// Loads an ELF file: see [`load`](super::load).
pub fn load(process: &mut Process, m: &mut Machine, image: &[u8], config: &Config) -> Result<(), LoadError> {
    let executable = elf::read(image)?;
    let stack = u64::from(config.stack_size).next_multiple_of(PAGE).clamp(16 * PAGE, 1 << 30);
    check_size(&executable, stack, process.space.limit())?;
    process.space.read_implies_execute = executable.executable_stack.is_none();
    for segment in &executable.segments {
        map_segment(process, m, segment)?;
    }
    let heap = executable.segments.last().map_or(0, |last| (last.address + last.size).next_multiple_of(PAGE));
    process.space.heap = (heap, heap);
    let execute = if executable.executable_stack == Some(true) { Perm::EXECUTE } else { Perm::NONE };
    if let Some((address, end)) = process.space.within(TASK_SIZE - stack, TASK_SIZE).first() {
        return Err(LoadError::Segment { address: *address, size: end - address, reason: "the stack goes there" });
    }
    map(process, m, TASK_SIZE - stack, stack, Perm::READ | Perm::WRITE | execute)?;
    process.space.ceiling = TASK_SIZE - stack - STACK_GAP;
    let program = Program { executable: &executable, credentials: process.credentials, random: random_bytes(m) };
    let esp = stack::build(m, config, &program, stack as u32)?;
    start(m, executable.entry, esp);
    Ok(())
}

/// Loads a flat image: see [`load_flat`](super::load_flat).
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
fn check_size(executable: &Executable, stack: u64, limit: u64) -> Result<(), LoadError> {
    let whole = |segment: &LoadSegment| segment.size.next_multiple_of(PAGE) + PAGE;
    let needed = stack + executable.segments.iter().map(whole).sum::<u64>();
    if needed > limit { Err(LoadError::TooLarge { needed, limit }) } else { Ok(()) }
}

/// Maps whole pages: like the kernel, with the file's bytes also around the segment, but zeros
/// after it where it is larger in memory than in the file.
fn map_segment(process: &mut Process, m: &mut Machine, segment: &LoadSegment) -> Result<(), LoadError> {
    let start = segment.address - segment.address % PAGE;
    let end = (segment.address + segment.size).next_multiple_of(PAGE);
    map(process, m, start, end - start, segment.perm)?;
    let file_end = segment.address + segment.file_size;
    let keep = if segment.size > segment.file_size { file_end - start } else { end - start };
    let bytes = &segment.pages[..segment.pages.len().min(keep as usize)];
    m.memory.copy_in(start as u32, bytes);
    Ok(())
}

fn map(process: &mut Process, m: &mut Machine, start: u64, size: u64, perm: Perm) -> Result<(), LoadError> {
    let limit = process.space.limit();
    let needed = process.space.mapped() + size;
    process.space.map(&mut m.memory, start, size, perm).map_err(|_| LoadError::TooLarge { needed, limit })
}
