//! Which thread runs: one after the other, each for a number of instructions or until it waits.
//!
//! The order depends on instruction counts and on nothing of the host, so that a run with several threads
//! repeats. With a seed the lengths of the turns are shuffled: other orders, each of which repeats as well.

use std::sync::Arc;
use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::process::SCHED_FIFO;
use crate::linux::abi::signals::SIGKILL;
use crate::linux::clock::{Clock, ClockSource};
use crate::linux::errno::Errno;
use crate::linux::objects::OpenFileHandle;
use crate::linux::process::Termination;
use crate::linux::sync::lock;
use crate::linux::thread::{Scheduling, Thread};

use super::Kernel;

/// How long a world sleeps that nobody can wake when something comes from the host's network.
const HOST_PAUSE: Duration = Duration::from_millis(5);

impl Kernel {
    /// Between blocks: another thread's turn may have come.
    pub fn tick(&mut self, m: &mut Machine) {
        let now = m.executed();
        if !self.world.turns.is_over(now) {
            return;
        }
        self.check(m);
        let behind = self.goes_behind();
        self.world.turns.begin(now);
        self.spend(m);
        self.collect(m);
        if self.world.turns.asks_host(now) {
            self.ask_host(Some(Duration::ZERO));
        }
        let (tid, priority) = (self.thread.tid, self.thread.scheduling.rank());
        match behind {
            true => self.world.ready.push(tid, priority),
            false => self.world.ready.push_first(tid, priority),
        }
        if let Some(next) = self.world.ready.pop().filter(|next| *next != tid) {
            self.thread.usage.turns_over += 1;
            self.process.usage.turns_over += 1;
            self.switch(m, next);
        }
    }

    /// Whether the running thread goes behind those of its priority when it has to make room: all but those of
    /// `SCHED_FIFO`, unless they want to (sched(7)).
    fn goes_behind(&self) -> bool {
        self.thread.scheduling.policy != SCHED_FIFO || self.world.turns.is_yielded()
    }

    /// Goes on with the next thread that can run; if there is none, waits until there is one. False if a
    /// signal from outside came instead.
    pub fn yield_to_next(&mut self, m: &mut Machine) -> bool {
        loop {
            self.collect(m);
            if let Some(next) = self.world.ready.pop() {
                self.switch(m, next);
                self.world.turns.begin(m.executed());
                return true;
            }
            if self.world.host.is_raised(&self.world.interrupt) {
                return false;
            }
            if !self.world.gateway.is_busy() {
                self.idle(m);
            }
            if self.exit.is_some() || self.world.host.has_failed() {
                return false;
            }
        }
    }

    /// Whether the running thread is not in its program: it waits, or is held, or has ended, and nobody else can run.
    pub(crate) fn is_paused(&self) -> bool {
        let away = self.thread.ended || self.is_held() || self.world.waiters.contains(self.thread.tid);
        self.exit.is_none() && away
    }

    /// Whether a debugger holds the running thread.
    pub(super) fn is_held(&self) -> bool {
        self.world.ready.held().contains(&self.thread.tid)
    }

    /// Whether a debugger holds the running thread, which could go on otherwise.
    pub(super) fn stands_aside(&mut self) -> bool {
        let held = self.is_held() && !self.thread.ended;
        if held {
            self.world.ready.push(self.thread.tid, self.thread.scheduling.rank());
        }
        held
    }

    /// A thread by its number, 0 for the running one; EINVAL for a number that none can have, ESRCH if none has it.
    pub(in crate::linux) fn thread_or_own(&self, tid: u32) -> Result<&Thread, Errno> {
        match tid as i32 {
            ..0 => Err(Errno::EINVAL),
            0 => Ok(&self.thread),
            _ => self.find_thread(tid).filter(|thread| !thread.ended).ok_or(Errno::ESRCH),
        }
    }

    /// Changes how a thread is scheduled.
    pub(in crate::linux) fn schedule(&mut self, tid: u32, scheduling: Scheduling) {
        let Some(thread) = self.find_thread_mut(tid) else { return };
        thread.scheduling = scheduling;
        if self.world.ready.remove(tid) {
            self.world.make_ready(tid);
        }
        self.world.turns.end_now();
    }

    /// Makes ready whoever was notified, and whose time has come.
    pub(super) fn collect(&mut self, m: &Machine) {
        self.world.gateway.pump(&self.world.network, &self.world.queues);
        for queue in self.world.queues.take_notices() {
            self.world.gateway.notice(queue);
            self.signal_owners(queue);
            self.world.waiters.at(queue).into_iter().for_each(|tid| self.world.wake(tid));
        }
        if self.world.waiters.next_moment().is_some() {
            let now = self.world.clock.elapsed(m);
            self.world.waiters.due(now).into_iter().for_each(|tid| self.world.wake(tid));
        }
        self.expire_timers(m);
    }

    /// Nobody can run: time passes, or something of the host becomes ready.
    fn idle(&mut self, m: &mut Machine) {
        let now = self.world.clock.elapsed(m);
        let next = self.world.waiters.next_moment().into_iter().chain(self.world.alarms.next()).min();
        let left = next.map(|moment| moment.saturating_sub(now));
        match (self.world.clock.source(), left) {
            (ClockSource::Virtual, Some(left)) => {
                if !self.ask_host(Some(Duration::ZERO)) {
                    Clock::advance(m, left);
                }
            }
            _ if self.world.gateway.is_open() && !self.world.host.can_wake(&self.world.interrupt) => {
                self.ask_host(Some(left.map_or(HOST_PAUSE, |left| left.min(HOST_PAUSE))));
            }
            (_, None)
                if self.world.waiters.streams().is_empty() && !self.world.host.can_wake(&self.world.interrupt) =>
            {
                // Nothing can ever come: whoever runs the world would wait for it without an end.
                self.exit = Some(Termination::Signal(SIGKILL as u8));
            }
            _ => {
                self.ask_host(left);
            }
        }
    }

    /// Waits for the streams that threads wait for, at most for a time. Whether any was ready.
    fn ask_host(&mut self, time: Option<Duration>) -> bool {
        let streams = self.world.waiters.streams();
        if streams.is_empty() && time == Some(Duration::ZERO) {
            return false;
        }
        // Several threads may wait for one stream, which can be locked once.
        let mut handles: Vec<&OpenFileHandle> = Vec::new();
        for (_, open, _) in &streams {
            if !handles.iter().any(|known| Arc::ptr_eq(known, open)) {
                handles.push(open);
            }
        }
        let open: Vec<_> = handles.iter().map(|handle| (*handle, lock(handle))).collect();
        let find = |wanted: &OpenFileHandle| {
            open.iter().find(|(handle, _)| Arc::ptr_eq(handle, wanted)).and_then(|(_, open)| open.stream())
        };
        let files: Vec<_> =
            streams.iter().filter_map(|(tid, open, wanted)| Some((*tid, find(open)?, *wanted))).collect();
        let asked: Vec<_> = files.iter().map(|(_, file, wanted)| (*file, *wanted)).collect();
        let ready = self.world.host.wait_any(&self.world.interrupt, &asked, time);
        let tids: Vec<u32> = files.iter().zip(ready).filter(|(_, ready)| *ready).map(|((tid, ..), _)| *tid).collect();
        drop(open);
        tids.iter().for_each(|tid| self.world.wake(*tid));
        !tids.is_empty()
    }

    /// Puts the running thread aside and runs another one.
    fn switch(&mut self, m: &mut Machine, tid: u32) {
        let Some(mut next) = self.world.threads.remove(&tid) else { return };
        self.count_instructions(m);
        let mut cpu = next.cpu.take().unwrap_or_default();
        std::mem::swap(&mut m.cpu, &mut cpu);
        // Time and random numbers belong to the world.
        m.cpu.tsc_adjust = cpu.tsc_adjust;
        std::mem::swap(&mut m.cpu.random, &mut cpu.random);
        let pid = next.pid;
        let mut previous = std::mem::replace(&mut self.thread, next);
        if !previous.ended {
            previous.cpu = Some(cpu);
            self.world.threads.insert(previous.tid, previous);
        }
        if pid != self.process.pid {
            self.switch_process(m, pid);
        }
        self.process.namespace.watches().listeners.acts([pid, tid]);
    }

    fn switch_process(&mut self, m: &mut Machine, pid: u32) {
        let Some(next) = self.world.processes.remove(&pid) else { return };
        let previous = std::mem::replace(&mut self.process, next);
        self.exchange_ipc(&previous.namespaces.ipc);
        let (space, _) = m.memory.layout();
        if self.process.space_number != space {
            if let Some(mut memory) = self.world.spaces.remove(&self.process.space_number) {
                m.memory.exchange_space(&mut memory);
                let used = previous.space_number == space
                    || self.world.processes.values().any(|process| process.space_number == space);
                if used {
                    self.world.spaces.insert(space, memory);
                }
            }
        }
        if !previous.is_reaped() {
            self.world.processes.insert(previous.pid, previous);
        }
    }
}
