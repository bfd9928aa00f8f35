//! What becomes of a process that a signal stops or lets go on, and what its parent hears of that and of its
//! end; process groups that nobody could let go on any more (credentials(7)).

use crate::linux::abi::siginfo::{CLD_CONTINUED, CLD_STOPPED};
use crate::linux::abi::signals::{SA_NOCLDSTOP, SIG_IGN, SIGCHLD, SIGCONT, SIGHUP};
use crate::linux::process::{ChildEvent, FIRST_PID, Process, ProcessState, Termination};
use crate::linux::signals::Siginfo;
use crate::linux::world::Waiting;

use super::Kernel;

impl Kernel {
    /// Stops the running process. The first one stops tab86 itself, if the user can let it go on: else it
    /// has nobody who could.
    pub(super) fn stop(&mut self, signal: u32) {
        if self.process.pid == FIRST_PID {
            self.stop_for_user();
            return;
        }
        self.process.state = ProcessState::Stopped(signal as u8);
        self.process.unreported = Some(ChildEvent::Stopped(signal as u8));
        let pid = self.process.pid;
        self.tell_parent_of_change(pid, CLD_STOPPED, signal);
        self.trap_tracees(pid, false);
    }

    /// Lets the running thread wait until its process goes on.
    pub(in crate::linux) fn wait_until_resumed(&mut self) {
        let waiting = Waiting::on(&self.process.resumed);
        self.world.waiters.add(self.thread.tid, waiting);
    }

    /// Lets a stopped process go on: SIGCONT says so to its parent, SIGKILL does not.
    pub(super) fn resume(&mut self, pid: u32, tells: bool) {
        let Some(process) = self.find_process_mut(pid).filter(|process| process.is_stopped()) else { return };
        process.state = ProcessState::Running;
        process.resumed.notify();
        if tells {
            process.unreported = Some(ChildEvent::Continued);
            self.tell_parent_of_change(pid, CLD_CONTINUED, SIGCONT);
        }
    }

    /// Tells the parent of a process that it was stopped or goes on. One that traces it hears of stops as such.
    fn tell_parent_of_change(&mut self, pid: u32, code: u32, signal: u32) {
        let Some((parent, uid)) = self.find_process(pid).map(|child| (child.parent, child.credentials.real_uid)) else {
            return;
        };
        if code != CLD_STOPPED || self.world.tracees.tracer_of(pid) != Some(parent) {
            self.tell_of_change(parent, Siginfo::child(code, pid, uid, signal));
        }
    }

    /// Tells a process that a child or tracee was stopped or goes on, unless it does not want to hear of that
    /// (SA_NOCLDSTOP); it may wait for it in any case.
    pub(super) fn tell_of_change(&mut self, pid: u32, info: Siginfo) {
        let Some(process) = self.find_process(pid) else { return };
        process.children.notify();
        let action = process.signals.dispositions.get(SIGCHLD);
        if action.is_ok_and(|action| action.sa_handler != SIG_IGN && action.sa_flags & SA_NOCLDSTOP == 0) {
            let _ = self.post(pid, info);
        }
    }

    /// Tells the parent of a process that it has ended (`do_notify_parent`).
    pub(in crate::linux) fn tell_parent(&mut self, pid: u32, exit: Termination) {
        let Some(child) = self.find_process(pid) else { return };
        let (parent, signal) = (child.parent, child.exit_signal);
        let info = Siginfo::ended(exit, child.dumps_core(exit), pid, child.credentials.real_uid);
        let Some(process) = self.find_process(parent).filter(|process| process.is_alive()) else {
            return self.reap(pid);
        };
        if signal == SIGCHLD && process.signals.dispositions.reaps_children() {
            self.reap(pid);
        }
        self.tell_of_end(parent, signal, info);
    }

    /// Tells a process by a signal (0 for none) that a child or tracee has ended.
    pub(super) fn tell_of_end(&mut self, pid: u32, signal: u32, info: Siginfo) {
        let Some(process) = self.find_process(pid) else { return };
        process.children.notify();
        let action = process.signals.dispositions.get(SIGCHLD);
        let ignored = signal == SIGCHLD && action.is_ok_and(|action| action.sa_handler == SIG_IGN);
        if signal != 0 && !ignored {
            let _ = self.post(pid, Siginfo { signal, ..info });
        }
    }

    /// Nobody will wait for a process that has ended.
    fn reap(&mut self, pid: u32) {
        if pid == self.process.pid {
            self.process.state = ProcessState::Reaped;
        } else {
            self.world.processes.remove(&pid);
        }
    }

    /// Whether a process group has nobody outside of it, but in its session, who could let it go on:
    /// signals of the terminal do not stop it then (setpgid(2)).
    pub(in crate::linux) fn is_orphaned(&self, group: u32) -> bool {
        let keeper = |process: &Process| {
            let parent = self.find_process(process.parent).filter(|parent| parent.is_alive());
            let has_user = process.pid == FIRST_PID && self.user_can_resume();
            has_user || parent.is_some_and(|parent| parent.group != group && parent.session == process.session)
        };
        !self.all_processes().any(|process| process.group == group && process.is_alive() && keeper(process))
    }

    /// A group that has lost its last keeper, and has stopped members, hears of that and goes on.
    pub(in crate::linux) fn release_orphans(&mut self, groups: &[u32]) {
        for group in groups {
            let members = |process: &&Process| process.group == *group && process.is_alive();
            let stopped = self.all_processes().filter(members).any(Process::is_stopped);
            if !stopped || !self.is_orphaned(*group) {
                continue;
            }
            let pids: Vec<u32> = self.all_processes().filter(members).map(|process| process.pid).collect();
            for pid in pids {
                let _ = self.post(pid, Siginfo::kernel(SIGHUP));
                let _ = self.post(pid, Siginfo::kernel(SIGCONT));
            }
        }
    }
}
