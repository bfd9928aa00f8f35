//! Descriptors and what they stand for: open file descriptions, which `dup` shares and whose
//! position they share.

use crate::cpu::Random;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::config::{Buffer, Stream};
use super::devices::Device;
use super::errno::Errno;
use super::host::{self, Entry, Kind, Status};

/// Bytes that a pipe holds.
const PIPE_SIZE: usize = 65_536;

/// Access mode bits of the flags: 0 reads, 1 writes, 2 does both.
pub const O_ACCMODE: u32 = 3;
/// Every write goes to the end.
pub const O_APPEND: u32 = 0o2000;

/// What an open file description leads to.
#[derive(Debug)]
pub enum Object {
    /// A host's file of any kind, and whether it is a regular one.
    File(File, bool),
    /// A directory: its entries once they were asked for, and which is next.
    Directory(Option<Vec<Entry>>, usize),
    /// A device.
    Device(Device),
    /// Bytes in memory that the embedder gave as a standard stream.
    Buffer(Buffer),
    /// The reading end of a pipe.
    Reader(PipeEnd),
    /// The writing end of a pipe.
    Writer(PipeEnd),
}

/// One end of a pipe.
#[derive(Debug)]
pub struct PipeEnd {
    /// What was written and not yet read.
    pub bytes: Buffer,
    /// Lives as long as this end is open.
    _life: Arc<()>,
    other: Weak<()>,
}

impl PipeEnd {
    /// Both ends of a new pipe.
    pub fn pair() -> [PipeEnd; 2] {
        let bytes = Buffer::default();
        let [first, second] = [Arc::new(()), Arc::new(())];
        let [to_first, to_second] = [&first, &second].map(Arc::downgrade);
        let end = |life, other| PipeEnd { bytes: Arc::clone(&bytes), _life: life, other };
        [end(first, to_second), end(second, to_first)]
    }

    /// Whether the other end is still open.
    pub fn is_connected(&self) -> bool {
        self.other.strong_count() > 0
    }

    /// Whether nothing can be read now, but might be later.
    pub fn must_wait(&self) -> bool {
        self.is_connected() && lock(&self.bytes).is_empty()
    }
}

/// An open file description.
#[derive(Debug)]
pub struct Description {
    /// What it leads to.
    pub object: Object,
    /// The guest's absolute path.
    pub path: Vec<u8>,
    /// Access mode and status flags.
    pub flags: u32,
}

/// A description that several descriptors may share.
pub type Shared = Arc<Mutex<Description>>;

/// Locks; a panic elsewhere does not make the data worse.
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Description {
    /// With read and write access.
    pub fn new(object: Object, path: &[u8], flags: u32) -> Description {
        Description { object, path: path.to_vec(), flags }
    }

    /// EBADF unless it was opened for reading.
    pub fn readable(&self) -> Result<(), Errno> {
        if self.flags & O_ACCMODE == 1 { Err(Errno::EBADF) } else { Ok(()) }
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
            Object::Writer(end) => push(&mut lock(&end.bytes), bytes),
        }
    }

    /// What `fstat` tells.
    pub fn status(&self) -> Result<Status, Errno> {
        Ok(match &self.object {
            Object::File(file, _) => Status::of_file(file)?,
            Object::Directory(..) => Status::synthetic(Kind::Directory.mode() | 0o555, 1),
            Object::Device(device) => device_status(*device),
            Object::Buffer(_) | Object::Reader(..) | Object::Writer(..) => {
                Status::synthetic(Kind::Pipe.mode() | 0o600, 1)
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
pub fn device_status(device: Device) -> Status {
    Status { special: device.number(), ..Status::synthetic(Kind::Character.mode() | 0o666, device.number()) }
}

fn push(pipe: &mut VecDeque<u8>, bytes: &[u8]) -> Result<usize, Errno> {
    match PIPE_SIZE - pipe.len().min(PIPE_SIZE) {
        0 if !bytes.is_empty() => Err(Errno::EAGAIN),
        room => {
            let count = room.min(bytes.len());
            pipe.extend(&bytes[..count]);
            Ok(count)
        }
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

/// A descriptor: a description, and whether `execve` closes it.
#[derive(Clone, Debug)]
struct Descriptor {
    open: Shared,
    close_on_exec: bool,
}

/// The descriptors of a process by number.
#[derive(Clone, Debug, Default)]
pub struct Descriptors {
    table: Vec<Option<Descriptor>>,
}

impl Descriptors {
    /// How many there may be.
    pub const LIMIT: u32 = 1024;

    /// Standard input, output and error.
    pub fn new(streams: &[Stream; 3]) -> Descriptors {
        let open = |(number, stream): (usize, &Stream)| {
            let (object, path) = match stream {
                Stream::Host => (host_stream(number)?, format!("/dev/{}", ["stdin", "stdout", "stderr"][number])),
                Stream::Buffer(buffer) => (Object::Buffer(Arc::clone(buffer)), String::new()),
                Stream::Closed => return None,
            };
            let open = Arc::new(Mutex::new(Description::new(object, path.as_bytes(), 2)));
            Some(Descriptor { open, close_on_exec: false })
        };
        Descriptors { table: streams.iter().enumerate().map(open).collect() }
    }

    /// The description behind a number; EBADF if there is none.
    pub fn get(&self, number: u32) -> Result<Shared, Errno> {
        self.descriptor(number).map(|descriptor| Arc::clone(&descriptor.open))
    }

    /// Enters a description under the lowest free number from `lowest` on.
    pub fn insert(&mut self, open: Shared, lowest: u32, close_on_exec: bool) -> Result<u32, Errno> {
        let free = |number: &u32| self.table.get(*number as usize).is_none_or(Option::is_none);
        let number = (lowest..Descriptors::LIMIT).find(free).ok_or(Errno::EMFILE)?;
        self.replace(number, open, close_on_exec)
    }

    /// Enters a description under a number, closing what was there.
    pub fn replace(&mut self, number: u32, open: Shared, close_on_exec: bool) -> Result<u32, Errno> {
        if number >= Descriptors::LIMIT {
            return Err(Errno::EBADF);
        }
        let size = self.table.len().max(number as usize + 1);
        self.table.resize_with(size, || None);
        self.table[number as usize] = Some(Descriptor { open, close_on_exec });
        Ok(number)
    }

    /// Takes a descriptor out.
    pub fn close(&mut self, number: u32) -> Result<(), Errno> {
        self.descriptor(number)?;
        self.table[number as usize] = None;
        Ok(())
    }

    /// Whether `execve` closes it.
    pub fn close_on_exec(&self, number: u32) -> Result<bool, Errno> {
        self.descriptor(number).map(|descriptor| descriptor.close_on_exec)
    }

    /// Sets whether `execve` closes it.
    pub fn set_close_on_exec(&mut self, number: u32, on: bool) -> Result<(), Errno> {
        self.descriptor(number)?;
        if let Some(Some(descriptor)) = self.table.get_mut(number as usize) {
            descriptor.close_on_exec = on;
        }
        Ok(())
    }

    fn descriptor(&self, number: u32) -> Result<&Descriptor, Errno> {
        self.table.get(number as usize).and_then(Option::as_ref).ok_or(Errno::EBADF)
    }
}

fn host_stream(number: usize) -> Option<Object> {
    let file = host::stream(number).ok()?;
    let regular = file.metadata().is_ok_and(|metadata| metadata.is_file());
    Some(Object::File(file, regular))
}
