//! Files to be executed, by their paths.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::administration::MS_NOEXEC;
use crate::linux::abi::files::{AT_FDCWD, O_RDONLY};
use crate::linux::abi::landlock::LANDLOCK_ACCESS_FS_EXECUTE;
use crate::linux::errno::Errno;
use crate::linux::files::{Manner, PathAccess, rules};
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;
use crate::linux::loader::{ProgramFile, ProgramImage};
use crate::linux::objects::{FileContents, Object};
use crate::linux::process::FoundProgram;
use crate::memory::{FramePool, Label, PageSource};

/// The contents of a program.
struct ProgramContents {
    contents: Arc<FileContents>,
    /// All bytes, if some lie in frames only.
    copy: Option<Vec<u8>>,
}

impl ProgramContents {
    fn new(contents: Arc<FileContents>, pool: &FramePool) -> Result<ProgramContents, Errno> {
        let copy = match contents.stored(0, 0) {
            Some(_) => None,
            None => {
                let size = usize::try_from(contents.size()?).map_err(|_| Errno::ENOMEM)?;
                let mut bytes = vec![0; size];
                contents.read(pool, &mut bytes, 0)?;
                Some(bytes)
            }
        };
        Ok(ProgramContents { contents, copy })
    }
}

impl ProgramFile for ProgramContents {
    fn bytes(&self, offset: u64, size: usize) -> Vec<u8> {
        match &self.copy {
            None => self.contents.stored(offset, size).unwrap_or_default(),
            Some(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                bytes[start..start.saturating_add(size).min(bytes.len())].to_vec()
            }
        }
    }

    fn source(&self) -> Arc<dyn PageSource> {
        Arc::clone(&self.contents) as Arc<dyn PageSource>
    }
}

impl Kernel {
    /// The bytes of the running program's file, as many as a debugger would read; none if it is gone.
    pub fn executable_bytes(&mut self, m: &mut Machine) -> Vec<u8> {
        const MOST: usize = 64 << 20;
        let path = self.process.executable.clone();
        let found = self.program(m, AT_FDCWD, &path, true);
        found.map(|program| program.image.file.bytes(0, MOST)).unwrap_or_default()
    }

    /// The program at a path; EACCES unless it is a regular file that may be executed.
    pub(in crate::linux) fn program(
        &self,
        m: &mut Machine,
        directory: u32,
        path: &[u8],
        follow: bool,
    ) -> Result<FoundProgram, Errno> {
        let place = match path {
            // AT_EMPTY_PATH: what the descriptor stands for.
            b"" => self.place_of(directory)?,
            path => self.find_bytes(m, directory, path, Manner::new(follow, PathAccess::Read))?.existing()?.clone(),
        };
        let status = self.status_of(m, &place)?;
        match place.file_type() {
            FileType::File if place.mount_point().flags() & MS_NOEXEC != 0 => return Err(Errno::EACCES),
            FileType::File if self.process.credentials.may(&status, 1) => {
                rules::allow(&self.process.credentials, &place, LANDLOCK_ACCESS_FS_EXECUTE)?;
            }
            FileType::Link => return Err(Errno::ELOOP),
            _ => return Err(Errno::EACCES),
        }
        let object = self.asking(m, |asker| place.node().open(asker, O_RDONLY))?;
        let Object::Regular(contents) = object else { return Err(Errno::EACCES) };
        self.process.namespace.contents().remember(&contents);
        let label = Label { name: place.path(&self.process.root()), device: status.device, inode: status.inode };
        let file = Box::new(ProgramContents::new(Arc::clone(&contents), m.memory.pool())?);
        Ok(FoundProgram { image: ProgramImage { file, label: Arc::new(label) }, place, contents })
    }
}
