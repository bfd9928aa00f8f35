//! Asynchronous input and output: io_setup(2), io_submit(2), io_getevents(2). An operation is done when it is
//! submitted, as Linux itself does it where a file has no better: what is left is to fetch its end.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::aio::{
    AIO_MAX_NR, IOCB_CMD_FDSYNC, IOCB_CMD_FSYNC, IOCB_CMD_PREAD, IOCB_CMD_PREADV, IOCB_CMD_PWRITE, IOCB_CMD_PWRITEV,
    IOCB_FLAG, IOCB_FLAG_RESFD, IoEvent, Iocb,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::transfer::GuestRange;
use crate::linux::objects::{Channel, Object, OpenFile};
use crate::linux::process::{AioContext, PAGE, permissions};
use crate::linux::sync::lock;
use crate::linux::world::Waiting;
use crate::memory::Access;

use super::call::Args;
use super::{extent, signals, timespec, transfers, vectors};

/// Most operations that a context can be asked for.
const MOST: u32 = 0x1000_0000 / IoEvent::SIZE as u32;

/// A context is a page of the program's memory, where Linux has a ring that the program may look into. Here it
/// is empty, so that the program asks.
pub fn io_setup(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [room, pointer, ..] = *args;
    let known: u32 = guest::number(&mut m.memory, pointer)?;
    if known != 0 || !(1..=MOST).contains(&room) {
        return Err(Errno::EINVAL);
    }
    let taken: u32 = k.process.space().aio.values().map(|context| context.room).sum();
    if room > AIO_MAX_NR.saturating_sub(taken) {
        return Err(Errno::EAGAIN);
    }
    let queue = k.world.queues.create();
    let mut space = k.process.space();
    let at = space.find(&m.memory, PAGE)?;
    space.map_named(&mut m.memory, [at, PAGE], permissions(true, true, false), "/[aio] (deleted)")?;
    space.aio.insert(at as u32, AioContext::new(room, queue));
    guest::write(&mut m.memory, pointer, &(at as u32))
}

pub fn io_destroy(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let mut space = k.process.space();
    let context = space.aio.remove(&args[0]).ok_or(Errno::EINVAL)?;
    context.queue.notify();
    space.unmap(&mut m.memory, args[0].into(), PAGE)?;
    Ok(0)
}

/// Calls `work` with a context; EINVAL if there is none with this name.
fn with_context<T>(k: &Kernel, name: u32, work: impl FnOnce(&mut AioContext) -> Result<T, Errno>) -> Result<T, Errno> {
    let contexts: &mut BTreeMap<u32, AioContext> = &mut k.process.space().aio;
    work(contexts.get_mut(&name).ok_or(Errno::EINVAL)?)
}

/// Does one operation after another, and gives the number of those that were done before one could not even be
/// begun.
pub fn io_submit(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [context, count, list, ..] = *args;
    with_context(k, context, |_| Ok(()))?;
    if (count as i32) < 0 {
        return Err(Errno::EINVAL);
    }
    for done in 0..count {
        let address = guest::number(&mut m.memory, list.wrapping_add(done.wrapping_mul(4)));
        if let Err(error) = address.and_then(|address| submit(k, m, context, address)) {
            if done == 0 {
                return Err(error);
            }
            k.thread.wait = None;
            return Ok(done);
        }
    }
    Ok(count)
}

fn submit(k: &mut Kernel, m: &mut Machine, context: u32, address: u32) -> Result<(), Errno> {
    let block: Iocb = guest::read(&mut m.memory, address)?;
    if block.aio_reserved2 != 0 || block.aio_flags & !IOCB_FLAG.bits() != 0 {
        return Err(Errno::EINVAL);
    }
    with_context(k, context, |context| context.has_room())?;
    let told = block.aio_flags & IOCB_FLAG_RESFD != 0;
    if told {
        with_counter(k, block.aio_resfd, |_| Ok(()))?;
    }
    let answer = perform(k, m, &block);
    if k.thread.wait.is_some() {
        return answer.map(drop);
    }
    let res = match answer {
        Err(Errno::EBADF | Errno::EINVAL) => return answer.map(drop),
        Err(error) => -i64::from(error.0),
        Ok(count) => count.into(),
    };
    let event = IoEvent { data: block.aio_data, obj: address.into(), res, res2: 0 };
    with_context(k, context, |context| {
        context.end(event);
        Ok(())
    })?;
    if told {
        with_counter(k, block.aio_resfd, |counter| counter.write(&1_u64.to_le_bytes()).map(drop))
    } else {
        Ok(())
    }
}

/// Calls `work` with the counter behind a descriptor (eventfd(2)); EINVAL if it is none.
fn with_counter(k: &Kernel, fd: u32, work: impl FnOnce(&dyn Channel) -> Result<(), Errno>) -> Result<(), Errno> {
    let handle = k.file(fd)?;
    let open = lock(&handle);
    let Object::Eventfd(counter) = &open.object else { return Err(Errno::EINVAL) };
    work(counter)
}

fn perform(k: &mut Kernel, m: &mut Machine, block: &Iocb) -> Answer {
    let Iocb { aio_fildes: fd, aio_buf, aio_nbytes, aio_offset, .. } = *block;
    let streams = |open: &OpenFile| open.queue().is_some() || open.stream().is_some();
    let handle = k.file(fd)?;
    let at = if streams(&lock(&handle)) { None } else { Some(aio_offset) };
    let at = at.map(|at| u64::try_from(at).map_err(|_| Errno::EINVAL)).transpose()?;
    let (address, size) = (aio_buf as u32, u32::try_from(aio_nbytes).map_err(|_| Errno::EINVAL)?);
    let whole = [GuestRange { address, size }];
    match block.aio_lio_opcode.into() {
        IOCB_CMD_PREAD => transfers::read(k, m, fd, &whole, at),
        IOCB_CMD_PWRITE => transfers::write(k, m, fd, &whole, at),
        IOCB_CMD_PREADV => vectors::buffers(m, address, size).and_then(|parts| transfers::read(k, m, fd, &parts, at)),
        IOCB_CMD_PWRITEV => vectors::buffers(m, address, size).and_then(|parts| transfers::write(k, m, fd, &parts, at)),
        IOCB_CMD_FSYNC | IOCB_CMD_FDSYNC => extent::fsync(k, m, &[fd, 0, 0, 0, 0, 0]),
        _ => Err(Errno::EINVAL),
    }
}

/// What is not over has not begun.
pub fn io_cancel(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    guest::read::<Iocb>(&mut m.memory, args[1])?;
    with_context(k, args[0], |_| Err(Errno::EINVAL))
}

pub fn io_getevents(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = limit(m, args[4], timespec::read32)?;
    fetch(k, m, args, time)
}

pub fn io_pgetevents(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = limit(m, args[4], timespec::read32)?;
    set_mask(k, m, args[5])?;
    fetch(k, m, args, time)
}

pub fn io_pgetevents_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = limit(m, args[4], timespec::read64)?;
    set_mask(k, m, args[5])?;
    fetch(k, m, args, time)
}

fn limit(m: &mut Machine, address: u32, read: timespec::Reader) -> Result<Option<Duration>, Errno> {
    if address == 0 { Ok(None) } else { read(&mut m.memory, address).map(Some) }
}

/// The mask for the time of the call, by a structure of its address and size.
fn set_mask(k: &mut Kernel, m: &mut Machine, address: u32) -> Result<(), Errno> {
    if address == 0 {
        return Ok(());
    }
    let given = guest::words(&mut m.memory, address)?;
    signals::set_temporarily(k, m, given)
}

/// Waits for at least so many ends, and takes at most so many.
fn fetch(k: &mut Kernel, m: &mut Machine, args: &Args, time: Option<Duration>) -> Answer {
    let [name, least, most, address, ..] = *args;
    let (there, queue) = with_context(k, name, |context| Ok((context.ended.len(), context.queue.clone())))?;
    if (least as i32) < 0 || least as i32 > most as i32 {
        return Err(Errno::EINVAL);
    }
    let until = time.map(|time| k.deadline(m, time));
    let late = until.is_some_and(|until| k.world.clock.elapsed(m) >= until);
    if there < least as usize && !late {
        return Err(k.wait_or(Waiting::on(&queue).or_until(until), Errno::EINTR));
    }
    let count = there.min(most as usize);
    m.memory.check(address, (count * IoEvent::SIZE) as u32, Access::Write)?;
    let events = with_context(k, name, |context| Ok(context.ended.drain(..count).collect::<Vec<IoEvent>>()))?;
    for (index, event) in events.iter().enumerate() {
        guest::write(&mut m.memory, address.wrapping_add((index * IoEvent::SIZE) as u32), event)?;
    }
    Ok(count as u32)
}
