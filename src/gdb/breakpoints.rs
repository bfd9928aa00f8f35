//! Breakpoints, watchpoints and caught calls, as gdb sets them. A breakpoint changes no byte of the program:
//! those of both kinds are the same.

use gdbstub::target::ext::breakpoints::{
    Breakpoints, HwBreakpoint, HwBreakpointOps, HwWatchpoint, HwWatchpointOps, SwBreakpoint, SwBreakpointOps,
    WatchKind as Asked,
};
use gdbstub::target::ext::catch_syscalls::{CatchSyscalls, SyscallNumbers};
use gdbstub::target::{TargetError, TargetResult};

use crate::timeline::{CaughtCalls, WatchKind};

use super::session::Session;

/// The most bytes that one watchpoint watches.
const MOST_WATCHED: u32 = 1 << 16;

impl Breakpoints for Session {
    fn support_sw_breakpoint(&mut self) -> Option<SwBreakpointOps<'_, Self>> {
        Some(self)
    }

    fn support_hw_breakpoint(&mut self) -> Option<HwBreakpointOps<'_, Self>> {
        Some(self)
    }

    fn support_hw_watchpoint(&mut self) -> Option<HwWatchpointOps<'_, Self>> {
        Some(self)
    }
}

impl SwBreakpoint for Session {
    fn add_sw_breakpoint(&mut self, address: u32, _: usize) -> TargetResult<bool, Self> {
        let pid = self.process();
        self.timeline.points().add_breakpoint(pid, address);
        Ok(true)
    }

    fn remove_sw_breakpoint(&mut self, address: u32, _: usize) -> TargetResult<bool, Self> {
        let pid = self.process();
        self.timeline.points().remove_breakpoint(pid, address);
        // One that is gone already went with its program.
        Ok(true)
    }
}

impl HwBreakpoint for Session {
    fn add_hw_breakpoint(&mut self, address: u32, kind: usize) -> TargetResult<bool, Self> {
        self.add_sw_breakpoint(address, kind)
    }

    fn remove_hw_breakpoint(&mut self, address: u32, kind: usize) -> TargetResult<bool, Self> {
        self.remove_sw_breakpoint(address, kind)
    }
}

impl HwWatchpoint for Session {
    fn add_hw_watchpoint(&mut self, address: u32, length: u32, kind: Asked) -> TargetResult<bool, Self> {
        if length == 0 || length > MOST_WATCHED {
            return Err(TargetError::NonFatal);
        }
        let pid = self.process();
        self.timeline.points().add_watchpoint(pid, address, length, watched(kind));
        Ok(true)
    }

    fn remove_hw_watchpoint(&mut self, address: u32, length: u32, kind: Asked) -> TargetResult<bool, Self> {
        let pid = self.process();
        self.timeline.points().remove_watchpoint(pid, address, length, watched(kind));
        Ok(true)
    }
}

/// What gdb's kinds ask for.
fn watched(kind: Asked) -> WatchKind {
    match kind {
        Asked::Write => WatchKind::Write,
        Asked::Read => WatchKind::Read,
        Asked::ReadWrite => WatchKind::Access,
    }
}

/// gdb's kind of what was asked for.
pub fn kind(kind: WatchKind) -> Asked {
    match kind {
        WatchKind::Write => Asked::Write,
        WatchKind::Read => Asked::Read,
        WatchKind::Access => Asked::ReadWrite,
    }
}

impl CatchSyscalls for Session {
    fn enable_catch_syscalls(&mut self, numbers: Option<SyscallNumbers<'_, u32>>) -> TargetResult<(), Self> {
        let calls = numbers.map_or(CaughtCalls::All, |numbers| CaughtCalls::Only(numbers.collect()));
        self.timeline.catch_calls(calls);
        Ok(())
    }

    fn disable_catch_syscalls(&mut self) -> TargetResult<(), Self> {
        self.timeline.catch_calls(CaughtCalls::None);
        Ok(())
    }
}
