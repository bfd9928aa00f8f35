//! Sockets by which programs ask the kernel (netlink(7)), as sock_diag(7) tells of them.

use std::sync::Arc;

use crate::linux::abi::Encoded;
use crate::linux::abi::socket_diagnosis::{
    NDIAG_PROTO_ALL, NDIAG_SHOW_GROUPS, NETLINK_DIAG_GROUPS, NetlinkDiagMsg, NetlinkDiagReq,
};
use crate::linux::abi::sockets::{AF_NETLINK, TCP_CLOSE};
use crate::linux::errno::Errno;
use crate::linux::net::address::SocketAddress;
use crate::linux::net::attribute::attribute;
use crate::linux::net::socket::{Socket, SocketNetwork};

/// Those of a protocol, or of all; EOPNOTSUPP for one alone.
pub fn told(network: &SocketNetwork, request: &NetlinkDiagReq, all: bool) -> Result<Vec<Vec<u8>>, Errno> {
    if !all {
        return Err(Errno::EOPNOTSUPP);
    }
    let protocol = |socket: &Arc<Socket>| {
        request.sdiag_protocol == NDIAG_PROTO_ALL || socket.protocol == u32::from(request.sdiag_protocol)
    };
    let sockets = network.sockets();
    let wanted = sockets.iter().filter(|socket| socket.family == AF_NETLINK && protocol(socket));
    Ok(wanted.map(|socket| message(socket, request.ndiag_show)).collect())
}

fn message(socket: &Socket, shown: u32) -> Vec<u8> {
    let (port, groups) = match socket.address() {
        SocketAddress::Netlink { port, groups } => (port, groups),
        _ => (0, 0),
    };
    let head = NetlinkDiagMsg {
        ndiag_family: AF_NETLINK as u8,
        ndiag_type: socket.kind as u8,
        ndiag_protocol: socket.protocol as u8,
        ndiag_state: TCP_CLOSE as u8,
        ndiag_portid: port,
        ndiag_dst_portid: 0,
        ndiag_dst_group: 0,
        ndiag_ino: socket.number as u32,
        ndiag_cookie: socket.number,
    };
    let groups =
        if shown & NDIAG_SHOW_GROUPS != 0 { attribute(NETLINK_DIAG_GROUPS, &groups.to_le_bytes()) } else { Vec::new() };
    [head.to_bytes(), groups].concat()
}
