//! What a mount is to the places in it: its number, and how it may be used (mount(2)).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::linux::abi::administration::{MS_NOATIME, MS_NOSYMFOLLOW, MS_RDONLY, MS_STRICTATIME};
use crate::linux::copy::copied;

/// A mount, as all places in it know it.
#[derive(Debug)]
pub struct MountPoint {
    number: u32,
    /// `MS_` flags.
    flags: AtomicU64,
    /// Whether it was asked to go if nobody uses it, and nobody has come by since (MNT_EXPIRE).
    expires: AtomicBool,
    /// The group of mounts with which it shares what is mounted in them, and the one that it only gets that from; 0 is
    /// none.
    peers: AtomicU64,
    master: AtomicU64,
}

impl MountPoint {
    /// One that may be used in any way.
    pub fn new(number: u32) -> Arc<MountPoint> {
        let [flags, peers, master] = [(); 3].map(|()| AtomicU64::new(0));
        Arc::new(MountPoint { number, flags, expires: AtomicBool::new(false), peers, master })
    }

    /// Its number.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How it may be used.
    pub fn flags(&self) -> u32 {
        self.flags.load(Ordering::Relaxed) as u32
    }

    /// Whether reading changes a time only where that tells something new, as it does unless other is said (mount(2),
    /// MS_RELATIME).
    pub fn keeps_relative_times(&self) -> bool {
        self.flags() & (MS_NOATIME | MS_STRICTATIME) == 0
    }

    /// Changes how it may be used.
    pub fn set_flags(&self, flags: u32) {
        self.flags.store(flags.into(), Ordering::Relaxed);
    }

    /// The group with which it shares what is mounted in it, and the one from which it gets that alone; 0 is none.
    pub fn groups(&self) -> [u64; 2] {
        [&self.peers, &self.master].map(|group| group.load(Ordering::Relaxed))
    }

    /// Changes with whom it shares.
    pub fn set_groups(&self, [peers, master]: [u64; 2]) {
        self.peers.store(peers, Ordering::Relaxed);
        self.master.store(master, Ordering::Relaxed);
    }

    /// Whether nobody changes anything by it.
    pub fn is_read_only(&self) -> bool {
        self.flags() & MS_RDONLY != 0
    }

    /// Whether it is noted when files are read.
    pub fn notes_reading(&self) -> bool {
        self.flags() & MS_NOATIME == 0
    }

    /// Whether links are not followed in it.
    pub fn has_dead_links(&self) -> bool {
        self.flags() & MS_NOSYMFOLLOW != 0
    }

    /// Whether it has been asked to go, and has been left alone since.
    pub fn expires(&self) -> bool {
        self.expires.load(Ordering::Relaxed)
    }

    /// It is asked to go, or somebody comes by.
    pub fn set_expires(&self, expires: bool) {
        self.expires.store(expires, Ordering::Relaxed);
    }
}

copied!(MountPoint: clone { number } duplicate { flags, expires, peers, master });
