//! Where sockets stand: the states of their connections, and what waits in them.

use std::collections::BTreeSet;

use crate::linux::abi::Encoded;
use crate::linux::abi::socket_options::{SO_RCVBUF, SO_SNDBUF};
use crate::linux::abi::sockets::{
    SOL_SOCKET, TCP_CLOSE, TCP_CLOSE_WAIT, TCP_ESTABLISHED, TCP_FIN_WAIT2, TCP_LISTEN, TCP_SYN_SENT,
};
use crate::linux::sync::lock;

use super::socket::{Role, Socket, SocketNetwork};

/// Bytes of `struct tcp_info`.
const TCP_INFO_SIZE: usize = 232;

impl Socket {
    /// Whether a stream of Unix can send nothing any more, and has no error to tell before that.
    pub fn is_broken(&self) -> bool {
        if !self.is_stream() || self.is_internet() {
            return false;
        }
        let Ok(peer) = self.peer() else { return false };
        let shut = self.state().shut || self.is_over();
        lock(&self.inbox).error.is_none() && (shut || lock(&peer).closed)
    }

    /// The state of its connection.
    pub fn standing(&self) -> u32 {
        let (ended, hung_up) = {
            let inbox = lock(&self.inbox);
            (inbox.ended, inbox.hung_up)
        };
        let state = self.state();
        match (&state.role, ended, state.shut) {
            (Role::Listening(_), ..) => TCP_LISTEN,
            (Role::Connecting, ..) => TCP_SYN_SENT,
            // A connection that was reset is none.
            (Role::Connected { .. }, ..) if hung_up => TCP_CLOSE,
            (Role::Directed(_) | Role::Connected { .. }, false, false) => TCP_ESTABLISHED,
            (Role::Connected { .. }, true, false) => TCP_CLOSE_WAIT,
            (Role::Connected { .. }, false, true) => TCP_FIN_WAIT2,
            _ => TCP_CLOSE,
        }
    }

    /// Whether it is a connection of TCP that is over: reset, or closed on both sides.
    pub fn is_over(&self) -> bool {
        self.is_tcp() && self.standing() == TCP_CLOSE
    }

    /// Whether the kernel finds it where it looks for the sockets of its protocol: one of TCP listens or has a peer, one
    /// of UDP has a port.
    pub fn is_found(&self) -> bool {
        match self.is_tcp() {
            true => self.standing() != TCP_CLOSE,
            false => self.address().internet().is_none_or(|address| address.port() != 0),
        }
    }

    /// Bytes that wait to be received and those under way to the other side; of who listens the connections that wait,
    /// and the most of them.
    pub fn queued(&self) -> [usize; 2] {
        if let Role::Listening(backlog) = &self.state().role {
            return [backlog.waiting.len(), backlog.most];
        }
        let sent = if self.is_internet() { None } else { self.peer().ok() };
        [lock(&self.inbox).bytes(), sent.map_or(0, |peer| lock(&peer).bytes())]
    }

    /// The memory that it takes, and may take, to receive and to send (SK_MEMINFO_VARS).
    pub fn memory(&self) -> Vec<u8> {
        let [received, sent] = if self.listens() { [0; 2] } else { self.queued() };
        let [most_received, most_sent] = [SO_RCVBUF, SO_SNDBUF].map(|name| self.number_of(SOL_SOCKET, name));
        [received as u32, most_received as u32, sent as u32, most_sent as u32, 0, 0, 0, 0, 0].to_bytes()
    }

    /// What is known of its connection (tcp(7), TCP_INFO): the state.
    pub fn information(&self) -> Vec<u8> {
        let mut bytes = vec![0; TCP_INFO_SIZE];
        bytes[0] = self.standing() as u8;
        bytes
    }

    /// The directions that are over: 1 for receiving, 2 for sending.
    pub fn directions_over(&self) -> u8 {
        let ended = lock(&self.inbox).ended;
        u8::from(ended) | u8::from(self.state().shut) << 1
    }
}

impl SocketNetwork {
    /// The numbers of sockets that nobody has accepted yet: no program has a file of them.
    pub fn unaccepted(&self) -> BTreeSet<u64> {
        let waiting = |socket: &std::sync::Arc<Socket>| match &socket.state().role {
            Role::Listening(backlog) => backlog.waiting.iter().map(|waiting| waiting.number).collect(),
            _ => Vec::new(),
        };
        self.sockets().iter().flat_map(waiting).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::linux::abi::sockets::{AF_INET, IPPROTO_TCP, SOCK_STREAM, Ucred};
    use crate::linux::net::{SocketAddress, SocketMessage};
    use crate::linux::world::{KernelMemory, WaitQueues};

    #[test]
    fn a_connection_goes_through_its_states() {
        let (network, queues) = (SocketNetwork::new(&KernelMemory::new(1 << 30)), WaitQueues::default());
        let nobody = Ucred { pid: 0, uid: 0, gid: 0 };
        let socket = || Socket::new([AF_INET, SOCK_STREAM, IPPROTO_TCP], &network, queues.create(), nobody);
        let [listener, client, server] = [socket(), socket(), socket()];
        assert_eq!((client.standing(), client.is_found()), (TCP_CLOSE, false));
        listener.listen(5, nobody).unwrap();
        client.connect(&listener, &server).unwrap();
        assert_eq!((listener.standing(), listener.queued()), (TCP_LISTEN, [1, 5]));
        assert_eq!((client.standing(), network.unaccepted()), (TCP_ESTABLISHED, [server.number].into()));
        drop(listener.accept());
        client.send(SocketMessage::new(b"abc".to_vec(), SocketAddress::Unnamed, nobody)).unwrap();
        assert_eq!((server.queued(), network.unaccepted().len()), ([3, 0], 0));
        client.shut_down([false, true]).unwrap();
        assert_eq!((client.standing(), server.standing()), (TCP_FIN_WAIT2, TCP_CLOSE_WAIT));
        // What is not read resets the connection.
        let (client, weak) = (client, Arc::downgrade(&server));
        drop(server);
        assert!(weak.upgrade().is_none() && client.standing() == TCP_CLOSE && !client.is_found());
    }
}
