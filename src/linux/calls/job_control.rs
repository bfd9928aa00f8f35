//! Whose terminal a terminal is, and who is in the foreground there (ioctl_tty(2), credentials(7)).

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::abi::files::{O_ACCMODE, O_WRONLY};
use crate::linux::abi::signals::{SIGTTIN, SIGTTOU};
use crate::linux::abi::terminal::{TIOCGPGRP, TIOCGSID, TIOCNOTTY, TIOCSCTTY, TIOCSPGRP, TOSTOP};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::host::Readiness;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{OpenFile, OpenFileHandle, TerminalHandle};
use crate::linux::process::Process;
use crate::linux::sync::lock;

/// Before a read or write: a process in the background stops if it may not read, or with TOSTOP not write.
pub fn before(k: &mut Kernel, handle: &OpenFileHandle, wanted: Readiness) -> Result<(), Errno> {
    let terminal = match lock(handle).object.terminal() {
        Some((terminal, false)) if k.is_in_background(terminal) => Arc::clone(terminal),
        _ => return Ok(()),
    };
    match wanted {
        Readiness::Readable => k.check_background(&terminal, SIGTTIN),
        Readiness::Writable if terminal.settings()?.local(TOSTOP) => k.check_background(&terminal, SIGTTOU),
        Readiness::Writable => Ok(()),
    }
}

/// A leader of a session that opens a terminal of nobody gets it, if it has none (tty_open_proc_set_tty).
pub fn adopt(k: &mut Kernel, open: &OpenFile) {
    let Some((terminal, false)) = open.object.terminal() else { return };
    let may_have = k.process.leads_session() && k.process.terminal.is_none();
    if may_have && terminal.control().session.is_none() && open.flags & O_ACCMODE != O_WRONLY {
        k.take_terminal(terminal);
    }
}

/// Requests about the session and the foreground. The master asks and tells about the slave.
pub fn request(
    k: &mut Kernel,
    m: &mut Machine,
    terminal: &TerminalHandle,
    is_master: bool,
    [asked, argument]: [u32; 2],
    can_read: bool,
) -> Answer {
    let own = k.process.terminal.as_ref().is_some_and(|own| Arc::ptr_eq(own, terminal));
    let control = terminal.control();
    match asked {
        TIOCGPGRP | TIOCGSID if !own && !is_master => Err(Errno::ENOTTY),
        TIOCGPGRP => guest::write(&mut m.memory, argument, &control.foreground.unwrap_or(0)),
        TIOCGSID => guest::write(&mut m.memory, argument, &control.session.ok_or(Errno::ENOTTY)?),
        TIOCSPGRP => set_foreground(k, m, terminal, argument, own),
        TIOCSCTTY => take(k, terminal, argument == 1, can_read),
        TIOCNOTTY if own && !is_master => {
            k.leave_terminal(false);
            Ok(0)
        }
        _ => Err(Errno::ENOTTY),
    }
}

fn set_foreground(k: &mut Kernel, m: &mut Machine, terminal: &TerminalHandle, address: u32, own: bool) -> Answer {
    k.check_background(terminal, SIGTTOU).map_err(|error| if error == Errno::EIO { Errno::ENOTTY } else { error })?;
    let group: i32 = guest::read(&mut m.memory, address)?;
    let group = u32::try_from(group).map_err(|_| Errno::EINVAL)?;
    let session = k.process.session;
    if !own || terminal.control().session != Some(session) {
        return Err(Errno::ENOTTY);
    }
    let of_group = |process: &&Process| process.group == group;
    let member = k.all_processes().find(of_group).ok_or(Errno::ESRCH)?;
    if member.session != session {
        return Err(Errno::EPERM);
    }
    terminal.set_control(|control| control.foreground = Some(group));
    if terminal.host_file().is_some() {
        k.world.interrupt.have_jobs();
    }
    Ok(0)
}

/// Makes a terminal that of the session, which the process must lead, and which must have none; root may take
/// it from another session.
fn take(k: &mut Kernel, terminal: &TerminalHandle, steal: bool, can_read: bool) -> Answer {
    let (leads, privileged) = (k.process.leads_session(), k.process.credentials.can(CAP_SYS_ADMIN));
    let session = terminal.control().session;
    if leads && session == Some(k.process.session) {
        return Ok(0);
    }
    let taken = session.is_some() && !(steal && privileged);
    if !leads || k.process.terminal.is_some() || taken || !can_read && !privileged {
        return Err(Errno::EPERM);
    }
    k.take_terminal(terminal);
    Ok(0)
}
