//! The kernel that the guest believes in: system calls are dispatched here, and exceptions become
//! signals.

use std::ops::Range;

use crate::cpu::Register;
use crate::engine::Environment;
use crate::instructions::{Event, Exception, Machine};
use crate::memory::PageFault;

use super::abi::signals::{SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
use super::calls::{self, Args};
use super::config::Config;
use super::errno::{Answer, Errno};
use super::error::LoadError;
use super::files::{Namespace, Refusal};
use super::guest;
use super::process::{PID, Process, Termination};
use super::strace::{CallTrace, Cause, PendingCall};

/// i386 Linux, as far as a static program of one thread can tell.
///
/// A clone shares open files with the original, positions included, as after `fork`.
#[derive(Clone)]
pub struct Kernel {
    pub(super) process: Process,
    trace: Option<CallTrace>,
}

impl Kernel {
    /// A process without an image, as [`load`](super::load) and [`load_flat`](super::load_flat) make
    /// it before they load one.
    ///
    /// # Errors
    /// A granted directory that cannot be opened, a guest path that is not absolute.
    pub fn new(config: &Config) -> Result<Kernel, LoadError> {
        let first = config.grants.first().map_or("/", |grant| grant.guest.as_str());
        let directory = config.directory.as_deref().unwrap_or(first);
        let mut process = Process::new(config, Namespace::new(config)?);
        let entered = process.change_directory(directory.as_bytes());
        entered.map_err(|_| LoadError::WorkingDirectory(directory.into()))?;
        Ok(Kernel { process, trace: config.strace.clone().map(CallTrace::new) })
    }

    /// How the guest ended; `None` while it runs.
    pub fn exit(&self) -> Option<Termination> {
        self.process.exit
    }

    /// Lets another program begin in this process, with the files that the last one left open.
    pub(crate) fn revive(&mut self) {
        self.process.exit = None;
    }

    /// The addresses of the heap, whose end `brk` moves.
    pub fn heap(&self) -> Range<u32> {
        let (start, end) = self.process.space.heap;
        start as u32..end as u32
    }

    /// The paths that the guest was refused for want of a granted directory, each once.
    pub fn refusals(&self) -> &[Refusal] {
        self.process.namespace.refusals()
    }

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
        m.cpu.regs[Eax] = answer.unwrap_or_else(|error| error.0.wrapping_neg());
    }

    fn dispatch(&mut self, m: &mut Machine, number: u32, args: &Args) -> Answer {
        let call = calls::find(number);
        let signature = call.map(|call| &call.signature);
        let pending = self.trace.is_some().then(|| PendingCall::new(&mut m.memory, number, signature, args));
        let answer = match call {
            Some(call) if !call.signature.accepts(args) => Err(Errno::EINVAL),
            Some(call) => (call.run)(&mut self.process, m, args),
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

impl Default for Kernel {
    /// A process with the host's standard streams and no granted directory.
    fn default() -> Self {
        Kernel { process: Process::new(&Config::default(), Namespace::default()), trace: None }
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

impl std::fmt::Debug for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kernel").field("exit", &self.exit()).field("refusals", &self.refusals()).finish_non_exhaustive()
    }
}
