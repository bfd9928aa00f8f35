//! What has come for a socket and was not received yet.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::world::WaitQueue;

use super::hopefuls::Hopefuls;
use super::message::{Received, SocketMessage};
use super::urgency::Urgency;

/// An inbox, shared by the socket that receives and those that send to it.
pub type InboxHandle = Arc<Mutex<Inbox>>;

/// Messages in the order in which they came.
#[derive(Debug)]
pub struct Inbox {
    messages: VecDeque<SocketMessage>,
    /// What the messages count together.
    used: usize,
    /// What they may count.
    pub capacity: usize,
    /// Most messages, whatever they count.
    pub most: usize,
    /// Nothing more will come: who sent has said so, or is gone.
    pub ended: bool,
    /// The other side of a connection is gone.
    pub hung_up: bool,
    /// Nobody will receive any more.
    pub closed: bool,
    /// What the next call is told.
    pub error: Option<Errno>,
    /// Urgent bytes.
    pub urgency: Urgency,
    owner: WaitQueue,
    /// Who found no room.
    senders: Hopefuls,
}

impl Inbox {
    /// An empty one of a socket whose threads wait at a queue.
    pub fn new(owner: WaitQueue, capacity: usize, most: usize) -> InboxHandle {
        Arc::new(Mutex::new(Inbox {
            messages: VecDeque::new(),
            used: 0,
            capacity,
            most,
            ended: false,
            hung_up: false,
            closed: false,
            error: None,
            urgency: Urgency::default(),
            owner,
            senders: Hopefuls::default(),
        }))
    }

    /// Room for more, as messages count.
    pub fn room(&self) -> usize {
        if self.messages.len() < self.most { self.capacity.saturating_sub(self.used) } else { 0 }
    }

    /// Whether there is enough room for a program to be told so: a quarter. A sender that does not find it is
    /// notified when there is.
    pub fn is_roomy(&mut self, sender: &WaitQueue) -> bool {
        let roomy = self.room() > self.capacity / 4;
        if !roomy {
            self.await_room(sender);
        }
        roomy
    }

    /// A sender has found too little room: it is notified when there is more.
    pub fn await_room(&mut self, sender: &WaitQueue) {
        self.senders.add(sender);
    }

    /// Adds a message, for which there is room.
    pub fn push(&mut self, message: SocketMessage) {
        self.used += message.size();
        self.messages.push_back(message);
        self.owner.notify_readable();
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// All messages.
    pub fn all(&self) -> impl Iterator<Item = &SocketMessage> {
        self.messages.iter()
    }

    /// All messages, to be changed.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut SocketMessage> {
        self.messages.iter_mut()
    }

    /// The first message.
    pub fn first_message(&self) -> Option<&SocketMessage> {
        self.messages.front()
    }

    /// Bytes of a message that are in the stream.
    fn in_stream(&self, message: &SocketMessage) -> usize {
        if self.passes_over(message) { 0 } else { message.rest().len() }
    }

    /// Whether a reader of the stream does not get a message: it is out of band.
    fn passes_over(&self, message: &SocketMessage) -> bool {
        message.urgent && !self.urgency.is_inline
    }

    /// Bytes of all messages.
    pub fn bytes(&self) -> usize {
        self.messages.iter().map(|message| self.in_stream(message)).sum()
    }

    /// Whether there are so many bytes.
    pub fn has_bytes(&self, least: usize) -> bool {
        let mut left = least;
        self.messages.iter().any(|message| {
            left = left.saturating_sub(self.in_stream(message));
            left == 0
        })
    }

    /// Whoever waits for this socket looks again.
    pub fn look_again(&self) {
        self.owner.notify();
    }

    /// Bytes of the first message.
    pub fn first(&self) -> usize {
        self.messages.front().map_or(0, |message| message.rest().len())
    }

    /// Takes the first message, or looks at it, with as many of its bytes as there is room for; EAGAIN if
    /// there is none.
    pub fn message(&mut self, room: usize, peek: bool) -> Result<Received, Errno> {
        let first = self.messages.front_mut().ok_or(Errno::EAGAIN)?;
        let whole = first.bytes.len();
        let bytes = first.bytes[..room.min(whole)].to_vec();
        let (from, credentials, packet) = (Some(first.from.clone()), first.credentials, first.packet);
        let files = if peek { first.files.clone() } else { std::mem::take(&mut first.files) };
        if !peek {
            self.remove_first();
        }
        Ok(Received { bytes, whole, from, credentials, files, packet })
    }

    /// Takes bytes of a stream, or looks at them: those of one sender, up to and with the first open files
    /// (unix(7), "SCM_RIGHTS"); EAGAIN if there are none. `apart` says that senders count.
    pub fn stream(&mut self, room: usize, peek: bool, apart: bool) -> Result<Received, Errno> {
        let passed_over = self.messages.front().is_some_and(|first| self.passes_over(first));
        if passed_over && !peek {
            self.remove_first();
        }
        let mut index = usize::from(passed_over && peek);
        let first = self.messages.get(index).ok_or(Errno::EAGAIN)?;
        let (from, credentials) = (first.from.clone(), first.credentials);
        let (mut bytes, mut files) = (Vec::new(), Vec::new());
        let mut passed = false;
        while let Some(message) = self.messages.get_mut(index) {
            let other = apart && message.credentials != credentials;
            // Reading stops at an urgent byte, to begin with it or behind it.
            let apart = other || message.urgent;
            if bytes.len() == room && !bytes.is_empty() || passed || !bytes.is_empty() && apart {
                break;
            }
            let size = message.rest().len();
            let count = size.min(room - bytes.len());
            passed = !message.files.is_empty();
            files.extend(if peek { message.files.clone() } else { std::mem::take(&mut message.files) });
            let whole = count == size;
            if whole && !peek && bytes.is_empty() && message.taken == 0 {
                // All of a message is not copied, but handed on.
                self.used -= count;
                bytes = std::mem::take(&mut message.bytes);
            } else {
                bytes.extend_from_slice(&message.rest()[..count]);
            }
            match peek {
                true => index += 1,
                false if whole => self.remove_first(),
                false => message.taken += count,
            }
            if room == 0 || !whole {
                break;
            }
        }
        Ok(Received { whole: bytes.len(), bytes, from: Some(from), credentials, files, packet: None })
    }

    fn remove_first(&mut self) {
        let Some(message) = self.messages.pop_front() else { return };
        self.used -= message.size();
        if self.used <= self.capacity / 4 * 3 && self.messages.len() < self.most {
            self.senders.tell();
        }
    }

    /// Takes the error that waits for the next call.
    pub fn take_error(&mut self) -> Result<(), Errno> {
        self.error.take().map_or(Ok(()), Err)
    }

    /// The next call is told of an error.
    pub fn fail(&mut self, error: Errno) {
        self.error = Some(error);
        self.owner.notify();
    }

    /// Nothing more will come; `hung_up` says that the other side is gone.
    pub fn end(&mut self, hung_up: bool) {
        self.ended = true;
        self.hung_up |= hung_up;
        self.owner.notify();
    }

    /// A connection is attempted anew: what is known of the last one is over.
    pub fn reopen(&mut self) {
        (self.ended, self.hung_up, self.closed) = (false, false, false);
    }

    /// Nobody receives any more. What was on its way is to be buried: with it end other sockets.
    #[must_use]
    pub fn close(&mut self) -> VecDeque<SocketMessage> {
        self.closed = true;
        self.used = 0;
        self.senders.tell();
        std::mem::take(&mut self.messages)
    }
}

copied!(Inbox: clone { used, capacity, most, ended, hung_up, closed, error, urgency } duplicate {
    owner, senders,
} later { messages });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::sockets::Ucred;
    use crate::linux::net::address::SocketAddress;
    use crate::linux::sync::lock;
    use crate::linux::world::WaitQueues;

    fn message(bytes: &[u8], pid: u32) -> SocketMessage {
        SocketMessage::new(bytes.to_vec(), SocketAddress::Unnamed, Ucred { pid, uid: 0, gid: 0 })
    }

    fn inbox(messages: impl IntoIterator<Item = SocketMessage>) -> InboxHandle {
        let inbox = Inbox::new(WaitQueues::default().create(), 16_384, 10);
        messages.into_iter().for_each(|message| lock(&inbox).push(message));
        inbox
    }

    #[test]
    fn a_stream_has_no_borders_but_where_files_come_along() {
        let with_file = SocketMessage { files: vec![Arc::new(1_u32)], ..message(b"cd", 1) };
        let inbox = inbox([message(b"ab", 1), with_file, message(b"ef", 1)]);
        let mut inbox = lock(&inbox);
        let peeked = inbox.stream(100, true, false).unwrap();
        assert_eq!((peeked.bytes.as_slice(), peeked.files.len()), (b"abcd".as_slice(), 1));
        assert_eq!(inbox.stream(3, false, false).unwrap().bytes, b"abc");
        assert_eq!(inbox.stream(3, false, false).unwrap().bytes, b"def", "the files went with the first part");
        assert_eq!(inbox.stream(3, false, false).map(|_| ()), Err(Errno::EAGAIN));
    }

    #[test]
    fn senders_can_be_told_apart() {
        let inbox = inbox([message(b"ab", 1), message(b"cd", 2)]);
        assert_eq!(lock(&inbox).stream(4, true, false).unwrap().bytes, b"abcd");
        assert_eq!(lock(&inbox).stream(4, false, true).unwrap().bytes, b"ab");
    }

    #[test]
    fn of_a_message_the_rest_is_lost() {
        let inbox = inbox([message(b"abc", 1), message(b"d", 1)]);
        let first = lock(&inbox).message(2, false).unwrap();
        assert_eq!((first.bytes.as_slice(), first.whole), (b"ab".as_slice(), 3));
        assert_eq!(lock(&inbox).message(2, false).unwrap().bytes, b"d");
    }

    #[test]
    fn who_found_no_room_is_told_when_there_is() {
        let inbox = inbox((0..10).map(|_| message(b"x", 1)));
        let sender = WaitQueues::default().create();
        assert!(!lock(&inbox).is_roomy(&sender), "ten messages are the most");
        lock(&inbox).message(1, false).unwrap();
        assert_eq!((sender.changes(), lock(&inbox).is_roomy(&sender)), ([0, 1], true));
    }
}
