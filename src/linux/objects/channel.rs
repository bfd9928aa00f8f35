//! What objects have in common in which bytes come and go in their own time: pipes, queues, terminals,
//! sockets, events. One readiness is behind blocking calls, `poll`, `select` and `epoll`: a channel tells its
//! state, and notifies its queue whenever that may have changed.

use std::fmt::Debug;
use std::time::Duration;

use crate::linux::errno::Errno;
use crate::linux::world::WaitQueue;

/// An object that a thread may have to wait for.
pub trait Channel: Debug {
    /// Reads what there is; EAGAIN if that is nothing yet.
    ///
    /// # Errors
    /// EAGAIN, and what read(2) tells of such an object.
    fn read(&self, bytes: &mut [u8]) -> Result<usize, Errno>;

    /// Writes what there is room for; EAGAIN if there is none.
    ///
    /// # Errors
    /// EAGAIN, and what write(2) tells of such an object.
    fn write(&self, bytes: &[u8]) -> Result<usize, Errno>;

    /// What poll(2) tells of it: the bits that are set now, whoever asks for which.
    fn state(&self) -> u32;

    /// Where threads wait until its state may have changed.
    fn queue(&self) -> &WaitQueue;

    /// Whether a write takes bytes as they fit in, and a thread waits until all have been taken; else a write
    /// takes what it takes at once.
    fn is_stream(&self) -> bool {
        true
    }

    /// So much time has passed since the world began: what changes by itself has changed.
    fn elapse(&self, _now: Duration) {}

    /// The moment at which its state changes by itself, if nothing else happens.
    fn next_change(&self) -> Option<Duration> {
        None
    }

    /// Whether read(2) and write(2) wait for its state; else its state concerns other calls.
    fn blocks(&self) -> bool {
        true
    }

    /// The number of bytes that can be read (FIONREAD); ENOTTY if it does not know such a number.
    ///
    /// # Errors
    /// ENOTTY.
    fn waiting(&self) -> Result<u32, Errno> {
        Err(Errno::ENOTTY)
    }
}
