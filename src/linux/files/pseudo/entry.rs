//! What a line of the tables says.

use crate::linux::errno::Errno;

use super::super::view::{ProcSetting, ProcessLink, View};

/// The numbers that stand in the path of an entry: of a process or thread, and of a descriptor.
pub type Numbers = [u32; 2];

/// What a file contains.
pub type Told = Result<Vec<u8>, Errno>;

/// What tells it.
pub type Tell = fn(&dyn View, Numbers) -> Told;

/// A filesystem that is a table.
#[derive(Debug)]
pub struct PseudoFilesystem {
    /// Its name, as `/proc/filesystems` has it.
    pub name: &'static str,
    /// Its magic number.
    pub magic: u32,
    /// Its device number.
    pub device: u64,
    /// Its root directory.
    pub root: PseudoEntry,
}

/// A name in such a filesystem.
#[derive(Debug)]
pub struct PseudoEntry {
    /// Its name; empty for what has a number in its place.
    pub name: &'static str,
    /// Permission bits.
    pub mode: u32,
    /// What it is.
    pub kind: EntryKind,
}

/// What a name is.
#[derive(Debug)]
pub enum EntryKind {
    /// A file, and what it tells.
    Text(Tell),
    /// A file with one line that is the same in every world.
    Fixed(&'static str),
    /// A file with one line that can be written too: its path below `/proc/sys`, under which it is kept as it is, and
    /// the first.
    Kept(&'static str, &'static str),
    /// A file that can be written too: what it tells, and what writing sets.
    Setting(Tell, ProcSetting),
    /// The memory of a process.
    Memory,
    /// A link to a path, and which.
    Path(Tell),
    /// A link to a place.
    Link(fn(Numbers) -> ProcessLink),
    /// A directory with these names.
    Directory(&'static [PseudoEntry]),
    /// A directory with the names of two tables.
    Both(&'static [PseudoEntry], &'static [PseudoEntry]),
    /// A directory with names and, after them, numbers.
    Numbered(&'static [PseudoEntry], &'static Numbered),
}

/// Numbers as names in a directory.
#[derive(Debug)]
pub struct Numbered {
    /// Which there are.
    pub list: fn(&dyn View, Numbers) -> Vec<u32>,
    /// Whether there is one, also if it is not listed, as threads are not in the root.
    pub has: fn(&dyn View, Numbers, u32) -> bool,
    /// The numbers of what is under one.
    pub below: fn(Numbers, u32) -> Numbers,
    /// How a number is written as a name.
    pub names: NumberNames,
    /// What it is.
    pub entry: PseudoEntry,
}

/// How numbers are written as names.
#[derive(Debug)]
pub struct NumberNames {
    /// The name of a number.
    pub write: fn(&dyn View, Numbers, u32) -> String,
    /// The number that a name may be of: it is, if the number has that name.
    pub read: fn(&str) -> Option<u32>,
}

/// As decimal numbers.
pub const DECIMAL: NumberNames =
    NumberNames { write: |_, _, number| number.to_string(), read: |name| name.parse().ok() };

/// A file that anybody may read.
pub const fn text(name: &'static str, tell: Tell) -> PseudoEntry {
    PseudoEntry { name, mode: 0o444, kind: EntryKind::Text(tell) }
}

/// A file with one line that anybody may read.
pub const fn fixed(name: &'static str, line: &'static str) -> PseudoEntry {
    PseudoEntry { name, mode: 0o444, kind: EntryKind::Fixed(line) }
}

/// A file below `/proc/sys` with one line that anybody may read, and its owner write.
pub const fn kept(path: &'static str, line: &'static str) -> PseudoEntry {
    PseudoEntry { name: last_component(path), mode: 0o644, kind: EntryKind::Kept(path, line) }
}

/// The name at the end of a path.
const fn last_component(path: &'static str) -> &'static str {
    let mut start = path.len();
    while start > 0 && path.as_bytes()[start - 1] != b'/' {
        start -= 1;
    }
    match std::str::from_utf8(path.as_bytes().split_at(start).1) {
        Ok(name) => name,
        Err(_) => path,
    }
}

/// A file that its owner alone may read.
pub const fn own(name: &'static str, tell: Tell) -> PseudoEntry {
    PseudoEntry { name, mode: 0o400, kind: EntryKind::Text(tell) }
}

/// A file that anybody may read, and its owner write.
pub const fn setting(name: &'static str, tell: Tell, sets: ProcSetting) -> PseudoEntry {
    PseudoEntry { name, mode: 0o644, kind: EntryKind::Setting(tell, sets) }
}

/// A link to a place.
pub const fn link(name: &'static str, to: fn(Numbers) -> ProcessLink) -> PseudoEntry {
    PseudoEntry { name, mode: 0o777, kind: EntryKind::Link(to) }
}

/// A link to a path.
pub const fn path(name: &'static str, tell: Tell) -> PseudoEntry {
    PseudoEntry { name, mode: 0o777, kind: EntryKind::Path(tell) }
}

/// A directory.
pub const fn directory(name: &'static str, entries: &'static [PseudoEntry]) -> PseudoEntry {
    PseudoEntry { name, mode: 0o555, kind: EntryKind::Directory(entries) }
}

/// A line of numbers.
pub fn decimal(numbers: &[u32]) -> Told {
    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
    Ok((numbers.join("\t") + "\n").into_bytes())
}
