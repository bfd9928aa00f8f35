//! Sending signals: kill(2), tkill(2), tgkill(2), rt_sigqueueinfo(2), rt_tgsigqueueinfo(2).
//!
//! Which processes and threads a number means is for [`to_processes`] and [`to_thread`] alone.

use crate::instructions::Machine;
use crate::linux::abi::siginfo::{SI_TKILL, SIGINFO_SIZE};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::PID;
use crate::linux::signals::{Siginfo, is_signal};

use super::call::Args;

pub fn kill(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [pid, signal, ..] = *args;
    let info = Siginfo::user(signal, PID, k.process.credentials.uid);
    to_processes(k, pid as i32, info)
}

pub fn tkill(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [tid, signal, ..] = *args;
    let info = Siginfo::tkill(signal, PID, k.process.credentials.uid);
    to_thread(k, None, positive(tid)?, info)
}

pub fn tgkill(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [pid, tid, signal, ..] = *args;
    let info = Siginfo::tkill(signal, PID, k.process.credentials.uid);
    to_thread(k, Some(positive(pid)?), positive(tid)?, info)
}

pub fn rt_sigqueueinfo(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [pid, signal, address, ..] = *args;
    let info = claimed(m, signal, address, pid == PID)?;
    if pid as i32 > 0 { to_processes(k, pid as i32, info) } else { Err(Errno::ESRCH) }
}

pub fn rt_tgsigqueueinfo(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [pid, tid, signal, address, ..] = *args;
    let (process, thread) = (positive(pid)?, positive(tid)?);
    let info = claimed(m, signal, address, thread == PID)?;
    to_thread(k, Some(process), thread, info)
}

/// A process or thread by its own number; EINVAL for what can be none.
fn positive(number: u32) -> Result<u32, Errno> {
    if number as i32 > 0 { Ok(number) } else { Err(Errno::EINVAL) }
}

/// What a program wants a signal to say. Only to itself may it pretend to be the kernel, or kill(2).
fn claimed(m: &mut Machine, signal: u32, address: u32, own: bool) -> Result<Siginfo, Errno> {
    let mut bytes = [0; SIGINFO_SIZE];
    m.memory.read(address, &mut bytes)?;
    // The signal is the argument, and with it decides what the fields are.
    bytes[..4].copy_from_slice(&signal.to_le_bytes());
    let info = Siginfo::from_bytes(&bytes);
    let pretends = info.code as i32 >= 0 || info.code == SI_TKILL;
    if pretends && !own { Err(Errno::EPERM) } else { Ok(info) }
}

/// Sends a signal to the processes that a number means to kill(2): one, those of a group (0 is the
/// sender's own, a negative number another), or all but the sender (-1). There is one process.
fn to_processes(k: &mut Kernel, pid: i32, info: Siginfo) -> Answer {
    let own = PID as i32;
    if pid == own || pid == 0 || pid == -own { post(k, info, false) } else { Err(Errno::ESRCH) }
}

/// Sends a signal to a thread, of this process if that is said. There is one thread.
fn to_thread(k: &mut Kernel, pid: Option<u32>, tid: u32, info: Siginfo) -> Answer {
    if tid == PID && pid.is_none_or(|pid| pid == PID) { post(k, info, true) } else { Err(Errno::ESRCH) }
}

/// Signal 0 only asks whether there is somebody who could get one.
fn post(k: &mut Kernel, info: Siginfo, to_thread: bool) -> Answer {
    match info.signal {
        0 => {}
        signal if is_signal(signal) => k.process.receive(info, to_thread)?,
        _ => return Err(Errno::EINVAL),
    }
    Ok(0)
}
