//! `ioctl` and `fcntl`: what terminals and descriptors can be asked.

use std::io::Seek;

use crate::instructions::Machine;
use crate::linux::abi::{O_CLOEXEC, O_NONBLOCK};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::host;
use crate::linux::objects::{Object, OpenFile};
use crate::linux::process::{PID, Process};
use crate::linux::structure::Structure;
use crate::linux::sync::lock;

use super::call::Args;

/// Requests of `ioctl`, as `asm/ioctls.h` names them.
mod request {
    pub const TCGETS: u32 = 0x5401;
    pub const TCSETS: u32 = 0x5402;
    pub const TCSETSF: u32 = 0x5404;
    pub const TIOCGPGRP: u32 = 0x540f;
    pub const TIOCSPGRP: u32 = 0x5410;
    pub const TIOCGWINSZ: u32 = 0x5413;
    pub const FIONREAD: u32 = 0x541b;
    pub const FIONBIO: u32 = 0x5421;
    pub const FIONCLEX: u32 = 0x5450;
    pub const FIOCLEX: u32 = 0x5451;
}

pub fn ioctl(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [fd, asked, address, ..] = *args;
    let open = p.open_file(fd)?;
    let mut open = lock(&open);
    match asked {
        request::FIOCLEX | request::FIONCLEX => {
            p.descriptors.set_close_on_exec(fd, asked == request::FIOCLEX)?;
            Ok(0)
        }
        request::FIONREAD => Structure::new().word(waiting(&mut open)?).put(&mut m.memory, address),
        request::FIONBIO => {
            let on = guest::number::<u32>(&mut m.memory, address)? != 0;
            open.flags = open.flags & !O_NONBLOCK | if on { O_NONBLOCK } else { 0 };
            Ok(0)
        }
        asked if open.is_terminal() => terminal(m, asked, address),
        _ => Err(Errno::ENOTTY),
    }
}

/// Bytes that can be read at once.
fn waiting(open: &mut OpenFile) -> Answer {
    match &mut open.object {
        Object::File(file, true) => {
            let left = file.metadata()?.len().saturating_sub(file.stream_position()?);
            Ok(left.min(u64::from(i32::MAX as u32)) as u32)
        }
        Object::Buffer(bytes) => Ok(lock(bytes).len() as u32),
        Object::Reader(end) => Ok(lock(&end.bytes).len() as u32),
        _ => Ok(0),
    }
}

/// What a terminal answers. Its settings are those of a fresh one, and stay so.
fn terminal(m: &mut Machine, asked: u32, address: u32) -> Answer {
    match asked {
        request::TCGETS => termios().put(&mut m.memory, address),
        request::TCSETS..=request::TCSETSF | request::TIOCSPGRP => Ok(0),
        request::TIOCGPGRP => Structure::new().word(PID).put(&mut m.memory, address),
        request::TIOCGWINSZ => {
            let (rows, columns) = host::terminal_size();
            Structure::new().half(rows.into()).half(columns.into()).word(0).put(&mut m.memory, address)
        }
        _ => Err(Errno::ENOTTY),
    }
}

/// `struct termios`: input, output, control and local modes, line discipline, control characters.
fn termios() -> Structure {
    let control = [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0];
    Structure::new().word(0x4500).word(5).word(0xbf).word(0x8a3b).bytes(&[0]).bytes(&control)
}

/// Commands of `fcntl`, as `asm-generic/fcntl.h` names them.
mod command {
    pub const F_DUPFD: u32 = 0;
    pub const F_GETFD: u32 = 1;
    pub const F_SETFD: u32 = 2;
    pub const F_GETFL: u32 = 3;
    pub const F_SETFL: u32 = 4;
    pub const F_GETLK: u32 = 5;
    pub const F_SETLK: u32 = 6;
    pub const F_SETLKW: u32 = 7;
    pub const F_GETLK64: u32 = 12;
    pub const F_SETLKW64: u32 = 14;
    pub const F_DUPFD_CLOEXEC: u32 = 1030;
}

pub fn fcntl(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    use command::{
        F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_GETLK, F_GETLK64, F_SETFD, F_SETFL, F_SETLK, F_SETLKW, F_SETLKW64,
    };
    let [fd, asked, value, ..] = *args;
    let open = p.open_file(fd)?;
    match asked {
        F_DUPFD | F_DUPFD_CLOEXEC if value >= p.limits.descriptors() => Err(Errno::EINVAL),
        F_DUPFD | F_DUPFD_CLOEXEC => p.descriptors.insert(open, value, asked == F_DUPFD_CLOEXEC),
        F_GETFD => p.descriptors.close_on_exec(fd).map(u32::from),
        F_SETFD => p.descriptors.set_close_on_exec(fd, value & 1 != 0).map(|()| 0),
        F_GETFL => Ok(lock(&open).flags & !O_CLOEXEC),
        F_SETFL => {
            const CHANGEABLE: u32 = 0o2000 | O_NONBLOCK;
            let mut open = lock(&open);
            open.flags = open.flags & !CHANGEABLE | value & CHANGEABLE;
            Ok(0)
        }
        // Nobody else holds locks: F_UNLCK (2) is what the first field, the type, becomes.
        F_GETLK | F_GETLK64 => {
            m.memory.store(value, 2_u16)?;
            Ok(0)
        }
        F_SETLK | F_SETLKW | 13..=F_SETLKW64 => Ok(0),
        _ => Err(Errno::EINVAL),
    }
}
