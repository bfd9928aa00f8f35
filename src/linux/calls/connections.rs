//! Connecting sockets: connect(2), accept(2).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::files::{AT_FDCWD, O_NONBLOCK};
use crate::linux::abi::socket_options::{IPV6_V6ONLY, SO_PASSCRED};
use crate::linux::abi::sockets::{AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC, SOCK_TYPE_MASK, SOL_IPV6, SOL_SOCKET};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, PathAccess};
use crate::linux::host::{FileType, Readiness};
use crate::linux::kernel::Kernel;
use crate::linux::net::{LocalName, Role, Socket, SocketAddress, Transport, is_local, plain, shown};
use crate::linux::objects::OpenFileHandle;
use crate::linux::sync::lock;
use crate::linux::world;

use super::call::Args;
use super::socket_kinds;
use super::sockets::{self, address_bytes, socket_of};

pub fn connect(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, ..] = *args;
    let (open, socket) = socket_of(k, fd)?;
    let bytes = address_bytes(m, address, size)?;
    if SocketAddress::family(&bytes)? == AF_UNSPEC {
        return dissolve(&socket);
    }
    let address = addressed(&socket, &bytes, Errno::EAFNOSUPPORT)?;
    if lacks_device(&socket, &address) {
        return Err(Errno::EINVAL);
    }
    match address {
        SocketAddress::Internet(to) if socket.is_tcp() => connect_tcp(k, m, &open, &socket, to),
        SocketAddress::Internet(to) => direct_internet(k, &socket, to),
        SocketAddress::Netlink { .. } => sockets::name_netlink(k, &socket).map(|()| 0),
        _ if socket.family == AF_UNIX => connect_unix(k, m, &open, &socket, &address),
        _ => Err(Errno::EOPNOTSUPP),
    }
}

/// Where a socket is to send. One of UDP for IPv6 takes addresses of IPv4 as they are, unless it speaks IPv6 alone, which
/// is an error of the call.
pub fn addressed(socket: &Socket, bytes: &[u8], error: Errno) -> Result<SocketAddress, Errno> {
    if socket.family != AF_INET6 || !socket.is_udp() || SocketAddress::family(bytes)? != AF_INET {
        return SocketAddress::decode(socket.family, bytes);
    }
    if socket.has(SOL_IPV6, IPV6_V6ONLY) {
        return Err(error);
    }
    let address = SocketAddress::decode(AF_INET, bytes)?;
    Ok(address.internet().map_or(address, |address| SocketAddress::Internet(shown(address, AF_INET6))))
}

/// Whether an address is one of a link of IPv6, and neither it nor the socket says of which (ipv6(7)).
fn lacks_device(socket: &Socket, address: &SocketAddress) -> bool {
    let Some(SocketAddr::V6(address)) = address.internet() else { return false };
    let ([first, second, ..], named) = (address.ip().octets(), address.scope_id() != 0);
    // A group's scope is in its fourth digit: this interface, or this link.
    let group = first == 0xff && matches!(second & 0xf, 1 | 2) && socket.state().groups.device == 0;
    !named && (group || address.ip().is_unicast_link_local())
}

/// A socket has no peer any more (connect(2), "AF_UNSPEC").
fn dissolve(socket: &Arc<Socket>) -> Answer {
    if socket.is_stream() && !socket.is_tcp() {
        return Err(Errno::EINVAL);
    }
    let was = socket.become_idle();
    if let Role::Connected { peer, .. } = was {
        lock(&peer).end(true);
    }
    socket.state().peer_address = SocketAddress::none(socket.family);
    if socket.is_udp() {
        forget_source(socket);
    }
    Ok(0)
}

/// A socket has the address again that bind(2) gave it, or none, and no port either: the next peer may be reached from
/// another (`__udp_disconnect`).
fn forget_source(socket: &Socket) {
    let mut state = socket.state();
    let (address, name) = match state.bound.clone() {
        Some(bound) => (bound, None),
        None => (SocketAddress::none(socket.family), state.name.take()),
    };
    state.address = address;
    drop(state);
    drop(name);
}

/// The Unix socket that an address leads to: ECONNREFUSED if nobody has it, EPROTOTYPE if it is of another type.
pub fn unix_target(k: &Kernel, m: &Machine, socket: &Socket, address: &SocketAddress) -> Result<Arc<Socket>, Errno> {
    let name = match address {
        SocketAddress::Path(path) => {
            let found = k.find_bytes(m, AT_FDCWD, path, Manner::new(true, PathAccess::Write))?;
            let place = found.existing()?;
            k.may(m, place.node(), 2)?;
            if place.file_type() != FileType::Socket {
                return Err(Errno::ECONNREFUSED);
            }
            let (device, inode) = place.node().identity();
            LocalName::File(device, inode)
        }
        SocketAddress::Abstract(name) => LocalName::Abstract(name.clone()),
        _ => return Err(Errno::EINVAL),
    };
    let target = socket.network.named(&name).ok_or(Errno::ECONNREFUSED)?;
    if target.kind == socket.kind { Ok(target) } else { Err(Errno::EPROTOTYPE) }
}

fn connect_unix(
    k: &mut Kernel,
    m: &Machine,
    open: &OpenFileHandle,
    socket: &Arc<Socket>,
    address: &SocketAddress,
) -> Answer {
    if socket.has(SOL_SOCKET, SO_PASSCRED) && !socket.is_named() {
        sockets::name_automatically(socket)?;
    }
    let target = unix_target(k, m, socket, address)?;
    if socket.is_datagram() {
        accepts_from(&target, socket)?;
        socket.direct(target.weak(), address.clone());
        return Ok(0);
    }
    match socket.state().role {
        Role::Idle => {}
        Role::Listening(_) => return Err(Errno::EINVAL),
        _ => return Err(Errno::EISCONN),
    }
    socket.state().owner = socket_kinds::whoever_runs(k);
    let server = accepted_by(k, &target, target.address());
    match socket.connect(&target, &server) {
        Err(Errno::EAGAIN) => Err(sockets::block(k, m, open, socket, Readiness::Writable, 0)),
        connected => connected.map(|()| 0),
    }
}

/// EPERM if a socket for datagrams takes them from another one alone.
pub fn accepts_from(target: &Arc<Socket>, sender: &Arc<Socket>) -> Result<(), Errno> {
    match target.directed() {
        Some(other) if !Arc::ptr_eq(&other, sender) => Err(Errno::EPERM),
        _ => Ok(()),
    }
}

/// The socket on the other side of a connection that is being made.
fn accepted_by(k: &Kernel, listener: &Socket, address: SocketAddress) -> Arc<Socket> {
    let kind = [listener.family, listener.kind, listener.protocol];
    let server = Socket::new(kind, &k.world.network, k.world.queues.create(), listener.owner());
    server.state().address = address;
    server
}

/// The address that is meant: no address is this host (ip(7), INADDR_ANY). ENETUNREACH beyond the loopback.
pub fn destination(k: &Kernel, socket: &Socket, to: SocketAddr) -> Result<SocketAddr, Errno> {
    let address = match to.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        address if plain(address).is_multicast() => {
            // A route would have to lead to a group of IPv6 even if the device is known, and there is none.
            if plain(address).is_ipv6() {
                return Err(Errno::ENETUNREACH);
            }
            socket.departure()?;
            address
        }
        address if is_local(address) || !socket.is_datagram() && k.world.gateway.allows(to) => address,
        _ => {
            k.world.network.refuse(to, socket.is_datagram());
            return Err(Errno::ENETUNREACH);
        }
    };
    Ok(SocketAddr::new(address, to.port()))
}

/// The address from which a socket reaches another.
pub fn source_of(socket: &Socket, to: SocketAddr) -> Result<SocketAddr, Errno> {
    let own = socket.address().internet().ok_or(Errno::EINVAL)?;
    match plain(to.ip()).is_multicast() {
        true => Ok(shown(SocketAddr::new(socket.departure()?.into(), own.port()), socket.family)),
        false => Ok(source(own, to)),
    }
}

/// The same for an address of its own that may be all.
fn source(own: SocketAddr, to: SocketAddr) -> SocketAddr {
    let address = match own.ip() {
        address if !address.is_unspecified() && !plain(address).is_multicast() => address,
        IpAddr::V6(_) if plain(to.ip()).is_ipv4() => Ipv4Addr::LOCALHOST.to_ipv6_mapped().into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
    };
    SocketAddr::new(address, own.port())
}

fn connect_tcp(k: &mut Kernel, m: &Machine, open: &OpenFileHandle, socket: &Arc<Socket>, to: SocketAddr) -> Answer {
    lock(&socket.inbox).take_error()?;
    if socket.is_connecting() {
        return Err(wait_for_host(k, m, open, socket, Errno::EALREADY));
    }
    if socket.has_peer() || socket.listens() {
        return if socket.take_fresh() { Ok(0) } else { Err(Errno::EISCONN) };
    }
    let to = destination(k, socket, to)?;
    lock(&socket.inbox).reopen();
    claim_source(socket, to)?;
    socket.state().owner = socket_kinds::whoever_runs(k);
    let listeners = socket.network.at(Transport::Stream, to);
    let listeners: Vec<_> = listeners.into_iter().filter(|listener| listener.listens()).collect();
    // What the host has at its own loopback is reached where the world has nothing.
    if !is_local(to.ip()) || listeners.is_empty() && k.world.gateway.allows(to) {
        let end = world::outside(&k.world.network, &k.world.queues, socket.family, to);
        socket.state().role = Role::Connecting;
        k.world.gateway.connect(socket, end, to);
        return Err(wait_for_host(k, m, open, socket, Errno::EINPROGRESS));
    }
    let waits = lock(open).flags & O_NONBLOCK == 0;
    let connected = connect_within(k, socket, &listeners, to);
    if waits || connected == Err(Errno::EAGAIN) {
        return connected.map(|()| 0);
    }
    // What is not waited for has never happened yet when the call comes back (connect(2), EINPROGRESS).
    match connected {
        Ok(()) => socket.make_fresh(),
        Err(error) => {
            let mut inbox = lock(&socket.inbox);
            inbox.fail(error);
            inbox.end(true);
        }
    }
    Err(Errno::EINPROGRESS)
}

/// Connects with one of those who listen at an address of the loopback.
fn connect_within(k: &Kernel, socket: &Arc<Socket>, listeners: &[Arc<Socket>], to: SocketAddr) -> Result<(), Errno> {
    if listeners.is_empty() {
        return Err(Errno::ECONNREFUSED);
    }
    // Those who share a port take turns (SO_REUSEPORT).
    let listener = &listeners[socket.number as usize % listeners.len()];
    let server = accepted_by(k, listener, SocketAddress::Internet(shown(to, listener.family)));
    socket.connect(listener, &server)
}

/// Lets a call wait until the host has made a connection; the error for one that must not wait.
fn wait_for_host(k: &mut Kernel, m: &Machine, open: &OpenFileHandle, socket: &Socket, pending: Errno) -> Errno {
    match sockets::block(k, m, open, socket, Readiness::Writable, 0) {
        Errno::EAGAIN => pending,
        blocked => blocked,
    }
}

/// Gives a socket the address from which it reaches another.
fn claim_source(socket: &Arc<Socket>, to: SocketAddr) -> Result<(), Errno> {
    if socket.family != AF_INET6 && to.is_ipv6() {
        return Err(Errno::EAFNOSUPPORT);
    }
    sockets::claim_any(socket)?;
    let own = source_of(socket, to)?;
    socket.state().address = SocketAddress::Internet(own);
    socket.state().peer_address = SocketAddress::Internet(to);
    Ok(())
}

/// Where a socket's datagrams go from now on. Whether anybody is there shows when they are sent.
fn direct_internet(k: &Kernel, socket: &Arc<Socket>, to: SocketAddr) -> Answer {
    let to = destination(k, socket, to)?;
    claim_source(socket, to)?;
    socket.direct(&std::sync::Weak::new(), SocketAddress::Internet(to));
    Ok(0)
}

pub fn accept4(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, flags, ..] = *args;
    if flags & SOCK_TYPE_MASK != 0 {
        return Err(Errno::EINVAL);
    }
    let flags = socket_kinds::flags(flags)?;
    let (open, socket) = socket_of(k, fd)?;
    k.process.has_descriptor()?;
    let accepted = match socket.accept() {
        Err(Errno::EAGAIN) => return Err(sockets::block(k, m, &open, &socket, Readiness::Readable, 0)),
        accepted => accepted?,
    };
    if address != 0 {
        let shown = accepted.peer_address();
        sockets::store_address(m, [address, size], &shown)?;
    }
    sockets::insert(k, accepted, flags)
}
