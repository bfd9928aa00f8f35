//! Options of sockets: getsockopt(2), setsockopt(2). Which there are is data, in `net/options`; here are those
//! that are more than a number.

use std::sync::Arc;
use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::CAP_NET_ADMIN;
use crate::linux::abi::socket_options::{
    IP_MTU, IP_MULTICAST_IF, IPV6_MTU, IPV6_MULTICAST_IF, IPV6_V6ONLY, NETLINK_ADD_MEMBERSHIP, NETLINK_DROP_MEMBERSHIP,
    SO_ACCEPTCONN, SO_ATTACH_FILTER, SO_BINDTODEVICE, SO_COOKIE, SO_DETACH_FILTER, SO_DOMAIN, SO_ERROR, SO_LINGER,
    SO_MARK, SO_OOBINLINE, SO_PEERCRED, SO_PEERGROUPS, SO_PEERNAME, SO_PEERSEC, SO_PROTOCOL, SO_RCVBUF, SO_RCVBUFFORCE,
    SO_RCVTIMEO, SO_RCVTIMEO_NEW, SO_SNDBUF, SO_SNDBUFFORCE, SO_SNDTIMEO, SO_SNDTIMEO_NEW, SO_TYPE, TCP_CONGESTION,
    TCP_INFO, TCP_MAXSEG,
};
use crate::linux::abi::sockets::{Linger, SOL_IP, SOL_IPV6, SOL_NETLINK, SOL_SOCKET, SOL_TCP};
use crate::linux::abi::time::Timeval;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::net::{Socket, loopback};
use crate::linux::sync::lock;

use super::call::Args;
use super::groups;
use super::sockets::socket_of;
use super::timespec;

/// Bytes of a segment that every host takes (RFC 9293).
const LEAST_MSS: u32 = 536;

/// Microseconds of a second.
const MICROSECONDS: i64 = 1_000_000;

pub fn getsockopt(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, level, name, address, size, _] = *args;
    let (_, socket) = socket_of(k, fd)?;
    let room = guest::number::<i32>(&mut m.memory, size)?;
    let room = usize::try_from(room).map_err(|_| Errno::EINVAL)?;
    if !socket.state().options.knows(level) {
        return Err(Errno::EOPNOTSUPP);
    }
    let bytes = value(k, &socket, level, name)?;
    if name == SO_PEERGROUPS && level == SOL_SOCKET && room < bytes.len() {
        guest::write(&mut m.memory, size, &(bytes.len() as u32))?;
        return Err(Errno::ERANGE);
    }
    let bytes = &bytes[..bytes.len().min(room)];
    m.memory.write(address, bytes)?;
    guest::write(&mut m.memory, size, &(bytes.len() as u32))
}

/// The bytes of an option's value.
fn value(k: &Kernel, socket: &Socket, level: u32, name: u32) -> Result<Vec<u8>, Errno> {
    let number = |number: u32| Ok(number.to_bytes());
    match (level, name) {
        (SOL_SOCKET, SO_TYPE) => number(socket.kind),
        (SOL_SOCKET, SO_DOMAIN) => number(socket.family),
        (SOL_SOCKET, SO_PROTOCOL) => number(socket.protocol),
        (SOL_SOCKET, SO_ACCEPTCONN) => number(socket.listens().into()),
        (SOL_SOCKET, SO_ERROR) => number(lock(&socket.inbox).take_error().err().map_or(0, |error| error.0)),
        (SOL_SOCKET, SO_COOKIE) => Ok(socket.number.to_bytes()),
        (SOL_SOCKET, SO_LINGER) => Ok(socket.state().options.linger.to_bytes()),
        (SOL_SOCKET, SO_PEERCRED) => Ok(k.told_credentials(socket.state().peer).to_bytes()),
        (SOL_SOCKET, SO_PEERNAME) if socket.has_peer() && !socket.is_over() => {
            Ok(socket.state().peer_address.to_bytes())
        }
        (SOL_SOCKET, SO_PEERNAME) => Err(Errno::ENOTCONN),
        (SOL_SOCKET, SO_PEERGROUPS) if socket.has_peer() => {
            Ok(k.process.credentials.groups.iter().flat_map(|group| group.to_le_bytes()).collect())
        }
        (SOL_SOCKET, SO_PEERGROUPS) => Err(Errno::ENODATA),
        (SOL_SOCKET, SO_BINDTODEVICE) => Ok(Vec::new()),
        (SOL_SOCKET, SO_PEERSEC) => Err(Errno::ENOPROTOOPT),
        (SOL_SOCKET, SO_RCVTIMEO | SO_RCVTIMEO_NEW | SO_SNDTIMEO | SO_SNDTIMEO_NEW) => Ok(timeout(socket, name)),
        (SOL_IP, IP_MULTICAST_IF) | (SOL_IPV6, IPV6_MULTICAST_IF) => Ok(groups::value(socket, level)),
        (SOL_IP, IP_MTU) | (SOL_IPV6, IPV6_MTU) if socket.has_peer() => number(loopback::MTU),
        (SOL_IP, IP_MTU) | (SOL_IPV6, IPV6_MTU) => Err(Errno::ENOTCONN),
        // Of a segment, what all hosts can take, until the other side is known (tcp(7)).
        (SOL_TCP, TCP_MAXSEG) if !socket.has_peer() && !socket.state().options.is_set(level, name) => number(LEAST_MSS),
        (SOL_TCP, TCP_INFO) if socket.is_tcp() => Ok(socket.information()),
        (SOL_TCP, TCP_CONGESTION) if socket.is_tcp() => Ok(loopback::CONGESTION.to_vec()),
        _ => number(socket.state().options.get(level, name)? as u32),
    }
}

/// Which limit of time an option is: that of sending, and of the form with 64-bit seconds.
fn which(name: u32) -> [bool; 2] {
    [matches!(name, SO_SNDTIMEO | SO_SNDTIMEO_NEW), matches!(name, SO_RCVTIMEO_NEW | SO_SNDTIMEO_NEW)]
}

/// A limit of time, as `struct timeval` of 32 or 64 bits.
fn timeout(socket: &Socket, name: u32) -> Vec<u8> {
    let [sends, wide] = which(name);
    let limit = socket.state().options.timeouts[usize::from(sends)].unwrap_or_default();
    match wide {
        true => [limit.as_secs() as i64, i64::from(limit.subsec_micros())].to_bytes(),
        false => timespec::timeval(limit).to_bytes(),
    }
}

pub fn setsockopt(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, level, name, address, size, _] = *args;
    let (_, socket) = socket_of(k, fd)?;
    if size as i32 <= -1 {
        return Err(Errno::EINVAL);
    }
    if !socket.state().options.knows(level) {
        return Err(if socket.is_internet() { Errno::ENOPROTOOPT } else { Errno::EOPNOTSUPP });
    }
    let value = GivenValue { address, size };
    match (level, name) {
        (SOL_SOCKET, SO_LINGER) => socket.state().options.linger = value.read::<Linger>(m)?,
        (SOL_SOCKET, SO_RCVTIMEO | SO_RCVTIMEO_NEW | SO_SNDTIMEO | SO_SNDTIMEO_NEW) => {
            let limit = value.limit(m, which(name)[1])?;
            socket.state().options.timeouts[usize::from(which(name)[0])] = limit;
        }
        (SOL_SOCKET, SO_TYPE | SO_ERROR | SO_PROTOCOL | SO_DOMAIN | SO_ACCEPTCONN | SO_COOKIE | SO_PEERCRED) => {
            return Err(Errno::ENOPROTOOPT);
        }
        (SOL_SOCKET, SO_MARK | SO_SNDBUFFORCE | SO_RCVBUFFORCE) if !k.process.credentials.can(CAP_NET_ADMIN) => {
            return Err(Errno::EPERM);
        }
        (SOL_SOCKET, SO_SNDBUFFORCE | SO_RCVBUFFORCE) => {
            let which = if name == SO_SNDBUFFORCE { SO_SNDBUF } else { SO_RCVBUF };
            let size = value.number(m, false)?;
            socket.state().options.force(which, size)?;
            socket.resize();
        }
        // Filters see what comes: nothing is filtered, and who wants that must not believe it is.
        (SOL_SOCKET, SO_ATTACH_FILTER | SO_DETACH_FILTER) => return Err(Errno::ENOPROTOOPT),
        (SOL_SOCKET, SO_BINDTODEVICE) => bind_to_device(m, value)?,
        _ if groups::is_about_groups(level, name) => groups::set(m, &socket, [level, name], [address, size])?,
        (SOL_NETLINK, NETLINK_ADD_MEMBERSHIP | NETLINK_DROP_MEMBERSHIP) if !socket.is_internet() => {}
        (SOL_TCP, TCP_CONGESTION) if socket.is_tcp() => {
            let mut name = vec![0; size.min(16) as usize];
            m.memory.read(address, &mut name)?;
            if !name.starts_with(b"cubic") && !name.starts_with(b"reno") {
                return Err(Errno::ENOENT);
            }
        }
        (SOL_IPV6, IPV6_V6ONLY) if socket.is_named() => return Err(Errno::EINVAL),
        _ => set(m, &socket, [level, name], value)?,
    }
    Ok(0)
}

/// Sets an option that is a number.
fn set(m: &mut Machine, socket: &Arc<Socket>, [level, name]: [u32; 2], value: GivenValue) -> Result<(), Errno> {
    socket.state().options.get(level, name)?;
    let number = value.number(m, level != SOL_SOCKET)?;
    socket.state().options.put(level, name, number)?;
    if level == SOL_SOCKET && matches!(name, SO_SNDBUF | SO_RCVBUF) {
        socket.resize();
    }
    if [level, name] == [SOL_SOCKET, SO_OOBINLINE] {
        lock(&socket.inbox).urgency.is_inline = number != 0;
    }
    Ok(())
}

/// There is one device: the loopback. Nobody needs to be bound to it.
fn bind_to_device(m: &mut Machine, value: GivenValue) -> Result<(), Errno> {
    let mut name = vec![0; value.size.min(16) as usize];
    m.memory.read(value.address, &mut name)?;
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    if name.is_empty() || name == b"lo" { Ok(()) } else { Err(Errno::ENODEV) }
}

/// What `setsockopt` is given.
#[derive(Clone, Copy)]
struct GivenValue {
    address: u32,
    size: u32,
}

impl GivenValue {
    /// A structure; EINVAL if there are too few bytes.
    fn read<T: Encoded>(self, m: &mut Machine) -> Result<T, Errno> {
        if (self.size as usize) < T::SIZE { Err(Errno::EINVAL) } else { guest::read(&mut m.memory, self.address) }
    }

    /// A number; of some options one byte is enough (ip(7)).
    fn number(self, m: &mut Machine, short: bool) -> Result<i32, Errno> {
        match self.size {
            1..=3 if short => guest::number::<u8>(&mut m.memory, self.address).map(i32::from),
            _ => self.read(m),
        }
    }

    /// A limit of time, none for 0; EDOM if it is no time.
    fn limit(self, m: &mut Machine, wide: bool) -> Result<Option<Duration>, Errno> {
        let [seconds, micros] = match wide {
            true => self.read::<[i64; 2]>(m)?,
            false => {
                let Timeval { tv_sec, tv_usec } = self.read(m)?;
                [tv_sec.into(), i64::from(tv_usec)]
            }
        };
        if !(0..MICROSECONDS).contains(&micros) {
            return Err(Errno::EDOM);
        }
        // A time in the past means that nothing is waited for.
        let seconds = u64::try_from(seconds).unwrap_or(0);
        let limit = Duration::new(seconds, micros as u32 * 1000);
        Ok((!limit.is_zero()).then_some(limit))
    }
}
