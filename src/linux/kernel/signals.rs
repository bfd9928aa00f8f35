//! Signals in a world: who gets one and is woken by it. What one does to a thread is in
//! [`signals`](crate::linux::signals), what becomes of a process that one stops in [`parents`](super::parents).

use crate::instructions::{Event, Exception, Machine};
use crate::linux::abi::process::RLIMIT_SIGPENDING;
use crate::linux::abi::signals::{SIGCONT, SIGKILL};
use crate::linux::errno::{Answer, Errno};
use crate::linux::process::Termination;
use crate::linux::signals::{self, Delivery, Siginfo, SignalTarget, bit};
use crate::linux::thread::Thread;
use crate::linux::tracing::TraceStop;

use super::Kernel;

impl Kernel {
    /// Sends a signal to a process; EAGAIN without room in its queue. One that has ended gets none.
    pub(in crate::linux) fn post(&mut self, pid: u32, info: Siginfo) -> Result<(), Errno> {
        self.receive(pid, None, info)
    }

    /// Sends a signal to a thread; ESRCH if there is none.
    pub(in crate::linux) fn post_to_thread(&mut self, tid: u32, info: Siginfo) -> Result<(), Errno> {
        let pid = self.find_thread(tid).ok_or(Errno::ESRCH)?.pid;
        self.receive(pid, Some(tid), info)
    }

    /// A thread by its number.
    pub(in crate::linux) fn find_thread(&self, tid: u32) -> Option<&Thread> {
        if tid == self.thread.tid { Some(&self.thread) } else { self.world.threads.get(&tid).map(AsRef::as_ref) }
    }

    /// A thread by its number, to be changed.
    pub(in crate::linux) fn find_thread_mut(&mut self, tid: u32) -> Option<&mut Thread> {
        if tid == self.thread.tid {
            Some(&mut self.thread)
        } else {
            self.world.threads.get_mut(&tid).map(AsMut::as_mut)
        }
    }

    /// Queues a signal for a process or for one of its threads, and wakes a thread that will take it.
    fn receive(&mut self, pid: u32, tid: Option<u32>, info: Siginfo) -> Result<(), Errno> {
        let Some(process) = self.find_process(pid).filter(|process| process.is_alive()) else { return Ok(()) };
        // Those sent to the process are kept if its main thread wants them.
        let Some(first) = tid.or(process.threads.first().copied()) else { return Ok(()) };
        let threads = process.threads.clone();
        self.discard(pid, signals::opposites(info.signal));
        if info.signal == SIGKILL {
            self.world.ready.let_go(&threads);
        }
        if matches!(info.signal, SIGCONT | SIGKILL) {
            self.resume(pid, info.signal == SIGCONT);
            self.trap_tracees(pid, true);
        }
        let (Some(process), Some(thread)) = (self.find_process(pid), self.find_thread(first)) else { return Ok(()) };
        // A tracer hears of ignored signals too.
        let traced = info.signal != SIGKILL && self.world.tracees.get(first).is_some();
        if !traced && thread.signals.ignores(&process.signals.dispositions, info.signal) {
            return Ok(());
        }
        let limit = process.limits.get(RLIMIT_SIGPENDING).unwrap_or_default()[0];
        let used = process.signals.pending.len() + thread.signals.pending.len();
        let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(used);
        match tid {
            Some(tid) => self.find_thread_mut(tid).map(|thread| thread.signals.pending.push(info, room)),
            None => self.find_process_mut(pid).map(|process| process.signals.pending.push(info, room)),
        }
        .unwrap_or(Ok(()))?;
        self.world.signal_arrivals.notify();
        self.wake_for(pid, tid, info.signal);
        if traced {
            // It is in its stop before its tracer has done much more, as where processors are many.
            self.world.turns.end_now();
        }
        Ok(())
    }

    /// Wakes a thread that takes a signal: the one that it was sent to, or the first that does not block
    /// it (`complete_signal`).
    fn wake_for(&mut self, pid: u32, tid: Option<u32>, signal: u32) {
        let Some(process) = self.find_process(pid) else { return };
        let takes = |tid: &u32| self.find_thread(*tid).is_some_and(|thread| thread.signals.wants(signal));
        let tids: Vec<u32> = match tid {
            Some(tid) => vec![tid],
            None if signal == SIGKILL => process.threads.iter().copied().collect(),
            None => process.threads.iter().copied().find(takes).into_iter().collect(),
        };
        for tid in tids.into_iter().filter(|tid| signal == SIGKILL || takes(tid)).collect::<Vec<u32>>() {
            // One that lent its memory to a child does not hear of anything else (vfork(2)).
            let lends = self
                .find_thread(tid)
                .is_some_and(|thread| thread.call.as_ref().is_some_and(|call| call.lent_to.is_some()));
            if !lends || signal == SIGKILL {
                self.world.wake(tid);
            }
        }
    }

    /// Takes signals out of every queue of a process.
    pub(in crate::linux) fn discard(&mut self, pid: u32, gone: u64) {
        if gone == 0 {
            return;
        }
        let Some(process) = self.find_process_mut(pid) else { return };
        process.signals.pending.discard(gone);
        for tid in process.threads.clone() {
            if let Some(thread) = self.find_thread_mut(tid) {
                thread.signals.pending.discard(gone);
            }
        }
    }

    /// Whether a signal waits to be delivered to the running thread: calls do not wait then.
    pub(in crate::linux) fn is_interrupted(&self) -> bool {
        self.thread.signals.has_deliverable(&self.process.signals.pending) || self.must_stop()
    }

    /// The answer of a call that wants to wait while a signal is there: what has been done counts,
    /// otherwise delivery decides if the call is made again.
    pub(in crate::linux) fn interrupt_call(&mut self, number: u32, error: Errno) -> Answer {
        self.world.futexes.forget(self.thread.tid);
        self.world.ipc.forget(self.thread.tid);
        self.thread.signals.await_signals(0);
        let call = self.thread.call.take().unwrap_or_default();
        if call.progress > 0 {
            return Ok(call.progress);
        }
        if error == Errno::ERESTART_RESTARTBLOCK {
            self.thread.restart =
                Some(crate::linux::thread::InterruptedCall { entry: None, number: Some(number), ..call });
        }
        Err(error)
    }

    /// Delivers signals to the running thread; whether it goes on in its program.
    pub(in crate::linux) fn deliver_signals(&mut self, m: &mut Machine) -> bool {
        if !self.is_interrupted() && self.world.tracees.is_empty() && !self.is_debugged() {
            signals::go_on(m, &mut self.thread.signals);
            return true;
        }
        let orphaned = self.is_orphaned(self.process.group);
        let trampolines = self.process.space().trampolines;
        let (traced, injected) = self.decided_by_tracer();
        let steps = traced && self.steps_into_handler(m, injected.as_ref());
        let (asked, injected) = if traced { (true, injected) } else { self.decided_by_debugger() };
        let (trace, who) = (&self.trace, self.traced_as());
        let (thread, process) = (&mut self.thread.signals, &mut self.process.signals);
        let mut target = SignalTarget { thread, process, trampolines, orphaned, traced: asked, injected };
        let mut seen = |info: &Siginfo| trace.iter().for_each(|trace| trace.signalled(who, info));
        match signals::deliver(m, &mut target, &mut seen) {
            Delivery::Continue => return true,
            Delivery::Stop { signal } => self.stop(signal),
            Delivery::Ask(info) if !traced => return self.ask_debugger(info),
            Delivery::Ask(info) => self.stop_for_tracer(TraceStop::Signal(info)),
            Delivery::Entered if steps => self.stop_for_tracer(TraceStop::Step),
            Delivery::Entered => self.watch_again(m),
            Delivery::Terminate { info, core } => {
                self.remains.info = Some(info);
                self.process.end_with(Termination::Signal(info.signal as u8));
                self.trace.iter().for_each(|trace| trace.killed(who, info.signal));
                if core {
                    self.leave_core(m);
                }
            }
        }
        false
    }

    /// Makes an exception or interrupt a signal, which the running thread cannot avoid; `false` for what is
    /// a failure of tab86, not of the guest.
    pub(in crate::linux) fn raise_fault(&mut self, m: &mut Machine, event: Event) -> bool {
        if is_out_of_memory(m, event) {
            self.process.end_with(Termination::Signal(SIGKILL as u8));
            return true;
        }
        if self.grows_down(m, event) {
            return true;
        }
        if self.meets_no_breakpoint(m, event) {
            return true;
        }
        let Some(fault) = signals::fault(m, event) else { return false };
        let info = self.of_breakpoint(fault.info, event);
        self.thread.signals.call = None;
        fault.note(&mut self.thread.signals);
        self.thread.signals.force(&mut self.process.signals.dispositions, info);
        true
    }

    /// Whether an event is a touch below a region that grows: it has grown then, and the program tries again.
    fn grows_down(&mut self, m: &mut Machine, event: Event) -> bool {
        let Event::Fault(Exception::Page(fault)) = event else { return false };
        let most = self.process.limits.stack_size().into();
        m.memory.perm(fault.address).is_none() && self.process.space().grow_down(&mut m.memory, fault.address, most)
    }

    /// Sends a signal of the kernel to every process of a group.
    pub(in crate::linux) fn post_to_group(&mut self, group: u32, signal: u32) {
        let members = self.all_processes().filter(|process| process.group == group);
        for pid in members.map(|process| process.pid).collect::<Vec<u32>>() {
            // What the kernel sends is not refused.
            let _ = self.post(pid, Siginfo::kernel(signal));
        }
    }

    /// Whether SIGKILL waits for the running process, which ends it even while it is stopped.
    pub(in crate::linux) fn is_killed(&self) -> bool {
        (self.process.signals.pending.set() | self.thread.signals.pending.set()) & bit(SIGKILL) != 0
    }
}

/// Whether a page could not be had because the world has filled its memory: the process ends as by Linux's
/// "out of memory killer" (proc(5), `oom_score`).
fn is_out_of_memory(m: &Machine, event: Event) -> bool {
    let Event::Fault(Exception::Page(fault)) = event else { return false };
    let pool = m.memory.pool();
    !fault.present && pool.used() >= pool.limit() && m.memory.perm(fault.address).is_some()
}
