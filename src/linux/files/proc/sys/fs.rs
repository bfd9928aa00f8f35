//! `/proc/sys/fs`: files.

use crate::linux::abi::fanotify::{FAN_MAX_EVENTS, FAN_MAX_GROUPS, FAN_MAX_MARKS};
use crate::linux::abi::inotify::{MAX_QUEUED_EVENTS, MAX_USER_INSTANCES, MAX_USER_WATCHES};

use super::super::super::pseudo::{PseudoEntry, decimal, directory, fixed, kept, text};

/// What is in `/proc/sys/fs`.
pub static FS: &[PseudoEntry] = &[
    kept("fs/aio-max-nr", "65536"),
    fixed("aio-nr", "0"),
    directory("binfmt_misc", &[]),
    fixed("dentry-state", "1024\t512\t45\t0\t256\t0"),
    kept("fs/dir-notify-enable", "0"),
    directory("epoll", &[kept("fs/epoll/max_user_watches", "65536")]),
    directory("fanotify", FANOTIFY),
    kept("fs/file-max", "1048576"),
    fixed("file-nr", "32\t0\t1048576"),
    fixed("inode-nr", "1024\t0"),
    fixed("inode-state", "1024\t0\t0\t0\t0\t0\t0"),
    directory("inotify", INOTIFY),
    kept("fs/lease-break-time", "45"),
    kept("fs/leases-enable", "1"),
    kept("fs/mount-max", "10000"),
    directory("mqueue", MQUEUE),
    kept("fs/nr_open", "1048576"),
    kept("fs/overflowgid", "65534"),
    kept("fs/overflowuid", "65534"),
    kept("fs/pipe-max-size", "1048576"),
    kept("fs/pipe-user-pages-hard", "0"),
    kept("fs/pipe-user-pages-soft", "16384"),
    kept("fs/protected_fifos", "0"),
    kept("fs/protected_hardlinks", "0"),
    kept("fs/protected_regular", "0"),
    kept("fs/protected_symlinks", "0"),
    kept("fs/suid_dumpable", "0"),
];

static FANOTIFY: &[PseudoEntry] = &[
    text("max_queued_events", |_, _| decimal(&[FAN_MAX_EVENTS])),
    text("max_user_groups", |_, _| decimal(&[FAN_MAX_GROUPS])),
    text("max_user_marks", |_, _| decimal(&[FAN_MAX_MARKS])),
];

static INOTIFY: &[PseudoEntry] = &[
    text("max_queued_events", |_, _| decimal(&[MAX_QUEUED_EVENTS])),
    text("max_user_instances", |_, _| decimal(&[MAX_USER_INSTANCES])),
    text("max_user_watches", |_, _| decimal(&[MAX_USER_WATCHES])),
];

static MQUEUE: &[PseudoEntry] = &[
    kept("fs/mqueue/msg_default", "10"),
    kept("fs/mqueue/msg_max", "10"),
    kept("fs/mqueue/msgsize_default", "8192"),
    kept("fs/mqueue/msgsize_max", "8192"),
    kept("fs/mqueue/queues_max", "256"),
];
