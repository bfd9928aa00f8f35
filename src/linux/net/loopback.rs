//! The one device of a world, its loopback, as rtnetlink(7) tells of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::linux::abi::Encoded;
use crate::linux::abi::netlink::{
    ARPHRD_LOOPBACK, IFA_ADDRESS, IFA_CACHEINFO, IFA_F_PERMANENT, IFA_FLAGS, IFA_LABEL, IFA_LOCAL,
    IFF_LOOPBACK_LOWER_UP, IFLA_ADDRESS, IFLA_BROADCAST, IFLA_GROUP, IFLA_IFNAME, IFLA_LINKMODE, IFLA_MTU,
    IFLA_OPERSTATE, IFLA_QDISC, IFLA_TXQLEN, Ifaddrmsg, Ifinfomsg, RT_SCOPE_HOST, RTM_NEWADDR,
};
use crate::linux::abi::sockets::{AF_INET, AF_INET6, AF_UNSPEC};

use super::attribute::attribute;

/// Its name.
pub const NAME: &[u8] = b"lo";
/// Its number.
pub const INDEX: u32 = 1;
/// Its largest packet.
pub const MTU: u32 = 65_536;
/// The way of TCP to be fair to others: there are none.
pub const CONGESTION: &[u8] = b"cubic\0";
/// Packets that would wait to be sent.
pub const QUEUE_LENGTH: u32 = 1000;
/// The part of its IPv4 address that all its addresses share, in bits.
pub const PREFIX: u8 = 8;

/// The device.
pub fn link() -> Vec<u8> {
    let device = Ifinfomsg {
        ifi_family: AF_UNSPEC as u8,
        padding: 0,
        ifi_type: ARPHRD_LOOPBACK,
        ifi_index: INDEX,
        ifi_flags: IFF_LOOPBACK_LOWER_UP,
        ifi_change: 0,
    };
    let attributes = [
        attribute(IFLA_IFNAME, b"lo\0"),
        attribute(IFLA_TXQLEN, &QUEUE_LENGTH.to_le_bytes()),
        // What carries nothing but its own says nothing of its state (RFC 2863, "unknown").
        attribute(IFLA_OPERSTATE, &[0]),
        attribute(IFLA_LINKMODE, &[0]),
        attribute(IFLA_GROUP, &[0; 4]),
        attribute(IFLA_MTU, &MTU.to_le_bytes()),
        attribute(IFLA_QDISC, b"noqueue\0"),
        attribute(IFLA_ADDRESS, &[0; 6]),
        attribute(IFLA_BROADCAST, &[0; 6]),
    ];
    [device.to_bytes(), attributes.concat()].concat()
}

/// The addresses of a family, or of all.
pub fn addresses(family: u32) -> Vec<(u16, Vec<u8>)> {
    let own = [(AF_INET, PREFIX, IpAddr::from(Ipv4Addr::LOCALHOST)), (AF_INET6, 128, Ipv6Addr::LOCALHOST.into())];
    let asked = own.into_iter().filter(|(own, ..)| family == AF_UNSPEC || family == *own);
    asked.map(|(family, prefix, address)| (RTM_NEWADDR as u16, one_address(family, prefix, address))).collect()
}

fn one_address(family: u32, prefix: u8, address: IpAddr) -> Vec<u8> {
    let head = Ifaddrmsg {
        ifa_family: family as u8,
        ifa_prefixlen: prefix,
        ifa_flags: IFA_F_PERMANENT,
        ifa_scope: RT_SCOPE_HOST,
        ifa_index: INDEX,
    };
    let attributes = match address {
        IpAddr::V4(address) => [
            attribute(IFA_ADDRESS, &address.octets()),
            attribute(IFA_LOCAL, &address.octets()),
            attribute(IFA_LABEL, b"lo\0"),
        ]
        .concat(),
        IpAddr::V6(address) => attribute(IFA_ADDRESS, &address.octets()),
    };
    // It is valid, and preferred, for ever.
    let lifetime = attribute(IFA_CACHEINFO, &[[0xff; 8], [0; 8]].concat());
    let flags = attribute(IFA_FLAGS, &u32::from(IFA_F_PERMANENT).to_le_bytes());
    [head.to_bytes(), attributes, flags, lifetime].concat()
}
