//! Files: the flags of open(2) and of the `*at` calls, access(2), lseek(2), fcntl(2), flock(2),
//! posix_fadvise(2).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};

/// The descriptor that stands for the working directory in calls that take one.
pub const AT_FDCWD: u32 = -100_i32 as u32;

/// The bits of the access mode in the flags of `open`.
pub const O_ACCMODE: u32 = 3;

/// The bits of the flags of `memfd_create` that are the logarithm of the size of large pages.
pub const MFD_HUGE_MASK: u32 = 0x3f << 26;

/// What is told of a directory (F_NOTIFY), and that it is told more than once.
pub const DN_ACCESS: u32 = 0x1;
pub const DN_MODIFY: u32 = 0x2;
pub const DN_CREATE: u32 = 0x4;
pub const DN_DELETE: u32 = 0x8;
pub const DN_RENAME: u32 = 0x10;
pub const DN_ATTRIB: u32 = 0x20;
pub const DN_MULTISHOT: u32 = 0x8000_0000;

flags! {
    /// Flags of `open` and of an open file, `pipe2` and `dup3`.
    OPEN "O_???" {
        O_RDONLY = 0 within 3,
        O_WRONLY = 1 within 3,
        O_RDWR = 2 within 3,
        O_CREAT = 0o100,
        O_EXCL = 0o200,
        O_NOCTTY = 0o400,
        O_TRUNC = 0o1000,
        O_APPEND = 0o2000,
        O_NONBLOCK = 0o4000,
        O_SYNC = 0o4_010_000,
        O_DSYNC = 0o10_000,
        O_ASYNC = 0o20_000,
        O_DIRECT = 0o40_000,
        O_LARGEFILE = 0o100_000,
        O_NOFOLLOW = 0o400_000,
        O_NOATIME = 0o1_000_000,
        O_CLOEXEC = 0o2_000_000,
        O_PATH = 0o10_000_000,
        O_TMPFILE = 0o20_200_000,
        O_DIRECTORY = 0o200_000,
    }

    /// Flags of the calls that take a directory and a path.
    AT "AT_???" {
        AT_SYMLINK_NOFOLLOW = 0x100,
        AT_REMOVEDIR = 0x200,
        AT_SYMLINK_FOLLOW = 0x400,
        AT_NO_AUTOMOUNT = 0x800,
        AT_EMPTY_PATH = 0x1000,
        AT_STATX_FORCE_SYNC = 0x2000,
        AT_STATX_DONT_SYNC = 0x4000,
        AT_RECURSIVE = 0x8000,
    }

    /// What `openat2` forbids on the way.
    RESOLVE "RESOLVE_???" {
        RESOLVE_NO_XDEV = 1,
        RESOLVE_NO_MAGICLINKS = 2,
        RESOLVE_NO_SYMLINKS = 4,
        RESOLVE_BENEATH = 8,
        RESOLVE_IN_ROOT = 0x10,
        RESOLVE_CACHED = 0x20,
    }

    /// Flags of `preadv2` and `pwritev2`.
    RWF "RWF_???" {
        RWF_HIPRI = 1,
        RWF_DSYNC = 2,
        RWF_SYNC = 4,
        RWF_NOWAIT = 8,
        RWF_APPEND = 0x10,
    }

    /// Flags of `splice`, `tee` and `vmsplice`.
    SPLICE "SPLICE_F_???" {
        SPLICE_F_MOVE = 1,
        SPLICE_F_NONBLOCK = 2,
        SPLICE_F_MORE = 4,
        SPLICE_F_GIFT = 8,
    }

    /// Flags of `memfd_create`.
    MFD "MFD_???" {
        MFD_CLOEXEC = 1,
        MFD_ALLOW_SEALING = 2,
        MFD_HUGETLB = 4,
        MFD_NOEXEC_SEAL = 8,
        MFD_EXEC = 0x10,
    }

    /// What F_ADD_SEALS forbids.
    SEALS "F_SEAL_???" {
        F_SEAL_SEAL = 1,
        F_SEAL_SHRINK = 2,
        F_SEAL_GROW = 4,
        F_SEAL_WRITE = 8,
        F_SEAL_FUTURE_WRITE = 0x10,
    }

    /// Flags of `faccessat2`.
    FACCESSAT "AT_???" {
        AT_SYMLINK_NOFOLLOW,
        AT_EACCESS = 0x200,
        AT_EMPTY_PATH,
    }

    /// What `access` asks for.
    ACCESS "?_OK" {
        F_OK = 0 within 0xffff_ffff,
        R_OK = 4,
        W_OK = 2,
        X_OK = 1,
    }

    /// Flags of `renameat2`.
    RENAME "RENAME_???" {
        RENAME_NOREPLACE = 1,
        RENAME_EXCHANGE = 2,
        RENAME_WHITEOUT = 4,
    }

    /// Flags of a descriptor.
    DESCRIPTOR "FD_???" {
        FD_CLOEXEC = 1,
    }

    /// Flags of `setxattr`.
    XATTR "XATTR_???" {
        XATTR_CREATE = 1,
        XATTR_REPLACE = 2,
    }

    /// Flags of `close_range`.
    CLOSE_RANGE "CLOSE_RANGE_???" {
        CLOSE_RANGE_UNSHARE = 2,
        CLOSE_RANGE_CLOEXEC = 4,
    }

    /// Modes of `fallocate`.
    FALLOCATE "FALLOC_FL_???" {
        FALLOC_FL_KEEP_SIZE = 1,
        FALLOC_FL_PUNCH_HOLE = 2,
        FALLOC_FL_COLLAPSE_RANGE = 8,
        FALLOC_FL_ZERO_RANGE = 0x10,
        FALLOC_FL_INSERT_RANGE = 0x20,
        FALLOC_FL_UNSHARE_RANGE = 0x40,
    }

    /// Flags of `sync_file_range`.
    SYNC_RANGE "SYNC_FILE_RANGE_???" {
        SYNC_FILE_RANGE_WAIT_BEFORE = 1,
        SYNC_FILE_RANGE_WRITE = 2,
        SYNC_FILE_RANGE_WAIT_AFTER = 4,
    }

    /// Operations of `flock`.
    FLOCK "LOCK_???" {
        LOCK_SH = 1,
        LOCK_EX = 2,
        LOCK_NB = 4,
        LOCK_UN = 8,
        LOCK_MAND = 0x20,
    }
}

values! {
    /// Where `lseek` counts from.
    WHENCE "SEEK_???" {
        SEEK_SET = 0,
        SEEK_CUR = 1,
        SEEK_END = 2,
        SEEK_DATA = 3,
        SEEK_HOLE = 4,
    }

    /// Commands of `fcntl`.
    FCNTL "F_???" {
        F_DUPFD = 0,
        F_GETFD = 1,
        F_SETFD = 2,
        F_GETFL = 3,
        F_SETFL = 4,
        F_GETLK = 5,
        F_SETLK = 6,
        F_SETLKW = 7,
        F_SETOWN = 8,
        F_GETOWN = 9,
        F_GETLK64 = 12,
        F_SETLK64 = 13,
        F_SETLKW64 = 14,
        F_DUPFD_CLOEXEC = 1030,
        F_SETPIPE_SZ = 1031,
        F_GETPIPE_SZ = 1032,
        F_ADD_SEALS = 1033,
        F_GET_SEALS = 1034,
        F_SETSIG = 10,
        F_GETSIG = 11,
        F_SETOWN_EX = 15,
        F_GETOWN_EX = 16,
        F_OFD_GETLK = 36,
        F_OFD_SETLK = 37,
        F_OFD_SETLKW = 38,
        F_SETLEASE = 1024,
        F_GETLEASE = 1025,
        F_NOTIFY = 1026,
        F_GET_RW_HINT = 1035,
        F_SET_RW_HINT = 1036,
    }

    /// Kinds of file locks.
    LOCK "F_???" {
        F_RDLCK = 0,
        F_WRLCK = 1,
        F_UNLCK = 2,
    }

    /// Advice of `posix_fadvise`.
    FADVISE "POSIX_FADV_???" {
        POSIX_FADV_NORMAL = 0,
        POSIX_FADV_RANDOM = 1,
        POSIX_FADV_SEQUENTIAL = 2,
        POSIX_FADV_WILLNEED = 3,
        POSIX_FADV_DONTNEED = 4,
        POSIX_FADV_NOREUSE = 5,
    }
}

structures! {
    /// A part of a scattered read or write (readv(2)).
    Iovec {
        iov_base: u32 = Meaning::Address,
        iov_len: u32,
    }

    /// How `openat2` opens a file.
    OpenHow {
        flags: u64 = Meaning::Hex,
        mode: u64 = Meaning::Hex,
        resolve: u64 = Meaning::Hex,
    }

    /// The head of an entry as readdir(2) gives it.
    OldDirent {
        d_ino: u32,
        d_offset: u32,
        d_namlen: u16,
    }

    /// What precedes the name in a directory entry (getdents(2)); its type is the record's last byte.
    Dirent {
        d_ino: u32,
        d_off: u32,
        d_reclen: u16,
    }

    /// What precedes the name in a directory entry of `getdents64`.
    Dirent64 {
        d_ino: u64,
        d_off: u64,
        d_reclen: u16,
        d_type: u8,
    }

    /// A lock on a part of a file, positions of 32 bits (fcntl(2)).
    Flock32 {
        l_type: u16 = Meaning::Names(&LOCK),
        l_whence: u16 = Meaning::Names(&WHENCE),
        l_start: i32,
        l_len: i32,
        l_pid: i32,
    }

    /// A lock on a part of a file, positions of 64 bits (fcntl(2)).
    Flock64 {
        l_type: u16 = Meaning::Names(&LOCK),
        l_whence: u16 = Meaning::Names(&WHENCE),
        l_start: i64,
        l_len: i64,
        l_pid: i32,
    }
}

/// What must not be done with a file (ioctl_iflags(2)): change it, change it but at its end, dump it.
pub const FS_IMMUTABLE_FL: u32 = 0x10;
pub const FS_APPEND_FL: u32 = 0x20;
pub const FS_NODUMP_FL: u32 = 0x40;
/// Those that a filesystem in memory keeps.
pub const FS_KEPT: u32 = FS_IMMUTABLE_FL | FS_APPEND_FL | FS_NODUMP_FL;
