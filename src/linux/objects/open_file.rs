//! Open files (POSIX: open file descriptions). Descriptors that `dup` made refer to the same open
//! file, and share its position and status flags (open(2)).

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
use crate::linux::world::WaitQueue;

use super::pipe::PipeEnd;

/// The object that an open file gives access to.
#[derive(Debug)]
pub enum Object {
    /// A file of the host; true if it is a regular file.
    File(File, bool),
    /// A directory: its entries, once they have been read, and the index of the next one.
    Directory(Option<Vec<DirectoryEntry>>, usize),
    /// A device.
    Device(Device),
    /// A buffer that the embedding program supplied as a standard stream.
    Buffer(Buffer),
    /// The reading end of a pipe.
    Reader(PipeEnd),
    /// The writing end of a pipe.
    Writer(PipeEnd),
}

/// An open file.
#[derive(Debug)]
pub struct OpenFile {
    /// What it gives access to.
    pub object: Object,
    /// The absolute path under which the guest opened it.
    pub path: Vec<u8>,
    /// Access mode and status flags.
    pub flags: u32,
}

/// An open file that several descriptors may refer to.
pub type OpenFileHandle = Arc<Mutex<OpenFile>>;

impl OpenFile {
    /// An open file at position 0.
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
            Object::Reader(end) => end.pull(bytes),
            Object::Writer(..) => Err(Errno::EBADF),
        }
    }

    /// Writes at the current position, or at `at`. With O_APPEND both go to the end of a regular
    /// file (pwrite(2), "BUGS").
    pub fn write(&mut self, bytes: &[u8], at: Option<u64>) -> Result<usize, Errno> {
        let append = self.flags & O_APPEND != 0;
        match &mut self.object {
            Object::File(file, true) if append && at.is_none() => {
                file.seek(SeekFrom::End(0))?;
                retry(|| file.write(bytes))
            }
            Object::File(file, true) if append => {
                let end = file.metadata()?.len();
                positioned(file, Some(end), |file| retry(|| file.write(bytes)))
            }
            Object::File(file, _) => positioned(file, at, |file| retry(|| file.write(bytes))),
            Object::Directory(..) | Object::Reader(..) => Err(Errno::EBADF),
            _ if at.is_some() => Err(Errno::ESPIPE),
            Object::Device(device) => device.write(bytes),
            Object::Buffer(buffer) => Ok(lock(buffer).write(bytes)?),
            Object::Writer(end) => end.push(bytes),
        }
    }

    /// Writes bytes of a mapping at their position in the file, whatever the flags say.
    pub fn write_mapped(&mut self, bytes: &[u8], at: u64) -> Result<usize, Errno> {
        positioned(self.file()?, Some(at), |file| retry(|| file.write(bytes)))
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

    /// The stream of the host, if it is one.
    pub fn stream(&self) -> Option<&File> {
        match &self.object {
            Object::File(file, false) => Some(file),
            _ => None,
        }
    }

    /// Whether a read or a write would not have to wait; streams of the host are not asked.
    pub fn is_ready(&self) -> bool {
        match &self.object {
            Object::Reader(end) | Object::Writer(end) => end.is_ready(),
            _ => true,
        }
    }

    /// Where threads wait for it.
    pub fn queue(&self) -> Option<&WaitQueue> {
        match &self.object {
            Object::Reader(end) | Object::Writer(end) => Some(&end.queue),
            _ => None,
        }
    }

    /// The host's file; EINVAL for every other object.
    pub fn file(&mut self) -> Result<&mut File, Errno> {
        match &mut self.object {
            Object::File(file, _) => Ok(file),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Whether it is a regular file, of which a read is short only at the end.
    pub fn is_regular(&self) -> bool {
        matches!(self.object, Object::File(_, true))
    }

    /// Whether it is a terminal.
    pub fn is_terminal(&self) -> bool {
        matches!(&self.object, Object::File(file, false) if host::is_terminal(file))
    }
}

/// What `stat` tells about a device.
pub fn device_status(device: Device) -> FileStatus {
    FileStatus {
        special: device.number(),
        ..FileStatus::synthetic(FileType::Character.mode() | 0o666, device.number())
    }
}

/// Calls `work` at a file position, if one is given, and restores the current position.
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

/// Repeats an operation that a signal to the host process interrupted: the guest must not see it.
fn retry<T>(mut work: impl FnMut() -> io::Result<T>) -> Result<T, Errno> {
    loop {
        match work() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return Ok(other?),
        }
    }
}
