//! What tracers do with their tracees: attach to them, let them go on, detach; and what becomes of one side
//! when the other ends (ptrace(2)). The stops themselves are in [`tracing`](super::tracing).

use crate::cpu::Flag;
use crate::linux::abi::ptrace::{
    PTRACE_EVENT_CLONE, PTRACE_EVENT_FORK, PTRACE_EVENT_SECCOMP, PTRACE_EVENT_VFORK, PTRACE_O_EXITKILL,
};
use crate::linux::abi::signals::{SIGCHLD, SIGKILL, SIGSTOP};
use crate::linux::process::Termination;
use crate::linux::signals::Siginfo;
use crate::linux::tracing::{EndedTracee, Resumption, TraceStop, Tracee};

use super::Kernel;

impl Kernel {
    /// A thread becomes traced, and stops for that unless it is seized.
    pub(in crate::linux) fn attach(&mut self, tid: u32, tracee: Tracee) {
        let (seized, pid) = (tracee.seized, tracee.pid);
        let stopped = self.find_process(pid).is_some_and(|process| process.is_stopped());
        self.world.tracees.insert(tid, Tracee { must_stop: stopped, ..tracee });
        if !seized {
            // What the kernel sends is not refused.
            let _ = self.post_to_thread(tid, Siginfo::kernel(SIGSTOP));
        }
        if stopped {
            self.world.wake(tid);
        }
    }

    /// Which event the creation of a child is, by how it is made (`kernel_clone`).
    pub(in crate::linux) fn creation_event(lends: bool, exit_signal: u32) -> u32 {
        match exit_signal {
            _ if lends => PTRACE_EVENT_VFORK,
            SIGCHLD => PTRACE_EVENT_FORK,
            _ => PTRACE_EVENT_CLONE,
        }
    }

    /// A child of the running thread is traced as it is itself, if its tracer wants that or the program does.
    /// It begins in a stop.
    pub(in crate::linux) fn trace_child(&mut self, [pid, tid]: [u32; 2], event: u32, wanted: bool) {
        let call = self.thread.signals.call;
        let Some(tracee) = self.own_tracee() else { return };
        let forced = tracee.forces_trap;
        let child = tracee.child(pid);
        let traced = wanted || tracee.reports(event);
        if let Some(thread) = self.find_thread_mut(tid) {
            thread.signals.call = call;
            if let Some(cpu) = thread.cpu.as_deref_mut().filter(|_| forced) {
                cpu.set_flag(Flag::Trap, false);
            }
        }
        if traced {
            let seized = child.seized;
            self.world.tracees.insert(tid, child);
            if !seized {
                let _ = self.post_to_thread(tid, Siginfo::user(SIGSTOP, 0, 0));
            }
        }
    }

    /// Lets a tracee go on in some way, with a signal (0 for none).
    pub(in crate::linux) fn resume_tracee(&mut self, tid: u32, how: Resumption, steps: bool, signal: u32) {
        let uid = self.process.credentials.real_uid;
        let Some(tracee) = self.world.tracees.get_mut(tid) else { return };
        let chosen = tracee.chosen(signal, uid);
        let stop = tracee.stop.take();
        let emulated = tracee.resumption == Resumption::Emulate;
        (tracee.untold, tracee.listens) = (false, false);
        (tracee.resumption, tracee.steps) = (how, steps);
        match stop {
            Some(TraceStop::Signal(_)) => tracee.injected = chosen,
            stop => self.leave_call_stop(tid, stop, emulated, signal),
        }
        self.set_trap(tid, self.world.tracees.get(tid).is_some_and(Tracee::is_asked));
        self.world.wake(tid);
    }

    /// Leaves a stop, if it is at a call: one that begins is made under the number that it has by now, if it has any and
    /// is not emulated. One that a filter asked about is neither emulated nor followed by a signal.
    fn leave_call_stop(&mut self, tid: u32, stop: Option<TraceStop>, emulated: bool, signal: u32) {
        let (begins, emulated, signal) = match stop {
            Some(TraceStop::Call { begins, .. }) => (begins, emulated, signal),
            Some(TraceStop::Event(PTRACE_EVENT_SECCOMP)) => (true, false, 0),
            _ => return,
        };
        if let Some(thread) = self.find_thread_mut(tid).filter(|_| begins) {
            let number = thread.signals.call;
            thread.call = thread.call.take().filter(|_| number.is_some() && !emulated);
            if let Some(call) = &mut thread.call {
                call.number = number;
            }
            let skips = thread.call.is_none();
            self.world.tracees.get_mut(tid).into_iter().for_each(|tracee| tracee.skips = skips);
        }
        if signal != 0 {
            let _ = self.post_to_thread(tid, Siginfo::kernel(signal));
        }
    }

    /// Sets TF for a tracee that executes one instruction at a time, and takes it away from one that does not
    /// any more.
    fn set_trap(&mut self, tid: u32, steps: bool) {
        let Some(thread) = self.find_thread_mut(tid) else { return };
        let Some(cpu) = thread.cpu.as_deref_mut() else { return };
        let own = cpu.flag(Flag::Trap);
        let Some(tracee) = self.world.tracees.get_mut(tid) else { return };
        let forced = tracee.forces_trap;
        tracee.forces_trap = steps && (forced || !own);
        let trap = steps || own && !forced;
        if let Some(cpu) = self.find_thread_mut(tid).and_then(|thread| thread.cpu.as_deref_mut()) {
            cpu.set_flag(Flag::Trap, trap);
        }
    }

    /// A tracee is traced no longer, and goes on with a signal (0 for none) if it is in a stop.
    pub(in crate::linux) fn detach(&mut self, tid: u32, signal: u32) {
        let uid = self.process.credentials.real_uid;
        self.set_trap(tid, false);
        let Some(tracee) = self.world.tracees.remove(tid) else { return };
        let chosen = match tracee.stop {
            Some(TraceStop::Signal(_)) => tracee.chosen(signal, uid),
            _ => tracee.injected,
        };
        if let Some(info) = chosen {
            let _ = self.post_to_thread(tid, info);
        }
        self.leave_call_stop(tid, tracee.stop, tracee.resumption == Resumption::Emulate, signal);
        self.world.wake(tid);
    }

    /// The running process ends: its tracees go on by themselves, or end too if it asked for that.
    pub(super) fn leave_tracees(&mut self) {
        let tracees: Vec<(u32, Tracee)> =
            self.world.tracees.of_tracer(self.process.pid).map(|(tid, tracee)| (tid, tracee.clone())).collect();
        for (tid, tracee) in tracees {
            if tracee.options & PTRACE_O_EXITKILL != 0 {
                let _ = self.post(tracee.pid, Siginfo::kernel(SIGKILL));
            }
            // A signal of which it was told is its business no more.
            let signal = match tracee.stop {
                Some(TraceStop::Signal(info)) if tracee.untold => info.signal,
                _ => 0,
            };
            self.detach(tid, signal);
            self.release_ended(tid, &tracee);
        }
    }

    /// What follows when the tracer knows of a tracee's end: if it was a process, its parent may hear of it.
    pub(in crate::linux) fn release_ended(&mut self, tid: u32, tracee: &Tracee) {
        if let Some(ended) = tracee.ended.filter(|_| tid == tracee.pid) {
            self.tell_parent(tid, ended.exit);
        }
    }

    /// A thread has ended. If it is traced its tracer hears of it first, and waits for it.
    pub(super) fn end_tracee(&mut self, tid: u32, exit: Termination) -> bool {
        let (dumped, uid) = (self.process.dumps_core(exit), self.process.credentials.real_uid);
        let Some(tracee) = self.world.tracees.get_mut(tid) else { return false };
        (tracee.stop, tracee.untold) = (None, false);
        tracee.ended = Some(EndedTracee { exit, dumped, uid });
        let tracer = tracee.tracer;
        self.tell_of_end(tracer, SIGCHLD, Siginfo::ended(exit, dumped, tid, uid));
        true
    }

    /// The threads of a process have been told to stop, or to go on.
    pub(super) fn trap_tracees(&mut self, pid: u32, continues: bool) {
        if self.world.tracees.is_empty() {
            return;
        }
        let mut woken = Vec::new();
        for (tid, tracee) in self.world.tracees.threads_of(pid) {
            tracee.must_stop = !continues || tracee.seized;
            let again = tracee.listens && continues;
            if again {
                (tracee.stop, tracee.listens) = (None, false);
            }
            if tracee.must_stop && tracee.stop.is_none() {
                woken.push(tid);
            }
        }
        woken.into_iter().for_each(|tid| self.world.wake(tid));
    }
}
