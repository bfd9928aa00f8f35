//! The descriptor that events are read from.

use std::sync::Arc;

use crate::linux::abi::poll::{POLLIN, POLLRDNORM};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::world::{KernelMemory, WaitQueue};

use super::super::channel::Channel;
use super::events::EventQueue;
use super::watches::Watches;

/// A set of watches, and the events that they have seen. Its watches go with it.
#[derive(Debug)]
pub struct Inotify {
    number: u64,
    events: Arc<EventQueue>,
    watches: Arc<Watches>,
}

impl Inotify {
    /// One without watches; EMFILE if there are too many. Threads wait for events at a queue.
    pub fn new(watches: &Arc<Watches>, queue: WaitQueue, memory: &KernelMemory) -> Result<Inotify, Errno> {
        let events = Arc::new(EventQueue::new(queue, memory.clone()));
        let number = events.queue.number();
        watches.add_watcher(number, &events)?;
        Ok(Inotify { number, events, watches: Arc::clone(watches) })
    }

    /// Watches a node, by device and inode, or changes how it is watched (inotify_add_watch(2)).
    pub fn watch(&self, node: (u64, u64), mask: u32, memory: &KernelMemory) -> Result<i32, Errno> {
        self.watches.add(self.number, node, mask, memory)
    }

    /// Ends a watch; EINVAL if there is none with this number.
    pub fn unwatch(&self, wd: i32) -> Result<(), Errno> {
        self.watches.remove(self.number, wd)
    }

    /// Takes all that has happened: what it was, and the number that both halves of a move have in common.
    pub fn drain(&self) -> Vec<[u32; 2]> {
        self.events.drain()
    }

    /// Its watches as `/proc/PID/fdinfo` shows them.
    pub fn listing(&self) -> String {
        let line = |(wd, (device, inode), mask)| {
            format!("inotify wd:{wd:x} ino:{inode:x} sdev:{device:x} mask:{mask:x} ignored_mask:0 \n")
        };
        self.watches.of_watcher(self.number).into_iter().map(line).collect()
    }
}

impl Channel for Inotify {
    fn read(&self, bytes: &mut [u8]) -> Result<usize, Errno> {
        self.events.take(bytes)
    }

    fn write(&self, _: &[u8]) -> Result<usize, Errno> {
        Err(Errno::EINVAL)
    }

    fn state(&self) -> u32 {
        if self.events.is_empty() { 0 } else { POLLIN | POLLRDNORM }
    }

    fn queue(&self) -> &WaitQueue {
        &self.events.queue
    }

    fn waiting(&self) -> Result<u32, Errno> {
        Ok(self.events.size() as u32)
    }
}

impl Drop for Inotify {
    fn drop(&mut self) {
        self.watches.remove_watcher(self.number);
    }
}

copied!(Inotify: clone { number } duplicate { events, watches });
