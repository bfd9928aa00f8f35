//! `/proc/sys/fs`: files.

use crate::linux::abi::inotify::{MAX_QUEUED_EVENTS, MAX_USER_INSTANCES, MAX_USER_WATCHES};
use crate::linux::abi::mqueue::{MQ_MAX_MESSAGES, MQ_MAX_SIZE, MQ_MESSAGES, MQ_QUEUES, MQ_SIZE};

use super::super::super::pseudo::{PseudoEntry, decimal, directory, fixed, text};

/// What is in `/proc/sys/fs`.
pub static FS: &[PseudoEntry] = &[
    fixed("aio-max-nr", "65536"),
    fixed("aio-nr", "0"),
    directory("binfmt_misc", &[]),
    fixed("dentry-state", "1024\t512\t45\t0\t256\t0"),
    fixed("dir-notify-enable", "0"),
    directory("epoll", &[fixed("max_user_watches", "65536")]),
    fixed("file-max", "1048576"),
    fixed("file-nr", "32\t0\t1048576"),
    fixed("inode-nr", "1024\t0"),
    fixed("inode-state", "1024\t0\t0\t0\t0\t0\t0"),
    directory("inotify", INOTIFY),
    fixed("lease-break-time", "45"),
    fixed("leases-enable", "1"),
    fixed("mount-max", "100000"),
    directory("mqueue", MQUEUE),
    fixed("nr_open", "1048576"),
    fixed("overflowgid", "65534"),
    fixed("overflowuid", "65534"),
    fixed("pipe-max-size", "1048576"),
    fixed("pipe-user-pages-hard", "0"),
    fixed("pipe-user-pages-soft", "16384"),
    fixed("protected_fifos", "0"),
    fixed("protected_hardlinks", "0"),
    fixed("protected_regular", "0"),
    fixed("protected_symlinks", "0"),
    fixed("suid_dumpable", "0"),
];

static INOTIFY: &[PseudoEntry] = &[
    text("max_queued_events", |_, _| decimal(&[MAX_QUEUED_EVENTS])),
    text("max_user_instances", |_, _| decimal(&[MAX_USER_INSTANCES])),
    text("max_user_watches", |_, _| decimal(&[MAX_USER_WATCHES])),
];

static MQUEUE: &[PseudoEntry] = &[
    text("msg_default", |_, _| decimal(&[MQ_MESSAGES])),
    text("msg_max", |_, _| decimal(&[MQ_MAX_MESSAGES])),
    text("msgsize_default", |_, _| decimal(&[MQ_SIZE])),
    text("msgsize_max", |_, _| decimal(&[MQ_MAX_SIZE])),
    text("queues_max", |_, _| decimal(&[MQ_QUEUES])),
];
