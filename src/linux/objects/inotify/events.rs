//! Events that wait to be read, in order.

use std::collections::VecDeque;
use std::sync::Mutex;

use crate::linux::abi::inotify::{IN_Q_OVERFLOW, MAX_QUEUED_EVENTS};
use crate::linux::copy::{copied, plain};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::{Charge, KernelMemory, WaitQueue};

use super::event::FileEvent;

/// Bytes of the kernel's memory that an event takes beside its name.
const EVENT_SIZE: u64 = 96;

/// The events of a descriptor that nobody has read yet.
#[derive(Debug)]
pub struct EventQueue {
    waiting: Mutex<WaitingEvents>,
    /// Where threads wait for events.
    pub queue: WaitQueue,
    memory: KernelMemory,
}

#[derive(Default, Debug)]
struct WaitingEvents {
    events: VecDeque<(FileEvent, Option<Charge>)>,
    /// Whether one of them tells that others were lost.
    overflowed: bool,
}

impl EventQueue {
    /// No events; threads wait for some at a queue, and what is kept is counted.
    pub fn new(queue: WaitQueue, memory: KernelMemory) -> EventQueue {
        EventQueue { waiting: Mutex::default(), queue, memory }
    }

    /// Something has happened. It is lost if there is no room for it, which is told once.
    pub fn push(&self, event: FileEvent) {
        let mut waiting = lock(&self.waiting);
        let has_room = waiting.events.len() < MAX_QUEUED_EVENTS as usize;
        if has_room && waiting.events.back().is_some_and(|(last, _)| event.repeats(last)) {
            return;
        }
        let size = EVENT_SIZE + event.name.len() as u64;
        match self.memory.charge(size).ok().filter(|_| has_room) {
            Some(charge) => waiting.events.push_back((event, Some(charge))),
            None if waiting.overflowed => return,
            None => {
                waiting.overflowed = true;
                waiting.events.push_back((FileEvent::overflow(), None));
            }
        }
        self.queue.notify_readable();
    }

    /// Takes as many events as there is room for, and gives their size; EINVAL if there is none for the first,
    /// EAGAIN if nothing has happened.
    pub fn take(&self, bytes: &mut [u8]) -> Result<usize, Errno> {
        let mut waiting = lock(&self.waiting);
        let mut done = 0;
        while let Some((event, _)) = waiting.events.front() {
            let Some(room) = bytes.get_mut(done..done + event.size()) else { break };
            room.copy_from_slice(&event.bytes());
            done += room.len();
            waiting.overflowed &= event.mask & IN_Q_OVERFLOW == 0;
            waiting.events.pop_front();
        }
        match done {
            0 if waiting.events.is_empty() => Err(Errno::EAGAIN),
            0 => Err(Errno::EINVAL),
            done => Ok(done),
        }
    }

    /// Takes all of them: what happened, and the number that both halves of a move have in common.
    pub fn drain(&self) -> Vec<[u32; 2]> {
        let mut waiting = lock(&self.waiting);
        waiting.overflowed = false;
        waiting.events.drain(..).map(|(event, _)| [event.mask, event.cookie]).collect()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        lock(&self.waiting).events.is_empty()
    }

    /// Bytes that wait.
    pub fn size(&self) -> usize {
        lock(&self.waiting).events.iter().map(|(event, _)| event.size()).sum()
    }
}

plain!(FileEvent);
copied!(WaitingEvents: clone { overflowed } duplicate { events });
copied!(EventQueue: clone {} duplicate { waiting, queue, memory });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::inotify::{IN_MODIFY, IN_OPEN};
    use crate::linux::world::WaitQueues;

    fn event(mask: u32, name: &[u8]) -> FileEvent {
        FileEvent { wd: 1, mask, cookie: 0, name: name.to_vec() }
    }

    #[test]
    fn equal_events_are_told_once() {
        let events = EventQueue::new(WaitQueues::default().create(), KernelMemory::new(4096));
        events.push(event(IN_MODIFY, b"a"));
        events.push(event(IN_MODIFY, b"a"));
        assert_eq!(events.size(), 32, "a name is filled up to 16 bytes");
        events.push(event(IN_OPEN, b""));
        let mut bytes = [0; 47];
        assert_eq!(events.take(&mut bytes[..31]), Err(Errno::EINVAL));
        assert_eq!((events.take(&mut bytes), events.take(&mut bytes)), (Ok(32), Ok(16)));
        assert_eq!(events.take(&mut bytes), Err(Errno::EAGAIN));
    }

    #[test]
    fn who_lacks_room_is_told_once() {
        let events = EventQueue::new(WaitQueues::default().create(), KernelMemory::new(2 * EVENT_SIZE));
        (0..5).for_each(|number| events.push(event(1 << number, b"")));
        assert_eq!(events.size(), 3 * 16);
        let mut bytes = [0; 48];
        assert_eq!(events.take(&mut bytes), Ok(48));
        assert_eq!(&bytes[32..40], &[0xff, 0xff, 0xff, 0xff, 0, 0x40, 0, 0]);
        events.push(event(IN_OPEN, b""));
        assert_eq!(events.size(), 16);
    }
}
