//! The options by which sockets join and leave groups of the internet, and say by which device they send to them (ip(7),
//! ipv6(7)). There is one device, the loopback.

use std::net::{IpAddr, Ipv4Addr};

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::socket_options::{
    IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IP_MULTICAST_IF, IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP, IPV6_MULTICAST_IF,
    MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP,
};
use crate::linux::abi::sockets::{AF_INET, AF_INET6, IpMreqn, Ipv6Mreq, SOL_IP, SOL_IPV6};
use crate::linux::errno::Errno;
use crate::linux::net::{Socket, SocketAddress, loopback};

/// Bytes of `struct ip_mreq`, which has no number of a device, and of `struct group_req`.
const IP_MREQ: usize = 8;
const GROUP_REQ: usize = 132;

/// Whether an option is one of these.
pub fn is_about_groups(level: u32, name: u32) -> bool {
    match level {
        SOL_IP => matches!(
            name,
            IP_ADD_MEMBERSHIP | IP_DROP_MEMBERSHIP | IP_MULTICAST_IF | MCAST_JOIN_GROUP | MCAST_LEAVE_GROUP
        ),
        SOL_IPV6 => matches!(
            name,
            IPV6_JOIN_GROUP | IPV6_LEAVE_GROUP | IPV6_MULTICAST_IF | MCAST_JOIN_GROUP | MCAST_LEAVE_GROUP
        ),
        _ => false,
    }
}

/// What a request says of the device.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Device {
    Unsaid,
    Loopback,
    Other,
}

impl Device {
    /// By its number, if there is one, or by its address.
    fn named(number: u32, address: Ipv4Addr) -> Device {
        match number {
            0 if address.is_unspecified() => Device::Unsaid,
            0 if address.is_loopback() => Device::Loopback,
            loopback::INDEX => Device::Loopback,
            _ => Device::Other,
        }
    }
}

/// Sets one.
pub fn set(m: &mut Machine, socket: &Socket, [level, name]: [u32; 2], [address, size]: [u32; 2]) -> Result<(), Errno> {
    let mut given = vec![0; size.min(GROUP_REQ as u32) as usize];
    m.memory.read(address, &mut given)?;
    match (level, name) {
        (SOL_IP, IP_MULTICAST_IF) => depart_from(socket, &given),
        (SOL_IPV6, IPV6_MULTICAST_IF) => depart_by(socket, &given),
        _ if socket.is_stream() => Err(Errno::EPROTO),
        (_, IP_ADD_MEMBERSHIP | IPV6_JOIN_GROUP | MCAST_JOIN_GROUP) => {
            let (group, device) = wanted([level, name], &given)?;
            if group.is_multicast() && device != Device::Loopback {
                return Err(Errno::ENODEV);
            }
            socket.state().groups.join(group)
        }
        _ => match wanted([level, name], &given)? {
            (IpAddr::V4(_), Device::Unsaid) => Err(Errno::ENODEV),
            (_, Device::Other) => Err(Errno::EADDRNOTAVAIL),
            (group, _) => socket.state().groups.leave(group),
        },
    }
}

/// The value of one that has one.
pub fn value(socket: &Socket, level: u32) -> Vec<u8> {
    let groups = &socket.state().groups;
    match level {
        SOL_IP => groups.departure.unwrap_or(Ipv4Addr::UNSPECIFIED).octets().to_vec(),
        _ => groups.device.to_bytes(),
    }
}

/// The group and the device that a request names; EINVAL if there are too few bytes.
fn wanted([level, name]: [u32; 2], given: &[u8]) -> Result<(IpAddr, Device), Errno> {
    match (level, name) {
        (_, MCAST_JOIN_GROUP | MCAST_LEAVE_GROUP) => group_request(level, given),
        (SOL_IP, _) if given.len() < IP_MREQ => Err(Errno::EINVAL),
        (SOL_IP, _) => {
            let IpMreqn { imr_multiaddr, imr_address, imr_ifindex } = request(given);
            Ok((imr_multiaddr.into(), Device::named(imr_ifindex, imr_address.into())))
        }
        _ if given.len() < Ipv6Mreq::SIZE => Err(Errno::EINVAL),
        _ => {
            let Ipv6Mreq { ipv6mr_multiaddr, ipv6mr_interface } = Ipv6Mreq::decode(&mut &given[..]);
            Ok((ipv6mr_multiaddr.into(), Device::named(ipv6mr_interface, Ipv4Addr::UNSPECIFIED)))
        }
    }
}

/// The structure with three parts, of which the last, the number, may be missing.
fn request(given: &[u8]) -> IpMreqn {
    let whole = if given.len() < IpMreqn::SIZE { &given[..IP_MREQ] } else { given };
    IpMreqn::decode(&mut &whole[..])
}

/// The form that both protocols share: a device and an address.
fn group_request(level: u32, given: &[u8]) -> Result<(IpAddr, Device), Errno> {
    if given.len() < GROUP_REQ {
        return Err(Errno::EINVAL);
    }
    let (family, wrong) = if level == SOL_IP { (AF_INET, Errno::EINVAL) } else { (AF_INET6, Errno::EADDRNOTAVAIL) };
    let address = SocketAddress::decode(family, &given[4..]).ok().and_then(|address| address.internet());
    let device = Device::named(u32::decode(&mut &given[..]), Ipv4Addr::UNSPECIFIED);
    Ok((address.ok_or(wrong)?.ip(), device))
}

/// The device, and the address, from which a socket sends to groups of IPv4. Neither, if both are 0.
fn depart_from(socket: &Socket, given: &[u8]) -> Result<(), Errno> {
    if socket.is_stream() || given.len() < 4 {
        return Err(Errno::EINVAL);
    }
    let (number, address) = match given.len() {
        IP_MREQ.. => (request(given).imr_ifindex, request(given).imr_address),
        _ => (0, <[u8; 4]>::decode(&mut &given[..])),
    };
    let departure = match Device::named(number, address.into()) {
        Device::Unsaid => None,
        Device::Loopback => Some(address.into()),
        Device::Other => return Err(Errno::EADDRNOTAVAIL),
    };
    socket.state().groups.departure = departure;
    Ok(())
}

/// The device by which a socket sends to groups of IPv6, 0 for none.
fn depart_by(socket: &Socket, given: &[u8]) -> Result<(), Errno> {
    if socket.is_stream() {
        return Err(Errno::ENOPROTOOPT);
    }
    let device = if given.len() < 4 { return Err(Errno::EINVAL) } else { u32::decode(&mut &given[..]) };
    if ![0, loopback::INDEX].contains(&device) {
        return Err(Errno::ENODEV);
    }
    socket.state().groups.device = device;
    Ok(())
}
