//! A POSIX queue of messages (mq_overview(7)): the highest priority first, and of one priority the oldest.
//!
//! Threads that wait stand in order: a message goes to the first receiver, and the first sender's message takes
//! the place of one that is received.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::linux::abi::poll::{POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM};
use crate::linux::abi::signals::SIGEV_SIGNAL;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host::{FileStatus, FileTime, FileType};
use crate::linux::objects::Channel;
use crate::linux::process::Credentials;
use crate::linux::sync::lock;
use crate::linux::world::WaitQueue;

use super::messages::Message;
use super::permissions::IpcOwner;

/// Bytes that a new queue has as a file (`FILENT_SIZE`).
const FILE_SIZE: u64 = 80;

/// Bytes that a message takes beside its own, and those that a priority takes, as the limit on all queues of
/// a user counts them (getrlimit(2), "RLIMIT_MSGQUEUE").
const OVERHEAD: u64 = 24 + 24;

/// Who is told that a message has come to the empty queue (mq_notify(3)).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QueueNotification {
    /// The process.
    pub pid: u32,
    /// How (`SIGEV`).
    pub notify: u32,
    /// The signal.
    pub signal: u32,
    /// What it says.
    pub value: u32,
}

/// What became of a message that was sent.
#[derive(PartialEq, Eq, Debug)]
pub enum Sent {
    /// A thread that waited has got it.
    To(u32, Message),
    /// It is kept, and somebody is to be told.
    Kept(Option<QueueNotification>),
}

/// A queue of messages; their types are their priorities.
#[derive(Debug)]
pub struct PosixQueue {
    /// A number that no other queue has.
    pub inode: u64,
    /// Who owns it.
    pub owner: IpcOwner,
    /// Who made it, and has it counted.
    pub creator: u32,
    /// Permission bits.
    pub mode: u32,
    /// When it was used last.
    pub used: FileTime,
    /// Bytes that it seems to have as a file, whatever is in it (ftruncate(2) sets them).
    pub size: u64,
    /// Most messages, and most bytes of one.
    pub limits: [u32; 2],
    messages: VecDeque<Message>,
    receivers: VecDeque<u32>,
    senders: VecDeque<(u32, Message)>,
    notification: Option<QueueNotification>,
    queue: WaitQueue,
}

/// A queue that its name and descriptors share.
pub type PosixQueueHandle = Arc<Mutex<PosixQueue>>;

impl PosixQueue {
    /// An empty queue; who polls it waits at `queue`.
    pub fn new(inode: u64, who: &Credentials, mode: u32, limits: [u32; 2], queue: WaitQueue) -> PosixQueue {
        PosixQueue {
            inode,
            owner: IpcOwner { uid: who.file_uid, gid: who.file_gid },
            creator: who.real_uid,
            mode,
            used: (0, 0),
            size: FILE_SIZE,
            limits,
            messages: VecDeque::new(),
            receivers: VecDeque::new(),
            senders: VecDeque::new(),
            notification: None,
            queue,
        }
    }

    /// What it is as a file.
    pub fn status(&self) -> FileStatus {
        let status = FileStatus::synthetic(FileType::File.mode() | self.mode, self.inode);
        FileStatus { uid: self.owner.uid, gid: self.owner.gid, size: self.size, times: [self.used; 3], ..status }
    }

    /// Bytes that a queue with these limits counts.
    pub fn cost([messages, size]: [u32; 2]) -> u64 {
        u64::from(messages) * (u64::from(size) + OVERHEAD)
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether there is room for a message.
    pub fn has_room(&self) -> bool {
        self.len() < self.limits[0] as usize
    }

    /// Hands a message to the first receiver, or keeps it; there must be room.
    pub fn send(&mut self, message: Message) -> Sent {
        if let Some(tid) = self.receivers.pop_front() {
            return Sent::To(tid, message);
        }
        self.keep(message);
        self.queue.notify();
        Sent::Kept(if self.len() == 1 { self.notification.take() } else { None })
    }

    fn keep(&mut self, message: Message) {
        let place = self.messages.partition_point(|other| other.kind >= message.kind);
        self.messages.insert(place, message);
    }

    /// Takes the first message, and gives the sender whose message has taken its place.
    pub fn receive(&mut self) -> Option<(Message, Option<u32>)> {
        let first = self.messages.pop_front()?;
        self.queue.notify();
        let sender = self.senders.pop_front().map(|(tid, message)| {
            self.keep(message);
            tid
        });
        Some((first, sender))
    }

    /// A thread waits for a message.
    pub fn await_message(&mut self, tid: u32) {
        self.receivers.push_back(tid);
    }

    /// A thread waits for room for its message.
    pub fn await_room(&mut self, tid: u32, message: Message) {
        self.senders.push_back((tid, message));
    }

    /// A thread no longer waits.
    pub fn forget(&mut self, tid: u32) {
        self.receivers.retain(|receiver| *receiver != tid);
        self.senders.retain(|(sender, _)| *sender != tid);
    }

    /// A process wants to be told; EBUSY if another does, or it does already.
    pub fn register(&mut self, notification: QueueNotification) -> Result<(), Errno> {
        match self.notification {
            Some(_) => Err(Errno::EBUSY),
            None => {
                self.notification = Some(notification);
                Ok(())
            }
        }
    }

    /// A process no longer wants to be told, if it did.
    pub fn unregister(&mut self, pid: u32) {
        self.notification = self.notification.filter(|notification| notification.pid != pid);
    }

    /// What reading the queue as a file tells.
    fn text(&self) -> String {
        let size: usize = self.messages.iter().map(|message| message.text.len()).sum();
        let [notify, signal, pid] = self
            .notification
            .map_or([0; 3], |to| [to.notify, if to.notify == SIGEV_SIGNAL { to.signal } else { 0 }, to.pid]);
        format!("QSIZE:{size:<10} NOTIFY:{notify:<5} SIGNO:{signal:<5} NOTIFY_PID:{pid:<6}\n")
    }
}

/// A queue as an open file has it.
#[derive(Debug)]
pub struct QueueDescriptor {
    /// The queue.
    pub shared: PosixQueueHandle,
    waits: WaitQueue,
}

impl QueueDescriptor {
    /// Opens a queue.
    pub fn new(shared: &PosixQueueHandle) -> QueueDescriptor {
        let waits = lock(shared).queue.clone();
        QueueDescriptor { shared: Arc::clone(shared), waits }
    }

    /// What reading it as a file tells.
    pub fn text(&self) -> String {
        lock(&self.shared).text()
    }
}

impl Channel for QueueDescriptor {
    /// Messages are received by calls of their own; a file would be read at positions.
    fn read(&self, _: &mut [u8]) -> Result<usize, Errno> {
        Err(Errno::EINVAL)
    }

    fn write(&self, _: &[u8]) -> Result<usize, Errno> {
        Err(Errno::EINVAL)
    }

    fn state(&self) -> u32 {
        let queue = lock(&self.shared);
        let readable = if queue.len() > 0 { POLLIN | POLLRDNORM } else { 0 };
        readable | if queue.has_room() { POLLOUT | POLLWRNORM } else { 0 }
    }

    fn queue(&self) -> &WaitQueue {
        &self.waits
    }

    fn blocks(&self) -> bool {
        false
    }
}

copied!(PosixQueue: clone {
    inode, owner, creator, mode, used, size, limits, messages, receivers, senders, notification,
} duplicate { queue });
copied!(QueueDescriptor: clone {} duplicate { shared, waits });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::world::WaitQueues;

    fn message(priority: i32, text: &[u8]) -> Message {
        Message { kind: priority, text: text.to_vec() }
    }

    fn queue() -> PosixQueue {
        PosixQueue::new(1, &Credentials::of(0, 0), 0o600, [2, 8], WaitQueues::default().create())
    }

    #[test]
    fn priorities_go_first_and_who_waits_is_served_in_order() {
        let mut queue = queue();
        queue.await_message(7);
        assert_eq!(queue.send(message(1, b"a")), Sent::To(7, message(1, b"a")));
        for (priority, text) in [(1, b"b"), (5, b"c")] {
            assert_eq!(queue.send(message(priority, text)), Sent::Kept(None));
        }
        assert!(!queue.has_room());
        queue.await_room(8, message(5, b"d"));
        queue.await_room(9, message(9, b"e"));
        queue.forget(9);
        assert_eq!(queue.receive(), Some((message(5, b"c"), Some(8))));
        assert_eq!(queue.receive(), Some((message(5, b"d"), None)));
        assert_eq!((queue.receive(), queue.receive()), (Some((message(1, b"b"), None)), None));
    }

    #[test]
    fn one_is_told_once_that_the_queue_is_no_longer_empty() {
        let mut queue = queue();
        let who = QueueNotification { pid: 3, notify: 0, signal: 10, value: 5 };
        assert_eq!((queue.register(who), queue.register(who)), (Ok(()), Err(Errno::EBUSY)));
        queue.unregister(4);
        assert!(queue.text().ends_with("NOTIFY:0     SIGNO:10    NOTIFY_PID:3     \n"));
        assert_eq!(queue.send(message(0, b"")), Sent::Kept(Some(who)));
        assert_eq!(queue.send(message(0, b"")), Sent::Kept(None));
        assert_eq!(queue.register(who), Ok(()));
        queue.unregister(3);
        assert_eq!(queue.register(who), Ok(()));
    }
}
