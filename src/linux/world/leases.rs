//! Leases on files: who holds one is told before somebody opens the file against it (fcntl(2), "Leases").

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use crate::linux::abi::files::{F_RDLCK, F_UNLCK, F_WRLCK};
use crate::linux::copy::copied;
use crate::linux::objects::{OpenFile, OpenFileHandle};

use super::queue::WaitQueue;

/// A file: device and inode.
type File = (u64, u64);

/// The lease of an open file.
#[derive(Debug)]
struct Lease {
    holder: Weak<Mutex<OpenFile>>,
    /// The descriptor by which it was asked for.
    fd: u32,
    /// F_RDLCK: nobody writes; F_WRLCK: nobody else has the file open.
    kind: u32,
    /// What it has to become, and the moment when it does so anyway.
    breaking: Option<(u32, Duration)>,
}

/// The leases of a world.
#[derive(Debug)]
pub struct Leases {
    files: BTreeMap<File, Vec<Lease>>,
    queue: WaitQueue,
}

/// Who has to give up a lease, and the descriptors by which they asked for it; until when, if anybody has to.
pub type Break = (Vec<(u32, OpenFileHandle)>, Option<Duration>);

impl Leases {
    /// No leases; who waits until one is given up does so at a queue.
    pub fn new(queue: WaitQueue) -> Leases {
        Leases { files: BTreeMap::new(), queue }
    }

    /// Where threads wait for changes.
    pub fn queue(&self) -> &WaitQueue {
        &self.queue
    }

    /// What an open file has, or has to have soon; F_UNLCK if that is nothing.
    pub fn kind(&self, file: File, open: &OpenFileHandle) -> u32 {
        let own = self.files.get(&file).and_then(|leases| leases.iter().find(|lease| lease.is_of(open)));
        own.map_or(F_UNLCK, |lease| lease.breaking.map_or(lease.kind, |(target, _)| target))
    }

    /// Whether an open file may have a lease, as far as those of others and its own are concerned.
    pub fn may_have(&self, file: File, open: &OpenFileHandle, kind: u32) -> bool {
        let leases = self.files.get(&file).map(Vec::as_slice).unwrap_or_default();
        leases.iter().filter(|lease| lease.holder.strong_count() > 0).all(|lease| match lease.is_of(open) {
            true => lease.breaking.is_none_or(|(target, _)| target == kind),
            false => lease.breaking.is_none() && kind != F_WRLCK && lease.kind != F_WRLCK,
        })
    }

    /// Gives an open file a lease in place of what it has.
    pub fn set(&mut self, file: File, open: &OpenFileHandle, fd: u32, kind: u32) {
        self.remove(file, open);
        let lease = Lease { holder: Arc::downgrade(open), fd, kind, breaking: None };
        self.files.entry(file).or_default().push(lease);
        self.queue.notify();
    }

    /// Takes its lease from an open file; whether it had one.
    pub fn remove(&mut self, file: File, open: &OpenFileHandle) -> bool {
        let Some(leases) = self.files.get_mut(&file) else { return false };
        let count = leases.len();
        leases.retain(|lease| !lease.is_of(open) && lease.holder.strong_count() > 0);
        let had = leases.len() < count;
        if leases.is_empty() {
            self.files.remove(&file);
        }
        self.queue.notify();
        had
    }

    /// Somebody wants to open a file, maybe to write to it: who has to give up a lease for that and does not know yet, and
    /// when it is taken from them, at the latest after a time.
    pub fn breaks(&mut self, file: File, writes: bool, now: Duration, time: Duration) -> Break {
        let Some(leases) = self.files.get_mut(&file) else { return (Vec::new(), None) };
        let target = if writes { F_UNLCK } else { F_RDLCK };
        leases.retain(|lease| lease.holder.strong_count() > 0);
        for lease in leases.iter_mut() {
            if let Some((target, _)) = lease.breaking.filter(|(_, moment)| *moment <= now) {
                (lease.kind, lease.breaking) = (target, None);
            }
        }
        leases.retain(|lease| lease.kind != F_UNLCK);
        let (mut told, mut until) = (Vec::new(), None::<Duration>);
        for lease in leases.iter_mut().filter(|lease| writes || lease.kind == F_WRLCK) {
            let known = lease.breaking.filter(|(known, _)| *known == target || *known == F_UNLCK);
            let (_, moment) = *lease.breaking.insert(known.unwrap_or((target, now + time)));
            if let (None, Some(open)) = (known, lease.holder.upgrade()) {
                told.push((lease.fd, open));
            }
            until = Some(until.map_or(moment, |until| until.max(moment)));
        }
        (told, until)
    }
}

impl Lease {
    fn is_of(&self, open: &OpenFileHandle) -> bool {
        self.holder.ptr_eq(&Arc::downgrade(open))
    }
}

copied!(Lease: clone { fd, kind, breaking } duplicate { holder });
copied!(Leases: clone {} duplicate { files, queue });
