//! Semaphores of System V: semget(2), semop(2), semctl(2).

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::ipc::{
    GETALL, GETNCNT, GETPID, GETVAL, GETZCNT, IPC_INFO, IPC_RMID, IPC_SET, IPC_STAT, SEM_INFO, SEM_STAT, SEM_STAT_ANY,
    SEM_UNDO, SEMVMX, SETALL, SETVAL,
};
use crate::linux::abi::ipc_status::{OldSemStatus, SemLimits, SemStatus, Sembuf};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::ipc::{IpcLimits, IpcRequest, MAY_READ, MAY_WRITE, SemaphoreSet, SemaphoreWaiter};
use crate::linux::kernel::Kernel;
use crate::linux::world::Waiting;
use crate::memory::Memory;

use super::call::Args;
use super::ipc_status::{self, StatusForm, StatusOf};
use super::timespec;

/// Bytes of a set's adjustments, as `semusz` has it.
const UNDO_SIZE: u32 = 20;

pub fn semget(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [key, count, flags, ..] = *args;
    let limits = k.world.ipc.limits;
    if count > limits.semaphores_of_set {
        return Err(Errno::EINVAL);
    }
    let request = IpcRequest { key, flags, who: &k.process.credentials };
    let (now, room, share) = (k.seconds(m), k.ipc_room(m), k.world.ipc.memory.share());
    let fits = |set: &SemaphoreSet| if set.semaphores.len() < count as usize { Err(Errno::EINVAL) } else { Ok(()) };
    k.world.ipc.semaphores.get(request, fits, |sets| {
        let used: usize = sets.iter().map(|object| object.what.semaphores.len()).sum();
        match count {
            0 => Err(Errno::EINVAL),
            count if used as u64 + u64::from(count) > limits.semaphores.into() => Err(Errno::ENOSPC),
            count => {
                let set = SemaphoreSet::new(count, now, share);
                if set.held() > room { Err(Errno::ENOMEM) } else { Ok(set) }
            }
        }
    })
}

pub fn semtimedop_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [id, operations, count, limit, ..] = *args;
    operate(k, m, [id, operations, count], Some((limit, timespec::read64)))
}

/// Does operations on a set, or waits until they can be done, at most for the time at an address.
pub fn operate(
    k: &mut Kernel,
    m: &mut Machine,
    [id, address, count]: [u32; 3],
    limit: Option<(u32, timespec::Reader)>,
) -> Answer {
    let limit = limit.filter(|(at, _)| *at != 0).map(|(at, read)| read(&mut m.memory, at));
    if limit == Some(Err(Errno::EFAULT)) {
        return Err(Errno::EFAULT);
    }
    let operations = operations(&mut m.memory, address, count, k.world.ipc.limits.operations)?;
    if operations.is_empty() || id > i32::MAX as u32 {
        return Err(Errno::EINVAL);
    }
    let until = limit.transpose()?.map(|limit| k.deadline(m, limit));
    let late = until.is_some_and(|until| k.world.clock.elapsed(m) >= until);
    let (now, room) = (k.seconds(m), k.ipc_room(m));
    let (pid, tid, who) = (k.process.pid, k.thread.tid, &k.process.credentials);
    let gone = k.lookup_error();
    let object = k.world.ipc.semaphores.find_mut(id).map_err(|_| gone)?;
    let set = &mut object.what;
    if operations.iter().any(|operation| usize::from(operation.sem_num) >= set.semaphores.len()) {
        return Err(Errno::EFBIG);
    }
    let alters = operations.iter().any(|operation| operation.sem_op != 0);
    object.permissions.check(who, if alters { MAY_WRITE } else { MAY_READ })?;
    let undoes = operations.iter().any(|operation| operation.sem_flg & SEM_UNDO as u16 != 0);
    if undoes && set.needed_to_adjust(pid) > room {
        return Err(Errno::ENOMEM);
    }
    set.forget(tid);
    match set.perform(pid, &operations)? {
        None => {
            set.times[0] = now;
            k.advance_semaphores(id, now);
            Ok(0)
        }
        Some(_) if late => Err(Errno::EAGAIN),
        Some(blocking) => {
            set.wait(SemaphoreWaiter { tid, pid, operations, blocking });
            Err(k.wait_or(Waiting { until, ..Waiting::default() }, Errno::EINTR))
        }
    }
}

fn operations(memory: &mut Memory, address: u32, count: u32, most: u32) -> Result<Vec<Sembuf>, Errno> {
    if count > most {
        return Err(Errno::E2BIG);
    }
    let mut bytes = vec![0; count as usize * Sembuf::SIZE];
    memory.read(address, &mut bytes)?;
    Ok(bytes.chunks(Sembuf::SIZE).map(|mut bytes| Sembuf::decode(&mut bytes)).collect())
}

pub fn semctl(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [id, number, command, argument, ..] = *args;
    control(k, m, [id, number, command, argument], StatusForm::New)
}

/// Does what a command says, with a status in this form.
pub fn control(k: &mut Kernel, m: &mut Machine, [id, number, command, argument]: [u32; 4], form: StatusForm) -> Answer {
    ipc_status::check(id, 0)?;
    match command {
        IPC_INFO | SEM_INFO => {
            guest::write(&mut m.memory, argument, &limits(k, command == SEM_INFO))?;
            Ok(k.world.ipc.semaphores.highest())
        }
        IPC_STAT => status(k, m, id, StatusOf::Identifier, argument, form),
        SEM_STAT => status(k, m, id, StatusOf::Index, argument, form),
        SEM_STAT_ANY => status(k, m, id, StatusOf::AnyIndex, argument, form),
        GETVAL | GETPID | GETNCNT | GETZCNT => tell(k, id, number, command),
        GETALL => get_all(k, m, id, argument),
        SETALL => set_all(k, m, id, argument),
        SETVAL => set_value(k, m, id, number, argument),
        IPC_SET => set(k, m, id, argument, form),
        IPC_RMID => {
            let waiting = k.world.ipc.semaphores.find_owned(id, &k.process.credentials)?.what.waiting();
            k.world.ipc.semaphores.remove(id);
            waiting.into_iter().for_each(|tid| k.world.wake(tid));
            Ok(0)
        }
        _ => Err(Errno::EINVAL),
    }
}

fn limits(k: &Kernel, usage: bool) -> SemLimits {
    let sets = &k.world.ipc.semaphores;
    let used: usize = sets.iter().map(|object| object.what.semaphores.len()).sum();
    let IpcLimits { semaphores_of_set, semaphores, operations, .. } = k.world.ipc.limits;
    SemLimits {
        semmap: semaphores,
        semmni: sets.limit,
        semmns: semaphores,
        semmnu: semaphores,
        semmsl: semaphores_of_set,
        semopm: operations,
        semume: operations,
        semusz: if usage { sets.len() as u32 } else { UNDO_SIZE },
        semvmx: SEMVMX,
        semaem: if usage { used as u32 } else { SEMVMX },
    }
}

fn status(k: &Kernel, m: &mut Machine, id: u32, of: StatusOf, buffer: u32, form: StatusForm) -> Answer {
    let (object, answer) = ipc_status::find(&k.world.ipc.semaphores, id, of, &k.process.credentials)?;
    ipc_status::put::<OldSemStatus, _>(&mut m.memory, buffer, form, SemStatus::from(object))?;
    Ok(answer)
}

/// One number about one semaphore.
fn tell(k: &Kernel, id: u32, number: u32, command: u32) -> Answer {
    let object = k.world.ipc.semaphores.find(id)?;
    object.permissions.check(&k.process.credentials, MAY_READ)?;
    let semaphore = object.what.semaphores.get(number as usize).ok_or(Errno::EINVAL)?;
    Ok(match command {
        GETVAL => semaphore.value.into(),
        GETPID => semaphore.pid,
        command => object.what.count(number, command == GETZCNT),
    })
}

fn get_all(k: &Kernel, m: &mut Machine, id: u32, address: u32) -> Answer {
    let object = k.world.ipc.semaphores.find(id)?;
    object.permissions.check(&k.process.credentials, MAY_READ)?;
    let mut bytes = Vec::new();
    object.what.semaphores.iter().for_each(|semaphore| semaphore.value.encode(&mut bytes));
    m.memory.write(address, &bytes)?;
    Ok(0)
}

fn set_all(k: &mut Kernel, m: &mut Machine, id: u32, address: u32) -> Answer {
    let object = k.world.ipc.semaphores.find(id)?;
    object.permissions.check(&k.process.credentials, MAY_WRITE)?;
    let mut bytes = vec![0; object.what.semaphores.len() * u16::SIZE];
    m.memory.read(address, &mut bytes)?;
    let values: Vec<u16> = bytes.chunks(u16::SIZE).map(|mut bytes| u16::decode(&mut bytes)).collect();
    if values.iter().any(|value| u32::from(*value) > SEMVMX) {
        return Err(Errno::ERANGE);
    }
    change(k, m, id, &values.into_iter().enumerate().collect::<Vec<_>>())
}

fn set_value(k: &mut Kernel, m: &mut Machine, id: u32, number: u32, value: u32) -> Answer {
    if value > SEMVMX {
        return Err(Errno::ERANGE);
    }
    let object = k.world.ipc.semaphores.find(id)?;
    if number as usize >= object.what.semaphores.len() {
        return Err(Errno::EINVAL);
    }
    object.permissions.check(&k.process.credentials, MAY_WRITE)?;
    change(k, m, id, &[(number as usize, value as u16)])
}

fn change(k: &mut Kernel, m: &mut Machine, id: u32, values: &[(usize, u16)]) -> Answer {
    let (pid, now) = (k.process.pid, k.seconds(m));
    let set = &mut k.world.ipc.semaphores.find_mut(id)?.what;
    values.iter().for_each(|(number, value)| set.set(*number, *value, pid));
    set.times[1] = now;
    k.advance_semaphores(id, now);
    Ok(0)
}

fn set(k: &mut Kernel, m: &mut Machine, id: u32, buffer: u32, form: StatusForm) -> Answer {
    let given = match form {
        StatusForm::New => guest::read::<SemStatus>(&mut m.memory, buffer)?.sem_perm,
        StatusForm::Old => guest::read::<OldSemStatus>(&mut m.memory, buffer)?.sem_perm.into(),
    };
    let now = k.seconds(m);
    let object = k.world.ipc.semaphores.find_owned(id, &k.process.credentials)?;
    object.permissions.set(&given)?;
    object.what.times[1] = now;
    Ok(0)
}
