//! Descriptors of processes: pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2).

use crate::instructions::Machine;
use crate::linux::abi::files::{O_CLOEXEC, O_NONBLOCK, O_RDWR};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, Pidfd};
use crate::linux::signals::Siginfo;
use crate::linux::sync::lock;

use super::call::Args;
use super::{nameless, send_signal};

pub fn pidfd_open(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [pid, flags, ..] = *args;
    if pid as i32 <= 0 {
        return Err(Errno::EINVAL);
    }
    match k.find_process(pid) {
        Some(process) if !process.is_reaped() => open(k, pid, flags),
        // Threads other than the first of a process have none.
        _ if k.find_thread(pid).is_some() => Err(Errno::EINVAL),
        _ => Err(Errno::ESRCH),
    }
}

/// A new descriptor of a process; it is closed when a program is executed.
pub fn open(k: &mut Kernel, pid: u32, flags: u32) -> Answer {
    let process = k.find_process(pid).ok_or(Errno::ESRCH)?;
    let object = Object::Pidfd(Pidfd::new(pid, &process.end));
    nameless::insert(k, object, "[pidfd]", flags & O_NONBLOCK | O_RDWR | O_CLOEXEC)
}

/// The process that a descriptor refers to; EBADF if it refers to none, ESRCH if that has ended and was
/// waited for.
pub fn process_of(k: &Kernel, fd: u32) -> Result<u32, Errno> {
    let open = k.file(fd)?;
    let open = lock(&open);
    let Object::Pidfd(pidfd) = &open.object else { return Err(Errno::EBADF) };
    let known = k.find_process(pidfd.pid).is_some_and(|process| pidfd.refers_to(&process.end));
    if known { Ok(pidfd.pid) } else { Err(Errno::ESRCH) }
}

/// The same for signals, which also reach a process by its directory in `/proc`.
fn signalled(k: &Kernel, fd: u32) -> Result<u32, Errno> {
    let open = k.file(fd)?;
    let directory = lock(&open).place.node().process();
    match directory {
        Some(pid) => k.find_process(pid).filter(|process| !process.is_reaped()).map(|_| pid).ok_or(Errno::ESRCH),
        None => process_of(k, fd),
    }
}

pub fn pidfd_send_signal(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, signal, address, ..] = *args;
    let pid = signalled(k, fd)?;
    let info = match address {
        0 => Siginfo::user(signal, k.process.pid, k.process.credentials.uid),
        address => {
            let info = send_signal::claimed(m, signal, address, pid == k.process.pid)?;
            if m.memory.load::<u32>(address)? != signal {
                return Err(Errno::EINVAL);
            }
            info
        }
    };
    send_signal::to_processes(k, pid as i32, info)
}

/// A descriptor for an open file of another process.
pub fn pidfd_getfd(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, target, ..] = *args;
    let pid = process_of(k, fd)?;
    let process = k.find_process(pid).filter(|process| process.is_alive()).ok_or(Errno::ESRCH)?;
    if !k.process.credentials.may_inspect(&process.credentials) {
        return Err(Errno::EPERM);
    }
    let open = process.open_file(target)?;
    k.process.add_descriptor(open, 0, true)
}
