//! Counters as descriptors (eventfd(2)).

use std::sync::Mutex;

use crate::linux::abi::poll::{POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::WaitQueue;

use super::channel::Channel;

/// The largest number that the counter can have.
const MOST: u64 = u64::MAX - 1;

/// A counter: a write adds to it, a read takes it.
#[derive(Debug)]
pub struct Eventfd {
    count: Mutex<u64>,
    /// Whether a read takes one only (EFD_SEMAPHORE).
    semaphore: bool,
    queue: WaitQueue,
}

impl Eventfd {
    /// A counter; threads wait at a queue.
    pub fn new(count: u32, semaphore: bool, queue: WaitQueue) -> Eventfd {
        Eventfd { count: Mutex::new(count.into()), semaphore, queue }
    }

    /// The number, as `/proc/PID/fdinfo` shows it.
    pub fn count(&self) -> u64 {
        *lock(&self.count)
    }
}

impl Channel for Eventfd {
    fn read(&self, bytes: &mut [u8]) -> Result<usize, Errno> {
        let room = bytes.first_chunk_mut::<8>().ok_or(Errno::EINVAL)?;
        let mut count = lock(&self.count);
        let taken = if self.semaphore { (*count).min(1) } else { *count };
        if taken == 0 {
            return Err(Errno::EAGAIN);
        }
        *count -= taken;
        *room = taken.to_le_bytes();
        self.queue.notify_writable();
        Ok(8)
    }

    fn write(&self, bytes: &[u8]) -> Result<usize, Errno> {
        let added = u64::from_le_bytes(*bytes.first_chunk::<8>().ok_or(Errno::EINVAL)?);
        if added > MOST {
            return Err(Errno::EINVAL);
        }
        let mut count = lock(&self.count);
        *count = count.checked_add(added).filter(|count| *count <= MOST).ok_or(Errno::EAGAIN)?;
        self.queue.notify_readable();
        Ok(8)
    }

    fn state(&self) -> u32 {
        let count = self.count();
        let readable = if count > 0 { POLLIN | POLLRDNORM } else { 0 };
        readable | if count < MOST { POLLOUT | POLLWRNORM } else { 0 }
    }

    fn is_stream(&self) -> bool {
        false
    }

    fn queue(&self) -> &WaitQueue {
        &self.queue
    }
}

copied!(Eventfd: clone { semaphore } duplicate { count, queue });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::world::WaitQueues;

    #[test]
    fn it_counts() {
        let counter = Eventfd::new(3, false, WaitQueues::default().create());
        let mut bytes = [0; 8];
        assert_eq!(counter.write(&MOST.to_le_bytes()), Err(Errno::EAGAIN), "there is no room for so many");
        assert_eq!(counter.write(&u64::MAX.to_le_bytes()), Err(Errno::EINVAL));
        assert_eq!((counter.read(&mut bytes), bytes[0], counter.read(&mut bytes)), (Ok(8), 3, Err(Errno::EAGAIN)));
        assert_eq!(counter.read(&mut bytes[..7]), Err(Errno::EINVAL));
        let semaphore = Eventfd::new(2, true, WaitQueues::default().create());
        assert_eq!((semaphore.read(&mut bytes), bytes[0], semaphore.count()), (Ok(8), 1, 1));
    }
}
