//! From the paths and descriptors in the arguments of calls to places.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::files::AT_FDCWD;
use crate::linux::abi::sockets::Ucred;
use crate::linux::errno::Errno;
use crate::linux::files::{
    Asker, Editor, Found, Manner, NodeHandle, PathAccess, PlaceHandle, Walk, without_trailing_slash,
};
use crate::linux::guest;
use crate::linux::host::{FileStatus, FileTime, FileType};
use crate::linux::kernel::Kernel;
use crate::linux::objects::OpenFileHandle;
use crate::linux::sync::lock;
use crate::linux::view::KernelView;

impl Kernel {
    /// The date as files have it.
    pub(in crate::linux) fn now(&self, m: &Machine) -> FileTime {
        let date = self.world.clock.date(m);
        (date.as_secs() as i64, date.subsec_nanos())
    }

    /// Calls `work` for the process that runs.
    pub(in crate::linux) fn asking<T>(&self, m: &Machine, work: impl FnOnce(&Asker) -> T) -> T {
        let world = KernelView { kernel: self, machine: m };
        work(&Asker { credentials: &self.process.credentials, now: self.now(m), world: &world })
    }

    /// Calls `work` with what changes names for the process that runs.
    pub(in crate::linux) fn editing<T>(&self, m: &Machine, work: impl FnOnce(&Editor) -> T) -> T {
        let (root, namespace) = (&self.process.root(), &self.process.namespace);
        let (refusals, watches) = (namespace.refusals(), namespace.watches());
        self.asking(m, |asker| work(&Editor { asker: *asker, root, refusals, watches }))
    }

    /// Follows a path relative to a directory's descriptor.
    pub(in crate::linux) fn find_bytes(
        &self,
        m: &Machine,
        directory: u32,
        path: &[u8],
        manner: Manner,
    ) -> Result<Found, Errno> {
        // An empty path names nothing, whatever it would be relative to (path_resolution(7)).
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        let root = self.process.root();
        let start =
            if path.starts_with(b"/") && manner.resolve == 0 { Arc::clone(&root) } else { self.base(directory)? };
        let world = KernelView { kernel: self, machine: m };
        let asker = Asker { credentials: &self.process.credentials, now: self.now(m), world: &world };
        let refusals = self.process.namespace.refusals();
        Walk { start, root, asker, jumps: &world, refusals }.follow(path, manner)
    }

    /// Follows a path in guest memory.
    pub(in crate::linux) fn find(
        &self,
        m: &mut Machine,
        [directory, path]: [u32; 2],
        manner: Manner,
    ) -> Result<Found, Errno> {
        let path = guest::string(&mut m.memory, path)?;
        self.find_bytes(m, directory, &path, manner)
    }

    /// Follows a path to a name that is to be made, removed or moved: a slash at its end says only that
    /// it is a directory's.
    pub(in crate::linux) fn find_name(&self, m: &mut Machine, [directory, path]: [u32; 2]) -> Result<Found, Errno> {
        let path = guest::string(&mut m.memory, path)?;
        let name = without_trailing_slash(&path);
        let found = self.find_bytes(m, directory, name, Manner::new(false, PathAccess::Write))?;
        Ok(Found { slash: name.len() < path.len(), ..found })
    }

    /// What is at a path; an empty one means the descriptor itself, if `empty` allows that.
    pub(in crate::linux) fn place_at(
        &self,
        m: &mut Machine,
        [directory, path]: [u32; 2],
        manner: Manner,
        empty: bool,
    ) -> Result<PlaceHandle, Errno> {
        if empty && (path == 0 || m.memory.load::<u8>(path)? == 0) {
            return match directory {
                AT_FDCWD => Ok(self.process.directory()),
                fd => self.place_of(fd),
            };
        }
        self.find(m, [directory, path], manner)?.existing().cloned()
    }

    /// The open file behind a descriptor that is more than a place (O_PATH).
    pub(in crate::linux) fn file(&self, fd: u32) -> Result<OpenFileHandle, Errno> {
        let open = self.process.open_file(fd)?;
        let is_path = lock(&open).is_path();
        if is_path { Err(Errno::EBADF) } else { Ok(open) }
    }

    /// Where a descriptor was opened.
    pub(in crate::linux) fn place_of(&self, fd: u32) -> Result<PlaceHandle, Errno> {
        let open = self.process.open_file(fd)?;
        let place = Arc::clone(&lock(&open).place);
        Ok(place)
    }

    /// What `stat` tells about a place.
    pub(in crate::linux) fn status_of(&self, m: &Machine, place: &PlaceHandle) -> Result<FileStatus, Errno> {
        self.asking(m, |asker| place.node().status(asker))
    }

    /// What `fstat` tells about a descriptor: also of a file whose name is gone.
    pub(in crate::linux) fn status_of_descriptor(&self, m: &Machine, fd: u32) -> Result<FileStatus, Errno> {
        if fd == AT_FDCWD {
            return self.status_of(m, &self.process.directory());
        }
        let open = self.process.open_file(fd)?;
        let open = lock(&open);
        match open.contents().ok().and_then(|contents| contents.host_status()) {
            Some(status) => Ok(status),
            None => self.status_of(m, &open.place),
        }
    }

    /// A status as the running process is told it: with the numbers that owners have in its namespace of users.
    pub(in crate::linux) fn told_status(&self, status: FileStatus) -> FileStatus {
        let within = &self.process.credentials.within;
        FileStatus { uid: within.told_user(status.uid), gid: within.told_group(status.gid), ..status }
    }

    /// Who somebody else is, as the running process is told it.
    pub(in crate::linux) fn told_credentials(&self, who: Ucred) -> Ucred {
        let within = &self.process.credentials.within;
        // Nobody at all stays nobody at all.
        let told = |id: u32, told: u32| if id == u32::MAX { id } else { told };
        let [uid, gid] = [told(who.uid, within.told_user(who.uid)), told(who.gid, within.told_group(who.gid))];
        Ucred { uid, gid, ..who }
    }

    /// EACCES unless the permission bits of a node allow an access (4 read, 2 write, 1 search).
    pub(in crate::linux) fn may(&self, m: &Machine, node: &NodeHandle, wanted: u32) -> Result<(), Errno> {
        let status = self.asking(m, |asker| node.status(asker))?;
        if self.process.credentials.may(&status, wanted) { Ok(()) } else { Err(Errno::EACCES) }
    }

    /// The directory that relative paths start from.
    fn base(&self, directory: u32) -> Result<PlaceHandle, Errno> {
        if directory == AT_FDCWD {
            return Ok(self.process.directory());
        }
        let place = self.place_of(directory)?;
        if place.file_type() == FileType::Directory { Ok(place) } else { Err(Errno::ENOTDIR) }
    }
}
