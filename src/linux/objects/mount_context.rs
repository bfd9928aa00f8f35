//! What fsopen(2) and fspick(2) give descriptors of: filesystems that are to be mounted, or mounted differently.

use crate::linux::copy::plain;
use crate::linux::errno::Errno;

/// What can be done with a context next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MountPhase {
    /// It is told how the filesystem shall be; then that is made.
    Creating,
    /// It is known how the filesystem shall be, which waits to be mounted.
    Awaiting,
    /// The filesystem is mounted: it is told what shall be different.
    Changing,
}

/// A filesystem on its way to be mounted.
#[derive(Clone, Debug)]
pub struct MountContext {
    /// The name of the kind of filesystem.
    pub kind: Vec<u8>,
    /// What can be done next.
    pub phase: MountPhase,
    /// What it is to be mounted from, if that was said.
    pub source: Option<Vec<u8>>,
    /// Its options, as mount(2) takes them: each with a comma before it.
    pub options: Vec<u8>,
    /// Whether nobody shall change it, if that was said.
    pub read_only: Option<bool>,
    /// The number of the mount that it is, once it is mounted.
    pub mount: Option<u32>,
}

impl MountContext {
    /// A filesystem of a kind that is to be made.
    pub fn new(kind: &[u8]) -> MountContext {
        MountContext {
            kind: kind.to_vec(),
            phase: MountPhase::Creating,
            source: None,
            options: Vec::new(),
            read_only: None,
            mount: None,
        }
    }

    /// One that is mounted.
    pub fn mounted(kind: &[u8], mount: u32) -> MountContext {
        MountContext { phase: MountPhase::Changing, mount: Some(mount), ..MountContext::new(kind) }
    }

    /// EBUSY unless this is what can be done next.
    pub fn require(&self, phase: MountPhase) -> Result<(), Errno> {
        if self.phase == phase { Ok(()) } else { Err(Errno::EBUSY) }
    }
}

plain!(MountContext);
