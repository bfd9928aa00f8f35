//! `ioctl`, most of it on terminals.

use std::io::Seek;

use crate::instructions::Machine;
use crate::linux::abi::files::O_NONBLOCK;
use crate::linux::abi::terminal::{
    B38400, CREAD, CS8, ECHO, ECHOCTL, ECHOE, ECHOK, ECHOKE, FIOCLEX, FIONBIO, FIONCLEX, FIONREAD, ICANON, ICRNL,
    IEXTEN, ISIG, IUTF8, IXON, ONLCR, OPOST, TCGETS, TCSETS, TCSETSF, TCSETSW, TIOCGPGRP, TIOCGWINSZ, TIOCSPGRP,
    Termios, Winsize,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::host;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Channel, Object, OpenFile};
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
        Object::Regular(contents) => Ok(left(contents.size()?, open.position)),
        Object::Stream(stream) if stream.is_regular => {
            Ok(left(stream.file.metadata()?.len(), stream.file.stream_position()?))
        }
        Object::Buffer(bytes) => Ok(lock(bytes).len() as u32),
        object => object.channel().map_or(Err(Errno::ENOTTY), Channel::waiting),
    }
}

fn left(size: u64, position: u64) -> u32 {
    size.saturating_sub(position).min(u64::from(i32::MAX as u32)) as u32
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
