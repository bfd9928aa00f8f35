//! What `/proc` tells of a world without processes, as it is before the first.

use crate::linux::errno::Errno;
use crate::linux::net::SocketListing;
use crate::linux::objects::TerminalHandle;
use crate::linux::process::IdKind;

use super::facts::{DescriptorFacts, ProcessFacts, RegionFacts, SystemFacts};
use super::view::{IpcLimit, IpcListing, MountListing, ProcessLink, SystemName, View};

/// A world without processes, as it is before the first.
pub struct NoView;

impl View for NoView {
    fn current(&self) -> (u32, u32) {
        (0, 0)
    }
    fn terminal(&self) -> Option<TerminalHandle> {
        None
    }
    fn processes(&self) -> Vec<u32> {
        Vec::new()
    }
    fn threads(&self, _: u32) -> Vec<u32> {
        Vec::new()
    }
    fn process(&self, _: u32) -> Result<ProcessFacts, Errno> {
        Err(Errno::ENOENT)
    }
    fn regions(&self, _: u32) -> Result<Vec<RegionFacts>, Errno> {
        Err(Errno::ENOENT)
    }
    fn resident(&self, _: u32) -> Result<Vec<(u32, bool)>, Errno> {
        Err(Errno::ENOENT)
    }
    fn memory(&self, _: u32, _: u32, _: u32) -> Vec<u8> {
        Vec::new()
    }
    fn descriptors(&self, _: u32) -> Result<Vec<u32>, Errno> {
        Err(Errno::ENOENT)
    }
    fn descriptor(&self, _: u32, _: u32) -> Result<DescriptorFacts, Errno> {
        Err(Errno::ENOENT)
    }
    fn link(&self, _: ProcessLink) -> Result<Vec<u8>, Errno> {
        Err(Errno::ENOENT)
    }
    fn system(&self) -> SystemFacts {
        SystemFacts::default()
    }
    fn ipc(&self, _: IpcListing) -> Vec<u8> {
        Vec::new()
    }
    fn sockets(&self, _: SocketListing) -> Vec<u8> {
        Vec::new()
    }
    fn mounts(&self, _: u32, _: MountListing) -> Result<Vec<u8>, Errno> {
        Err(Errno::ENOENT)
    }

    fn id_map(&self, _: u32, _: IdKind) -> Result<Vec<u8>, Errno> {
        Err(Errno::ENOENT)
    }

    fn sets_groups(&self, _: u32) -> Result<bool, Errno> {
        Err(Errno::ENOENT)
    }
    fn system_name(&self, _: SystemName) -> Vec<u8> {
        Vec::new()
    }
    fn ipc_limit(&self, _: IpcLimit) -> Vec<u32> {
        Vec::new()
    }
    fn kept(&self, _: &str) -> Option<Vec<u8>> {
        None
    }
    fn next_identifier(&self, _: IpcListing) -> Option<u32> {
        None
    }
    fn locks(&self) -> Vec<u8> {
        Vec::new()
    }
    fn keys(&self) -> Vec<u8> {
        Vec::new()
    }
}
