//! Which sockets there are: families, types and protocols (socket(2)).

use std::sync::Arc;

use crate::linux::abi::files::{O_CLOEXEC, O_NONBLOCK};
use crate::linux::abi::netlink::{NETLINK_KOBJECT_UEVENT, NETLINK_ROUTE, NETLINK_SOCK_DIAG};
use crate::linux::abi::sockets::{
    AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_IP, IPPROTO_TCP, IPPROTO_UDP,
    IPPROTO_UDPLITE, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM, SOCK_TYPE_MASK,
    Ucred,
};
use crate::linux::errno::Errno;
use crate::linux::kernel::Kernel;
use crate::linux::net::Socket;

/// The flags of a descriptor that go with the type of a socket; EINVAL for others.
pub fn flags(kind: u32) -> Result<u32, Errno> {
    match kind & !SOCK_TYPE_MASK {
        flags if flags & !(SOCK_NONBLOCK | SOCK_CLOEXEC) != 0 => Err(Errno::EINVAL),
        flags => Ok(flags & (O_NONBLOCK | O_CLOEXEC)),
    }
}

/// A socket of a family, a type and a protocol; the error if there is no such.
pub fn new_socket(k: &Kernel, family: u32, kind: u32, protocol: u32) -> Result<Arc<Socket>, Errno> {
    let protocol = match family {
        AF_UNIX => unix_protocol(kind, protocol)?,
        AF_INET | AF_INET6 => internet_protocol(family, kind, protocol)?,
        AF_NETLINK => netlink_protocol(kind, protocol)?,
        _ => return Err(Errno::EAFNOSUPPORT),
    };
    // A raw socket of the Unix family is one for datagrams (unix(7)).
    let kind = if family == AF_UNIX && kind == SOCK_RAW { SOCK_DGRAM } else { kind };
    Ok(Socket::new([family, kind, protocol], &k.world.network, k.world.queues.create(), whoever_runs(k)))
}

fn unix_protocol(kind: u32, protocol: u32) -> Result<u32, Errno> {
    match (kind, protocol) {
        (_, protocol) if protocol > 1 => Err(Errno::EPROTONOSUPPORT),
        (SOCK_STREAM | SOCK_DGRAM | SOCK_RAW | SOCK_SEQPACKET, _) => Ok(0),
        (0 | 11.., _) => Err(Errno::EINVAL),
        _ => Err(Errno::ESOCKTNOSUPPORT),
    }
}

/// What the kernel tells of its network, of sockets, and of devices that come and go: there are none.
fn netlink_protocol(kind: u32, protocol: u32) -> Result<u32, Errno> {
    match (kind, protocol) {
        (SOCK_RAW | SOCK_DGRAM, NETLINK_ROUTE | NETLINK_SOCK_DIAG | NETLINK_KOBJECT_UEVENT) => Ok(protocol),
        (SOCK_RAW | SOCK_DGRAM, _) => Err(Errno::EPROTONOSUPPORT),
        _ => Err(Errno::ESOCKTNOSUPPORT),
    }
}

/// TCP, UDP, UDP-Lite, and ICMP for echoes. Raw sockets see what others send: nobody may have them.
fn internet_protocol(family: u32, kind: u32, protocol: u32) -> Result<u32, Errno> {
    match (kind, protocol) {
        (_, 263..) | (0 | 11.., _) => Err(Errno::EINVAL),
        (SOCK_STREAM, IPPROTO_IP | IPPROTO_TCP) => Ok(IPPROTO_TCP),
        (SOCK_DGRAM, IPPROTO_IP | IPPROTO_UDP) => Ok(IPPROTO_UDP),
        (SOCK_DGRAM, IPPROTO_UDPLITE) => Ok(IPPROTO_UDPLITE),
        // Every group may ask for echoes (`/proc/sys/net/ipv4/ping_group_range`).
        (SOCK_DGRAM, IPPROTO_ICMP) if family == AF_INET => Ok(protocol),
        (SOCK_DGRAM, IPPROTO_ICMPV6) if family == AF_INET6 => Ok(protocol),
        (SOCK_RAW, _) => Err(if protocol == IPPROTO_IP { Errno::EPROTONOSUPPORT } else { Errno::EPERM }),
        (SOCK_STREAM | SOCK_DGRAM, _) => Err(Errno::EPROTONOSUPPORT),
        _ => Err(Errno::ESOCKTNOSUPPORT),
    }
}

/// Who a socket belongs to that the running process makes.
pub fn whoever_runs(k: &Kernel) -> Ucred {
    let credentials = &k.process.credentials;
    Ucred { pid: k.process.pid, uid: credentials.uid, gid: credentials.gid }
}
