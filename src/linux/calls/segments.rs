//! Calls that change the descriptor tables: thread-local storage in the GDT (set_thread_area(2))
//! and the local table (modify_ldt(2)). The entries and answers are those of 64-bit Linux.

use crate::cpu::{Segment, SegmentDescriptor};
use crate::instructions::{Faulting, Machine, selector};
use crate::linux::abi::signals::SIGSEGV;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::process::UserDescriptor;
use crate::linux::signals::Siginfo;

use super::call::Args;

/// The entries of the GDT that a thread may use.
pub const TLS: std::ops::RangeInclusive<usize> = 12..=14;

/// Most entries of a local table.
const LDT_ENTRIES: usize = 8192;

/// The entry number that asks `set_thread_area` to choose a free entry.
const ANY_ENTRY: u32 = u32::MAX;

/// The bit of a selector that names the local table (SDM Vol. 3A, "Segment Selectors").
const TABLE_INDICATOR: u16 = 4;

pub fn set_thread_area(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let address = args[0];
    let wanted = UserDescriptor::from_words(guest::words(&mut m.memory, address)?);
    if !wanted.is_thread_area() {
        return Err(Errno::EINVAL);
    }
    let number = match wanted.number {
        ANY_ENTRY => {
            let free = |number: &usize| m.cpu.gdt[*number] == SegmentDescriptor::default();
            let number = TLS.into_iter().find(free).ok_or(Errno::ESRCH)?;
            m.memory.store(address, number as u32)?;
            number
        }
        number => number as usize,
    };
    if !TLS.contains(&number) {
        return Err(Errno::EINVAL);
    }
    let unused = wanted.is_empty() || wanted.is_zero();
    m.cpu.gdt[number] = if unused { SegmentDescriptor::default() } else { wanted.encode() };
    reload(k, m, |selector| selector == (number << 3 | 3) as u16);
    Ok(0)
}

/// Sets an entry for a new thread, which must say which one (CLONE_SETTLS).
pub fn set_thread_segment(k: &mut Kernel, m: &mut Machine, words: [u32; 4]) -> Result<(), Errno> {
    let wanted = UserDescriptor::from_words(words);
    let number = wanted.number as usize;
    if !TLS.contains(&number) || !wanted.is_thread_area() {
        return Err(Errno::EINVAL);
    }
    m.cpu.gdt[number] = if wanted.is_empty() { SegmentDescriptor::default() } else { wanted.encode() };
    reload(k, m, |selector| selector == (number << 3 | 3) as u16);
    Ok(())
}

pub fn get_thread_area(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let address = args[0];
    let number = guest::number::<u32>(&mut m.memory, address)?;
    if !TLS.contains(&(number as usize)) {
        return Err(Errno::EINVAL);
    }
    let words = UserDescriptor::decode(number, m.cpu.gdt[number as usize]).to_words();
    m.memory.write(address, &words.map(u32::to_le_bytes).concat())?;
    Ok(0)
}

/// The operations of `modify_ldt`. The newer way to write differs from the older one in three
/// ways: it keeps the bit for the system's use, it does not take base 0 with limit 0 for a request
/// to clear the entry, and it accepts a conforming segment that is not present.
mod operation {
    pub const READ: u32 = 0;
    pub const WRITE_OLD: u32 = 1;
    pub const READ_DEFAULT: u32 = 2;
    pub const WRITE: u32 = 0x11;
}

pub fn modify_ldt(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [function, address, size, ..] = *args;
    match function {
        operation::READ => read_ldt(m, address, size as usize),
        operation::READ_DEFAULT => read_default_ldt(m, address, size as usize),
        operation::WRITE_OLD | operation::WRITE => write_ldt(k, m, address, size, function == operation::WRITE_OLD),
        _ => Err(Errno::ENOSYS),
    }
}

/// Reads the table, with zeros for entries that it does not have; without a table there is nothing
/// to read.
fn read_ldt(m: &mut Machine, address: u32, size: usize) -> Answer {
    if m.cpu.ldt.is_empty() {
        return Ok(0);
    }
    let size = size.min(LDT_ENTRIES * size_of::<SegmentDescriptor>());
    let mut bytes: Vec<u8> = m.cpu.ldt.iter().flat_map(|entry| entry.0.to_le_bytes()).collect();
    bytes.resize(size, 0);
    m.memory.write(address, &bytes)?;
    Ok(size as u32)
}

/// The table that every process started with in old versions of Linux: all zero.
fn read_default_ldt(m: &mut Machine, address: u32, size: usize) -> Answer {
    const DEFAULT_SIZE: usize = 128;
    let size = size.min(DEFAULT_SIZE);
    m.memory.write(address, &[0; DEFAULT_SIZE][..size])?;
    Ok(size as u32)
}

fn write_ldt(k: &mut Kernel, m: &mut Machine, address: u32, size: u32, old: bool) -> Answer {
    if size != UserDescriptor::SIZE {
        return Err(Errno::EINVAL);
    }
    let mut wanted = UserDescriptor::from_words(guest::words(&mut m.memory, address)?);
    let number = wanted.number as usize;
    if number >= LDT_ENTRIES || wanted.is_conforming() && (old || wanted.is_present()) {
        return Err(Errno::EINVAL);
    }
    let clear = wanted.is_empty() || old && wanted.base == 0 && wanted.limit == 0;
    if old {
        wanted.clear_available();
    }
    let entries = m.cpu.ldt.len().max(number + 1);
    m.cpu.ldt.resize(entries, SegmentDescriptor::default());
    m.cpu.ldt[number] = if clear { SegmentDescriptor::default() } else { wanted.encode() };
    reload(k, m, |selector| selector & TABLE_INDICATOR != 0);
    Ok(0)
}

/// Loads the segment registers whose selectors match again, as the kernel does before it returns
/// to the program. A data segment that can no longer be loaded becomes null; without its code or
/// stack segment the program cannot go on, and gets SIGSEGV.
fn reload(k: &mut Kernel, m: &mut Machine, matches: impl Fn(u16) -> bool) {
    for segment in Segment::ALL {
        let old = m.cpu.segments[segment as usize].selector;
        if !matches(old) || reload_one(m, segment, old).is_ok() {
            continue;
        }
        match segment {
            Segment::Cs | Segment::Ss => {
                k.thread.signals.force(&mut k.process.signals.dispositions, Siginfo::kernel(SIGSEGV));
            }
            _ => m.cpu.set_segment(segment, 0, SegmentDescriptor::default()),
        }
    }
}

fn reload_one(m: &mut Machine, segment: Segment, old: u16) -> Faulting<()> {
    if segment != Segment::Cs {
        return selector::load(m, segment as u8, old);
    }
    let descriptor = selector::code_segment(m, old, m.cpu.eip, selector::Transfer::Return)?;
    selector::load_code(m, old, descriptor);
    Ok(())
}
