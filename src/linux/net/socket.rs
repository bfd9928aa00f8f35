//! A socket: what it is, what it is called, whom it is connected with (socket(7)).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use crate::linux::abi::socket_options::{SO_RCVBUF, SO_SNDBUF};
use crate::linux::abi::sockets::{
    AF_INET, AF_INET6, AF_UNIX, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_UDPLITE, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM,
    SOL_SOCKET, Ucred,
};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::WaitQueue;

use super::address::SocketAddress;
use super::hopefuls::Hopefuls;
use super::inbox::{Inbox, InboxHandle};
use super::membership::Groups;
use super::message::OVERHEAD;
use super::network::{Network, SocketName};
use super::options::SocketOptions;
use super::ports::Transport;

/// Most messages that wait in an inbox of a Unix socket for datagrams (`/proc/sys/net/unix/max_dgram_qlen`).
const UNIX_DATAGRAMS: usize = 11;

/// The network of a world's sockets.
pub type SocketNetwork = Network<Socket>;

/// A socket, as an open file has it.
#[derive(Debug)]
pub struct Socket {
    /// Its family: AF_UNIX, AF_INET, ….
    pub family: u32,
    /// Its type: SOCK_STREAM, SOCK_DGRAM, ….
    pub kind: u32,
    /// Its protocol.
    pub protocol: u32,
    /// A number that no other socket of the world has.
    pub number: u64,
    /// Where its name is known.
    pub network: SocketNetwork,
    /// Where threads wait for it.
    pub queue: WaitQueue,
    /// What has come for it.
    pub inbox: InboxHandle,
    pub(super) me: Weak<Socket>,
    pub(super) state: Mutex<SocketState>,
}

/// What changes of a socket.
#[derive(Debug)]
pub struct SocketState {
    /// What it is called.
    pub address: SocketAddress,
    /// Its name among the others; an accepted one shares that of who listens.
    pub name: Option<SocketName<Socket>>,
    /// The address that it was given by bind(2), which it keeps when it has no peer any more.
    pub bound: Option<SocketAddress>,
    /// What the other side is called.
    pub peer_address: SocketAddress,
    /// Whom it is connected with.
    pub role: Role,
    /// Who made it, or began to listen.
    pub owner: Ucred,
    /// Who the other side is (SO_PEERCRED).
    pub peer: Ucred,
    /// It sends nothing more.
    pub shut: bool,
    /// What was set.
    pub options: SocketOptions,
    /// The groups that it has joined.
    pub groups: Groups,
}

/// What a socket is there for.
#[derive(Debug)]
pub enum Role {
    /// Nothing yet.
    Idle,
    /// Accepting connections.
    Listening(Backlog),
    /// Waiting for the host to make a connection.
    Connecting,
    /// A connection: what it sends goes there. `fresh` says that `connect` has not told of it yet.
    Connected {
        /// The inbox of the other side.
        peer: InboxHandle,
        /// Whether the next `connect` succeeds.
        fresh: bool,
    },
    /// Datagrams that name no address go there, and others do not come in (udp(7), unix(7)).
    Directed(Weak<Socket>),
}

/// Connections that nobody has accepted yet.
#[derive(Debug)]
pub struct Backlog {
    /// The sockets on this side.
    pub waiting: VecDeque<Arc<Socket>>,
    /// Most of them.
    pub most: usize,
    /// Who found no room.
    pub connecting: Hopefuls,
}

impl Socket {
    /// A socket without a name.
    pub fn new(
        [family, kind, protocol]: [u32; 3],
        network: &SocketNetwork,
        queue: WaitQueue,
        owner: Ucred,
    ) -> Arc<Socket> {
        let options = SocketOptions::new(family, kind, protocol);
        let datagrams = family == AF_UNIX && kind != SOCK_STREAM && kind != SOCK_SEQPACKET;
        let most = if datagrams { UNIX_DATAGRAMS } else { usize::MAX };
        let capacity = options.number(SOL_SOCKET, SO_RCVBUF) as usize;
        Arc::new_cyclic(|me| Socket {
            family,
            kind,
            protocol,
            number: network.enter(me),
            network: network.clone(),
            inbox: Inbox::new(queue.clone(), capacity, most),
            queue,
            me: Weak::clone(me),
            state: Mutex::new(SocketState {
                address: SocketAddress::none(family),
                name: None,
                bound: None,
                peer_address: SocketAddress::none(family),
                role: Role::Idle,
                owner,
                peer: Ucred { pid: 0, uid: u32::MAX, gid: u32::MAX },
                shut: false,
                options,
                groups: Groups::default(),
            }),
        })
    }

    /// What changes of it. Nothing of another socket is locked meanwhile.
    pub fn state(&self) -> MutexGuard<'_, SocketState> {
        lock(&self.state)
    }

    /// It as others remember it.
    pub fn weak(&self) -> &Weak<Socket> {
        &self.me
    }

    /// What it is called.
    pub fn address(&self) -> SocketAddress {
        self.state().address.clone()
    }

    /// What the other side is called.
    pub fn peer_address(&self) -> SocketAddress {
        self.state().peer_address.clone()
    }

    /// Who made it, or began to listen.
    pub fn owner(&self) -> Ucred {
        self.state().owner
    }

    /// Whether it has a name of its own.
    pub fn is_named(&self) -> bool {
        self.state().name.is_some()
    }

    /// The value of an option.
    pub fn number_of(&self, level: u32, name: u32) -> i32 {
        self.state().options.number(level, name)
    }

    /// Whether an option is set.
    pub fn has(&self, level: u32, name: u32) -> bool {
        self.number_of(level, name) != 0
    }

    /// Whether its bytes have no borders.
    pub fn is_stream(&self) -> bool {
        self.kind == SOCK_STREAM
    }

    /// Whether it sends without a connection.
    pub fn is_datagram(&self) -> bool {
        !matches!(self.kind, SOCK_STREAM | SOCK_SEQPACKET)
    }

    /// Whether it is one of the internet.
    pub fn is_internet(&self) -> bool {
        matches!(self.family, AF_INET | AF_INET6)
    }

    /// Whether it speaks TCP.
    pub fn is_tcp(&self) -> bool {
        self.is_internet() && self.is_stream()
    }

    /// The ports among which its own is.
    pub fn transport(&self) -> Transport {
        match self.protocol {
            _ if self.is_stream() => Transport::Stream,
            IPPROTO_UDPLITE => Transport::Lite,
            IPPROTO_ICMP | IPPROTO_ICMPV6 => Transport::Echo,
            _ => Transport::Datagram,
        }
    }

    /// Whether it speaks UDP, UDP-Lite, or ICMP as if it were UDP.
    pub fn is_udp(&self) -> bool {
        self.is_internet() && self.kind == SOCK_DGRAM
    }

    /// Most bytes of one message: what its buffer holds.
    pub fn longest(&self) -> usize {
        (self.number_of(SOL_SOCKET, SO_SNDBUF) as usize).saturating_sub(OVERHEAD)
    }

    /// The inbox of the other side of a connection; ENOTCONN if there is none.
    pub fn peer(&self) -> Result<InboxHandle, Errno> {
        match &self.state().role {
            Role::Connected { peer, .. } => Ok(Arc::clone(peer)),
            _ => Err(Errno::ENOTCONN),
        }
    }

    /// Whether it is connected, as far as `getpeername` is concerned.
    pub fn has_peer(&self) -> bool {
        matches!(self.state().role, Role::Connected { .. } | Role::Directed(_))
    }

    /// Whether it accepts connections.
    pub fn listens(&self) -> bool {
        matches!(self.state().role, Role::Listening(_))
    }

    /// Connects it with nobody any more, and takes what it was.
    pub fn become_idle(&self) -> Role {
        std::mem::replace(&mut self.state().role, Role::Idle)
    }
}

impl Drop for Socket {
    /// The other side notices, and whoever waits to be accepted is refused.
    fn drop(&mut self) {
        self.network.leave(self.number);
        let unread = lock(&self.inbox).close();
        // A connection whose bytes were not read is reset (tcp(7), unix(7)), and one that does not linger (socket(7)).
        let linger = self.state().options.linger;
        let reset = !unread.is_empty() || self.is_tcp() && linger.l_onoff != 0 && linger.l_linger == 0;
        match self.become_idle() {
            Role::Connected { peer, .. } => {
                let mut peer = lock(&peer);
                if reset {
                    peer.error = Some(Errno::ECONNRESET);
                }
                // What TCP sends can still be answered by a reset.
                peer.end(reset || !self.is_tcp());
            }
            Role::Listening(backlog) => self.give_up(backlog),
            _ => {}
        }
        self.network.bury(unread);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::net::SocketMessage;
    use crate::linux::world::{KernelMemory, WaitQueues};

    #[test]
    fn sockets_on_their_way_in_one_another_end_one_after_the_other() {
        let (network, queues) = (Network::new(&KernelMemory::new(1 << 30)), WaitQueues::default());
        let nobody = Ucred { pid: 0, uid: 0, gid: 0 };
        let socket = || Socket::new([AF_UNIX, SOCK_STREAM, 0], &network, queues.create(), nobody);
        let mut innermost = socket();
        for _ in 0..100_000 {
            let (one, other) = (socket(), socket());
            Socket::pair(&one, &other);
            let mut message = SocketMessage::new(b"x".to_vec(), SocketAddress::Unnamed, nobody);
            message.files.push(innermost);
            one.send(message).unwrap();
            innermost = other;
        }
        drop(innermost);
        assert!(network.sockets().is_empty());
    }
}
