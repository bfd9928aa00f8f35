//! `/proc/locks`: the locks that are held (lslocks(8)).

use crate::linux::objects::LockOwner;
use crate::linux::sync::lock;

use super::KernelView;

impl KernelView<'_> {
    /// A line for each lock.
    pub(super) fn held_locks(&self) -> String {
        let locks = lock(self.kernel.process.namespace.locks()).all();
        let mut text = String::new();
        for (index, ((device, inode), lock, whole)) in locks.into_iter().enumerate() {
            let (kind, holder) = match lock.owner {
                LockOwner::Process(process) => ("POSIX ", process as i32),
                LockOwner::OpenFile(number) if whole => ("FLOCK ", self.holder(number)),
                LockOwner::OpenFile(_) => ("OFDLCK", -1),
            };
            let access = if lock.exclusive { "WRITE" } else { "READ " };
            let end = if lock.end == u64::MAX { "EOF".into() } else { (lock.end - 1).to_string() };
            text += &format!(
                "{}: {kind} ADVISORY  {access} {holder} {:02x}:{:02x}:{inode} {} {end}\n",
                index + 1,
                device >> 8,
                device & 0xff,
                lock.start
            );
        }
        text
    }

    /// The first process that has a descriptor of the open file with this number among lock owners.
    fn holder(&self, number: u64) -> i32 {
        let has = |pid: &u32| {
            let Some(process) = self.kernel.find_process(*pid) else { return false };
            let descriptors = process.descriptors();
            descriptors.numbers().into_iter().filter_map(|fd| descriptors.get(fd).ok()).any(|open| {
                let open = lock(&open);
                open.ticket.as_ref().is_some_and(|ticket| ticket.number == number)
            })
        };
        self.kernel.pids().into_iter().find(has).map_or(-1, |pid| pid as i32)
    }
}
