//! Entering a handler: the frame on its stack and the registers that it begins with
//! (`arch/x86/kernel/signal_32.c`, `ia32_setup_frame` and `ia32_setup_rt_frame`).

use crate::cpu::{Cpu, Flag, Register};
use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::siginfo::SIGINFO_SIZE;
use crate::linux::abi::signal_frame::{
    RtSigframeHead, RtSigframeTail, Sigframe, UC_FP_XSTATE, UNUSED_FPSTATE, Ucontext,
};
use crate::linux::abi::signals::{SA_ONSTACK, SA_RESTORER, SA_SIGINFO, Sigaction};
use crate::memory::{Access, PageFault};

use super::siginfo::Siginfo;
use super::thread::ThreadSignals;
use super::{context, fpu_state};

/// The alignment of the stack at the entry of a function, before the return address was pushed.
const ALIGNMENT: u32 = 16;

/// `pop eax; mov eax, 119; int 0x80`: where the older frame returns to without a vDSO, and by which
/// debuggers recognise it.
const SIGRETURN: [u8; 8] = [0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80];

/// `mov eax, 173; int 0x80`: the same for the frame with information.
const RT_SIGRETURN: [u8; 8] = [0xb8, 173, 0, 0, 0, 0xcd, 0x80, 0];

/// Where handlers return to that have no restorer of their own: addresses in the vDSO.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trampolines {
    /// `__kernel_sigreturn`.
    pub sigreturn: u32,
    /// `__kernel_rt_sigreturn`.
    pub rt_sigreturn: u32,
}

/// A frame that cannot be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FrameFault;

impl From<PageFault> for FrameFault {
    fn from(_: PageFault) -> Self {
        FrameFault
    }
}

/// Writes the frame for a handler and enters it. Nothing has changed if the frame cannot be written,
/// but what is below the stack pointer.
pub fn enter(
    m: &mut Machine,
    thread: &ThreadSignals,
    action: &Sigaction,
    info: &Siginfo,
    trampolines: Option<Trampolines>,
) -> Result<(), FrameFault> {
    let informs = action.sa_flags & SA_SIGINFO != 0;
    let tail = RtSigframeHead::SIZE + SIGINFO_SIZE;
    let size = if informs { tail + RtSigframeTail::SIZE } else { Sigframe::SIZE };
    let (frame, fpstate) = place(m, thread, action, size as u32)?;
    m.memory.check(frame, size as u32, Access::Write)?;
    m.memory.write(fpstate, &fpu_state::image(&m.cpu))?;
    let own = trampolines.map(|known| if informs { known.rt_sigreturn } else { known.sigreturn });
    let retcode = frame.wrapping_add(size as u32 - 8);
    let restorer = if action.sa_flags & SA_RESTORER != 0 { action.sa_restorer } else { own.unwrap_or(retcode) };
    let pointers = if informs {
        [frame.wrapping_add(RtSigframeHead::SIZE as u32), frame.wrapping_add(tail as u32)]
    } else {
        [0, 0]
    };
    let bytes = match informs {
        true => rt_frame(m, thread, info, restorer, pointers, fpstate),
        false => old_frame(m, thread, info, restorer, fpstate),
    };
    m.memory.write(frame, &bytes)?;
    start(m, action.sa_handler, frame, info.signal, pointers);
    Ok(())
}

/// Where the frame goes, and the FPU state behind it (`get_sigframe`).
fn place(m: &Machine, thread: &ThreadSignals, action: &Sigaction, size: u32) -> Result<(u32, u32), FrameFault> {
    let esp = m.cpu.regs[Register::Esp];
    let stack = &thread.stack;
    let top = if action.sa_flags & SA_ONSTACK != 0 { stack.top(esp) } else { None };
    let fpstate = fpu_state::place(&m.cpu, top.unwrap_or(esp));
    let frame = (fpstate.wrapping_sub(size).wrapping_add(4) & !(ALIGNMENT - 1)).wrapping_sub(4);
    // One that runs over the end of the alternate stack is not written into whatever lies below.
    let within = (top.is_none() && !stack.is_used(esp)) || stack.contains(frame);
    if within { Ok((frame, fpstate)) } else { Err(FrameFault) }
}

fn old_frame(m: &Machine, thread: &ThreadSignals, info: &Siginfo, pretcode: u32, fpstate: u32) -> Vec<u8> {
    let frame = Sigframe {
        pretcode,
        sig: info.signal,
        sc: context::save(&m.cpu, thread, fpstate),
        fpstate_unused: [0; UNUSED_FPSTATE],
        extramask: (thread.mask_to_save() >> 32) as u32,
        retcode: SIGRETURN,
    };
    frame.to_bytes()
}

fn rt_frame(
    m: &Machine,
    thread: &ThreadSignals,
    info: &Siginfo,
    pretcode: u32,
    [pinfo, puc]: [u32; 2],
    fpstate: u32,
) -> Vec<u8> {
    let uc = Ucontext {
        uc_flags: if m.cpu.model.state_components() == 0 { 0 } else { UC_FP_XSTATE },
        uc_link: 0,
        uc_stack: thread.stack.saved(),
        uc_mcontext: context::save(&m.cpu, thread, fpstate),
        uc_sigmask: thread.mask_to_save(),
    };
    let mut bytes = RtSigframeHead { pretcode, sig: info.signal, pinfo, puc }.to_bytes();
    bytes.extend(info.to_bytes());
    RtSigframeTail { uc, retcode: RT_SIGRETURN }.encode(&mut bytes);
    bytes
}

/// The registers at the first instruction of a handler. The arguments are on the stack, and in
/// registers for programs whose functions expect them there.
fn start(m: &mut Machine, handler: u32, frame: u32, signal: u32, [info, context]: [u32; 2]) {
    let cpu = &mut m.cpu;
    cpu.eip = handler;
    cpu.regs[Register::Esp] = frame;
    cpu.regs[Register::Eax] = signal;
    cpu.regs[Register::Edx] = info;
    cpu.regs[Register::Ecx] = context;
    cpu.load_flat();
    for flag in [Flag::Direction, Flag::Trap, Flag::Resume] {
        cpu.set_flag(flag, false);
    }
    fpu_state::clear(cpu);
}

/// The most that a frame takes from a stack (AT_MINSIGSTKSZ).
pub fn largest_frame(cpu: &Cpu) -> u32 {
    let frame = Sigframe::SIZE.max(RtSigframeHead::SIZE + SIGINFO_SIZE + RtSigframeTail::SIZE);
    ((frame + fpu_state::size(cpu) + 63 + ALIGNMENT as usize) as u32).next_multiple_of(ALIGNMENT)
}
