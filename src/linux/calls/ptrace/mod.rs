//! ptrace(2): what a tracer asks. What its requests are about has a file each; how a tracee is let go on is
//! here.

mod arguments;
mod attach;
mod call_info;
mod memory;
mod registers;
mod signals;
mod tracee;

use crate::instructions::Machine;
use crate::linux::abi::ptrace::{
    PTRACE_ATTACH, PTRACE_CONT, PTRACE_DETACH, PTRACE_EVENT_STOP, PTRACE_GET_SYSCALL_INFO, PTRACE_GET_THREAD_AREA,
    PTRACE_GETEVENTMSG, PTRACE_GETFPREGS, PTRACE_GETFPXREGS, PTRACE_GETREGS, PTRACE_GETREGSET, PTRACE_GETSIGINFO,
    PTRACE_GETSIGMASK, PTRACE_INTERRUPT, PTRACE_KILL, PTRACE_LISTEN, PTRACE_OLDSETOPTIONS, PTRACE_PEEKDATA,
    PTRACE_PEEKSIGINFO, PTRACE_PEEKTEXT, PTRACE_PEEKUSER, PTRACE_POKEDATA, PTRACE_POKETEXT, PTRACE_POKEUSER,
    PTRACE_SEIZE, PTRACE_SET_THREAD_AREA, PTRACE_SETFPREGS, PTRACE_SETFPXREGS, PTRACE_SETOPTIONS, PTRACE_SETREGS,
    PTRACE_SETREGSET, PTRACE_SETSIGINFO, PTRACE_SETSIGMASK, PTRACE_SINGLESTEP, PTRACE_SYSCALL, PTRACE_SYSEMU,
    PTRACE_SYSEMU_SINGLESTEP, PTRACE_TRACEME,
};
use crate::linux::abi::signals::SIGKILL;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::signals::{Siginfo, is_signal};
use crate::linux::tracing::{RegisterSet, Resumption};

use super::call::Args;
use tracee::{options, tracee};

pub use arguments::{PTRACE_ADDRESS, PTRACE_DATA};
pub use attach::may_trace;

pub fn ptrace(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [request, tid, address, data, ..] = *args;
    match request {
        PTRACE_TRACEME => attach::trace_me(k),
        PTRACE_ATTACH => attach::attach(k, tid),
        PTRACE_SEIZE => attach::seize(k, tid, address, data),
        PTRACE_KILL => kill(k, tid),
        PTRACE_INTERRUPT => interrupt(k, tid),
        _ => of_stopped(k, m, request, [tid, address, data]),
    }
}

/// Requests about a tracee that must be in a stop.
fn of_stopped(k: &mut Kernel, m: &mut Machine, request: u32, [tid, address, data]: [u32; 3]) -> Answer {
    if !tracee(k, tid)?.is_in_hand() {
        return Err(Errno::ESRCH);
    }
    match request {
        PTRACE_PEEKTEXT | PTRACE_PEEKDATA => memory::peek(k, m, tid, address, data),
        PTRACE_POKETEXT | PTRACE_POKEDATA => memory::poke(k, m, tid, address, data),
        PTRACE_PEEKUSER => registers::peek_user(k, m, tid, address, data),
        PTRACE_POKEUSER => registers::poke_user(k, m, tid, address, data),
        PTRACE_GETREGS => registers::get(k, m, tid, RegisterSet::General, data),
        PTRACE_SETREGS => registers::set(k, m, tid, RegisterSet::General, data),
        PTRACE_GETFPREGS => registers::get(k, m, tid, RegisterSet::Floating, data),
        PTRACE_SETFPREGS => registers::set(k, m, tid, RegisterSet::Floating, data),
        PTRACE_GETFPXREGS => registers::get(k, m, tid, RegisterSet::FloatingAndVectors, data),
        PTRACE_SETFPXREGS => registers::set(k, m, tid, RegisterSet::FloatingAndVectors, data),
        PTRACE_GETREGSET => registers::get_set(k, m, tid, address, data),
        PTRACE_SETREGSET => registers::set_set(k, m, tid, address, data),
        PTRACE_GET_THREAD_AREA => registers::get_thread_area(k, m, tid, address, data),
        PTRACE_SET_THREAD_AREA => registers::set_thread_area(k, m, tid, address, data),
        PTRACE_GETSIGINFO => signals::get_info(k, m, tid, data),
        PTRACE_SETSIGINFO => signals::set_info(k, m, tid, data),
        PTRACE_GETSIGMASK => signals::get_mask(k, m, tid, address, data),
        PTRACE_SETSIGMASK => signals::set_mask(k, m, tid, address, data),
        PTRACE_PEEKSIGINFO => signals::peek(k, m, tid, address, data),
        PTRACE_GET_SYSCALL_INFO => call_info::get(k, m, tid, address, data),
        PTRACE_GETEVENTMSG => {
            let message = tracee(k, tid)?.message;
            guest::write(&mut m.memory, data, &message)
        }
        PTRACE_SETOPTIONS | PTRACE_OLDSETOPTIONS => set_options(k, tid, data),
        PTRACE_LISTEN => listen(k, tid),
        _ => go_on(k, request, tid, data),
    }
}

fn set_options(k: &mut Kernel, tid: u32, wanted: u32) -> Answer {
    tracee(k, tid)?.options = options(wanted, Errno::EINVAL)?;
    Ok(0)
}

/// The tracee goes on, traced or not, with a signal.
fn go_on(k: &mut Kernel, request: u32, tid: u32, signal: u32) -> Answer {
    let (how, steps) = match request {
        PTRACE_CONT | PTRACE_DETACH => (Resumption::Continue, false),
        PTRACE_SYSCALL => (Resumption::Call, false),
        PTRACE_SINGLESTEP => (Resumption::Continue, true),
        PTRACE_SYSEMU => (Resumption::Emulate, false),
        PTRACE_SYSEMU_SINGLESTEP => (Resumption::Emulate, true),
        _ => return Err(Errno::EIO),
    };
    if signal != 0 && !is_signal(signal) {
        return Err(Errno::EIO);
    }
    match request {
        PTRACE_DETACH => k.detach(tid, signal),
        _ => k.resume_tracee(tid, how, steps, signal),
    }
    Ok(0)
}

/// A tracee in a group-stop stays there, and tells when that ends.
fn listen(k: &mut Kernel, tid: u32) -> Answer {
    let tracee = tracee(k, tid)?;
    let stopped = tracee.info.is_some_and(|info| info.code >> 8 == PTRACE_EVENT_STOP);
    if !tracee.seized || !stopped {
        return Err(Errno::EIO);
    }
    tracee.listens = true;
    // What has changed by now is told at once.
    if tracee.must_stop {
        (tracee.stop, tracee.listens) = (None, false);
        k.world.wake(tid);
    }
    Ok(0)
}

/// Stops a tracee that was seized, wherever it is.
fn interrupt(k: &mut Kernel, tid: u32) -> Answer {
    let tracee = tracee(k, tid)?;
    if !tracee.seized {
        return Err(Errno::EIO);
    }
    tracee.must_stop = true;
    if std::mem::take(&mut tracee.listens) {
        tracee.stop = None;
    }
    if tracee.stop.is_none() {
        k.world.wake(tid);
        k.world.turns.end_now();
    }
    Ok(0)
}

fn kill(k: &mut Kernel, tid: u32) -> Answer {
    tracee(k, tid)?;
    // SIGKILL is never refused.
    let _ = k.post_to_thread(tid, Siginfo::kernel(SIGKILL));
    Ok(0)
}
