//! Delivery: what the signals that wait do when a thread is about to go on in user mode
//! (`arch_do_signal_or_restart` and `get_signal`), and whether the call that it was in is run again.

use crate::cpu::Register;
use crate::instructions::Machine;
use crate::linux::abi::signals::{SA_NODEFER, SA_RESTART, SIG_IGN, SIGSEGV, SIGSTOP, Sigaction};
use crate::linux::errno::Errno;

use super::actions::{DefaultAction, bit, default_action};
use super::frame::{self, Trampolines};
use super::process::ProcessSignals;
use super::siginfo::Siginfo;
use super::thread::ThreadSignals;

/// The bytes of `int 0x80`, and of SYSENTER: how far EIP goes back to run a call again.
const CALL_SIZE: u32 = 2;

/// `restart_syscall`, which goes on with a call that knows how long it still has to wait.
const RESTART_SYSCALL: u32 = 0;

/// A thread to which signals are delivered.
#[derive(Debug)]
pub struct SignalTarget<'a> {
    /// The thread's own state.
    pub thread: &'a mut ThreadSignals,
    /// What it shares with the other threads of its process.
    pub process: &'a mut ProcessSignals,
    /// Where handlers return to; `None` without a vDSO.
    pub trampolines: Option<Trampolines>,
    /// Whether its process group is orphaned: nobody could let it go on, so the terminal's signals
    /// do not stop it.
    pub orphaned: bool,
    /// Whether a tracer decides what is delivered.
    pub traced: bool,
    /// What the tracer has decided for.
    pub injected: Option<Siginfo>,
}

/// What delivery has come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Delivery {
    /// The thread goes on, in a handler or where it was.
    Continue,
    /// The process ends by this signal; `core` says that it leaves a core file.
    Terminate {
        /// The signal and its cause.
        info: Siginfo,
        /// Whether the wait status has the bit for a core file.
        core: bool,
    },
    /// The process stops. Delivery goes on, by another call, when it is continued.
    Stop {
        /// The signal that stopped it.
        signal: u32,
    },
    /// The tracer is to be asked about a signal.
    Ask(Siginfo),
    /// A handler has been entered by a thread that is traced. Delivery goes on by another call.
    Entered,
}

/// Delivers every signal that is not blocked, and decides about the call that the thread is in. To be
/// called whenever a thread returns to user mode: EAX holds the answer of the call (`thread.call` its
/// number), EIP is behind it. `seen` is told of each signal.
pub fn deliver(m: &mut Machine, target: &mut SignalTarget, seen: &mut dyn FnMut(&Siginfo)) -> Delivery {
    loop {
        let info = match target.injected.take() {
            Some(info) => info,
            None => match target.process.take(target.thread) {
                Some(info) if target.traced => return Delivery::Ask(info),
                Some(info) => info,
                None => break,
            },
        };
        seen(&info);
        if let Some(action) = target.process.dispositions.take_handler(info.signal) {
            handle(m, target, &action, &info);
            if target.traced {
                return Delivery::Entered;
            }
        } else if let Some(end) = by_default(target, info) {
            return end;
        }
    }
    go_on(m, target.thread);
    Delivery::Continue
}

/// Lets a thread go on to which nothing more is delivered.
pub fn go_on(m: &mut Machine, thread: &mut ThreadSignals) {
    // A handler that has been entered has the signal in EAX, and the mask in its frame: neither is for it.
    restart_silently(m, thread);
    thread.restore_mask();
    thread.call = None;
    thread.resume = false;
}

/// What a signal without a handler does to the process, if anything.
fn by_default(target: &SignalTarget, info: Siginfo) -> Option<Delivery> {
    let signal = info.signal;
    if target.process.dispositions.get(signal).is_ok_and(|action| action.sa_handler == SIG_IGN) {
        return None;
    }
    match default_action(signal) {
        DefaultAction::Ignore | DefaultAction::Continue => None,
        DefaultAction::Stop if target.orphaned && signal != SIGSTOP => None,
        DefaultAction::Stop => Some(Delivery::Stop { signal }),
        DefaultAction::Terminate => Some(Delivery::Terminate { info, core: false }),
        DefaultAction::Core => Some(Delivery::Terminate { info, core: true }),
    }
}

/// Enters a handler (`handle_signal`). Without a stack for its frame the program gets SIGSEGV, and has
/// no handler for it if that is what it could not be given.
fn handle(m: &mut Machine, target: &mut SignalTarget, action: &Sigaction, info: &Siginfo) {
    let SignalTarget { thread, process, trampolines, .. } = target;
    restart_before(m, thread, action);
    if frame::enter(m, thread, action, info, *trampolines).is_ok() {
        let own = if action.sa_flags & SA_NODEFER != 0 { 0 } else { bit(info.signal) };
        thread.entered(action.sa_mask | own);
        thread.resume = false;
        return;
    }
    if info.signal == SIGSEGV {
        process.dispositions.set_default(SIGSEGV);
    }
    thread.force(&mut process.dispositions, Siginfo::kernel(SIGSEGV));
}

/// The error with which an interrupted call ended, if the thread is in one.
fn interrupted(m: &Machine, thread: &ThreadSignals) -> Option<(u32, Errno)> {
    let error = Errno(m.cpu.regs[Register::Eax].wrapping_neg());
    thread.call.filter(|_| error.restarts()).map(|number| (number, error))
}

/// Before a handler: the call is run again after it, or has failed with EINTR.
fn restart_before(m: &mut Machine, thread: &ThreadSignals, action: &Sigaction) {
    match interrupted(m, thread) {
        Some((number, Errno::ERESTARTNOINTR)) => rewind(m, number),
        Some((number, Errno::ERESTARTSYS)) if action.sa_flags & SA_RESTART != 0 => rewind(m, number),
        Some(_) => m.cpu.regs[Register::Eax] = Errno::EINTR.0.wrapping_neg(),
        None => {}
    }
}

/// Without a handler: the program does not notice that its call was interrupted.
fn restart_silently(m: &mut Machine, thread: &ThreadSignals) {
    match interrupted(m, thread) {
        Some((_, Errno::ERESTART_RESTARTBLOCK)) => rewind(m, RESTART_SYSCALL),
        Some((number, _)) => rewind(m, number),
        None => {}
    }
}

fn rewind(m: &mut Machine, number: u32) {
    m.cpu.regs[Register::Eax] = number;
    m.cpu.eip = m.cpu.eip.wrapping_sub(CALL_SIZE);
}
