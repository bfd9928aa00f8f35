//! Watching files, and deciding who may open and read them: fanotify(7).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::flags;

flags! {
    /// What a group of marks is for, and how its events are told.
    FAN_INIT "FAN_???" {
        FAN_CLOEXEC = 1,
        FAN_NONBLOCK = 2,
        FAN_CLASS_CONTENT = 4,
        FAN_CLASS_PRE_CONTENT = 8,
        FAN_UNLIMITED_QUEUE = 0x10,
        FAN_UNLIMITED_MARKS = 0x20,
        FAN_ENABLE_AUDIT = 0x40,
        FAN_REPORT_PIDFD = 0x80,
        FAN_REPORT_TID = 0x100,
        FAN_REPORT_FID = 0x200,
        FAN_REPORT_DIR_FID = 0x400,
        FAN_REPORT_NAME = 0x800,
        FAN_REPORT_TARGET_FID = 0x1000,
    }

    /// What is marked, and what becomes of its mark.
    FAN_MARK "FAN_MARK_???" {
        FAN_MARK_ADD = 1,
        FAN_MARK_REMOVE = 2,
        FAN_MARK_DONT_FOLLOW = 4,
        FAN_MARK_ONLYDIR = 8,
        FAN_MARK_MOUNT = 0x10,
        FAN_MARK_IGNORED_MASK = 0x20,
        FAN_MARK_IGNORED_SURV_MODIFY = 0x40,
        FAN_MARK_FLUSH = 0x80,
        FAN_MARK_FILESYSTEM = 0x100,
        FAN_MARK_EVICTABLE = 0x200,
        FAN_MARK_IGNORE = 0x400,
    }

    /// What happens to files, and what else a mark says.
    FAN "FAN_???" {
        FAN_ACCESS = 1,
        FAN_MODIFY = 2,
        FAN_CLOSE_WRITE = 8,
        FAN_CLOSE_NOWRITE = 0x10,
        FAN_OPEN = 0x20,
        FAN_OPEN_EXEC = 0x1000,
        FAN_Q_OVERFLOW = 0x4000,
        FAN_OPEN_PERM = 0x1_0000,
        FAN_ACCESS_PERM = 0x2_0000,
        FAN_OPEN_EXEC_PERM = 0x4_0000,
        FAN_EVENT_ON_CHILD = 0x800_0000,
        FAN_ONDIR = 0x4000_0000,
    }
}

/// Events that ask whether something may be done.
pub const FAN_PERMISSIONS: u32 = FAN_OPEN_PERM | FAN_ACCESS_PERM | FAN_OPEN_EXEC_PERM;
/// Events that a descriptor of the file goes with.
pub const FAN_FILE_EVENTS: u32 =
    FAN_ACCESS | FAN_MODIFY | FAN_CLOSE_WRITE | FAN_CLOSE_NOWRITE | FAN_OPEN | FAN_OPEN_EXEC | FAN_PERMISSIONS;
/// Events that only a group can be told that names files by their handles: those of names and attributes, and
/// FAN_FS_ERROR.
pub const FAN_HANDLE_EVENTS: u32 = 0x1000_8fc4;
/// Flags of `fanotify_init` that ask for handles.
pub const FAN_HANDLES: u32 = FAN_REPORT_FID | FAN_REPORT_DIR_FID | FAN_REPORT_NAME | FAN_REPORT_TARGET_FID;

/// Bytes that tell of an event.
pub const FAN_EVENT_SIZE: u32 = 24;
/// The descriptor of an event that has none.
pub const FAN_NOFD: i32 = -1;
/// What a permission is answered with, and what asks for an entry in the log of audits.
pub const FAN_ALLOW: u32 = 1;
pub const FAN_DENY: u32 = 2;
pub const FAN_AUDIT: u32 = 0x10;
/// The version of the structure that tells of an event.
pub const FANOTIFY_METADATA_VERSION: u8 = 3;
/// The type of the descriptor of the process that goes with an event.
pub const FAN_EVENT_INFO_TYPE_PIDFD: u8 = 4;

/// Most events that wait to be read (`/proc/sys/fs/fanotify/max_queued_events`), most groups and most marks of a user.
pub const FAN_MAX_EVENTS: u32 = 16_384;
pub const FAN_MAX_GROUPS: u32 = 128;
pub const FAN_MAX_MARKS: u32 = 65_536;

structures! {
    /// What has happened.
    FanotifyEventMetadata {
        event_len: u32,
        vers: u8,
        reserved: u8,
        metadata_len: u16,
        mask: u32 = Meaning::Names(&FAN),
        mask_high: u32,
        fd: i32,
        pid: i32,
    }

    /// A descriptor of the process that has done it.
    FanotifyEventInfoPidfd {
        info_type: u8,
        pad: u8,
        len: u16,
        pidfd: i32,
    }

    /// Whether something may be done.
    FanotifyResponse {
        fd: i32,
        response: u32,
    }
}
