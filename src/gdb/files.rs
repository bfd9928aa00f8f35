//! Files that gdb reads from the guest's own tree (`set sysroot target:`), and what it reads as if it were one:
//! the auxiliary vector, the name of the program, the description of the registers.

use gdbstub::common::Pid;
use gdbstub::target::ext::auxv::Auxv;
use gdbstub::target::ext::exec_file::ExecFile;
use gdbstub::target::ext::host_io::{
    FsKind, HostIo, HostIoClose, HostIoCloseOps, HostIoErrno, HostIoError, HostIoFstat, HostIoFstatOps, HostIoOpen,
    HostIoOpenFlags, HostIoOpenMode, HostIoOpenOps, HostIoPread, HostIoPreadOps, HostIoReadlink, HostIoReadlinkOps,
    HostIoResult, HostIoSetfs, HostIoSetfsOps, HostIoStat,
};
use gdbstub::target::ext::target_description_xml_override::TargetDescriptionXmlOverride;
use gdbstub::target::{TargetError, TargetResult};

use crate::linux::FileStatus;

use super::opened::OpenedFile;
use super::session::Session;

/// Type and permission bits of the first program's file.
const IMAGE: u32 = 0o100_555;

/// A part of some bytes.
pub fn part(bytes: &[u8], offset: u64, length: usize, buffer: &mut [u8]) -> usize {
    let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
    let count = length.min(buffer.len()).min(bytes.len() - start);
    buffer[..count].copy_from_slice(&bytes[start..start + count]);
    count
}

impl Session {
    /// Reads the auxiliary vector of the process that gdb looks at.
    pub fn load_auxv(&mut self) {
        let path = format!("/proc/{}/auxv", self.process());
        self.auxv = self.whole_file(path.as_bytes());
    }

    /// A recording has of files what the program has read of them, which is no whole one: the user is told once, of one
    /// that the program has mapped.
    fn miss_file(&mut self, path: &str) {
        if self.misses_files || !self.timeline.is_recording() {
            return;
        }
        let maps = self.whole_file(format!("/proc/{}/maps", self.process()).as_bytes());
        let name = path.rsplit('/').next().unwrap_or_default();
        if String::from_utf8_lossy(&maps).lines().any(|line| line.rsplit('/').next() == Some(name)) {
            self.misses_files = true;
            self.timeline.complain(format!(
                "the recording does not have the whole of {path}, or of other files: for their symbols, `set sysroot DIR` \
                 with a copy of the root that the program ran in"
            ));
        }
    }

    /// All bytes of a file of the guest; none if it cannot be read.
    pub fn whole_file(&mut self, path: &[u8]) -> Vec<u8> {
        let (m, kernel) = self.timeline.parts();
        kernel.read_debug_file(m, path).map(|file| file.bytes).unwrap_or_default()
    }
}

impl Auxv for Session {
    fn get_auxv(&self, offset: u64, length: usize, buffer: &mut [u8]) -> TargetResult<usize, Self> {
        Ok(part(&self.auxv, offset, length, buffer))
    }
}

impl ExecFile for Session {
    fn get_exec_file(&self, pid: Option<Pid>, offset: u64, length: usize, buf: &mut [u8]) -> TargetResult<usize, Self> {
        let pid = pid.map_or(self.process(), |pid| pid.get() as u32);
        let path = self.timeline.kernel().executable_of(pid).ok_or(TargetError::NonFatal)?;
        Ok(part(&path, offset, length, buf))
    }
}

impl TargetDescriptionXmlOverride for Session {
    fn target_description_xml(
        &self,
        annex: &[u8],
        offset: u64,
        length: usize,
        buffer: &mut [u8],
    ) -> TargetResult<usize, Self> {
        match annex {
            b"target.xml" => Ok(part(self.description.as_bytes(), offset, length, buffer)),
            _ => Err(TargetError::NonFatal),
        }
    }
}

impl HostIo for Session {
    fn support_open(&mut self) -> Option<HostIoOpenOps<'_, Self>> {
        Some(self)
    }

    fn support_close(&mut self) -> Option<HostIoCloseOps<'_, Self>> {
        Some(self)
    }

    fn support_pread(&mut self) -> Option<HostIoPreadOps<'_, Self>> {
        Some(self)
    }

    fn support_fstat(&mut self) -> Option<HostIoFstatOps<'_, Self>> {
        Some(self)
    }

    fn support_readlink(&mut self) -> Option<HostIoReadlinkOps<'_, Self>> {
        Some(self)
    }

    fn support_setfs(&mut self) -> Option<HostIoSetfsOps<'_, Self>> {
        Some(self)
    }
}

impl HostIoOpen for Session {
    fn open(&mut self, path: &[u8], flags: HostIoOpenFlags, _: HostIoOpenMode) -> HostIoResult<u32, Self> {
        if flags.intersects(HostIoOpenFlags::O_WRONLY | HostIoOpenFlags::O_RDWR | HostIoOpenFlags::O_CREAT) {
            return Err(HostIoError::Errno(HostIoErrno::EROFS));
        }
        let (m, kernel) = self.timeline.parts();
        let (own, image) = &self.image;
        let file = match kernel.read_debug_file(m, path) {
            Err(_) if path == own && !image.is_empty() => OpenedFile::Image,
            Err(number) => {
                let path = String::from_utf8_lossy(path).into_owned();
                self.miss_file(&path);
                return Err(error(number));
            }
            Ok(file) => OpenedFile::Guest(file),
        };
        let number = (0..).find(|number| !self.files.contains_key(number)).unwrap_or_default();
        self.files.insert(number, file);
        Ok(number)
    }
}

impl HostIoClose for Session {
    fn close(&mut self, number: u32) -> HostIoResult<(), Self> {
        self.files.remove(&number).map(drop).ok_or(HostIoError::Errno(HostIoErrno::EBADF))
    }
}

impl HostIoPread for Session {
    fn pread(&mut self, number: u32, count: usize, offset: u64, buffer: &mut [u8]) -> HostIoResult<usize, Self> {
        // Bytes may take two in a packet.
        let count = count.min(buffer.len() / 2);
        match self.files.get(&number) {
            None => Err(HostIoError::Errno(HostIoErrno::EBADF)),
            Some(OpenedFile::Image) => Ok(part(&self.image.1, offset, count, buffer)),
            Some(OpenedFile::Guest(file)) => Ok(part(&file.bytes, offset, count, buffer)),
        }
    }
}

impl HostIoFstat for Session {
    fn fstat(&mut self, number: u32) -> HostIoResult<HostIoStat, Self> {
        let status = match self.files.get(&number).ok_or(HostIoError::Errno(HostIoErrno::EBADF))? {
            OpenedFile::Guest(file) => &file.status,
            OpenedFile::Image => &FileStatus { mode: IMAGE, size: self.image.1.len() as u64, ..FileStatus::default() },
        };
        let seconds = status.times.map(|(seconds, _)| seconds as u32);
        Ok(HostIoStat {
            st_dev: status.device as u32,
            st_ino: status.inode as u32,
            st_mode: HostIoOpenMode::from_bits_truncate(status.mode),
            st_nlink: status.links,
            st_uid: status.uid,
            st_gid: status.gid,
            st_rdev: status.special as u32,
            st_size: status.size,
            st_blksize: status.block_size.into(),
            st_blocks: status.blocks,
            st_atime: seconds[0],
            st_mtime: seconds[1],
            st_ctime: seconds[2],
        })
    }
}

impl HostIoReadlink for Session {
    fn readlink(&mut self, path: &[u8], buffer: &mut [u8]) -> HostIoResult<usize, Self> {
        let (m, kernel) = self.timeline.parts();
        let target = kernel.read_debug_link(m, path).map_err(error)?;
        Ok(part(&target, 0, target.len(), buffer))
    }
}

impl HostIoSetfs for Session {
    /// All processes see the same tree.
    fn setfs(&mut self, _: FsKind) -> HostIoResult<(), Self> {
        Ok(())
    }
}

/// An error of the kernel as gdb knows it.
fn error(number: u32) -> HostIoError<std::io::Error> {
    HostIoError::Errno(match number {
        1 => HostIoErrno::EPERM,
        2 => HostIoErrno::ENOENT,
        5 => HostIoErrno::EIO,
        9 => HostIoErrno::EBADF,
        13 => HostIoErrno::EACCES,
        20 => HostIoErrno::ENOTDIR,
        21 => HostIoErrno::EISDIR,
        22 => HostIoErrno::EINVAL,
        36 => HostIoErrno::ENAMETOOLONG,
        _ => HostIoErrno::EUNKNOWN,
    })
}
