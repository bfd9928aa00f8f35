//! What a group of marks is told, and answers (fanotify(7)): its reader gets a descriptor of the file, and the thread that
//! wants to open or read it waits for the answer.

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::fanotify::{
    FAN_ACCESS_PERM, FAN_ALLOW, FAN_AUDIT, FAN_DENY, FAN_ENABLE_AUDIT, FAN_EVENT_INFO_TYPE_PIDFD, FAN_NOFD,
    FAN_REPORT_PIDFD, FANOTIFY_METADATA_VERSION, FanotifyEventInfoPidfd, FanotifyEventMetadata, FanotifyResponse,
};
use crate::linux::abi::files::{O_ACCMODE, O_CLOEXEC};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{FilePlace, PlaceHandle};
use crate::linux::kernel::Kernel;
use crate::linux::objects::transfer::GuestRange;
use crate::linux::objects::{FanotifyEvent, FanotifyGroup, Object, OpenFile, OpenFileHandle};
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::{pidfd, vectors};

/// The group that an open file is, if it is one.
pub fn group_of(handle: &OpenFileHandle) -> Option<Arc<FanotifyGroup>> {
    if let Object::Fanotify(group) = &lock(handle).object { Some(Arc::clone(&group.group)) } else { None }
}

/// Tells as many events as there are and there is room for; EINVAL if there is none for the first, EAGAIN if nothing has
/// happened.
pub fn read(k: &mut Kernel, m: &mut Machine, group: &FanotifyGroup, ranges: &[GuestRange]) -> Answer {
    let size = size(group);
    let room = vectors::room(m, ranges)?;
    if room < size {
        return Err(if group.len() == 0 { Errno::EAGAIN } else { Errno::EINVAL });
    }
    let mut done = 0;
    while done + size <= room {
        let Some(event) = group.take() else { break };
        let bytes = match told(k, m, group, event) {
            Err(error) if done == 0 => return Err(error),
            Err(_) => break,
            Ok(bytes) => bytes,
        };
        vectors::scatter(m, ranges, done, &bytes)?;
        done += size;
    }
    if done == 0 { Err(Errno::EAGAIN) } else { Ok(done as u32) }
}

/// Bytes that an event of a group takes.
fn size(group: &FanotifyGroup) -> usize {
    let more = if group.flags[0] & FAN_REPORT_PIDFD == 0 { 0 } else { FanotifyEventInfoPidfd::SIZE };
    FanotifyEventMetadata::SIZE + more
}

/// What the reader gets of an event: a descriptor of the file is among it. Who cannot have one refuses what was asked.
fn told(k: &mut Kernel, m: &mut Machine, group: &FanotifyGroup, event: FanotifyEvent) -> Result<Vec<u8>, Errno> {
    let FanotifyEvent { mask, by, permission, .. } = &event;
    let place = event.file.as_ref().and_then(|file| Arc::clone(&file.place).into_any().downcast::<FilePlace>().ok());
    let fd = match place {
        Some(place) => open(k, m, group, place).inspect_err(|_| {
            permission.iter().for_each(|permission| permission.answer(false));
        })? as i32,
        None => FAN_NOFD,
    };
    if let Some(permission) = permission {
        group.asks(fd as u32, Arc::clone(permission));
    }
    let metadata = FanotifyEventMetadata {
        event_len: size(group) as u32,
        vers: FANOTIFY_METADATA_VERSION,
        reserved: 0,
        metadata_len: FanotifyEventMetadata::SIZE as u16,
        mask: *mask,
        mask_high: 0,
        fd,
        pid: *by as i32,
    };
    let mut bytes = metadata.to_bytes();
    if group.flags[0] & FAN_REPORT_PIDFD != 0 {
        // There is none of a process that has ended.
        let pidfd = pidfd::open(k, *by, 0).map_or(FAN_NOFD, |number| number as i32);
        let len = FanotifyEventInfoPidfd::SIZE as u16;
        bytes.extend(FanotifyEventInfoPidfd { info_type: FAN_EVENT_INFO_TYPE_PIDFD, pad: 0, len, pidfd }.to_bytes());
    }
    Ok(bytes)
}

/// Opens a file for the reader of a group; nobody is told of what he does with it.
fn open(k: &mut Kernel, m: &mut Machine, group: &FanotifyGroup, place: PlaceHandle) -> Answer {
    k.process.has_descriptor()?;
    let flags = group.flags[1];
    let access = flags & O_ACCMODE;
    let object = k.asking(m, |asker| place.node().open(asker, access))?;
    let open = OpenFile::new(object, place, flags & !O_CLOEXEC);
    k.process.add_descriptor(Arc::new(Mutex::new(open)), 0, flags & O_CLOEXEC != 0)
}

/// Answers a question by the descriptor that it was read with.
pub fn answer(m: &mut Machine, group: &FanotifyGroup, ranges: &[GuestRange]) -> Answer {
    let bytes = vectors::gathered(m, ranges, 0, FanotifyResponse::SIZE)?;
    let answer = FanotifyResponse::decode(&mut bytes.get(..FanotifyResponse::SIZE).ok_or(Errno::EINVAL)?);
    let may_audit = group.flags[0] & FAN_ENABLE_AUDIT != 0;
    let allowed = match answer.response & !FAN_AUDIT {
        FAN_ALLOW => true,
        FAN_DENY => false,
        _ => return Err(Errno::EINVAL),
    };
    if answer.fd < 0 || answer.response & FAN_AUDIT != 0 && !may_audit {
        return Err(Errno::EINVAL);
    }
    group.answer(answer.fd as u32, allowed)?;
    Ok(FanotifyResponse::SIZE as u32)
}

/// Lets the call wait until those have answered who decide whether something may be done with what is at a place; EPERM if
/// one refuses.
pub fn permit(k: &mut Kernel, place: &PlaceHandle, wanted: u32) -> Result<(), Errno> {
    let watches = k.process.namespace.watches();
    if watches.is_empty() && k.thread.call.as_ref().is_none_or(|call| call.asks.is_none()) {
        return Ok(());
    }
    let call = k.thread.call.get_or_insert_default();
    if call.allowed & wanted != 0 {
        return Ok(());
    }
    let asked = call.asks.take().or_else(|| watches.asked(place, wanted, &k.world.queues));
    match asked.as_ref().map(|asked| asked.is_allowed()) {
        Some(None) => {
            let waiting = asked.as_ref().map(|asked| Waiting::on(&asked.queue)).unwrap_or_default();
            call.asks = asked;
            Err(k.wait(waiting))
        }
        Some(Some(false)) => Err(Errno::EPERM),
        Some(Some(true)) | None => {
            call.allowed |= wanted;
            Ok(())
        }
    }
}

/// The same of reading what is open: of what has a place in the tree.
pub fn permit_reading(k: &mut Kernel, handle: &OpenFileHandle) -> Result<(), Errno> {
    if k.process.namespace.watches().is_empty() && k.thread.call.is_none() {
        return Ok(());
    }
    let place = {
        let open = lock(handle);
        if open.contents().is_err() {
            return Ok(());
        }
        Arc::clone(&open.place)
    };
    permit(k, &place, FAN_ACCESS_PERM)
}
