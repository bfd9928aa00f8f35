//! Numbers of the i386 Linux interface that more than one file needs (`asm/fcntl.h`,
//! `linux/fcntl.h`). A number that only one system call knows is beside that call.

/// The descriptor that stands for the working directory, in the calls that take a directory.
pub const AT_FDCWD: u32 = -100_i32 as u32;

/// Do not follow a symbolic link in the last component of the path.
pub const AT_SYMLINK_NOFOLLOW: u32 = 0x100;

/// The access mode among the flags of an open file.
pub const O_ACCMODE: u32 = 3;
/// Access mode: write only.
pub const O_WRONLY: u32 = 1;
/// Access mode: read and write.
pub const O_RDWR: u32 = 2;
/// Every write goes to the end of the file.
pub const O_APPEND: u32 = 0o2000;
/// Reads and writes fail with EAGAIN instead of waiting.
pub const O_NONBLOCK: u32 = 0o4000;
/// `execve` closes the descriptor.
pub const O_CLOEXEC: u32 = 0o2_000_000;
