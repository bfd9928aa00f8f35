//! How the processor enters the kernel: system calls are dispatched here, and exceptions become signals.
//! Before a thread is back in its program, signals are delivered.

use crate::cpu::Register;
use crate::engine::Environment;
use crate::instructions::{Event, Machine};
use crate::linux::abi::ptrace::PTRACE_EVENT_VFORK_DONE;
use crate::linux::calls::{self, Args};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::observer::{CallObserverHandle, SystemCall};
use crate::linux::process::Termination;
use crate::linux::signals;
use crate::linux::strace::PendingCall;
use crate::linux::sync::lock;
use crate::linux::thread::InterruptedCall;
use crate::linux::world::Waiting;

use super::{DebugEvent, Kernel};

/// The call that goes on with another one, which knows how long it still has to wait.
const RESTART_SYSCALL: u32 = 0;

/// The calls that find all that they need on the stack.
const SIGRETURN: u32 = 119;
const RT_SIGRETURN: u32 = 173;

impl Kernel {
    /// A system call: number in EAX, arguments in EBX, ECX, EDX, ESI, EDI and EBP, result in EAX.
    pub(super) fn call(&mut self, m: &mut Machine, entry: Event) {
        use Register::{Eax, Ebp, Ebx, Ecx, Edi, Edx, Esi, Esp};
        let sixth = match entry {
            // With SYSENTER, EBP is the stack pointer, and the sixth argument is where it points.
            Event::Sysenter => guest::number(&mut m.memory, m.cpu.regs[Ebp]),
            _ => Ok(m.cpu.regs[Ebp]),
        };
        let number = self.number(m.cpu.regs[Eax]);
        self.thread.signals.call = Some(number);
        self.count_call(m);
        let [ebx, ecx, edx, esi, edi] = [Ebx, Ecx, Edx, Esi, Edi].map(|register| m.cpu.regs[register]);
        let first = match number {
            SIGRETURN => signals::frame_mask(m.cpu.regs[Esp]),
            RT_SIGRETURN => signals::rt_frame_mask(m.cpu.regs[Esp]),
            _ => ebx,
        };
        let answer = sixth.and_then(|ebp| self.dispatch(m, number, &[first, ecx, edx, esi, edi, ebp]));
        self.recount_segments(m);
        self.process.namespace.contents().sweep(m.memory.pool_mut());
        self.follow_terminals();
        if !self.world.asynchronous.is_empty() {
            // Owners of open files hear at once of what the call has done.
            self.collect(m);
        }
        match self.thread.wait.take() {
            Some(waiting) if answer.is_err() => {
                self.thread.call.get_or_insert_default().entry = Some(entry);
                self.thread.usage.waits += 1;
                self.process.usage.waits += 1;
                self.world.waiters.add(self.thread.tid, waiting);
            }
            _ => {
                self.thread.call = None;
                self.finish(m, answer);
                self.tell_debugger(DebugEvent::Answered { tid: self.thread.tid, number });
                if !self.world.tracees.is_empty() {
                    self.watch_again(m);
                    self.end_call(m);
                }
            }
        }
    }

    /// The call is over. If a signal has interrupted it, delivery puts back the mask that it replaced,
    /// since a handler runs with the call's own.
    fn finish(&mut self, m: &mut Machine, answer: Answer) {
        if !answer.is_err_and(|error| error.restarts() || error == Errno::EINTR) {
            self.thread.signals.restore_mask();
        }
        m.cpu.regs[Register::Eax] = answer.unwrap_or_else(|error| error.0.wrapping_neg());
    }

    /// The number of the call that is made, again if it has waited or was interrupted.
    fn number(&mut self, number: u32) -> u32 {
        let known = |call: &Option<InterruptedCall>| call.as_ref().and_then(|call| call.number);
        let number = known(&self.thread.call).unwrap_or(number);
        if number == RESTART_SYSCALL && self.thread.restart.is_some() {
            self.thread.call = self.thread.restart.take();
        }
        known(&self.thread.call).unwrap_or(number)
    }

    fn dispatch(&mut self, m: &mut Machine, number: u32, args: &Args) -> Answer {
        if let Some(answer) = self.refused(m, number, args) {
            return answer;
        }
        let (number, args) = calls::resolved(m, number, args)?;
        match self.observer.clone() {
            None => self.answer(m, number, &args),
            Some(observer) => self.observed(m, number, args, &observer),
        }
    }

    /// A call that somebody is told of, once before it and once after it.
    fn observed(&mut self, m: &mut Machine, number: u32, arguments: Args, observer: &CallObserverHandle) -> Answer {
        let known = self.thread.call.as_ref().and_then(|call| call.observed);
        let (call, own) = known.map(|call| (call, None)).unwrap_or_else(|| {
            let (thread, process) = (self.thread.tid, self.process.pid);
            let mut call = SystemCall { number, arguments, thread, process };
            let own = lock(observer).before(m, &mut call);
            (call, own)
        });
        let mut answer = own.unwrap_or_else(|| self.answer(m, call.number, &call.arguments));
        if self.thread.wait.is_some() && answer.is_err() {
            self.thread.call.get_or_insert_default().observed = Some(call);
        } else if !self.thread.ended && self.process.exit.is_none() && !answer.is_err_and(Errno::restarts) {
            lock(observer).after(m, &call, &mut answer);
        }
        answer
    }

    fn answer(&mut self, m: &mut Machine, number: u32, args: &Args) -> Answer {
        let known = self.thread.call.as_ref().and_then(|call| call.answer);
        let call = calls::find(number);
        let signature = call.map(|call| &call.signature);
        let pending = self.trace.is_some().then(|| {
            let host = self.world.host.clone();
            host.aside(|| PendingCall::new(&mut m.memory, number, signature, args))
        });
        let answer = match (known, call) {
            (Some(answer), _) => self.answer_at_last(m, answer),
            (_, Some(call)) if call.is_checked && !call.signature.accepts(args) => Err(Errno::EINVAL),
            (_, Some(call)) => (call.run)(self, m, args),
            (_, None) => Err(Errno::ENOSYS),
        };
        let answer = match answer {
            Err(error) if self.thread.wait.is_some() && self.is_interrupted() && !self.waits_for_killing() => {
                self.thread.wait = None;
                self.interrupt_call(number, error)
            }
            answer => answer,
        };
        if let Some(pending) = pending.filter(|_| self.thread.wait.is_none()) {
            self.trace_answer(m, &pending, answer);
        }
        answer
    }

    /// The answer of a call that was known before. One that has lent its memory gives it when that is back.
    fn answer_at_last(&mut self, m: &mut Machine, answer: u32) -> Answer {
        let Some(child) = self.thread.call.as_ref().and_then(|call| call.lent_to) else { return Ok(answer) };
        if let Some(queue) = self.find_process(child).and_then(|child| child.vfork.clone()) {
            return Err(self.wait(Waiting::on(&queue)));
        }
        self.thread.call.get_or_insert_default().lent_to = None;
        self.tell_debugger(DebugEvent::VforkDone { tid: self.thread.tid });
        if self.report(PTRACE_EVENT_VFORK_DONE, child) { Err(self.hold_call(m, answer)) } else { Ok(answer) }
    }

    /// Whether nothing but SIGKILL ends the wait of the running thread: it has lent its memory (vfork(2)), or
    /// its tracer has stopped it.
    fn waits_for_killing(&self) -> bool {
        let lends = self.thread.call.as_ref().is_some_and(|call| call.lent_to.is_some());
        (lends || self.is_in_stop()) && !self.is_killed()
    }

    /// Writes the line of a call that has been answered, and how the guest ended if it did.
    fn trace_answer(&self, m: &mut Machine, pending: &PendingCall, answer: Answer) {
        let Some(trace) = &self.trace else { return };
        let who = self.traced_as();
        self.world.host.aside(|| match self.process.exit {
            Some(Termination::Status(status)) => trace.exited(who, &mut m.memory, pending, status),
            _ if self.thread.ended => trace.exited(who, &mut m.memory, pending, pending.first_argument() as u8),
            _ => trace.answered(who, &mut m.memory, pending, answer),
        });
    }

    /// How a trace names the running thread: not at all while it is the only one.
    pub(super) fn traced_as(&self) -> Option<u32> {
        (self.world.other_threads() > 0).then_some(self.thread.tid)
    }

    /// Notes where the run stands, or compares that with what was noted.
    pub(super) fn check(&self, m: &Machine) {
        if self.world.host.is_taped() {
            let registers = Register::ALL.map(|register| m.cpu.regs[register]);
            self.world.host.check(m.executed(), m.cpu.eip, &registers);
        }
    }

    /// Whether nothing can run any more: the world has ended, or its replay has failed.
    fn is_over(&self) -> bool {
        self.exit.is_some() || self.world.host.has_failed()
    }

    /// Goes on until a thread is back in its program: with the running one, or with another if that has
    /// ended or waits.
    pub(super) fn go_on(&mut self, m: &mut Machine) {
        while self.exit.is_none() && !self.world.host.has_failed() {
            let traced = !self.world.tracees.is_empty();
            let gone = self.thread.ended && !self.ends_process();
            if gone || self.world.waiters.contains(self.thread.tid) || self.stands_aside() {
                if !self.yield_to_next(m) {
                    let signals = self.world.host.waiting_signals(&self.world.interrupt);
                    self.receive_from_outside(signals);
                    if self.is_paused() && self.world.host.stands_still(&self.world.interrupt) {
                        return;
                    }
                }
            } else if self.ends_process() {
                if !traced || !self.ends_later() {
                    self.end_process(m);
                }
            } else if traced && self.is_kept_by_tracer(m) {
                continue;
            } else if self.process.is_stopped() && !self.is_killed() && self.own_tracee().is_none() {
                self.wait_until_resumed();
            } else if let Some(entry) = self.thread.call.as_mut().and_then(|call| call.begins.take().or(call.entry)) {
                self.call(m, entry);
            } else if self.deliver_signals(m) {
                return;
            }
        }
    }
}

impl Environment for Kernel {
    /// Answers system calls, and lets exceptions become signals. What ends the world, and failures of
    /// tab86, stop the engine.
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        self.check(m);
        self.entries += 1;
        match event {
            Event::Interrupt(0x80) | Event::Sysenter if self.world.tracees.is_empty() => self.call(m, event),
            Event::Interrupt(0x80) | Event::Sysenter => self.begin_call(m, event),
            other => {
                if !self.raise_fault(m, other) {
                    return Some(other);
                }
            }
        }
        self.go_on(m);
        self.is_over().then_some(event)
    }

    /// Between blocks: a signal from outside may have come, or another thread's turn.
    fn entering(&mut self, m: &mut Machine) -> bool {
        // Whoever stands still while waiting goes on waiting.
        if !self.is_paused() {
            let signals = self.world.host.signals(&self.world.interrupt, m.executed());
            self.receive_from_outside(signals);
            self.tick(m);
        }
        self.go_on(m);
        !self.is_over()
    }

    /// Turns end at exact counts, so that threads take turns the same way whatever blocks there are; and a replay
    /// is there when the next signal comes.
    fn allowance(&self, m: &Machine) -> u64 {
        let now = m.executed();
        let signal = self.world.host.next_moment().map(|moment| moment.saturating_sub(now)).filter(|left| *left > 0);
        self.world.turns.left(now).min(signal.unwrap_or(u64::MAX))
    }
}
