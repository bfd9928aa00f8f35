//! Mounting step by step: fsopen(2), fsconfig(2), fsmount(2), fspick(2).

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::files::{AT_FDCWD, O_CLOEXEC, O_PATH, O_RDWR};
use crate::linux::abi::mount_api::{
    FSCONFIG_BINARY, FSCONFIG_CMD_CREATE, FSCONFIG_CMD_CREATE_EXCL, FSCONFIG_CMD_RECONFIGURE, FSCONFIG_SET_BINARY,
    FSCONFIG_SET_FD, FSCONFIG_SET_FLAG, FSCONFIG_SET_PATH, FSCONFIG_SET_PATH_EMPTY, FSCONFIG_SET_STRING, FSCONFIG_TEXT,
    FSOPEN_CLOEXEC, FSPICK, FSPICK_CLOEXEC, FSPICK_EMPTY_PATH, FSPICK_SYMLINK_NOFOLLOW, MOUNT_ATTR, MOUNT_ATTR_ATIME,
    MOUNT_ATTR_FLAGS, MOUNT_ATTR_NOATIME, MOUNT_ATTR_STRICTATIME,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, NewMount, PathAccess, PlaceHandle};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{MountContext, MountPhase, Object, OpenFile};
use crate::linux::sync::lock;

use super::call::Args;
use super::filesystems::{self, New};
use super::nameless;

/// Flags of every filesystem that change nothing here: how what is written gets to a disk.
const SYNCING: [&[u8]; 7] = [b"sync", b"async", b"dirsync", b"lazytime", b"nolazytime", b"mand", b"nomand"];

/// A descriptor of a context.
fn insert(k: &mut Kernel, context: MountContext, close_on_exec: bool) -> Answer {
    let flags = O_RDWR | if close_on_exec { O_CLOEXEC } else { 0 };
    nameless::insert(k, Object::Mounting(Box::new(context)), "[fscontext]", flags)
}

/// A descriptor of the root of a mount that is nowhere in the tree.
pub fn insert_mount(k: &mut Kernel, place: PlaceHandle, close_on_exec: bool) -> Answer {
    let open = OpenFile::new(Object::Place, place, O_PATH);
    k.process.add_descriptor(Arc::new(Mutex::new(open)), 0, close_on_exec)
}

/// The flags of mount(2) that attributes stand for; EINVAL for several wishes about reading.
pub fn flags_of(attributes: u32) -> Result<u32, Errno> {
    let reading = [0, MOUNT_ATTR_NOATIME, MOUNT_ATTR_STRICTATIME].contains(&(attributes & MOUNT_ATTR_ATIME));
    if reading { Ok(flags(attributes)) } else { Err(Errno::EINVAL) }
}

/// The same of attributes that are cleared: all that may be noted of reading at once.
pub fn flags(attributes: u32) -> u32 {
    let set = MOUNT_ATTR_FLAGS.iter().filter(|(attribute, _)| attributes & attribute != 0);
    set.fold(0, |all, (_, flag)| all | flag)
}

/// A short text, EINVAL if it is none.
fn text(m: &mut Machine, address: u32) -> Result<Vec<u8>, Errno> {
    guest::string_of(&mut m.memory, address, FSCONFIG_TEXT)?.ok_or(Errno::EINVAL)
}

pub fn fsopen(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [name, flags, ..] = *args;
    k.may_administer_mounts()?;
    if flags & !FSOPEN_CLOEXEC != 0 {
        return Err(Errno::EINVAL);
    }
    let kind = guest::string(&mut m.memory, name)?;
    filesystems::find(k, &kind)?;
    insert(k, MountContext::new(&kind), flags & FSOPEN_CLOEXEC != 0)
}

pub fn fspick(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, flags, ..] = *args;
    k.may_administer_mounts()?;
    if flags & !FSPICK != 0 {
        return Err(Errno::EINVAL);
    }
    let manner = Manner::new(flags & FSPICK_SYMLINK_NOFOLLOW == 0, PathAccess::Read);
    let place = k.place_at(m, [directory, path], manner, flags & FSPICK_EMPTY_PATH != 0)?;
    k.process.namespace.may_be_changed(&place)?;
    let context = MountContext::mounted(place.node().filesystem().name.as_bytes(), place.mount_number());
    insert(k, context, flags & FSPICK_CLOEXEC != 0)
}

pub fn fsconfig(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, command, key, value, aux, _] = *args;
    check(*args)?;
    let file = k.file(fd)?;
    let mut open = lock(&file);
    let Object::Mounting(context) = &mut open.object else { return Err(Errno::EINVAL) };
    match command {
        FSCONFIG_CMD_CREATE | FSCONFIG_CMD_CREATE_EXCL => create(k, context),
        FSCONFIG_CMD_RECONFIGURE => reconfigure(k, context),
        FSCONFIG_SET_FLAG => set_flag(context, &text(m, key)?),
        FSCONFIG_SET_STRING => {
            let (key, value) = (text(m, key)?, text(m, value)?);
            set_text(k, context, &key, &value)
        }
        FSCONFIG_SET_FD => k.file(aux).and(Err(Errno::EINVAL)),
        // No option of any filesystem is of another kind.
        _ => text(m, key).and(Err(Errno::EINVAL)),
    }
    .map(|()| 0)
}

/// What each command wants of the arguments, whatever the descriptor is of.
fn check([fd, command, key, value, aux, _]: Args) -> Result<(), Errno> {
    let (keyed, valued, aux) = (key != 0, value != 0, aux as i32);
    let right = match command {
        _ if (fd as i32) < 0 => false,
        FSCONFIG_SET_FLAG => keyed && !valued && aux == 0,
        FSCONFIG_SET_STRING => keyed && valued && aux == 0,
        FSCONFIG_SET_BINARY => keyed && valued && (1..=FSCONFIG_BINARY).contains(&aux),
        FSCONFIG_SET_PATH | FSCONFIG_SET_PATH_EMPTY => keyed && valued && (aux >= 0 || aux == AT_FDCWD as i32),
        FSCONFIG_SET_FD => keyed && !valued && aux >= 0,
        FSCONFIG_CMD_CREATE..=FSCONFIG_CMD_CREATE_EXCL => !keyed && !valued && aux == 0,
        _ => return Err(Errno::EOPNOTSUPP),
    };
    if right { Ok(()) } else { Err(Errno::EINVAL) }
}

/// EBUSY unless options can be set.
fn may_be_set(context: &MountContext) -> Result<(), Errno> {
    context.require(MountPhase::Creating).or(context.require(MountPhase::Changing))
}

fn set_flag(context: &mut MountContext, key: &[u8]) -> Result<(), Errno> {
    may_be_set(context)?;
    match key {
        b"ro" => context.read_only = Some(true),
        b"rw" => context.read_only = Some(false),
        key if SYNCING.contains(&key) => {}
        _ => return Err(Errno::EINVAL),
    }
    Ok(())
}

fn set_text(k: &Kernel, context: &mut MountContext, key: &[u8], value: &[u8]) -> Result<(), Errno> {
    may_be_set(context)?;
    if key == b"source" {
        return match context.source.replace(value.to_vec()) {
            None => Ok(()),
            Some(_) => Err(Errno::EINVAL),
        };
    }
    let option = [key, b"=", value].concat();
    if option.contains(&b',') {
        return Err(Errno::EINVAL);
    }
    filesystems::check(k, &context.kind, &option)?;
    context.options.extend([b",", option.as_slice()].concat());
    Ok(())
}

/// All has been said of a new filesystem. It is made when it is mounted, from options that were found right.
fn create(k: &Kernel, context: &mut MountContext) -> Result<(), Errno> {
    context.require(MountPhase::Creating)?;
    k.may_administer_mounts()?;
    context.phase = MountPhase::Awaiting;
    Ok(())
}

/// Changes the options of what is mounted, and whether it may be changed, if it is anywhere still.
fn reconfigure(k: &Kernel, context: &mut MountContext) -> Result<(), Errno> {
    context.require(MountPhase::Changing)?;
    k.may_administer_mounts()?;
    let place = context.mount.and_then(|mount| k.process.namespace.numbered(mount));
    let (Some(place), options) = (place, std::mem::take(&mut context.options)) else { return Ok(()) };
    filesystems::reconfigure(k, &place, &options)?;
    match context.read_only.take() {
        Some(read_only) if !place.node().set_read_only(read_only) => Err(Errno::EINVAL),
        _ => Ok(()),
    }
}

pub fn fsmount(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, flags, attributes, ..] = *args;
    k.may_administer_mounts()?;
    if flags & !FSOPEN_CLOEXEC != 0 || attributes & !MOUNT_ATTR != 0 {
        return Err(Errno::EINVAL);
    }
    let kept = flags_of(attributes)?;
    let file = k.file(fd)?;
    let mut open = lock(&file);
    let Object::Mounting(context) = &mut open.object else { return Err(Errno::EINVAL) };
    if context.phase == MountPhase::Creating {
        return Err(Errno::EINVAL);
    }
    context.require(MountPhase::Awaiting)?;
    let read_only = context.read_only.take().unwrap_or_default();
    let New { node, options } = filesystems::create(k, m, &context.kind, &context.options, read_only)?;
    let source = context.source.as_deref().unwrap_or(b"none");
    let place = k.process.namespace.mount_nowhere(NewMount { node, source, flags: kept, options, groups: [0; 2] });
    (context.phase, context.mount) = (MountPhase::Changing, Some(place.mount_number()));
    drop(open);
    insert_mount(k, place, flags & FSOPEN_CLOEXEC != 0)
}
