//! What an administrator does to the system as a whole: acct(2), reboot(2), vhangup(2), iopl(2), ioperm(2).

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::administration::{
    IO_LEVELS, PORTS, REBOOT_CAD_OFF, REBOOT_CAD_ON, REBOOT_HALT, REBOOT_MAGIC1, REBOOT_MAGIC2, REBOOT_POWER_OFF,
    REBOOT_RESTART,
};
use crate::linux::abi::capabilities::{CAP_SYS_BOOT, CAP_SYS_PACCT, CAP_SYS_RAWIO, CAP_SYS_TTY_CONFIG};
use crate::linux::abi::files::{O_APPEND, O_LARGEFILE, O_WRONLY};
use crate::linux::abi::signals::{SIGHUP, SIGINT, SIGKILL};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::{FIRST_PID, Termination};
use crate::linux::signals::Siginfo;

use super::call::Args;
use super::open;

/// Accounts of processes go to a regular file from now on, or nowhere.
pub fn acct(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    k.process.credentials.require(CAP_SYS_PACCT)?;
    if args[0] == 0 {
        k.world.accounts = None;
        return Ok(0);
    }
    let open = open::opened_for_kernel(k, m, args[0], O_WRONLY | O_APPEND | O_LARGEFILE)?;
    open.contents().map_err(|_| Errno::EACCES)?;
    k.world.accounts = Some(Arc::new(Mutex::new(open)));
    Ok(0)
}

/// The system is the world: it ends as a namespace of processes does, by the signal that its first process gets
/// (reboot(2), "Behavior inside PID namespaces").
pub fn reboot(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [first, second, command, ..] = *args;
    k.process.credentials.require(CAP_SYS_BOOT)?;
    if first != REBOOT_MAGIC1 || !REBOOT_MAGIC2.contains(&second) {
        return Err(Errno::EINVAL);
    }
    let signal = match command {
        REBOOT_CAD_ON | REBOOT_CAD_OFF => return Ok(0),
        REBOOT_RESTART => SIGHUP,
        REBOOT_HALT | REBOOT_POWER_OFF => SIGINT,
        _ => return Err(Errno::EINVAL),
    };
    if let Some(first) = k.find_process_mut(FIRST_PID) {
        first.end_with(Termination::Signal(signal as u8));
    }
    k.post(FIRST_PID, Siginfo::kernel(SIGKILL)).map(|()| 0)
}

/// The session loses its terminal, if it has one.
pub fn vhangup(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    k.process.credentials.require(CAP_SYS_TTY_CONFIG)?;
    if let Some(terminal) = &k.process.terminal {
        terminal.hang_up();
    }
    Ok(0)
}

/// No program reaches a port: it can be told what it cannot do anyway.
pub fn ioperm(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [first, count, on, ..] = *args;
    let end = first.checked_add(count).filter(|end| *end > first && *end <= PORTS);
    end.ok_or(Errno::EINVAL)?;
    if on == 0 { Ok(0) } else { k.process.credentials.require(CAP_SYS_RAWIO).map(|()| 0) }
}

/// The same of all ports.
pub fn iopl(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    match args[0] {
        0 => Ok(0),
        1..IO_LEVELS => k.process.credentials.require(CAP_SYS_RAWIO).map(|()| 0),
        _ => Err(Errno::EINVAL),
    }
}
