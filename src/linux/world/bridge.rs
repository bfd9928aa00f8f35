//! A connection between a socket of the world and the host: bytes go on as there is room on the other side.

use std::sync::Arc;
use std::time::Instant;

use crate::linux::errno::Errno;
use crate::linux::host::{HostConnection, HostMessage};
use crate::linux::net::{PIECE, Role, Socket, SocketMessage};
use crate::linux::objects::Channel;
use crate::linux::sync::lock;

/// The world's end of a connection of the host.
#[derive(Debug)]
pub struct Bridge {
    connection: HostConnection,
    /// The socket that a program has, as long as the connection has not come about.
    client: Option<Arc<Socket>>,
    /// What that is, or will be, connected with.
    end: Arc<Socket>,
    /// Bytes that have come and for which the world has no room yet.
    arrived: Vec<u8>,
    /// Bytes for which the host has no room yet.
    leaving: Vec<u8>,
    /// Whether everything has come, and everything has gone.
    over: [bool; 2],
}

impl Bridge {
    /// A connection that the host makes for a program's socket.
    pub fn opening(connection: HostConnection, client: &Arc<Socket>, end: Arc<Socket>) -> Bridge {
        let client = Some(Arc::clone(client));
        Bridge { connection, client, end, arrived: Vec::new(), leaving: Vec::new(), over: [false; 2] }
    }

    /// A connection that came from the host, and is accepted.
    pub fn accepted(connection: HostConnection, end: Arc<Socket>) -> Bridge {
        Bridge { connection, client: None, end, arrived: Vec::new(), leaving: Vec::new(), over: [false; 2] }
    }

    /// The number of the queue that is notified when the world's side has changed.
    pub fn queue(&self) -> u64 {
        self.end.queue().number()
    }

    /// Moves bytes in both directions as far as there is room; whether there will be more to do.
    pub fn pump(&mut self) -> bool {
        self.pump_in();
        self.pump_out();
        self.over != [true; 2]
    }

    fn pump_in(&mut self) {
        while !self.over[0] {
            if !self.arrived.is_empty() {
                let message = SocketMessage::new(self.arrived.clone(), self.end.address(), self.end.owner());
                match self.end.send(message) {
                    Ok(count) => drop(self.arrived.drain(..count)),
                    Err(Errno::EAGAIN) => return,
                    // Nobody in the world receives any more.
                    Err(_) => self.over = [true; 2],
                }
                continue;
            }
            match self.connection.receive() {
                None => return,
                Some(HostMessage::Connected) => self.connect(),
                Some(HostMessage::Bytes(bytes)) => self.arrived = bytes,
                Some(HostMessage::End) => {
                    self.over[0] = true;
                    // A connection that has ended already has nothing to be told.
                    let _ = self.end.shut_down([false, true]);
                }
                Some(HostMessage::Failed(error)) => self.fail(error),
            }
        }
    }

    /// The connection has come about.
    fn connect(&mut self) {
        let Some(client) = self.client.take() else { return };
        // The program may have given up meanwhile.
        if matches!(client.state().role, Role::Connecting) {
            client.meet(&self.end);
        }
    }

    fn fail(&mut self, error: Errno) {
        self.over = [true; 2];
        let peer = match self.client.take() {
            Some(client) => {
                client.become_idle();
                Some(Arc::clone(&client.inbox))
            }
            None => self.end.peer().ok(),
        };
        if let Some(peer) = peer {
            let mut peer = lock(&peer);
            peer.fail(error);
            peer.end(true);
        }
    }

    /// The world is over: what its programs have sent still goes.
    pub fn finish(&mut self, until: Instant) {
        if self.client.is_some() {
            return;
        }
        let end = Arc::clone(&self.end);
        let rest = std::iter::from_fn(|| end.receive(PIECE, false).ok().filter(|received| received.from.is_some()));
        let leaving = std::mem::take(&mut self.leaving);
        let leaving = Some(leaving).into_iter().filter(|bytes| !bytes.is_empty());
        self.connection.finish_with(leaving.chain(rest.map(|received| received.bytes)), until);
    }

    fn pump_out(&mut self) {
        while !self.over[1] && self.client.is_none() {
            if !self.leaving.is_empty() {
                match self.connection.send(std::mem::take(&mut self.leaving)) {
                    Ok(()) => {}
                    Err(bytes) => {
                        self.leaving = bytes;
                        return;
                    }
                }
            }
            match self.end.receive(PIECE, false) {
                Ok(received) if received.from.is_some() => self.leaving = received.bytes,
                Err(Errno::EAGAIN) => return,
                _ => {
                    self.over[1] = true;
                    self.connection.finish();
                }
            }
        }
    }
}
