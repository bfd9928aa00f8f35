//! A thread that is traced.

use crate::linux::abi::ptrace::{PTRACE_EVENT_EXIT, PTRACE_O_TRACESYSGOOD};
use crate::linux::process::Termination;
use crate::linux::signals::Siginfo;

use super::debug_registers::DebugRegisters;
use super::stop::TraceStop;

/// How its tracer has let a tracee go on.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Resumption {
    /// Until a signal comes or an event happens: `PTRACE_CONT`.
    #[default]
    Continue,
    /// Until a call begins or is over: `PTRACE_SYSCALL`.
    Call,
    /// Until a call begins, which is not made: `PTRACE_SYSEMU`.
    Emulate,
}

/// How a tracee has ended that its tracer has not waited for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EndedTracee {
    /// How.
    pub exit: Termination,
    /// Whether there is a core file.
    pub dumped: bool,
    /// To whom it belonged.
    pub uid: u32,
}

/// What is known of a thread that is traced.
#[derive(Clone, Debug)]
pub struct Tracee {
    /// The process that traces it. Linux has one of its threads; any will do here.
    pub tracer: u32,
    /// The process that it belongs to.
    pub pid: u32,
    /// `PTRACE_O_*`.
    pub options: u32,
    /// Whether it was attached to by `PTRACE_SEIZE`.
    pub seized: bool,
    /// How it goes on, or has gone on before it stopped.
    pub resumption: Resumption,
    /// Whether it executes one instruction at a time.
    pub steps: bool,
    /// Whether TF is set for that, and not by the program itself.
    pub forces_trap: bool,
    /// What it is stopped by.
    pub stop: Option<TraceStop>,
    /// Whether the tracer has not been told of the stop.
    pub untold: bool,
    /// What the stop says about its cause, as the tracer has left it.
    pub info: Option<Siginfo>,
    /// What `PTRACE_GETEVENTMSG` tells.
    pub message: u32,
    /// The signal that is delivered when it goes on.
    pub injected: Option<Siginfo>,
    /// Whether it stops before it is back in its program: its process has stopped, or its tracer asks for it.
    pub must_stop: bool,
    /// Whether it stays in a group-stop and tells of its end: `PTRACE_LISTEN`.
    pub listens: bool,
    /// Whether the call is skipped at whose beginning it was stopped: its end comes next.
    pub skips: bool,
    /// Whether it has told that it is about to end.
    pub ending: bool,
    /// How it has ended.
    pub ended: Option<EndedTracee>,
    /// The debug registers.
    pub debug: DebugRegisters,
}

impl Tracee {
    /// A thread that becomes traced while it runs.
    pub fn new(tracer: u32, pid: u32, options: u32, seized: bool) -> Tracee {
        Tracee {
            tracer,
            pid,
            options,
            seized,
            resumption: Resumption::Continue,
            steps: false,
            forces_trap: false,
            stop: None,
            untold: false,
            info: None,
            message: 0,
            injected: None,
            must_stop: false,
            listens: false,
            skips: false,
            ending: false,
            ended: None,
            debug: DebugRegisters::default(),
        }
    }

    /// A thread that begins as the child of this one: traced by the same process in the same way.
    pub fn child(&self, pid: u32) -> Tracee {
        Tracee { must_stop: self.seized, ..Tracee::new(self.tracer, pid, self.options, self.seized) }
    }

    /// Whether the tracer wants to hear of an event.
    pub fn reports(&self, event: u32) -> bool {
        let told = event == PTRACE_EVENT_EXIT && self.ending;
        self.options & 1 << event != 0 && !told
    }

    /// The stop at the beginning or end of a call.
    pub fn call_stop(&self, begins: bool) -> TraceStop {
        TraceStop::Call { begins, marked: self.options & PTRACE_O_TRACESYSGOOD != 0 }
    }

    /// Whether it is asked after each instruction if it stops.
    pub fn is_asked(&self) -> bool {
        self.steps || self.debug.is_active()
    }

    /// Whether its tracer may ask for more than that it stops: it is in a stop, and not to stay there.
    pub fn is_in_hand(&self) -> bool {
        self.stop.is_some() && !self.listens
    }

    /// The signal that a tracee gets whose tracer lets it go on with one (0 for none): what the stop says of
    /// it if it is the same, otherwise that the tracer has sent it (`ptrace_signal`).
    pub fn chosen(&self, signal: u32, uid: u32) -> Option<Siginfo> {
        let same = self.info.filter(|info| info.signal == signal);
        (signal != 0).then(|| same.unwrap_or(Siginfo::user(signal, self.tracer, uid)))
    }
}
