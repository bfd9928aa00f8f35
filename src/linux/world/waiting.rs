//! What threads wait for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::linux::copy::{Copier, Duplicate, Uncopied, copied};
use crate::linux::host::Readiness;
use crate::linux::objects::OpenFileHandle;

use super::queue::WaitQueue;

/// What a thread waits for: whichever comes first.
#[derive(Clone, Default, Debug)]
pub struct Waiting {
    /// Numbers of queues.
    pub queues: Vec<u64>,
    /// A moment, as time since the world began.
    pub until: Option<Duration>,
    /// Streams of the host.
    pub streams: Vec<(OpenFileHandle, Readiness)>,
}

impl Waiting {
    /// For one queue.
    pub fn on(queue: &WaitQueue) -> Waiting {
        Waiting { queues: vec![queue.number()], ..Waiting::default() }
    }

    /// For a moment.
    pub fn until(moment: Duration) -> Waiting {
        Waiting { until: Some(moment), ..Waiting::default() }
    }

    /// For what it waits for already, but no longer than to a moment.
    pub fn or_until(self, moment: Option<Duration>) -> Waiting {
        Waiting { until: [self.until, moment].into_iter().flatten().min(), ..self }
    }

    /// For this and for that, whichever comes first.
    pub fn and(mut self, other: Waiting) -> Waiting {
        self.queues.extend(other.queues);
        self.streams.extend(other.streams);
        self.or_until(other.until)
    }
}

/// The threads that wait, by what they wait for.
#[derive(Default, Debug)]
pub struct Waiters {
    waiting: BTreeMap<u32, Waiting>,
    by_queue: BTreeSet<(u64, u32)>,
    by_time: BTreeSet<(Duration, u32)>,
}

impl Waiters {
    /// A thread waits.
    pub fn add(&mut self, tid: u32, waiting: Waiting) {
        for queue in &waiting.queues {
            self.by_queue.insert((*queue, tid));
        }
        if let Some(moment) = waiting.until {
            self.by_time.insert((moment, tid));
        }
        self.waiting.insert(tid, waiting);
    }

    /// A thread waits no longer; whether it did.
    pub fn remove(&mut self, tid: u32) -> bool {
        let Some(waiting) = self.waiting.remove(&tid) else { return false };
        for queue in &waiting.queues {
            self.by_queue.remove(&(*queue, tid));
        }
        if let Some(moment) = waiting.until {
            self.by_time.remove(&(moment, tid));
        }
        true
    }

    /// Whether a thread waits.
    pub fn contains(&self, tid: u32) -> bool {
        self.waiting.contains_key(&tid)
    }

    /// The threads that wait at a queue, in order of their numbers.
    pub fn at(&self, queue: u64) -> Vec<u32> {
        self.by_queue.range((queue, 0)..=(queue, u32::MAX)).map(|(_, tid)| *tid).collect()
    }

    /// The moment that comes first.
    pub fn next_moment(&self) -> Option<Duration> {
        self.by_time.first().map(|(moment, _)| *moment)
    }

    /// The threads that wait for a moment, whatever else they wait for.
    pub fn with_moments(&self) -> Vec<u32> {
        self.by_time.iter().map(|(_, tid)| *tid).collect()
    }

    /// The threads whose moment has come.
    pub fn due(&self, now: Duration) -> Vec<u32> {
        self.by_time.iter().take_while(|(moment, _)| *moment <= now).map(|(_, tid)| *tid).collect()
    }

    /// The streams of the host that threads wait for.
    pub fn streams(&self) -> Vec<(u32, OpenFileHandle, Readiness)> {
        let each = self.waiting.iter().filter(|(_, waiting)| !waiting.streams.is_empty());
        each.flat_map(|(tid, waiting)| waiting.streams.iter().map(|(open, wanted)| (*tid, Arc::clone(open), *wanted)))
            .collect()
    }
}

copied!(Waiters: clone { by_queue, by_time } duplicate { waiting });

impl Duplicate for Waiting {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let stream = |(open, readiness): &(OpenFileHandle, Readiness)| Ok((open.duplicate(copier)?, *readiness));
        let streams = self.streams.iter().map(stream).collect::<Result<_, _>>()?;
        Ok(Waiting { queues: self.queues.clone(), until: self.until, streams })
    }
}
