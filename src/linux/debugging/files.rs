//! Files as the first process sees them, those of `/proc` among them. What is not there is not put on the list
//! of what the guest was refused.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::files::O_RDONLY;
use crate::linux::errno::Errno;
use crate::linux::files::{Asker, LinkTarget, Manner, PathAccess, PlaceHandle, Refusals, Walk};
use crate::linux::host::{FileStatus, FileType};
use crate::linux::kernel::Kernel;
use crate::linux::objects::transfer::surroundings;
use crate::linux::view::KernelView;

/// Most bytes that are read of a file, and how many at once.
const LIMIT: usize = 256 << 20;
const PART: usize = 1 << 16;

/// A file that a debugger has read. It does not hold it open: the world must not notice.
#[derive(Debug)]
pub struct DebugFile {
    /// Type and permission bits, size, device, number.
    pub status: FileStatus,
    /// Its contents.
    pub bytes: Vec<u8>,
}

impl Kernel {
    /// Reads a file by its absolute path; the number of the error if it cannot be read.
    pub(crate) fn read_debug_file(&mut self, m: &mut Machine, path: &[u8]) -> Result<DebugFile, u32> {
        let host = self.world.host.clone();
        host.aside(|| self.read_for_debugger(m, path)).map_err(|error| error.0)
    }

    fn read_for_debugger(&mut self, m: &mut Machine, path: &[u8]) -> Result<DebugFile, Errno> {
        let place = self.find_for_debugger(m, path, true)?;
        let status = self.status_of(m, &place)?;
        if !matches!(place.file_type(), FileType::File | FileType::Link) {
            return Err(Errno::EACCES);
        }
        let mut object = self.asking(m, |asker| place.node().open(asker, O_RDONLY))?;
        let (now, mut bytes, mut done) = (self.now(m), Vec::new(), 0);
        while done < LIMIT {
            bytes.resize(done + PART, 0);
            match object.read(&mut surroundings(m, now), &mut bytes[done..], done as u64, true)? {
                0 => break,
                count => done += count,
            }
        }
        bytes.truncate(done);
        Ok(DebugFile { status, bytes })
    }

    /// Where a symbolic link leads.
    pub(crate) fn read_debug_link(&mut self, m: &mut Machine, path: &[u8]) -> Result<Vec<u8>, u32> {
        let host = self.world.host.clone();
        let target = host.aside(|| {
            let place = self.find_for_debugger(m, path, false)?;
            self.asking(m, |asker| place.node().target(asker))
        });
        match target {
            Ok(LinkTarget::Path(path)) => Ok(path),
            Ok(_) => Err(Errno::EINVAL.0),
            Err(error) => Err(error.0),
        }
    }

    fn find_for_debugger(&self, m: &Machine, path: &[u8], follow: bool) -> Result<PlaceHandle, Errno> {
        let world = KernelView { kernel: self, machine: m };
        let asker = Asker { credentials: &self.process.credentials, now: self.now(m), world: &world };
        let root = self.process.namespace.root();
        let walk = Walk { start: Arc::clone(&root), root, asker, jumps: &world, refusals: &Refusals::default() };
        Ok(Arc::clone(walk.follow(path, Manner::new(follow, PathAccess::Read))?.existing()?))
    }

    /// The path of the program that a process executes.
    pub(crate) fn executable_of(&self, pid: u32) -> Option<Vec<u8>> {
        self.find_process(pid).map(|process| process.executable.clone())
    }
}
