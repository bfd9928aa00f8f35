//! Files to be executed, by their paths.

use std::io::Read;
use std::sync::Arc;

use crate::linux::errno::Errno;
use crate::linux::files::{Location, PathAccess};
use crate::linux::host::{FileType, Opening};
use crate::linux::loader::Program;
use crate::memory::{Bytes, Label};

use super::state::Process;

impl Process {
    /// The program at a path; EACCES unless it is a regular file that may be executed.
    pub fn program(&mut self, directory: u32, path: &[u8], follow: bool) -> Result<Program, Errno> {
        let resolved = self.resolve_bytes(directory, path, follow, PathAccess::Read)?;
        let status = self.status_of(&resolved)?;
        match status.file_type() {
            FileType::File if self.credentials.may(&status, 1) => {}
            FileType::Link => return Err(Errno::ELOOP),
            _ => return Err(Errno::EACCES),
        }
        let Location::Granted(granted) = &resolved.location else { return Err(Errno::EACCES) };
        let mut bytes = Vec::new();
        granted.root.open(&granted.path, &Opening::READ)?.read_to_end(&mut bytes)?;
        let label = Label { name: resolved.path, device: status.device, inode: status.inode };
        Ok(Program { file: Box::new(Bytes(bytes.into())), label: Arc::new(label) })
    }
}
