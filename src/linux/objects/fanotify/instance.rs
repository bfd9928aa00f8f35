//! The descriptor that the events of a group are read from.

use std::sync::Arc;

use crate::linux::abi::fanotify::FAN_EVENT_SIZE;
use crate::linux::abi::poll::{POLLIN, POLLRDNORM};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::world::{KernelMemory, WaitQueue};

use super::super::channel::Channel;
use super::group::FanotifyGroup;
use super::marks::{FanotifyMarks, MarkChange, Marked};

/// The descriptor of a group. Its marks go with it.
#[derive(Debug)]
pub struct Fanotify {
    number: u64,
    /// Its events.
    pub group: Arc<FanotifyGroup>,
    /// All marks.
    marks: Arc<FanotifyMarks>,
}

impl Fanotify {
    /// A group without marks; EMFILE if there are too many. Threads wait for its events at a queue.
    pub fn new(
        marks: &Arc<FanotifyMarks>,
        flags: [u32; 2],
        queue: WaitQueue,
        memory: &KernelMemory,
    ) -> Result<Fanotify, Errno> {
        let number = queue.number();
        let group = Arc::new(FanotifyGroup::new(flags, queue, memory.clone()));
        marks.add_group(number, &group)?;
        Ok(Fanotify { number, group, marks: Arc::clone(marks) })
    }

    /// Changes one of its marks; see [`FanotifyMarks::change`].
    pub fn change(&self, marked: Marked, change: MarkChange) -> Result<(), Errno> {
        self.marks.change(self.number, marked, change)
    }

    /// Takes all its marks away that are on the same kind of thing.
    pub fn flush(&self, kind: Marked) {
        self.marks.flush(self.number, kind);
    }

    /// How it was made, as `/proc/PID/fdinfo` shows it.
    pub fn listing(&self) -> String {
        let [flags, file_flags] = self.group.flags;
        format!("fanotify flags:{flags:x} event-flags:{file_flags:x}\n{}", self.marks.listing(self.number))
    }
}

impl Channel for Fanotify {
    /// The kernel itself reads events: who reads one gets a descriptor.
    fn read(&self, _: &mut [u8]) -> Result<usize, Errno> {
        Err(Errno::EAGAIN)
    }

    fn write(&self, _: &[u8]) -> Result<usize, Errno> {
        Err(Errno::EINVAL)
    }

    fn state(&self) -> u32 {
        if self.group.len() == 0 { 0 } else { POLLIN | POLLRDNORM }
    }

    fn queue(&self) -> &WaitQueue {
        &self.group.queue
    }

    fn waiting(&self) -> Result<u32, Errno> {
        Ok(self.group.len() as u32 * FAN_EVENT_SIZE)
    }
}

impl Drop for Fanotify {
    fn drop(&mut self) {
        self.marks.remove_group(self.number);
        self.group.close();
    }
}

copied!(Fanotify: clone { number } duplicate { group, marks });
