//! `ioctl`, most of it on terminals (ioctl_tty(2)).

use std::io::SeekFrom;
use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::abi::files::O_NONBLOCK;
use crate::linux::abi::signals::SIGTTOU;
use crate::linux::abi::status::NSFS_MAGIC;
use crate::linux::abi::terminal::{
    CLOCAL, FIGETBSZ, FIOASYNC, FIOCLEX, FIOGETOWN, FIONBIO, FIONCLEX, FIONREAD, FIOQSIZE, FIOSETOWN,
    FS_IOC32_GETFLAGS, FS_IOC32_SETFLAGS, NS_GET_OWNER_UID, NS_GET_USERNS, RNDADDTOENTCNT, RNDGETENTCNT, SIOCATMARK,
    SIOCGPGRP, SIOCSPGRP, TCFLSH, TCGETA, TCGETS, TCGETS2, TCIFLUSH, TCIOFLUSH, TCOFLUSH, TCSBRK, TCSBRKP, TCSETA,
    TCSETAF, TCSETAW, TCSETS, TCSETS2, TCSETSF, TCSETSF2, TCSETSW, TCSETSW2, TCXONC, TIOCCBRK, TIOCCONS, TIOCEXCL,
    TIOCGDEV, TIOCGETD, TIOCGEXCL, TIOCGLCKTRMIOS, TIOCGPGRP, TIOCGSID, TIOCGSOFTCAR, TIOCGWINSZ, TIOCNOTTY, TIOCNXCL,
    TIOCOUTQ, TIOCSBRK, TIOCSCTTY, TIOCSETD, TIOCSLCKTRMIOS, TIOCSPGRP, TIOCSSOFTCAR, TIOCSTI, TIOCSWINSZ, TIOCVHANGUP,
    Termio, Termios2,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::Device;
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Channel, Object, OpenFile, TerminalHandle};
use crate::linux::sync::lock;

use super::call::Args;
use super::{fcntl, file_flags, interfaces, job_control, namespaces, pty};

/// The block size of every filesystem.
const BLOCK_SIZE: u32 = 4096;

/// Bits of entropy, as `/proc/sys/kernel/random/entropy_avail` has them.
const ENTROPY: u32 = 256;

/// The last action of TCXONC.
const LAST_ACTION: u32 = 3;

/// Random numbers never run out: there is always as much entropy, whatever is added (random(4)).
fn entropy(k: &Kernel, m: &mut Machine, asked: u32, address: u32) -> Answer {
    if asked == RNDGETENTCNT {
        return guest::write(&mut m.memory, address, &ENTROPY);
    }
    k.process.credentials.require(CAP_SYS_ADMIN)?;
    let added: i32 = guest::number(&mut m.memory, address)?;
    if added < 0 { Err(Errno::EINVAL) } else { Ok(0) }
}

pub fn ioctl(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, asked, address, ..] = *args;
    let handle = k.file(fd)?;
    if asked == FIOASYNC {
        let on = guest::number::<u32>(&mut m.memory, address)? != 0;
        return fcntl::set_asynchronous(k, fd, &handle, on);
    }
    let mut open = lock(&handle);
    match asked {
        FIOCLEX | FIONCLEX => {
            k.process.descriptors().set_close_on_exec(fd, asked == FIOCLEX)?;
            Ok(0)
        }
        FIGETBSZ => guest::write(&mut m.memory, address, &BLOCK_SIZE),
        FIOQSIZE if matches!(open.object, Object::Regular(_) | Object::Directory(_)) => {
            let place = Arc::clone(&open.place);
            drop(open);
            // What it takes on the storage.
            let taken = k.status_of(m, &place)?.blocks * 512;
            guest::write(&mut m.memory, address, &taken)
        }
        FS_IOC32_GETFLAGS | FS_IOC32_SETFLAGS if matches!(open.object, Object::Regular(_) | Object::Directory(_)) => {
            let place = Arc::clone(&open.place);
            drop(open);
            file_flags::request(k, m, &place, [asked, address])
        }
        RNDGETENTCNT | RNDADDTOENTCNT if matches!(open.object, Object::Device(Device::Random | Device::Urandom)) => {
            entropy(k, m, asked, address)
        }
        FIONREAD => guest::write(&mut m.memory, address, &waiting(&mut open)?),
        FIONBIO => {
            let on = guest::number::<u32>(&mut m.memory, address)? != 0;
            open.flags = open.flags & !O_NONBLOCK | if on { O_NONBLOCK } else { 0 };
            Ok(0)
        }
        NS_GET_USERNS..=NS_GET_OWNER_UID if open.place.node().filesystem().magic == NSFS_MAGIC => {
            let place = Arc::clone(&open.place);
            drop(open);
            namespaces::request(k, m, &place, [asked, address])
        }
        FIOSETOWN | SIOCSPGRP if matches!(open.object, Object::Socket(_)) => {
            open.owner = guest::number(&mut m.memory, address)?;
            Ok(0)
        }
        FIOGETOWN | SIOCGPGRP if matches!(open.object, Object::Socket(_)) => {
            guest::write(&mut m.memory, address, &open.owner)
        }
        asked if matches!(open.object, Object::Socket(_)) => match &open.object {
            Object::Socket(socket) if asked == SIOCATMARK && socket.is_stream() => {
                guest::write(&mut m.memory, address, &u32::from(socket.is_at_mark()))
            }
            Object::Socket(socket) if asked == SIOCATMARK && !socket.is_internet() => Err(Errno::EOPNOTSUPP),
            _ => interfaces::request(m, [asked, address]),
        },
        asked => {
            let (terminal, is_master) = open.object.terminal().ok_or(Errno::ENOTTY)?;
            let (terminal, can_read) = (Arc::clone(terminal), open.readable().is_ok());
            drop(open);
            request(k, m, &terminal, is_master, [asked, address], can_read)
        }
    }
}

/// The number of bytes that can be read without waiting (FIONREAD).
fn waiting(open: &mut OpenFile) -> Answer {
    match &mut open.object {
        Object::Regular(contents) => Ok(left(contents.size()?, open.position)),
        Object::Stream(stream) if stream.is_regular => {
            Ok(left(stream.file.size()?, stream.file.seek(SeekFrom::Current(0))?))
        }
        // The kernel subtracts without asking which is larger.
        Object::Queue(queue) => Ok((lock(&queue.shared).size).wrapping_sub(open.position) as u32),
        Object::Stream(stream) => stream.terminal.as_ref().map_or(Err(Errno::ENOTTY), |terminal| terminal.waiting()),
        Object::Buffer(bytes) => Ok(lock(bytes).len() as u32),
        object => object.channel().map_or(Err(Errno::ENOTTY), Channel::waiting),
    }
}

fn left(size: u64, position: u64) -> u32 {
    size.saturating_sub(position).min(u64::from(i32::MAX as u32)) as u32
}

fn request(
    k: &mut Kernel,
    m: &mut Machine,
    terminal: &TerminalHandle,
    is_master: bool,
    request @ [asked, address]: [u32; 2],
    can_read: bool,
) -> Answer {
    if terminal.is_hung_up() {
        return Err(if asked == TIOCSPGRP { Errno::ENOTTY } else { Errno::EIO });
    }
    match asked {
        TCGETS | TCGETS2 | TCGETA => settings(m, terminal, request),
        TCSETS | TCSETSW | TCSETSF | TCSETS2 | TCSETSW2 | TCSETSF2 | TCSETA | TCSETAW | TCSETAF => {
            k.check_background(terminal, SIGTTOU)?;
            set_settings(m, terminal, request)
        }
        TCSBRK | TCSBRKP | TIOCSBRK | TIOCCBRK | TCXONC | TCFLSH | TIOCSETD => {
            if !is_master {
                k.check_background(terminal, SIGTTOU)?;
            }
            change_line(m, terminal, is_master, request)
        }
        TIOCGWINSZ => guest::write(&mut m.memory, address, &terminal.window()?),
        TIOCSWINSZ => {
            terminal.set_window(guest::read(&mut m.memory, address)?)?;
            Ok(0)
        }
        TIOCGPGRP | TIOCSPGRP | TIOCGSID | TIOCSCTTY | TIOCNOTTY => {
            job_control::request(k, m, terminal, is_master, request, can_read)
        }
        // Nothing is kept back, and there is one line discipline, number 0.
        TIOCOUTQ | TIOCGETD => guest::write(&mut m.memory, address, &0_u32),
        TIOCEXCL | TIOCNXCL => {
            terminal.set_control(|control| control.exclusive = asked == TIOCEXCL);
            Ok(0)
        }
        TIOCGEXCL => guest::write(&mut m.memory, address, &u32::from(terminal.control().exclusive)),
        TIOCGDEV => guest::write(&mut m.memory, address, &(terminal.device() as u32)),
        TIOCGSOFTCAR | TIOCSSOFTCAR => carrier(m, terminal, request),
        // Whoever may has locked nothing; that is for the administrator (TIOCSLCKTRMIOS(2const)).
        TIOCGLCKTRMIOS => guest::write(&mut m.memory, address, &Termios2::zeroed().without_speeds()),
        TIOCSLCKTRMIOS => Err(Errno::EPERM),
        // Nobody types for the user (the sysctl dev.tty.legacy_tiocsti is off).
        TIOCSTI => Err(Errno::EIO),
        TIOCVHANGUP | TIOCCONS => Err(Errno::EPERM),
        _ if is_master => pty::request(k, m, terminal, request),
        _ => Err(Errno::ENOTTY),
    }
}

fn settings(m: &mut Machine, terminal: &TerminalHandle, [asked, address]: [u32; 2]) -> Answer {
    let settings = terminal.settings()?;
    match asked {
        TCGETS => guest::write(&mut m.memory, address, &settings.without_speeds()),
        TCGETS2 => guest::write(&mut m.memory, address, &settings),
        _ => guest::write(&mut m.memory, address, &settings.in_part()),
    }
}

/// Changes the settings at once, when everything is shown, or then and without what was typed.
fn set_settings(m: &mut Machine, terminal: &TerminalHandle, [asked, address]: [u32; 2]) -> Answer {
    let now = terminal.settings()?;
    let new = match asked {
        TCSETS | TCSETSW | TCSETSF => now.changed_to(&guest::read(&mut m.memory, address)?),
        TCSETS2 | TCSETSW2 | TCSETSF2 => now.changed(guest::read::<Termios2>(&mut m.memory, address)?),
        _ => now.changed_in_part(&guest::read::<Termio>(&mut m.memory, address)?),
    };
    let discard = matches!(asked, TCSETSF | TCSETSF2 | TCSETAF);
    let drain = discard || matches!(asked, TCSETSW | TCSETSW2 | TCSETAW);
    terminal.set_settings(new, drain, discard)?;
    Ok(0)
}

/// Breaks, which no line has here; flow control, discarding, the line discipline.
fn change_line(m: &mut Machine, terminal: &TerminalHandle, is_master: bool, [asked, argument]: [u32; 2]) -> Answer {
    match (asked, argument) {
        (TCXONC, action) if action <= LAST_ACTION && !is_master => terminal.control_flow(action)?,
        (TCXONC, action) if action <= LAST_ACTION => {}
        (TCFLSH, TCIFLUSH | TCOFLUSH | TCIOFLUSH) if is_master => {
            let [input, output] = [argument != TCOFLUSH, argument != TCIFLUSH];
            terminal.with_line(|line| line.discard_of_master(input, output));
        }
        (TCFLSH, TCIFLUSH | TCOFLUSH | TCIOFLUSH) => terminal.discard(argument != TCOFLUSH, argument != TCIFLUSH)?,
        (TCXONC | TCFLSH, _) => return Err(Errno::EINVAL),
        (TIOCSETD, address) if guest::number::<u32>(&mut m.memory, address)? != 0 => return Err(Errno::EINVAL),
        (TIOCSETD | TIOCCBRK, _) => {}
        _ => terminal.drain()?,
    }
    Ok(0)
}

/// Whether the carrier of a modem is taken for granted (CLOCAL).
fn carrier(m: &mut Machine, terminal: &TerminalHandle, [asked, address]: [u32; 2]) -> Answer {
    let now = terminal.settings()?;
    if asked == TIOCGSOFTCAR {
        return guest::write(&mut m.memory, address, &u32::from(now.c_cflag & CLOCAL != 0));
    }
    let bit = if guest::number::<u32>(&mut m.memory, address)? != 0 { CLOCAL } else { 0 };
    terminal.set_settings(Termios2 { c_cflag: now.c_cflag & !CLOCAL | bit, ..now }, false, false)?;
    Ok(0)
}
