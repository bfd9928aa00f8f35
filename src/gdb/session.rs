//! One debugging session: the world, what gdb has asked of it, and how it goes on.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::linux::{DebugEvent, Siginfo, Sink, Termination};
use crate::timeline::{Halt, Timeline};

use super::coverage::ExecutedCode;
use super::incoming::Incoming;
use super::opened::OpenedFile;
use super::replies::Shared;

/// What gdb wants to hear of.
#[derive(Clone, Copy, Default, Debug)]
pub struct Wishes {
    pub forks: bool,
    pub vforks: bool,
    pub executions: bool,
}

/// What is to be done until the next stop.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Motion {
    /// Everybody goes on.
    #[default]
    Forwards,
    /// A thread executes one instruction.
    Step(u32),
    /// Back to where something happened.
    Backwards,
    /// Back by one instruction of a thread.
    StepBack(u32),
}

/// Who goes on when gdb lets the world go on.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Resumed {
    /// Everybody.
    #[default]
    All,
    /// The threads of some processes.
    Some {
        /// Which.
        pids: BTreeSet<u32>,
        /// Whether a single thread steps.
        steps: bool,
    },
}

/// A session.
pub struct Session {
    pub timeline: Timeline,
    pub shared: Rc<RefCell<Shared>>,
    pub wishes: Wishes,
    /// The processes that are debugged.
    pub processes: BTreeSet<u32>,
    pub motion: Motion,
    /// The signals that threads are given when the world goes on.
    pub signals: BTreeMap<u32, u32>,
    /// Whose threads go on.
    pub resumed: Resumed,
    /// Whether gdb goes back with one process only.
    pub back_alone: bool,
    /// The thread whose memory and registers gdb looks at.
    pub looked_at: u32,
    /// What the last stop says about its signal.
    pub info: Option<Siginfo>,
    /// Files that gdb reads.
    pub files: BTreeMap<u32, OpenedFile>,
    /// The first program's file, and its path, where that is not in the guest's file tree.
    pub image: (Vec<u8>, Arc<Vec<u8>>),
    /// The auxiliary vector of the process that gdb looks at.
    pub auxv: Vec<u8>,
    /// What has been executed, if that is counted.
    pub coverage: Option<ExecutedCode>,
    /// Whether the user knows that files are missing.
    pub misses_files: bool,
    /// The description of the registers.
    pub description: String,
    /// What is shown to the user of gdb while the world runs.
    pub console: Sink,
}

impl Session {
    pub fn new(mut timeline: Timeline, image: Arc<Vec<u8>>, shared: Rc<RefCell<Shared>>, console: Sink) -> Session {
        let (pid, tid) = timeline.kernel().running();
        let path = timeline.kernel().executable().to_vec();
        let (m, _) = timeline.parts();
        let description = super::registers::description(super::registers::has_avx(m));
        Session {
            timeline,
            shared,
            wishes: Wishes::default(),
            processes: BTreeSet::from([pid]),
            motion: Motion::Forwards,
            signals: BTreeMap::new(),
            resumed: Resumed::default(),
            back_alone: false,
            looked_at: tid,
            info: None,
            files: BTreeMap::new(),
            image: (path, image),
            auxv: Vec::new(),
            coverage: None,
            misses_files: false,
            description,
            console,
        }
    }

    /// The process that gdb looks at.
    pub fn process(&self) -> u32 {
        let kernel = self.timeline.kernel();
        kernel.process_of(self.looked_at).unwrap_or(kernel.running().0)
    }

    /// Looks at which thread belongs to which process.
    pub fn learn_threads(&mut self) {
        let threads = self.timeline.kernel().debug_threads();
        let mut shared = self.shared.borrow_mut();
        shared.processes = threads.iter().map(|thread| (thread.tid, thread.pid)).collect();
    }

    /// The threads that are debugged, the running one first.
    pub fn threads(&self) -> Vec<u32> {
        let kernel = self.timeline.kernel();
        let (_, running) = kernel.running();
        let threads = kernel.debug_threads().into_iter().filter(|thread| self.processes.contains(&thread.pid));
        let mut tids: Vec<u32> = threads.map(|thread| thread.tid).collect();
        tids.sort_by_key(|tid| (*tid != running, *tid));
        tids
    }

    /// Lets the world go on as gdb has asked, until something happens that gdb is told.
    pub fn run(&mut self, incoming: &mut Incoming) -> Halt {
        if !self.arrange() {
            return Halt::Refused;
        }
        let (_, running) = self.timeline.kernel().running();
        let mut signal = self.signals.remove(&running);
        loop {
            let mut pause = || incoming.has_news();
            let halt = match self.motion {
                Motion::Step(tid) => self.timeline.step(tid, signal.take(), &mut pause),
                Motion::Backwards => self.timeline.back(&mut pause),
                Motion::StepBack(tid) => self.timeline.step_back(tid, &mut pause),
                Motion::Forwards => self.timeline.go(signal.take(), &mut pause),
            };
            if self.is_told(&halt) {
                self.learn_threads();
                return halt;
            }
        }
    }

    /// Whether gdb is told of a halt. What a new process is to it is decided here.
    fn is_told(&mut self, halt: &Halt) -> bool {
        match *halt {
            Halt::Kernel(DebugEvent::Created { parent, child, lends }) => {
                let told = self.follows(parent) && if lends { self.wishes.vforks } else { self.wishes.forks };
                if told {
                    self.attach(child)
                } else {
                    self.leave(child)
                }
                told
            }
            Halt::Kernel(DebugEvent::VforkDone { tid }) => self.follows(tid) && self.wishes.vforks,
            Halt::Kernel(DebugEvent::Executed { pid }) => self.processes.contains(&pid) && self.wishes.executions,
            Halt::Kernel(DebugEvent::Ended { pid, .. }) => {
                self.processes.contains(&pid) || self.timeline.kernel().exit().is_some()
            }
            Halt::CallBegins { tid, .. } | Halt::Kernel(DebugEvent::Answered { tid, .. }) => self.follows(tid),
            _ => true,
        }
    }

    fn follows(&self, tid: u32) -> bool {
        self.timeline.kernel().process_of(tid).is_some_and(|pid| self.processes.contains(&pid))
    }

    /// Lets stand still what gdb does not let go on; whether that can be.
    fn arrange(&mut self) -> bool {
        let several = self.debugged().len() > 1;
        if matches!(self.motion, Motion::Backwards | Motion::StepBack(_)) {
            let refused = several && self.back_alone;
            if refused {
                self.timeline.complain("going back takes all processes along: `set schedule-multiple on` first".into());
            }
            return !refused;
        }
        let Some(resumed) = self.resumed_processes(several) else { return true };
        let held: BTreeSet<u32> = self.debugged().difference(&resumed).copied().collect();
        let could = self.timeline.arrange(&held, &self.signals);
        if !could {
            self.timeline.complain(
                "in a recording no process stands still while another goes on: `set schedule-multiple on` first".into(),
            );
        }
        could
    }

    /// The processes that go on, of those that gdb looks at; `None` if those that went on before. A step of a thread
    /// over a breakpoint is none of its process alone.
    fn resumed_processes(&self, several: bool) -> Option<BTreeSet<u32>> {
        match &self.resumed {
            Resumed::All => Some(self.debugged()),
            Resumed::Some { pids, steps: true } if several && !pids.iter().any(|pid| self.timeline.holds(*pid)) => None,
            Resumed::Some { pids, .. } => Some(pids.clone()),
        }
    }

    /// The processes that gdb looks at and that are there.
    fn debugged(&self) -> BTreeSet<u32> {
        let kernel = self.timeline.kernel();
        self.processes.iter().copied().filter(|pid| kernel.executable_of(*pid).is_some()).collect()
    }

    /// The thread that gdb is told of where none in particular has done something: one that goes on.
    pub fn speaker(&self) -> u32 {
        let kernel = self.timeline.kernel();
        let goes_on = |tid: &u32| kernel.process_of(*tid).is_some_and(|pid| !self.timeline.holds(pid));
        self.threads().into_iter().find(goes_on).unwrap_or(self.looked_at)
    }

    fn attach(&mut self, pid: u32) {
        self.processes.insert(pid);
        self.timeline.debug(pid);
    }

    /// Leaves a process alone, which goes on by itself.
    pub fn leave(&mut self, pid: u32) {
        self.processes.remove(&pid);
        self.timeline.leave(pid);
    }

    /// Ends a process.
    pub fn kill(&mut self, pid: u32) {
        self.leave(pid);
        self.timeline.kill(pid);
    }

    /// How the world has ended, if it has.
    pub fn exit(&self) -> Option<Termination> {
        self.timeline.kernel().exit()
    }
}
