//! Numbers of the calls that administrators make (mount(2), quotactl(2)).

/// Flags of umount2(2).
pub const MNT_FORCE: u32 = 1;
pub const MNT_DETACH: u32 = 2;
pub const MNT_EXPIRE: u32 = 4;
pub const UMOUNT_NOFOLLOW: u32 = 8;
/// All of them.
pub const UMOUNT_KNOWN: u32 = 0xf;

/// Flags of mount(2).
pub const MS_RDONLY: u32 = 1;
pub const MS_REMOUNT: u32 = 0x20;
pub const MS_BIND: u32 = 0x1000;
pub const MS_MOVE: u32 = 0x2000;
pub const MS_UNBINDABLE: u32 = 1 << 17;
pub const MS_PRIVATE: u32 = 1 << 18;
pub const MS_SLAVE: u32 = 1 << 19;
pub const MS_SHARED: u32 = 1 << 20;
/// Those, and the ones that say how it is anyway, or how times are kept: MS_NODEV, MS_SYNCHRONOUS, MS_DIRSYNC,
/// MS_NOATIME, MS_NODIRATIME, MS_SILENT, MS_RELATIME, MS_STRICTATIME, MS_LAZYTIME.
pub const MS_KNOWN: u32 = 0x033e_fcb5;
/// What the upper half of the flags of old programs was.
pub const MS_MAGIC: u32 = 0xc0ed_0000;

/// A copy of what is mounted at a place.
pub const OPEN_TREE_CLONE: u32 = 1;
/// The descriptor is closed when a program is executed.
pub const OPEN_TREE_CLOEXEC: u32 = super::files::O_CLOEXEC;
/// With all that is mounted below.
pub const AT_RECURSIVE: u32 = 0x8000;
/// All flags of open_tree(2), among them AT_EMPTY_PATH, AT_NO_AUTOMOUNT and AT_SYMLINK_NOFOLLOW.
pub const OPEN_TREE: u32 = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | 0x1900;

/// The last command of fsconfig(2), FSCONFIG_CMD_CREATE_EXCL.
pub const FSCONFIG_LAST: u32 = 8;

/// The smallest `struct mount_attr`.
pub const MOUNT_ATTR_SIZE: u32 = 32;

/// The command of quotactl(2) that writes what is known of quotas.
pub const Q_SYNC: u32 = 0x80_0001;
/// How many types of quotas there are: of users, groups and projects.
pub const QUOTA_TYPES: u32 = 3;
