//! Calls that a C library makes for threads: set_tid_address(2), get_robust_list(2), membarrier(2),
//! sched_yield(2). Futexes are in [`futex`](super::futex).

use crate::instructions::Machine;
use crate::linux::abi::process::{
    MEMBARRIER_CMD_GLOBAL, MEMBARRIER_CMD_GLOBAL_EXPEDITED, MEMBARRIER_CMD_PRIVATE_EXPEDITED,
    MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, MEMBARRIER_CMD_QUERY, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED,
    MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::ptrace::may_trace;

/// Bytes of `struct robust_list_head`.
const ROBUST_HEAD: u32 = 12;

pub fn set_tid_address(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    k.thread.clear_child_tid = args[0];
    Ok(k.thread.tid)
}

pub fn set_robust_list(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    if args[1] != ROBUST_HEAD {
        return Err(Errno::EINVAL);
    }
    k.thread.robust_list = args[0];
    Ok(0)
}

pub fn get_robust_list(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [tid, head, size, ..] = *args;
    let list = match tid {
        0 => k.thread.robust_list,
        tid if tid == k.thread.tid => k.thread.robust_list,
        tid => {
            let thread = k.world.threads.get(&tid).ok_or(Errno::ESRCH)?;
            if thread.pid != k.process.pid && !may_trace(k, thread.pid) {
                return Err(Errno::EPERM);
            }
            thread.robust_list
        }
    };
    guest::write(&mut m.memory, size, &ROBUST_HEAD)?;
    guest::write(&mut m.memory, head, &list)
}

/// All stores are visible to all threads at once: there is nothing to wait for. Command 0 tells which commands
/// there are. Those that address the threads of a process alone want it to have registered before (membarrier(2)).
pub fn membarrier(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    const KNOWN: u32 = PRIVATE | REGISTER | GLOBAL;
    const GLOBAL: u32 =
        MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_GLOBAL_EXPEDITED | MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED;
    const PRIVATE: u32 = MEMBARRIER_CMD_PRIVATE_EXPEDITED | MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE;
    const REGISTER: u32 =
        MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED | MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE;
    let [command, flags, ..] = *args;
    let mut space = k.process.space();
    match command {
        _ if flags != 0 => return Err(Errno::EINVAL),
        MEMBARRIER_CMD_QUERY => return Ok(KNOWN),
        command if !command.is_power_of_two() || command & !KNOWN != 0 => return Err(Errno::EINVAL),
        command if command & REGISTER != 0 => space.barriers |= command,
        // Registering for a command is the next bit. To synchronise cores includes to order memory.
        command if command & PRIVATE != 0 && space.barriers & command << 1 == 0 => return Err(Errno::EPERM),
        _ => {}
    }
    Ok(0)
}

/// Lets the other threads that can run go first.
pub fn sched_yield(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    k.world.turns.give_up();
    Ok(0)
}
