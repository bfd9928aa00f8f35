//! Making sockets and naming them: socket(2), socketpair(2), bind(2), listen(2), getsockname(2),
//! getpeername(2), shutdown(2).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_NET_BIND_SERVICE;
use crate::linux::abi::files::{AT_FDCWD, O_CLOEXEC, O_NONBLOCK, O_RDWR};
use crate::linux::abi::socket_options::{IPV6_V6ONLY, SO_REUSEADDR, SO_REUSEPORT};
use crate::linux::abi::sockets::{
    AF_INET, AF_UNIX, MSG_DONTWAIT, SHUT_RD, SHUT_RDWR, SHUT_WR, SOCK_TYPE_MASK, SOCKADDR_MAX, SOL_IPV6, SOL_SOCKET,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{AnonymousNode, Manner, NewNode, PathAccess};
use crate::linux::guest;
use crate::linux::host::{FileType, Readiness};
use crate::linux::kernel::Kernel;
use crate::linux::net::{Claim, LocalName, Socket, SocketAddress, Transport, is_local, plain};
use crate::linux::objects::{Object, OpenFile, OpenFileHandle};
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::call::Args;
use super::socket_kinds;

/// The lowest port that everybody may have (`/proc/sys/net/ipv4/ip_unprivileged_port_start`).
const FIRST_FREE_PORT: u16 = 1024;

pub fn socket(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [family, kind, protocol, ..] = *args;
    let flags = socket_kinds::flags(kind)?;
    let socket = socket_kinds::new_socket(k, family, kind & SOCK_TYPE_MASK, protocol)?;
    insert(k, socket, flags)
}

/// Gives a socket a descriptor.
pub fn insert(k: &mut Kernel, socket: Arc<Socket>, flags: u32) -> Answer {
    let place = AnonymousNode::socket(socket.number);
    let open = OpenFile::new(Object::Socket(socket), place, O_RDWR | flags & O_NONBLOCK);
    k.process.add_descriptor(Arc::new(Mutex::new(open)), 0, flags & O_CLOEXEC != 0)
}

pub fn socketpair(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [family, kind, protocol, address, ..] = *args;
    let flags = socket_kinds::flags(kind)?;
    let ends = [
        socket_kinds::new_socket(k, family, kind & SOCK_TYPE_MASK, protocol)?,
        socket_kinds::new_socket(k, family, kind & 0xf, protocol)?,
    ];
    if family != AF_UNIX {
        return Err(Errno::EOPNOTSUPP);
    }
    Socket::pair(&ends[0], &ends[1]);
    let mut descriptors = [0_u32; 2];
    for (descriptor, end) in descriptors.iter_mut().zip(ends) {
        *descriptor = insert(k, end, flags)?;
    }
    let stored = guest::write(&mut m.memory, address, &descriptors);
    if stored.is_err() {
        for fd in descriptors {
            k.process.descriptors().close(fd)?;
        }
    }
    stored
}

/// The open file behind a descriptor, and the socket that it is; ENOTSOCK if it is none.
pub fn socket_of(k: &Kernel, fd: u32) -> Result<(OpenFileHandle, Arc<Socket>), Errno> {
    let open = k.file(fd)?;
    let socket =
        if let Object::Socket(socket) = &lock(&open).object { Arc::clone(socket) } else { Err(Errno::ENOTSOCK)? };
    Ok((open, socket))
}

/// Lets a call wait for a socket, for no longer than its options say; the error if it must not wait.
pub fn block(
    k: &mut Kernel,
    m: &Machine,
    open: &OpenFileHandle,
    socket: &Socket,
    wanted: Readiness,
    flags: u32,
) -> Errno {
    if lock(open).flags & O_NONBLOCK != 0 || flags & MSG_DONTWAIT != 0 {
        return Errno::EAGAIN;
    }
    let limit = socket.state().options.timeouts[usize::from(wanted == Readiness::Writable)];
    let until = limit.map(|limit| k.deadline(m, limit));
    if until.is_some_and(|until| k.world.clock.elapsed(m) >= until) {
        return Errno::EAGAIN;
    }
    // A wait that has an end is not begun again (signal(7), "Interruption of system calls").
    let interrupted = if until.is_some() { Errno::EINTR } else { Errno::ERESTARTSYS };
    k.wait_or(Waiting::on(&socket.queue).or_until(until), interrupted)
}

/// The bytes of an address that a call is given; EINVAL if they are too many.
pub fn address_bytes(m: &mut Machine, address: u32, size: u32) -> Result<Vec<u8>, Errno> {
    if size > SOCKADDR_MAX {
        return Err(Errno::EINVAL);
    }
    let mut bytes = vec![0; size as usize];
    m.memory.read(address, &mut bytes)?;
    Ok(bytes)
}

/// Stores an address, as much as there is room for, and its size.
pub fn store_address(m: &mut Machine, to: [u32; 2], shown: &SocketAddress) -> Result<(), Errno> {
    store_bytes(m, to, &shown.to_bytes())
}

/// The same of an address that is bytes already.
pub fn store_bytes(m: &mut Machine, [address, size]: [u32; 2], bytes: &[u8]) -> Result<(), Errno> {
    let room = guest::number::<i32>(&mut m.memory, size)?;
    let room = usize::try_from(room).map_err(|_| Errno::EINVAL)?;
    m.memory.write(address, &bytes[..bytes.len().min(room)])?;
    guest::write(&mut m.memory, size, &(bytes.len() as u32)).map(drop)
}

pub fn bind(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, ..] = *args;
    let (_, socket) = socket_of(k, fd)?;
    let bytes = address_bytes(m, address, size)?;
    let address = match socket.family {
        // An unspecified family is taken for IPv4 if it names no address (bind(2)).
        AF_INET if SocketAddress::family(&bytes)? == 0 && bytes.iter().skip(4).take(4).all(|byte| *byte == 0) => {
            SocketAddress::decode(AF_INET, &[&(AF_INET as u16).to_le_bytes(), &bytes[2..]].concat())?
        }
        family => SocketAddress::decode(family, &bytes)?,
    };
    match &address {
        SocketAddress::Path(path) => bind_path(k, m, &socket, path)?,
        SocketAddress::Netlink { port, groups } => bind_netlink(k, &socket, *port, *groups)?,
        _ if socket.is_named() => return Err(Errno::EINVAL),
        SocketAddress::Internet(wanted) => bind_internet(k, &socket, *wanted)?,
        SocketAddress::Unnamed => name_automatically(&socket)?,
        SocketAddress::Abstract(name) => bind_unix(&socket, LocalName::Abstract(name.clone()), address)?,
    }
    Ok(0)
}

/// Gives a socket of netlink a port, which it keeps: that of the process if it names none, or a negative one if another
/// socket has that (netlink(7), "Address formats").
fn bind_netlink(k: &Kernel, socket: &Arc<Socket>, port: u32, groups: u32) -> Result<(), Errno> {
    const FIRST_NEGATIVE: u32 = -4097_i32 as u32;
    let own = netlink_port(socket);
    if own != 0 {
        if port != own {
            return Err(Errno::EINVAL);
        }
        set_netlink(socket, own, groups);
        return Ok(());
    }
    let wanted = if port == 0 { k.process.pid } else { port };
    let others = (port == 0).then_some(i32::MIN as u32..=FIRST_NEGATIVE);
    let mut named = Err(Errno::EADDRINUSE);
    for port in std::iter::once(wanted).chain(others.into_iter().flatten().rev()) {
        named = socket.network.name(LocalName::Netlink(socket.protocol, port), socket.weak()).map(|name| (name, port));
        if named.is_ok() {
            break;
        }
    }
    let (name, port) = named?;
    socket.state().name = Some(name);
    set_netlink(socket, port, groups);
    Ok(())
}

fn set_netlink(socket: &Socket, port: u32, groups: u32) {
    socket.state().address = SocketAddress::Netlink { port, groups };
}

/// The port of a socket of netlink, 0 if it has none yet.
fn netlink_port(socket: &Socket) -> u32 {
    if let SocketAddress::Netlink { port, .. } = socket.address() { port } else { 0 }
}

/// Gives a socket of netlink a port if it has none yet.
pub fn name_netlink(k: &Kernel, socket: &Arc<Socket>) -> Result<(), Errno> {
    if netlink_port(socket) == 0 { bind_netlink(k, socket, 0, 0) } else { Ok(()) }
}

/// Makes a file for a Unix socket; EADDRINUSE if there is one already.
fn bind_path(k: &Kernel, m: &Machine, socket: &Arc<Socket>, path: &[u8]) -> Result<(), Errno> {
    let mode = 0o777 & !k.process.standing().umask;
    let found = k.find_bytes(m, AT_FDCWD, path, Manner::new(false, PathAccess::Write))?;
    if found.place.is_some() {
        return Err(Errno::EADDRINUSE);
    }
    if socket.is_named() {
        return Err(Errno::EINVAL);
    }
    let place = k.editing(m, |editor| editor.create(&found, &NewNode::new(FileType::Socket, mode)))?;
    let (device, inode) = place.node().identity();
    bind_unix(socket, LocalName::File(device, inode), SocketAddress::Path(path.to_vec()))
}

fn bind_unix(socket: &Arc<Socket>, name: LocalName, address: SocketAddress) -> Result<(), Errno> {
    let name = socket.network.name(name, socket.weak())?;
    let mut state = socket.state();
    (state.name, state.address) = (Some(name), address);
    Ok(())
}

/// Gives a Unix socket a name that nobody has (unix(7), "Autobind feature").
pub fn name_automatically(socket: &Arc<Socket>) -> Result<(), Errno> {
    let name = socket.network.automatic_name();
    bind_unix(socket, LocalName::Abstract(name.clone()), SocketAddress::Abstract(name))
}

/// Whether an address is that of a group, or of everybody.
fn is_for_many(address: IpAddr) -> bool {
    address.is_multicast() || address == IpAddr::V4(Ipv4Addr::BROADCAST)
}

fn bind_internet(k: &Kernel, socket: &Arc<Socket>, address: SocketAddr) -> Result<(), Errno> {
    let here = is_local(address.ip()) || is_for_many(plain(address.ip()));
    if !here {
        return Err(Errno::EADDRNOTAVAIL);
    }
    let privileged = (1..FIRST_FREE_PORT).contains(&address.port());
    if privileged && !k.process.credentials.can(CAP_NET_BIND_SERVICE) {
        return Err(Errno::EACCES);
    }
    claim(socket, address)?;
    let given = socket.address();
    socket.state().bound = Some(given);
    Ok(())
}

/// Gives a socket of the internet an address and a port.
pub fn claim(socket: &Arc<Socket>, address: SocketAddr) -> Result<(), Errno> {
    let claim = Claim {
        reuse_address: socket.has(SOL_SOCKET, SO_REUSEADDR) || socket.transport() == Transport::Echo,
        reuse_port: socket.has(SOL_SOCKET, SO_REUSEPORT),
        only_v6: socket.has(SOL_IPV6, IPV6_V6ONLY),
    };
    let (address, name) = socket.network.claim(socket.transport(), address, claim, socket.weak())?;
    let mut state = socket.state();
    (state.address, state.name) = (SocketAddress::Internet(address), Some(name));
    Ok(())
}

/// Gives a socket of the internet a port, if it has none.
pub fn claim_any(socket: &Arc<Socket>) -> Result<(), Errno> {
    let none = SocketAddress::none(socket.family).internet();
    match none.filter(|_| !socket.is_named()) {
        Some(none) => claim(socket, none),
        None => Ok(()),
    }
}

pub fn listen(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, most, ..] = *args;
    let (_, socket) = socket_of(k, fd)?;
    if socket.is_datagram() {
        return Err(Errno::EOPNOTSUPP);
    }
    if socket.is_internet() {
        claim_any(&socket)?;
    } else if !socket.is_named() {
        return Err(Errno::EINVAL);
    }
    socket.listen(most, socket_kinds::whoever_runs(k)).map(|()| 0)
}

pub fn getsockname(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, ..] = *args;
    let (_, socket) = socket_of(k, fd)?;
    let shown = socket.address();
    store_address(m, [address, size], &shown).map(|()| 0)
}

pub fn getpeername(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, ..] = *args;
    let (_, socket) = socket_of(k, fd)?;
    if !socket.has_peer() || socket.is_over() {
        return Err(Errno::ENOTCONN);
    }
    let shown = socket.peer_address();
    store_address(m, [address, size], &shown).map(|()| 0)
}

pub fn shutdown(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, how, ..] = *args;
    let (_, socket) = socket_of(k, fd)?;
    let directions = match how {
        SHUT_RD => [true, false],
        SHUT_WR => [false, true],
        SHUT_RDWR => [true; 2],
        _ => return Err(Errno::EINVAL),
    };
    socket.shut_down(directions).map(|()| 0)
}
