//! How large files are, and where their bytes last: `truncate`, `fallocate`, `fsync`, and advice.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::files::{
    AT_FDCWD, FADVISE, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, FALLOC_FL_ZERO_RANGE, O_WRONLY,
};
use crate::linux::abi::inotify::IN_MODIFY;
use crate::linux::abi::landlock::LANDLOCK_ACCESS_FS_TRUNCATE;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, PathAccess, rules};
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{FileContents, MAX_SMALL, Object, OpenFileHandle};
use crate::linux::process::PAGE;
use crate::linux::sync::lock;
use crate::memory::{MappedRegion, Memory};

use super::call::Args;
use super::files::position;
use super::{leases, limits, set_id};

pub fn truncate(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    truncate_path(k, m, args[0], length(args[1])?)
}

pub fn truncate64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    truncate_path(k, m, args[0], position(args[1], args[2])?)
}

/// A 32-bit length, which is signed; EINVAL if it is negative.
fn length(length: u32) -> Result<u64, Errno> {
    u64::try_from(length as i32).map_err(|_| Errno::EINVAL)
}

fn truncate_path(k: &mut Kernel, m: &mut Machine, path: u32, size: u64) -> Answer {
    let found = k.find(m, [AT_FDCWD, path], Manner::new(true, PathAccess::Write))?;
    let place = found.existing()?;
    match place.file_type() {
        FileType::Directory => return Err(Errno::EISDIR),
        FileType::File => {}
        _ => return Err(Errno::EINVAL),
    }
    k.editing(m, |editor| editor.may_rewrite(place))?;
    k.may(m, place.node(), 2)?;
    rules::allow(&k.process.credentials, place, LANDLOCK_ACCESS_FS_TRUNCATE)?;
    k.process.namespace.contents().is_idle(place.node().identity())?;
    leases::break_leases(k, m, place, true, true)?;
    let object = k.asking(m, |asker| place.node().open(asker, O_WRONLY))?;
    let Object::Regular(contents) = object else { return Err(Errno::EINVAL) };
    limits::may_grow(k, contents.size()?, size)?;
    set_id::writing(k, m, place)?;
    resize(k, m, &contents, size)?;
    k.process.namespace.watches().happened(place, IN_MODIFY);
    Ok(0)
}

/// Cuts contents off or lets them grow. Pages past the new end leave every address space that maps them:
/// whoever touches one again gets SIGBUS (mmap(2)).
pub fn resize(k: &mut Kernel, m: &mut Machine, contents: &Arc<FileContents>, size: u64) -> Result<(), Errno> {
    let (before, now) = (contents.size()?, k.now(m));
    contents.set_size(m.memory.pool_mut(), size, now)?;
    if size < before {
        let spaces: Vec<u64> = k.world.spaces.keys().copied().chain([m.memory.layout().0]).collect();
        for space in spaces {
            k.with_space(m, space, |memory| discard_past(memory, contents, size.div_ceil(PAGE)));
        }
    }
    Ok(())
}

/// Discards the pages of mappings that come from the contents at a page or after it.
fn discard_past(memory: &mut Memory, contents: &Arc<FileContents>, first: u64) {
    let past = |region: &MappedRegion| {
        let (source, at) = region.mapping.source.as_ref()?;
        if !std::ptr::addr_eq(Arc::as_ptr(source), Arc::as_ptr(contents)) {
            return None;
        }
        let kept = u32::try_from(first.saturating_sub(*at)).unwrap_or(u32::MAX);
        let start = region.pages.start.saturating_add(kept);
        (start < region.pages.end).then(|| (start << 12, (region.pages.end - start) << 12))
    };
    let gone: Vec<(u32, u32)> = memory.regions(0, u32::MAX).filter_map(past).collect();
    gone.into_iter().for_each(|(start, length)| memory.discard(start, length));
}

pub fn ftruncate(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    truncate_open(k, m, args[0], length(args[1])?)
}

pub fn ftruncate64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    truncate_open(k, m, args[0], position(args[1], args[2])?)
}

fn truncate_open(k: &mut Kernel, m: &mut Machine, fd: u32, size: u64) -> Answer {
    let open = k.file(fd)?;
    lock(&open).writable().map_err(|_| Errno::EINVAL)?;
    if !lock(&open).may_truncate {
        return Err(Errno::EACCES);
    }
    let place = Arc::clone(&lock(&open).place);
    set_id::writing(k, m, &place)?;
    let open = lock(&open);
    match &open.object {
        Object::Stream(stream) if stream.is_regular => stream.file.set_size(size)?,
        Object::Queue(_) if size > MAX_SMALL => return Err(Errno::EINVAL),
        Object::Queue(queue) => lock(&queue.shared).size = size,
        _ => {
            let contents = open.contents()?;
            limits::may_grow(k, contents.size()?, size)?;
            resize(k, m, contents, size)?;
        }
    }
    open.tell(IN_MODIFY);
    Ok(0)
}

/// Lets a file contain a range, or takes the bytes of one away. Of files in memory the pages are there then.
pub fn fallocate(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    const KNOWN: u32 = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE;
    let [fd, mode, low, high, size_low, size_high] = *args;
    let (start, size) = (position(low, high)?, position(size_low, size_high)?);
    if size == 0 {
        return Err(Errno::EINVAL);
    }
    let (punch, zero) = (mode & FALLOC_FL_PUNCH_HOLE != 0, mode & FALLOC_FL_ZERO_RANGE != 0);
    let keep = mode & FALLOC_FL_KEEP_SIZE != 0;
    if mode & !KNOWN != 0 || punch && (zero || !keep) {
        return Err(Errno::EOPNOTSUPP);
    }
    let open = k.file(fd)?;
    let open = lock(&open);
    open.writable()?;
    let contents = match (&open.object, open.place.file_type()) {
        (Object::Regular(contents), _) => contents,
        (_, FileType::Pipe) => return Err(Errno::ESPIPE),
        (_, FileType::Directory) => return Err(Errno::EISDIR),
        (_, FileType::File) if !open.place.is_typeless() => return Err(Errno::EOPNOTSUPP),
        _ => return Err(Errno::ENODEV),
    };
    let end = start.checked_add(size).filter(|end| *end <= i64::MAX as u64).ok_or(Errno::EFBIG)?;
    let now = k.now(m);
    if punch || zero {
        contents.punch(m.memory.pool_mut(), start, end, now)?;
    }
    let before = contents.size()?;
    if !keep {
        limits::may_grow(k, before, end)?;
    }
    if !punch {
        contents.reserve(m.memory.pool_mut(), start, end)?;
    }
    if !keep && before < end {
        contents.set_size(m.memory.pool_mut(), end, now)?;
    }
    open.tell(IN_MODIFY);
    Ok(0)
}

/// EINVAL for what has nothing to write out, such as pipes (fsync(2)).
pub fn fsync(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let open = k.file(args[0])?;
    match &lock(&open).object {
        Object::Regular(contents) => contents.sync(m.memory.pool_mut())?,
        Object::Stream(stream) if stream.is_regular => stream.file.sync()?,
        Object::Directory(_) => {}
        _ => return Err(Errno::EINVAL),
    }
    Ok(0)
}

pub fn sync_file_range(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, low, high, size_low, size_high, _] = *args;
    let open = k.file(fd)?;
    position(low, high)?.checked_add(position(size_low, size_high)?).ok_or(Errno::EINVAL)?;
    let has_pages = lock(&open).contents().is_ok();
    match open_type(&open) {
        FileType::File if has_pages => fsync(k, m, args),
        FileType::Directory => Ok(0),
        _ => Err(Errno::ESPIPE),
    }
}

fn open_type(open: &OpenFileHandle) -> FileType {
    lock(open).place.file_type()
}

/// Writes everything out (sync(2)).
pub fn sync(k: &mut Kernel, m: &mut Machine, _: &Args) -> Answer {
    k.process.namespace.contents().write_back(m.memory.pool_mut());
    Ok(0)
}

pub fn syncfs(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    k.file(args[0])?;
    sync(k, m, args)
}

/// Advice has no effect; the table checks its kind.
pub fn fadvise(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    advise(k, args[0], args[4])
}

/// Whether a file takes an advice; nothing follows from it.
fn advise(k: &Kernel, fd: u32, advice: u32) -> Answer {
    let open = k.file(fd)?;
    match open_type(&open) {
        FileType::Pipe => Err(Errno::ESPIPE),
        _ if !FADVISE.knows(advice) => Err(Errno::EINVAL),
        _ => Ok(0),
    }
}

/// The form with a 64-bit length, which must not be negative.
pub fn fadvise_64(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, _, _, size_low, size_high, advice] = *args;
    let answer = advise(k, fd, advice)?;
    position(size_low, size_high).map(|_| answer)
}

pub fn readahead(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let open = k.file(args[0])?;
    let open = lock(&open);
    open.readable()?;
    let has_pages = open.contents().is_ok() || open.stream().is_some() && open.place.file_type() == FileType::File;
    if has_pages { Ok(0) } else { Err(Errno::EINVAL) }
}
