//! How a traced thread comes into its stops (ptrace(2), "Stopped states"). It waits there until its tracer
//! lets it go on, which is in [`tracers`](super::tracers).

use crate::cpu::{Flag, Register};
use crate::instructions::{Event, Machine};
use crate::linux::abi::ptrace::{
    PTRACE_EVENT_EXEC, PTRACE_EVENT_EXIT, PTRACE_EVENTMSG_SYSCALL_ENTRY, PTRACE_EVENTMSG_SYSCALL_EXIT,
};
use crate::linux::abi::siginfo::TRAP_BRKPT;
use crate::linux::abi::signals::{SIG_DFL, SIG_IGN, SIGTRAP};
use crate::linux::errno::Errno;
use crate::linux::process::{ProcessState, Termination};
use crate::linux::signals::{Siginfo, bit};
use crate::linux::thread::InterruptedCall;
use crate::linux::tracing::{Resumption, TraceStop, Tracee};
use crate::linux::world::Waiting;

use super::Kernel;

impl Kernel {
    /// The running thread as a tracee, if it is traced.
    pub(super) fn own_tracee(&mut self) -> Option<&mut Tracee> {
        self.world.tracees.get_mut(self.thread.tid)
    }

    /// Whether the running thread is in a stop.
    pub(super) fn is_in_stop(&self) -> bool {
        self.world.tracees.get(self.thread.tid).is_some_and(|tracee| tracee.stop.is_some())
    }

    /// Whether the running thread has to stop for its tracer: calls do not wait then.
    pub(super) fn must_stop(&self) -> bool {
        self.world.tracees.get(self.thread.tid).is_some_and(|tracee| tracee.must_stop)
    }

    /// Stops the running thread, of which its tracer hears.
    pub(super) fn stop_for_tracer(&mut self, stop: TraceStop) {
        let (tid, uid) = (self.thread.tid, self.process.credentials.real_uid);
        let Some(tracee) = self.own_tracee() else { return };
        tracee.info = stop.info(tid, uid);
        tracee.stop = Some(stop);
        tracee.untold = true;
        let tracer = tracee.tracer;
        self.world.waiters.add(tid, Waiting::default());
        self.tell_of_change(tracer, Siginfo::child(stop.child_code(), tid, uid, stop.code() & 0x7f));
    }

    /// The program makes a call. Its tracer may want to see it before.
    pub(super) fn begin_call(&mut self, m: &mut Machine, entry: Event) {
        let stop = self.own_tracee().filter(|tracee| tracee.resumption != Resumption::Continue).map(|tracee| {
            tracee.message = PTRACE_EVENTMSG_SYSCALL_ENTRY;
            tracee.call_stop(true)
        });
        let Some(stop) = stop else { return self.call(m, entry) };
        let number = m.cpu.regs[Register::Eax];
        self.thread.signals.call = Some(number);
        self.thread.call = Some(InterruptedCall { begins: Some(entry), number: Some(number), ..Default::default() });
        m.cpu.regs[Register::Eax] = Errno::ENOSYS.0.wrapping_neg();
        self.stop_for_tracer(stop);
    }

    /// A call of the running thread is over. A single step over it ends here, and not behind the next
    /// instruction (`syscall_exit_work`).
    pub(super) fn end_call(&mut self, m: &Machine) {
        let ends = self.thread.ended || self.process.exit.is_some();
        let Some(tracee) = self.own_tracee().filter(|_| !ends) else { return };
        if tracee.steps && tracee.resumption != Resumption::Emulate {
            let info = Siginfo::fault(SIGTRAP, TRAP_BRKPT, m.cpu.eip);
            self.thread.signals.force(&mut self.process.signals.dispositions, info);
        } else if tracee.resumption == Resumption::Call {
            tracee.message = PTRACE_EVENTMSG_SYSCALL_EXIT;
            let stop = tracee.call_stop(false);
            self.stop_for_tracer(stop);
        }
    }

    /// Stops the running thread at an event, if its tracer wants to hear of it.
    pub(in crate::linux) fn report(&mut self, event: u32, message: u32) -> bool {
        let Some(tracee) = self.own_tracee().filter(|tracee| tracee.reports(event)) else { return false };
        tracee.message = message;
        tracee.ending |= event == PTRACE_EVENT_EXIT;
        self.stop_for_tracer(TraceStop::Event(event));
        true
    }

    /// Lets the call of a thread that was stopped at an event give its answer when it goes on.
    pub(in crate::linux) fn hold_call(&mut self, m: &mut Machine, answer: u32) -> Errno {
        let number = self.thread.signals.call;
        let call = self.thread.call.get_or_insert_default();
        (call.number, call.answer) = (number, Some(answer));
        m.cpu.regs[Register::Eax] = Errno::ENOSYS.0.wrapping_neg();
        self.wait(Waiting::default())
    }

    /// The running thread has executed a program: without the event a tracee that was not seized gets SIGTRAP
    /// (execve(2)).
    pub(in crate::linux) fn report_exec(&mut self, former: u32) -> bool {
        let (tid, pid, uid) = (self.thread.tid, self.process.pid, self.process.credentials.real_uid);
        if let Some(tracee) = self.own_tracee() {
            (tracee.debug, tracee.forces_trap) = Default::default();
        }
        if self.report(PTRACE_EVENT_EXEC, former) {
            return true;
        }
        if self.own_tracee().is_some_and(|tracee| !tracee.seized) {
            // One that waits already is as good.
            let _ = self.post_to_thread(tid, Siginfo::user(SIGTRAP, pid, uid));
        }
        false
    }

    /// Whether the process cannot end yet, because a thread of it tells its tracer of that first.
    pub(super) fn ends_later(&mut self) -> bool {
        if self.world.tracees.is_empty() || self.is_killed() {
            return false;
        }
        let (pid, tid) = (self.process.pid, self.thread.tid);
        let tells = |tracee: &Tracee| tracee.ending && tracee.stop.is_some();
        if self.world.tracees.threads_of(pid).any(|(other, tracee)| other != tid && tells(tracee)) {
            self.wait_until_resumed();
            return true;
        }
        let code = match self.process.exit {
            Some(Termination::Signal(signal)) => signal.into(),
            Some(Termination::Status(status)) => u32::from(status) << 8,
            None => 0,
        };
        self.report(PTRACE_EVENT_EXIT, code)
    }

    /// Whether the running thread is traced and does not go on yet: it is in a stop, or comes into one.
    pub(super) fn is_kept_by_tracer(&mut self, m: &Machine) -> bool {
        let (killed, in_call, tid) = (self.is_killed(), self.thread.call.is_some(), self.thread.tid);
        let stopped = match self.process.state {
            ProcessState::Stopped(signal) => Some(u32::from(signal)),
            _ => None,
        };
        let Some(tracee) = self.own_tracee() else { return false };
        if killed {
            if tracee.stop.take().is_some() {
                self.thread.call = None;
            }
            return false;
        }
        if tracee.stop.is_some() {
            self.world.waiters.add(tid, Waiting::default());
            return true;
        }
        if std::mem::take(&mut tracee.skips) {
            self.end_call(m);
            return true;
        }
        if in_call || !std::mem::take(&mut tracee.must_stop) {
            return false;
        }
        match (tracee.seized, stopped) {
            (true, signal) => self.stop_for_tracer(TraceStop::Seized(signal.unwrap_or(SIGTRAP))),
            (false, Some(signal)) => self.stop_for_tracer(TraceStop::Group(signal)),
            (false, None) => return false,
        }
        true
    }

    /// Whether a tracer decides about signals of the running thread, and what it has decided. What is blocked
    /// by now waits (`ptrace_signal`).
    pub(super) fn decided_by_tracer(&mut self) -> (bool, Option<Siginfo>) {
        if self.world.tracees.is_empty() || self.is_killed() {
            return (false, None);
        }
        let (blocked, tid) = (self.thread.signals.blocked(), self.thread.tid);
        let Some(tracee) = self.own_tracee() else { return (false, None) };
        match tracee.injected.take() {
            Some(info) if blocked & bit(info.signal) != 0 => {
                // Its place in the queue was its own before.
                let _ = self.post_to_thread(tid, info);
                (true, None)
            }
            injected => (true, injected),
        }
    }

    /// Before a signal is delivered that its tracer lets through: a handler does not begin with a single step
    /// of the tracer, which ends at its entry.
    pub(super) fn steps_into_handler(&mut self, m: &mut Machine, injected: Option<&Siginfo>) -> bool {
        let Some(info) = injected else { return false };
        let action = self.process.signals.dispositions.get(info.signal);
        let handled = action.is_ok_and(|action| !matches!(action.sa_handler, SIG_DFL | SIG_IGN));
        let Some(tracee) = self.own_tracee().filter(|_| handled) else { return false };
        if std::mem::take(&mut tracee.forces_trap) {
            m.cpu.set_flag(Flag::Trap, false);
        }
        tracee.steps
    }
}
