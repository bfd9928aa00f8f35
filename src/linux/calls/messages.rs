//! Sending and receiving by sockets: send(2), sendto(2), recv(2), recvfrom(2), and what read(2), write(2) and the
//! calls with headers share with them.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::netlink::{NETLINK_ROUTE, NETLINK_SOCK_DIAG};
use crate::linux::abi::sockets::{
    AF_NETLINK, AF_UNIX, AF_UNSPEC, MSG_ERRQUEUE, MSG_NOSIGNAL, MSG_OOB, MSG_PEEK, MSG_TRUNC, MSG_WAITALL, Ucred,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::host::Readiness;
use crate::linux::kernel::Kernel;
use crate::linux::net::{
    PIECE, PacketWishes, PassedFile, Received, Socket, SocketAddress, SocketMessage, Transport, diagnosis, rtnetlink,
};
use crate::linux::objects::OpenFileHandle;
use crate::linux::objects::transfer::GuestRange;
use crate::linux::sync::lock;

use super::call::Args;
use super::sockets::{self, address_bytes, socket_of};
use super::{connections, send_signal, socket_kinds, vectors};

/// Most bytes of a datagram of UDP.
const MAX_DATAGRAM: usize = 65_507;

/// What goes along with the bytes that are sent.
#[derive(Default)]
pub struct Enclosed {
    /// Where to; empty for the other side of the connection.
    pub address: Vec<u8>,
    /// Open files.
    pub files: Vec<PassedFile>,
    /// Who sends, if the sender says so itself.
    pub credentials: Option<Ucred>,
    /// What is said of the datagram.
    pub packet: PacketWishes,
    /// Flags of the call.
    pub flags: u32,
}

pub fn sendto(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, flags, to, to_size] = *args;
    let (open, socket) = socket_of(k, fd)?;
    let address_of = if to == 0 { Vec::new() } else { address_bytes(m, to, to_size)? };
    send(
        k,
        m,
        &open,
        &socket,
        &[GuestRange { address, size }],
        &Enclosed { address: address_of, flags, ..Enclosed::default() },
    )
}

/// Sends what ranges hold together: all of it, waiting for room, unless the call must not wait.
pub fn send(
    k: &mut Kernel,
    m: &mut Machine,
    open: &OpenFileHandle,
    socket: &Arc<Socket>,
    ranges: &[GuestRange],
    enclosed: &Enclosed,
) -> Answer {
    let total = ranges.iter().map(|range| range.size as usize).sum::<usize>();
    let mut done = k.thread.call.as_ref().map_or(0, |call| call.progress) as usize;
    loop {
        match send_part(k, m, socket, ranges, enclosed, done) {
            Ok(count) => done += count as usize,
            Err(Errno::EAGAIN) => {
                let blocked = sockets::block(k, m, open, socket, Readiness::Writable, enclosed.flags);
                return if blocked == Errno::EAGAIN && done > 0 { Ok(done as u32) } else { Err(blocked) };
            }
            Err(_) if done > 0 => return Ok(done as u32),
            Err(error) if socket.is_stream() && enclosed.flags & MSG_NOSIGNAL == 0 => {
                return send_signal::broken_pipe(k, Err(error));
            }
            Err(error) => return Err(error),
        }
        if done >= total || !socket.is_stream() {
            return Ok(done as u32);
        }
        k.thread.call.get_or_insert_default().progress = done as u32;
    }
}

/// Sends at once what there is room for: of a stream a part, else all or nothing. EAGAIN if there is no room.
pub fn send_part(
    k: &mut Kernel,
    m: &mut Machine,
    socket: &Arc<Socket>,
    ranges: &[GuestRange],
    enclosed: &Enclosed,
    skipped: usize,
) -> Answer {
    let urgent = enclosed.flags & MSG_OOB != 0;
    let total = ranges.iter().map(|range| range.size as usize).sum::<usize>();
    if urgent && (!socket.is_stream() || total == 0 && !socket.is_tcp()) {
        return Err(Errno::EOPNOTSUPP);
    }
    let longest = if socket.is_udp() { MAX_DATAGRAM } else { socket.longest() };
    if !socket.is_stream() && total > longest {
        return Err(Errno::EMSGSIZE);
    }
    // Whoever cannot send hears of that, whatever lies where the bytes should be.
    if socket.is_broken() && total > 0 {
        return Err(Errno::EPIPE);
    }
    let most = if socket.is_stream() { PIECE } else { total };
    let bytes = vectors::gathered(m, ranges, skipped, most)?;
    let credentials = enclosed.credentials.unwrap_or_else(|| socket_kinds::whoever_runs(k));
    let from = socket.address();
    let mut message = SocketMessage::new(bytes, from, credentials);
    message.urgent = urgent && skipped + message.bytes.len() == total;
    if skipped == 0 {
        message.files.clone_from(&enclosed.files);
    }
    if socket.is_datagram() {
        return send_datagram(k, m, socket, message, enclosed).map(|()| total as u32);
    }
    if !enclosed.address.is_empty() && !socket.is_internet() {
        return Err(if socket.has_peer() { Errno::EISCONN } else { Errno::EOPNOTSUPP });
    }
    match socket.send(message) {
        // An unconnected socket of TCP breaks like one whose connection is over.
        Err(Errno::ENOTCONN) if socket.is_tcp() => Err(Errno::EPIPE),
        sent => sent.map(|count| count as u32),
    }
}

fn send_datagram(
    k: &mut Kernel,
    m: &mut Machine,
    socket: &Arc<Socket>,
    mut message: SocketMessage,
    enclosed: &Enclosed,
) -> Result<(), Errno> {
    let address = enclosed.address.as_slice();
    lock(&socket.inbox).take_error()?;
    if socket.state().shut {
        return Err(Errno::EPIPE);
    }
    let named = !address.is_empty() && SocketAddress::family(address)? != AF_UNSPEC;
    let address = if named { Some(connections::addressed(socket, address, Errno::ENETUNREACH)?) } else { None };
    if socket.family == AF_UNIX {
        let to = match &address {
            Some(address) => {
                let target = connections::unix_target(k, m, socket, address)?;
                connections::accepts_from(&target, socket)?;
                target
            }
            None if socket.has_peer() => socket.directed().ok_or(Errno::ECONNREFUSED)?,
            None => return Err(Errno::ENOTCONN),
        };
        return match socket.send_datagram(&to, message) {
            Err(Errno::EPIPE) if address.is_some() => Err(Errno::ECONNREFUSED),
            sent => sent,
        };
    }
    if socket.family == AF_NETLINK {
        return ask_kernel(k, socket, &message.bytes);
    }
    let to = match address.and_then(|address| address.internet()) {
        Some(to) => connections::destination(k, socket, to)?,
        None if socket.has_peer() => socket.peer_address().internet().ok_or(Errno::EDESTADDRREQ)?,
        None => return Err(Errno::EDESTADDRREQ),
    };
    let echoes = socket.transport() == Transport::Echo;
    if to.port() == 0 && !echoes {
        return Err(Errno::EINVAL);
    }
    sockets::claim_any(socket)?;
    message.from = SocketAddress::Internet(connections::source_of(socket, to)?);
    message.packet = Some(socket.packet(to.ip(), enclosed.packet, k.world.clock.date(m)));
    if echoes {
        return socket.send_echo(to, message);
    }
    if socket.transport() == Transport::Datagram && k.world.gateway.is_name_server(&k.world.network, to) {
        k.world.gateway.ask(socket, to, message.bytes);
        return Ok(());
    }
    socket.send_udp(to, message)
}

/// What a message to the kernel asks comes back at once (netlink(7)).
fn ask_kernel(k: &Kernel, socket: &Arc<Socket>, request: &[u8]) -> Result<(), Errno> {
    if !matches!(socket.protocol, NETLINK_ROUTE | NETLINK_SOCK_DIAG) {
        return Err(Errno::EPERM);
    }
    sockets::name_netlink(k, socket)?;
    let SocketAddress::Netlink { port, .. } = socket.address() else { return Err(Errno::EINVAL) };
    let answers = match socket.protocol {
        NETLINK_SOCK_DIAG => diagnosis::answers(&socket.network, request, port),
        _ => rtnetlink::answers(request, port),
    };
    answers.into_iter().try_for_each(|answer| socket.be_told(answer))
}

pub fn recvfrom(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, flags, from, from_size] = *args;
    let (open, socket) = socket_of(k, fd)?;
    let (count, received) = receive(k, m, &open, &socket, &[GuestRange { address, size }], flags)?;
    if from != 0 {
        sockets::store_bytes(m, [from, from_size], &sender(&socket, &received))?;
    }
    Ok(count)
}

/// The address of who sent something; nothing where there is only one who can have.
pub fn sender(socket: &Socket, received: &Received) -> Vec<u8> {
    match &received.from {
        Some(from) if !socket.is_tcp() && *from != SocketAddress::Unnamed => from.to_bytes(),
        _ => Vec::new(),
    }
}

/// Receives into ranges, waiting until something has come, with MSG_WAITALL until they are full. What the call
/// answers, and what came along.
pub fn receive(
    k: &mut Kernel,
    m: &mut Machine,
    open: &OpenFileHandle,
    socket: &Arc<Socket>,
    ranges: &[GuestRange],
    flags: u32,
) -> Result<(u32, Received), Errno> {
    let room = ranges.iter().map(|range| range.size as usize).sum::<usize>();
    let waits_for_all = socket.is_stream() && flags & MSG_WAITALL != 0 && flags & MSG_PEEK == 0;
    let mut done = k.thread.call.as_ref().map_or(0, |call| call.progress) as usize;
    loop {
        let (count, received) = match receive_part(m, socket, ranges, flags, done) {
            Err(Errno::EAGAIN) => {
                let blocked = sockets::block(k, m, open, socket, Readiness::Readable, flags);
                let over = blocked == Errno::EAGAIN && done > 0;
                return if over { Ok((done as u32, Received::end())) } else { Err(blocked) };
            }
            Err(_) if done > 0 => return Ok((done as u32, Received::end())),
            part => part?,
        };
        done += count as usize;
        if !waits_for_all || count == 0 || done >= room || !received.files.is_empty() {
            return Ok((done as u32, received));
        }
        k.thread.call.get_or_insert_default().progress = done as u32;
    }
}

/// What receiving comes to where nothing is: an error, or the end.
fn nothing_received(socket: &Arc<Socket>) -> Option<Result<(u32, Received), Errno>> {
    match socket.receive(1, true) {
        Ok(received) if !received.bytes.is_empty() || !socket.is_stream() => None,
        received => Some(received.map(|received| (0, received))),
    }
}

/// Receives what has come already, behind what is there.
pub fn receive_part(
    m: &mut Machine,
    socket: &Arc<Socket>,
    ranges: &[GuestRange],
    flags: u32,
    skipped: usize,
) -> Result<(u32, Received), Errno> {
    if flags & MSG_ERRQUEUE != 0 {
        return Err(Errno::EAGAIN);
    }
    let room = match vectors::room(m, ranges) {
        // Where nothing has come, that counts first.
        Err(fault) => return nothing_received(socket).unwrap_or(Err(fault)),
        Ok(room) => room,
    };
    let (room, peek) = (room.saturating_sub(skipped), flags & MSG_PEEK != 0);
    let received = match flags & MSG_OOB != 0 && !socket.is_udp() {
        true => socket.receive_urgent(room, peek)?,
        false => socket.receive(room, peek)?,
    };
    vectors::scatter(m, ranges, skipped, &received.bytes)?;
    let whole = flags & MSG_TRUNC != 0 && !socket.is_stream();
    let count = if whole { received.whole } else { received.bytes.len() };
    Ok((count as u32, received))
}
