//! How the processor enters the kernel: system calls are dispatched here, and exceptions become signals.
//! Before it leaves it again, signals are delivered.

use crate::cpu::Register;
use crate::engine::Environment;
use crate::instructions::{Event, Machine};

use super::calls::{self, Args};
use super::errno::{Answer, Errno};
use super::guest;
use super::kernel::Kernel;
use super::process::{Process, Termination};
use super::signals::{self, Delivery, Siginfo, SignalTarget};
use super::strace::PendingCall;

impl Kernel {
    /// Makes an exception or interrupt a signal (signal(7)), which the thread cannot avoid; `false` for
    /// what is a failure of tab86, not of the guest.
    fn raise(&mut self, m: &mut Machine, event: Event) -> bool {
        let Process { space, thread_signals, signals, .. } = &mut self.process;
        let Some(fault) = signals::fault(m, event, |address| space.is_past_file_end(address.into())) else {
            return false;
        };
        thread_signals.call = None;
        fault.note(thread_signals);
        thread_signals.force(&mut signals.dispositions, fault.info);
        true
    }

    /// What remains to be done before the thread goes on in user mode: signals are delivered.
    fn leave(&mut self, m: &mut Machine) {
        self.note_outside();
        self.process.expire_timers(m);
        while self.process.exit.is_none() {
            let trace = &self.trace;
            let Process { thread_signals: thread, signals: process, trampolines, .. } = &mut self.process;
            let mut target = SignalTarget { thread, process, trampolines: *trampolines, orphaned: true };
            let mut seen = |info: &Siginfo| trace.iter().for_each(|trace| trace.signalled(info));
            match signals::deliver(m, &mut target, &mut seen) {
                Delivery::Continue => return,
                // Nobody is there who could let the only process go on.
                Delivery::Stop { .. } => {}
                Delivery::Terminate { info, .. } => {
                    self.process.end(m, Termination::Signal(info.signal as u8));
                    self.trace.iter().for_each(|trace| trace.killed(info.signal));
                }
            }
        }
    }

    /// Somebody outside has asked for a signal.
    fn note_outside(&mut self) {
        if let Some(signal) = self.process.interrupt.take() {
            // It cannot be refused for want of room: it comes from the kernel.
            let _ = self.process.receive(Siginfo::kernel(signal.into()), false);
        }
    }

    /// A system call: number in EAX, arguments in EBX, ECX, EDX, ESI, EDI and EBP, result in EAX.
    fn call(&mut self, m: &mut Machine, sixth: Result<u32, Errno>) {
        use Register::{Eax, Ebx, Ecx, Edi, Edx, Esi};
        let number = m.cpu.regs[Eax];
        self.process.thread_signals.call = Some(number);
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
            _ => trace.answered(&mut m.memory, pending, answer),
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
                if !self.raise(m, other) {
                    return Some(other);
                }
            }
        }
        self.leave(m);
        self.process.exit.is_some().then_some(event)
    }

    /// Between quanta: signals from outside and timers.
    fn entering(&mut self, m: &mut Machine) -> bool {
        self.process.expire_timers(m);
        if self.process.interrupt.raised().is_some() || self.process.has_signal() {
            self.leave(m);
        }
        self.process.exit.is_none()
    }
}
