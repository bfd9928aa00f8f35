//! Watching files: inotify(7).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::flags;

flags! {
    /// What is watched, how, and what has happened.
    IN "IN_???" {
        IN_ACCESS = 1,
        IN_MODIFY = 2,
        IN_ATTRIB = 4,
        IN_CLOSE_WRITE = 8,
        IN_CLOSE_NOWRITE = 0x10,
        IN_OPEN = 0x20,
        IN_MOVED_FROM = 0x40,
        IN_MOVED_TO = 0x80,
        IN_CREATE = 0x100,
        IN_DELETE = 0x200,
        IN_DELETE_SELF = 0x400,
        IN_MOVE_SELF = 0x800,
        IN_UNMOUNT = 0x2000,
        IN_Q_OVERFLOW = 0x4000,
        IN_IGNORED = 0x8000,
        IN_ONLYDIR = 0x100_0000,
        IN_DONT_FOLLOW = 0x200_0000,
        IN_EXCL_UNLINK = 0x400_0000,
        IN_MASK_CREATE = 0x1000_0000,
        IN_MASK_ADD = 0x2000_0000,
        IN_ISDIR = 0x4000_0000,
        IN_ONESHOT = 0x8000_0000,
    }

    /// Flags of `inotify_init1`.
    IN_INIT "IN_???" {
        IN_NONBLOCK = 0x800,
        IN_CLOEXEC = 0x8_0000,
    }
}

/// Everything that can be watched.
pub const IN_ALL_EVENTS: u32 = 0xfff;

/// Most events that wait to be read (`/proc/sys/fs/inotify/max_queued_events`).
pub const MAX_QUEUED_EVENTS: u32 = 16_384;
/// Most descriptors that watch.
pub const MAX_USER_INSTANCES: u32 = 128;
/// Most watches.
pub const MAX_USER_WATCHES: u32 = 65_536;

structures! {
    /// Something that has happened; its name follows.
    InotifyEvent {
        wd: i32,
        mask: u32 = Meaning::Names(&IN),
        cookie: u32,
        len: u32,
    }
}
