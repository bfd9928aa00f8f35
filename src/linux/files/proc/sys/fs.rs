//! `/proc/sys/fs`: files.

use crate::linux::abi::inotify::{MAX_QUEUED_EVENTS, MAX_USER_INSTANCES, MAX_USER_WATCHES};

use super::super::super::pseudo::{PseudoEntry, decimal, directory, fixed, kept, text};

/// What is in `/proc/sys/fs`.
pub static FS: &[PseudoEntry] = &[
    kept("aio-max-nr", "65536"),
    fixed("aio-nr", "0"),
    directory("binfmt_misc", &[]),
    fixed("dentry-state", "1024\t512\t45\t0\t256\t0"),
    kept("dir-notify-enable", "0"),
    directory("epoll", &[kept("max_user_watches", "65536")]),
    kept("file-max", "1048576"),
    fixed("file-nr", "32\t0\t1048576"),
    fixed("inode-nr", "1024\t0"),
    fixed("inode-state", "1024\t0\t0\t0\t0\t0\t0"),
    directory("inotify", INOTIFY),
    kept("lease-break-time", "45"),
    kept("leases-enable", "1"),
    kept("mount-max", "100000"),
    directory("mqueue", MQUEUE),
    kept("nr_open", "1048576"),
    kept("overflowgid", "65534"),
    kept("overflowuid", "65534"),
    kept("pipe-max-size", "1048576"),
    kept("pipe-user-pages-hard", "0"),
    kept("pipe-user-pages-soft", "16384"),
    kept("protected_fifos", "0"),
    kept("protected_hardlinks", "0"),
    kept("protected_regular", "0"),
    kept("protected_symlinks", "0"),
    kept("suid_dumpable", "0"),
];

static INOTIFY: &[PseudoEntry] = &[
    text("max_queued_events", |_, _| decimal(&[MAX_QUEUED_EVENTS])),
    text("max_user_instances", |_, _| decimal(&[MAX_USER_INSTANCES])),
    text("max_user_watches", |_, _| decimal(&[MAX_USER_WATCHES])),
];

static MQUEUE: &[PseudoEntry] = &[
    kept("msg_default", "10"),
    kept("msg_max", "10"),
    kept("msgsize_default", "8192"),
    kept("msgsize_max", "8192"),
    kept("queues_max", "256"),
];
