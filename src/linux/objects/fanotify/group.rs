//! A group of marks: the events that wait to be read, and the questions that wait for an answer.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use crate::linux::abi::fanotify::{FAN_MAX_EVENTS, FAN_Q_OVERFLOW, FAN_UNLIMITED_QUEUE};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::{Charge, KernelMemory, WaitQueue};

use super::event::{MarkedFile, Permission};

/// Bytes of the kernel's memory that an event takes.
const EVENT_SIZE: u64 = 128;
/// How many of the last events are looked at for one that another could be told with.
const MERGED: usize = 128;

/// Something that has happened to a file.
#[derive(Debug)]
pub struct FanotifyEvent {
    /// What it was: `FAN_` bits.
    pub mask: u32,
    /// The file; `None` if events were lost.
    pub file: Option<MarkedFile>,
    /// The process or thread that has done it.
    pub by: u32,
    /// Whether it may go on.
    pub permission: Option<Arc<Permission>>,
    _charge: Option<Charge>,
}

impl FanotifyEvent {
    /// Whether one who reads both at once would learn no less.
    fn goes_with(&self, other: &FanotifyEvent) -> bool {
        let file = |event: &FanotifyEvent| event.file.as_ref().map(|file| (file.node, file.mount, file.is_directory));
        let asks = self.permission.is_some() || other.permission.is_some();
        !asks && self.by == other.by && self.file.is_some() && file(self) == file(other)
    }
}

/// The events of a group.
#[derive(Debug)]
pub struct FanotifyGroup {
    /// What it was made with: `FAN_` flags, and those of the files that are opened for its reader.
    pub flags: [u32; 2],
    events: Mutex<VecDeque<FanotifyEvent>>,
    /// The questions that have been read, by the descriptors that they were read with.
    asked: Mutex<BTreeMap<u32, Arc<Permission>>>,
    /// Where threads wait for events.
    pub queue: WaitQueue,
    memory: KernelMemory,
}

impl FanotifyGroup {
    /// No events; threads wait for some at a queue, and what is kept is counted.
    pub fn new(flags: [u32; 2], queue: WaitQueue, memory: KernelMemory) -> FanotifyGroup {
        FanotifyGroup { flags, events: Mutex::default(), asked: Mutex::default(), queue, memory }
    }

    /// Something has happened. It is lost if there is no room for it, which is told once.
    pub fn push(&self, mask: u32, file: MarkedFile, by: u32, permission: Option<&Arc<Permission>>) {
        let mut events = lock(&self.events);
        let (permission, _charge) = (permission.cloned(), self.memory.charge(EVENT_SIZE).ok());
        let event = FanotifyEvent { mask, file: Some(file), by, permission, _charge };
        if let Some(known) = events.iter_mut().rev().take(MERGED).find(|known| known.goes_with(&event)) {
            known.mask |= mask;
            return;
        }
        let has_room = events.len() < FAN_MAX_EVENTS as usize || self.flags[0] & FAN_UNLIMITED_QUEUE != 0;
        if has_room && event._charge.is_some() {
            event.permission.iter().for_each(|permission| permission.ask());
            events.push_back(event);
        } else if events.back().is_none_or(|last| last.mask != FAN_Q_OVERFLOW) {
            events.push_back(FanotifyEvent {
                mask: FAN_Q_OVERFLOW,
                file: None,
                by: 0,
                permission: None,
                _charge: None,
            });
        }
        self.queue.notify_readable();
    }

    /// How many events wait.
    pub fn len(&self) -> usize {
        lock(&self.events).len()
    }

    /// Takes the first event.
    pub fn take(&self) -> Option<FanotifyEvent> {
        lock(&self.events).pop_front()
    }

    /// A question was read with a descriptor, which is what its answer will name.
    pub fn asks(&self, fd: u32, permission: Arc<Permission>) {
        lock(&self.asked).insert(fd, permission);
    }

    /// Answers the question that was read with a descriptor; ENOENT if there is none.
    pub fn answer(&self, fd: u32, allowed: bool) -> Result<(), Errno> {
        let permission = lock(&self.asked).remove(&fd).ok_or(Errno::ENOENT)?;
        permission.answer(allowed);
        Ok(())
    }

    /// Nobody answers any more: everybody may go on.
    pub fn close(&self) {
        std::mem::take(&mut *lock(&self.asked)).values().for_each(|permission| permission.answer(true));
        let events = std::mem::take(&mut *lock(&self.events));
        events.iter().filter_map(|event| event.permission.as_ref()).for_each(|permission| permission.answer(true));
    }
}

copied!(FanotifyEvent: clone { mask, by } duplicate { file, permission, _charge });
copied!(FanotifyGroup: clone { flags } duplicate { events, asked, queue, memory });
