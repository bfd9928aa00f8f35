//! What is told about files: stat(2), statx(2), statfs(2).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};
use super::time::{Timespec32, Timespec64};

flags! {
    /// What `statx` is asked for and tells.
    STATX "STATX_???" {
        STATX_ALL = 0xfff within 0xfff,
        STATX_BASIC_STATS = 0x7ff within 0x7ff,
        STATX_TYPE = 1,
        STATX_MODE = 2,
        STATX_NLINK = 4,
        STATX_UID = 8,
        STATX_GID = 0x10,
        STATX_ATIME = 0x20,
        STATX_MTIME = 0x40,
        STATX_CTIME = 0x80,
        STATX_INO = 0x100,
        STATX_SIZE = 0x200,
        STATX_BLOCKS = 0x400,
        STATX_BTIME = 0x800,
        STATX_MNT_ID = 0x1000,
    }
}

/// The bit of the mask that `statx` refuses.
/// The attribute of the root of a mount.
pub const STATX_ATTR_MOUNT_ROOT: u64 = 0x2000;
pub const STATX_RESERVED: u32 = 0x8000_0000;

/// The bits of a mode that say what the file is.
pub const S_IFMT: u32 = 0o170_000;

values! {
    /// Types of files, within [`S_IFMT`].
    TYPE "S_IF??" {
        S_IFIFO = 0o010_000,
        S_IFCHR = 0o020_000,
        S_IFDIR = 0o040_000,
        S_IFBLK = 0o060_000,
        S_IFREG = 0o100_000,
        S_IFLNK = 0o120_000,
        S_IFSOCK = 0o140_000,
    }

    /// File systems, by their magic number.
    FILE_SYSTEM "???_MAGIC" {
        TMPFS_MAGIC = 0x0102_1994,
        PROC_SUPER_MAGIC = 0x9fa0,
        ANON_INODE_FS_MAGIC = 0x0904_1934,
        PIPEFS_MAGIC = 0x5049_5045,
        SOCKFS_MAGIC = 0x534f_434b,
        MQUEUE_MAGIC = 0x1980_0202,
        EXT2_SUPER_MAGIC = 0xef53,
        DEVPTS_SUPER_MAGIC = 0x1cd1,
        SYSFS_MAGIC = 0x6265_6572,
        NSFS_MAGIC = 0x6e73_6673,
    }
}

structures! {
    /// `struct __old_kernel_stat`: the oldest form, of Linux before 1.2.
    OldStat {
        st_dev: u16 = Meaning::Device,
        st_ino: u16,
        st_mode: u16 = Meaning::Mode,
        st_nlink: u16,
        st_uid: u16,
        st_gid: u16,
        st_rdev: u16 = Meaning::Device,
        padding: u16 = Meaning::Hidden,
        st_size: u32,
        st_times: [u32; 3],
    }

    /// `struct ustat`.
    Ustat {
        f_tfree: u32,
        f_tinode: u32,
        names: [u32; 3] = Meaning::Hidden,
    }

    /// `struct stat`: the older form, with 16-bit owners and 32-bit sizes.
    Stat32 {
        st_dev: u32 = Meaning::Device,
        st_ino: u32,
        st_mode: u16 = Meaning::Mode,
        st_nlink: u16,
        st_uid: u16,
        st_gid: u16,
        st_rdev: u32 = Meaning::Device,
        st_size: u32,
        st_blksize: u32,
        st_blocks: u32,
        st_times: [Timespec32; 3],
        unused: [u32; 2] = Meaning::Hidden,
    }

    /// `struct stat64`.
    Stat64 {
        st_dev: u64 = Meaning::Device,
        padding: u32 = Meaning::Hidden,
        short_ino: u32 = Meaning::Hidden,
        st_mode: u32 = Meaning::Mode,
        st_nlink: u32,
        st_uid: u32,
        st_gid: u32,
        st_rdev: u64 = Meaning::Device,
        more_padding: u32 = Meaning::Hidden,
        st_size: u64,
        st_blksize: u32,
        st_blocks: u64,
        st_times: [Timespec32; 3],
        st_ino: u64,
    }

    /// `struct statx`.
    Statx {
        stx_mask: u32 = Meaning::Names(&STATX),
        stx_blksize: u32,
        stx_attributes: u64 = Meaning::Hex,
        stx_nlink: u32,
        stx_uid: u32,
        stx_gid: u32,
        stx_mode: u16 = Meaning::Mode,
        padding: u16 = Meaning::Hidden,
        stx_ino: u64,
        stx_size: u64,
        stx_blocks: u64,
        stx_attributes_mask: u64 = Meaning::Hex,
        stx_atime: Timespec64,
        stx_btime: Timespec64,
        stx_ctime: Timespec64,
        stx_mtime: Timespec64,
        stx_rdev_major: u32,
        stx_rdev_minor: u32,
        stx_dev_major: u32,
        stx_dev_minor: u32,
        stx_mnt_id: u64,
        spare: [u64; 13] = Meaning::Hidden,
    }

    /// `struct statfs`, in words.
    Statfs32 {
        f_type: u32 = Meaning::Names(&FILE_SYSTEM),
        f_bsize: u32,
        f_blocks: u32,
        f_bfree: u32,
        f_bavail: u32,
        f_files: u32,
        f_ffree: u32,
        f_fsid: [u32; 2],
        f_namelen: u32,
        f_frsize: u32,
        f_flags: u32 = Meaning::Hex,
        f_spare: [u32; 4] = Meaning::Hidden,
    }

    /// `struct statfs64`.
    Statfs64 {
        f_type: u32 = Meaning::Names(&FILE_SYSTEM),
        f_bsize: u32,
        f_blocks: u64,
        f_bfree: u64,
        f_bavail: u64,
        f_files: u64,
        f_ffree: u64,
        f_fsid: [u32; 2],
        f_namelen: u32,
        f_frsize: u32,
        f_flags: u32 = Meaning::Hex,
        f_spare: [u32; 4] = Meaning::Hidden,
    }
}
