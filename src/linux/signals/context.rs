//! The registers in a frame (`struct sigcontext_32`): saving them for a handler, and taking them back as
//! the handler left them.

use crate::cpu::{Cpu, Flag, Flags, Register, Segment};
use crate::instructions::selector::{self, Transfer};
use crate::instructions::{Exception, Interruption, Machine};
use crate::linux::abi::signal_frame::Sigcontext;

use super::thread::ThreadSignals;

/// The flags that a handler may change in what it returns to (`FIX_EFLAGS`). RF is among them too, but
/// it only counts while an instruction begins.
const CHANGEABLE: u32 = Flags::MASK | Flag::Trap.mask() | Flag::Direction.mask() | Flag::AlignmentCheck.mask();

/// The privilege level of programs, which every selector is forced to.
const USER: u16 = 3;

/// The interrupted registers; `fpstate` is where the frame keeps the FPU state.
pub fn save(cpu: &Cpu, thread: &ThreadSignals, fpstate: u32) -> Sigcontext {
    let selector = |segment| u32::from(cpu.segment(segment).selector);
    let resume = if thread.resume { Flag::Resume.mask() } else { 0 };
    Sigcontext {
        gs: selector(Segment::Gs),
        fs: selector(Segment::Fs),
        es: selector(Segment::Es),
        ds: selector(Segment::Ds),
        di: cpu.regs[Register::Edi],
        si: cpu.regs[Register::Esi],
        bp: cpu.regs[Register::Ebp],
        sp: cpu.regs[Register::Esp],
        bx: cpu.regs[Register::Ebx],
        dx: cpu.regs[Register::Edx],
        cx: cpu.regs[Register::Ecx],
        ax: cpu.regs[Register::Eax],
        trapno: thread.trap.number,
        err: thread.trap.error,
        ip: cpu.eip,
        cs: selector(Segment::Cs),
        flags: cpu.eflags() | resume,
        sp_at_signal: cpu.regs[Register::Esp],
        ss: selector(Segment::Ss),
        fpstate,
        oldmask: thread.mask_to_save() as u32,
        cr2: thread.trap.cr2,
    }
}

/// Loads the registers of a frame.
///
/// # Errors
/// The exception that IRET raises when CS or SS cannot be loaded. The selectors are in the registers
/// then, and nothing can be executed with them: a handler must be given flat ones.
pub fn restore(m: &mut Machine, context: &Sigcontext) -> Result<(), Exception> {
    let regs = &mut m.cpu.regs;
    regs[Register::Edi] = context.di;
    regs[Register::Esi] = context.si;
    regs[Register::Ebp] = context.bp;
    regs[Register::Esp] = context.sp;
    regs[Register::Ebx] = context.bx;
    regs[Register::Edx] = context.dx;
    regs[Register::Ecx] = context.cx;
    regs[Register::Eax] = context.ax;
    m.cpu.eip = context.ip;
    let flags = m.cpu.eflags() & !CHANGEABLE | context.flags & CHANGEABLE;
    m.cpu.set_eflags(flags);
    load_segments(m, [context.ds, context.es, context.fs, context.gs], [context.cs, context.ss])
}

/// Loads DS, ES, FS and GS, then CS and SS.
///
/// # Errors
/// As for [`restore`].
pub fn load_segments(m: &mut Machine, data: [u32; 4], [cs, ss]: [u32; 2]) -> Result<(), Exception> {
    for (segment, word) in [Segment::Ds, Segment::Es, Segment::Fs, Segment::Gs].into_iter().zip(data) {
        load_data(m, segment, user(word));
    }
    load_code_and_stack(m, user(cs), user(ss))
}

/// A selector with the privilege level of programs; a null selector stays null.
fn user(word: u32) -> u16 {
    let selector = word as u16;
    if selector <= USER { selector } else { selector | USER }
}

/// Loads a data segment that has changed; a selector that cannot be loaded becomes null, as
/// `loadsegment` has it.
fn load_data(m: &mut Machine, segment: Segment, selector: u16) {
    if selector != m.cpu.segment(segment).selector && selector::load(m, segment as u8, selector).is_err() {
        m.cpu.set_segment(segment, 0, Default::default());
    }
}

/// What IRET does at the end of the call.
fn load_code_and_stack(m: &mut Machine, cs: u16, ss: u16) -> Result<(), Exception> {
    let stack = selector::load(m, Segment::Ss as u8, ss | USER);
    match selector::code_segment(m, cs | USER, m.cpu.eip, Transfer::Return) {
        Ok(descriptor) => selector::load_code(m, cs, descriptor),
        Err(raised) => return refuse(m, [cs, ss], raised),
    }
    stack.or_else(|raised| refuse(m, [cs, ss], raised))
}

fn refuse(m: &mut Machine, [cs, ss]: [u16; 2], raised: Interruption) -> Result<(), Exception> {
    for (segment, selector) in [(Segment::Cs, cs), (Segment::Ss, ss)] {
        m.cpu.set_segment(segment, selector | USER, Default::default());
    }
    Err(raised.into())
}
