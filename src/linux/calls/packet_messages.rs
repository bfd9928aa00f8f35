//! What a socket asked to be told of each datagram: when it came, where it was sent to, how far it might have gone, its
//! class (socket(7), SO_TIMESTAMP; ip(7), IP_PKTINFO; ipv6(7), IPV6_RECVPKTINFO).

use std::net::{IpAddr, Ipv4Addr};

use crate::linux::abi::Encoded;
use crate::linux::abi::socket_options::{
    IP_PKTINFO, IP_RECVTOS, IP_RECVTTL, IP_TOS, IP_TTL, IPV6_HOPLIMIT, IPV6_PKTINFO, IPV6_RECVHOPLIMIT,
    IPV6_RECVPKTINFO, IPV6_RECVTCLASS, IPV6_TCLASS, SO_TIMESTAMP, SO_TIMESTAMP_NEW, SO_TIMESTAMPNS, SO_TIMESTAMPNS_NEW,
};
use crate::linux::abi::sockets::{
    AF_INET, SCM_TIMESTAMP, SCM_TIMESTAMP_NEW, SCM_TIMESTAMPNS, SCM_TIMESTAMPNS_NEW, SOL_IP, SOL_IPV6, SOL_SOCKET,
};
use crate::linux::net::{Packet, Socket, loopback, plain};

use super::timespec::{timespec32, timeval};

/// A control message: level and type, and its bytes.
type Told = ([u32; 2], Vec<u8>);

/// The control messages about a datagram, in the order of Linux.
pub fn told(socket: &Socket, packet: &Packet) -> Vec<Told> {
    let head = if socket.family == AF_INET { of_ipv4(socket, packet) } else { of_ipv6(socket, packet) };
    times(socket, packet).into_iter().chain(head).collect()
}

/// When it came, in each form that was asked for.
fn times(socket: &Socket, packet: &Packet) -> Vec<Told> {
    let (came, seconds) = (packet.came, packet.came.as_secs() as i64);
    let forms = [
        (SO_TIMESTAMP, SCM_TIMESTAMP, timeval(came).to_bytes()),
        (SO_TIMESTAMPNS, SCM_TIMESTAMPNS, timespec32(came).to_bytes()),
        (SO_TIMESTAMP_NEW, SCM_TIMESTAMP_NEW, [seconds, came.subsec_micros().into()].to_bytes()),
        (SO_TIMESTAMPNS_NEW, SCM_TIMESTAMPNS_NEW, [seconds, came.subsec_nanos().into()].to_bytes()),
    ];
    let asked = forms.into_iter().filter(|(option, ..)| socket.has(SOL_SOCKET, *option));
    asked.map(|(_, kind, bytes)| ([SOL_SOCKET, kind], bytes)).collect()
}

fn of_ipv4(socket: &Socket, packet: &Packet) -> Vec<Told> {
    let IpAddr::V4(to) = plain(packet.to) else { return Vec::new() };
    // A group is no address of this machine's.
    let own = if to.is_multicast() { Ipv4Addr::LOCALHOST } else { to };
    let place = [&loopback::INDEX.to_bytes()[..], &own.octets(), &to.octets()].concat();
    let forms = [
        (IP_PKTINFO, IP_PKTINFO, place),
        (IP_RECVTTL, IP_TTL, u32::from(packet.hops).to_bytes()),
        (IP_RECVTOS, IP_TOS, vec![packet.class]),
    ];
    let asked = forms.into_iter().filter(|(option, ..)| socket.has(SOL_IP, *option));
    asked.map(|(_, kind, bytes)| ([SOL_IP, kind], bytes)).collect()
}

fn of_ipv6(socket: &Socket, packet: &Packet) -> Vec<Told> {
    let to = match packet.to {
        IpAddr::V4(to) => to.to_ipv6_mapped(),
        IpAddr::V6(to) => to,
    };
    let place = [&to.octets()[..], &loopback::INDEX.to_bytes()].concat();
    let forms = [
        (IPV6_RECVPKTINFO, IPV6_PKTINFO, place),
        (IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT, u32::from(packet.hops).to_bytes()),
        (IPV6_RECVTCLASS, IPV6_TCLASS, u32::from(packet.class).to_bytes()),
    ];
    let asked = forms.into_iter().filter(|(option, ..)| socket.has(SOL_IPV6, *option));
    asked.map(|(_, kind, bytes)| ([SOL_IPV6, kind], bytes)).collect()
}
