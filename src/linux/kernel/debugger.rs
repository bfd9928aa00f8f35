//! A debugger that looks at the world from outside: what it is told, and what it decides about signals.
//!
//! It is no process of the world, and nobody in it notices: a thread that is to be looked at is not put aside
//! as one that a tracer stops, the whole world stands still. So the order of threads is the same with it and
//! without.

#[cfg(feature = "cli")]
use crate::instructions::Machine;
use crate::linux::abi::signals::SIGKILL;
use crate::linux::signals::{Siginfo, bit};

use super::Kernel;
use super::debug_state::DebugEvent;
#[cfg(feature = "cli")]
use super::debug_state::Debugger;

#[cfg(feature = "cli")]
use std::collections::BTreeSet;

#[cfg(feature = "cli")]
use crate::linux::config::Sink;
#[cfg(feature = "cli")]
use crate::linux::process::Process;
#[cfg(feature = "cli")]
use crate::linux::strace::CallTrace;
#[cfg(feature = "cli")]
use crate::linux::thread::Thread;

impl Kernel {
    /// Whether the running process is debugged from outside.
    pub(super) fn is_debugged(&self) -> bool {
        self.debugger.as_ref().is_some_and(|debugger| debugger.processes.contains(&self.process.pid))
    }

    /// Notes something for the debugger, if there is one.
    pub(in crate::linux) fn tell_debugger(&mut self, event: DebugEvent) {
        if let Some(debugger) = &mut self.debugger {
            debugger.events.push(event);
        }
    }

    /// Whether the debugger is asked about signals of the running thread, and what it has decided.
    pub(super) fn decided_by_debugger(&mut self) -> (bool, Option<Siginfo>) {
        let (asked, tid) = (self.is_debugged() && !self.is_killed(), self.thread.tid);
        match &mut self.debugger {
            Some(debugger) if asked => (true, debugger.decided.remove(&tid)),
            _ => (false, None),
        }
    }

    /// A signal is about to be delivered: whether the thread is held until the debugger has decided.
    pub(super) fn ask_debugger(&mut self, info: Siginfo) -> bool {
        let tid = self.thread.tid;
        let Some(debugger) = &mut self.debugger else { return false };
        if info.signal == SIGKILL || debugger.passed & bit(info.signal) != 0 {
            debugger.decided.insert(tid, info);
            return false;
        }
        debugger.held.insert(tid, info);
        debugger.events.push(DebugEvent::Signal { tid, info });
        true
    }
}

/// For the debugger itself.
#[cfg(feature = "cli")]
impl Kernel {
    /// Debugs a process, or leaves it alone: then its threads get the signals that they were held at.
    pub(crate) fn debug(&mut self, pid: u32, on: bool) {
        let processes = &mut self.debugger.get_or_insert_default().processes;
        if on {
            processes.insert(pid);
        } else {
            processes.remove(&pid);
            self.give_back(|thread| thread.pid == pid);
        }
    }

    /// Threads that nobody decides for any more get the signals that they were held at.
    fn give_back(&mut self, whose: impl Fn(&Thread) -> bool) {
        let Some(debugger) = &self.debugger else { return };
        let signals: Vec<(u32, Siginfo)> =
            debugger.held.iter().chain(&debugger.decided).map(|(tid, info)| (*tid, *info)).collect();
        for (tid, info) in signals {
            if self.find_thread(tid).is_none_or(&whose) {
                self.debugger.iter_mut().for_each(|debugger| {
                    debugger.held.remove(&tid);
                    debugger.decided.remove(&tid);
                });
                // A thread that has ended meanwhile needs none.
                let _ = self.post_to_thread(tid, info);
            }
        }
    }

    /// Delivers these signals without asking (bit 0 is signal 1).
    pub(crate) fn pass_signals(&mut self, signals: u64) {
        self.debugger.get_or_insert_default().passed = signals;
    }

    /// What the debugger knows of the world, which a copy of the world does not have.
    pub(crate) fn take_debugger(&mut self) -> Option<Box<Debugger>> {
        self.debugger.take()
    }

    /// Gives it to another copy of the world, in which nothing has happened yet.
    pub(crate) fn put_debugger(&mut self, debugger: Option<Box<Debugger>>) {
        self.debugger = debugger.map(|known| {
            let Debugger { processes, passed, .. } = *known;
            Box::new(Debugger { processes, passed, ..Debugger::default() })
        });
    }

    /// Writes a line for each system call from now on, or no longer.
    pub(crate) fn trace_calls(&mut self, sink: Option<Sink>) {
        self.trace = sink.map(CallTrace::new);
    }

    /// Nothing is written about calls until this is given back.
    pub(crate) fn take_trace(&mut self) -> Option<CallTrace> {
        self.trace.take()
    }

    /// Goes on writing.
    pub(crate) fn put_trace(&mut self, trace: Option<CallTrace>) {
        self.trace = trace;
    }

    /// Whether the world has connections with the host's network.
    pub(crate) fn has_connections(&self) -> bool {
        self.world.gateway.has_connections()
    }

    /// What has happened since the last time.
    pub(crate) fn take_debug_events(&mut self) -> Vec<DebugEvent> {
        self.debugger.as_mut().map(|debugger| std::mem::take(&mut debugger.events)).unwrap_or_default()
    }

    /// The signal that the running thread is held at, unless it stands still anyway.
    pub(crate) fn held_signal(&self) -> Option<Siginfo> {
        if self.is_held() {
            return None;
        }
        self.debugger.as_ref()?.held.get(&self.thread.tid).copied()
    }

    /// The signals that other threads are held at.
    pub(crate) fn other_held_signals(&self) -> Vec<(u32, Siginfo)> {
        let own = self.thread.tid;
        let held = self.debugger.iter().flat_map(|debugger| &debugger.held);
        held.filter(|(tid, _)| **tid != own && self.find_thread(**tid).is_some())
            .map(|(tid, info)| (*tid, *info))
            .collect()
    }

    /// Whether no thread is held at a signal, or is to be given one: a copy of the world would not have that.
    pub(crate) fn is_calm(&self) -> bool {
        let signals = self.debugger.iter().flat_map(|debugger| debugger.held.keys().chain(debugger.decided.keys()));
        !signals.into_iter().any(|tid| self.find_thread(*tid).is_some())
    }

    /// Lets the threads of these processes, and no others, stand still while the rest of the world goes on; whether that
    /// changes anything. Of the signals that threads were held at which stand still no longer, `decide` says what
    /// becomes of them; the running thread is asked about apart.
    pub(crate) fn hold(&mut self, pids: &BTreeSet<u32>, decide: impl Fn(u32, u32) -> Option<u32>) -> bool {
        if self.is_holding(pids) {
            return false;
        }
        let before = self.world.ready.held().clone();
        self.world.ready.hold(self.threads_of(pids));
        if !self.is_held() {
            // It goes on by itself.
            self.world.ready.remove(self.thread.tid);
        }
        let uid = self.process.credentials.real_uid;
        for (tid, info) in self.other_held_signals() {
            if before.contains(&tid) && !self.world.ready.held().contains(&tid) {
                let signal = decide(tid, info.signal);
                let Some(debugger) = &mut self.debugger else { return true };
                debugger.held.remove(&tid);
                debugger.decided.extend(signal.map(|signal| (tid, chosen(Some(info), signal, uid))));
            }
        }
        true
    }

    /// Whether the threads of these processes, and no others, stand still.
    pub(crate) fn is_holding(&self, pids: &BTreeSet<u32>) -> bool {
        *self.world.ready.held() == self.threads_of(pids)
    }

    fn threads_of(&self, pids: &BTreeSet<u32>) -> BTreeSet<u32> {
        let processes = pids.iter().filter_map(|pid| self.find_process(*pid));
        let alive = processes.filter(|process| process.is_alive() && !self.is_being_killed(process));
        alive.flat_map(|process| process.threads.iter().copied()).collect()
    }

    /// SIGKILL ends who stands still, too.
    fn is_being_killed(&self, process: &Process) -> bool {
        let threads = process.threads.iter().filter_map(|tid| self.find_thread(*tid));
        let own = threads.fold(0, |set, thread| set | thread.signals.pending.set());
        (process.signals.pending.set() | own) & bit(SIGKILL) != 0
    }

    /// A thread is given a signal when it goes on; whether there is one.
    pub(crate) fn give_signal(&mut self, tid: u32, signal: u32) -> bool {
        let info = chosen(None, signal, self.process.credentials.real_uid);
        self.debugger.get_or_insert_default().decided.insert(tid, info);
        self.find_thread(tid).is_some()
    }

    /// Lets the running thread go on with a signal, or without the one that it is held at.
    pub(crate) fn release(&mut self, m: &mut Machine, signal: Option<u32>) {
        let uid = self.process.credentials.real_uid;
        let Some(debugger) = &mut self.debugger else { return };
        let (tid, held) = (self.thread.tid, debugger.held.remove(&self.thread.tid));
        debugger.decided.extend(signal.map(|signal| (tid, chosen(held, signal, uid))));
        self.go_on(m);
    }

    /// Nobody debugs any more: the running thread goes on with the signal that it was held at.
    pub(crate) fn leave_debugger(&mut self, m: &mut Machine) {
        self.hold(&BTreeSet::new(), |_, signal| Some(signal));
        let own = self.thread.tid;
        self.give_back(|thread| thread.tid != own);
        let held = self.held_signal().map(|info| info.signal);
        if held.is_some() {
            let (pid, _) = self.running();
            self.debug(pid, true);
            self.release(m, held);
        }
        self.debugger = None;
    }

    /// Ends a process as by SIGKILL.
    pub(crate) fn kill(&mut self, pid: u32) {
        // There is room for one that cannot be blocked.
        let _ = self.post(pid, Siginfo::kernel(SIGKILL));
    }

    /// Something that is another after the kernel was at work, but for looking if it has any.
    pub(crate) fn work(&self) -> (u64, u64) {
        (self.world.turns.ends_at(), self.entries)
    }
}

/// A signal that was decided for: the one that a thread was held at, or another one.
#[cfg(feature = "cli")]
fn chosen(held: Option<Siginfo>, signal: u32, uid: u32) -> Siginfo {
    held.filter(|held| held.signal == signal).unwrap_or(Siginfo::user(signal, 0, uid))
}
