//! General registers of a tracee: `struct user_regs_struct`, and its words by their offsets.

use crate::cpu::{Cpu, Flag, Flags, Register, Segment};
use crate::instructions::Machine;
use crate::linux::abi::ptrace::UserRegs;
use crate::linux::errno::Errno;
use crate::linux::signals::context;

/// The flags that a tracer may change (`FLAG_MASK`). RF is among them too, but it only counts while an
/// instruction begins.
const CHANGEABLE: u32 =
    Flags::MASK | Flag::Trap.mask() | Flag::Direction.mask() | Flag::NestedTask.mask() | Flag::AlignmentCheck.mask();

/// No call (`orig_eax`).
const NO_CALL: u32 = u32::MAX;

/// What the kernel knows of a tracee's registers beside the processor.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct CallState {
    /// The call that it is in: `orig_eax`.
    pub number: Option<u32>,
    /// Whether TF is the tracer's and not the program's.
    pub forces_trap: bool,
}

/// The registers.
pub fn read(cpu: &Cpu, state: CallState) -> UserRegs {
    let selector = |segment| u32::from(cpu.segment(segment).selector);
    let hidden = if state.forces_trap { Flag::Trap.mask() } else { 0 };
    UserRegs {
        ebx: cpu.regs[Register::Ebx],
        ecx: cpu.regs[Register::Ecx],
        edx: cpu.regs[Register::Edx],
        esi: cpu.regs[Register::Esi],
        edi: cpu.regs[Register::Edi],
        ebp: cpu.regs[Register::Ebp],
        eax: cpu.regs[Register::Eax],
        xds: selector(Segment::Ds),
        xes: selector(Segment::Es),
        xfs: selector(Segment::Fs),
        xgs: selector(Segment::Gs),
        orig_eax: state.number.unwrap_or(NO_CALL),
        eip: cpu.eip,
        xcs: selector(Segment::Cs),
        eflags: cpu.eflags() & !hidden,
        esp: cpu.regs[Register::Esp],
        xss: selector(Segment::Ss),
    }
}

/// Loads the registers of the machine's processor; EIO, and nothing has changed, if a selector is none of a
/// program's, or if it could not go on with its code or stack segment.
pub fn write(m: &mut Machine, state: &mut CallState, wanted: &UserRegs) -> Result<(), Errno> {
    let data = [wanted.xds, wanted.xes, wanted.xfs, wanted.xgs];
    let needed = [wanted.xcs, wanted.xss];
    if data.into_iter().chain(needed).any(|word| !is_of_program(word)) || needed.contains(&0) {
        return Err(Errno::EIO);
    }
    let before = m.cpu.clone();
    m.cpu.eip = wanted.eip;
    if context::load_segments(m, data, needed).is_err() {
        m.cpu = before;
        return Err(Errno::EIO);
    }
    // Who sets TF has it; who clears it does not end a single step (`set_flags`).
    state.forces_trap &= wanted.eflags & Flag::Trap.mask() == 0;
    state.number = Some(wanted.orig_eax).filter(|number| (*number as i32) >= 0);
    let trap = if state.forces_trap { Flag::Trap.mask() } else { 0 };
    let flags = m.cpu.eflags() & !CHANGEABLE | wanted.eflags & CHANGEABLE | trap;
    m.cpu.set_eflags(flags);
    let general = [
        (Register::Ebx, wanted.ebx),
        (Register::Ecx, wanted.ecx),
        (Register::Edx, wanted.edx),
        (Register::Esi, wanted.esi),
        (Register::Edi, wanted.edi),
        (Register::Ebp, wanted.ebp),
        (Register::Eax, wanted.eax),
        (Register::Esp, wanted.esp),
    ];
    general.into_iter().for_each(|(register, value)| m.cpu.regs[register] = value);
    Ok(())
}

/// Whether a selector is null or has the privilege level of programs.
fn is_of_program(word: u32) -> bool {
    let selector = word as u16;
    selector == 0 || selector & 3 == 3
}
