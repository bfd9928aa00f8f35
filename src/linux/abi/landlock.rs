//! Numbers of the calls by which a process gives up rights on files (landlock(7)).

use super::encoding::structures;

/// The version that is there: with REFER and TRUNCATE.
pub const LANDLOCK_ABI: u32 = 3;

/// The flag of landlock_create_ruleset(2) that asks for the version.
pub const LANDLOCK_CREATE_RULESET_VERSION: u32 = 1;

/// A rule about what lies below a directory, or about a file.
pub const LANDLOCK_RULE_PATH_BENEATH: u32 = 1;

/// Rights on files.
pub const LANDLOCK_ACCESS_FS_EXECUTE: u32 = 1;
pub const LANDLOCK_ACCESS_FS_WRITE_FILE: u32 = 2;
pub const LANDLOCK_ACCESS_FS_READ_FILE: u32 = 4;
pub const LANDLOCK_ACCESS_FS_TRUNCATE: u32 = 1 << 14;
/// Rights on directories.
pub const LANDLOCK_ACCESS_FS_READ_DIR: u32 = 8;
pub const LANDLOCK_ACCESS_FS_REMOVE_DIR: u32 = 1 << 4;
pub const LANDLOCK_ACCESS_FS_REMOVE_FILE: u32 = 1 << 5;
pub const LANDLOCK_ACCESS_FS_MAKE_CHAR: u32 = 1 << 6;
pub const LANDLOCK_ACCESS_FS_MAKE_DIR: u32 = 1 << 7;
pub const LANDLOCK_ACCESS_FS_MAKE_REG: u32 = 1 << 8;
pub const LANDLOCK_ACCESS_FS_MAKE_SOCK: u32 = 1 << 9;
pub const LANDLOCK_ACCESS_FS_MAKE_FIFO: u32 = 1 << 10;
pub const LANDLOCK_ACCESS_FS_MAKE_BLOCK: u32 = 1 << 11;
pub const LANDLOCK_ACCESS_FS_MAKE_SYM: u32 = 1 << 12;
/// Names go from one directory to another.
pub const LANDLOCK_ACCESS_FS_REFER: u32 = 1 << 13;

/// Those on files, and all.
pub const LANDLOCK_ACCESS_FILE: u32 = LANDLOCK_ACCESS_FS_EXECUTE
    | LANDLOCK_ACCESS_FS_WRITE_FILE
    | LANDLOCK_ACCESS_FS_READ_FILE
    | LANDLOCK_ACCESS_FS_TRUNCATE;
pub const LANDLOCK_ACCESS_FS: u32 = (1 << 15) - 1;

/// Most sets of rules that bind one process.
pub const LANDLOCK_MAX_NUM_LAYERS: usize = 16;

structures! {
    /// What a new set of rules is about.
    LandlockRulesetAttr {
        handled_access_fs: u64,
    }

    /// A rule.
    LandlockPathBeneathAttr {
        allowed_access: u64,
        parent_fd: i32,
    }
}
