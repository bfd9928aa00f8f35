//! A world that is run from outside in pieces, to exact instruction counts, and that goes back in time.
//!
//! A [`Timeline`] has a [`TimelineWorld`] in its hands. [`go`](Timeline::go) and [`step`](Timeline::step) run it until
//! something happens that was asked for, which is a [`Halt`]: a breakpoint, a watchpoint, a signal, a call, a new
//! process. The whole world stands still then; the order of its threads is the same as without any of this.
//!
//! | file | what lives there |
//! |---|---|
//! | `halt` | why the world stands still |
//! | `points` | breakpoints and watchpoints |
//! | `observer` | what is looked at while the world runs |
//! | `running` | forwards |
//! | `back`, `window`, `turns` | backwards |
//! | `world` | a world, what it prints, how it begins again |

mod back;
mod halt;
mod observer;
mod points;
mod running;
mod turns;
mod window;
mod world;

pub use halt::Halt;
pub use points::WatchKind;
pub use world::{Origin, TimelineWorld};

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use crate::engine::{Event, Machine};
use crate::linux::Kernel;

use points::Points;
use turns::ThreadTurns;
use window::Window;
use world::Printed;

/// A change from outside.
pub type Alteration = Box<dyn FnMut(&mut Machine, &mut Kernel) -> bool>;

/// A world and what is asked of it.
pub struct Timeline {
    world: TimelineWorld,
    points: Points,
    /// Which calls are caught.
    caught: CaughtCalls,
    /// What has happened and was not told yet.
    halts: VecDeque<Halt>,
    /// A call at whose beginning the world stands still.
    begun: Option<Event>,
    /// How the world begins again, if it can.
    origin: Option<Origin>,
    /// The instruction count at which history begins.
    beginning: u64,
    /// Who has run when.
    turns: ThreadTurns,
    /// The last instructions, if they can be undone.
    window: Window,
    /// How many are kept the next time.
    reach: u64,
    printed: Printed,
    /// What was decided about signals, by instruction count, if not to deliver them.
    decisions: BTreeMap<u64, Option<u32>>,
    /// What was changed from outside, by instruction count.
    alterations: BTreeMap<u64, Vec<Alteration>>,
    /// Why the world could not begin again.
    complaint: Option<String>,
}

impl fmt::Debug for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeline").field("world", &self.world).field("points", &self.points).finish_non_exhaustive()
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
    /// A world whose first process is looked at, and how it begins again if it can.
    pub fn new(mut world: TimelineWorld, origin: Option<Origin>) -> Timeline {
        let (_, kernel) = world.vm.parts();
        let (pid, tid) = kernel.running();
        kernel.debug(pid, true);
        let beginning = world.vm.executed();
        let mut turns = ThreadTurns::default();
        turns.note(beginning, tid);
        Timeline {
            world,
            points: Points::default(),
            caught: CaughtCalls::None,
            halts: VecDeque::new(),
            begun: None,
            origin,
            beginning,
            turns,
            window: Window::default(),
            reach: 256,
            printed: Printed::default(),
            decisions: BTreeMap::new(),
            alterations: BTreeMap::new(),
            complaint: None,
        }
    }

    /// The world.
    pub fn into_world(self) -> TimelineWorld {
        self.world
    }

    /// Looks at a process.
    pub fn debug(&mut self, pid: u32) {
        self.parts().1.debug(pid, true);
    }

    /// Looks at a process no longer.
    pub fn leave(&mut self, pid: u32) {
        self.points.forget(pid);
        self.parts().1.debug(pid, false);
    }

    /// Changes something, which is changed again when the world comes here again; whether it could.
    pub fn alter(&mut self, mut alteration: Alteration) -> bool {
        let (m, kernel) = self.world.vm.parts();
        let could = alteration(m, kernel);
        if could {
            // What is undone instruction by instruction is what they changed.
            self.window.clear();
            self.alterations.entry(self.world.vm.executed()).or_default().push(alteration);
        }
        could
    }

    /// Writes to the memory of a process; whether all of it could be written.
    pub fn poke(&mut self, pid: u32, address: u32, bytes: &[u8]) -> bool {
        let bytes = bytes.to_vec();
        self.alter(Box::new(move |m, kernel| kernel.poke(m, pid, address, &bytes) == bytes.len()))
    }

    /// Machine and kernel, to be looked at while the world stands still.
    pub fn parts(&mut self) -> (&mut Machine, &mut Kernel) {
        self.world.vm.parts()
    }

    /// The kernel.
    pub fn kernel(&self) -> &Kernel {
        self.world.vm.kernel()
    }

    /// How many instructions the world has executed.
    pub fn count(&self) -> u64 {
        self.world.vm.executed()
    }

    /// Breakpoints and watchpoints.
    pub fn points(&mut self) -> &mut Points {
        &mut self.points
    }

    /// Stands still at these calls.
    pub fn catch_calls(&mut self, calls: CaughtCalls) {
        self.caught = calls;
    }

    /// The bytes at an address of a process.
    pub fn peek(&mut self, pid: u32, address: u32, length: u32) -> Vec<u8> {
        let (m, kernel) = self.world.vm.parts();
        kernel.peek(m, pid, address, length)
    }
}
