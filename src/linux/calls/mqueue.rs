//! POSIX queues of messages: mq_open(2), mq_unlink(2), mq_timedsend(2), mq_timedreceive(2), mq_notify(2),
//! mq_getsetattr(2).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::capabilities::{CAP_FOWNER, CAP_SYS_RESOURCE};
use crate::linux::abi::files::{
    O_ACCMODE, O_CLOEXEC, O_CREAT, O_EXCL, O_NOCTTY, O_NONBLOCK, O_RDWR, O_TRUNC, O_WRONLY,
};
use crate::linux::abi::mqueue::{
    MQ_FLAGS, MQ_HARD_MESSAGES, MQ_HARD_SIZE, MQ_MAX_MESSAGES, MQ_MAX_SIZE, MQ_MESSAGES, MQ_PRIO_MAX, MQ_QUEUES,
    MQ_SIZE, MqAttr, NOTIFY_COOKIE,
};
use crate::linux::abi::process::RLIMIT_MSGQUEUE;
use crate::linux::abi::signals::{SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD, SIGNALS, Sigevent};
use crate::linux::abi::time::CLOCK_REALTIME;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::AnonymousNode;
use crate::linux::guest;
use crate::linux::ipc::{Message, PosixQueue, PosixQueueHandle, QueueDescriptor, QueueNotification, Sent};
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFile, OpenFileHandle};
use crate::linux::process::Credentials;
use crate::linux::signals::Siginfo;
use crate::linux::sync::lock;
use crate::linux::world::Waiting;
use crate::memory::Memory;

use super::call::Args;
use super::time;
use super::timespec::{self, Reader};

/// Flags of `mq_open` that the open file does not keep.
const OPENING: u32 = O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;

/// A new descriptor is always closed by execve(2).
pub fn mq_open(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [name, flags, mode, attributes, ..] = *args;
    let attributes = if attributes == 0 { None } else { Some(guest::read(&mut m.memory, attributes)?) };
    let name = guest::string(&mut m.memory, name)?;
    let queue = match k.world.ipc.posix.find(&name)? {
        Some(_) if flags & O_CREAT != 0 && flags & O_EXCL != 0 => return Err(Errno::EEXIST),
        Some(queue) => {
            check_access(&lock(&queue), &k.process.credentials, flags)?;
            queue
        }
        None if flags & O_CREAT == 0 => return Err(Errno::ENOENT),
        None => create(k, m, &name, mode, attributes)?,
    };
    let place = AnonymousNode::queue(Arc::clone(&queue), &name);
    let open = OpenFile::new(Object::Queue(QueueDescriptor::new(&queue)), place, flags & !OPENING);
    k.process.add_descriptor(Arc::new(Mutex::new(open)), 0, true)
}

/// EACCES unless the permission bits allow what the flags ask for.
fn check_access(queue: &PosixQueue, who: &Credentials, flags: u32) -> Result<(), Errno> {
    let wanted = match flags & O_ACCMODE {
        O_ACCMODE => return Err(Errno::EINVAL),
        O_RDWR => 6,
        O_WRONLY => 2,
        _ => 4,
    };
    if who.may(&queue.status(), wanted) { Ok(()) } else { Err(Errno::EACCES) }
}

fn create(
    k: &mut Kernel,
    m: &Machine,
    name: &[u8],
    mode: u32,
    attributes: Option<MqAttr>,
) -> Result<PosixQueueHandle, Errno> {
    let who = &k.process.credentials;
    let limits = match attributes {
        None => set(k, [("fs/mqueue/msg_default", MQ_MESSAGES), ("fs/mqueue/msgsize_default", MQ_SIZE)]),
        Some(given) => check_limits(k, [given.mq_maxmsg, given.mq_msgsize])?,
    };
    let (inode, most) = (k.process.namespace.number(), k.process.limits.get(RLIMIT_MSGQUEUE)?[0]);
    let mode = mode & !k.process.standing().umask & 0o7777;
    let mut queue = PosixQueue::new(inode, who, mode, limits, k.world.queues.create());
    queue.used = k.now(m);
    let [queues] = set(k, [("fs/mqueue/queues_max", MQ_QUEUES)]);
    let queues = if who.can(CAP_SYS_RESOURCE) { u32::MAX } else { queues };
    k.world.ipc.posix.add(name, queue, most, queues)
}

/// What the settings in `/proc/sys/fs/mqueue` say, if a program has changed them.
fn set<const N: usize>(k: &Kernel, settings: [(&str, u32); N]) -> [u32; N] {
    settings.map(|(path, first)| {
        k.world.settings.number(path).and_then(|number| u32::try_from(number).ok()).unwrap_or(first)
    })
}

/// Most messages and most bytes of one, as a program may set them.
fn check_limits(k: &Kernel, given: [i32; 2]) -> Result<[u32; 2], Errno> {
    let most = match k.process.credentials.can(CAP_SYS_RESOURCE) {
        true => [MQ_HARD_MESSAGES, MQ_HARD_SIZE],
        false => set(k, [("fs/mqueue/msg_max", MQ_MAX_MESSAGES), ("fs/mqueue/msgsize_max", MQ_MAX_SIZE)]),
    };
    let [messages, size] = given.map(|limit| u32::try_from(limit).unwrap_or(0));
    if messages == 0 || size == 0 || messages > most[0] || size > most[1] {
        return Err(Errno::EINVAL);
    }
    if u64::from(messages) * u64::from(size) > u32::MAX.into() { Err(Errno::EOVERFLOW) } else { Ok([messages, size]) }
}

/// Names may be taken away by who owns the queue.
pub fn mq_unlink(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let name = guest::string(&mut m.memory, args[0])?;
    let queue = k.world.ipc.posix.find(&name)?.ok_or(Errno::ENOENT)?;
    let who = &k.process.credentials;
    if lock(&queue).owner.uid != who.file_uid && !who.can(CAP_FOWNER) {
        return Err(Errno::EPERM);
    }
    k.world.ipc.posix.unlink(&name);
    Ok(0)
}

/// The open file behind a descriptor, and the queue; EBADF if it is none.
fn queue_of(k: &Kernel, descriptor: u32) -> Result<(OpenFileHandle, PosixQueueHandle), Errno> {
    let open = k.file(descriptor)?;
    let queue = match &lock(&open).object {
        Object::Queue(queue) => Arc::clone(&queue.shared),
        _ => return Err(Errno::EBADF),
    };
    Ok((open, queue))
}

/// A date at an address, until which a call waits.
fn date(memory: &mut Memory, address: u32, read: Reader) -> Result<Option<Duration>, Errno> {
    if address == 0 { Ok(None) } else { read(memory, address).map(Some) }
}

/// What to wait for until a date; an error if the call does not wait.
fn waiting(k: &mut Kernel, m: &Machine, open: &OpenFileHandle, date: Option<Duration>) -> Result<Waiting, Errno> {
    if lock(open).flags & O_NONBLOCK != 0 {
        return Err(Errno::EAGAIN);
    }
    let now = time::clock(k, m, CLOCK_REALTIME)?;
    let until = date.map(|date| k.deadline(m, date.saturating_sub(now)));
    let late = until.is_some_and(|until| k.world.clock.elapsed(m) >= until);
    if late { Err(Errno::ETIMEDOUT) } else { Ok(Waiting { until, ..Waiting::default() }) }
}

pub fn mq_timedsend(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    send(k, m, args, timespec::read32)
}

pub fn mq_timedsend_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    send(k, m, args, timespec::read64)
}

fn send(k: &mut Kernel, m: &mut Machine, args: &Args, read: Reader) -> Answer {
    let [descriptor, address, size, priority, limit, _] = *args;
    let date = date(&mut m.memory, limit, read)?;
    if priority >= MQ_PRIO_MAX {
        return Err(Errno::EINVAL);
    }
    let (open, queue) = queue_of(k, descriptor)?;
    lock(&open).writable()?;
    if size > lock(&queue).limits[1] {
        return Err(Errno::EMSGSIZE);
    }
    let mut text = vec![0; size as usize];
    m.memory.read(address, &mut text)?;
    let message = Message { kind: priority as i32, text };
    let (tid, now) = (k.thread.tid, k.now(m));
    lock(&queue).forget(tid);
    if !lock(&queue).has_room() {
        let waiting = waiting(k, m, &open, date)?;
        lock(&queue).await_room(tid, message);
        return Err(k.wait(waiting));
    }
    lock(&queue).used = now;
    let sent = lock(&queue).send(message);
    match sent {
        Sent::To(tid, message) => k.deliver_message(tid, Ok(message)),
        Sent::Kept(notification) => tell(k, notification),
    }
    Ok(0)
}

/// Sends the signal that somebody wants.
fn tell(k: &mut Kernel, notification: Option<QueueNotification>) {
    let Some(QueueNotification { pid, notify: SIGEV_SIGNAL, signal, value }) = notification else { return };
    if signal != 0 {
        let info = Siginfo::message(signal, k.process.pid, k.process.credentials.real_uid, value);
        // One that cannot be queued is lost.
        let _ = k.post(pid, info);
    }
}

pub fn mq_timedreceive(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    receive(k, m, args, timespec::read32)
}

pub fn mq_timedreceive_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    receive(k, m, args, timespec::read64)
}

fn receive(k: &mut Kernel, m: &mut Machine, args: &Args, read: Reader) -> Answer {
    let [descriptor, address, size, priority, limit, _] = *args;
    if let Some(delivered) = k.world.ipc.delivered.remove(&k.thread.tid) {
        return store(&mut m.memory, address, priority, &delivered?);
    }
    let date = date(&mut m.memory, limit, read)?;
    let (open, queue) = queue_of(k, descriptor)?;
    lock(&open).readable()?;
    if size < lock(&queue).limits[1] {
        return Err(Errno::EMSGSIZE);
    }
    let (tid, now) = (k.thread.tid, k.now(m));
    lock(&queue).forget(tid);
    let received = lock(&queue).receive();
    let Some((message, sender)) = received else {
        let waiting = waiting(k, m, &open, date)?;
        lock(&queue).await_message(tid);
        return Err(k.wait(waiting));
    };
    lock(&queue).used = now;
    sender.into_iter().for_each(|tid| k.complete_call(tid));
    store(&mut m.memory, address, priority, &message)
}

fn store(memory: &mut Memory, address: u32, priority: u32, message: &Message) -> Answer {
    guest::write_if(memory, priority, &message.kind)?;
    memory.write(address, &message.text)?;
    Ok(message.text.len() as u32)
}

pub fn mq_notify(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [descriptor, event, ..] = *args;
    let event: Option<Sigevent> = if event == 0 { None } else { Some(guest::read(&mut m.memory, event)?) };
    if let Some(event) = &event {
        check_event(k, m, event)?;
    }
    let (_, queue) = queue_of(k, descriptor)?;
    let pid = k.process.pid;
    match event {
        None => lock(&queue).unregister(pid),
        Some(Sigevent { sigev_value: value, sigev_signo: signal, sigev_notify: notify, .. }) => {
            lock(&queue).register(QueueNotification { pid, notify, signal, value })?;
        }
    }
    Ok(0)
}

/// EINVAL for what no notification is. SIGEV_THREAD is for C libraries, which give a socket of a kind that
/// there is not.
fn check_event(k: &Kernel, m: &mut Machine, event: &Sigevent) -> Result<(), Errno> {
    match event.sigev_notify {
        SIGEV_NONE => Ok(()),
        SIGEV_SIGNAL if event.sigev_signo <= SIGNALS => Ok(()),
        SIGEV_THREAD => {
            m.memory.read(event.sigev_value, &mut [0; NOTIFY_COOKIE])?;
            k.file(event.sigev_signo)?;
            Err(Errno::ENOTSOCK)
        }
        _ => Err(Errno::EINVAL),
    }
}

pub fn mq_getsetattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [descriptor, new, old, ..] = *args;
    let new: Option<MqAttr> = if new == 0 { None } else { Some(guest::read(&mut m.memory, new)?) };
    if new.is_some_and(|new| new.mq_flags & !MQ_FLAGS != 0) {
        return Err(Errno::EINVAL);
    }
    let (open, queue) = queue_of(k, descriptor)?;
    let (mut open, queue) = (lock(&open), lock(&queue));
    let [messages, size] = queue.limits.map(|limit| limit as i32);
    let before = MqAttr {
        mq_flags: open.flags & MQ_FLAGS,
        mq_maxmsg: messages,
        mq_msgsize: size,
        mq_curmsgs: queue.len() as i32,
        reserved: [0; 4],
    };
    if let Some(new) = new {
        open.flags = open.flags & !MQ_FLAGS | new.mq_flags;
    }
    guest::write_if(&mut m.memory, old, &before)
}
