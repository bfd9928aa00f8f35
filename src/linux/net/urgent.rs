//! Urgent bytes of TCP and of streams of Unix sockets: a byte that is out of the band of the others, and the mark in the
//! stream where it was sent (tcp(7), unix(7), sockatmark(3)). There is one at a time; unless it is to stay in the stream
//! (SO_OOBINLINE), reading passes it over.

use crate::linux::errno::Errno;
use crate::linux::sync::lock;

use super::inbox::Inbox;
use super::message::{Received, SocketMessage};
use super::socket::Socket;

impl Inbox {
    /// An urgent byte has come: an earlier one that was not read is a byte like others from now on.
    pub fn push_urgent(&mut self, message: SocketMessage) {
        for earlier in self.all_mut() {
            earlier.urgent = false;
        }
        self.urgency.is_news = true;
        self.push(SocketMessage { urgent: true, ..message });
    }

    /// Takes the urgent byte, or looks at it. EINVAL if there is none, or if it is in the stream.
    fn urgent(&mut self, peek: bool) -> Result<Received, Errno> {
        if self.urgency.is_inline {
            return Err(Errno::EINVAL);
        }
        let message = self.all_mut().find(|message| message.is_unread_mark()).ok_or(Errno::EINVAL)?;
        let bytes = message.rest().to_vec();
        let received = Received { whole: bytes.len(), bytes, ..Received::end() };
        if !peek {
            // The mark stays where it was.
            message.taken = message.bytes.len();
        }
        Ok(received)
    }

    /// Whether what is read next is at the mark.
    fn is_at_mark(&self) -> bool {
        self.first_message().is_some_and(|message| message.urgent)
    }

    /// Whether a byte waits that is urgent.
    fn has_urgent(&self) -> bool {
        self.all().any(SocketMessage::is_unread_mark)
    }
}

impl Socket {
    /// Receives the urgent byte (MSG_OOB). EOPNOTSUPP for what is no stream.
    pub fn receive_urgent(&self, room: usize, peek: bool) -> Result<Received, Errno> {
        if !self.is_stream() {
            return Err(Errno::EOPNOTSUPP);
        }
        if !self.has_peer() {
            return Err(Errno::ENOTCONN);
        }
        let received = lock(&self.inbox).urgent(peek || room == 0)?;
        Ok(Received { bytes: received.bytes[..received.whole.min(room)].to_vec(), ..received })
    }

    /// Whether the next byte is the urgent one (SIOCATMARK).
    pub fn is_at_mark(&self) -> bool {
        lock(&self.inbox).is_at_mark()
    }

    /// Whether an urgent byte waits.
    pub fn has_urgent(&self) -> bool {
        self.is_stream() && lock(&self.inbox).has_urgent()
    }

    /// Whether an urgent byte has come since this was asked.
    pub fn take_urgent_news(&self) -> bool {
        std::mem::take(&mut lock(&self.inbox).urgency.is_news)
    }
}
