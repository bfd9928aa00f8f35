//! What has happened to a file.

use crate::linux::abi::Encoded;
use crate::linux::abi::inotify::{IN_IGNORED, IN_Q_OVERFLOW, InotifyEvent};

/// Something that has happened to a watched file, or in a watched directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEvent {
    /// The watch that it is told to.
    pub wd: i32,
    /// What it was: bits of inotify(7).
    pub mask: u32,
    /// A number that both halves of a move have in common.
    pub cookie: u32,
    /// The name in the directory; empty if it happened to what is watched itself.
    pub name: Vec<u8>,
}

impl FileEvent {
    /// There was no room for further events.
    pub fn overflow() -> FileEvent {
        FileEvent { wd: -1, mask: IN_Q_OVERFLOW, cookie: 0, name: Vec::new() }
    }

    /// Whether it tells nothing that was not told just before: one who reads both would learn no more.
    pub fn repeats(&self, before: &FileEvent) -> bool {
        before.mask & IN_IGNORED == 0 && (self.wd, self.mask, &self.name) == (before.wd, before.mask, &before.name)
    }

    /// Bytes that a reader gets.
    pub fn size(&self) -> usize {
        InotifyEvent::SIZE + self.room()
    }

    /// Bytes that the name takes, with zeros behind it up to a multiple of the header's size.
    fn room(&self) -> usize {
        if self.name.is_empty() { 0 } else { (self.name.len() + 1).next_multiple_of(InotifyEvent::SIZE) }
    }

    /// What a reader gets.
    pub fn bytes(&self) -> Vec<u8> {
        let header = InotifyEvent { wd: self.wd, mask: self.mask, cookie: self.cookie, len: self.room() as u32 };
        let mut bytes = [header.to_bytes(), self.name.clone()].concat();
        bytes.resize(self.size(), 0);
        bytes
    }
}
