//! Numbers of the calls that administrators make (mount(2), quotactl(2)).

/// All flags that umount2(2) knows: MNT_FORCE, MNT_DETACH, MNT_EXPIRE, UMOUNT_NOFOLLOW.
pub const UMOUNT_KNOWN: u32 = 0xf;

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
