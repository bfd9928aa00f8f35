//! Sending and receiving, and what poll(2) tells of a socket.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::linux::abi::poll::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDHUP, POLLRDNORM, POLLWRNORM};
use crate::linux::abi::socket_options::{
    IP_MULTICAST_TTL, IP_TOS, IP_TTL, IPV6_TCLASS, IPV6_UNICAST_HOPS, SO_PASSCRED, SO_RCVLOWAT,
};
use crate::linux::abi::sockets::{AF_INET, SOL_IP, SOL_IPV6, SOL_SOCKET, Ucred};
use crate::linux::errno::Errno;
use crate::linux::objects::Channel;
use crate::linux::sync::lock;
use crate::linux::world::WaitQueue;

use super::address::{SocketAddress, plain, shown};
use super::inbox::InboxHandle;
use super::message::{OVERHEAD, Received, SocketMessage};
use super::packet::{Packet, PacketWishes};
use super::socket::{Role, Socket};

/// Most bytes of a stream that go in one message, so that one can be dropped when it has been read.
pub const PIECE: usize = 65_536;

impl Socket {
    /// Sends a part of a stream, or a message of a connection: the number of bytes that went. EAGAIN if there
    /// is no room, EPIPE if nobody will receive it.
    pub fn send(&self, mut message: SocketMessage) -> Result<usize, Errno> {
        lock(&self.inbox).take_error()?;
        let peer = self.peer()?;
        let shut = self.state().shut || self.is_over();
        let mut inbox = lock(&peer);
        if shut {
            return Err(Errno::EPIPE);
        }
        // Of no bytes TCP makes no packet, by which it would learn that the other side is gone.
        let empty = message.bytes.is_empty() && self.is_stream();
        if inbox.closed && !(empty && self.is_tcp()) {
            drop(inbox);
            return self.send_to_nobody(message.bytes.len());
        }
        if empty {
            return Ok(0);
        }
        let room = inbox.room();
        let fits = room.saturating_sub(OVERHEAD);
        match self.is_stream() {
            true if fits > 0 => message.bytes.truncate(fits.min(PIECE)),
            false if fits >= message.bytes.len() && room > 0 => {}
            _ => {
                inbox.await_room(&self.queue);
                return Err(Errno::EAGAIN);
            }
        }
        let sent = message.bytes.len();
        message.charge = Some(self.network.charge(message.memory())?);
        match message.urgent {
            // Of several bytes the last is urgent.
            true => {
                let last = message.bytes.split_off(sent - 1);
                let urgent = SocketMessage {
                    charge: None,
                    ..SocketMessage::new(last, message.from.clone(), message.credentials)
                };
                if sent > 1 {
                    inbox.push(SocketMessage { urgent: false, ..message });
                }
                inbox.push_urgent(urgent);
            }
            false => inbox.push(message),
        }
        Ok(sent)
    }

    /// The other side is gone. TCP learns of it by what it sends: that is lost, and the next is told (tcp(7)).
    fn send_to_nobody(&self, size: usize) -> Result<usize, Errno> {
        if !self.is_tcp() {
            return Err(Errno::EPIPE);
        }
        let mut own = lock(&self.inbox);
        self.state().shut = true;
        own.error = if own.ended { None } else { Some(Errno::ECONNRESET) };
        own.end(true);
        Ok(size)
    }

    /// Sends a datagram to a socket. EAGAIN if there is no room there; UDP loses it then.
    pub fn send_datagram(&self, to: &Socket, mut message: SocketMessage) -> Result<(), Errno> {
        let mut inbox = lock(&to.inbox);
        if inbox.closed {
            return Err(Errno::EPIPE);
        }
        let room = inbox.room();
        if room == 0 || !inbox.is_empty() && room < message.size() {
            if self.is_udp() {
                return Ok(());
            }
            inbox.await_room(&self.queue);
            return Err(Errno::EAGAIN);
        }
        message.charge = Some(self.network.charge(message.memory())?);
        inbox.push(message);
        Ok(())
    }

    /// The kernel answers it. A dump is one answer in several messages: what there is no room for cannot wait, as nobody
    /// asks again.
    pub fn be_told(&self, bytes: Vec<u8>) -> Result<(), Errno> {
        let kernel = SocketAddress::Netlink { port: 0, groups: 0 };
        let mut message = SocketMessage::new(bytes, kernel, Ucred { pid: 0, uid: 0, gid: 0 });
        message.charge = Some(self.network.charge(message.memory())?);
        lock(&self.inbox).push(message);
        Ok(())
    }

    /// Sends a datagram of UDP to whoever has the address: best to who takes them from this one alone. Nobody
    /// there is an error of the next call, if it is always the same address (udp(7), "Error handling").
    pub fn send_udp(&self, to: SocketAddr, message: SocketMessage) -> Result<(), Errno> {
        if plain(to.ip()).is_multicast() {
            return self.send_to_group(to, &message);
        }
        let hearing = self.network.at(self.transport(), to);
        let directed = |socket: &&Arc<Socket>| matches!(socket.state().role, Role::Directed(_));
        let taking: Vec<&Arc<Socket>> = hearing.iter().filter(|socket| socket.takes_from(&message)).collect();
        match taking.iter().find(|socket| directed(socket)).or(taking.first()) {
            Some(receiver) => self.deliver(receiver, message),
            None => {
                if self.has_peer() {
                    lock(&self.inbox).fail(Errno::ECONNREFUSED);
                }
                Ok(())
            }
        }
    }

    /// Whether it takes a datagram: one that is directed takes those of its peer alone.
    pub(super) fn takes_from(&self, message: &SocketMessage) -> bool {
        let state = self.state();
        let only = state.peer_address.internet();
        !matches!(state.role, Role::Directed(_)) || same_address(only, message.from.internet())
    }

    /// Sends a datagram of UDP to a socket, with the sender's address in the form that is used there.
    pub(super) fn deliver(&self, receiver: &Socket, message: SocketMessage) -> Result<(), Errno> {
        let shown = |from| SocketAddress::Internet(shown(from, receiver.family));
        let from = message.from.internet().map_or(SocketAddress::Unnamed, shown);
        self.send_datagram(receiver, SocketMessage { from, ..message })
    }

    /// The head of a datagram that it sends.
    pub fn packet(&self, to: IpAddr, wishes: PacketWishes, came: Duration) -> Packet {
        let (hops, class) = match self.family {
            AF_INET if to.is_multicast() => ((SOL_IP, IP_MULTICAST_TTL), (SOL_IP, IP_TOS)),
            AF_INET => ((SOL_IP, IP_TTL), (SOL_IP, IP_TOS)),
            _ => ((SOL_IPV6, IPV6_UNICAST_HOPS), (SOL_IPV6, IPV6_TCLASS)),
        };
        let option = |(level, name)| self.number_of(level, name) as u8;
        Packet {
            to,
            hops: wishes.hops.unwrap_or_else(|| option(hops)),
            class: wishes.class.unwrap_or_else(|| option(class)),
            came,
        }
    }

    /// Receives, or looks at, what there is room for; EAGAIN if nothing has come.
    pub fn receive(&self, room: usize, peek: bool) -> Result<Received, Errno> {
        let connected = !matches!(self.state().role, Role::Idle | Role::Listening(_));
        let apart = !self.is_internet() && self.has(SOL_SOCKET, SO_PASSCRED);
        let mut inbox = lock(&self.inbox);
        let received = match self.is_stream() {
            true => inbox.stream(room, peek, apart),
            false => inbox.message(room, peek),
        };
        let nothing = received.is_err();
        if nothing {
            inbox.take_error()?;
        }
        match received {
            Err(_) if inbox.ended => Ok(Received::end()),
            Err(_) if !connected && !self.is_datagram() => {
                Err(if self.is_internet() { Errno::ENOTCONN } else { Errno::EINVAL })
            }
            received => received,
        }
    }

    /// Whether a thread that wants to receive finds something.
    fn is_readable(&self) -> bool {
        if let Role::Listening(backlog) = &self.state().role {
            return !backlog.waiting.is_empty();
        }
        let (ended, empty) = {
            let inbox = lock(&self.inbox);
            (inbox.ended, inbox.is_empty())
        };
        // What Unix sockets have counts as long as it is there, be it only where an urgent byte was.
        if ended || empty || !self.is_stream() || !self.is_internet() {
            return ended || !empty;
        }
        let least = self.number_of(SOL_SOCKET, SO_RCVLOWAT).max(1) as usize;
        lock(&self.inbox).has_bytes(least)
    }

    /// Whether a thread that wants to send finds room.
    fn is_writable(&self) -> bool {
        let to = match &self.state().role {
            Role::Listening(_) | Role::Connecting => return false,
            Role::Connected { peer, .. } => Some(Arc::clone(peer)),
            Role::Directed(peer) if !self.is_udp() => peer.upgrade().map(|peer| Arc::clone(&peer.inbox)),
            _ => None,
        };
        let has_room = |to: InboxHandle| {
            let mut inbox = lock(&to);
            inbox.closed || inbox.is_roomy(&self.queue)
        };
        to.is_none_or(has_room)
    }

    /// Whether both directions are over.
    fn is_hung_up(&self) -> bool {
        let (idle, shut) = {
            let state = self.state();
            (matches!(state.role, Role::Idle), state.shut)
        };
        let inbox = lock(&self.inbox);
        inbox.hung_up || inbox.ended && shut || idle && !self.is_datagram()
    }
}

/// Whether two addresses are the same, whichever protocol they are written in.
fn same_address(one: Option<SocketAddr>, other: Option<SocketAddr>) -> bool {
    one.zip(other).is_some_and(|(one, other)| (plain(one.ip()), one.port()) == (plain(other.ip()), other.port()))
}

impl Channel for Socket {
    /// What the kernel itself moves (sendfile(2), splice(2)); `recv` and `send` say more.
    fn read(&self, bytes: &mut [u8]) -> Result<usize, Errno> {
        let received = self.receive(bytes.len(), false)?;
        bytes[..received.bytes.len()].copy_from_slice(&received.bytes);
        Ok(received.bytes.len())
    }

    fn write(&self, bytes: &[u8]) -> Result<usize, Errno> {
        let (from, owner) = (self.address(), self.owner());
        let piece = if self.is_stream() { &bytes[..bytes.len().min(PIECE)] } else { bytes };
        let message = SocketMessage::new(piece.to_vec(), from, owner);
        match self.directed() {
            Some(to) => self.send_datagram(&to, message).map(|()| bytes.len()),
            None => self.send(message),
        }
    }

    fn state(&self) -> u32 {
        let (readable, writable) = (self.is_readable(), self.is_writable());
        let (ended, failed) = {
            let inbox = lock(&self.inbox);
            (inbox.ended, inbox.error.is_some())
        };
        let states = [
            (readable, POLLIN | POLLRDNORM),
            (writable, POLLOUT | POLLWRNORM),
            (ended, POLLRDHUP),
            (failed, POLLERR),
            (self.is_hung_up(), POLLHUP),
            (self.has_urgent(), POLLPRI),
        ];
        states.iter().filter(|(is, _)| *is).fold(0, |all, (_, bits)| all | bits)
    }

    fn queue(&self) -> &WaitQueue {
        &self.queue
    }

    fn is_stream(&self) -> bool {
        Socket::is_stream(self)
    }

    fn waiting(&self) -> Result<u32, Errno> {
        if self.listens() {
            return Err(Errno::EINVAL);
        }
        let inbox = lock(&self.inbox);
        Ok(match (Socket::is_stream(self), self.is_internet()) {
            (true, true) => inbox.bytes(),
            // Urgent bytes count, too.
            (true, false) => inbox.all().map(|message| message.rest().len()).sum(),
            _ => inbox.first(),
        } as u32)
    }
}
