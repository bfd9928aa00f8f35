//! Registers of a tracee, one by one (`struct user`) and in sets.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::Iovec;
use crate::linux::abi::process::UserDesc;
use crate::linux::abi::ptrace::{NT_386_TLS, UserRegs};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::process::UserDescriptor;
use crate::linux::tracing::{CallState, RegisterSet, UserField, read_registers, user_field, write_registers};

use super::super::segments::{self, TLS};
use super::tracee::tracee;

/// Works on the processor of a tracee in the place of the running one.
fn with_processor<T>(
    k: &mut Kernel,
    m: &mut Machine,
    tid: u32,
    work: impl FnOnce(&mut Kernel, &mut Machine, &mut CallState) -> T,
) -> Result<T, Errno> {
    let forces_trap = tracee(k, tid)?.forces_trap;
    let thread = k.find_thread_mut(tid).ok_or(Errno::ESRCH)?;
    let mut state = CallState { number: thread.signals.call, forces_trap };
    let mut cpu = thread.cpu.take().ok_or(Errno::ESRCH)?;
    std::mem::swap(&mut m.cpu, &mut cpu);
    let answer = work(k, m, &mut state);
    std::mem::swap(&mut m.cpu, &mut cpu);
    if let Some(thread) = k.find_thread_mut(tid) {
        (thread.cpu, thread.signals.call) = (Some(cpu), state.number);
    }
    tracee(k, tid)?.forces_trap = state.forces_trap;
    Ok(answer)
}

pub fn peek_user(k: &mut Kernel, m: &mut Machine, tid: u32, offset: u32, result: u32) -> Answer {
    let word = match user_field(offset)? {
        UserField::Register(index) => {
            let regs = with_processor(k, m, tid, |_, m, state| read_registers(&m.cpu, *state))?;
            words(&regs)[index]
        }
        UserField::Debug(number) => tracee(k, tid)?.debug.get(number),
        UserField::Unused => 0,
    };
    guest::write(&mut m.memory, result, &word)
}

pub fn poke_user(k: &mut Kernel, m: &mut Machine, tid: u32, offset: u32, word: u32) -> Answer {
    match user_field(offset)? {
        UserField::Register(index) => with_processor(k, m, tid, |_, m, state| {
            let mut words = words(&read_registers(&m.cpu, *state));
            words[index] = word;
            write_registers(m, state, &UserRegs::decode(&mut words.to_bytes().as_slice()))
        })??,
        UserField::Debug(number) => k.set_debug_register(m, tid, number, word)?,
        UserField::Unused => {}
    }
    Ok(0)
}

fn words(regs: &UserRegs) -> [u32; UserRegs::SIZE / 4] {
    Encoded::decode(&mut regs.to_bytes().as_slice())
}

/// Stores a set of registers here.
pub fn get(k: &mut Kernel, m: &mut Machine, tid: u32, set: RegisterSet, address: u32) -> Answer {
    let bytes = with_processor(k, m, tid, |_, m, state| set.read(&m.cpu, *state))?;
    m.memory.write(address, &bytes)?;
    Ok(0)
}

/// Loads one from here.
pub fn set(k: &mut Kernel, m: &mut Machine, tid: u32, set: RegisterSet, address: u32) -> Answer {
    let size = with_processor(k, m, tid, |_, m, state| set.read(&m.cpu, *state).len())?;
    load(k, m, tid, set, Iovec { iov_base: address, iov_len: size as u32 })
}

fn load(k: &mut Kernel, m: &mut Machine, tid: u32, set: RegisterSet, from: Iovec) -> Answer {
    let mut bytes = vec![0; from.iov_len as usize];
    m.memory.read(from.iov_base, &mut bytes)?;
    with_processor(k, m, tid, |_, m, state| set.write(m, state, &bytes))??;
    Ok(0)
}

/// Stores as much of a set as there is room for, and how much that is.
pub fn get_set(k: &mut Kernel, m: &mut Machine, tid: u32, note: u32, address: u32) -> Answer {
    let room: Iovec = guest::read(&mut m.memory, address)?;
    let bytes = match note {
        NT_386_TLS => with_processor(k, m, tid, |_, m, _| thread_areas(m))?,
        _ => {
            let set = known_set(m, note)?;
            with_processor(k, m, tid, |_, m, state| set.read(&m.cpu, *state))?
        }
    };
    let size = transferred(m, note, room, bytes.len())?;
    m.memory.write(room.iov_base, &bytes[..size])?;
    guest::write(&mut m.memory, address, &Iovec { iov_len: size as u32, ..room })
}

/// Loads as much of a set as is given.
pub fn set_set(k: &mut Kernel, m: &mut Machine, tid: u32, note: u32, address: u32) -> Answer {
    let given: Iovec = guest::read(&mut m.memory, address)?;
    let whole = match note {
        NT_386_TLS => TLS.count() * UserDesc::SIZE,
        _ => {
            let set = known_set(m, note)?;
            with_processor(k, m, tid, |_, m, state| set.read(&m.cpu, *state).len())?
        }
    };
    let from = Iovec { iov_len: transferred(m, note, given, whole)? as u32, ..given };
    match note {
        NT_386_TLS => {
            for (number, at) in TLS.zip((0..from.iov_len).step_by(UserDesc::SIZE)) {
                set_thread_area(k, m, tid, number as u32, from.iov_base.wrapping_add(at))?;
            }
        }
        _ => {
            load(k, m, tid, known_set(m, note)?, from)?;
        }
    }
    guest::write(&mut m.memory, address, &from)
}

fn known_set(m: &Machine, note: u32) -> Result<RegisterSet, Errno> {
    RegisterSet::of_note(note, &m.cpu).ok_or(Errno::EINVAL)
}

/// How many bytes are moved: EINVAL if the number that is asked for breaks a register apart.
fn transferred(m: &Machine, note: u32, asked: Iovec, whole: usize) -> Result<usize, Errno> {
    let unit = RegisterSet::of_note(note, &m.cpu).map_or(UserDesc::SIZE, RegisterSet::unit);
    let asked = asked.iov_len as usize;
    if asked % unit == 0 { Ok(asked.min(whole)) } else { Err(Errno::EINVAL) }
}

/// All segments of a thread's own.
fn thread_areas(m: &Machine) -> Vec<u8> {
    TLS.flat_map(|number| thread_area(m, number)).collect()
}

fn thread_area(m: &Machine, number: usize) -> Vec<u8> {
    UserDescriptor::decode(number as u32, m.cpu.gdt[number]).to_words().to_bytes()
}

/// Stores a segment of a tracee, by the number of its entry; EIO for a negative one.
pub fn get_thread_area(k: &mut Kernel, m: &mut Machine, tid: u32, number: u32, address: u32) -> Answer {
    let number = entry(number)?;
    let bytes = with_processor(k, m, tid, |_, m, _| thread_area(m, number))?;
    m.memory.write(address, &bytes)?;
    Ok(0)
}

pub fn set_thread_area(k: &mut Kernel, m: &mut Machine, tid: u32, number: u32, address: u32) -> Answer {
    let number = entry(number)?;
    let [_, base, limit, flags] = guest::words(&mut m.memory, address)?;
    let words = [number as u32, base, limit, flags];
    with_processor(k, m, tid, |k, m, _| segments::set_thread_segment(k, m, words))??;
    Ok(0)
}

fn entry(number: u32) -> Result<usize, Errno> {
    match number as i32 {
        ..0 => Err(Errno::EIO),
        _ => Some(number as usize).filter(|number| TLS.contains(number)).ok_or(Errno::EINVAL),
    }
}
