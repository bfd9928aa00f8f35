//! What the kernel answers to those who ask through netlink which sockets there are (sock_diag(7)), as ss(8) does.

mod filter;
mod internet;
mod kernel;
mod unix;

use crate::linux::abi::Encoded;
use crate::linux::abi::netlink::{NLMSG_MIN_TYPE, Nlmsghdr};
use crate::linux::abi::socket_diagnosis::{
    DCCPDIAG_GETSOCK, NetlinkDiagReq, SOCK_DESTROY, SOCK_DIAG_BY_FAMILY, TCPDIAG_GETSOCK, UnixDiagReq,
};
use crate::linux::abi::sockets::{AF_INET, AF_INET6, AF_MAX, AF_NETLINK, AF_PACKET, AF_UNIX};
use crate::linux::errno::Errno;

use super::netlink::{self, Parts, dumps};
use super::socket::SocketNetwork;

/// The messages that answer a message: those of each request in it.
pub fn answers(network: &SocketNetwork, message: &[u8], port: u32) -> Vec<Vec<u8>> {
    netlink::answers(message, port, |head, body| answer(network, head, body))
}

/// The sockets of a family that a request means. Of a family that nobody can tell of: ENOENT.
fn answer(network: &SocketNetwork, head: &Nlmsghdr, body: &[u8]) -> Option<Result<Parts, Errno>> {
    let all = dumps(head);
    let told = match body.first().map(|family| u32::from(*family)) {
        _ if head.nlmsg_type < NLMSG_MIN_TYPE => return None,
        _ if matches!(head.nlmsg_type, TCPDIAG_GETSOCK | DCCPDIAG_GETSOCK | SOCK_DESTROY) => Err(Errno::EOPNOTSUPP),
        _ if head.nlmsg_type != SOCK_DIAG_BY_FAMILY || body.len() < 2 => Err(Errno::EINVAL),
        Some(AF_MAX..) => Err(Errno::EINVAL),
        Some(AF_INET | AF_INET6) => request(body).and_then(|request| internet::told(network, &request, body, all)),
        Some(AF_UNIX) => request(body).and_then(|request: UnixDiagReq| unix::told(network, &request, all)),
        Some(AF_NETLINK) => request(body).and_then(|request: NetlinkDiagReq| kernel::told(network, &request, all)),
        // There are no sockets for packets (packet(7)).
        Some(AF_PACKET) if all => Ok(Vec::new()),
        _ => Err(Errno::ENOENT),
    };
    Some(told.map(|sockets| sockets.into_iter().map(|socket| (SOCK_DIAG_BY_FAMILY, socket)).collect()))
}

/// The structure that a request begins with; EINVAL if there are too few bytes.
fn request<T: Encoded>(body: &[u8]) -> Result<T, Errno> {
    if body.len() < T::SIZE { Err(Errno::EINVAL) } else { Ok(T::decode(&mut &body[..])) }
}
