//! Unix sockets as sock_diag(7) tells of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::linux::abi::Encoded;
use crate::linux::abi::socket_diagnosis::{
    UDIAG_SHOW_ICONS, UDIAG_SHOW_MEMINFO, UDIAG_SHOW_NAME, UDIAG_SHOW_PEER, UDIAG_SHOW_RQLEN, UDIAG_SHOW_UID,
    UDIAG_SHOW_VFS, UNIX_DIAG_ICONS, UNIX_DIAG_MEMINFO, UNIX_DIAG_NAME, UNIX_DIAG_PEER, UNIX_DIAG_RQLEN,
    UNIX_DIAG_SHUTDOWN, UNIX_DIAG_UID, UNIX_DIAG_VFS, UnixDiagMsg, UnixDiagReq,
};
use crate::linux::abi::sockets::{AF_UNIX, TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN};
use crate::linux::errno::Errno;
use crate::linux::net::address::SocketAddress;
use crate::linux::net::attribute::attribute;
use crate::linux::net::inbox::InboxHandle;
use crate::linux::net::network::LocalName;
use crate::linux::net::socket::{Role, Socket, SocketNetwork};

/// Whose inboxes are which.
type Owners = BTreeMap<*const (), u64>;

/// Those in one of the states, or the one with the number: EINVAL if it names none, ENOENT if there is no such.
pub fn told(network: &SocketNetwork, request: &UnixDiagReq, all: bool) -> Result<Vec<Vec<u8>>, Errno> {
    let unaccepted = network.unaccepted();
    let own = |socket: &Arc<Socket>| socket.family == AF_UNIX && !unaccepted.contains(&socket.number);
    let sockets: Vec<_> = network.sockets().into_iter().filter(own).collect();
    let owners: Owners = sockets.iter().map(|socket| (place(&socket.inbox), socket.number)).collect();
    let tell = |socket: &Arc<Socket>| message(socket, request.udiag_show, &owners);
    if all {
        let wanted = |socket: &&Arc<Socket>| request.udiag_states & 1 << standing(socket) != 0;
        return Ok(sockets.iter().filter(wanted).map(tell).collect());
    }
    let number = u64::from(request.udiag_ino);
    if number == 0 {
        return Err(Errno::EINVAL);
    }
    let found = sockets.iter().find(|socket| socket.number == number).ok_or(Errno::ENOENT)?;
    if ![u64::MAX, found.number].contains(&request.udiag_cookie) {
        return Err(Errno::ENOENT);
    }
    Ok(vec![tell(found)])
}

/// What tells one inbox from another.
fn place(inbox: &InboxHandle) -> *const () {
    Arc::as_ptr(inbox).cast()
}

/// A Unix socket that has been connected is so until it ends.
fn standing(socket: &Socket) -> u32 {
    match socket.state().role {
        Role::Listening(_) => TCP_LISTEN,
        Role::Connected { .. } | Role::Directed(_) => TCP_ESTABLISHED,
        Role::Idle | Role::Connecting => TCP_CLOSE,
    }
}

fn message(socket: &Arc<Socket>, shown: u32, owners: &Owners) -> Vec<u8> {
    let head = UnixDiagMsg {
        udiag_family: AF_UNIX as u8,
        udiag_type: socket.kind as u8,
        udiag_state: standing(socket) as u8,
        pad: 0,
        udiag_ino: socket.number as u32,
        udiag_cookie: socket.number,
    };
    let number = |number: u64| (number as u32).to_le_bytes().to_vec();
    let queued = socket.queued().map(|count| number(count as u64)).concat();
    let wanted = [
        (UNIX_DIAG_NAME, UDIAG_SHOW_NAME, name(socket)),
        (UNIX_DIAG_VFS, UDIAG_SHOW_VFS, file(socket)),
        (UNIX_DIAG_PEER, UDIAG_SHOW_PEER, peer(socket, owners).map(number)),
        (UNIX_DIAG_ICONS, UDIAG_SHOW_ICONS, connecting(socket, owners)),
        (UNIX_DIAG_RQLEN, UDIAG_SHOW_RQLEN, Some(queued)),
        (UNIX_DIAG_MEMINFO, UDIAG_SHOW_MEMINFO, Some(socket.memory())),
        (UNIX_DIAG_UID, UDIAG_SHOW_UID, Some(number(socket.owner().uid.into()))),
        (UNIX_DIAG_SHUTDOWN, u32::MAX, Some(vec![socket.directions_over()])),
    ];
    let told = wanted.into_iter().filter(|(_, bit, _)| shown & bit != 0 || *bit == u32::MAX);
    let attributes = told.filter_map(|(kind, _, value)| Some(attribute(kind, &value?)));
    head.to_bytes().into_iter().chain(attributes.flatten()).collect()
}

/// What it is called, without the zero behind a path.
fn name(socket: &Socket) -> Option<Vec<u8>> {
    match socket.address() {
        SocketAddress::Path(path) => Some(path),
        SocketAddress::Abstract(name) => Some([b"\0", name.as_slice()].concat()),
        _ => None,
    }
}

/// Inode and device of the file that is its name.
fn file(socket: &Socket) -> Option<Vec<u8>> {
    match socket.state().name.as_ref()?.unix()? {
        LocalName::File(device, inode) => Some([*inode as u32, *device as u32].map(u32::to_le_bytes).concat()),
        LocalName::Abstract(_) | LocalName::Netlink(..) => None,
    }
}

/// The number of the other side: 0 if it is gone, or not accepted yet.
fn peer(socket: &Socket, owners: &Owners) -> Option<u64> {
    match socket.directed() {
        Some(peer) => Some(peer.number),
        None => Some(owners.get(&place(&socket.peer().ok()?)).copied().unwrap_or(0)),
    }
}

/// Those whose connections nobody has accepted yet.
fn connecting(socket: &Socket, owners: &Owners) -> Option<Vec<u8>> {
    let state = socket.state();
    let Role::Listening(backlog) = &state.role else { return None };
    let peers = backlog.waiting.iter().filter_map(|waiting| peer(waiting, owners));
    Some(peers.flat_map(|number| (number as u32).to_le_bytes()).collect())
}
