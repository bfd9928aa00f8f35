//! Numbers of the calls that administrators make (mount(2), acct(2), syslog(2), reboot(2), quotactl(2)).

use super::encoding::structures;

/// Flags of umount2(2).
pub const MNT_FORCE: u32 = 1;
pub const MNT_DETACH: u32 = 2;
pub const MNT_EXPIRE: u32 = 4;
pub const UMOUNT_NOFOLLOW: u32 = 8;
/// All of them.
pub const UMOUNT_KNOWN: u32 = 0xf;

/// Flags of mount(2).
pub const MS_RDONLY: u32 = 1;
pub const MS_NOSUID: u32 = 2;
pub const MS_NODEV: u32 = 4;
pub const MS_NOEXEC: u32 = 8;
pub const MS_SYNCHRONOUS: u32 = 0x10;
pub const MS_REMOUNT: u32 = 0x20;
pub const MS_NOSYMFOLLOW: u32 = 0x100;
pub const MS_NOATIME: u32 = 0x400;
pub const MS_NODIRATIME: u32 = 0x800;
pub const MS_BIND: u32 = 0x1000;
pub const MS_MOVE: u32 = 0x2000;
pub const MS_REC: u32 = 0x4000;
pub const MS_SILENT: u32 = 0x8000;
pub const MS_UNBINDABLE: u32 = 1 << 17;
pub const MS_PRIVATE: u32 = 1 << 18;
pub const MS_SLAVE: u32 = 1 << 19;
pub const MS_SHARED: u32 = 1 << 20;
pub const MS_RELATIME: u32 = 1 << 21;
pub const MS_STRICTATIME: u32 = 1 << 24;
/// Those that a mount keeps: how it may be used.
pub const MS_KEPT: u32 = MS_RDONLY
    | MS_NOSUID
    | MS_NODEV
    | MS_NOEXEC
    | MS_SYNCHRONOUS
    | MS_NOSYMFOLLOW
    | MS_NOATIME
    | MS_NODIRATIME
    | MS_STRICTATIME;
/// Those that say with whom a mount shares what is mounted in it.
pub const MS_PROPAGATION: u32 = MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;
/// The one that programs must not give. Others mean nothing, and nobody minds.
pub const MS_NOUSER: u32 = 1 << 31;
/// What the upper half of the flags of old programs was.
pub const MS_MAGIC: u32 = 0xc0ed_0000;

/// The command of quotactl(2) that writes what is known of quotas.
pub const Q_SYNC: u32 = 0x80_0001;
/// How many types of quotas there are: of users, groups and projects.
pub const QUOTA_TYPES: u32 = 3;

/// In an account of a process: it has not executed a program, it was privileged, a signal has ended it.
pub const AFORK: u8 = 1;
pub const ASU: u8 = 2;
pub const AXSIG: u8 = 0x10;
/// The version of these accounts.
pub const ACCT_VERSION: u8 = 3;

structures! {
    /// The account of a process (`struct acct_v3`).
    AcctV3 {
        ac_flag: u8,
        ac_version: u8,
        ac_tty: u16,
        ac_exitcode: u32,
        ac_uid: u32,
        ac_gid: u32,
        ac_pid: u32,
        ac_ppid: u32,
        ac_btime: u32,
        ac_etime: u32,
        ac_utime: u16,
        ac_stime: u16,
        ac_mem: u16,
        ac_io: u16,
        ac_rw: u16,
        ac_minflt: u16,
        ac_majflt: u16,
        ac_swaps: u16,
        ac_comm: [u8; 16],
    }
}

/// What syslog(2) does.
pub const SYSLOG_ACTION_READ: u32 = 2;
pub const SYSLOG_ACTION_READ_ALL: u32 = 3;
pub const SYSLOG_ACTION_READ_CLEAR: u32 = 4;
pub const SYSLOG_ACTION_CLEAR: u32 = 5;
pub const SYSLOG_ACTION_CONSOLE_LEVEL: u32 = 8;
pub const SYSLOG_ACTION_SIZE_UNREAD: u32 = 9;
pub const SYSLOG_ACTION_SIZE_BUFFER: u32 = 10;
pub const LAST_SYSLOG_ACTION: u32 = SYSLOG_ACTION_SIZE_BUFFER;
/// Bytes that the log has room for.
pub const LOG_SIZE: u32 = 1 << 17;

/// What reboot(2) must be given, so that nobody makes the call by mistake.
pub const REBOOT_MAGIC1: u32 = 0xfee1_dead;
pub const REBOOT_MAGIC2: [u32; 4] = [0x2812_1969, 0x0512_1996, 0x1604_1998, 0x2011_2000];
/// What it does: starts the system again, halts it, ends it, lets three keys do that or not.
pub const REBOOT_RESTART: u32 = 0x0123_4567;
pub const REBOOT_HALT: u32 = 0xcdef_0123;
pub const REBOOT_POWER_OFF: u32 = 0x4321_fedc;
pub const REBOOT_CAD_ON: u32 = 0x89ab_cdef;
pub const REBOOT_CAD_OFF: u32 = 0;

/// Ports of the processor that ioperm(2) knows, and levels that iopl(2) does.
pub const PORTS: u32 = 0x1_0000;
pub const IO_LEVELS: u32 = 4;

/// Flags of swapon(2): a priority, and what is discarded when.
pub const SWAP_FLAGS: u32 = 0x7_ffff;

/// Bytes of the largest handle of a file, of ours, the type of ours, and that of one that did not fit.
pub const MAX_HANDLE: u32 = 128;
pub const HANDLE: u32 = 8;
pub const HANDLE_TYPE: u32 = 1;
pub const HANDLE_INVALID: u32 = 0xff;
