//! Opening files and directories: `open`, `openat`, `openat2`, `creat`.

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::administration::MS_NODEV;
use crate::linux::abi::capabilities::CAP_FOWNER;
use crate::linux::abi::fanotify::FAN_OPEN_PERM;
use crate::linux::abi::files::{
    AT_FDCWD, O_ACCMODE, O_APPEND, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_LARGEFILE, O_NOATIME, O_NOCTTY,
    O_NOFOLLOW, O_NONBLOCK, O_PATH, O_RDONLY, O_RDWR, O_TMPFILE, O_TRUNC, O_WRONLY, OPEN, OpenHow, RESOLVE,
    RESOLVE_BENEATH, RESOLVE_CACHED, RESOLVE_IN_ROOT,
};
use crate::linux::abi::inotify::IN_MODIFY;
use crate::linux::abi::landlock::{
    LANDLOCK_ACCESS_FS_READ_DIR, LANDLOCK_ACCESS_FS_READ_FILE, LANDLOCK_ACCESS_FS_TRUNCATE,
    LANDLOCK_ACCESS_FS_WRITE_FILE,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Found, Manner, PathAccess, PlaceHandle, rules};
use crate::linux::guest;
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{FifoOpening, MAX_SMALL, Object, OpenFile};
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::call::Args;
use super::{extended_structure, extent, fanotify_events, job_control, leases, set_id};

/// Flags that F_GETFL does not tell.
const O_ONCE: u32 = O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;

/// The flags that count with O_PATH.
const O_PATH_FLAGS: u32 = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// The bit of O_TMPFILE that O_DIRECTORY does not have.
const TMPFILE_BIT: u32 = O_TMPFILE & !O_DIRECTORY;

pub fn open(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, flags, mode, ..] = *args;
    openat(k, m, &[AT_FDCWD, path, flags, mode, 0, 0])
}

pub fn creat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, mode, ..] = *args;
    openat(k, m, &[AT_FDCWD, path, O_CREAT | O_TRUNC | O_WRONLY, mode, 0, 0])
}

pub fn openat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, flags, mode, ..] = *args;
    let flags = if flags & O_PATH != 0 { flags & O_PATH_FLAGS } else { flags };
    opened(k, m, [directory, path], Opened { flags, mode: mode & 0o7777, resolve: 0 })
}

pub fn openat2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, address, size, ..] = *args;
    let how: OpenHow = extended_structure::read(m, [address, size], OpenHow::SIZE as u32)?;
    let (flags, mode) = (how.flags as u32, how.mode as u32);
    let creates = flags & O_CREAT != 0 || flags & TMPFILE_BIT != 0;
    let both = u64::from(RESOLVE_BENEATH | RESOLVE_IN_ROOT);
    let wrong = how.flags & !u64::from(OPEN.bits()) != 0
        || how.resolve & !u64::from(RESOLVE.bits()) != 0
        || how.resolve & both == both
        || how.mode & !0o7777 != 0
        || how.mode != 0 && !creates
        || flags & O_PATH != 0 && flags & !O_PATH_FLAGS != 0;
    if wrong {
        return Err(Errno::EINVAL);
    }
    // Nothing is known without asking.
    if how.resolve & u64::from(RESOLVE_CACHED) != 0 {
        return Err(Errno::EAGAIN);
    }
    opened(k, m, [directory, path], Opened { flags, mode, resolve: how.resolve as u32 })
}

/// How something is opened.
#[derive(Clone, Copy)]
struct Opened {
    flags: u32,
    mode: u32,
    resolve: u32,
}

impl Opened {
    fn has(self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// Whether it asks for write access, or for creating or cutting off the file.
    fn writes(self) -> bool {
        self.flags & O_ACCMODE != 0 || self.has(O_CREAT | O_TRUNC)
    }

    /// The rights that it needs (4 read, 2 write).
    fn rights(self) -> u32 {
        let access = [4, 2, 6, 6][(self.flags & O_ACCMODE) as usize];
        if self.has(O_TRUNC) { access | 2 } else { access }
    }

    /// The same as rules name them (landlock(7)).
    fn ruled(self, file_type: FileType) -> u32 {
        if file_type == FileType::Directory {
            return LANDLOCK_ACCESS_FS_READ_DIR;
        }
        let access = [(4, LANDLOCK_ACCESS_FS_READ_FILE), (2, LANDLOCK_ACCESS_FS_WRITE_FILE)];
        let rights = Opened { flags: self.flags & !O_TRUNC, ..self }.rights();
        let access = access.iter().filter(|(right, _)| rights & right != 0);
        access.fold(0, |all, (_, right)| all | right)
    }

    fn check(self) -> Result<(), Errno> {
        let nameless = self.has(TMPFILE_BIT);
        let wrong = nameless && (!self.has(O_DIRECTORY) || self.has(O_CREAT) || self.flags & O_ACCMODE == 0)
            || !nameless && self.has(O_CREAT) && self.has(O_DIRECTORY);
        if wrong { Err(Errno::EINVAL) } else { Ok(()) }
    }
}

fn opened(k: &mut Kernel, m: &mut Machine, at: [u32; 2], how: Opened) -> Answer {
    how.check()?;
    k.process.has_descriptor()?;
    let open = open_at(k, m, at, how)?;
    k.process.add_descriptor(Arc::new(Mutex::new(open)), 0, how.has(O_CLOEXEC))
}

/// A descriptor for a place that was found by other means than a path.
pub fn open_known(k: &mut Kernel, m: &mut Machine, place: PlaceHandle, flags: u32) -> Answer {
    let how = Opened { flags, mode: 0, resolve: 0 };
    how.check()?;
    k.process.has_descriptor()?;
    let found = Found { parent: place.parent(), name: place.name(), place: Some(place), slash: false };
    let open = open_found(k, m, &found, how)?;
    k.process.add_descriptor(Arc::new(Mutex::new(open)), 0, how.has(O_CLOEXEC))
}

/// What a path leads to, opened for the kernel itself: it has no descriptor.
pub fn opened_for_kernel(k: &mut Kernel, m: &mut Machine, path: u32, flags: u32) -> Result<OpenFile, Errno> {
    open_at(k, m, [AT_FDCWD, path], Opened { flags, mode: 0, resolve: 0 })
}

fn open_at(k: &mut Kernel, m: &mut Machine, at: [u32; 2], how: Opened) -> Result<OpenFile, Errno> {
    if let Some(place) = k.thread.call.as_mut().and_then(|call| call.opens.take()) {
        // It has waited there: what has become of the path meanwhile does not matter.
        return open_place(k, m, place, how);
    }
    let follow = !how.has(O_NOFOLLOW) && how.flags & (O_CREAT | O_EXCL) != O_CREAT | O_EXCL;
    let wanted = if how.writes() { PathAccess::Write } else { PathAccess::Read };
    let found = k.find(m, at, Manner { follow, wanted, resolve: how.resolve });
    let found = match found {
        // A slash after the name of a new file, or after that of a file.
        Err(Errno::ENOTDIR) if how.has(O_CREAT) && ends_in_slash(m, at[1]) => return Err(Errno::EISDIR),
        found => found?,
    };
    open_found(k, m, &found, how)
}

fn ends_in_slash(m: &mut Machine, path: u32) -> bool {
    guest::string(&mut m.memory, path).is_ok_and(|path| path.ends_with(b"/"))
}

fn open_found(k: &mut Kernel, m: &mut Machine, found: &Found, how: Opened) -> Result<OpenFile, Errno> {
    let mode = how.mode & !k.process.standing().umask;
    let place = match &found.place {
        Some(_) if how.flags & (O_CREAT | O_EXCL) == O_CREAT | O_EXCL => return Err(Errno::EEXIST),
        Some(place) if how.has(O_PATH) => return open_path(place, how),
        Some(place) if how.has(TMPFILE_BIT) => {
            let place = k.editing(m, |editor| editor.create_nameless(place, mode, !how.has(O_EXCL)))?;
            return open_place(k, m, place, how);
        }
        Some(place) => {
            may_open(k, m, place, how)?;
            Arc::clone(place)
        }
        None if how.has(O_CREAT) && found.slash => return Err(Errno::EISDIR),
        None if how.has(O_CREAT) => k.editing(m, |editor| editor.create_file(found, mode))?,
        None => return Err(Errno::ENOENT),
    };
    open_place(k, m, place, how)
}

/// A descriptor that stands for a place only.
fn open_path(place: &PlaceHandle, how: Opened) -> Result<OpenFile, Errno> {
    if how.has(O_DIRECTORY) && place.file_type() != FileType::Directory {
        return Err(Errno::ENOTDIR);
    }
    Ok(OpenFile::new(Object::Place, Arc::clone(place), how.flags & !O_ONCE))
}

/// Whether what is there may be opened so (open(2), "ERRORS").
fn may_open(k: &Kernel, m: &Machine, place: &PlaceHandle, how: Opened) -> Result<(), Errno> {
    let file_type = place.file_type();
    match file_type {
        FileType::Directory if how.writes() => return Err(Errno::EISDIR),
        FileType::Directory => {}
        _ if how.has(O_DIRECTORY) => return Err(Errno::ENOTDIR),
        FileType::Link => return Err(Errno::ELOOP),
        FileType::Socket => return Err(Errno::ENXIO),
        FileType::Character | FileType::Block if place.mount_point().flags() & MS_NODEV != 0 => {
            return Err(Errno::EACCES);
        }
        _ => {}
    }
    if how.rights() & 2 != 0 && matches!(file_type, FileType::File | FileType::Directory) {
        k.editing(m, |editor| match how.has(O_APPEND) && !how.has(O_TRUNC) || file_type == FileType::Directory {
            true => editor.may_change(place, b""),
            false => editor.may_rewrite(place),
        })?;
    }
    let status = k.status_of(m, place)?;
    let credentials = &k.process.credentials;
    if !credentials.may(&status, how.rights()) {
        return Err(Errno::EACCES);
    }
    if how.has(O_TRUNC) && file_type == FileType::File {
        rules::allow(credentials, place, LANDLOCK_ACCESS_FS_TRUNCATE)?;
    }
    let owner = credentials.can_with(&status, CAP_FOWNER) || credentials.file_uid == status.uid;
    if how.has(O_NOATIME) && !owner {
        return Err(Errno::EPERM);
    }
    if how.rights() & 2 != 0 { k.process.namespace.contents().is_idle(place.node().identity()) } else { Ok(()) }
}

fn open_place(k: &mut Kernel, m: &mut Machine, place: PlaceHandle, how: Opened) -> Result<OpenFile, Errno> {
    rules::allow(&k.process.credentials, &place, how.ruled(place.file_type()))?;
    meet(k, &place, how)?;
    if place.file_type() == FileType::File {
        let writes = how.rights() & 2 != 0;
        let waits = !how.has(O_NONBLOCK);
        if let Err(error) = leases::break_leases(k, m, &place, writes, waits) {
            k.thread.call.get_or_insert_default().opens = Some(place).filter(|_| waits);
            return Err(error);
        }
    }
    fanotify_events::permit(k, &place, FAN_OPEN_PERM)?;
    // Cutting off needs the right to write, whatever the access mode.
    let access = if how.rights() == 6 { O_RDWR } else { how.flags & O_ACCMODE };
    let object = k.asking(m, |asker| place.node().open(asker, how.flags & !O_ACCMODE | access))?;
    let flags = how.flags & !O_ONCE & !(TMPFILE_BIT | if how.has(TMPFILE_BIT) { O_DIRECTORY } else { 0 });
    let may_truncate = rules::allow(&k.process.credentials, &place, LANDLOCK_ACCESS_FS_TRUNCATE).is_ok();
    let mut open = OpenFile::new(object, place, flags).watched(k.process.namespace.watches());
    open.may_truncate = may_truncate;
    if let Ok(contents) = open.contents() {
        if how.has(O_TRUNC) {
            set_id::writing(k, m, &open.place)?;
            extent::resize(k, m, contents, 0)?;
            open.tell(IN_MODIFY);
        } else if !how.has(O_LARGEFILE) && contents.size()? > MAX_SMALL {
            return Err(Errno::EOVERFLOW);
        }
    }
    if !how.has(O_NOCTTY) {
        job_control::adopt(k, &open);
    }
    Ok(open)
}

/// Lets the thread wait until somebody opens the other end of a FIFO, unless it opens both; without
/// waiting, only the reading end can be opened alone (fifo(7)).
fn meet(k: &mut Kernel, place: &PlaceHandle, how: Opened) -> Result<(), Errno> {
    let Some(pipe) = place.node().fifo() else { return Ok(()) };
    let access = how.flags & O_ACCMODE;
    let mut shared = lock(pipe);
    match (access, how.has(O_NONBLOCK)) {
        (O_WRONLY, true) if !shared.has_readers() => Err(Errno::ENXIO),
        (O_RDONLY | O_WRONLY, false) if !shared.meets(k.thread.tid, access == O_WRONLY) => {
            let (waiting, openings) = (Waiting::on(shared.queue()), Arc::clone(shared.openings()));
            let (tid, writes) = (k.thread.tid, access == O_WRONLY);
            let call = k.thread.call.get_or_insert_default();
            call.opens = Some(Arc::clone(place));
            // Who waits is at the place: another finds the same pipe there, in a copy of a directory too.
            call.guard.get_or_insert_with(|| Arc::new((FifoOpening::new(openings, tid, writes), Arc::clone(place))));
            Err(k.wait(waiting))
        }
        _ => Ok(()),
    }
}
