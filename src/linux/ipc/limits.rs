//! The limits of System V IPC, which an administrator can change (proc(5), `/proc/sys/kernel`).

use crate::linux::abi::ipc::{MSGMAX, MSGMNB, SEMMNS, SEMMSL, SEMOPM, SHMALL, SHMMAX};
use crate::linux::errno::Errno;
use crate::linux::files::IpcLimit;

use super::Ipc;

/// Most objects of a kind that there can ever be: what the index in an identifier has room for.
const MOST_OBJECTS: u32 = 32_768;

/// All of them but the numbers of objects, which the tables of these keep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IpcLimits {
    /// Bytes of a message.
    pub message: u32,
    /// Bytes of a new queue.
    pub queue: u32,
    /// Semaphores of a set.
    pub semaphores_of_set: u32,
    /// Semaphores of all sets.
    pub semaphores: u32,
    /// Operations of one call.
    pub operations: u32,
    /// Bytes of a segment.
    pub segment: u32,
    /// Pages of all segments.
    pub pages: u32,
}

impl Default for IpcLimits {
    fn default() -> IpcLimits {
        IpcLimits {
            message: MSGMAX,
            queue: MSGMNB,
            semaphores_of_set: SEMMSL,
            semaphores: SEMMNS,
            operations: SEMOPM,
            segment: SHMMAX,
            pages: SHMALL,
        }
    }
}

impl Ipc {
    /// The numbers of a limit, as its file has them.
    pub fn limit(&self, which: IpcLimit) -> Vec<u32> {
        let limits = &self.limits;
        match which {
            IpcLimit::Message => vec![limits.message],
            IpcLimit::Queue => vec![limits.queue],
            IpcLimit::Queues => vec![self.queues.limit],
            IpcLimit::Semaphores => {
                vec![limits.semaphores_of_set, limits.semaphores, limits.operations, self.semaphores.limit]
            }
            IpcLimit::Segment => vec![limits.segment],
            IpcLimit::Segments => vec![self.segments.limit],
            IpcLimit::Pages => vec![limits.pages],
        }
    }

    /// Sets the first of these numbers; EINVAL if one is more than there can be.
    pub fn set_limit(&mut self, which: IpcLimit, numbers: &[u32]) -> Result<(), Errno> {
        const MOST: u32 = i32::MAX as u32;
        let limits = &mut self.limits;
        let places: Vec<(&mut u32, u32)> = match which {
            IpcLimit::Message => vec![(&mut limits.message, MOST)],
            IpcLimit::Queue => vec![(&mut limits.queue, MOST)],
            IpcLimit::Queues => vec![(&mut self.queues.limit, MOST_OBJECTS)],
            IpcLimit::Semaphores => vec![
                (&mut limits.semaphores_of_set, MOST),
                (&mut limits.semaphores, MOST),
                (&mut limits.operations, MOST),
                (&mut self.semaphores.limit, MOST_OBJECTS),
            ],
            IpcLimit::Segment => vec![(&mut limits.segment, u32::MAX)],
            IpcLimit::Segments => vec![(&mut self.segments.limit, MOST_OBJECTS)],
            IpcLimit::Pages => vec![(&mut limits.pages, u32::MAX)],
        };
        if places.iter().zip(numbers).any(|((_, most), number)| number > most) {
            return Err(Errno::EINVAL);
        }
        places.into_iter().zip(numbers).for_each(|((place, _), number)| *place = *number);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_what_was_written_up_to_what_there_can_be() {
        let mut ipc = Ipc::default();
        let before = ipc.limit(IpcLimit::Semaphores);
        assert_eq!(ipc.set_limit(IpcLimit::Semaphores, &[250, 1000]), Ok(()));
        assert_eq!(ipc.limit(IpcLimit::Semaphores), [250, 1000, before[2], before[3]]);
        assert_eq!(ipc.set_limit(IpcLimit::Queues, &[MOST_OBJECTS + 1]), Err(Errno::EINVAL));
        assert_eq!(ipc.set_limit(IpcLimit::Semaphores, &[1, 1, 1, MOST_OBJECTS + 1]), Err(Errno::EINVAL));
        assert_eq!(ipc.set_limit(IpcLimit::Segment, &[u32::MAX]), Ok(()));
        assert_eq!((ipc.limits.segment, ipc.limits.semaphores_of_set), (u32::MAX, 250));
    }
}
