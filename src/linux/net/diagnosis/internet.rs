//! Sockets of the internet as sock_diag(7) tells of them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::linux::abi::Encoded;
use crate::linux::abi::socket_diagnosis::{
    INET_DIAG_CONG, INET_DIAG_INFO, INET_DIAG_REQ_BYTECODE, INET_DIAG_REQ_PROTOCOL, INET_DIAG_SHUTDOWN,
    INET_DIAG_SKMEMINFO, INET_DIAG_SKV6ONLY, INET_DIAG_TCLASS, INET_DIAG_TOS, InetDiagMsg, InetDiagReqV2,
    InetDiagSockid,
};
use crate::linux::abi::socket_options::{IP_TOS, IPV6_TCLASS, IPV6_V6ONLY};
use crate::linux::abi::sockets::{
    AF_INET6, IPPROTO_RAW, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, SOL_IP, SOL_IPV6, TCP_CLOSE, TCP_LISTEN,
};
use crate::linux::errno::Errno;
use crate::linux::net::attribute::{attribute, attributes};
use crate::linux::net::loopback;
use crate::linux::net::socket::{Socket, SocketNetwork};

use super::filter;

/// Those of a family and a protocol that are in one of the states and pass the filter, or the one with the addresses.
/// ENOENT for protocols that nobody can tell of, or if there is none such.
pub fn told(network: &SocketNetwork, request: &InetDiagReqV2, body: &[u8], all: bool) -> Result<Vec<Vec<u8>>, Errno> {
    let attributes = attributes(&body[InetDiagReqV2::SIZE..]);
    let given = |kind| attributes.iter().find(|(own, _)| *own == kind).map(|(_, value)| *value);
    let wide = given(INET_DIAG_REQ_PROTOCOL).map(|value| u32::decode(&mut &value[..]));
    let protocol = wide.unwrap_or(request.sdiag_protocol.into());
    if !matches!(protocol, IPPROTO_TCP | IPPROTO_UDP | IPPROTO_UDPLITE | IPPROTO_RAW) {
        return Err(Errno::ENOENT);
    }
    let code = given(INET_DIAG_REQ_BYTECODE).map(filter::checked).transpose()?;
    let own = |socket: &Arc<Socket>| {
        socket.family == u32::from(request.sdiag_family) && socket.protocol == protocol && socket.is_found()
    };
    let wanted = |socket: &Arc<Socket>| match all {
        true => {
            request.idiag_states & 1 << socket.standing() != 0
                && is_at(socket, &request.id)
                && code.as_ref().is_none_or(|code| filter::passes(code, socket))
        }
        false => is_meant(socket, &request.id),
    };
    let (sockets, unaccepted) = (network.sockets(), network.unaccepted());
    let tell = |socket: &Arc<Socket>| message(socket, request.idiag_ext, unaccepted.contains(&socket.number));
    let found: Vec<_> = sockets.iter().filter(|socket| own(socket) && wanted(socket)).collect();
    match all {
        true => Ok(found.into_iter().map(tell).collect()),
        false => {
            // Who listens there stands back for a connection.
            let found = found.into_iter().min_by_key(|socket| socket.standing()).ok_or(Errno::ENOENT)?;
            Ok(vec![tell(found)])
        }
    }
}

/// Whether it has the ports of a request that are not 0.
fn is_at(socket: &Socket, id: &InetDiagSockid) -> bool {
    let port = |address: Option<SocketAddr>| address.map_or(0, |address| address.port()).to_be_bytes();
    let [own, other] = [port(socket.address().internet()), port(socket.peer_address().internet())];
    (id.idiag_sport == [0; 2] || id.idiag_sport == own) && (id.idiag_dport == [0; 2] || id.idiag_dport == other)
}

/// Whether it has the addresses of a request, or listens there, and is the one that is meant if a number names it.
fn is_meant(socket: &Socket, id: &InetDiagSockid) -> bool {
    let own = sockid(socket);
    let here = id.idiag_sport == own.idiag_sport && [id.idiag_src, [0; 16]].contains(&own.idiag_src);
    let there = [id.idiag_dport, [0; 2]].contains(&own.idiag_dport) && [id.idiag_dst, [0; 16]].contains(&own.idiag_dst);
    here && there && [u64::MAX, own.idiag_cookie].contains(&id.idiag_cookie)
}

/// What is told of one. `fresh` says that it has no file yet, and so no number.
fn message(socket: &Socket, extensions: u8, fresh: bool) -> Vec<u8> {
    let [rqueue, wqueue] = socket.queued();
    let head = InetDiagMsg {
        idiag_family: socket.family as u8,
        idiag_state: socket.standing() as u8,
        idiag_timer: 0,
        idiag_retrans: 0,
        id: sockid(socket),
        idiag_expires: 0,
        idiag_rqueue: rqueue as u32,
        idiag_wqueue: wqueue as u32,
        idiag_uid: socket.owner().uid,
        idiag_inode: if fresh { 0 } else { socket.number as u32 },
    };
    let asks = |kind: u16| extensions & 1 << (kind - 1) != 0;
    let six = socket.family == AF_INET6;
    let byte = |level, name| vec![socket.number_of(level, name) as u8];
    let wanted = [
        (INET_DIAG_SHUTDOWN, true, vec![socket.directions_over()]),
        (INET_DIAG_TOS, asks(INET_DIAG_TOS), byte(SOL_IP, IP_TOS)),
        (INET_DIAG_TCLASS, six && asks(INET_DIAG_TCLASS), byte(SOL_IPV6, IPV6_TCLASS)),
        (INET_DIAG_SKV6ONLY, six && [TCP_LISTEN, TCP_CLOSE].contains(&socket.standing()), byte(SOL_IPV6, IPV6_V6ONLY)),
        (INET_DIAG_SKMEMINFO, asks(INET_DIAG_SKMEMINFO), socket.memory()),
        (INET_DIAG_INFO, socket.is_tcp() && asks(INET_DIAG_INFO), socket.information()),
        (INET_DIAG_CONG, socket.is_tcp() && asks(INET_DIAG_CONG), loopback::CONGESTION.to_vec()),
    ];
    let attributes =
        wanted.into_iter().filter(|(_, asked, _)| *asked).flat_map(|(kind, _, value)| attribute(kind, &value));
    head.to_bytes().into_iter().chain(attributes).collect()
}

fn sockid(socket: &Socket) -> InetDiagSockid {
    let [(src, sport), (dst, dport)] = [socket.address(), socket.peer_address()].map(|address| {
        let Some(address) = address.internet() else { return ([0; 16], 0) };
        let mut bytes = [0; 16];
        match address.ip() {
            IpAddr::V4(ip) => bytes[..4].copy_from_slice(&ip.octets()),
            IpAddr::V6(ip) => bytes = ip.octets(),
        }
        (bytes, SocketAddr::port(&address))
    });
    InetDiagSockid {
        idiag_sport: sport.to_be_bytes(),
        idiag_dport: dport.to_be_bytes(),
        idiag_src: src,
        idiag_dst: dst,
        idiag_if: 0,
        idiag_cookie: socket.number,
    }
}
