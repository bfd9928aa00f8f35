//! Sockets in the copy of a world.

use std::sync::{Arc, Mutex, Weak};

use crate::linux::copy::{Copier, Duplicate, Uncopied, copied};
use crate::linux::sync::lock;

use super::connection::NetworkEnd;
use super::socket::{Backlog, Role, Socket, SocketState};

copied!(Backlog: clone { most } duplicate { waiting, connecting });

impl Duplicate for NetworkEnd {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(NetworkEnd(self.0.duplicate(copier)?))
    }
}

impl Duplicate for Role {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(match self {
            Role::Idle => Role::Idle,
            Role::Listening(backlog) => Role::Listening(backlog.duplicate(copier)?),
            Role::Connecting => Role::Connecting,
            Role::Connected { peer, fresh } => Role::Connected { peer: peer.duplicate(copier)?, fresh: *fresh },
            Role::Directed(peer) => Role::Directed(peer.duplicate(copier)?),
        })
    }
}

impl Duplicate for SocketState {
    /// Connected with nobody: others may be connected with it.
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let SocketState { address, name, peer_address, role: _, owner, peer, shut, options, bound, groups } = self;
        Ok(SocketState {
            address: address.clone(),
            name: name.duplicate(copier)?,
            peer_address: peer_address.clone(),
            role: Role::Idle,
            owner: *owner,
            peer: *peer,
            shut: *shut,
            options: options.clone(),
            bound: bound.clone(),
            groups: groups.clone(),
        })
    }
}

impl Duplicate for Socket {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let Socket { family, kind, protocol, number, network, queue, inbox, me: _, state } = self;
        Ok(Socket {
            family: *family,
            kind: *kind,
            protocol: *protocol,
            number: *number,
            network: network.duplicate(copier)?,
            queue: queue.duplicate(copier)?,
            inbox: inbox.duplicate(copier)?,
            me: Weak::new(),
            state: Mutex::new(lock(state).duplicate(copier)?),
        })
    }

    fn duplicate_shared(this: &Arc<Self>, copier: &mut Copier) -> Result<Arc<Self>, Uncopied> {
        let shell = Self::duplicate(this, copier)?;
        let fill = |original: &Self, made: &Self, copier: &mut Copier| {
            let role = original.state().role.duplicate(copier)?;
            made.state().role = role;
            Ok(())
        };
        Ok(copier.filled_later(this, shell, |shell, me| shell.me = me, fill))
    }
}
