//! Objects of interprocess communication in the copy of a world.

use crate::linux::copy::{Copier, Duplicate, Uncopied, copied};

use super::Ipc;
use super::posix_queues::PosixQueues;
use super::shared_memory::SharedSegment;

copied!(Ipc: clone { delivered } duplicate { segments, semaphores, queues, posix, memory });
copied!(SharedSegment: clone { size, creator, last, times, attachments } duplicate { contents });

impl Duplicate for PosixQueues {
    fn duplicate(&self, _: &mut Copier) -> Result<Self, Uncopied> {
        if self.is_empty() { Ok(PosixQueues::default()) } else { Err(Uncopied("a POSIX message queue")) }
    }
}
