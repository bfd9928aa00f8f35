//! Leaving a handler (sigreturn(2)): everything comes back from the frame, as the handler left it there.
//! The stack pointer says where the frame is.

use crate::cpu::Register;
use crate::instructions::{Event, Machine};
use crate::linux::abi::Encoded;
use crate::linux::abi::siginfo::SIGINFO_SIZE;
use crate::linux::abi::signal_frame::{RtSigframeHead, Sigcontext, Sigframe, Ucontext};
use crate::linux::abi::signals::SIGSEGV;
use crate::linux::errno::Errno;
use crate::linux::guest;

use super::dispositions::Dispositions;
use super::fault::fault;
use super::siginfo::Siginfo;
use super::thread::ThreadSignals;
use super::{context, fpu_state};

/// Where the mask is in the frame that a thread with this stack pointer leaves by sigreturn(2), which has
/// no argument to show.
pub fn frame_mask(esp: u32) -> u32 {
    esp.wrapping_add(SIGCONTEXT_MASK)
}

/// The same for the frame with information.
pub fn rt_frame_mask(esp: u32) -> u32 {
    esp.wrapping_sub(4).wrapping_add((RtSigframeHead::SIZE + SIGINFO_SIZE + Ucontext::SIZE - size_of::<u64>()) as u32)
}

/// Where the registers of a frame keep the mask: before the last word.
const SIGCONTEXT_MASK: u32 = Sigcontext::SIZE as u32 - 8;

/// Returns from a handler without SA_SIGINFO. The answer is EAX of what it interrupted; a frame that
/// makes no sense is SIGSEGV.
pub fn sigreturn(m: &mut Machine, thread: &mut ThreadSignals, dispositions: &mut Dispositions) -> u32 {
    thread.call = None;
    // The handler's return and the trampoline have popped the address and the signal.
    let frame = m.cpu.regs[Register::Esp].wrapping_sub(8);
    let loaded = guest::read::<Sigframe>(&mut m.memory, frame).and_then(|Sigframe { sc, extramask, .. }| {
        thread.set_blocked(u64::from(extramask) << 32 | u64::from(sc.oldmask));
        load(m, thread, dispositions, &sc)
    });
    finish(m, thread, dispositions, loaded)
}

/// Returns from a handler with SA_SIGINFO.
pub fn rt_sigreturn(m: &mut Machine, thread: &mut ThreadSignals, dispositions: &mut Dispositions) -> u32 {
    thread.call = None;
    let frame = m.cpu.regs[Register::Esp].wrapping_sub(4);
    let at = frame.wrapping_add((RtSigframeHead::SIZE + SIGINFO_SIZE) as u32);
    let loaded = guest::read::<Ucontext>(&mut m.memory, at).and_then(|uc| {
        thread.set_blocked(uc.uc_sigmask);
        load(m, thread, dispositions, &uc.uc_mcontext)?;
        // What is wrong with the stack is not the program's business any more.
        let _ = thread.stack.replace(uc.uc_stack, m.cpu.regs[Register::Esp]);
        Ok(())
    });
    finish(m, thread, dispositions, loaded)
}

/// Registers and FPU state. The exception that a bad code or stack segment raises is the program's, at
/// the instruction that it wanted to go to.
fn load(
    m: &mut Machine,
    thread: &mut ThreadSignals,
    dispositions: &mut Dispositions,
    saved: &Sigcontext,
) -> Result<(), Errno> {
    let transfer = context::restore(m, saved);
    fpu_state::restore(m, saved.fpstate).map_err(|_| Errno::EFAULT)?;
    if let Some(refused) = transfer.err().and_then(|exception| fault(m, Event::Fault(exception))) {
        refused.note(thread);
        thread.force(dispositions, refused.info);
    }
    Ok(())
}

fn finish(m: &Machine, thread: &mut ThreadSignals, dispositions: &mut Dispositions, loaded: Result<(), Errno>) -> u32 {
    if loaded.is_ok() {
        return m.cpu.regs[Register::Eax];
    }
    thread.force(dispositions, Siginfo::kernel(SIGSEGV));
    0
}
