//! Timers in a world: when the next one of any process expires, and its signal.

use std::sync::Arc;
use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::objects::{Object, OpenFileHandle, Timerfd};
use crate::linux::signals::{Moment, TimeBase, TimerReceiver};
use crate::linux::sync::lock;

use super::Kernel;

impl Kernel {
    /// What time it is for the timers of the running process.
    pub(in crate::linux) fn moment(&self, m: &Machine) -> Moment {
        self.moment_of(m, self.process.pid)
    }

    fn moment_of(&self, m: &Machine, pid: u32) -> Moment {
        let cpu = self.find_process(pid).map(|process| self.usage_of(m, process).time());
        Moment { elapsed: self.world.clock.elapsed(m), cpu: cpu.unwrap_or_default() }
    }

    /// The timers of the running process have changed.
    pub(in crate::linux) fn timers_changed(&mut self, m: &Machine) {
        let (pid, now) = (self.process.pid, self.moment(m));
        self.set_alarm(pid, now);
    }

    /// Notes when the next timer of a process expires. Those that count processor time are looked at while
    /// the process runs.
    fn set_alarm(&mut self, pid: u32, now: Moment) {
        let next = self.find_process(pid);
        let next = next.and_then(|process| process.signals.timers.next_deadline(TimeBase::Elapsed, now));
        self.world.alarms.set(pid, next.map(|left: Duration| now.elapsed.saturating_add(left)));
    }

    /// Sends the signals of the timers that have expired.
    pub(in crate::linux) fn expire_timers(&mut self, m: &Machine) {
        if self.world.alarms.next().is_none() {
            return;
        }
        for pid in self.world.alarms.due(self.world.clock.elapsed(m)) {
            let now = self.moment_of(m, pid);
            self.expire_timers_of(pid, now);
            self.set_alarm(pid, now);
        }
    }

    pub(super) fn expire_timers_of(&mut self, pid: u32, now: Moment) {
        let Some(process) = self.find_process(pid) else { return };
        let mut timers = process.signals.timers.clone();
        let waits = |timer| {
            let own = |tid: &u32| self.find_thread(*tid).is_some_and(|thread| thread.signals.pending.has_timer(timer));
            process.signals.pending.has_timer(timer) || process.threads.iter().any(own)
        };
        let sent = timers.expire(now, waits);
        if let Some(process) = self.find_process_mut(pid) {
            process.signals.timers = timers;
        }
        for (info, receiver) in sent {
            // A signal for which there is no room is lost, as are those of a thread that has ended.
            let _ = match receiver {
                TimerReceiver::Thread(tid) => self.post_to_thread(tid, info),
                _ => self.post(pid, info),
            };
        }
    }

    /// Moves the date by nanoseconds. Timers that were set to one come earlier or later, and whoever waits for one
    /// looks again.
    pub(in crate::linux) fn move_date(&mut self, m: &Machine, nanoseconds: i128) {
        self.world.clock.move_date(m, nanoseconds);
        self.all_timerfds(|timer| timer.date_moved(nanoseconds));
        for pid in self.pids() {
            if let Some(process) = self.find_process_mut(pid) {
                process.signals.timers.date_moved(nanoseconds);
            }
            self.set_alarm(pid, self.moment_of(m, pid));
        }
        let waiting: Vec<u32> = self.world.waiters.with_moments();
        waiting.into_iter().for_each(|tid| self.world.wake(tid));
    }

    /// Calls `work` with each timer that a process has a descriptor of.
    fn all_timerfds(&self, work: impl Fn(&Timerfd)) {
        let mut seen: Vec<OpenFileHandle> = Vec::new();
        for process in self.all_processes() {
            let descriptors = process.descriptors();
            let open = descriptors.numbers().into_iter().filter_map(|number| descriptors.get(number).ok());
            for handle in open {
                if seen.iter().any(|known| Arc::ptr_eq(known, &handle)) {
                    continue;
                }
                if let Object::Timerfd(timer) = &lock(&handle).object {
                    work(timer);
                    seen.push(Arc::clone(&handle));
                }
            }
        }
    }

    /// Forgets the signal that a timer of the running process has sent.
    pub(in crate::linux) fn discard_timer(&mut self, timer: u32) {
        self.process.signals.pending.discard_timer(timer);
        for tid in self.process.threads.clone() {
            if let Some(thread) = self.find_thread_mut(tid) {
                thread.signals.pending.discard_timer(timer);
            }
        }
    }
}
