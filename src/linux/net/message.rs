//! What goes from one socket to another: bytes, and what is sent along with them (unix(7), "Ancillary
//! messages").

use std::sync::Arc;

use crate::linux::abi::sockets::Ucred;
use crate::linux::copy::{Opaque, copied};
use crate::linux::world::Charge;

use super::address::SocketAddress;
use super::packet::Packet;

/// An open file that is on its way. Open files themselves know sockets.
pub type PassedFile = Arc<dyn Opaque>;

/// Bytes of the kernel's memory that a message takes beside its own.
pub const OVERHEAD: usize = 768;

/// A message, or a part of a stream.
#[derive(Debug)]
pub struct SocketMessage {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// How many of them have been taken from a stream.
    pub taken: usize,
    /// Who sent it: the address.
    pub from: SocketAddress,
    /// Who sent it: the process.
    pub credentials: Ucred,
    /// Open files that go along.
    pub files: Vec<PassedFile>,
    /// The head of a datagram of the internet.
    pub packet: Option<Packet>,
    /// It is an urgent byte of a stream.
    pub urgent: bool,
    /// The kernel's memory that it takes.
    pub charge: Option<Charge>,
}

impl SocketMessage {
    /// Bytes alone.
    pub fn new(bytes: Vec<u8>, from: SocketAddress, credentials: Ucred) -> SocketMessage {
        let files = Vec::new();
        SocketMessage { bytes, taken: 0, from, credentials, files, packet: None, urgent: false, charge: None }
    }

    /// The same for another receiver, which pays for its own.
    pub fn copy(&self) -> SocketMessage {
        let SocketMessage { bytes, taken, from, credentials, files, packet, urgent, charge: _ } = self;
        SocketMessage {
            bytes: bytes.clone(),
            taken: *taken,
            from: from.clone(),
            credentials: *credentials,
            files: files.clone(),
            packet: *packet,
            urgent: *urgent,
            charge: None,
        }
    }

    /// What it counts where room is short.
    pub fn size(&self) -> usize {
        self.bytes.len() + OVERHEAD
    }

    /// Bytes of the kernel's memory that it takes, with the open files that go along.
    pub fn memory(&self) -> usize {
        self.size() + self.files.len() * size_of::<PassedFile>()
    }

    /// Whether it is an urgent byte that has not been taken.
    pub fn is_unread_mark(&self) -> bool {
        self.urgent && !self.rest().is_empty()
    }

    /// The bytes that have not been taken.
    pub fn rest(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }
}

copied!(SocketMessage: clone { bytes, taken, from, credentials, packet, urgent } duplicate { files, charge });

/// What `recvmsg` gives.
#[derive(Debug)]
pub struct Received {
    /// The bytes that there was room for.
    pub bytes: Vec<u8>,
    /// Bytes of the whole message.
    pub whole: usize,
    /// Who sent it; `None` of a stream that has ended.
    pub from: Option<SocketAddress>,
    /// The process that sent it.
    pub credentials: Ucred,
    /// Open files that came along.
    pub files: Vec<PassedFile>,
    /// The head of a datagram of the internet.
    pub packet: Option<Packet>,
}

impl Received {
    /// The end of a stream.
    pub fn end() -> Received {
        let credentials = Ucred { pid: 0, uid: 0, gid: 0 };
        Received { bytes: Vec::new(), whole: 0, from: None, credentials, files: Vec::new(), packet: None }
    }
}
