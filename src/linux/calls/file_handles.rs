//! Handles of files, by which they can be opened without their names: name_to_handle_at(2), open_by_handle_at(2).
//!
//! A handle is the file's number. The world remembers where the files are that it has given handles of; one that has
//! been moved since, and is nowhere in use, is not found again.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::administration::{HANDLE, HANDLE_INVALID, HANDLE_TYPE, MAX_HANDLE};
use crate::linux::abi::capabilities::CAP_DAC_READ_SEARCH;
use crate::linux::abi::files::{AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_FOLLOW};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, PathAccess, PlaceHandle};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::world::HandledFile;

use super::call::Args;
use super::open;

/// Where the type of a handle stands, and where the handle begins: behind its size.
const TYPE_AT: u32 = 4;
const HANDLE_AT: u32 = 8;

pub fn name_to_handle_at(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, handle, mount, flags, _] = *args;
    if flags & !(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH) != 0 {
        return Err(Errno::EINVAL);
    }
    let manner = Manner::new(flags & AT_SYMLINK_FOLLOW != 0, PathAccess::Read);
    let place = k.place_at(m, [directory, path], manner, flags & AT_EMPTY_PATH != 0)?;
    let room = guest::number::<u32>(&mut m.memory, handle)?;
    if room > MAX_HANDLE {
        return Err(Errno::EINVAL);
    }
    let node = place.node().identity();
    let fits = room >= HANDLE;
    if fits {
        m.memory.store(handle.wrapping_add(HANDLE_AT), node.1)?;
        let path = place.path(&k.process.namespace.root());
        k.world.handles.insert(node, HandledFile { path, place: Arc::downgrade(&place) });
    }
    m.memory.store(mount, place.mount_number())?;
    m.memory.store(handle, HANDLE)?;
    m.memory.store(handle.wrapping_add(TYPE_AT), if fits { HANDLE_TYPE } else { HANDLE_INVALID })?;
    if fits { Ok(0) } else { Err(Errno::EOVERFLOW) }
}

pub fn open_by_handle_at(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [mount, handle, flags, ..] = *args;
    k.process.credentials.require(CAP_DAC_READ_SEARCH)?;
    let [size, kind] = guest::read::<[u32; 2]>(&mut m.memory, handle)?;
    if size == 0 || size > MAX_HANDLE {
        return Err(Errno::EINVAL);
    }
    let number = guest::number::<u64>(&mut m.memory, handle.wrapping_add(HANDLE_AT))?;
    let beside = if mount == AT_FDCWD { k.process.directory() } else { k.place_of(mount)? };
    let node = (beside.node().identity().0, number);
    let place = Some(()).filter(|()| size == HANDLE && kind == HANDLE_TYPE).and_then(|()| found(k, m, node));
    open::open_known(k, m, place.ok_or(Errno::ESTALE)?, flags)
}

/// Where a file is that a handle was given of: where it is in use, or where it was.
fn found(k: &Kernel, m: &Machine, node: (u64, u64)) -> Option<PlaceHandle> {
    let HandledFile { path, place } = k.world.handles.get(&node)?;
    let known = place.upgrade().or_else(|| {
        let manner = Manner::new(false, PathAccess::Read);
        k.find_bytes(m, AT_FDCWD, path, manner).ok()?.place
    });
    known.filter(|place| place.node().identity() == node)
}
