//! What a signal says about its cause: `siginfo_t` (sigaction(2)).

use crate::instructions::{Event, Exception, Machine};

use super::scalar;

/// Calls whose signals go to one thread.
const THREAD_CALLS: [&str; 2] = ["tkill", "tgkill"];

/// Why the guest gets a signal.
pub enum Cause<'a> {
    /// An exception or interrupt of the processor.
    Processor(&'a Machine, Event),
    /// A call with this name, by the process and user with these numbers.
    Call(&'a str, u32, u32),
    /// Somebody outside.
    Outside,
}

/// The signal's structure.
pub fn text(number: u8, cause: &Cause) -> String {
    let signal = scalar::signal(number.into());
    let rest = match cause {
        Cause::Processor(machine, event) => {
            let (code, address) = code(machine, *event);
            format!("si_code={code}, si_addr={}", scalar::address(address))
        }
        Cause::Call(name, process, user) => {
            let code = if THREAD_CALLS.contains(name) { "SI_TKILL" } else { "SI_USER" };
            format!("si_code={code}, si_pid={process}, si_uid={user}")
        }
        Cause::Outside => "si_code=SI_KERNEL".into(),
    };
    format!("{{si_signo={signal}, {rest}}}")
}

/// The code and the address that Linux gives for an event.
fn code(m: &Machine, event: Event) -> (&'static str, u32) {
    let eip = m.cpu.eip;
    match event {
        Event::Fault(Exception::Divide) => ("FPE_INTDIV", eip),
        Event::Fault(Exception::InvalidOpcode) => ("ILL_ILLOPN", eip),
        Event::Fault(Exception::Debug) => ("TRAP_TRACE", eip),
        Event::Fault(Exception::Alignment) => ("BUS_ADRALN", 0),
        Event::Fault(Exception::X87) => (float(m.cpu.x87.status() & !m.cpu.x87.control()), eip),
        Event::Fault(Exception::Simd) => {
            let mxcsr = m.cpu.mxcsr.word();
            (float((mxcsr & !(mxcsr >> 7)) as u16), eip)
        }
        Event::Fault(Exception::Page(fault)) if fault.present => ("SEGV_ACCERR", fault.address),
        Event::Fault(Exception::Page(fault)) => ("SEGV_MAPERR", fault.address),
        Event::Interrupt(1) => ("TRAP_BRKPT", eip),
        _ => ("SI_KERNEL", 0),
    }
}

/// The code for unmasked floating-point exceptions: one of them counts.
fn float(exceptions: u16) -> &'static str {
    match exceptions & 0x3f {
        e if e & 1 != 0 => "FPE_FLTINV",
        e if e & 4 != 0 => "FPE_FLTDIV",
        e if e & 8 != 0 => "FPE_FLTOVF",
        e if e & 0x12 != 0 => "FPE_FLTUND",
        _ => "FPE_FLTRES",
    }
}
