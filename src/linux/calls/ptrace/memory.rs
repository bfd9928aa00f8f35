//! Words of a tracee's memory: PTRACE_PEEKDATA and PTRACE_POKEDATA. What the pages allow does not matter, as
//! breakpoints are written into code.

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;

/// Bytes of a word.
const WORD: u32 = 4;

fn space_of(k: &Kernel, tid: u32) -> Result<u64, Errno> {
    k.find_process_of(tid).map(|process| process.space_number).ok_or(Errno::ESRCH)
}

/// Stores a word of the tracee here; EIO where nothing is mapped.
pub fn peek(k: &mut Kernel, m: &mut Machine, tid: u32, address: u32, result: u32) -> Answer {
    let space = space_of(k, tid)?;
    let bytes = k.space(m, space).map(|space| space.mapped_bytes(m.memory.pool(), address, WORD));
    let word: [u8; WORD as usize] = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(Errno::EIO)?;
    guest::write(&mut m.memory, result, &u32::from_le_bytes(word))
}

pub fn poke(k: &mut Kernel, m: &mut Machine, tid: u32, address: u32, word: u32) -> Answer {
    let space = space_of(k, tid)?;
    let written = k.with_space(m, space, |memory| memory.overwrite(address, &word.to_le_bytes()));
    if written == Some(WORD as usize) { Ok(0) } else { Err(Errno::EIO) }
}
