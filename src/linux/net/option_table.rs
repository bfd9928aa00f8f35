//! The options of sockets that are numbers, as data: which there are, what they are at first and what they may
//! become (socket(7), ip(7), ipv6(7), tcp(7), udp(7), netlink(7)).

use crate::linux::abi::socket_options::{
    IP_BIND_ADDRESS_NO_PORT, IP_FREEBIND, IP_MINTTL, IP_MTU_DISCOVER, IP_MULTICAST_ALL, IP_MULTICAST_LOOP,
    IP_MULTICAST_TTL, IP_PKTINFO, IP_RECVERR, IP_RECVTOS, IP_RECVTTL, IP_TOS, IP_TTL, IPV6_AUTOFLOWLABEL,
    IPV6_DONTFRAG, IPV6_FREEBIND, IPV6_MTU_DISCOVER, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_LOOP, IPV6_RECVERR,
    IPV6_RECVHOPLIMIT, IPV6_RECVPKTINFO, IPV6_RECVTCLASS, IPV6_TCLASS, IPV6_UNICAST_HOPS, IPV6_V6ONLY,
    NETLINK_BROADCAST_ERROR, NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK, NETLINK_NO_ENOBUFS,
    SO_BROADCAST, SO_BSDCOMPAT, SO_BUSY_POLL, SO_DEBUG, SO_DONTROUTE, SO_INCOMING_CPU, SO_KEEPALIVE, SO_LOCK_FILTER,
    SO_MARK, SO_NO_CHECK, SO_OOBINLINE, SO_PASSCRED, SO_PASSSEC, SO_PRIORITY, SO_RCVBUF, SO_RCVLOWAT, SO_REUSEADDR,
    SO_REUSEPORT, SO_SELECT_ERR_QUEUE, SO_SNDBUF, SO_TIMESTAMP, SO_TIMESTAMP_NEW, SO_TIMESTAMPNS, SO_TIMESTAMPNS_NEW,
    SO_ZEROCOPY, TCP_CORK, TCP_DEFER_ACCEPT, TCP_FASTOPEN, TCP_FASTOPEN_CONNECT, TCP_KEEPCNT, TCP_KEEPIDLE,
    TCP_KEEPINTVL, TCP_LINGER2, TCP_MAXSEG, TCP_NODELAY, TCP_NOTSENT_LOWAT, TCP_QUICKACK, TCP_SYNCNT, TCP_USER_TIMEOUT,
    TCP_WINDOW_CLAMP, UDP_CORK, UDPLITE_RECV_CSCOV, UDPLITE_SEND_CSCOV,
};
use crate::linux::abi::sockets::{SOL_IP, SOL_IPV6, SOL_NETLINK, SOL_SOCKET, SOL_TCP, SOL_UDP, SOL_UDPLITE};

/// Bytes of a buffer at first (`/proc/sys/net/core/rmem_default`).
const BUFFER: i32 = 212_992;
/// The largest that a program may ask for (`rmem_max`), before the kernel doubles it.
pub const MAX_BUFFER: i32 = 212_992;
/// What TCP begins with to receive and to send (`/proc/sys/net/ipv4/tcp_rmem`, `tcp_wmem`), and what the latter grows to
/// with a connection on a loopback, unless a program has said how much it is.
pub const TCP_BUFFER: [i32; 2] = [131_072, 16_384];
pub const TCP_GROWN_BUFFER: i32 = 2_626_560;
/// The least sizes of buffers for sending and for receiving.
const MIN_BUFFER: [i32; 2] = [4608, 2304];

/// What a number that is set becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// 1 for all but 0.
    Flag,
    /// It, between these.
    Between(i32, i32),
    /// It, whatever it is.
    Any,
    /// What it is at first if it is -1, else between 0 and this.
    OrDefault(i32),
    /// A buffer: twice as many, for what the kernel needs beside (socket(7), "SO_RCVBUF").
    Buffer(i32),
}

/// An option whose value is a number.
pub struct NumberOption {
    /// Whom it is for.
    pub level: u32,
    /// Its name among those.
    pub name: u32,
    /// What it is at first.
    pub first: i32,
    /// What it may become.
    pub rule: Rule,
}

const fn row(level: u32, name: u32, first: i32, rule: Rule) -> NumberOption {
    NumberOption { level, name, first, rule }
}

use Rule::{Any, Between, Flag, OrDefault};

/// The options with numbers. Those that ask for what nobody carries out here are not among them: segments, peeking
/// further on.
pub static NUMBERS: &[NumberOption] = &[
    row(SOL_SOCKET, SO_DEBUG, 0, Flag),
    row(SOL_SOCKET, SO_REUSEADDR, 0, Flag),
    row(SOL_SOCKET, SO_DONTROUTE, 0, Flag),
    row(SOL_SOCKET, SO_BROADCAST, 0, Flag),
    row(SOL_SOCKET, SO_SNDBUF, BUFFER, Rule::Buffer(MIN_BUFFER[0])),
    row(SOL_SOCKET, SO_RCVBUF, BUFFER, Rule::Buffer(MIN_BUFFER[1])),
    row(SOL_SOCKET, SO_KEEPALIVE, 0, Flag),
    row(SOL_SOCKET, SO_OOBINLINE, 0, Flag),
    row(SOL_SOCKET, SO_NO_CHECK, 0, Flag),
    row(SOL_SOCKET, SO_PRIORITY, 0, Between(0, 6)),
    row(SOL_SOCKET, SO_BSDCOMPAT, 0, Flag),
    row(SOL_SOCKET, SO_REUSEPORT, 0, Flag),
    row(SOL_SOCKET, SO_PASSCRED, 0, Flag),
    row(SOL_SOCKET, SO_RCVLOWAT, 1, Between(0, i32::MAX)),
    row(SOL_SOCKET, SO_PASSSEC, 0, Flag),
    row(SOL_SOCKET, SO_MARK, 0, Any),
    row(SOL_SOCKET, SO_LOCK_FILTER, 0, Flag),
    row(SOL_SOCKET, SO_SELECT_ERR_QUEUE, 0, Flag),
    row(SOL_SOCKET, SO_BUSY_POLL, 0, Between(0, i32::MAX)),
    row(SOL_SOCKET, SO_INCOMING_CPU, 0, Any),
    row(SOL_SOCKET, SO_ZEROCOPY, 0, Between(0, 1)),
    row(SOL_SOCKET, SO_TIMESTAMP, 0, Flag),
    row(SOL_SOCKET, SO_TIMESTAMPNS, 0, Flag),
    row(SOL_SOCKET, SO_TIMESTAMP_NEW, 0, Flag),
    row(SOL_SOCKET, SO_TIMESTAMPNS_NEW, 0, Flag),
    row(SOL_IP, IP_PKTINFO, 0, Flag),
    row(SOL_IP, IP_RECVTTL, 0, Flag),
    row(SOL_IP, IP_RECVTOS, 0, Flag),
    row(SOL_IPV6, IPV6_RECVPKTINFO, 0, Flag),
    row(SOL_IPV6, IPV6_RECVHOPLIMIT, 0, Flag),
    row(SOL_IPV6, IPV6_RECVTCLASS, 0, Flag),
    row(SOL_IP, IP_TOS, 0, Between(0, 255)),
    row(SOL_IP, IP_TTL, 64, OrDefault(255)),
    row(SOL_IP, IP_MTU_DISCOVER, 1, Between(0, 5)),
    row(SOL_IP, IP_RECVERR, 0, Flag),
    row(SOL_IP, IP_FREEBIND, 0, Flag),
    row(SOL_IP, IP_MINTTL, 0, Between(0, 255)),
    row(SOL_IP, IP_BIND_ADDRESS_NO_PORT, 0, Flag),
    row(SOL_IP, IP_MULTICAST_TTL, 1, OrDefault(255)),
    row(SOL_IP, IP_MULTICAST_LOOP, 1, Flag),
    row(SOL_IP, IP_MULTICAST_ALL, 1, Between(0, 1)),
    row(SOL_IPV6, IPV6_UNICAST_HOPS, 64, OrDefault(255)),
    row(SOL_IPV6, IPV6_MULTICAST_HOPS, 1, OrDefault(255)),
    row(SOL_IPV6, IPV6_MULTICAST_LOOP, 1, Between(0, 1)),
    row(SOL_IPV6, IPV6_MTU_DISCOVER, 1, Between(0, 5)),
    row(SOL_IPV6, IPV6_RECVERR, 0, Flag),
    row(SOL_IPV6, IPV6_V6ONLY, 0, Flag),
    row(SOL_IPV6, IPV6_DONTFRAG, 0, Flag),
    row(SOL_IPV6, IPV6_TCLASS, 0, OrDefault(255)),
    row(SOL_IPV6, IPV6_AUTOFLOWLABEL, 1, Flag),
    row(SOL_IPV6, IPV6_FREEBIND, 0, Flag),
    row(SOL_TCP, TCP_NODELAY, 0, Flag),
    row(SOL_TCP, TCP_MAXSEG, 65_483, Between(88, 65_535)),
    row(SOL_TCP, TCP_CORK, 0, Flag),
    row(SOL_TCP, TCP_KEEPIDLE, 7200, Between(1, 32_767)),
    row(SOL_TCP, TCP_KEEPINTVL, 75, Between(1, 32_767)),
    row(SOL_TCP, TCP_KEEPCNT, 9, Between(1, 127)),
    row(SOL_TCP, TCP_SYNCNT, 6, Between(1, 127)),
    row(SOL_TCP, TCP_LINGER2, 60, Any),
    row(SOL_TCP, TCP_DEFER_ACCEPT, 0, Between(0, i32::MAX)),
    row(SOL_TCP, TCP_WINDOW_CLAMP, 0, Between(0, i32::MAX)),
    row(SOL_TCP, TCP_QUICKACK, 1, Flag),
    row(SOL_TCP, TCP_USER_TIMEOUT, 0, Between(0, i32::MAX)),
    row(SOL_TCP, TCP_FASTOPEN, 0, Between(0, i32::MAX)),
    row(SOL_TCP, TCP_FASTOPEN_CONNECT, 0, Between(0, 1)),
    row(SOL_TCP, TCP_NOTSENT_LOWAT, -1, Any),
    row(SOL_UDP, UDP_CORK, 0, Flag),
    row(SOL_UDPLITE, UDPLITE_SEND_CSCOV, 0, Between(0, 65_535)),
    row(SOL_UDPLITE, UDPLITE_RECV_CSCOV, 0, Between(0, 65_535)),
    row(SOL_NETLINK, NETLINK_BROADCAST_ERROR, 0, Flag),
    row(SOL_NETLINK, NETLINK_NO_ENOBUFS, 0, Flag),
    row(SOL_NETLINK, NETLINK_CAP_ACK, 0, Flag),
    row(SOL_NETLINK, NETLINK_EXT_ACK, 0, Flag),
    row(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 0, Flag),
];
