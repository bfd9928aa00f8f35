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
        let asked = self.is_debugged() && !self.is_killed();
        match &mut self.debugger {
            Some(debugger) if asked => (true, debugger.decided.take()),
            _ => (false, None),
        }
    }

    /// A signal is about to be delivered: whether the thread is held until the debugger has decided.
    pub(super) fn ask_debugger(&mut self, info: Siginfo) -> bool {
        let tid = self.thread.tid;
        let Some(debugger) = &mut self.debugger else { return false };
        if info.signal == SIGKILL || debugger.passed & bit(info.signal) != 0 {
            debugger.decided = Some(info);
            return false;
        }
        debugger.held = Some(info);
        debugger.events.push(DebugEvent::Signal { tid, info });
        true
    }
}

/// For the debugger itself.
#[cfg(feature = "cli")]
impl Kernel {
    /// Debugs a process, or leaves it alone.
    pub(crate) fn debug(&mut self, pid: u32, on: bool) {
        let processes = &mut self.debugger.get_or_insert_default().processes;
        if on {
            processes.insert(pid);
        } else {
            processes.remove(&pid);
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

    /// What has happened since the last time.
    pub(crate) fn take_debug_events(&mut self) -> Vec<DebugEvent> {
        self.debugger.as_mut().map(|debugger| std::mem::take(&mut debugger.events)).unwrap_or_default()
    }

    /// The signal that the running thread is held at.
    pub(crate) fn held_signal(&self) -> Option<Siginfo> {
        self.debugger.as_ref()?.held
    }

    /// Lets the running thread go on with a signal, or without the one that it is held at.
    pub(crate) fn release(&mut self, m: &mut Machine, signal: Option<u32>) {
        let uid = self.process.credentials.real_uid;
        let Some(debugger) = &mut self.debugger else { return };
        let held = debugger.held.take();
        debugger.decided =
            signal.map(|signal| held.filter(|held| held.signal == signal).unwrap_or(Siginfo::user(signal, 0, uid)));
        self.go_on(m);
    }

    /// Nobody debugs any more: the running thread goes on with the signal that it was held at.
    pub(crate) fn leave_debugger(&mut self, m: &mut Machine) {
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
