//! The nodes of filesystems that are tables: an entry with the numbers in its path.

use std::any::Any;
use std::sync::Arc;

use crate::linux::abi::status::PROC_SUPER_MAGIC;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host::{DirectoryEntry, FileStatus, FileType};
use crate::linux::objects::{Object, OpenListing};

use super::super::node::{Asker, FilesystemStatus, LinkTarget, Node, NodeHandle};
use super::super::view::ProcSetting;
use super::entry::{EntryKind, Numbered, Numbers, PseudoEntry, PseudoFilesystem};

/// A file, directory or link.
#[derive(Debug)]
pub struct PseudoNode {
    filesystem: &'static PseudoFilesystem,
    entry: &'static PseudoEntry,
    numbers: Numbers,
    inode: u64,
}

impl PseudoNode {
    /// The root directory.
    pub fn root(filesystem: &'static PseudoFilesystem) -> NodeHandle {
        Arc::new(PseudoNode { filesystem, entry: &filesystem.root, numbers: [0; 2], inode: 1 })
    }

    /// What has a name in this directory.
    fn below(&self, name: &[u8], entry: &'static PseudoEntry, numbers: Numbers) -> NodeHandle {
        Arc::new(PseudoNode { filesystem: self.filesystem, entry, numbers, inode: self.inode_of(name) })
    }

    /// Names and numbers in this directory; ENOTDIR if it is none.
    fn names(&self) -> Result<(impl Iterator<Item = &'static PseudoEntry>, Option<&'static Numbered>), Errno> {
        let (entries, more, numbered): (&[_], &[_], _) = match &self.entry.kind {
            EntryKind::Directory(entries) => (entries, &[], None),
            EntryKind::Both(entries, more) => (entries, more, None),
            EntryKind::Numbered(entries, numbered) => (entries, &[], Some(*numbered)),
            _ => return Err(Errno::ENOTDIR),
        };
        Ok((entries.iter().chain(more), numbered))
    }

    /// The number of what has a name here: the same each time, and different for different paths.
    fn inode_of(&self, name: &[u8]) -> u64 {
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        name.iter().fold(step(self.inode ^ 0xcbf2_9ce4_8422_2325, &b'/'), step) & 0x7fff_ffff | 2
    }
}

fn type_of(entry: &PseudoEntry) -> FileType {
    match entry.kind {
        EntryKind::Text(_) | EntryKind::Fixed(_) | EntryKind::Kept(..) | EntryKind::Setting(..) | EntryKind::Memory => {
            FileType::File
        }
        EntryKind::Path(_) | EntryKind::Link(_) => FileType::Link,
        EntryKind::Directory(_) | EntryKind::Both(..) | EntryKind::Numbered(..) => FileType::Directory,
    }
}

impl Node for PseudoNode {
    fn as_any(&self) -> &dyn Any {
        self
    }

    crate::linux::files::node::copied_node!();

    fn identity(&self) -> (u64, u64) {
        (self.filesystem.device, self.inode)
    }

    fn file_type(&self) -> FileType {
        type_of(self.entry)
    }

    fn filesystem(&self) -> FilesystemStatus {
        let PseudoFilesystem { name, magic, .. } = *self.filesystem;
        FilesystemStatus { name, magic, read_only: false, pages: [0; 2] }
    }

    fn status(&self, asker: &Asker) -> Result<FileStatus, Errno> {
        let (uid, gid) = match self.numbers[0] {
            0 => (0, 0),
            id => asker.world.process(id).map(|facts| facts.owner.into())?,
        };
        let status = FileStatus::synthetic(self.file_type().mode() | self.entry.mode, self.inode);
        let links = if self.file_type() == FileType::Directory { 2 } else { 1 };
        Ok(FileStatus {
            device: self.filesystem.device,
            uid,
            gid,
            links,
            block_size: 1024,
            times: [asker.now; 3],
            ..status
        })
    }

    fn process(&self) -> Option<u32> {
        matches!(self.entry.kind, EntryKind::Both(..)).then_some(self.numbers[0])
    }

    fn lookup(&self, asker: &Asker, name: &[u8]) -> Result<NodeHandle, Errno> {
        let (mut entries, numbered) = self.names()?;
        if let Some(entry) = entries.find(|entry| entry.name.as_bytes() == name) {
            return Ok(self.below(name, entry, self.numbers));
        }
        let (numbered, text) = numbered.zip(std::str::from_utf8(name).ok()).ok_or(Errno::ENOENT)?;
        let number = (numbered.names.read)(text).ok_or(Errno::ENOENT)?;
        let there = (numbered.has)(asker.world, self.numbers, number);
        if !there || (numbered.names.write)(asker.world, self.numbers, number) != text {
            return Err(Errno::ENOENT);
        }
        Ok(self.below(name, &numbered.entry, (numbered.below)(self.numbers, number)))
    }

    fn list(&self, asker: &Asker) -> Result<Vec<DirectoryEntry>, Errno> {
        let (entries, numbered) = self.names()?;
        let mut list = Vec::new();
        let mut add = |entry: &PseudoEntry, name: Vec<u8>| {
            list.push(DirectoryEntry { inode: self.inode_of(&name), file_type: type_of(entry), name });
        };
        entries.for_each(|entry| add(entry, entry.name.as_bytes().to_vec()));
        if let Some(numbered) = numbered {
            let numbers = (numbered.list)(asker.world, self.numbers);
            let name = |number| (numbered.names.write)(asker.world, self.numbers, number).into_bytes();
            numbers.into_iter().for_each(|number| add(&numbered.entry, name(number)));
        }
        Ok(list)
    }

    fn target(&self, asker: &Asker) -> Result<LinkTarget, Errno> {
        match &self.entry.kind {
            EntryKind::Path(tell) => tell(asker.world, self.numbers).map(LinkTarget::Path),
            EntryKind::Link(to) => Ok(LinkTarget::Process(to(self.numbers))),
            _ => Err(Errno::EINVAL),
        }
    }

    fn open(&self, asker: &Asker, _: u32) -> Result<Object, Errno> {
        match self.file_type() {
            FileType::Directory => Ok(Object::Directory(OpenListing::default())),
            FileType::Link => Err(Errno::ELOOP),
            _ if matches!(self.entry.kind, EntryKind::Memory) => {
                asker.world.process(self.numbers[0]).map(|facts| Object::Memory(facts.process))
            }
            _ => Ok(Object::Text(self.text(asker).unwrap_or(Err(Errno::EINVAL))?)),
        }
    }

    fn text(&self, asker: &Asker) -> Option<Result<Vec<u8>, Errno>> {
        match &self.entry.kind {
            EntryKind::Text(tell) | EntryKind::Setting(tell, _) => Some(tell(asker.world, self.numbers)),
            EntryKind::Kept(path, line) => {
                let line = asker.world.kept(path).unwrap_or_else(|| line.as_bytes().to_vec());
                Some(Ok([line.as_slice(), b"\n"].concat()))
            }
            EntryKind::Fixed(line) => Some(Ok([line.as_bytes(), b"\n"].concat())),
            _ => None,
        }
    }

    fn admits_names(&self) -> Result<(), Errno> {
        if self.filesystem.magic == PROC_SUPER_MAGIC { Err(Errno::ENOENT) } else { Ok(()) }
    }

    fn setting(&self) -> Option<(ProcSetting, u32)> {
        match self.entry.kind {
            EntryKind::Setting(_, sets) => Some((sets, self.numbers[0])),
            EntryKind::Kept(path, line) => Some((ProcSetting::Kept(path, line), self.numbers[0])),
            _ => None,
        }
    }
}

copied!(PseudoNode: clone { filesystem, entry, numbers, inode } duplicate {});
