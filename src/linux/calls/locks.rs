//! Locks on files: the commands of `fcntl` for record locks, and `flock`.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::{
    F_GETLK, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_RDLCK, F_SETLKW, F_SETLKW64, F_UNLCK, F_WRLCK, Flock32, Flock64,
    LOCK_EX, LOCK_MAND, LOCK_NB, LOCK_SH, LOCK_UN, SEEK_CUR, SEEK_END, SEEK_SET,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{LockOwner, LockTicket, LockWait, Object, OpenFile, OpenFileHandle, RecordLock};
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::call::Args;

/// The two forms of `struct flock`.
trait Form: Encoded + Copy {
    /// In the wider form.
    fn wide(self) -> Flock64;
    /// From the wider form; EOVERFLOW if a position does not fit in.
    fn narrow(wide: Flock64) -> Result<Self, Errno>;
}

impl Form for Flock64 {
    fn wide(self) -> Flock64 {
        self
    }

    fn narrow(wide: Flock64) -> Result<Self, Errno> {
        Ok(wide)
    }
}

impl Form for Flock32 {
    fn wide(self) -> Flock64 {
        let Flock32 { l_type, l_whence, l_start, l_len, l_pid } = self;
        Flock64 { l_type, l_whence, l_start: l_start.into(), l_len: l_len.into(), l_pid }
    }

    fn narrow(wide: Flock64) -> Result<Self, Errno> {
        let small = |value: i64| i32::try_from(value).map_err(|_| Errno::EOVERFLOW);
        let Flock64 { l_type, l_whence, l_start, l_len, l_pid } = wide;
        Ok(Flock32 { l_type, l_whence, l_start: small(l_start)?, l_len: small(l_len)?, l_pid })
    }
}

/// F_GETLK, F_SETLK and F_SETLKW with 32-bit positions.
pub fn old_record(k: &mut Kernel, m: &mut Machine, open: &OpenFileHandle, [asked, at]: [u32; 2]) -> Answer {
    record_in::<Flock32>(k, m, open, [asked, at], asked == F_GETLK)
}

/// The same with 64-bit positions, and the commands for locks of an open file.
pub fn record(k: &mut Kernel, m: &mut Machine, open: &OpenFileHandle, [asked, at]: [u32; 2], get: bool) -> Answer {
    record_in::<Flock64>(k, m, open, [asked, at], get)
}

fn record_in<F: Form>(
    k: &mut Kernel,
    m: &mut Machine,
    open: &OpenFileHandle,
    [asked, at]: [u32; 2],
    get: bool,
) -> Answer {
    let given = guest::read::<F>(&mut m.memory, at)?.wide();
    let open = &mut *lock(open);
    let of_open_file = matches!(asked, F_OFD_GETLK | F_OFD_SETLK | F_OFD_SETLKW);
    if of_open_file && given.l_pid != 0 {
        return Err(Errno::EINVAL);
    }
    let owner = if of_open_file { LockOwner::OpenFile(ticket(k, open)) } else { LockOwner::Process(k.process.pid) };
    let wanted = wanted(k, m, open, &given, owner)?;
    let file = open.place.node().identity();
    let table = &Arc::clone(k.process.namespace.locks());
    if get {
        if given.l_type == F_UNLCK as u16 {
            return Err(Errno::EINVAL);
        }
        let told = lock(table).conflict(file, &wanted).map_or(Flock64 { l_type: F_UNLCK as u16, ..given }, told);
        return guest::write(&mut m.memory, at, &F::narrow(told)?);
    }
    match u32::from(given.l_type) {
        F_UNLCK => lock(table).release(file, owner, wanted.start, wanted.end),
        F_RDLCK => open.readable()?,
        _ => open.writable()?,
    }
    if u32::from(given.l_type) == F_UNLCK {
        return Ok(0);
    }
    let waits = matches!(asked, F_SETLKW | F_SETLKW64 | F_OFD_SETLKW);
    match lock(table).take(file, wanted) {
        Err(Errno::EAGAIN) if waits => {}
        taken => return taken.map(|()| 0),
    }
    lock(table).wait(file, &wanted)?;
    let guard = &mut k.thread.call.get_or_insert_default().guard;
    guard.get_or_insert_with(|| Arc::new(LockWait::new(table, owner)));
    wait_for_lock(k)
}

/// Lets the thread wait until a lock is given back: it asks again then.
fn wait_for_lock(k: &mut Kernel) -> Answer {
    let waiting = Waiting::on(lock(k.process.namespace.locks()).queue());
    Err(k.wait(waiting))
}

/// How a lock is told.
fn told(held: RecordLock) -> Flock64 {
    Flock64 {
        l_type: if held.exclusive { F_WRLCK } else { F_RDLCK } as u16,
        l_whence: SEEK_SET as u16,
        l_start: held.start as i64,
        l_len: if held.end == u64::MAX { 0 } else { (held.end - held.start) as i64 },
        l_pid: match held.owner {
            LockOwner::Process(id) => id as i32,
            LockOwner::OpenFile(_) => -1,
        },
    }
}

/// The lock that a structure describes (fcntl(2)): a negative length counts backwards, none means up to
/// the end.
fn wanted(k: &Kernel, m: &Machine, open: &OpenFile, given: &Flock64, owner: LockOwner) -> Result<RecordLock, Errno> {
    let from = match u32::from(given.l_whence) {
        SEEK_SET => 0,
        SEEK_CUR => open.position,
        SEEK_END => match open.contents() {
            Ok(contents) => contents.size()?,
            Err(_) => k.status_of(m, &open.place)?.size,
        },
        _ => return Err(Errno::EINVAL),
    };
    if u32::from(given.l_type) > F_UNLCK {
        return Err(Errno::EINVAL);
    }
    let start = i64::try_from(from).ok().and_then(|from| from.checked_add(given.l_start)).ok_or(Errno::EOVERFLOW)?;
    let other = start.checked_add(given.l_len).ok_or(Errno::EOVERFLOW)?;
    let (start, end) = match given.l_len {
        0 => (start, i64::MAX),
        1.. => (start, other),
        _ => (other, start),
    };
    let start = u64::try_from(start).map_err(|_| Errno::EINVAL)?;
    let end = if given.l_len == 0 { u64::MAX } else { end as u64 };
    Ok(RecordLock { owner, start, end, exclusive: u32::from(given.l_type) == F_WRLCK })
}

/// The number of an open file among the owners of locks.
fn ticket(k: &Kernel, open: &mut OpenFile) -> u64 {
    let file = open.place.node().identity();
    open.ticket.get_or_insert_with(|| LockTicket::new(k.process.namespace.locks(), file)).number
}

pub fn flock(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, operation, ..] = *args;
    let open = k.file(fd)?;
    let open = &mut *lock(&open);
    let exclusive = match operation & !LOCK_NB {
        LOCK_SH => false,
        LOCK_EX => true,
        LOCK_UN => {
            let file = open.place.node().identity();
            let number = ticket(k, open);
            lock(k.process.namespace.locks()).release_whole(file, number);
            return Ok(0);
        }
        // Mandatory locks are gone: the kernel takes no notice of who asks for them.
        operation if operation & LOCK_MAND != 0 => return Ok(0),
        _ => return Err(Errno::EINVAL),
    };
    let number = ticket(k, open);
    let taken = lock(k.process.namespace.locks()).take_whole(open.place.node().identity(), number, exclusive);
    match taken {
        Err(Errno::EAGAIN) if operation & LOCK_NB == 0 => wait_for_lock(k),
        taken => taken.map(|()| 0),
    }
}

impl Kernel {
    /// A process closes a descriptor: it loses all its record locks on that file, whichever descriptor it
    /// took them by (fcntl(2)), and is no longer told of messages of that queue (mq_notify(3)).
    pub(in crate::linux) fn closing(&self, open: &OpenFileHandle) {
        if let Object::Queue(queue) = &lock(open).object {
            lock(&queue.shared).unregister(self.process.pid);
        }
        let file = lock(open).place.node().identity();
        lock(self.process.namespace.locks()).release_all(Some(file), LockOwner::Process(self.process.pid));
    }
}
