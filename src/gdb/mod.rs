//! A server for gdb over a [`TimelineWorld`]: gdb's remote protocol, through the crate `gdbstub`.
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
//! | `target`, `registers`, `breakpoints`, `files`, `opened`, `monitor` | what `gdbstub` asks for |
//! | `signals` | gdb's numbers of signals |

mod address;
mod breakpoints;
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

pub use address::GdbAddress;

use crate::engine::Event;
use crate::timeline::Timeline;
pub use crate::timeline::{Origin, TimelineWorld};

use incoming::Incoming;
use replies::{Replies, Shared};
use session::Session;

/// Waits for gdb at an address and lets it debug the world, until it leaves or the world has ended. `ready` is
/// told where gdb is awaited. What is left of the world runs alone then, up to its end; the answer is how the engine
/// ended it. `image` is the program's file, where that is not in the guest's file tree; `origin` makes the same world from its beginning, to go back.
///
/// # Errors
/// The host does not let us listen there, or the connection breaks.
pub fn serve(
    mut world: TimelineWorld,
    origin: Option<Origin>,
    image: &[u8],
    address: &GdbAddress,
    ready: &mut dyn FnMut(&str),
) -> (TimelineWorld, io::Result<Option<Event>>) {
    let (from, to) = match address.accept(ready) {
        Ok(ends) => ends,
        Err(error) => return (world, Err(error)),
    };
    let interrupt = world.vm.parts().1.interrupt().clone();
    let mut incoming = Incoming::start(from, interrupt.clone());
    let shared = Rc::new(RefCell::new(Shared::default()));
    let replies = Replies::new(to, Rc::clone(&shared));
    let mut session = Session::new(Timeline::new(world, origin), image.to_vec(), shared);
    let served = server::serve(&mut session, &mut incoming, replies);
    interrupt.want_attention(false);
    let event = session.timeline.finish();
    (session.timeline.into_world(), served.map(|()| event))
}
