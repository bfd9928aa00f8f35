//! Open files (POSIX: open file descriptions). Descriptors that `dup` made refer to the same open
//! file, and share its position and status flags (open(2)).

use std::sync::{Arc, Mutex};

use crate::linux::abi::files::{O_ACCMODE, O_APPEND, O_LARGEFILE, O_NOATIME, O_PATH, O_RDONLY, O_RDWR, O_WRONLY};
use crate::linux::abi::inotify::{IN_CLOSE_NOWRITE, IN_CLOSE_WRITE, IN_OPEN};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::files::{Device, PlaceHandle};
use crate::linux::host::HostFile;
use crate::linux::world::{Charge, KernelMemory, LeaseGuard, WaitQueue};

use super::channel::Channel;
use super::contents::{ContentsClaim, FileContents};
use super::inotify::Watches;
use super::locks::LockTicket;
use super::object::{Object, Surroundings};

/// The largest size that a program without O_LARGEFILE may give a file (open(2)).
pub const MAX_SMALL: u64 = 0x7fff_ffff;

/// An open file.
#[derive(Debug)]
pub struct OpenFile {
    /// What it gives access to.
    pub object: Object,
    /// Where it was opened.
    pub place: PlaceHandle,
    /// Access mode and status flags.
    pub flags: u32,
    /// Where the next read or write begins, if the object has positions.
    pub position: u64,
    /// Its name among the owners of locks, if it has had one.
    pub ticket: Option<LockTicket>,
    /// Which process, or negative which group, F_SETOWN named.
    pub owner: i32,
    /// The signal that F_SETSIG named.
    pub signal: u32,
    /// While it is open, nobody executes what may be written to by it.
    pub writes: Option<ContentsClaim>,
    /// Who waits for its lease is told when it is closed.
    pub lease: Option<LeaseGuard>,
    /// Whether it may be cut off by it: who opened it had that right.
    pub may_truncate: bool,
    /// Who is told what is done with it, if somebody may be.
    watches: Option<Arc<Watches>>,
    /// The kernel's memory that it takes.
    charge: Option<Charge>,
}

/// Bytes of the kernel's memory that an open file takes, with a new descriptor.
const OPEN_FILE_SIZE: u64 = 512;

/// An open file that several descriptors may refer to.
pub type OpenFileHandle = Arc<Mutex<OpenFile>>;

impl OpenFile {
    /// An open file at position 0.
    pub fn new(object: Object, place: PlaceHandle, flags: u32) -> OpenFile {
        let (ticket, writes, lease, watches, charge) = (None, None, None, None, None);
        let may_truncate = true;
        let mut open = OpenFile {
            object,
            place,
            flags,
            position: 0,
            ticket,
            owner: 0,
            signal: 0,
            writes,
            lease,
            may_truncate,
            watches,
            charge,
        };
        open.writes =
            open.contents().ok().filter(|_| open.writable().is_ok()).map(|contents| contents.claims().write());
        open
    }

    /// The same, of which those are told who watch the place.
    pub fn watched(mut self, watches: &Arc<Watches>) -> OpenFile {
        self.watches = Some(Arc::clone(watches));
        self.tell(IN_OPEN);
        self
    }

    /// Tells those who watch the place what has been done.
    pub fn tell(&self, events: u32) {
        if let Some(watches) = &self.watches {
            watches.happened(&self.place, events);
        }
    }

    /// Counts it, unless it is already; ENFILE if there is no memory for more open files.
    pub fn count(&mut self, memory: &KernelMemory) -> Result<(), Errno> {
        if self.charge.is_none() {
            self.charge = Some(memory.charge(OPEN_FILE_SIZE).map_err(|_| Errno::ENFILE)?);
        }
        Ok(())
    }

    /// EBADF unless it was opened for reading.
    pub fn readable(&self) -> Result<(), Errno> {
        self.allows(&[O_RDONLY, O_RDWR])
    }

    /// EBADF unless the access mode is one of these.
    fn allows(&self, modes: &[u32]) -> Result<(), Errno> {
        let allowed = !self.is_path() && modes.contains(&(self.flags & O_ACCMODE));
        if allowed { Ok(()) } else { Err(Errno::EBADF) }
    }

    /// EBADF unless it was opened for writing.
    pub fn writable(&self) -> Result<(), Errno> {
        self.allows(&[O_WRONLY, O_RDWR])
    }

    /// ESPIPE if a position is given and there are none; EBADF unless it was opened for reading.
    pub fn readable_at(&self, at: Option<u64>) -> Result<(), Errno> {
        self.positioned(at).and(self.readable())
    }

    /// The same for writing.
    pub fn writable_at(&self, at: Option<u64>) -> Result<(), Errno> {
        self.positioned(at).and(self.writable())
    }

    fn positioned(&self, at: Option<u64>) -> Result<(), Errno> {
        let tells = matches!(self.object, Object::Epoll(_) | Object::Signalfd(_));
        let streams = self.queue().is_some() || self.stream().is_some() || tells;
        if at.is_some() && streams && !self.object.has_position() { Err(Errno::ESPIPE) } else { Ok(()) }
    }

    /// Whether it stands for a place only (O_PATH).
    pub fn is_path(&self) -> bool {
        self.flags & O_PATH != 0
    }

    /// Whether it is noted when it is read: of files with contents, unless the flags of the file or its mount say no.
    fn notes_reading(&self) -> bool {
        self.flags & O_NOATIME == 0 && self.place.mount_point().notes_reading() && self.contents().is_ok()
    }

    /// Reads from the current position, or from `at`.
    pub fn read(&mut self, around: &mut Surroundings, bytes: &mut [u8], at: Option<u64>) -> Result<usize, Errno> {
        let count = self.object.read(around, bytes, at.unwrap_or(self.position), at.is_some())?;
        if !bytes.is_empty() && self.notes_reading() {
            self.place.node().accessed(around.now);
        }
        self.advance(at, count);
        Ok(count)
    }

    /// Writes at the current position, or at `at`. With O_APPEND both go to the end of a regular file
    /// (pwrite(2), "BUGS"); a position of its own moves there only without `at`.
    pub fn write(&mut self, around: &mut Surroundings, bytes: &[u8], at: Option<u64>) -> Result<usize, Errno> {
        let append = self.flags & O_APPEND != 0;
        let mut position = at.unwrap_or(self.position);
        if let (true, Object::Regular(contents)) = (append, &self.object) {
            position = contents.size()?;
        }
        let bytes = self.within_limit(bytes, position)?;
        let count = self.object.write(around, bytes, position, [at.is_some(), append])?;
        if at.is_none() && self.object.has_position() {
            self.position = position + count as u64;
        }
        Ok(count)
    }

    /// The part of the bytes that a program without O_LARGEFILE may write; EFBIG if none.
    fn within_limit<'a>(&self, bytes: &'a [u8], at: u64) -> Result<&'a [u8], Errno> {
        if self.flags & O_LARGEFILE != 0 || !matches!(self.object, Object::Regular(_)) {
            return Ok(bytes);
        }
        match MAX_SMALL.saturating_sub(at) {
            0 if !bytes.is_empty() => Err(Errno::EFBIG),
            room => Ok(&bytes[..bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX))]),
        }
    }

    fn advance(&mut self, at: Option<u64>, count: usize) {
        if at.is_none() && self.object.has_position() {
            self.position += count as u64;
        }
    }

    /// The stream of the host, if it is one that can block.
    pub fn stream(&self) -> Option<&HostFile> {
        match &self.object {
            Object::Stream(stream) if !stream.is_regular => Some(&stream.file),
            _ => None,
        }
    }

    /// Where threads wait for it.
    pub fn queue(&self) -> Option<&WaitQueue> {
        self.object.channel().map(Channel::queue)
    }

    /// The contents of a regular file; EINVAL for every other object.
    pub fn contents(&self) -> Result<&Arc<FileContents>, Errno> {
        match &self.object {
            Object::Regular(contents) => Ok(contents),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Whether bytes can go from it to another open file, or into it from there (splice(2)): counters, lists of names
    /// and the like have none of their own.
    pub fn has_bytes(&self) -> bool {
        let moves = matches!(self.object, Object::Pipe(_) | Object::Pty(_) | Object::Socket(_) | Object::Stream(_));
        moves || matches!(self.object, Object::Regular(_) | Object::Device(_) | Object::Buffer(_) | Object::Text(_))
    }

    /// The same of a source: the device that has nothing to read is none, nor are the files of a process in `/proc`, but
    /// for those of its mounts.
    pub fn gives_bytes(&self) -> bool {
        let is_told = matches!(self.object, Object::Text(_)) && !self.place.name().starts_with(b"mount");
        let of_process = is_told && self.place.upwards().any(|place| place.node().process().is_some());
        self.has_bytes() && !of_process && !matches!(self.object, Object::Device(Device::Null))
    }

    /// The same of a target: the device that is always full takes what is written alone.
    pub fn takes_bytes(&self) -> bool {
        self.has_bytes() && !matches!(self.object, Object::Device(Device::Full))
    }

    /// Whether reading it is short only at the end.
    pub fn is_regular(&self) -> bool {
        self.object.is_regular()
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.tell(if self.writable().is_ok() { IN_CLOSE_WRITE } else { IN_CLOSE_NOWRITE });
    }
}

copied!(OpenFile: clone { flags, position, owner, signal, may_truncate } duplicate { object, place, ticket, writes, lease, watches, charge });
