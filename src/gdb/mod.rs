//! A server for gdb over a world: gdb's remote protocol, through the crate `gdbstub`.
//!
//! gdb sees the guest's threads and processes, its files and its signals as if it were on an i386 Linux; nothing
//! in the guest notices it, and no byte of the program changes for a breakpoint. The whole world stands still at
//! a stop. The order of threads is the world's own: a step of one thread lets others have their turns as always.
//!
//! | file | what lives there |
//! |---|---|
//! | `address`, `incoming`, `replies` | the connection |
//! | `server` | the loop of a session |
//! | `session` | the world, and what gdb has asked of it |
//! | `front` | packets that `gdbstub` does not know |
//! | `target`, `registers`, `breakpoints`, `files`, `opened`, `monitor`, `coverage` | what `gdbstub` asks for |
//! | `signals` | gdb's numbers of signals |

mod address;
mod breakpoints;
mod coverage;
mod files;
mod front;
mod incoming;
mod monitor;
mod opened;
mod registers;
mod replies;
mod server;
mod session;
mod signals;
mod target;

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

pub use address::GdbAddress;

use crate::engine::Event;
pub use crate::timeline::Origin;
use crate::timeline::Timeline;
use crate::vm::Vm;

use incoming::Incoming;
use replies::{Console, Outgoing, Replies, Shared};
use session::Session;

/// A world that is to be debugged. Its way to the host is one with a tape
/// ([`Host::rewindable`](crate::linux::Host::rewindable), or a recording), so that it can go back.
pub struct Debuggee {
    /// The world, at its first instruction.
    pub vm: Vm,
    /// Makes the same world again, where nothing else leads back.
    pub origin: Origin,
    /// How many instructions it executes at most.
    pub limit: Option<u64>,
    /// The program's file, where that is not in the guest's file tree.
    pub image: Arc<Vec<u8>>,
}

/// Waits for gdb at an address and lets it debug a world, until it leaves or the world has ended. `ready` is told
/// where gdb is awaited. What is left of the world runs alone then, up to its end; the answer is how the engine ended
/// it.
///
/// # Errors
/// The host does not let us listen there, or the connection breaks.
pub fn serve(debuggee: Debuggee, address: &GdbAddress, ready: &mut dyn FnMut(&str)) -> (Vm, io::Result<Option<Event>>) {
    let (from, to) = match address.accept(ready) {
        Ok(ends) => ends,
        Err(error) => return (debuggee.vm, Err(error)),
    };
    let Debuggee { vm, origin, limit, image } = debuggee;
    let timeline = Timeline::new(vm, origin, limit);
    let interrupt = timeline.kernel().interrupt().clone();
    let mut incoming = Incoming::start(from, interrupt.clone());
    let shared = Rc::new(RefCell::new(Shared::default()));
    let to: Outgoing = Arc::new(Mutex::new(to));
    let replies = Replies::new(Arc::clone(&to), Rc::clone(&shared));
    let mut session = Session::new(timeline, image, shared, Arc::new(Mutex::new(Console::new(to))));
    let served = server::serve(&mut session, &mut incoming, replies);
    interrupt.want_attention(false);
    session.timeline.parts().1.trace_calls(None);
    let event = session.timeline.finish();
    (session.timeline.into_vm(), served.map(|()| event))
}
