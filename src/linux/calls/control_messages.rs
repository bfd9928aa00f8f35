//! What goes along with messages: open files and credentials (cmsg(3), unix(7)).

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::{CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN};
use crate::linux::abi::socket_options::{IP_TOS, IP_TTL, IPV6_HOPLIMIT, IPV6_TCLASS, SO_PASSCRED};
use crate::linux::abi::sockets::{
    AF_UNIX, Cmsghdr, SCM_CREDENTIALS, SCM_MAX_FD, SCM_RIGHTS, SOL_IP, SOL_IPV6, SOL_SOCKET, Ucred,
};
use crate::linux::errno::Errno;
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::net::{PassedFile, Received, Socket};
use crate::linux::objects::OpenFile;
use crate::linux::process::IdKind;

use super::messages::Enclosed;
use super::packet_messages;

/// Bytes of the head of a control message.
const HEAD: u32 = Cmsghdr::SIZE as u32;

/// Most bytes of control messages (`/proc/sys/net/core/optmem_max`).
const MAX_CONTROL: u32 = 131_072;

/// Bytes up to the next control message.
fn aligned(size: u32) -> u32 {
    size.wrapping_add(3) & !3
}

/// What a program sends along.
pub fn read(k: &Kernel, m: &mut Machine, socket: &Socket, [at, size]: [u32; 2]) -> Result<Enclosed, Errno> {
    let mut enclosed = Enclosed::default();
    if at == 0 || size == 0 {
        return Ok(enclosed);
    }
    if size > MAX_CONTROL {
        return Err(Errno::ENOBUFS);
    }
    let mut offset = 0;
    while size - offset >= HEAD {
        let here = at.wrapping_add(offset);
        let head: Cmsghdr = guest::read(&mut m.memory, here)?;
        if head.cmsg_len < HEAD || head.cmsg_len > size - offset {
            return Err(Errno::EINVAL);
        }
        let data = (here.wrapping_add(HEAD), head.cmsg_len - HEAD);
        match (head.cmsg_level, head.cmsg_type) {
            (SOL_SOCKET, SCM_RIGHTS) if socket.family == AF_UNIX => enclosed.files.extend(open_files(k, m, data)?),
            (SOL_SOCKET, SCM_CREDENTIALS) if socket.family == AF_UNIX => {
                enclosed.credentials = Some(claimed(k, m, data)?);
            }
            (SOL_SOCKET, SCM_RIGHTS | SCM_CREDENTIALS) | (1.., _) if head.cmsg_level == SOL_SOCKET => {
                return Err(Errno::EINVAL);
            }
            (SOL_IP, IP_TTL) | (SOL_IPV6, IPV6_HOPLIMIT) if socket.is_udp() => {
                enclosed.packet.hops = packet_byte(m, data)?;
            }
            (SOL_IP, IP_TOS) | (SOL_IPV6, IPV6_TCLASS) if socket.is_udp() => {
                enclosed.packet.class = packet_byte(m, data)?;
            }
            // What else concerns packets has no meaning on a loopback.
            _ => {}
        }
        offset += aligned(head.cmsg_len).min(size - offset);
    }
    if enclosed.files.len() > SCM_MAX_FD { Err(Errno::EINVAL) } else { Ok(enclosed) }
}

/// A number that a packet has room for; -1 stands for what the socket's options say.
fn packet_byte(m: &mut Machine, (at, size): (u32, u32)) -> Result<Option<u8>, Errno> {
    match size {
        1 => guest::number::<u8>(&mut m.memory, at).map(Some),
        4 => match guest::number::<u32>(&mut m.memory, at)? as i32 {
            -1 => Ok(None),
            number => u8::try_from(number).map(Some).map_err(|_| Errno::EINVAL),
        },
        _ => Err(Errno::EINVAL),
    }
}

/// The open files behind descriptors.
fn open_files(k: &Kernel, m: &mut Machine, (at, size): (u32, u32)) -> Result<Vec<PassedFile>, Errno> {
    let one = |index: u32| {
        let fd = guest::number::<u32>(&mut m.memory, at.wrapping_add(4 * index))?;
        let file: PassedFile = k.process.open_file(fd)?;
        Ok(file)
    };
    (0..(size / 4).min(SCM_MAX_FD as u32 + 1)).map(one).collect()
}

/// Who the sender says that it is: itself, unless it may be anybody.
fn claimed(k: &Kernel, m: &mut Machine, (at, size): (u32, u32)) -> Result<Ucred, Errno> {
    if size as usize != Ucred::SIZE {
        return Err(Errno::EINVAL);
    }
    let claimed: Ucred = guest::read(&mut m.memory, at)?;
    let own = &k.process.credentials;
    let meant = |kind, id| own.within.meant(kind, id).ok_or(Errno::EINVAL);
    let claimed = Ucred { uid: meant(IdKind::User, claimed.uid)?, gid: meant(IdKind::Group, claimed.gid)?, ..claimed };
    let users = [own.real_uid, own.uid, own.saved_uid];
    let groups = [own.real_gid, own.gid, own.saved_gid];
    let may = (claimed.pid == k.process.pid || own.can(CAP_SYS_ADMIN))
        && (users.contains(&claimed.uid) || own.can_here(CAP_SETUID))
        && (groups.contains(&claimed.gid) || own.can_here(CAP_SETGID));
    if may { Ok(claimed) } else { Err(Errno::EPERM) }
}

/// Stores what came along, as much as there is room for: its size, and whether it is all.
pub fn store(
    k: &mut Kernel,
    m: &mut Machine,
    socket: &Socket,
    [at, room]: [u32; 2],
    closes: bool,
    received: Received,
) -> Result<(u32, bool), Errno> {
    let mut control = ControlBuffer { at, room: if at == 0 { 0 } else { room }, used: 0, whole: true };
    if socket.has(SOL_SOCKET, SO_PASSCRED) && received.from.is_some() {
        control.put(m, [SOL_SOCKET, SCM_CREDENTIALS], &k.told_credentials(received.credentials).to_bytes())?;
    }
    for (kind, data) in received.packet.iter().flat_map(|packet| packet_messages::told(socket, packet)) {
        control.put(m, kind, &data)?;
    }
    if received.files.is_empty() {
        return Ok((control.used, control.whole));
    }
    let fits = (control.left().saturating_sub(HEAD) / 4) as usize;
    control.whole &= fits >= received.files.len();
    let mut descriptors = Vec::new();
    for file in received.files.into_iter().take(fits) {
        let Ok(open) = file.into_any().downcast::<Mutex<OpenFile>>() else { continue };
        match k.process.add_descriptor(Arc::clone(&open), 0, closes) {
            Ok(fd) => descriptors.extend(fd.to_le_bytes()),
            Err(_) => {
                control.whole = false;
                break;
            }
        }
    }
    if !descriptors.is_empty() {
        control.put(m, [SOL_SOCKET, SCM_RIGHTS], &descriptors)?;
    }
    Ok((control.used, control.whole))
}

/// Where control messages go.
struct ControlBuffer {
    at: u32,
    room: u32,
    used: u32,
    whole: bool,
}

impl ControlBuffer {
    fn left(&self) -> u32 {
        self.room - self.used
    }

    /// Appends a message, cut off where there is no room for it.
    fn put(&mut self, m: &mut Machine, [cmsg_level, cmsg_type]: [u32; 2], data: &[u8]) -> Result<(), Errno> {
        let wanted = HEAD + data.len() as u32;
        let size = wanted.min(self.left());
        self.whole &= size == wanted;
        if size < HEAD {
            return Ok(());
        }
        let head = Cmsghdr { cmsg_len: size, cmsg_level, cmsg_type };
        let bytes = [head.to_bytes().as_slice(), data].concat();
        m.memory.write(self.at.wrapping_add(self.used), &bytes[..size as usize])?;
        self.used += aligned(size).min(self.left());
        Ok(())
    }
}
