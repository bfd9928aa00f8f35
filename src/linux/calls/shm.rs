//! Shared memory of System V: shmget(2), shmat(2), shmdt(2), shmctl(2).

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_IPC_LOCK;
use crate::linux::abi::ipc::{
    IPC_INFO, IPC_RMID, IPC_SET, IPC_STAT, SHM_EXEC, SHM_HUGETLB, SHM_INFO, SHM_LOCK, SHM_LOCKED, SHM_RDONLY,
    SHM_REMAP, SHM_RND, SHM_STAT, SHM_STAT_ANY, SHM_UNLOCK, SHMMIN,
};
use crate::linux::abi::ipc_status::{OldShmLimits, OldShmStatus, ShmLimits, ShmStatus, ShmUsage};
use crate::linux::abi::process::RLIMIT_MEMLOCK;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::ipc::{IpcLimits, IpcRequest, MAY_EXECUTE, MAY_READ, MAY_WRITE, SharedSegment};
use crate::linux::kernel::Kernel;
use crate::linux::objects::FileContents;
use crate::linux::process::{PAGE, TASK_SIZE, is_free, permissions};
use crate::memory::{Label, Mapping, Memory};

use super::call::Args;
use super::ipc_status::{self, StatusForm, StatusOf};
use super::memory::SHARED_MEMORY_DEVICE;

pub fn shmget(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [key, size, flags, ..] = *args;
    let request = IpcRequest { key, flags, who: &k.process.credentials };
    let (creator, now) = (k.process.pid, k.seconds(m));
    let releases = Arc::clone(k.process.namespace.contents().releases());
    let limits = k.world.ipc.limits;
    let fits = |segment: &SharedSegment| if segment.size < size { Err(Errno::EINVAL) } else { Ok(()) };
    k.world.ipc.segments.get(request, fits, |segments| {
        segments.check_size(size, &limits)?;
        if flags & SHM_HUGETLB != 0 {
            // There are no large pages.
            let may = k.process.credentials.can(CAP_IPC_LOCK);
            return Err(if may { Errno::ENOMEM } else { Errno::EPERM });
        }
        let contents = Arc::new(FileContents::anonymous(&releases, size.into()));
        Ok(SharedSegment { contents, size, creator, last: 0, times: [0, 0, now], attachments: 0 })
    })
}

pub fn shmat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [id, address, flags, ..] = *args;
    let fixed = fixed_address(address, flags)?;
    let writes = flags & SHM_RDONLY == 0;
    let executes = flags & SHM_EXEC != 0;
    let wanted = [(true, MAY_READ), (writes, MAY_WRITE), (executes, MAY_EXECUTE)];
    let wanted = wanted.iter().filter(|(wanted, _)| *wanted).fold(0, |all, (_, right)| all | right);
    let object = k.world.ipc.segments.find(id)?;
    object.permissions.check(&k.process.credentials, wanted)?;
    let key = object.permissions.key;
    let contents = Arc::clone(&object.what.contents);
    let size = u64::from(object.what.size).next_multiple_of(PAGE);
    let start = match fixed {
        Some(start) => place(&m.memory, start, size, flags & SHM_REMAP != 0)?,
        None => k.process.space().find(&m.memory, size)?,
    };
    let label =
        Label { name: format!("/SYSV{key:08x} (deleted)").into(), device: SHARED_MEMORY_DEVICE, inode: id.into() };
    let mapping = Mapping {
        perm: permissions(true, writes, executes),
        shared: true,
        never_writable: !writes,
        source: Some((contents, 0)),
        label: Some(Arc::new(label)),
        ..Mapping::default()
    };
    k.process.space().map_from(&mut m.memory, start, size, mapping)?;
    // Also if it has taken the place of another attachment, so that there are as many as before.
    let (pid, now) = (k.process.pid, k.seconds(m));
    let segment = &mut k.world.ipc.segments.find_mut(id)?.what;
    (segment.last, segment.times[0]) = (pid, now);
    Ok(start as u32)
}

/// The address that the program wants, if any. SHM_RND rounds it down, and SHM_REMAP needs one.
fn fixed_address(address: u32, flags: u32) -> Result<Option<u64>, Errno> {
    let remaps = flags & SHM_REMAP != 0;
    let start = u64::from(address) - u64::from(address) % PAGE;
    match address {
        0 if remaps => Err(Errno::EINVAL),
        0 => Ok(None),
        _ if start == u64::from(address) => Ok(Some(start)),
        _ if flags & SHM_RND == 0 || start == 0 && remaps => Err(Errno::EINVAL),
        _ => Ok(Some(start)),
    }
}

/// A segment takes the place of what was there only with SHM_REMAP.
fn place(memory: &Memory, start: u64, size: u64, remaps: bool) -> Result<u64, Errno> {
    if !remaps && !is_free(memory, start, size) {
        return Err(Errno::EINVAL);
    }
    match start {
        start if start + size > TASK_SIZE => Err(Errno::ENOMEM),
        start if start < PAGE => Err(Errno::EPERM),
        start => Ok(start),
    }
}

/// Parts of the mapping may be gone or changed: what is left of it goes.
pub fn shmdt(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let address = args[0];
    if address % PAGE as u32 != 0 {
        return Err(Errno::EINVAL);
    }
    let first = address >> 12;
    let fragments = m.memory.regions(address, u32::MAX - address).filter(|region| region.pages.start >= first);
    let attached = fragments.filter_map(|region| {
        let (source, page) = region.mapping.source.as_ref()?;
        let segment = k.world.ipc.segments.iter().find(|object| object.what.is_source(source))?;
        let belongs = u64::from(region.pages.start - first) == *page;
        belongs.then(|| (segment.permissions.id, segment.what.pages(), region.pages.clone()))
    });
    let attached: Vec<_> = attached.collect();
    let Some((id, size, _)) = attached.first().cloned() else { return detach_other(k, m, address) };
    for (_, _, pages) in attached.iter().filter(|(of, _, pages)| *of == id && pages.end - first <= size) {
        k.process.space().unmap(&mut m.memory, u64::from(pages.start) * PAGE, pages.len() as u64 * PAGE)?;
    }
    Ok(0)
}

/// The same of a segment of another namespace, which the process has taken along: it is known by its name alone.
fn detach_other(k: &mut Kernel, m: &mut Machine, address: u32) -> Answer {
    let region = m.memory.region(address).filter(|region| region.pages.start == address >> 12).ok_or(Errno::EINVAL)?;
    let named = region
        .mapping
        .label
        .as_ref()
        .is_some_and(|label| label.device == SHARED_MEMORY_DEVICE && label.name.starts_with(b"/SYSV"));
    let begins = region.mapping.source.as_ref().is_some_and(|(_, page)| *page == 0);
    if !named || !begins {
        return Err(Errno::EINVAL);
    }
    let pages = region.pages.clone();
    k.process.space().unmap(&mut m.memory, u64::from(pages.start) * PAGE, pages.len() as u64 * PAGE)?;
    Ok(0)
}

pub fn shmctl(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [id, command, buffer, ..] = *args;
    control(k, m, [id, command, buffer], StatusForm::New)
}

/// Does what a command says, with a status in this form.
pub fn control(k: &mut Kernel, m: &mut Machine, [id, command, buffer]: [u32; 3], form: StatusForm) -> Answer {
    ipc_status::check(id, command)?;
    match command {
        IPC_INFO => {
            let IpcLimits { segment: shmmax, pages: shmall, .. } = k.world.ipc.limits;
            let (shmmin, shmmni) = (SHMMIN, k.world.ipc.segments.limit);
            let limits = ShmLimits { shmmax, shmmin, shmmni, shmseg: shmmni, shmall, unused: [0; 4] };
            ipc_status::put::<OldShmLimits, _>(&mut m.memory, buffer, form, limits)?;
            Ok(k.world.ipc.segments.highest())
        }
        SHM_INFO => {
            guest::write(&mut m.memory, buffer, &usage(k))?;
            Ok(k.world.ipc.segments.highest())
        }
        IPC_STAT => status(k, m, id, StatusOf::Identifier, buffer, form),
        SHM_STAT => status(k, m, id, StatusOf::Index, buffer, form),
        SHM_STAT_ANY => status(k, m, id, StatusOf::AnyIndex, buffer, form),
        IPC_SET => set(k, m, id, buffer, form),
        IPC_RMID => {
            k.world.ipc.segments.find_owned(id, &k.process.credentials)?;
            k.world.ipc.segments.retire(id);
            Ok(0)
        }
        SHM_LOCK | SHM_UNLOCK => lock(k, id, command == SHM_LOCK),
        _ => Err(Errno::EINVAL),
    }
}

fn usage(k: &Kernel) -> ShmUsage {
    let segments = &k.world.ipc.segments;
    let resident: u64 = segments.iter().map(|object| object.what.contents.resident_pages()).sum();
    ShmUsage {
        used_ids: segments.len() as u32,
        shm_tot: segments.pages() as u32,
        shm_rss: resident as u32,
        shm_swp: 0,
        swap_attempts: 0,
        swap_successes: 0,
    }
}

fn status(k: &Kernel, m: &mut Machine, id: u32, of: StatusOf, buffer: u32, form: StatusForm) -> Answer {
    let (object, answer) = ipc_status::find(&k.world.ipc.segments, id, of, &k.process.credentials)?;
    ipc_status::put::<OldShmStatus, _>(&mut m.memory, buffer, form, ShmStatus::from(object))?;
    Ok(answer)
}

fn set(k: &mut Kernel, m: &mut Machine, id: u32, buffer: u32, form: StatusForm) -> Answer {
    let given = match form {
        StatusForm::New => guest::read::<ShmStatus>(&mut m.memory, buffer)?.shm_perm,
        StatusForm::Old => guest::read::<OldShmStatus>(&mut m.memory, buffer)?.shm_perm.into(),
    };
    let now = k.seconds(m);
    let object = k.world.ipc.segments.find_owned(id, &k.process.credentials)?;
    object.permissions.set(&given)?;
    object.what.times[2] = now;
    Ok(0)
}

/// Pages are never swapped out: that they are locked is only shown.
fn lock(k: &mut Kernel, id: u32, locks: bool) -> Answer {
    let (who, limit) = (&k.process.credentials, k.process.limits.get(RLIMIT_MEMLOCK)?[0]);
    let object = k.world.ipc.segments.find_mut(id)?;
    let allowed = object.permissions.belongs_to(who) && (limit > 0 || !locks);
    if !allowed && !who.can(CAP_IPC_LOCK) {
        return Err(Errno::EPERM);
    }
    let mode = &mut object.permissions.mode;
    *mode = if locks { *mode | SHM_LOCKED } else { *mode & !SHM_LOCKED };
    Ok(0)
}
