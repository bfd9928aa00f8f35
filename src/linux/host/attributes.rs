//! Changing the mode, the owner and the times of an open file.

use std::fs::File;
use std::io;
use std::time::SystemTime;

/// Changes a file's permission bits.
pub fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(permissions(file, mode)?)
}

#[cfg(unix)]
fn permissions(_: &File, mode: u32) -> io::Result<std::fs::Permissions> {
    Ok(std::os::unix::fs::PermissionsExt::from_mode(mode & 0o7777))
}

#[cfg(not(unix))]
fn permissions(file: &File, mode: u32) -> io::Result<std::fs::Permissions> {
    let mut permissions = file.metadata()?.permissions();
    permissions.set_readonly(mode & 0o200 == 0);
    Ok(permissions)
}

/// Changes a file's owner and group; `None` keeps one.
#[cfg(unix)]
pub fn set_owner(file: &File, user: Option<u32>, group: Option<u32>) -> io::Result<()> {
    std::os::unix::fs::fchown(file, user, group)
}

/// Changes a file's owner and group; `None` keeps one.
#[cfg(not(unix))]
pub fn set_owner(_: &File, _: Option<u32>, _: Option<u32>) -> io::Result<()> {
    Ok(())
}

/// Changes when a file was last accessed and modified; `None` keeps one.
pub fn set_times(file: &File, accessed: Option<SystemTime>, modified: Option<SystemTime>) -> io::Result<()> {
    let mut times = std::fs::FileTimes::new();
    if let Some(time) = accessed {
        times = times.set_accessed(time);
    }
    if let Some(time) = modified {
        times = times.set_modified(time);
    }
    file.set_times(times)
}
