//! The filesystems that can be mounted, and their options (tmpfs(5)).

use crate::instructions::Machine;
use crate::linux::errno::Errno;
use crate::linux::files::{NewTmpfs, NodeHandle, PlaceHandle};
use crate::linux::kernel::Kernel;

/// Bytes of a page, and the bits of a mode.
const PAGE: usize = 4096;
const MODE: u32 = 0o7777;
/// The mode of a directory in which everybody may make files.
const ANYBODY: u32 = 0o1777;
/// The kind that takes options.
const TMPFS: &[u8] = b"tmpfs";

/// The option that says how much it may hold, and the number of pages that stands for no limit.
const SIZE: &str = "size=";
const NO_LIMIT: u64 = u64::MAX;

/// A filesystem that was made.
pub struct New {
    /// Its root.
    pub node: NodeHandle,
    /// Its options as lists of mounts have them.
    pub options: String,
}

/// ENODEV unless there are filesystems of this kind.
pub fn find(k: &Kernel, kind: &[u8]) -> Result<(), Errno> {
    if kind == TMPFS { Ok(()) } else { k.process.namespace.kernel_filesystem(kind).map(|_| ()) }
}

/// EINVAL unless a filesystem of this kind has this option.
pub fn check(kind: &[u8], option: &[u8]) -> Result<(), Errno> {
    if kind == TMPFS { tmpfs(option).map(|_| ()) } else { Err(Errno::EINVAL) }
}

/// Makes a filesystem.
pub fn create(k: &Kernel, m: &Machine, kind: &[u8], options: &[u8], read_only: bool) -> Result<New, Errno> {
    let namespace = &k.process.namespace;
    if kind != TMPFS {
        return Ok(New { node: namespace.kernel_filesystem(kind)?, options: String::new() });
    }
    let new = NewTmpfs { read_only, ..tmpfs(options)? };
    Ok(New { node: namespace.new_tmpfs(new, k.now(m)), options: shown(&new) })
}

/// Changes the options of the filesystem at a place: of one in memory the size, and nothing else (tmpfs(5)).
pub fn reconfigure(k: &Kernel, at: &PlaceHandle, options: &[u8]) -> Result<(), Errno> {
    let Some(pages) = tmpfs(options)?.pages else { return Ok(()) };
    let others = |options: &str| {
        options
            .split(',')
            .skip(1)
            .filter(|option| !option.starts_with(SIZE))
            .map(|option| format!(",{option}"))
            .collect::<String>()
    };
    k.process.namespace.resize(at, pages, |options| shown_size(Some(pages)) + &others(options))
}

/// The options of a filesystem in memory as lists of mounts have them.
fn shown(new: &NewTmpfs) -> String {
    let size = shown_size(new.pages);
    if new.mode == ANYBODY { size } else { format!("{size},mode={:o}", new.mode) }
}

/// Its size, if there is a limit.
fn shown_size(pages: Option<u64>) -> String {
    let pages = pages.filter(|pages| *pages != NO_LIMIT);
    pages.map_or(String::new(), |pages| format!(",{SIZE}{}k", pages * PAGE as u64 / 1024))
}

/// The options of a filesystem in memory (tmpfs(5)); EINVAL for those that are not there.
fn tmpfs(options: &[u8]) -> Result<NewTmpfs, Errno> {
    let options = std::str::from_utf8(options).map_err(|_| Errno::EINVAL)?;
    let mut new = NewTmpfs { mode: ANYBODY, pages: None, read_only: false };
    for option in options.split(',').filter(|option| !option.is_empty()) {
        match option.split_once('=').ok_or(Errno::EINVAL)? {
            ("mode", bits) => new.mode = u32::from_str_radix(bits, 8).map_err(|_| Errno::EINVAL)? & MODE,
            ("size", bytes) => new.pages = Some(size(bytes)?),
            _ => return Err(Errno::EINVAL),
        }
    }
    Ok(new)
}

/// A number of bytes, maybe with a unit, in pages; 0 is no limit.
fn size(text: &str) -> Result<u64, Errno> {
    let (number, unit) = match text.find(|letter: char| !letter.is_ascii_digit()) {
        Some(end) => text.split_at(end),
        None => (text, ""),
    };
    let unit = match unit {
        "" => 0,
        "k" | "K" => 10,
        "m" | "M" => 20,
        "g" | "G" => 30,
        _ => return Err(Errno::EINVAL),
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(1 << unit)).ok_or(Errno::EINVAL)?;
    Ok(if bytes == 0 { NO_LIMIT } else { bytes.div_ceil(PAGE as u64) })
}
