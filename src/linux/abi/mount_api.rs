//! Numbers of the calls that mount step by step: fsopen(2), fsconfig(2), fsmount(2), fspick(2), open_tree(2),
//! move_mount(2), mount_setattr(2).

use super::administration::{MS_NOATIME, MS_NODEV, MS_NODIRATIME, MS_NOEXEC, MS_NOSUID, MS_RDONLY};
use super::encoding::structures;

/// The flag of fsopen(2) and fsmount(2): the descriptor is closed when a program is executed.
pub const FSOPEN_CLOEXEC: u32 = 1;

/// Commands of fsconfig(2).
pub const FSCONFIG_SET_FLAG: u32 = 0;
pub const FSCONFIG_SET_STRING: u32 = 1;
pub const FSCONFIG_SET_BINARY: u32 = 2;
pub const FSCONFIG_SET_PATH: u32 = 3;
pub const FSCONFIG_SET_PATH_EMPTY: u32 = 4;
pub const FSCONFIG_SET_FD: u32 = 5;
pub const FSCONFIG_CMD_CREATE: u32 = 6;
pub const FSCONFIG_CMD_RECONFIGURE: u32 = 7;
pub const FSCONFIG_CMD_CREATE_EXCL: u32 = 8;
/// Bytes of a name or text that it takes, and of other values.
pub const FSCONFIG_TEXT: usize = 256;
pub const FSCONFIG_BINARY: i32 = 1 << 20;

/// Flags of fspick(2).
pub const FSPICK_CLOEXEC: u32 = 1;
pub const FSPICK_SYMLINK_NOFOLLOW: u32 = 2;
pub const FSPICK_EMPTY_PATH: u32 = 8;
/// All of them, and FSPICK_NO_AUTOMOUNT.
pub const FSPICK: u32 = 0xf;

/// A copy of what is mounted at a place.
pub const OPEN_TREE_CLONE: u32 = 1;
/// The descriptor is closed when a program is executed.
pub const OPEN_TREE_CLOEXEC: u32 = super::files::O_CLOEXEC;
/// With all that is mounted below.
pub const AT_RECURSIVE: u32 = 0x8000;
/// All flags of open_tree(2), among them AT_EMPTY_PATH, AT_NO_AUTOMOUNT and AT_SYMLINK_NOFOLLOW.
pub const OPEN_TREE: u32 = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | 0x1900;

/// Flags of move_mount(2).
pub const MOVE_MOUNT_F_SYMLINKS: u32 = 1;
pub const MOVE_MOUNT_F_EMPTY_PATH: u32 = 4;
pub const MOVE_MOUNT_T_SYMLINKS: u32 = 0x10;
pub const MOVE_MOUNT_T_EMPTY_PATH: u32 = 0x40;
/// All that mean something here, and MOVE_MOUNT_F_AUTOMOUNTS and MOVE_MOUNT_T_AUTOMOUNTS.
pub const MOVE_MOUNT: u32 = 0x77;

/// How a mount may be used, as these calls say it.
pub const MOUNT_ATTR_RDONLY: u32 = 1;
pub const MOUNT_ATTR_NOSUID: u32 = 2;
pub const MOUNT_ATTR_NODEV: u32 = 4;
pub const MOUNT_ATTR_NOEXEC: u32 = 8;
/// The bits that say what is noted of reading; none of them stands for MOUNT_ATTR_RELATIME.
pub const MOUNT_ATTR_ATIME: u32 = 0x70;
pub const MOUNT_ATTR_NOATIME: u32 = 0x10;
pub const MOUNT_ATTR_STRICTATIME: u32 = 0x20;
pub const MOUNT_ATTR_NODIRATIME: u32 = 0x80;
/// All of them.
pub const MOUNT_ATTR: u32 = 0xff;

/// The attributes that are flags of mount(2) too.
pub const MOUNT_ATTR_FLAGS: [(u32, u32); 6] = [
    (MOUNT_ATTR_RDONLY, MS_RDONLY),
    (MOUNT_ATTR_NOSUID, MS_NOSUID),
    (MOUNT_ATTR_NODEV, MS_NODEV),
    (MOUNT_ATTR_NOEXEC, MS_NOEXEC),
    (MOUNT_ATTR_NOATIME, MS_NOATIME),
    (MOUNT_ATTR_NODIRATIME, MS_NODIRATIME),
];

structures! {
    /// What mount_setattr(2) changes.
    MountAttr {
        attr_set: u64,
        attr_clr: u64,
        propagation: u64,
        userns_fd: u64,
    }
}
