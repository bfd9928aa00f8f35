//! Whether a process runs, how it ends, and what its parent hears of that.

/// How a guest ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Termination {
    /// By `exit` or `exit_group`, with this status (0 to 255).
    Status(u8),
    /// By a fatal signal.
    Signal(u8),
}

/// Whether a process runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProcessState {
    /// It runs, or could.
    Running,
    /// A signal has stopped it.
    Stopped(u8),
    /// It has ended, and nobody has waited for it.
    Zombie(Termination),
    /// It has ended, and its number can be used again.
    Reaped,
}

/// What a parent can wait for (wait(2)).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChildEvent {
    /// It ended, and left a core file or not.
    Ended {
        /// How.
        exit: Termination,
        /// Whether there is a core file.
        dumped: bool,
    },
    /// A signal stopped it.
    Stopped(u8),
    /// SIGCONT let it go on.
    Continued,
    /// It is traced and stopped: the signal, and the event above it (ptrace(2)).
    Trapped(u32),
}

impl ChildEvent {
    /// The status that wait(2) stores.
    pub fn status(self) -> u32 {
        match self {
            ChildEvent::Ended { exit: Termination::Status(status), .. } => u32::from(status) << 8,
            ChildEvent::Ended { exit: Termination::Signal(signal), dumped } => {
                u32::from(signal) | if dumped { 0x80 } else { 0 }
            }
            ChildEvent::Stopped(signal) => u32::from(signal) << 8 | 0x7f,
            ChildEvent::Continued => 0xffff,
            ChildEvent::Trapped(code) => code << 8 | 0x7f,
        }
    }
}

impl Termination {
    /// Whether the kernel writes a core file, if the limit allows one (signal(7), "Core").
    pub fn dumps_core(self) -> bool {
        const CORE: [u8; 10] = [3, 4, 5, 6, 7, 8, 11, 24, 25, 31];
        matches!(self, Termination::Signal(signal) if CORE.contains(&signal))
    }
}
