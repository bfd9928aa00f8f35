//! Breakpoints and watchpoints, each of one process.

use std::collections::BTreeSet;

use crate::engine::Machine;
use crate::linux::Kernel;
use crate::memory::Access;

/// What a watchpoint asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum WatchKind {
    /// That the bytes change.
    Write,
    /// That they are read.
    Read,
    /// That they are read or written.
    Access,
}

/// Bytes that are watched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Watchpoint {
    /// The process.
    pub pid: u32,
    /// The first byte.
    pub address: u32,
    /// How many.
    pub length: u32,
    /// What for.
    pub kind: WatchKind,
    /// The bytes when they were last looked at.
    seen: Vec<u8>,
}

/// All of them.
#[derive(Clone, Default, Debug)]
pub struct Points {
    breakpoints: BTreeSet<(u32, u32)>,
    watchpoints: Vec<Watchpoint>,
}

impl Points {
    /// Adds a breakpoint.
    pub fn add_breakpoint(&mut self, pid: u32, address: u32) {
        self.breakpoints.insert((pid, address));
    }

    /// Removes one; whether there was one.
    pub fn remove_breakpoint(&mut self, pid: u32, address: u32) -> bool {
        self.breakpoints.remove(&(pid, address))
    }

    /// Adds a watchpoint.
    pub fn add_watchpoint(&mut self, pid: u32, address: u32, length: u32, kind: WatchKind) {
        self.watchpoints.push(Watchpoint { pid, address, length, kind, seen: Vec::new() });
    }

    /// Removes one; whether there was one.
    pub fn remove_watchpoint(&mut self, pid: u32, address: u32, length: u32, kind: WatchKind) -> bool {
        let same = |point: &Watchpoint| (point.pid, point.address, point.length, point.kind);
        let found = self.watchpoints.iter().position(|point| same(point) == (pid, address, length, kind));
        found.map(|index| self.watchpoints.remove(index)).is_some()
    }

    /// A process was made as a copy of another: it has the same breakpoints.
    pub fn copy(&mut self, from: u32, to: u32) {
        let own = self.breakpoints.iter().filter(|(pid, _)| *pid == from);
        let copies: Vec<(u32, u32)> = own.map(|(_, address)| (to, *address)).collect();
        self.breakpoints.extend(copies);
    }

    /// A process is no longer looked at, or has another program.
    pub fn forget(&mut self, pid: u32) {
        self.breakpoints.retain(|(other, _)| *other != pid);
        self.watchpoints.retain(|point| point.pid != pid);
    }

    /// Whether there is a breakpoint at an address.
    pub fn breaks_at(&self, pid: u32, address: u32) -> bool {
        self.breakpoints.contains(&(pid, address))
    }

    /// Whether there are breakpoints.
    pub fn has_breakpoints(&self) -> bool {
        !self.breakpoints.is_empty()
    }

    /// Whether there is a breakpoint at an address in some process.
    pub fn has_address(&self, address: u32) -> bool {
        self.breakpoints.iter().any(|(_, other)| *other == address)
    }

    /// Lets accesses to what is watched be recorded from now on, or no longer.
    pub fn watch(&self, m: &mut Machine, kernel: &mut Kernel, on: bool) {
        let pids: BTreeSet<u32> = self.watchpoints.iter().map(|point| point.pid).collect();
        for pid in pids {
            let own = self.watchpoints.iter().filter(|point| on && point.pid == pid);
            let ranges = own.map(|point| point.address..=point.address.saturating_add(point.length - 1)).collect();
            kernel.watch(m, pid, ranges);
        }
    }

    /// Whether there are watchpoints.
    pub fn has_watchpoints(&self) -> bool {
        !self.watchpoints.is_empty()
    }

    /// Looks at the bytes, so that what changes from now on counts.
    pub fn look(&mut self, m: &Machine, kernel: &Kernel) {
        for point in &mut self.watchpoints {
            point.seen = kernel.peek(m, point.pid, point.address, point.length);
        }
    }

    /// The first watchpoint that these accesses of a program, or a change by the kernel, have met: where, and
    /// what it asks for. The bytes are looked at again.
    pub fn met(&mut self, m: &Machine, kernel: &Kernel, accesses: &[(u32, u32, Access)]) -> Option<(u32, WatchKind)> {
        let (running, _) = kernel.running();
        let mut met = None;
        for point in &mut self.watchpoints {
            let now = kernel.peek(m, point.pid, point.address, point.length);
            let changed = now != point.seen;
            point.seen = now;
            let accessed = point.pid == running && accesses.iter().any(|access| point.covers(*access));
            let meets = match point.kind {
                WatchKind::Write => changed,
                WatchKind::Read => accessed && !changed,
                WatchKind::Access => accessed || changed,
            };
            if meets && met.is_none() {
                met = Some((point.address, point.kind));
            }
        }
        met
    }
}

impl Watchpoint {
    /// Whether an access touches it in a way that it asks for.
    fn covers(&self, (address, length, access): (u32, u32, Access)) -> bool {
        let [start, end] = [u64::from(self.address), u64::from(self.address) + u64::from(self.length)];
        let touches = u64::from(address) < end && start < u64::from(address) + u64::from(length);
        touches && (access == Access::Read || access == Access::Write && self.kind == WatchKind::Access)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_is_no_write() {
        let point = |kind| Watchpoint { pid: 1, address: 0x1000, length: 4, kind, seen: Vec::new() };
        assert!(point(WatchKind::Read).covers((0x1003, 1, Access::Read)));
        assert!(!point(WatchKind::Read).covers((0x1003, 1, Access::Write)));
        assert!(point(WatchKind::Access).covers((0xffc, 8, Access::Write)));
        assert!(!point(WatchKind::Access).covers((0x1004, 4, Access::Write)));
    }

    #[test]
    fn a_forked_process_has_the_breakpoints_of_its_parent() {
        let mut points = Points::default();
        points.add_breakpoint(1, 0x1000);
        points.copy(1, 2);
        assert!(points.breaks_at(2, 0x1000));
        points.forget(1);
        assert!(points.breaks_at(2, 0x1000) && !points.breaks_at(1, 0x1000));
    }
}
