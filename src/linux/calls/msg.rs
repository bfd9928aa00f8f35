//! Queues of messages of System V: msgget(2), msgsnd(2), msgrcv(2), msgctl(2).

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_RESOURCE;
use crate::linux::abi::ipc::{
    IPC_INFO, IPC_NOWAIT, IPC_RMID, IPC_SET, IPC_STAT, MSG_COPY, MSG_EXCEPT, MSG_INFO, MSG_NOERROR, MSG_STAT,
    MSG_STAT_ANY,
};
use crate::linux::abi::ipc_status::{MsgLimits, MsgStatus, OldMsgStatus};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::ipc::{
    IpcLimits, IpcRequest, MAY_READ, MAY_WRITE, Message, MessageQueue, MessageReceiver, MessageSelector,
};
use crate::linux::kernel::Kernel;
use crate::linux::world::Waiting;
use crate::memory::Memory;

use super::call::Args;
use super::ipc_status::{self, StatusForm, StatusOf};

pub fn msgget(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [key, flags, ..] = *args;
    let request = IpcRequest { key, flags, who: &k.process.credentials };
    let (room, now, share) = (k.world.queues.create(), k.seconds(m), k.world.ipc.memory.share());
    let limit = k.world.ipc.limits.queue;
    k.world.ipc.queues.get(request, |_| Ok(()), |_| Ok(MessageQueue::new(room, now, share, limit)))
}

pub fn msgsnd(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [id, address, size, flags, ..] = *args;
    let kind: i32 = guest::read(&mut m.memory, address)?;
    if size > k.world.ipc.limits.message || id > i32::MAX as u32 || kind < 1 {
        return Err(Errno::EINVAL);
    }
    let mut text = vec![0; size as usize];
    m.memory.read(address.wrapping_add(4), &mut text)?;
    if text.len() as u64 > k.ipc_room(m) {
        return Err(Errno::ENOMEM);
    }
    let (pid, now, gone) = (k.process.pid, k.seconds(m), k.lookup_error());
    let object = k.world.ipc.queues.find_mut(id).map_err(|_| gone)?;
    object.permissions.check(&k.process.credentials, MAY_WRITE)?;
    let queue = &mut object.what;
    if !queue.has_room(text.len()) {
        let waiting = Waiting::on(&queue.room);
        let waits = flags & IPC_NOWAIT == 0;
        return Err(if waits { k.wait_or(waiting, Errno::ERESTARTNOHAND) } else { Errno::EAGAIN });
    }
    let released = queue.send(Message { kind, text }, pid, now);
    released.into_iter().for_each(|(tid, outcome)| k.deliver_message(tid, outcome));
    Ok(0)
}

pub fn msgrcv(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [id, address, size, kind, flags, _] = *args;
    if (id | size) > i32::MAX as u32 {
        return Err(Errno::EINVAL);
    }
    if let Some(delivered) = k.world.ipc.delivered.remove(&k.thread.tid) {
        return store(&mut m.memory, address, &delivered?, size);
    }
    if flags & MSG_COPY != 0 {
        return copy(k, m, args);
    }
    let selector = MessageSelector::new(kind as i32, flags);
    let room = if flags & MSG_NOERROR != 0 { usize::MAX } else { size as usize };
    let (pid, tid, now, gone) = (k.process.pid, k.thread.tid, k.seconds(m), k.lookup_error());
    let object = k.world.ipc.queues.find_mut(id).map_err(|_| gone)?;
    object.permissions.check(&k.process.credentials, MAY_READ)?;
    let queue = &mut object.what;
    queue.forget(tid);
    match queue.peek(selector) {
        Some(message) if message.text.len() > room => Err(Errno::E2BIG),
        Some(_) => {
            let taken = queue.take(selector, pid, now).ok_or(Errno::ENOMSG)?;
            store(&mut m.memory, address, &taken, size)
        }
        None if flags & IPC_NOWAIT != 0 => Err(Errno::ENOMSG),
        None => {
            queue.wait(MessageReceiver { tid, pid, selector, room });
            Err(k.wait_or(Waiting::default(), Errno::ERESTARTNOHAND))
        }
    }
}

/// Reads the message at a place, and leaves it there.
fn copy(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [id, address, size, kind, flags, _] = *args;
    if flags & MSG_EXCEPT != 0 || flags & IPC_NOWAIT == 0 {
        return Err(Errno::EINVAL);
    }
    // The kernel takes the buffer for a message, to have one of its size.
    m.memory.read(address, &mut vec![0; size.min(k.world.ipc.limits.message) as usize])?;
    let object = k.world.ipc.queues.find(id)?;
    object.permissions.check(&k.process.credentials, MAY_READ)?;
    let message = object.what.peek(MessageSelector::new(kind as i32, flags)).ok_or(Errno::ENOMSG)?;
    match message.text.len() > size as usize {
        true => Err(if flags & MSG_NOERROR != 0 { Errno::EINVAL } else { Errno::E2BIG }),
        false => store(&mut m.memory, address, message, size),
    }
}

/// Gives a message to the program, as much of it as there is room for.
fn store(memory: &mut Memory, address: u32, message: &Message, size: u32) -> Answer {
    guest::write(memory, address, &message.kind)?;
    let count = message.text.len().min(size as usize);
    memory.write(address.wrapping_add(4), &message.text[..count])?;
    Ok(count as u32)
}

pub fn msgctl(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [id, command, buffer, ..] = *args;
    control(k, m, [id, command, buffer], StatusForm::New)
}

/// Does what a command says, with a status in this form.
pub fn control(k: &mut Kernel, m: &mut Machine, [id, command, buffer]: [u32; 3], form: StatusForm) -> Answer {
    ipc_status::check(id, command)?;
    match command {
        IPC_INFO | MSG_INFO => {
            guest::write(&mut m.memory, buffer, &limits(k, command == MSG_INFO))?;
            Ok(k.world.ipc.queues.highest())
        }
        IPC_STAT => status(k, m, id, StatusOf::Identifier, buffer, form),
        MSG_STAT => status(k, m, id, StatusOf::Index, buffer, form),
        MSG_STAT_ANY => status(k, m, id, StatusOf::AnyIndex, buffer, form),
        IPC_SET => set(k, m, id, buffer, form),
        IPC_RMID => {
            let waiting = k.world.ipc.queues.find_owned(id, &k.process.credentials)?.what.release_all();
            k.world.ipc.queues.remove(id);
            waiting.into_iter().for_each(|tid| k.world.wake(tid));
            Ok(0)
        }
        _ => Err(Errno::EINVAL),
    }
}

fn limits(k: &Kernel, usage: bool) -> MsgLimits {
    let queues = &k.world.ipc.queues;
    let messages: usize = queues.iter().map(|object| object.what.len()).sum();
    let bytes: u32 = queues.iter().map(|object| object.what.bytes).fold(0, u32::saturating_add);
    let IpcLimits { message: msgmax, queue: msgmnb, .. } = k.world.ipc.limits;
    let msgmni = queues.limit;
    let [msgpool, msgmap, msgtql] = match usage {
        true => [queues.len() as u32, messages as u32, bytes],
        false => [msgmni.saturating_mul(msgmnb / 1024), msgmnb, msgmnb],
    };
    MsgLimits { msgpool, msgmap, msgmax, msgmnb, msgmni, msgssz: 16, msgtql, msgseg: 0xffff }
}

fn status(k: &Kernel, m: &mut Machine, id: u32, of: StatusOf, buffer: u32, form: StatusForm) -> Answer {
    let (object, answer) = ipc_status::find(&k.world.ipc.queues, id, of, &k.process.credentials)?;
    ipc_status::put::<OldMsgStatus, _>(&mut m.memory, buffer, form, MsgStatus::from(object))?;
    Ok(answer)
}

/// Who waits looks again: permissions and room may have changed.
fn set(k: &mut Kernel, m: &mut Machine, id: u32, buffer: u32, form: StatusForm) -> Answer {
    let (given, limit) = match form {
        StatusForm::New => {
            let MsgStatus { msg_perm, msg_qbytes, .. } = guest::read(&mut m.memory, buffer)?;
            (msg_perm, msg_qbytes)
        }
        StatusForm::Old => guest::read::<OldMsgStatus>(&mut m.memory, buffer)?.into(),
    };
    let (now, who) = (k.seconds(m), &k.process.credentials);
    let object = k.world.ipc.queues.find_owned(id, who)?;
    if limit > k.world.ipc.limits.queue && !who.can(CAP_SYS_RESOURCE) {
        return Err(Errno::EPERM);
    }
    object.permissions.set(&given)?;
    (object.what.limit, object.what.times[2]) = (limit, now);
    let waiting = object.what.release_all();
    waiting.into_iter().for_each(|tid| k.world.wake(tid));
    Ok(0)
}
