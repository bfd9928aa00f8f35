//! Sending signals: kill(2), tkill(2), tgkill(2), rt_sigqueueinfo(2), rt_tgsigqueueinfo(2).

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_KILL;
use crate::linux::abi::siginfo::{SI_TKILL, SIGINFO_SIZE};
use crate::linux::abi::signals::{SIGCONT, SIGPIPE};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::{FIRST_PID, INIT_PID, Process};
use crate::linux::signals::{Siginfo, is_signal};

use super::call::Args;

pub fn kill(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [pid, signal, ..] = *args;
    let info = Siginfo::user(signal, k.process.pid, k.process.credentials.real_uid);
    to_processes(k, pid as i32, info)
}

pub fn tkill(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [tid, signal, ..] = *args;
    let info = Siginfo::tkill(signal, k.process.pid, k.process.credentials.real_uid);
    to_thread(k, None, positive(tid)?, info)
}

pub fn tgkill(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [pid, tid, signal, ..] = *args;
    let info = Siginfo::tkill(signal, k.process.pid, k.process.credentials.real_uid);
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

/// What sending a signal to init comes to: it gets none.
fn to_init(k: &Kernel, info: Siginfo) -> Answer {
    match info.signal {
        signal if !is_signal(signal) && signal != 0 => Err(Errno::EINVAL),
        _ if k.process.credentials.can(CAP_KILL) => Ok(0),
        _ => Err(Errno::EPERM),
    }
}

/// Sends a signal to the processes that a number means to kill(2): one, those of a group (0 is the
/// sender's own, a negative number another), or all but the sender and the first process (-1).
pub fn to_processes(k: &mut Kernel, target: i32, info: Siginfo) -> Answer {
    if target == INIT_PID as i32 {
        return to_init(k, info);
    }
    let (own, group) = (k.process.pid, k.process.group);
    let meant = |process: &&Process| match target {
        0 => process.group == group,
        -1 => ![own, FIRST_PID, INIT_PID].contains(&process.pid),
        target if target < 0 => process.group == target.unsigned_abs(),
        target => process.pid == target as u32 || process.threads.contains(&(target as u32)),
    };
    let pids: Vec<u32> = k.all_processes().filter(meant).map(|process| process.pid).collect();
    // The first process is spared as init is, but it is somebody who could have been meant.
    let spared = target == -1 && own != FIRST_PID;
    if pids.is_empty() && !spared || target == i32::MIN {
        return Err(Errno::ESRCH);
    }
    if !is_signal(info.signal) && info.signal != 0 {
        return Err(Errno::EINVAL);
    }
    // Of several it is enough that one could get it, and of all there are not even one must.
    let sent = pids.into_iter().map(|pid| to_process(k, pid, info));
    match sent.reduce(|all, one| all.or(one)).unwrap_or(Ok(())) {
        Err(Errno::EPERM) if target == -1 => Ok(0),
        sent => sent.map(|()| 0),
    }
}

/// Signal 0 is not sent: it asks whether another one could be.
fn to_process(k: &mut Kernel, pid: u32, info: Siginfo) -> Result<(), Errno> {
    let process = k.find_process(pid).ok_or(Errno::ESRCH)?;
    if !may_signal(&k.process, process, &info) {
        return Err(Errno::EPERM);
    }
    if info.signal == 0 { Ok(()) } else { k.post(pid, info) }
}

/// Whether a process may send a signal to another one: the sender's real or effective user is the real or saved
/// one of the receiver. Within a session everybody may let everybody go on (kill(2)).
fn may_signal(sender: &Process, receiver: &Process, info: &Siginfo) -> bool {
    let (from, to) = (&sender.credentials, &receiver.credentials);
    let same = [from.real_uid, from.uid].iter().any(|user| [to.real_uid, to.saved_uid].contains(user));
    let continues = info.signal == SIGCONT && sender.session == receiver.session;
    sender.pid == receiver.pid || same || from.can_in(&to.within, CAP_KILL) || continues
}

/// Sends a signal to a thread, of this process if one is said.
fn to_thread(k: &mut Kernel, pid: Option<u32>, tid: u32, info: Siginfo) -> Answer {
    if tid == INIT_PID && pid.is_none_or(|pid| pid == INIT_PID) {
        return to_init(k, info);
    }
    let thread = k.find_thread(tid).filter(|thread| !thread.ended && pid.is_none_or(|pid| pid == thread.pid));
    let receiver = thread.and_then(|thread| k.find_process(thread.pid)).ok_or(Errno::ESRCH)?;
    match info.signal {
        signal if !is_signal(signal) && signal != 0 => Err(Errno::EINVAL),
        _ if !may_signal(&k.process, receiver, &info) => Err(Errno::EPERM),
        0 => Ok(0),
        _ => k.post_to_thread(tid, info).map(|()| 0),
    }
}

/// Writing where nobody reads any more also raises SIGPIPE.
pub fn broken_pipe(k: &mut Kernel, answer: Answer) -> Answer {
    if answer == Err(Errno::EPIPE) {
        k.post_to_thread(k.thread.tid, Siginfo::user(SIGPIPE, k.process.pid, k.process.credentials.real_uid))?;
    }
    answer
}
