//! Sending signals: kill(2), tkill(2), tgkill(2), rt_sigqueueinfo(2), rt_tgsigqueueinfo(2).

use crate::instructions::Machine;
use crate::linux::abi::siginfo::{SI_TKILL, SIGINFO_SIZE};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::{FIRST_PID, Process};
use crate::linux::signals::{Siginfo, is_signal};

use super::call::Args;

pub fn kill(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [pid, signal, ..] = *args;
    let info = Siginfo::user(signal, k.process.pid, k.process.credentials.uid);
    to_processes(k, pid as i32, info)
}

pub fn tkill(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [tid, signal, ..] = *args;
    let info = Siginfo::tkill(signal, k.process.pid, k.process.credentials.uid);
    to_thread(k, None, positive(tid)?, info)
}

pub fn tgkill(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [pid, tid, signal, ..] = *args;
    let info = Siginfo::tkill(signal, k.process.pid, k.process.credentials.uid);
    to_thread(k, Some(positive(pid)?), positive(tid)?, info)
}

pub fn rt_sigqueueinfo(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [pid, signal, address, ..] = *args;
    let info = claimed(m, signal, address, pid == k.process.pid)?;
    if pid as i32 > 0 { to_processes(k, pid as i32, info) } else { Err(Errno::ESRCH) }
}

pub fn rt_tgsigqueueinfo(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [pid, tid, signal, address, ..] = *args;
    let (process, thread) = (positive(pid)?, positive(tid)?);
    let info = claimed(m, signal, address, process == k.process.pid)?;
    to_thread(k, Some(process), thread, info)
}

/// A process or thread by its own number; EINVAL for what can be none.
fn positive(number: u32) -> Result<u32, Errno> {
    if number as i32 > 0 { Ok(number) } else { Err(Errno::EINVAL) }
}

/// What a program wants a signal to say. Only to itself may it pretend to be the kernel, or kill(2).
pub fn claimed(m: &mut Machine, signal: u32, address: u32, own: bool) -> Result<Siginfo, Errno> {
    let mut bytes = [0; SIGINFO_SIZE];
    m.memory.read(address, &mut bytes)?;
    // The signal is the argument, and with it decides what the fields are.
    bytes[..4].copy_from_slice(&signal.to_le_bytes());
    let info = Siginfo::from_bytes(&bytes);
    let pretends = info.code as i32 >= 0 || info.code == SI_TKILL;
    if pretends && !own { Err(Errno::EPERM) } else { Ok(info) }
}

/// Sends a signal to the processes that a number means to kill(2): one, those of a group (0 is the
/// sender's own, a negative number another), or all but the sender and the first process (-1).
pub fn to_processes(k: &mut Kernel, target: i32, info: Siginfo) -> Answer {
    let (own, group) = (k.process.pid, k.process.group);
    let meant = |process: &&Process| match target {
        0 => process.group == group,
        -1 => process.pid != own && process.pid != FIRST_PID,
        target if target < 0 => process.group == target.unsigned_abs(),
        target => process.pid == target as u32,
    };
    let pids: Vec<u32> = k.all_processes().filter(meant).map(|process| process.pid).collect();
    if pids.is_empty() || target == i32::MIN {
        return Err(Errno::ESRCH);
    }
    if !is_signal(info.signal) && info.signal != 0 {
        return Err(Errno::EINVAL);
    }
    // Of several it is enough that one could get it.
    let sent = pids.into_iter().map(|pid| if info.signal == 0 { Ok(()) } else { k.post(pid, info) });
    sent.reduce(|all, one| all.or(one)).unwrap_or(Ok(())).map(|()| 0)
}

/// Sends a signal to a thread, of this process if one is said.
fn to_thread(k: &mut Kernel, pid: Option<u32>, tid: u32, info: Siginfo) -> Answer {
    let thread = k.find_thread(tid).filter(|thread| !thread.ended && pid.is_none_or(|pid| pid == thread.pid));
    if thread.is_none() {
        return Err(Errno::ESRCH);
    }
    match info.signal {
        0 => {}
        signal if is_signal(signal) => k.post_to_thread(tid, info)?,
        _ => return Err(Errno::EINVAL),
    }
    Ok(0)
}
