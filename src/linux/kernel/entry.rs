//! How the processor enters the kernel: system calls are dispatched here, and exceptions become signals.

use crate::cpu::Register;
use crate::engine::Environment;
use crate::instructions::{Event, Exception, Machine};
use crate::linux::abi::signals::{SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
use crate::linux::calls::{self, Args};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::process::Termination;
use crate::linux::strace::{Cause, PendingCall};
use crate::memory::PageFault;

use super::Kernel;

impl Kernel {
    /// The signal that Linux raises for an exception or interrupt (signal(7)); `None` for what is a
    /// failure of tab86, not of the guest.
    fn signal_of(&self, m: &mut Machine, event: Event) -> Option<u8> {
        let mut past_file_end = |fault: PageFault| m.memory.is_past_source(fault.address);
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

    /// Ends the process by a signal. EIP is at the instruction that caused it, if one did.
    fn fatal(&mut self, m: &mut Machine, signal: u8, event: Option<Event>) {
        self.process.end(Termination::Signal(signal));
        if let Some(trace) = &self.trace {
            trace.killed(signal, &event.map_or(Cause::Outside, |event| Cause::Processor(m, event)));
        }
    }

    /// A system call: number in EAX, arguments in EBX, ECX, EDX, ESI, EDI and EBP, result in EAX.
    fn call(&mut self, m: &mut Machine, entry: Event) {
        use Register::{Eax, Ebp, Ebx, Ecx, Edi, Edx, Esi};
        let sixth = match entry {
            // With SYSENTER, EBP is the stack pointer, and the sixth argument is where it points.
            Event::Sysenter => guest::number(&mut m.memory, m.cpu.regs[Ebp]),
            _ => Ok(m.cpu.regs[Ebp]),
        };
        let number = m.cpu.regs[Eax];
        let [ebx, ecx, edx, esi, edi] = [Ebx, Ecx, Edx, Esi, Edi].map(|register| m.cpu.regs[register]);
        let answer = sixth.and_then(|ebp| self.dispatch(m, number, &[ebx, ecx, edx, esi, edi, ebp]));
        self.process.namespace.contents().sweep(m.memory.pool_mut());
        match self.thread.wait.take() {
            Some(waiting) if answer == Err(Errno::ERESTARTSYS) => {
                self.thread.call.get_or_insert_default().entry = Some(entry);
                self.world.waiters.add(self.thread.tid, waiting);
            }
            _ => {
                self.thread.call = None;
                m.cpu.regs[Eax] = answer.unwrap_or_else(|error| error.0.wrapping_neg());
            }
        }
    }

    fn dispatch(&mut self, m: &mut Machine, number: u32, args: &Args) -> Answer {
        if let Some(answer) = self.thread.call.as_ref().and_then(|call| call.answer) {
            return Ok(answer);
        }
        let call = calls::find(number);
        let signature = call.map(|call| &call.signature);
        let pending = self.trace.is_some().then(|| PendingCall::new(&mut m.memory, number, signature, args));
        let answer = match call {
            Some(call) if !call.signature.accepts(args) => Err(Errno::EINVAL),
            Some(call) => (call.run)(self, m, args),
            None => Err(Errno::ENOSYS),
        };
        if let Some(pending) = pending.filter(|_| self.thread.wait.is_none()) {
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
                trace.killed(signal, &Cause::Call(pending.name(), self.process.pid, self.process.credentials.uid));
            }
        }
    }

    /// Goes on until a thread is back in its program: with the running one, or with another if that has
    /// ended or waits.
    fn go_on(&mut self, m: &mut Machine) {
        while self.exit.is_none() {
            if self.process.exit.is_some() && self.process.is_alive() {
                self.end_process(m);
            } else if self.thread.ended || self.world.waiters.contains(self.thread.tid) {
                if !self.yield_to_next(m) {
                    self.end_from_outside();
                }
            } else if let Some(entry) = self.thread.call.as_ref().and_then(|call| call.entry) {
                self.call(m, entry);
            } else {
                return;
            }
        }
    }

    /// A signal from outside ends the world, whatever it arranged for.
    fn end_from_outside(&mut self) {
        let Some(signal) = self.world.interrupt.raised() else { return };
        self.exit = Some(Termination::Signal(signal));
        if let Some(trace) = &self.trace {
            trace.killed(signal, &Cause::Outside);
        }
    }
}

impl Environment for Kernel {
    /// Answers system calls, and lets exceptions become signals. What ends the world, and failures of
    /// tab86, stop the engine.
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        match event {
            Event::Interrupt(0x80) | Event::Sysenter => self.call(m, event),
            other => {
                let Some(signal) = self.signal_of(m, other) else { return Some(other) };
                self.fatal(m, signal, Some(other));
            }
        }
        self.go_on(m);
        self.exit.is_some().then_some(event)
    }

    /// Between blocks: a signal from outside may have come, or another thread's turn.
    fn entering(&mut self, m: &mut Machine) -> bool {
        self.end_from_outside();
        if self.exit.is_none() {
            self.tick(m);
            self.go_on(m);
        }
        self.exit.is_none()
    }
}
