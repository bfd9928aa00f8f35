//! Messages with headers: sendmsg(2), recvmsg(2), sendmmsg(2), recvmmsg(2).

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::sockets::{
    MSG_CMSG_CLOEXEC, MSG_CTRUNC, MSG_DONTWAIT, MSG_OOB, MSG_TRUNC, MSG_WAITFORONE, Mmsghdr, Msghdr, SOCKADDR_MAX,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::host::Readiness;
use crate::linux::kernel::Kernel;
use crate::linux::net::{Received, Socket};
use crate::linux::objects::OpenFileHandle;
use crate::linux::objects::transfer::GuestRange;

use super::call::Args;
use super::messages::{self, Enclosed};
use super::sockets::{self, address_bytes, socket_of};
use super::{control_messages, timespec, vectors};

/// Most messages of one call.
const MAX_MESSAGES: u32 = 1024;
/// Where the fields are that `recvmsg` changes.
const NAME_LENGTH: u32 = 4;
const CONTROL_LENGTH: u32 = 20;
const FLAGS: u32 = 24;
/// Where the size of a message stands behind its header.
const MESSAGE_SIZE: u32 = Msghdr::SIZE as u32;

/// A header, and the buffers that it names.
fn header(m: &mut Machine, at: u32) -> Result<(Msghdr, Vec<GuestRange>), Errno> {
    let header: Msghdr = guest::read(&mut m.memory, at)?;
    if header.msg_iovlen > MAX_MESSAGES {
        return Err(Errno::EMSGSIZE);
    }
    let ranges = vectors::buffers(m, header.msg_iov, header.msg_iovlen)?;
    Ok((header, ranges))
}

/// What goes along with a message that is sent.
fn enclosed(k: &Kernel, m: &mut Machine, socket: &Socket, header: &Msghdr, flags: u32) -> Result<Enclosed, Errno> {
    let address = match header.msg_name {
        0 => Vec::new(),
        at if header.msg_namelen as i32 >= 0 => address_bytes(m, at, header.msg_namelen.min(SOCKADDR_MAX))?,
        _ => return Err(Errno::EINVAL),
    };
    let enclosed = control_messages::read(k, m, socket, [header.msg_control, header.msg_controllen])?;
    Ok(Enclosed { address, flags, ..enclosed })
}

pub fn sendmsg(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, at, flags, ..] = *args;
    let (open, socket) = socket_of(k, fd)?;
    let (header, ranges) = header(m, at)?;
    let enclosed = enclosed(k, m, &socket, &header, flags)?;
    messages::send(k, m, &open, &socket, &ranges, &enclosed)
}

pub fn recvmsg(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, at, flags, ..] = *args;
    let (open, socket) = socket_of(k, fd)?;
    let (header, ranges) = header(m, at)?;
    if header.msg_namelen as i32 <= -1 {
        return Err(Errno::EINVAL);
    }
    let (count, received) = messages::receive(k, m, &open, &socket, &ranges, flags)?;
    store(k, m, &socket, at, &header, flags, received)?;
    Ok(count)
}

/// Stores in a header what came along with a message.
fn store(
    k: &mut Kernel,
    m: &mut Machine,
    socket: &Socket,
    at: u32,
    header: &Msghdr,
    flags: u32,
    received: Received,
) -> Result<(), Errno> {
    if header.msg_name != 0 {
        let from = messages::sender(socket, &received);
        m.memory.write(header.msg_name, &from[..from.len().min(header.msg_namelen as usize)])?;
        guest::write(&mut m.memory, at.wrapping_add(NAME_LENGTH), &(from.len() as u32))?;
    }
    let cut = if !socket.is_stream() && received.whole > received.bytes.len() { MSG_TRUNC } else { 0 };
    let room = [header.msg_control, header.msg_controllen];
    let (size, whole) = control_messages::store(k, m, socket, room, flags & MSG_CMSG_CLOEXEC != 0, received)?;
    let told = flags & (MSG_CMSG_CLOEXEC | MSG_OOB) | cut | if whole { 0 } else { MSG_CTRUNC };
    guest::write(&mut m.memory, at.wrapping_add(CONTROL_LENGTH), &size)?;
    guest::write(&mut m.memory, at.wrapping_add(FLAGS), &told)?;
    Ok(())
}

pub fn sendmmsg(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, at, count, flags, ..] = *args;
    let (open, socket) = socket_of(k, fd)?;
    several(k, m, (&open, &socket), [at, count, flags], Readiness::Writable, |k, m, at| {
        let (header, ranges) = header(m, at)?;
        let enclosed = enclosed(k, m, &socket, &header, flags)?;
        messages::send_part(k, m, &socket, &ranges, &enclosed, 0)
    })
}

pub fn recvmmsg(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    receive_several(k, m, args, timespec::read32)
}

pub fn recvmmsg_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    receive_several(k, m, args, timespec::read64)
}

/// The time limit counts between messages only (recvmmsg(2), "BUGS").
fn receive_several(k: &mut Kernel, m: &mut Machine, args: &Args, read: timespec::Reader) -> Answer {
    let [fd, at, count, flags, limit, _] = *args;
    if limit != 0 {
        read(&mut m.memory, limit)?;
    }
    let (open, socket) = socket_of(k, fd)?;
    several(k, m, (&open, &socket), [at, count, flags], Readiness::Readable, |k, m, at| {
        let (header, ranges) = header(m, at)?;
        let (count, received) = messages::receive_part(m, &socket, &ranges, flags, 0)?;
        store(k, m, &socket, at, &header, flags, received)?;
        Ok(count)
    })
}

/// Moves one message after the other, until all are moved or there is nothing to wait for; how many were.
fn several(
    k: &mut Kernel,
    m: &mut Machine,
    (open, socket): (&OpenFileHandle, &Arc<Socket>),
    [at, count, flags]: [u32; 3],
    wanted: Readiness,
    mut step: impl FnMut(&mut Kernel, &mut Machine, u32) -> Answer,
) -> Answer {
    let mut done = k.thread.call.as_ref().map_or(0, |call| call.progress);
    while done < count.min(MAX_MESSAGES) {
        let at = at.wrapping_add(done * Mmsghdr::SIZE as u32);
        match step(k, m, at) {
            Ok(size) => {
                guest::write(&mut m.memory, at.wrapping_add(MESSAGE_SIZE), &size)?;
                done += 1;
                k.thread.call.get_or_insert_default().progress = done;
            }
            Err(Errno::EAGAIN) => {
                let flags = if done > 0 && flags & MSG_WAITFORONE != 0 { MSG_DONTWAIT } else { flags };
                let blocked = sockets::block(k, m, open, socket, wanted, flags);
                return if blocked == Errno::EAGAIN && done > 0 { Ok(done) } else { Err(blocked) };
            }
            Err(error) if done == 0 => return Err(error),
            Err(_) => break,
        }
    }
    Ok(done)
}
