//! System V IPC (sysvipc(7)): shared memory, semaphores and queues of messages, which belong to the world
//! and live until somebody removes them; and POSIX queues of messages (mq_overview(7)).
//!
//! A thread that waits for semaphores or for a message stands in the object's own queue, as in Linux: whoever
//! makes it possible performs the operation for the one that came first, or hands it the message.

mod copy;
mod identifiers;
mod limits;
mod listing;
mod messages;
mod permissions;
mod posix_queue;
mod posix_queues;
mod semaphores;
mod share;
mod shared_memory;
mod status;

pub use identifiers::{Identifiers, IpcObject, IpcRequest};
pub use limits::IpcLimits;
pub use messages::{Message, MessageQueue, MessageReceiver, MessageSelector};
pub use permissions::{MAY_EXECUTE, MAY_READ, MAY_WRITE};
pub use posix_queue::{PosixQueue, PosixQueueHandle, QueueDescriptor, QueueNotification, Sent};
pub use posix_queues::PosixQueues;
pub use semaphores::{SemaphoreSet, SemaphoreWaiter};
pub use share::IpcMemory;
pub use shared_memory::SharedSegment;

use std::collections::BTreeMap;

use crate::linux::errno::Errno;

/// All objects by which processes communicate that are no files.
#[derive(Default, Debug)]
pub struct Ipc {
    /// Segments of shared memory.
    pub segments: Identifiers<SharedSegment>,
    /// Sets of semaphores.
    pub semaphores: Identifiers<SemaphoreSet>,
    /// Queues of messages.
    pub queues: Identifiers<MessageQueue>,
    /// POSIX queues of messages.
    pub posix: PosixQueues,
    /// What there may be of them.
    pub limits: IpcLimits,
    /// What semaphores and messages take.
    pub memory: IpcMemory,
    /// What threads that waited for a message have got, until they go on.
    pub delivered: BTreeMap<u32, Result<Message, Errno>>,
}

impl Ipc {
    /// No objects, with the limits that there are at first, beside these: all take of one memory.
    pub fn beside(&self) -> Ipc {
        Ipc { memory: self.memory.clone(), posix: self.posix.beside(), ..Ipc::default() }
    }

    /// A thread no longer waits for anything here.
    pub fn forget(&mut self, tid: u32) {
        self.semaphores.iter_mut().for_each(|object| object.what.forget(tid));
        self.queues.iter_mut().for_each(|object| object.what.forget(tid));
        self.posix.forget(tid);
        self.delivered.remove(&tid);
    }
}
