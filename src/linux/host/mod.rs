//! The host, as far as a guest may reach it: granted directories, the standard streams, the
//! clocks, and who runs us. No other file of the kernel touches the host.
//!
//! A guest's path becomes a host's path only through [`Directory`], which cap-std confines to the
//! granted directory whatever links and dots the path contains.

mod directory;
mod interrupt;
mod status;

pub use directory::{Creation, Directory, Entry, Opening};
pub use interrupt::{Interrupt, Readiness};
pub use status::{Kind, Status};

use std::fs::File;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The date, as time since 1970.
pub fn date() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// This moment, to measure from.
pub fn moment() -> Instant {
    Instant::now()
}

/// User and group that run us, as far as the host says so without being asked by system call:
/// the owner of our entry in `/proc`; 1000 elsewhere.
pub fn identity() -> (u32, u32) {
    let own = std::fs::metadata("/proc/self").ok().map(|own| Status::from_std(&own));
    own.map_or((1000, 1000), |own| (own.uid, own.gid))
}

/// The permission bits that we take away from new files, as Linux tells them; 022 elsewhere.
pub fn umask() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let own = status.lines().find_map(|line| line.strip_prefix("Umask:"));
    own.and_then(|mask| u32::from_str_radix(mask.trim(), 8).ok()).unwrap_or(0o022)
}

/// A file that is the host's standard stream of this number.
#[cfg(unix)]
pub fn stream(number: usize) -> io::Result<File> {
    use std::os::fd::AsFd;
    let stream = match number {
        0 => io::stdin().as_fd().try_clone_to_owned(),
        1 => io::stdout().as_fd().try_clone_to_owned(),
        _ => io::stderr().as_fd().try_clone_to_owned(),
    };
    stream.map(File::from)
}

/// A file that is the host's standard stream of this number.
#[cfg(windows)]
pub fn stream(number: usize) -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    let stream = match number {
        0 => io::stdin().as_handle().try_clone_to_owned(),
        1 => io::stdout().as_handle().try_clone_to_owned(),
        _ => io::stderr().as_handle().try_clone_to_owned(),
    };
    stream.map(File::from)
}

/// Whether a file is a terminal.
pub fn is_terminal(file: &File) -> bool {
    file.is_terminal()
}

/// Rows and columns of the terminal, as the environment tells them; else 24 and 80.
pub fn terminal_size() -> (u16, u16) {
    let number = |name, otherwise| std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise);
    (number("LINES", 24), number("COLUMNS", 80))
}

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
