//! What an open file gives access to.

use std::sync::Arc;

use crate::cpu::Random;
use crate::linux::config::Buffer;
use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::errno::Errno;
use crate::linux::files::Device;
use crate::linux::host::FileTime;
use crate::linux::ipc::QueueDescriptor;
use crate::linux::net::Socket;
use crate::linux::sync::lock;
use crate::memory::FramePool;

use super::channel::Channel;
use super::contents::FileContents;
use super::epoll::Epoll;
use super::eventfd::Eventfd;
use super::fanotify::Fanotify;
use super::inotify::Inotify;
use super::listing::OpenListing;
use super::mount_context::MountContext;
use super::pidfd::Pidfd;
use super::pipe::PipeEnd;
use super::ruleset::Ruleset;
use super::stream::HostStream;
use super::terminal::{PtyEnd, TerminalHandle};
use super::timerfd::Timerfd;

/// The object that an open file gives access to.
#[derive(Debug)]
pub enum Object {
    /// A regular file.
    Regular(Arc<FileContents>),
    /// A file of the host, used as it is.
    Stream(HostStream),
    /// A directory.
    Directory(OpenListing),
    /// A device.
    Device(Device),
    /// A buffer that the embedding program supplied as a standard stream.
    Buffer(Buffer),
    /// An end of a pipe.
    Pipe(PipeEnd),
    /// An end of a pseudoterminal.
    Pty(PtyEnd),
    /// A queue of messages.
    Queue(QueueDescriptor),
    /// A socket.
    Socket(Arc<Socket>),
    /// A process.
    Pidfd(Pidfd),
    /// A counter.
    Eventfd(Eventfd),
    /// A timer.
    Timerfd(Timerfd),
    /// A set of watched files.
    Inotify(Inotify),
    /// A group of marks on files.
    Fanotify(Fanotify),
    /// A set of signals.
    Signalfd(u64),
    /// A set of open files that are watched.
    Epoll(Epoll),
    /// Text that the kernel made up, as files in `/proc` are.
    Text(Vec<u8>),
    /// The memory of the process with this number.
    Memory(u32),
    /// A filesystem that is to be mounted.
    Mounting(Box<MountContext>),
    /// A set of rules about what may be done with files.
    Ruleset(Ruleset),
    /// Nothing but a place (O_PATH).
    Place,
}

/// What reading and writing need beside the object.
pub struct Surroundings<'a> {
    /// The pool of page frames.
    pub pool: &'a mut FramePool,
    /// Where random numbers come from.
    pub random: &'a mut Random,
    /// The date.
    pub now: FileTime,
}

impl Object {
    /// Reads at a position, which counts only where there are positions; `given` says that the caller
    /// named it, which is an error elsewhere.
    pub fn read(&mut self, around: &mut Surroundings, bytes: &mut [u8], at: u64, given: bool) -> Result<usize, Errno> {
        if let Some(channel) = self.channel().filter(|channel| channel.blocks()) {
            return if given { Err(Errno::ESPIPE) } else { channel.read(bytes) };
        }
        match self {
            Object::Regular(contents) => contents.read(around.pool, bytes, at),
            Object::Text(text) => Ok(copy_from(text, at, bytes)),
            Object::Queue(queue) => Ok(copy_from(queue.text().as_bytes(), at, bytes)),
            Object::Device(device) => Ok(device.read(bytes, around.random)),
            Object::Directory(_) => Err(Errno::EISDIR),
            // The kernel itself reads memory: other processes are out of reach here.
            Object::Place | Object::Memory(_) => Err(Errno::EBADF),
            Object::Stream(stream) => stream.read(bytes, given.then_some(at)),
            Object::Buffer(_) if given => Err(Errno::ESPIPE),
            Object::Buffer(buffer) => Ok(std::io::Read::read(&mut *lock(buffer), bytes)?),
            // It would tell what went wrong, in words.
            Object::Mounting(_) => Err(Errno::ENODATA),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Writes at a position.
    pub fn write(
        &mut self,
        around: &mut Surroundings,
        bytes: &[u8],
        at: u64,
        [given, append]: [bool; 2],
    ) -> Result<usize, Errno> {
        if let Some(channel) = self.channel().filter(|channel| channel.blocks()) {
            return if given { Err(Errno::ESPIPE) } else { channel.write(bytes) };
        }
        match self {
            Object::Regular(contents) => contents.write(around.pool, bytes, at, around.now),
            Object::Device(device) => device.write(bytes.len()),
            Object::Directory(_) | Object::Place | Object::Memory(_) => Err(Errno::EBADF),
            Object::Stream(stream) => stream.write(bytes, given.then_some(at), append),
            Object::Buffer(_) if given => Err(Errno::ESPIPE),
            Object::Buffer(buffer) => Ok(std::io::Write::write(&mut *lock(buffer), bytes)?),
            Object::Queue(queue) => queue.write(bytes),
            _ => Err(Errno::EINVAL),
        }
    }

    /// What it is if threads may have to wait for it.
    pub fn channel(&self) -> Option<&dyn Channel> {
        match self {
            Object::Pipe(end) => Some(end),
            Object::Pty(end) => Some(end),
            Object::Queue(queue) => Some(queue),
            Object::Socket(socket) => Some(&**socket),
            Object::Pidfd(pidfd) => Some(pidfd),
            Object::Eventfd(counter) => Some(counter),
            Object::Timerfd(timer) => Some(timer),
            Object::Inotify(watches) => Some(watches),
            Object::Fanotify(group) => Some(group),
            _ => None,
        }
    }

    /// Whether it has positions that reading moves on.
    pub fn has_position(&self) -> bool {
        use Object::{Directory, Memory, Queue, Regular, Text};
        matches!(self, Regular(_) | Text(_) | Queue(_) | Directory(_) | Memory(_))
    }

    /// Whether reading it is short only at the end.
    pub fn is_regular(&self) -> bool {
        matches!(self, Object::Regular(_) | Object::Text(_))
            || matches!(self, Object::Stream(HostStream { is_regular: true, .. }))
    }

    /// The terminal that it is, and whether it is the master of it.
    pub fn terminal(&self) -> Option<(&TerminalHandle, bool)> {
        match self {
            Object::Stream(stream) => stream.terminal.as_ref().map(|terminal| (terminal, false)),
            Object::Pty(end) => Some((&end.terminal, end.is_master)),
            _ => None,
        }
    }
}

/// Copies what there is from a position on, and gives its size.
fn copy_from(text: &[u8], at: u64, bytes: &mut [u8]) -> usize {
    let rest = text.get(usize::try_from(at).unwrap_or(usize::MAX)..).unwrap_or_default();
    let count = rest.len().min(bytes.len());
    bytes[..count].copy_from_slice(&rest[..count]);
    count
}

impl Duplicate for Object {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(match self {
            Object::Regular(contents) => Object::Regular(contents.duplicate(copier)?),
            Object::Stream(stream) => Object::Stream(stream.duplicate(copier)?),
            Object::Directory(listing) => Object::Directory(listing.duplicate(copier)?),
            Object::Device(device) => Object::Device(*device),
            Object::Buffer(buffer) => Object::Buffer(Arc::clone(buffer)),
            Object::Pipe(end) => Object::Pipe(end.duplicate(copier)?),
            Object::Pidfd(pidfd) => Object::Pidfd(pidfd.duplicate(copier)?),
            Object::Eventfd(eventfd) => Object::Eventfd(eventfd.duplicate(copier)?),
            Object::Timerfd(timerfd) => Object::Timerfd(timerfd.duplicate(copier)?),
            Object::Signalfd(mask) => Object::Signalfd(*mask),
            Object::Text(text) => Object::Text(text.clone()),
            Object::Memory(pid) => Object::Memory(*pid),
            Object::Mounting(context) => Object::Mounting(context.clone()),
            Object::Ruleset(rules) => Object::Ruleset(rules.clone()),
            Object::Place => Object::Place,
            Object::Pty(end) => Object::Pty(end.duplicate(copier)?),
            Object::Queue(queue) => Object::Queue(queue.duplicate(copier)?),
            Object::Socket(socket) => Object::Socket(socket.duplicate(copier)?),
            Object::Inotify(inotify) => Object::Inotify(inotify.duplicate(copier)?),
            Object::Fanotify(group) => Object::Fanotify(group.duplicate(copier)?),
            Object::Epoll(epoll) => Object::Epoll(epoll.duplicate(copier)?),
        })
    }
}
