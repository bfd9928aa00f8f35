//! Queues of messages (msgop(2)).

use std::collections::VecDeque;

use crate::linux::abi::ipc::{MSG_COPY, MSG_EXCEPT, MSGMNI};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::world::WaitQueue;

use super::identifiers::Identifiers;
use super::share::IpcShare;

/// A message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its type, at least 1.
    pub kind: i32,
    /// Its bytes.
    pub text: Vec<u8>,
}

/// Which message is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageSelector {
    /// The first.
    Any,
    /// The first of a type.
    Equal(i32),
    /// The first of another type.
    NotEqual(i32),
    /// The first of the lowest type up to this one.
    AtMost(i32),
    /// The one at this place (MSG_COPY).
    Place(i32),
}

impl MessageSelector {
    /// What type and flags of `msgrcv` mean.
    pub fn new(kind: i32, flags: u32) -> MessageSelector {
        match kind {
            place if flags & MSG_COPY != 0 => MessageSelector::Place(place),
            0 => MessageSelector::Any,
            kind if kind < 0 => MessageSelector::AtMost(kind.checked_neg().unwrap_or(i32::MAX)),
            kind if flags & MSG_EXCEPT != 0 => MessageSelector::NotEqual(kind),
            kind => MessageSelector::Equal(kind),
        }
    }

    fn accepts(self, kind: i32) -> bool {
        match self {
            MessageSelector::Any | MessageSelector::Place(_) => true,
            MessageSelector::Equal(wanted) => kind == wanted,
            MessageSelector::NotEqual(unwanted) => kind != unwanted,
            MessageSelector::AtMost(highest) => kind <= highest,
        }
    }
}

/// A thread that waits for a message.
#[derive(Clone, Copy, Debug)]
pub struct MessageReceiver {
    /// The thread.
    pub tid: u32,
    /// Its process.
    pub pid: u32,
    /// What it wants.
    pub selector: MessageSelector,
    /// The longest message that it takes.
    pub room: usize,
}

/// A queue of messages.
#[derive(Debug)]
pub struct MessageQueue {
    messages: VecDeque<Message>,
    /// Bytes of all messages.
    pub bytes: u32,
    /// Most bytes, and most messages.
    pub limit: u32,
    /// When a message was last sent, last received, and the queue changed, in seconds; 0 for never.
    pub times: [u64; 3],
    /// The processes that sent and received last; 0 for none.
    pub pids: [u32; 2],
    receivers: Vec<MessageReceiver>,
    /// Where senders wait for room.
    pub room: WaitQueue,
    share: IpcShare,
}

impl Default for Identifiers<MessageQueue> {
    fn default() -> Self {
        Identifiers::new(MSGMNI)
    }
}

impl MessageQueue {
    /// An empty queue with room for so many bytes.
    pub fn new(room: WaitQueue, now: u64, share: IpcShare, limit: u32) -> MessageQueue {
        let (messages, receivers) = (VecDeque::new(), Vec::new());
        MessageQueue { messages, bytes: 0, limit, times: [0, 0, now], pids: [0; 2], receivers, room, share }
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Counts the bytes that it takes.
    fn count(&mut self) {
        self.share.set(u64::from(self.bytes) + (self.len() * size_of::<Message>()) as u64);
    }

    /// Whether there is room for a message of so many bytes.
    pub fn has_room(&self, size: usize) -> bool {
        u64::from(self.bytes) + size as u64 <= self.limit.into() && self.len() < self.limit as usize
    }

    /// Hands a message to the first thread that waits for such a one, or keeps it. Gives the threads that
    /// need not wait any longer: those that have too little room for it get E2BIG.
    pub fn send(&mut self, message: Message, pid: u32, now: u64) -> Vec<(u32, Result<Message, Errno>)> {
        (self.pids[0], self.times[0]) = (pid, now);
        let mut released = Vec::new();
        while let Some(index) = self.receivers.iter().position(|waits| waits.selector.accepts(message.kind)) {
            let receiver = self.receivers.remove(index);
            if receiver.room >= message.text.len() {
                (self.pids[1], self.times[1]) = (receiver.pid, now);
                released.push((receiver.tid, Ok(message)));
                return released;
            }
            released.push((receiver.tid, Err(Errno::E2BIG)));
        }
        self.bytes += message.text.len() as u32;
        self.messages.push_back(message);
        self.count();
        released
    }

    /// The message that a selector means.
    fn position(&self, selector: MessageSelector) -> Option<usize> {
        let mut kinds = self.messages.iter().map(|message| message.kind).enumerate();
        match selector {
            MessageSelector::Place(place) => usize::try_from(place).ok().filter(|place| *place < self.len()),
            MessageSelector::AtMost(_) => {
                kinds.filter(|(_, kind)| selector.accepts(*kind)).min_by_key(|(_, kind)| *kind).map(|(index, _)| index)
            }
            _ => kinds.find(|(_, kind)| selector.accepts(*kind)).map(|(index, _)| index),
        }
    }

    /// A message, which stays; `None` if there is no such one.
    pub fn peek(&self, selector: MessageSelector) -> Option<&Message> {
        self.messages.get(self.position(selector)?)
    }

    /// Takes a message.
    pub fn take(&mut self, selector: MessageSelector, pid: u32, now: u64) -> Option<Message> {
        let message = self.messages.remove(self.position(selector)?)?;
        self.bytes -= message.text.len() as u32;
        self.count();
        (self.pids[1], self.times[1]) = (pid, now);
        self.room.notify();
        Some(message)
    }

    /// A thread begins to wait.
    pub fn wait(&mut self, receiver: MessageReceiver) {
        self.receivers.push(receiver);
    }

    /// A thread no longer waits.
    pub fn forget(&mut self, tid: u32) {
        self.receivers.retain(|receiver| receiver.tid != tid);
    }

    /// Lets all that wait look again; gives the receivers among them.
    pub fn release_all(&mut self) -> Vec<u32> {
        self.room.notify();
        std::mem::take(&mut self.receivers).into_iter().map(|receiver| receiver.tid).collect()
    }
}

copied!(MessageQueue: clone { messages, bytes, limit, times, pids, receivers } duplicate { room, share });

#[cfg(test)]
mod tests {
    use super::super::share::IpcMemory;
    use super::*;
    use crate::linux::world::WaitQueues;

    fn queue(kinds: &[i32]) -> MessageQueue {
        let mut queue = MessageQueue::new(WaitQueues::default().create(), 0, IpcMemory::default().share(), 100);
        for kind in kinds {
            assert_eq!(queue.send(Message { kind: *kind, text: vec![*kind as u8] }, 1, 0), []);
        }
        queue
    }

    #[test]
    fn the_type_selects_a_message() {
        let chosen = |kind, flags| {
            queue(&[5, 3, 4, 3]).take(MessageSelector::new(kind, flags), 1, 0).map(|message| message.kind)
        };
        assert_eq!([chosen(0, 0), chosen(4, 0), chosen(6, 0)], [Some(5), Some(4), None]);
        assert_eq!([chosen(5, MSG_EXCEPT), chosen(-4, 0), chosen(-2, 0)], [Some(3), Some(3), None]);
        assert_eq!([chosen(i32::MIN, 0), chosen(2, MSG_COPY), chosen(4, MSG_COPY)], [Some(3), Some(4), None]);
    }

    #[test]
    fn a_message_goes_to_who_waits_for_it() {
        let mut queue = queue(&[]);
        for (tid, kind, room) in [(1, 7, 9), (2, 0, 0), (3, 0, 9)] {
            queue.wait(MessageReceiver { tid, pid: tid, selector: MessageSelector::new(kind, 0), room });
        }
        let message = Message { kind: 2, text: vec![1, 2] };
        assert_eq!(queue.send(message.clone(), 9, 4), [(2, Err(Errno::E2BIG)), (3, Ok(message))]);
        assert_eq!((queue.len(), queue.pids, queue.times), (0, [9, 3], [4, 4, 0]));
        assert_eq!(queue.release_all(), [1]);
    }
}
