//! Which signal an exception of the processor becomes, and what the signal says (`arch/x86/kernel/traps.c`,
//! `arch/x86/mm/fault.c`).

use crate::instructions::{Event, Exception, Machine};
use crate::linux::abi::siginfo::{
    BUS_ADRALN, BUS_ADRERR, FPE_FLTDIV, FPE_FLTINV, FPE_FLTOVF, FPE_FLTRES, FPE_FLTUND, FPE_INTDIV, ILL_ILLOPN,
    SEGV_ACCERR, SEGV_MAPERR, TRAP_BRKPT, TRAP_TRACE,
};
use crate::linux::abi::signals::{SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
use crate::memory::{PageFault, Perm};

use super::siginfo::Siginfo;
use super::thread::{LastTrap, ThreadSignals};

/// The vectors of exceptions that interrupts of a program can be.
const DEBUG: u32 = 1;
const BREAKPOINT: u32 = 3;
const OVERFLOW: u32 = 4;
const PROTECTION: u32 = 13;

/// What an exception means to a program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FaultSignal {
    /// The signal, which cannot be avoided.
    pub info: Siginfo,
    /// Vector and error code, and the address of a page fault.
    trap: LastTrap,
    /// Whether the processor would have pushed EFLAGS with RF set: after a fault, not after a trap.
    resume: bool,
}

impl FaultSignal {
    /// Gives the thread what frames tell of its last exception.
    pub fn note(&self, thread: &mut ThreadSignals) {
        // Only a page fault changes CR2.
        let cr2 = if self.trap.cr2 == 0 { thread.trap.cr2 } else { self.trap.cr2 };
        thread.trap = LastTrap { cr2, ..self.trap };
        thread.resume = self.resume;
    }

    fn new(info: Siginfo, number: u32, error: u32, resume: bool) -> Option<FaultSignal> {
        Some(FaultSignal { info, trap: LastTrap { number, error, cr2: 0 }, resume })
    }
}

/// The signal for an event; `None` for what is a failure of tab86, not of the program, and for calls.
///
/// EIP goes back to an INT that Linux does not allow: it is a fault, not a trap.
pub fn fault(m: &mut Machine, event: Event) -> Option<FaultSignal> {
    match event {
        Event::Fault(exception) => of_exception(m, exception),
        Event::Interrupt(0x80) | Event::Sysenter => None,
        Event::Interrupt(number) => of_interrupt(m, number),
    }
}

fn of_exception(m: &mut Machine, exception: Exception) -> Option<FaultSignal> {
    let eip = m.cpu.eip;
    let info = match exception {
        Exception::Unimplemented(_) => return None,
        Exception::Page(fault) => return page_fault(m, fault),
        // A trap after the instruction: the only one that has this form.
        Exception::Debug => return FaultSignal::new(Siginfo::fault(SIGTRAP, TRAP_TRACE, eip), DEBUG, 0, false),
        Exception::Divide => Siginfo::fault(SIGFPE, FPE_INTDIV, eip),
        Exception::InvalidOpcode => Siginfo::fault(SIGILL, ILL_ILLOPN, eip),
        Exception::X87 => Siginfo::fault(SIGFPE, floating(m.cpu.x87.status() & !m.cpu.x87.control()), eip),
        Exception::Simd => {
            let mxcsr = m.cpu.mxcsr.word();
            Siginfo::fault(SIGFPE, floating((mxcsr & !(mxcsr >> 7)) as u16), eip)
        }
        Exception::Alignment => Siginfo::fault(SIGBUS, BUS_ADRALN, 0),
        Exception::NotPresent(_) | Exception::Stack(_) => Siginfo::kernel(SIGBUS),
        Exception::BoundRange | Exception::Protection(_) => Siginfo::kernel(SIGSEGV),
    };
    let vector = exception.vector().unwrap_or_default();
    FaultSignal::new(info, vector.into(), exception.error_code().unwrap_or_default(), true)
}

/// Linux keeps a page that allows nothing out of the page tables, so that the processor finds it
/// absent; that it is mapped shows in the signal.
fn page_fault(m: &mut Machine, fault: PageFault) -> Option<FaultSignal> {
    let address = fault.address;
    let past_file_end = m.memory.is_past_source(address);
    let info = match fault.present {
        _ if past_file_end => Siginfo::fault(SIGBUS, BUS_ADRERR, address),
        true => Siginfo::fault(SIGSEGV, SEGV_ACCERR, address),
        false => Siginfo::fault(SIGSEGV, SEGV_MAPERR, address),
    };
    let readable = m.memory.perm(address).is_some_and(|perm| perm.has(Perm::READ));
    let error = PageFault { present: fault.present && readable, ..fault }.error_code();
    Some(FaultSignal { info, trap: LastTrap { number: 14, error, cr2: address }, resume: true })
}

/// Linux lets programs use INT3, INTO and INT1 beside `int 0x80`; any other is #GP, which names the
/// entry of the interrupt table.
fn of_interrupt(m: &mut Machine, number: u8) -> Option<FaultSignal> {
    let eip = m.cpu.eip;
    let start = eip.wrapping_sub(2);
    let mut bytes = [0; 2];
    let explicit = m.memory.fetch(start, &mut bytes) == 2 && bytes == [INT, number];
    match u32::from(number) {
        BREAKPOINT => FaultSignal::new(Siginfo::kernel(SIGTRAP), BREAKPOINT, 0, false),
        OVERFLOW => FaultSignal::new(Siginfo::kernel(SIGSEGV), OVERFLOW, 0, false),
        DEBUG if !explicit => FaultSignal::new(Siginfo::fault(SIGTRAP, TRAP_BRKPT, eip), DEBUG, 0, false),
        number => {
            m.cpu.eip = start;
            FaultSignal::new(Siginfo::kernel(SIGSEGV), PROTECTION, number << 3 | 2, true)
        }
    }
}

/// The first byte of `INT n`, to tell it from INT1.
const INT: u8 = 0xcd;

/// The code for unmasked floating-point exceptions: one of them counts (`fpu__exception_code`).
fn floating(exceptions: u16) -> u32 {
    match exceptions & 0x3f {
        e if e & 1 != 0 => FPE_FLTINV,
        e if e & 4 != 0 => FPE_FLTDIV,
        e if e & 8 != 0 => FPE_FLTOVF,
        e if e & 0x12 != 0 => FPE_FLTUND,
        _ => FPE_FLTRES,
    }
}
