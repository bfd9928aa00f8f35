//! The filesystems that can be mounted, and their options (tmpfs(5)).

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::errno::Errno;
use crate::linux::files::{NewTmpfs, NodeHandle, PlaceHandle};
use crate::linux::kernel::Kernel;
use crate::linux::process::IdKind;

/// Bytes of a page, and the bits of a mode.
const PAGE: usize = 4096;
const MODE: u32 = 0o7777;
/// The mode of a directory in which everybody may make files.
const ANYBODY: u32 = 0o1777;
/// The kind that takes options.
const TMPFS: &[u8] = b"tmpfs";

/// The options that say how much it may hold, and how many nodes it may have; and the number that stands for no limit.
const SIZE: &str = "size=";
const NODES: &str = "nr_inodes=";
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
pub fn check(k: &Kernel, kind: &[u8], option: &[u8]) -> Result<(), Errno> {
    if kind == TMPFS { tmpfs(k, option).map(|_| ()) } else { Err(Errno::EINVAL) }
}

/// Makes a filesystem.
pub fn create(k: &Kernel, m: &Machine, kind: &[u8], options: &[u8], read_only: bool) -> Result<New, Errno> {
    let namespace = &k.process.namespace;
    if kind != TMPFS {
        let node = namespace.kernel_filesystem(kind)?;
        // They show what belongs to the first namespaces of processes and of the network.
        if kind != b"devpts" {
            k.process.credentials.require(CAP_SYS_ADMIN)?;
        }
        return Ok(New { node, options: String::new() });
    }
    let new = NewTmpfs { read_only, ..tmpfs(k, options)? };
    Ok(New { node: namespace.new_tmpfs(new, k.now(m)), options: shown(k, &new) })
}

/// Changes the options of the filesystem at a place: of one in memory the size, and how many nodes it may have (tmpfs(5)).
pub fn reconfigure(k: &Kernel, at: &PlaceHandle, options: &[u8]) -> Result<(), Errno> {
    let new = tmpfs(k, options)?;
    let limits = [new.pages, new.nodes];
    if limits == [None; 2] {
        return Ok(());
    }
    let others = |options: &str| {
        let is_other = |option: &&str| {
            (new.pages.is_none() || !option.starts_with(SIZE)) && (new.nodes.is_none() || !option.starts_with(NODES))
        };
        let others = options.split(',').skip(1).filter(is_other);
        others.map(|option| format!(",{option}")).collect::<String>()
    };
    k.process.namespace.resize(at, limits, |options| shown_limits(limits) + &others(options))
}

/// The options of a filesystem in memory as lists of mounts have them.
fn shown(k: &Kernel, new: &NewTmpfs) -> String {
    let within = &k.process.credentials.within;
    let limits = shown_limits([new.pages, new.nodes]);
    let mode = if new.mode == ANYBODY { String::new() } else { format!(",mode={:o}", new.mode) };
    let [user, group] = new.owner;
    let owner = |name: &str, id: u32, told: u32| if id == 0 { String::new() } else { format!(",{name}={told}") };
    let owners = [owner("uid", user, within.told_user(user)), owner("gid", group, within.told_group(group))];
    limits + &mode + &owners.concat()
}

/// Its size, and the number of its nodes, as far as there are limits that were said.
fn shown_limits([pages, nodes]: [Option<u64>; 2]) -> String {
    let pages = pages.filter(|pages| *pages != NO_LIMIT);
    let size = pages.map_or(String::new(), |pages| format!(",{SIZE}{}k", pages * PAGE as u64 / 1024));
    size + &nodes.map_or(String::new(), |nodes| format!(",{NODES}{}", if nodes == NO_LIMIT { 0 } else { nodes }))
}

/// The options of a filesystem in memory (tmpfs(5)); EINVAL for those that are not there.
fn tmpfs(k: &Kernel, options: &[u8]) -> Result<NewTmpfs, Errno> {
    let options = std::str::from_utf8(options).map_err(|_| Errno::EINVAL)?;
    let own = &k.process.credentials;
    let mut new =
        NewTmpfs { mode: ANYBODY, pages: None, nodes: None, owner: [own.file_uid, own.file_gid], read_only: false };
    let meant = |kind, id: &str| own.within.meant(kind, id.parse().ok()?);
    for option in options.split(',').filter(|option| !option.is_empty()) {
        match option.split_once('=').ok_or(Errno::EINVAL)? {
            ("mode", bits) => new.mode = u32::from_str_radix(bits, 8).map_err(|_| Errno::EINVAL)? & MODE,
            ("size", bytes) => new.pages = Some(size(k, bytes)?),
            ("nr_blocks", pages) => new.pages = Some(unlimited(number(pages)?)),
            ("nr_inodes", nodes) => new.nodes = Some(unlimited(number(nodes)?)),
            ("uid", id) => new.owner[0] = meant(IdKind::User, id).ok_or(Errno::EINVAL)?,
            ("gid", id) => new.owner[1] = meant(IdKind::Group, id).ok_or(Errno::EINVAL)?,
            _ => return Err(Errno::EINVAL),
        }
    }
    Ok(new)
}

/// 0 is no limit.
fn unlimited(number: u64) -> u64 {
    if number == 0 { NO_LIMIT } else { number }
}

/// A number of bytes, or the hundredth parts of all memory, in pages; 0 is no limit.
fn size(k: &Kernel, text: &str) -> Result<u64, Errno> {
    if let Some(parts) = text.strip_suffix('%') {
        let parts = if parts.is_empty() { 0 } else { number(parts)? };
        // The largest one has half of the memory.
        let all = k.process.namespace.most_pages().saturating_mul(2);
        return Ok(unlimited(all.saturating_mul(parts) / 100));
    }
    Ok(unlimited(number(text)?.div_ceil(PAGE as u64)))
}

/// A number, maybe with a unit.
fn number(text: &str) -> Result<u64, Errno> {
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
    number.parse::<u64>().ok().and_then(|number| number.checked_mul(1 << unit)).ok_or(Errno::EINVAL)
}
