//! Addresses of sockets: names in the file tree, abstract names, addresses and ports of the internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::linux::abi::Encoded;
use crate::linux::abi::sockets::{
    AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, SockaddrIn, SockaddrIn6, SockaddrNl, UNIX_PATH_MAX,
};
use crate::linux::errno::Errno;

/// Bytes of an address of IPv6 without the scope, which old programs leave out.
const SHORT_IN6: usize = 24;

/// The address of a socket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SocketAddress {
    /// A Unix socket that nobody has named.
    Unnamed,
    /// The path of a Unix socket, as it was given.
    Path(Vec<u8>),
    /// A name that is no path: the bytes after the zero (unix(7), "Abstract sockets").
    Abstract(Vec<u8>),
    /// An address and a port.
    Internet(SocketAddr),
    /// A port of netlink(7), and groups.
    Netlink {
        /// The port.
        port: u32,
        /// The groups, as bits.
        groups: u32,
    },
}

impl SocketAddress {
    /// The address of a new socket of a family.
    pub fn none(family: u32) -> SocketAddress {
        match family {
            AF_INET => SocketAddress::Internet((Ipv4Addr::UNSPECIFIED, 0).into()),
            AF_INET6 => SocketAddress::Internet((Ipv6Addr::UNSPECIFIED, 0).into()),
            AF_NETLINK => SocketAddress::Netlink { port: 0, groups: 0 },
            _ => SocketAddress::Unnamed,
        }
    }

    /// The family that bytes speak of; EINVAL if they are too few to say so.
    pub fn family(bytes: &[u8]) -> Result<u32, Errno> {
        if bytes.len() < 2 { Err(Errno::EINVAL) } else { Ok(u16::decode(&mut &bytes[..]).into()) }
    }

    /// The address that bytes are; EINVAL if they are none of a family, EAFNOSUPPORT if they are of another.
    pub fn decode(family: u32, bytes: &[u8]) -> Result<SocketAddress, Errno> {
        let given = SocketAddress::family(bytes)?;
        match family {
            AF_UNIX if given == AF_UNIX => unix(&bytes[2..]),
            AF_UNIX => Err(Errno::EINVAL),
            AF_INET if bytes.len() < SockaddrIn::SIZE => Err(Errno::EINVAL),
            AF_INET6 if bytes.len() < SHORT_IN6 => Err(Errno::EINVAL),
            AF_NETLINK if bytes.len() < SockaddrNl::SIZE => Err(Errno::EINVAL),
            _ if given != family => Err(Errno::EAFNOSUPPORT),
            AF_INET => Ok(internet4(SockaddrIn::decode(&mut &bytes[..]))),
            AF_INET6 => Ok(internet6(SockaddrIn6::decode(&mut &bytes[..]))),
            AF_NETLINK => {
                let SockaddrNl { nl_pid: port, nl_groups: groups, .. } = SockaddrNl::decode(&mut &bytes[..]);
                Ok(SocketAddress::Netlink { port, groups })
            }
            _ => Err(Errno::EAFNOSUPPORT),
        }
    }

    /// Its bytes, as a program sees it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let unix = |path: &[u8]| [&(AF_UNIX as u16).to_le_bytes(), path].concat();
        match self {
            SocketAddress::Unnamed => unix(b""),
            // The zero after a path belongs to it (unix(7), "Pathname sockets").
            SocketAddress::Path(path) => unix(&[path, b"\0".as_slice()].concat()),
            SocketAddress::Abstract(name) => unix(&[b"\0", name.as_slice()].concat()),
            SocketAddress::Internet(SocketAddr::V4(address)) => SockaddrIn {
                sin_family: AF_INET as u16,
                sin_port: address.port().to_be_bytes(),
                sin_addr: address.ip().octets(),
                padding: [0; 8],
            }
            .to_bytes(),
            SocketAddress::Internet(SocketAddr::V6(address)) => SockaddrIn6 {
                sin6_family: AF_INET6 as u16,
                sin6_port: address.port().to_be_bytes(),
                sin6_flowinfo: address.flowinfo(),
                sin6_addr: address.ip().octets(),
                sin6_scope_id: address.scope_id(),
            }
            .to_bytes(),
            SocketAddress::Netlink { port, groups } => {
                SockaddrNl { nl_family: AF_NETLINK as u16, padding: 0, nl_pid: *port, nl_groups: *groups }.to_bytes()
            }
        }
    }

    /// The address and port, if it is one of the internet.
    pub fn internet(&self) -> Option<SocketAddr> {
        if let SocketAddress::Internet(address) = self { Some(*address) } else { None }
    }
}

/// What follows the family of a Unix socket: nothing, a zero and an abstract name, or a path up to a zero.
fn unix(name: &[u8]) -> Result<SocketAddress, Errno> {
    if name.len() > UNIX_PATH_MAX {
        return Err(Errno::EINVAL);
    }
    Ok(match name.split_first() {
        None => SocketAddress::Unnamed,
        Some((0, name)) => SocketAddress::Abstract(name.to_vec()),
        Some(_) => SocketAddress::Path(name.split(|byte| *byte == 0).next().unwrap_or_default().to_vec()),
    })
}

fn internet4(address: SockaddrIn) -> SocketAddress {
    let port = u16::from_be_bytes(address.sin_port);
    SocketAddress::Internet(SocketAddrV4::new(address.sin_addr.into(), port).into())
}

fn internet6(address: SockaddrIn6) -> SocketAddress {
    let SockaddrIn6 { sin6_port, sin6_flowinfo, sin6_addr, sin6_scope_id, .. } = address;
    let port = u16::from_be_bytes(sin6_port);
    SocketAddress::Internet(SocketAddrV6::new(sin6_addr.into(), port, sin6_flowinfo, sin6_scope_id).into())
}

/// An address of the internet as the other protocol would know it: IPv4 in IPv6 as IPv4 (ipv6(7)).
pub fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The form in which a socket of a family shows an address.
pub fn shown(address: SocketAddr, family: u32) -> SocketAddr {
    match (family, address) {
        (AF_INET6, SocketAddr::V4(address)) => (address.ip().to_ipv6_mapped(), address.port()).into(),
        _ => address,
    }
}

/// Whether an address is one of this world: those of its loopback.
pub fn is_local(address: IpAddr) -> bool {
    let address = plain(address);
    address.is_loopback() || address.is_unspecified()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_the_bytes_that_they_came_from() {
        let decode = SocketAddress::decode;
        let name = [b"\x01\x00/tmp/x\0".as_slice(), b"\x01\x00\0hidden", b"\x01\x00"];
        for bytes in name {
            assert_eq!(decode(AF_UNIX, bytes).unwrap().to_bytes(), bytes);
        }
        let inet = b"\x02\x00\x1f\x90\x7f\x00\x00\x01\0\0\0\0\0\0\0\0";
        let address = decode(AF_INET, inet).unwrap();
        assert_eq!(address.internet(), Some("127.0.0.1:8080".parse().unwrap()));
        assert_eq!(address.to_bytes(), inet);
        assert_eq!(decode(AF_INET6, inet), Err(Errno::EINVAL), "too short");
        assert_eq!(decode(AF_UNIX, &[1, 0].repeat(60)), Err(Errno::EINVAL), "too long");
    }

    #[test]
    fn local_is_what_the_loopback_has() {
        let local = |text: &str| is_local(text.parse().unwrap());
        assert!(local("127.8.9.1") && local("::1") && local("::ffff:127.0.0.1") && local("0.0.0.0") && local("::"));
        assert!(!local("10.0.0.1") && !local("fe80::1") && !local("::ffff:10.0.0.1"));
    }
}
