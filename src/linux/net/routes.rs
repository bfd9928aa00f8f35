//! The routes of a world, all of them through its loopback, as rtnetlink(7) tells them (RTM_GETROUTE).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::linux::abi::Encoded;
use crate::linux::abi::netlink::{
    RT_SCOPE_HOST, RT_SCOPE_LINK, RT_SCOPE_UNIVERSE, RT_TABLE_LOCAL, RT_TABLE_MAIN, RTA_CACHEINFO, RTA_DST, RTA_OIF,
    RTA_PREF, RTA_PREFSRC, RTA_PRIORITY, RTA_SRC, RTA_TABLE, RTA_UID, RTCF_LOCAL, RTM_F_CLONED, RTM_NEWROUTE,
    RTN_BROADCAST, RTN_LOCAL, RTPROT_KERNEL, RTPROT_UNSPEC, Rtmsg,
};
use crate::linux::abi::sockets::{AF_INET, AF_INET6, AF_UNSPEC};
use crate::linux::errno::Errno;

use super::address::{is_local, plain};
use super::attribute::attribute;
use super::loopback::{INDEX, PREFIX};

/// Where the head of a route has the length of the source.
const RTM_SRC_LEN: usize = 2;

/// What is said of a route: where it leads, how much of that counts, and the table, type, scope and metric.
struct Route {
    to: IpAddr,
    prefix: u8,
    table: u8,
    kind: u8,
    scope: u8,
    metric: u32,
}

/// The routes of a family, or of all.
pub fn all(family: u32) -> Vec<(u16, Vec<u8>)> {
    let local = |to: IpAddr, prefix, kind, scope| Route { to, prefix, table: RT_TABLE_LOCAL, kind, scope, metric: 0 };
    let four = |last: [u8; 4]| IpAddr::from(Ipv4Addr::from(last));
    let six = IpAddr::from(Ipv6Addr::LOCALHOST);
    let routes = [
        local(four([127, 0, 0, 0]), PREFIX, RTN_LOCAL, RT_SCOPE_HOST),
        local(four([127, 0, 0, 1]), 32, RTN_LOCAL, RT_SCOPE_HOST),
        local(four([127, 255, 255, 255]), 32, RTN_BROADCAST, RT_SCOPE_LINK),
        local(six, 128, RTN_LOCAL, RT_SCOPE_UNIVERSE),
    ];
    let asked = routes.iter().filter(|route| family == AF_UNSPEC || family == family_of(route.to));
    asked.map(|route| (RTM_NEWROUTE as u16, told(route))).collect()
}

/// The route to the address in a request; ENETUNREACH beyond the loopback.
pub fn to(request: &[u8]) -> Result<Vec<u8>, Errno> {
    let to = wanted(request).ok_or(Errno::EINVAL)?;
    if !is_local(to) {
        return Err(Errno::ENETUNREACH);
    }
    let prefix = if to.is_ipv4() { 32 } else { 128 };
    // Of IPv4 the table is not told unless it is asked for.
    let table = if to.is_ipv4() { RT_TABLE_MAIN } else { RT_TABLE_LOCAL };
    let route = Route { to, prefix, table, kind: RTN_LOCAL, scope: RT_SCOPE_UNIVERSE, metric: 0 };
    let flags = if to.is_ipv4() { RTCF_LOCAL | RTM_F_CLONED } else { 0 };
    let protocol = if to.is_ipv4() { RTPROT_UNSPEC } else { RTPROT_KERNEL };
    let source = if to.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { IpAddr::from(Ipv6Addr::LOCALHOST) };
    let also = if to.is_ipv4() { attribute(RTA_UID, &[0; 4]) } else { attribute(RTA_SRC, &[0; 16]) };
    let mut message = [head(&route, protocol, flags), attributes(&route)].concat();
    message.extend([attribute(RTA_PREFSRC, &octets(source)), also].concat());
    // From any address, of which all bits count.
    message[RTM_SRC_LEN] = if to.is_ipv4() { 0 } else { 128 };
    Ok(message)
}

/// The address that a request names: the first attribute that is a destination.
fn wanted(request: &[u8]) -> Option<IpAddr> {
    let mut rest = request.get(Rtmsg::SIZE..)?;
    while let [low, high, kind, 0, ..] = *rest {
        let size = usize::from(u16::from_le_bytes([low, high]));
        let value = rest.get(4..size)?;
        if u16::from(kind) == RTA_DST {
            return match value.len() {
                4 => Some(IpAddr::from(<[u8; 4]>::try_from(value).ok()?)),
                _ => Some(plain(IpAddr::from(<[u8; 16]>::try_from(value).ok()?))),
            };
        }
        rest = rest.get(size.next_multiple_of(4)..)?;
    }
    None
}

fn told(route: &Route) -> Vec<u8> {
    let source = match route.to {
        IpAddr::V4(_) => attribute(RTA_PREFSRC, &Ipv4Addr::LOCALHOST.octets()),
        IpAddr::V6(_) => Vec::new(),
    };
    [head(route, RTPROT_KERNEL, 0), attributes(route), source].concat()
}

fn head(route: &Route, rtm_protocol: u8, rtm_flags: u32) -> Vec<u8> {
    let head = Rtmsg {
        rtm_family: family_of(route.to) as u8,
        rtm_dst_len: route.prefix,
        rtm_src_len: 0,
        rtm_tos: 0,
        rtm_table: route.table,
        rtm_protocol,
        rtm_scope: route.scope,
        rtm_type: route.kind,
        rtm_flags,
    };
    head.to_bytes()
}

fn attributes(route: &Route) -> Vec<u8> {
    let common = [
        attribute(RTA_TABLE, &u32::from(route.table).to_le_bytes()),
        attribute(RTA_DST, &octets(route.to)),
        attribute(RTA_OIF, &INDEX.to_le_bytes()),
    ];
    let six = [
        attribute(RTA_PRIORITY, &route.metric.to_le_bytes()),
        attribute(RTA_CACHEINFO, &[0; 32]),
        attribute(RTA_PREF, &[0]),
    ];
    if route.to.is_ipv4() { common.concat() } else { [common.concat(), six.concat()].concat() }
}

fn family_of(address: IpAddr) -> u32 {
    if address.is_ipv4() { AF_INET } else { AF_INET6 }
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(address: &[u8]) -> Vec<u8> {
        [vec![0; Rtmsg::SIZE], attribute(RTA_OIF, &[1, 0, 0, 0]), attribute(RTA_DST, address)].concat()
    }

    #[test]
    fn the_loopback_is_reached_and_nothing_beyond_it() {
        assert!(to(&request(&[127, 1, 2, 3])).unwrap().windows(4).any(|bytes| bytes == [127, 1, 2, 3]));
        assert!(to(&request(&Ipv6Addr::LOCALHOST.octets())).is_ok());
        assert_eq!(to(&request(&[8, 8, 8, 8])), Err(Errno::ENETUNREACH));
        assert_eq!(to(&[0; 3]), Err(Errno::EINVAL));
    }

    #[test]
    fn each_family_has_its_routes() {
        assert_eq!([AF_UNSPEC, AF_INET, AF_INET6].map(|family| all(family).len()), [4, 3, 1]);
    }
}
