//! Marks on files, mounts and filesystems: fanotify_init(2), fanotify_mark(2). Groups that name files by their handles
//! (FAN_REPORT_FID and its like) are not there.

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::abi::fanotify::{
    FAN_CLASS_CONTENT, FAN_CLASS_PRE_CONTENT, FAN_CLOEXEC, FAN_EVENT_ON_CHILD, FAN_FILE_EVENTS, FAN_HANDLE_EVENTS,
    FAN_HANDLES, FAN_INIT, FAN_MARK, FAN_MARK_ADD, FAN_MARK_DONT_FOLLOW, FAN_MARK_EVICTABLE, FAN_MARK_FILESYSTEM,
    FAN_MARK_FLUSH, FAN_MARK_IGNORE, FAN_MARK_IGNORED_MASK, FAN_MARK_IGNORED_SURV_MODIFY, FAN_MARK_MOUNT,
    FAN_MARK_ONLYDIR, FAN_MARK_REMOVE, FAN_NONBLOCK, FAN_ONDIR, FAN_PERMISSIONS, FAN_REPORT_PIDFD, FAN_REPORT_TID,
};
use crate::linux::abi::files::{
    O_ACCMODE, O_APPEND, O_CLOEXEC, O_DSYNC, O_LARGEFILE, O_NOATIME, O_NONBLOCK, O_RDWR, O_SYNC,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, PathAccess, PlaceHandle};
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Fanotify, MarkChange, Marked, Object};
use crate::linux::sync::lock;

use super::call::Args;
use super::nameless;

/// How the files of events may be opened.
const FILE_FLAGS: u32 = O_ACCMODE | O_APPEND | O_NONBLOCK | O_SYNC | O_DSYNC | O_CLOEXEC | O_LARGEFILE | O_NOATIME;
/// The two kinds of marks that are not on one file.
const KINDS: u32 = FAN_MARK_MOUNT | FAN_MARK_FILESYSTEM;
/// What says that events shall not count.
const IGNORES: u32 = FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORE;
/// What a mark says beside the events.
const MANNERS: u32 = FAN_ONDIR | FAN_EVENT_ON_CHILD;

/// Who is not privileged could only be told of handles.
pub fn fanotify_init(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [flags, file_flags, ..] = *args;
    k.process.credentials.require(CAP_SYS_ADMIN)?;
    let both = FAN_REPORT_PIDFD | FAN_REPORT_TID;
    let wrong = flags & !FAN_INIT.bits() != 0 || file_flags & !FILE_FLAGS != 0 || flags & both == both;
    let classes = FAN_CLASS_CONTENT | FAN_CLASS_PRE_CONTENT;
    if wrong || file_flags & O_ACCMODE > O_RDWR || flags & classes == classes || flags & FAN_HANDLES != 0 {
        return Err(Errno::EINVAL);
    }
    let (namespace, queue) = (&k.process.namespace, k.world.queues.create());
    let marks = &namespace.watches().listeners;
    marks.acts([k.process.pid, k.thread.tid]);
    let group = Fanotify::new(marks, [flags, file_flags], queue, namespace.memory())?;
    let kept = [(FAN_NONBLOCK, O_NONBLOCK), (FAN_CLOEXEC, O_CLOEXEC)];
    let kept = kept.iter().filter(|(asked, _)| flags & asked != 0).fold(O_RDWR, |all, (_, flag)| all | flag);
    nameless::insert(k, Object::Fanotify(group), "[fanotify]", kept)
}

/// Whether what is asked for can be marked so (fanotify_mark(2), "ERRORS").
fn check(k: &Kernel, [fd, flags, mask, high]: [u32; 4]) -> Result<(), Errno> {
    let kind = flags & KINDS;
    let wrong = high != 0 || flags & !FAN_MARK.bits() != 0 || kind == KINDS;
    let wrong = wrong
        || match flags & (FAN_MARK_ADD | FAN_MARK_REMOVE | FAN_MARK_FLUSH) {
            FAN_MARK_ADD | FAN_MARK_REMOVE => mask == 0,
            FAN_MARK_FLUSH => flags & !(KINDS | FAN_MARK_FLUSH) != 0,
            _ => true,
        };
    if wrong || mask & !(FAN_FILE_EVENTS | FAN_HANDLE_EVENTS | MANNERS) != 0 || flags & IGNORES == IGNORES {
        return Err(Errno::EINVAL);
    }
    let [made, _] = with_group(k, fd, |group| Ok(group.group.flags))?;
    let decides = made & (FAN_CLASS_CONTENT | FAN_CLASS_PRE_CONTENT) != 0;
    let wrong = mask & FAN_PERMISSIONS != 0 && !decides || mask & FAN_HANDLE_EVENTS != 0;
    if wrong || flags & FAN_MARK_EVICTABLE != 0 && kind != 0 { Err(Errno::EINVAL) } else { Ok(()) }
}

pub fn fanotify_mark(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, flags, mask, high, directory, path] = *args;
    check(k, [fd, flags, mask, high])?;
    let has = |flag| flags & flag != 0;
    if has(FAN_MARK_FLUSH) {
        let kind = match flags & KINDS {
            FAN_MARK_MOUNT => Marked::Mount(0),
            FAN_MARK_FILESYSTEM => Marked::Filesystem(0),
            _ => Marked::Node(0, 0),
        };
        return with_group(k, fd, |group| {
            group.flush(kind);
            Ok(0)
        });
    }
    let place = place(k, m, [directory, path], flags)?;
    k.may(m, place.node(), 4)?;
    let is_directory = place.file_type() == FileType::Directory;
    let whole = flags & KINDS != 0;
    if has(FAN_MARK_ADD) && has(FAN_MARK_IGNORE) && !has(FAN_MARK_IGNORED_SURV_MODIFY) && (whole || is_directory) {
        return Err(if whole { Errno::EINVAL } else { Errno::EISDIR });
    }
    let (device, inode) = place.node().identity();
    let marked = match flags & KINDS {
        FAN_MARK_MOUNT => Marked::Mount(place.mount_number()),
        FAN_MARK_FILESYSTEM => Marked::Filesystem(device),
        _ => Marked::Node(device, inode),
    };
    // Nothing is in what is no directory.
    let mask = if whole || !is_directory { mask & !FAN_EVENT_ON_CHILD } else { mask };
    let change = match (has(FAN_MARK_ADD), flags & IGNORES != 0) {
        (true, false) => MarkChange::Add(mask),
        (true, true) => MarkChange::Ignore(mask, has(FAN_MARK_IGNORED_SURV_MODIFY)),
        (false, false) => MarkChange::Remove(mask),
        (false, true) => MarkChange::Heed(mask),
    };
    with_group(k, fd, |group| group.change(marked, change)).map(|()| 0)
}

/// What is to be marked: at a path, or what a descriptor is for.
fn place(k: &Kernel, m: &mut Machine, [directory, path]: [u32; 2], flags: u32) -> Result<PlaceHandle, Errno> {
    let place = match path {
        0 => k.place_of(directory)?,
        _ => {
            let manner = Manner::new(flags & FAN_MARK_DONT_FOLLOW == 0, PathAccess::Read);
            k.place_at(m, [directory, path], manner, false)?
        }
    };
    let wrong = flags & FAN_MARK_ONLYDIR != 0 && place.file_type() != FileType::Directory;
    if wrong { Err(Errno::ENOTDIR) } else { Ok(place) }
}

/// Calls `work` with the group behind a descriptor; EINVAL if it is for something else.
fn with_group<T>(k: &Kernel, fd: u32, work: impl FnOnce(&Fanotify) -> Result<T, Errno>) -> Result<T, Errno> {
    let handle = k.file(fd)?;
    let open = lock(&handle);
    let Object::Fanotify(group) = &open.object else { return Err(Errno::EINVAL) };
    work(group)
}
