//! `ioctl` on terminals, and `fcntl`.

use std::io::Seek;

use crate::instructions::Machine;
use crate::linux::abi::files::{
    F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_GETLK, F_GETLK64, F_SETFD, F_SETFL, F_SETLK, F_SETLK64, F_SETLKW,
    F_SETLKW64, F_UNLCK, FD_CLOEXEC, O_APPEND, O_CLOEXEC, O_NONBLOCK,
};
use crate::linux::abi::terminal::{
    B38400, CREAD, CS8, ECHO, ECHOCTL, ECHOE, ECHOK, ECHOKE, FIOCLEX, FIONBIO, FIONCLEX, FIONREAD, ICANON, ICRNL,
    IEXTEN, ISIG, IUTF8, IXON, ONLCR, OPOST, TCGETS, TCSETS, TCSETSF, TCSETSW, TIOCGPGRP, TIOCGWINSZ, TIOCSPGRP,
    Termios, Winsize,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::host;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFile};
use crate::linux::sync::lock;

use super::call::Args;

pub fn ioctl(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, asked, address, ..] = *args;
    let open = k.process.open_file(fd)?;
    let mut open = lock(&open);
    match asked {
        FIOCLEX | FIONCLEX => {
            k.process.descriptors().set_close_on_exec(fd, asked == FIOCLEX)?;
            Ok(0)
        }
        FIONREAD => guest::write(&mut m.memory, address, &waiting(&mut open)?),
        FIONBIO => {
            let on = guest::number::<u32>(&mut m.memory, address)? != 0;
            open.flags = open.flags & !O_NONBLOCK | if on { O_NONBLOCK } else { 0 };
            Ok(0)
        }
        asked if open.is_terminal() => terminal(k, m, asked, address),
        _ => Err(Errno::ENOTTY),
    }
}

/// The number of bytes that can be read without waiting (FIONREAD).
fn waiting(open: &mut OpenFile) -> Answer {
    match &mut open.object {
        Object::File(file, true) => {
            let left = file.metadata()?.len().saturating_sub(file.stream_position()?);
            Ok(left.min(u64::from(i32::MAX as u32)) as u32)
        }
        Object::Buffer(bytes) => Ok(lock(bytes).len() as u32),
        Object::Reader(end) => Ok(end.waiting() as u32),
        _ => Ok(0),
    }
}

/// Requests on a terminal. Its settings are the default ones, and cannot be changed.
fn terminal(k: &Kernel, m: &mut Machine, asked: u32, address: u32) -> Answer {
    match asked {
        TCGETS => guest::write(&mut m.memory, address, &SETTINGS),
        TCSETS | TCSETSW | TCSETSF | TIOCSPGRP => Ok(0),
        TIOCGPGRP => guest::write(&mut m.memory, address, &k.process.group),
        TIOCGWINSZ => {
            let (ws_row, ws_col) = host::terminal_size();
            guest::write(&mut m.memory, address, &Winsize { ws_row, ws_col, ws_xpixel: 0, ws_ypixel: 0 })
        }
        _ => Err(Errno::ENOTTY),
    }
}

/// The settings of a fresh terminal.
const SETTINGS: Termios = Termios {
    c_iflag: ICRNL | IXON | IUTF8,
    c_oflag: OPOST | ONLCR,
    c_cflag: B38400 | CS8 | CREAD,
    c_lflag: ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
    c_line: 0,
    c_cc: [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0],
};

pub fn fcntl(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, asked, value, ..] = *args;
    let open = k.process.open_file(fd)?;
    match asked {
        F_DUPFD | F_DUPFD_CLOEXEC if value >= k.process.limits.descriptors() => Err(Errno::EINVAL),
        F_DUPFD | F_DUPFD_CLOEXEC => k.process.descriptors().insert(open, value, asked == F_DUPFD_CLOEXEC),
        F_GETFD => k.process.descriptors().close_on_exec(fd).map(u32::from),
        F_SETFD => k.process.descriptors().set_close_on_exec(fd, value & FD_CLOEXEC != 0).map(|()| 0),
        F_GETFL => Ok(lock(&open).flags & !O_CLOEXEC),
        F_SETFL => {
            const CHANGEABLE: u32 = O_APPEND | O_NONBLOCK;
            let mut open = lock(&open);
            open.flags = open.flags & !CHANGEABLE | value & CHANGEABLE;
            Ok(0)
        }
        // Nobody else holds locks: the first field, the type, says so.
        F_GETLK | F_GETLK64 => guest::write(&mut m.memory, value, &(F_UNLCK as u16)),
        F_SETLK | F_SETLKW | F_SETLK64 | F_SETLKW64 => Ok(0),
        _ => Err(Errno::EINVAL),
    }
}
