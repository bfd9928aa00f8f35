//! How the processor enters the kernel: system calls are dispatched here, and exceptions become signals.

use crate::cpu::Register;
use crate::engine::Environment;
use crate::instructions::{Event, Exception, Machine};
use crate::memory::PageFault;

use super::abi::signals::{SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
use super::calls::{self, Args};
use super::errno::{Answer, Errno};
use super::guest;
use super::kernel::Kernel;
use super::process::{PID, Termination};
use super::strace::{Cause, PendingCall};

impl Kernel {
    /// The signal that Linux raises for an exception or interrupt (signal(7)); `None` for what is a
    /// failure of tab86, not of the guest.
    fn signal_of(&self, event: Event) -> Option<u8> {
        let past_file_end = |fault: PageFault| self.process.space.is_past_file_end(fault.address.into());
        Some(match event {
            Event::Fault(Exception::Unimplemented(_)) => return None,
            Event::Fault(Exception::Divide) => SIGFPE,
            Event::Fault(Exception::InvalidOpcode) => SIGILL,
            Event::Fault(Exception::Debug) | Event::Interrupt(1 | 3) => SIGTRAP,
            Event::Fault(Exception::X87 | Exception::Simd) => SIGFPE,
            Event::Fault(Exception::Alignment) => SIGBUS,
            Event::Fault(Exception::Page(fault)) if past_file_end(fault) => SIGBUS,
            _ => SIGSEGV,
        } as u8)
    }

    /// Ends the guest by a signal. EIP is at the instruction that caused it, if one did.
    fn fatal(&mut self, m: &mut Machine, signal: u8, event: Option<Event>) {
        self.process.end(m, Termination::Signal(signal));
        if let Some(trace) = &self.trace {
            trace.killed(signal, &event.map_or(Cause::Outside, |event| Cause::Processor(m, event)));
        }
    }

    /// A system call: number in EAX, arguments in EBX, ECX, EDX, ESI, EDI and EBP, result in EAX.
    fn call(&mut self, m: &mut Machine, sixth: Result<u32, Errno>) {
        use Register::{Eax, Ebx, Ecx, Edi, Edx, Esi};
        let number = m.cpu.regs[Eax];
        let [ebx, ecx, edx, esi, edi] = [Ebx, Ecx, Edx, Esi, Edi].map(|register| m.cpu.regs[register]);
        let answer = sixth.and_then(|ebp| self.dispatch(m, number, &[ebx, ecx, edx, esi, edi, ebp]));
        self.process.namespace.contents().releases().sweep(m.memory.pool_mut());
        m.cpu.regs[Eax] = answer.unwrap_or_else(|error| error.0.wrapping_neg());
    }

    fn dispatch(&mut self, m: &mut Machine, number: u32, args: &Args) -> Answer {
        let call = calls::find(number);
        let signature = call.map(|call| &call.signature);
        let pending = self.trace.is_some().then(|| PendingCall::new(&mut m.memory, number, signature, args));
        let answer = match call {
            Some(call) if !call.signature.accepts(args) => Err(Errno::EINVAL),
            Some(call) => (call.run)(self, m, args),
            None => Err(Errno::ENOSYS),
        };
        if let Some(pending) = pending {
            self.trace_answer(m, &pending, answer);
        }
        answer
    }

    /// Writes the line of a call that has been answered, and how the guest ended if it did.
    fn trace_answer(&self, m: &mut Machine, pending: &PendingCall, answer: Answer) {
        let Some(trace) = &self.trace else { return };
        match self.process.exit {
            Some(Termination::Status(status)) => trace.exited(&mut m.memory, pending, status),
            None => trace.answered(&mut m.memory, pending, answer),
            Some(Termination::Signal(signal)) => {
                trace.answered(&mut m.memory, pending, answer);
                trace.killed(signal, &Cause::Call(pending.name(), PID, self.process.credentials.uid));
            }
        }
    }
}

impl Environment for Kernel {
    /// Answers system calls. Every other event, and a call that ends the guest, stops the engine.
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        match event {
            Event::Interrupt(0x80) => {
                let ebp = m.cpu.regs[Register::Ebp];
                self.call(m, Ok(ebp));
            }
            // With SYSENTER, EBP is the stack pointer, and the sixth argument is where it points.
            Event::Sysenter => {
                let ebp = m.cpu.regs[Register::Ebp];
                let sixth = guest::number(&mut m.memory, ebp);
                self.call(m, sixth);
            }
            other => {
                if let Some(signal) = self.signal_of(other) {
                    self.fatal(m, signal, Some(other));
                }
                return Some(other);
            }
        }
        self.process.exit.is_some().then_some(event)
    }

    /// Between quanta: a signal from outside ends the guest, whatever it arranged for.
    fn entering(&mut self, m: &mut Machine) -> bool {
        if let Some(signal) = self.process.interrupt.raised() {
            self.fatal(m, signal, None);
        }
        self.process.exit.is_none()
    }
}
