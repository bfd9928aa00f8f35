//! A world that is run from outside in pieces, to exact instruction counts, and that goes back in time.
//!
//! A [`Timeline`] has a world in its hands, in a [`Vm`]. [`go`](Timeline::go) and [`step`](Timeline::step) run it until
//! something happens that was asked for, which is a [`Halt`]: a breakpoint, a watchpoint, a signal, a call, a new
//! process. The whole world stands still then; the order of its threads is the same as without any of this.
//!
//! | file | what lives there |
//! |---|---|
//! | `halt` | why the world stands still |
//! | `points` | breakpoints and watchpoints |
//! | `observer` | what is looked at while the world runs |
//! | `running` | forwards |
//! | `back`, `seek`, `waymarks`, `window`, `turns` | backwards |
//! | `shorten` | what is forgotten of a long history |
//! | `changes` | what is changed from outside |
//! | `holds` | who stands still while others go on |

mod back;
mod changes;
mod halt;
mod holds;
mod observer;
mod points;
mod running;
mod seek;
mod shorten;
mod turns;
mod waymarks;
mod window;

pub use halt::Halt;
pub use points::WatchKind;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::rc::Rc;

use crate::engine::counter::Counter;
use crate::engine::{Event, Machine};
use crate::linux::{Host, Kernel};
use crate::recording::TapePosition;
use crate::vm::Vm;

use points::Points;
use turns::ThreadTurns;
use waymarks::Waymarks;
use window::Window;

/// A change from outside.
pub type Alteration = Box<dyn FnMut(&mut Machine, &mut Kernel) -> bool>;

/// Makes the same world from its beginning, with the tape at its beginning too; or says why it does not.
pub type Origin = Box<dyn FnMut() -> Result<Vm, String>>;

/// A world and what is asked of it.
pub struct Timeline {
    vm: Vm,
    /// The world's way to the host.
    host: Host,
    points: Points,
    /// Which calls are caught.
    caught: CaughtCalls,
    /// What has happened and was not told yet.
    halts: VecDeque<Halt>,
    /// A call at whose beginning the world stands still.
    begun: Option<Event>,
    /// How the world begins again.
    origin: Origin,
    /// The instruction count at which history begins.
    beginning: u64,
    /// The one at which it ends, whatever the program does.
    limit: u64,
    /// Who has run when.
    turns: ThreadTurns,
    /// From where the past is reached.
    marks: Waymarks,
    /// The last instructions, if they can be undone.
    window: Window,
    /// How many are kept the next time.
    reach: u64,
    /// What was decided about signals, by instruction count and thread, if not to deliver them.
    decisions: BTreeMap<(u64, u32), Option<u32>>,
    /// Which processes stand still from when on, while others go on.
    holds: BTreeMap<(u64, TapePosition), BTreeSet<u32>>,
    /// What has happened to those, and is told when they go on.
    deferred: Vec<Halt>,
    /// Since when there have been the processes that are looked at.
    since: BTreeMap<u32, u64>,
    /// What was changed from outside, by instruction count.
    alterations: BTreeMap<u64, Vec<Alteration>>,
    /// Counts what is executed on the way forwards.
    counter: Option<Rc<Counter>>,
    /// Why something could not be done.
    complaint: Option<String>,
}

impl fmt::Debug for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeline").field("vm", &self.vm).field("points", &self.points).finish_non_exhaustive()
    }
}

/// The system calls at whose beginning and end the world stands still.
#[derive(Clone, Default, Debug)]
pub enum CaughtCalls {
    /// None.
    #[default]
    None,
    /// All.
    All,
    /// Those with these numbers.
    Only(BTreeSet<u32>),
}

impl CaughtCalls {
    /// Whether a call is caught.
    pub fn has(&self, number: u32) -> bool {
        match self {
            CaughtCalls::None => false,
            CaughtCalls::All => true,
            CaughtCalls::Only(numbers) => numbers.contains(&number),
        }
    }
}

impl Timeline {
    /// A world whose first process is looked at, how it begins again, and how many instructions it executes at most.
    pub fn new(mut vm: Vm, origin: Origin, limit: Option<u64>) -> Timeline {
        let (_, kernel) = vm.parts();
        let (pid, tid) = kernel.running();
        kernel.debug(pid, true);
        let host = kernel.host().clone();
        let beginning = vm.executed();
        let mut turns = ThreadTurns::default();
        turns.note(beginning, tid);
        let mut timeline = Timeline {
            vm,
            host,
            points: Points::default(),
            caught: CaughtCalls::None,
            halts: VecDeque::new(),
            begun: None,
            origin,
            beginning,
            limit: limit.unwrap_or(u64::MAX),
            turns,
            marks: Waymarks::default(),
            window: Window::default(),
            reach: Window::FIRST,
            decisions: BTreeMap::new(),
            holds: BTreeMap::new(),
            deferred: Vec::new(),
            since: BTreeMap::new(),
            alterations: BTreeMap::new(),
            counter: None,
            complaint: None,
        };
        timeline.mark();
        timeline
    }

    /// The world.
    pub fn into_vm(self) -> Vm {
        let Timeline { vm, marks, host, .. } = self;
        host.aside(|| drop(marks));
        vm
    }

    /// Looks at a process that was made here.
    pub fn debug(&mut self, pid: u32) {
        self.since.insert(pid, self.count());
        self.parts().1.debug(pid, true);
    }

    /// Looks at a process no longer.
    pub fn leave(&mut self, pid: u32) {
        self.since.remove(&pid);
        self.points.forget(pid);
        self.parts().1.debug(pid, false);
    }

    /// Machine and kernel, to be looked at while the world stands still.
    pub fn parts(&mut self) -> (&mut Machine, &mut Kernel) {
        self.vm.parts()
    }

    /// The kernel.
    pub fn kernel(&self) -> &Kernel {
        self.vm.kernel()
    }

    /// How many instructions the world has executed.
    pub fn count(&self) -> u64 {
        self.vm.executed()
    }

    /// Breakpoints and watchpoints.
    pub fn points(&mut self) -> &mut Points {
        &mut self.points
    }

    /// Stands still at these calls.
    pub fn catch_calls(&mut self, calls: CaughtCalls) {
        self.caught = calls;
    }

    /// Counts what is executed on the way forwards, or no longer.
    pub fn count_with(&mut self, counter: Option<Rc<Counter>>) {
        self.counter = counter;
    }

    /// Whether this is a recording, which can only be looked at.
    pub fn is_recording(&self) -> bool {
        !self.host.is_changeable()
    }

    /// Says why something cannot be done.
    pub fn complain(&mut self, text: String) {
        self.complaint = Some(text);
    }

    /// Why something could not be done, once.
    pub fn take_complaint(&mut self) -> Option<String> {
        self.complaint.take()
    }

    /// The bytes at an address of a process.
    pub fn peek(&mut self, pid: u32, address: u32, length: u32) -> Vec<u8> {
        let (m, kernel) = self.vm.parts();
        kernel.peek(m, pid, address, length)
    }
}
