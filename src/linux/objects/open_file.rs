//! Open files, what POSIX calls open file descriptions: descriptors made by `dup` share one, and
//! with it the position and the status flags (open(2)).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use crate::cpu::Random;
use crate::linux::abi::files::{O_ACCMODE, O_APPEND, O_WRONLY};
use crate::linux::config::Buffer;
use crate::linux::errno::Errno;
use crate::linux::files::Device;
use crate::linux::host::{self, DirectoryEntry, FileStatus, FileType};
use crate::linux::sync::lock;

use super::pipe::PipeEnd;

/// What an open file description leads to.
#[derive(Debug)]
pub enum Object {
    /// A host's file of any kind, and whether it is a regular one.
    File(File, bool),
    /// A directory: its entries once they were asked for, and which is next.
    Directory(Option<Vec<DirectoryEntry>>, usize),
    /// A device.
    Device(Device),
    /// Bytes in memory that the embedder gave as a standard stream.
    Buffer(Buffer),
    /// The reading end of a pipe.
    Reader(PipeEnd),
    /// The writing end of a pipe.
    Writer(PipeEnd),
}

/// An open file description.
#[derive(Debug)]
pub struct OpenFile {
    /// What it leads to.
    pub object: Object,
    /// The guest's absolute path.
    pub path: Vec<u8>,
    /// Access mode and status flags.
    pub flags: u32,
}

/// A description that several descriptors may share.
pub type OpenFileHandle = Arc<Mutex<OpenFile>>;

impl OpenFile {
    /// With read and write access.
    pub fn new(object: Object, path: &[u8], flags: u32) -> OpenFile {
        OpenFile { object, path: path.to_vec(), flags }
    }

    /// EBADF unless it was opened for reading.
    pub fn readable(&self) -> Result<(), Errno> {
        if self.flags & O_ACCMODE == O_WRONLY { Err(Errno::EBADF) } else { Ok(()) }
    }

    /// EBADF unless it was opened for writing.
    pub fn writable(&self) -> Result<(), Errno> {
        if self.flags & O_ACCMODE == 0 { Err(Errno::EBADF) } else { Ok(()) }
    }

    /// Reads from the current position, or from `at`.
    pub fn read(&mut self, bytes: &mut [u8], at: Option<u64>, random: &mut Random) -> Result<usize, Errno> {
        match &mut self.object {
            Object::File(file, _) => positioned(file, at, |file| retry(|| file.read(bytes))),
            Object::Directory(..) => Err(Errno::EISDIR),
            _ if at.is_some() => Err(Errno::ESPIPE),
            Object::Device(device) => Ok(device.read(bytes, random)),
            Object::Buffer(buffer) => Ok(lock(buffer).read(bytes)?),
            // With one thread nobody else can ever write: instead of waiting for ever, say so.
            Object::Reader(end) if end.must_wait() && !bytes.is_empty() => Err(Errno::EAGAIN),
            Object::Reader(end) => Ok(lock(&end.bytes).read(bytes)?),
            Object::Writer(..) => Err(Errno::EBADF),
        }
    }

    /// Writes at the current position, or at `at`.
    pub fn write(&mut self, bytes: &[u8], at: Option<u64>) -> Result<usize, Errno> {
        let append = self.flags & O_APPEND != 0;
        match &mut self.object {
            Object::File(file, regular) if append && *regular && at.is_none() => {
                file.seek(SeekFrom::End(0))?;
                retry(|| file.write(bytes))
            }
            Object::File(file, _) => positioned(file, at, |file| retry(|| file.write(bytes))),
            Object::Directory(..) | Object::Reader(..) => Err(Errno::EBADF),
            _ if at.is_some() => Err(Errno::ESPIPE),
            Object::Device(device) => device.write(bytes),
            Object::Buffer(buffer) => Ok(lock(buffer).write(bytes)?),
            Object::Writer(end) if !end.is_connected() => Err(Errno::EPIPE),
            Object::Writer(end) => end.push(bytes),
        }
    }

    /// What `fstat` tells.
    pub fn status(&self) -> Result<FileStatus, Errno> {
        Ok(match &self.object {
            Object::File(file, _) => FileStatus::of_file(file)?,
            Object::Directory(..) => FileStatus::synthetic(FileType::Directory.mode() | 0o555, 1),
            Object::Device(device) => device_status(*device),
            Object::Buffer(_) | Object::Reader(..) | Object::Writer(..) => {
                FileStatus::synthetic(FileType::Pipe.mode() | 0o600, 1)
            }
        })
    }

    /// The host's file, for what only files can do.
    pub fn file(&mut self) -> Result<&mut File, Errno> {
        match &mut self.object {
            Object::File(file, _) => Ok(file),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Whether reads and writes come to an end only at the end of the file.
    pub fn is_regular(&self) -> bool {
        matches!(self.object, Object::File(_, true))
    }

    /// Whether it is a terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(&self.object, Object::File(file, false) if host::is_terminal(file))
    }
}

/// What `stat` tells of a device.
pub fn device_status(device: Device) -> FileStatus {
    FileStatus {
        special: device.number(),
        ..FileStatus::synthetic(FileType::Character.mode() | 0o666, device.number())
    }
}

/// Works at a position and restores the current one.
fn positioned<T>(
    file: &mut File,
    at: Option<u64>,
    work: impl FnOnce(&mut File) -> Result<T, Errno>,
) -> Result<T, Errno> {
    let Some(at) = at else { return work(file) };
    let before = file.stream_position()?;
    file.seek(SeekFrom::Start(at))?;
    let answer = work(file);
    file.seek(SeekFrom::Start(before))?;
    answer
}

/// A signal that the host gets is not the guest's business.
fn retry<T>(mut work: impl FnMut() -> io::Result<T>) -> Result<T, Errno> {
    loop {
        match work() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return Ok(other?),
        }
    }
}
