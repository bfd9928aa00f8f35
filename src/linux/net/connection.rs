//! How sockets come together: pairs, listening, connecting, accepting, shutting down, and the end of all.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use crate::linux::abi::socket_options::{SO_RCVBUF, SO_SNDBUF};
use crate::linux::abi::sockets::{SOL_SOCKET, SOMAXCONN, Ucred};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;

use super::address::SocketAddress;
use super::hopefuls::Hopefuls;
use super::message::OVERHEAD;
use super::socket::{Backlog, Role, Socket, SocketNetwork};

impl Socket {
    /// Connects two sockets that nobody else knows (socketpair(2)).
    pub fn pair(one: &Arc<Socket>, other: &Arc<Socket>) {
        for (socket, peer) in [(one, other), (other, one)] {
            socket.join(peer);
            let owner = peer.owner();
            socket.state().peer = owner;
        }
    }

    /// Connects it with the end of a connection of the host that has come about. The next `connect` says so.
    pub fn meet(self: &Arc<Socket>, end: &Arc<Socket>) {
        // What is urgent goes on among the rest.
        lock(&end.inbox).urgency.is_inline = true;
        end.join(self);
        self.join(end);
        self.make_fresh();
        self.queue.notify();
    }

    /// Sends to another socket from now on, and receives from it.
    fn join(self: &Arc<Socket>, peer: &Arc<Socket>) {
        let role = match self.is_datagram() {
            true => Role::Directed(Arc::downgrade(peer)),
            false => Role::Connected { peer: Arc::clone(&peer.inbox), fresh: false },
        };
        {
            let mut state = self.state();
            state.role = role;
            state.options.grow();
        }
        self.resize();
        peer.resize();
    }

    /// What may be on its way to the other side of a connection: what its buffer and the sender's hold. Unix
    /// sockets have the sender's alone, the internet both. Datagrams wait in the buffer of who receives.
    pub fn resize(&self) {
        let size = |name| self.number_of(SOL_SOCKET, name) as usize;
        if self.is_datagram() {
            lock(&self.inbox).capacity = size(SO_RCVBUF);
        }
        let Ok(peer) = self.peer() else { return };
        let own = size(SO_SNDBUF) + if self.is_internet() { size(SO_RCVBUF) } else { 0 };
        lock(&peer).capacity = own.max(OVERHEAD + 1);
    }

    /// Accepts connections from now on, so many at most that wait (listen(2)).
    pub fn listen(&self, most: u32, owner: Ucred) -> Result<(), Errno> {
        if self.is_datagram() {
            return Err(Errno::EOPNOTSUPP);
        }
        let mut state = self.state();
        let most = most.min(SOMAXCONN) as usize;
        match &mut state.role {
            Role::Listening(backlog) => backlog.most = most,
            Role::Idle => {
                state.name.as_ref().map_or(Ok(()), |name| name.listen())?;
                let backlog = Backlog { waiting: VecDeque::new(), most, connecting: Hopefuls::default() };
                state.role = Role::Listening(backlog);
            }
            _ => return Err(Errno::EINVAL),
        }
        state.owner = owner;
        drop(state);
        self.queue.notify();
        Ok(())
    }

    /// Connects with who listens. EAGAIN if too many wait already: the queue is notified when fewer do.
    pub fn connect(self: &Arc<Socket>, listener: &Arc<Socket>, server: &Arc<Socket>) -> Result<(), Errno> {
        let owner = {
            let mut state = listener.state();
            let owner = state.owner;
            let Role::Listening(backlog) = &mut state.role else { return Err(Errno::ECONNREFUSED) };
            if backlog.waiting.len() > backlog.most {
                backlog.connecting.add(&self.queue);
                return Err(Errno::EAGAIN);
            }
            owner
        };
        let (own, address) = (self.owner(), self.address());
        {
            let mut state = server.state();
            (state.peer, state.peer_address, state.owner) = (own, address, owner);
            state.options = listener.state().options.clone();
        }
        lock(&server.inbox).urgency = lock(&listener.inbox).urgency;
        server.join(self);
        self.join(server);
        let address = server.address();
        let mut state = self.state();
        (state.peer, state.peer_address) = (owner, address);
        drop(state);
        if let Role::Listening(backlog) = &mut listener.state().role {
            backlog.waiting.push_back(Arc::clone(server));
        }
        listener.queue.notify_readable();
        self.queue.notify();
        Ok(())
    }

    /// The connection that has waited longest; EAGAIN if none does, EINVAL if nobody listens.
    pub fn accept(&self) -> Result<Arc<Socket>, Errno> {
        if self.is_datagram() {
            return Err(Errno::EOPNOTSUPP);
        }
        let mut state = self.state();
        let Role::Listening(backlog) = &mut state.role else { return Err(Errno::EINVAL) };
        let socket = backlog.waiting.pop_front().ok_or(Errno::EAGAIN)?;
        backlog.connecting.tell();
        Ok(socket)
    }

    /// Whether the host is still making its connection.
    pub fn is_connecting(&self) -> bool {
        matches!(self.state().role, Role::Connecting)
    }

    /// Whether a connection has come about that no call has told of yet; from now on one has.
    pub fn take_fresh(&self) -> bool {
        if let Role::Connected { fresh, .. } = &mut self.state().role { std::mem::take(fresh) } else { false }
    }

    /// What a call began that did not wait is done; the next one says so.
    pub fn make_fresh(&self) {
        if let Role::Connected { fresh, .. } = &mut self.state().role {
            *fresh = true;
        }
    }

    /// Datagrams go to a socket, and come from it alone, from now on.
    pub fn direct(&self, peer: &Weak<Socket>, address: SocketAddress) {
        let mut state = self.state();
        (state.role, state.peer_address) = (Role::Directed(Weak::clone(peer)), address);
        drop(state);
        self.queue.notify();
    }

    /// Ends the directions (shutdown(2)); ENOTCONN if it is not connected.
    pub fn shut_down(&self, [receive, send]: [bool; 2]) -> Result<(), Errno> {
        if self.listens() && self.is_tcp() {
            if receive {
                self.stop_listening();
            }
            return Ok(());
        }
        if self.is_internet() && (!self.has_peer() || self.is_over()) {
            return Err(Errno::ENOTCONN);
        }
        let peer = self.peer().ok().or_else(|| Some(Arc::clone(&self.directed()?.inbox)));
        if send {
            self.state().shut = true;
            if let Some(peer) = peer.as_ref().filter(|_| !self.is_udp()) {
                lock(peer).end(false);
            }
        }
        if receive {
            self.stop_receiving();
        }
        self.queue.notify();
        Ok(())
    }

    /// Nothing more is received. Of a Unix socket, nothing more can be sent to it.
    fn stop_receiving(&self) {
        let mut inbox = lock(&self.inbox);
        inbox.end(false);
        if !self.is_internet() {
            inbox.closed = true;
        }
        drop(inbox);
        if let Ok(peer) = self.peer() {
            lock(&peer).look_again();
        }
    }

    /// Whoever waits to be accepted is refused.
    fn stop_listening(&self) {
        if let Role::Listening(backlog) = self.become_idle() {
            self.give_up(backlog);
        }
        lock(&self.inbox).hung_up = true;
        self.queue.notify();
    }

    /// Whoever waits to be accepted is refused, and whoever waits to be one of them looks again.
    pub fn give_up(&self, mut backlog: Backlog) {
        for socket in &backlog.waiting {
            if let Ok(peer) = socket.peer() {
                lock(&peer).error = Some(Errno::ECONNRESET);
            }
        }
        backlog.connecting.tell();
        self.network.bury(backlog);
    }

    /// Where its datagrams go, if it is directed to somebody who is still there.
    pub fn directed(&self) -> Option<Arc<Socket>> {
        if let Role::Directed(peer) = &self.state().role { peer.upgrade() } else { None }
    }
}

/// Ends what is left of a world's sockets when it is dropped.
#[derive(Debug)]
pub struct NetworkEnd(pub SocketNetwork);

impl Drop for NetworkEnd {
    fn drop(&mut self) {
        self.0.end(|socket| Box::new(lock(&socket.inbox).close()));
    }
}
