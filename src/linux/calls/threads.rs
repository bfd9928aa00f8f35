//! What a C library asks for on behalf of its only thread: thread-local storage through
//! descriptor tables (SDM Vol. 3A, "Segment Descriptors"), and locks that nobody contends for.

use crate::cpu::{Descriptor, Segment};
use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::memory::Memory;

use super::Args;
use super::process::PID;
use super::time::{timespec, timespec64};

/// Entries of the global table that a thread may use, where 64-bit Linux has them.
const TLS: std::ops::Range<usize> = 12..15;

/// Entries of a local table.
const LDT_SIZE: usize = 8192;

/// Bytes of `struct user_desc`.
const USER_DESC: u32 = 16;

const PRESENT: u64 = 1 << 47;
const AVAILABLE: u64 = 1 << 52;

/// `struct user_desc`: what the guest says about a segment.
struct Wanted {
    number: u32,
    descriptor: Descriptor,
}

fn read_wanted(memory: &mut Memory, address: u32) -> Result<Wanted, Errno> {
    let [number, base, limit, flags] = guest::words(memory, address)?;
    // An entry that is read-only, not present and nothing else is to be emptied, and so is one
    // that is all zero.
    let empty = base == 0 && limit == 0 && matches!(flags & 0x7f, 0x28 | 0);
    let descriptor = if empty { Descriptor::default() } else { descriptor(base, limit, flags) };
    Ok(Wanted { number, descriptor })
}

/// Flags: bit 0 32-bit, 1 and 2 the kind (data, expand-down, code, conforming), 3 not writable or
/// not readable, 4 limit in pages, 5 not present, 6 for the system's use.
fn descriptor(base: u32, limit: u32, flags: u32) -> Descriptor {
    let bit = |number: u32| flags >> number & 1 != 0;
    let limit = if bit(4) { limit << 12 | 0xfff } else { limit & 0xf_ffff };
    let kind = (flags >> 1 & 3) as u8 * 4 + if bit(3) { 0 } else { 2 };
    let Descriptor(bits) = Descriptor::user(base, limit, kind, bit(0));
    let bits = bits | if bit(6) { AVAILABLE } else { 0 };
    Descriptor(if bit(5) { bits & !PRESENT } else { bits })
}

pub fn set_thread_area(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let address = args[0];
    let wanted = read_wanted(&mut m.memory, address)?;
    let number = match wanted.number as usize {
        number if wanted.number != u32::MAX => {
            Some(number).filter(|number| TLS.contains(number)).ok_or(Errno::EINVAL)?
        }
        _ => TLS.into_iter().find(|number| m.cpu.gdt[*number] == Descriptor::default()).ok_or(Errno::ESRCH)?,
    };
    m.cpu.gdt[number] = wanted.descriptor;
    reload(m, (number << 3 | 3) as u16, wanted.descriptor);
    m.memory.store(address, number as u32)?;
    Ok(0)
}

/// A data segment register that holds the selector sees the new descriptor at once.
fn reload(m: &mut Machine, selector: u16, descriptor: Descriptor) {
    for segment in [Segment::Es, Segment::Ds, Segment::Fs, Segment::Gs] {
        if m.cpu.segments[segment as usize].selector == selector && descriptor.is_present() {
            m.cpu.set_segment(segment, selector, descriptor);
        }
    }
}

pub fn get_thread_area(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let address = args[0];
    let number = guest::number::<u32>(&mut m.memory, address)?;
    let known = TLS.contains(&(number as usize)).then(|| m.cpu.gdt[number as usize]).ok_or(Errno::EINVAL)?;
    let record = [number, known.base(), limit_field(known), flags_field(known)].map(u32::to_le_bytes);
    m.memory.write(address, &record.concat())?;
    Ok(0)
}

fn limit_field(descriptor: Descriptor) -> u32 {
    if descriptor.0 >> 55 & 1 != 0 { descriptor.limit() >> 12 } else { descriptor.limit() }
}

fn flags_field(descriptor: Descriptor) -> u32 {
    let kind = u32::from(descriptor.kind());
    let bits = [
        u32::from(descriptor.is_big()),
        (kind >> 2 & 3) << 1,
        u32::from(kind & 2 == 0) << 3,
        ((descriptor.0 >> 55 & 1) as u32) << 4,
        u32::from(!descriptor.is_present()) << 5,
        u32::from(descriptor.0 & AVAILABLE != 0) << 6,
    ];
    bits.into_iter().sum()
}

pub fn modify_ldt(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [function, address, size, ..] = *args;
    match function {
        0 => {
            let bytes: Vec<u8> = m.cpu.ldt.iter().flat_map(|entry| entry.0.to_le_bytes()).collect();
            let count = bytes.len().min(size as usize);
            m.memory.write(address, &bytes[..count])?;
            Ok(count as u32)
        }
        1 | 0x11 if size == USER_DESC => {
            let wanted = read_wanted(&mut m.memory, address)?;
            write_ldt(m, wanted.number as usize, wanted.descriptor)
        }
        1 | 0x11 => Err(Errno::EINVAL),
        2 => Ok(0),
        _ => Err(Errno::ENOSYS),
    }
}

fn write_ldt(m: &mut Machine, number: usize, descriptor: Descriptor) -> Answer {
    if number >= LDT_SIZE {
        return Err(Errno::EINVAL);
    }
    let size = m.cpu.ldt.len().max(number + 1);
    m.cpu.ldt.resize(size, Descriptor::default());
    m.cpu.ldt[number] = descriptor;
    Ok(0)
}

pub fn set_tid_address(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(PID)
}

pub fn futex(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    wait_or_wake(k, m, args, timespec)
}

pub fn futex_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    wait_or_wake(k, m, args, timespec64)
}

/// The only thread can wake nobody, and nobody can wake it: waiting ends with its time.
fn wait_or_wake(
    k: &mut Kernel,
    m: &mut Machine,
    args: &Args,
    time: fn(&mut Memory, u32) -> Result<std::time::Duration, Errno>,
) -> Answer {
    const WAIT: u32 = 0;
    const WAKE: u32 = 1;
    const WAIT_BITSET: u32 = 9;
    const WAKE_BITSET: u32 = 10;
    let [address, operation, value, timeout, ..] = *args;
    match operation & 0x7f {
        WAKE | WAKE_BITSET => Ok(0),
        WAIT | WAIT_BITSET if guest::number::<u32>(&mut m.memory, address)? != value => Err(Errno::EAGAIN),
        WAIT if timeout != 0 => {
            let time = time(&mut m.memory, timeout)?;
            k.sleep(m, time)?;
            Err(Errno::ETIMEDOUT)
        }
        // Its time is a date, which has passed by the time that nothing else happens.
        WAIT_BITSET if timeout != 0 => Err(Errno::ETIMEDOUT),
        WAIT | WAIT_BITSET => Err(Errno::EDEADLK),
        _ => Err(Errno::ENOSYS),
    }
}
