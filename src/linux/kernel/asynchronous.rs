//! Signals that tell of open files (fcntl(2), O_ASYNC and F_SETSIG).

use crate::linux::abi::files::O_ASYNC;
use crate::linux::abi::poll::{POLLIN, POLLMSG, POLLOUT, POLLRDNORM, POLLWRNORM};
use crate::linux::abi::signals::{SIGIO, SIGURG};
use crate::linux::objects::{Channel, Object, OpenFileHandle};
use crate::linux::signals::{Siginfo, SiginfoFields};
use crate::linux::sync::lock;

use super::Kernel;

/// What can be done: codes of the signal (sigaction(2), "SIGIO/SIGPOLL").
const POLL_IN: u32 = 1;
const POLL_OUT: u32 = 2;
const POLL_MSG: u32 = 3;

impl Kernel {
    /// A queue was notified: the owners of the open files there get their signals.
    pub(super) fn signal_owners(&mut self, queue: u64) {
        if let Some((descriptor, open, count)) = self.world.asynchronous.happened(queue) {
            let (owner, signal) = {
                let open = lock(&open);
                (open.owner, open.signal)
            };
            let band = POLLIN | POLLRDNORM | POLLMSG;
            (0..count).for_each(|_| self.tell_owner(owner, told_by(signal, POLL_MSG, band, descriptor)));
        }
        for (descriptor, open) in self.world.asynchronous.at(queue) {
            let (owner, signal, state, flags, urgent) = {
                let open = lock(&open);
                let urgent = matches!(&open.object, Object::Socket(socket) if socket.take_urgent_news());
                (open.owner, open.signal, open.object.channel().map_or(0, Channel::state), open.flags, urgent)
            };
            if urgent {
                self.tell_owner(owner, Siginfo::kernel(SIGURG));
            }
            if flags & O_ASYNC == 0 {
                continue;
            }
            let (code, band) = match state {
                state if state & POLLIN != 0 => (POLL_IN, POLLIN | POLLRDNORM),
                state if state & POLLOUT != 0 => (POLL_OUT, POLLOUT | POLLWRNORM),
                _ => continue,
            };
            self.tell_owner(owner, told_by(signal, code, band, descriptor));
        }
    }

    /// Somebody has to give up the lease of an open file, which was asked for by a descriptor.
    pub(in crate::linux) fn tell_of_lease(&mut self, descriptor: u32, open: &OpenFileHandle) {
        let (owner, signal) = {
            let open = lock(open);
            (open.owner, open.signal)
        };
        self.tell_owner(owner, told_by(signal, POLL_MSG, POLLIN | POLLRDNORM | POLLMSG, descriptor));
    }

    /// Sends a signal to a process, or to a group if the number is negative. Nobody there is no error.
    fn tell_owner(&mut self, owner: i32, info: Siginfo) {
        let group = owner.unsigned_abs();
        let members = self.all_processes().filter(|process| match owner {
            0 => false,
            1.. => process.pid == group,
            _ => process.group == group,
        });
        for pid in members.map(|process| process.pid).collect::<Vec<u32>>() {
            let _ = self.post(pid, info);
        }
    }
}

/// What a signal says that was chosen for an open file (F_SETSIG); SIGIO says nothing.
fn told_by(signal: u32, code: u32, band: u32, descriptor: u32) -> Siginfo {
    match signal {
        0 => Siginfo::kernel(SIGIO),
        signal => Siginfo::new(signal, code, SiginfoFields::Poll { band, descriptor }),
    }
}
