//! The oldest calls on files and filesystems, which no C library makes any more: stat, lstat and fstat as they were
//! before Linux 1.2, ustat(2), sysfs(2).

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::{AT_FDCWD, AT_SYMLINK_NOFOLLOW};
use crate::linux::abi::status::{OldStat, Statfs64, Ustat};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::filesystems;
use crate::linux::guest;
use crate::linux::host::FileStatus;
use crate::linux::kernel::Kernel;
use crate::linux::objects::MAX_SMALL;
use crate::memory::Memory;

use super::call::Args;
use super::status::{by_descriptor, by_path, status_of_filesystem};

pub fn oldstat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], 0], write_old)
}

pub fn oldlstat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], AT_SYMLINK_NOFOLLOW], write_old)
}

pub fn oldfstat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_descriptor(k, m, args, write_old)
}

/// EOVERFLOW if a number that has to fit in does not.
fn write_old(memory: &mut Memory, address: u32, s: &FileStatus) -> Answer {
    let [inode, links] = [s.inode, s.links.into()].map(u16::try_from);
    let (Ok(st_ino), Ok(st_nlink), true) = (inode, links, s.size <= MAX_SMALL) else { return Err(Errno::EOVERFLOW) };
    let [atime, mtime, ctime] = s.times.map(|(seconds, _)| seconds as u32);
    let status = OldStat {
        st_dev: s.device as u16,
        st_ino,
        st_mode: s.mode as u16,
        st_nlink,
        st_uid: s.uid as u16,
        st_gid: s.gid as u16,
        st_rdev: s.special as u16,
        padding: 0,
        st_size: s.size as u32,
        st_times: [atime, mtime, ctime],
    };
    guest::write(memory, address, &status)
}

/// Free blocks and nodes of the filesystem of a device.
pub fn ustat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [device, address, ..] = *args;
    let place = k.process.namespace.mounted(device.into()).ok_or(Errno::EINVAL)?;
    let Statfs64 { f_bfree, f_ffree, .. } = status_of_filesystem(&place);
    let status = Ustat { f_tfree: f_bfree as u32, f_tinode: f_ffree as u32, ..Ustat::zeroed() };
    guest::write(&mut m.memory, address, &status)
}

/// Names of filesystems and their numbers, which are their lines in `/proc/filesystems`.
pub fn sysfs(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    const NUMBER_OF_NAME: u32 = 1;
    const NAME_OF_NUMBER: u32 = 2;
    const COUNT: u32 = 3;
    let [option, argument, address, ..] = *args;
    let mut names = filesystems();
    match option {
        NUMBER_OF_NAME => {
            let wanted = guest::string(&mut m.memory, argument)?;
            names.position(|name| name.as_bytes() == wanted).map(|number| number as u32).ok_or(Errno::EINVAL)
        }
        NAME_OF_NUMBER => {
            let name = names.nth(argument as usize).ok_or(Errno::EINVAL)?;
            m.memory.write(address, &[name.as_bytes(), b"\0"].concat())?;
            Ok(0)
        }
        COUNT => Ok(names.count() as u32),
        _ => Err(Errno::EINVAL),
    }
}
