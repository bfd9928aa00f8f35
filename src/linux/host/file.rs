//! An open file of the host. It is read and written at positions, so that open files of the guest keep positions of
//! their own; only a standard stream has its position on the host.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::time::SystemTime;

use crate::linux::errno::Errno;

use super::attributes;
use super::opened::Opened;
use super::question::Question;
use super::status::FileStatus;
use super::taped::Host;

/// Bytes that are read at once, so that an answer on a tape is of bounded size.
const PART: usize = 1 << 20;

/// An open file of the host; clones are the same open file.
#[derive(Clone, Debug)]
pub struct HostFile {
    file: Opened<File>,
    /// Where what a replayed program writes is shown.
    echo: Option<Arc<File>>,
    host: Host,
}

impl HostFile {
    /// A file that is there, or that a tape tells of.
    pub(super) fn new(file: Opened<File>, host: &Host) -> HostFile {
        HostFile { file, echo: None, host: host.clone() }
    }

    /// The same, which shows what is written if it is not there.
    pub(super) fn with_echo(self, echo: Option<File>) -> HostFile {
        HostFile { echo: echo.map(Arc::new), ..self }
    }

    /// The handle on the host.
    pub(super) fn host(&self) -> &Host {
        &self.host
    }

    /// The file itself.
    pub(super) fn real(&self) -> Result<&File, Errno> {
        self.file.real().ok_or(Errno::EBADF)
    }

    /// What is known about it.
    pub fn status(&self) -> Result<FileStatus, Errno> {
        self.host.ask(Question::FileStatus, || Ok(FileStatus::from_std(&self.real()?.metadata()?)))
    }

    /// Bytes.
    pub fn size(&self) -> Result<u64, Errno> {
        Ok(self.status()?.size)
    }

    /// Whether it is a terminal.
    pub fn is_terminal(&self) -> bool {
        self.host.tell(Question::IsTerminal, || self.real().is_ok_and(File::is_terminal))
    }

    /// Reads with some operation, and the tape notes the bytes.
    fn read_by(
        &self,
        bytes: &mut [u8],
        read: impl FnOnce(&File, &mut [u8]) -> Result<usize, Errno>,
    ) -> Result<usize, Errno> {
        if !self.host.is_taped() {
            return read(self.real()?, bytes);
        }
        let there = self.host.ask(Question::Read, || {
            let count = read(self.real()?, bytes)?;
            Ok(bytes[..count].to_vec())
        })?;
        let count = there.len().min(bytes.len());
        bytes[..count].copy_from_slice(&there[..count]);
        Ok(count)
    }

    /// Reads at a position until the bytes are filled or the file ends.
    pub fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<usize, Errno> {
        let mut done = 0;
        for piece in bytes.chunks_mut(PART) {
            let count = self.read_by(piece, |file, piece| Ok(read_at(file, piece, at + done as u64)?))?;
            done += count;
            if count < piece.len() {
                break;
            }
        }
        Ok(done)
    }

    /// Writes at a position.
    pub fn write_all_at(&self, bytes: &[u8], at: u64) -> Result<(), Errno> {
        let written = self.host.ask(Question::Write, || Ok(write_all_at(self.real()?, bytes, at)?));
        written.inspect(|()| self.show(bytes))
    }

    /// Reads at the host's position.
    pub fn read(&self, bytes: &mut [u8]) -> Result<usize, Errno> {
        let room = bytes.len().min(PART);
        self.read_by(&mut bytes[..room], |mut file, piece| retry(|| file.read(piece)))
    }

    /// Writes at the host's position.
    pub fn write(&self, bytes: &[u8]) -> Result<usize, Errno> {
        let count = self.host.ask(Question::Write, || {
            let mut file = self.real()?;
            retry(|| file.write(bytes)).map(|count| count as u64)
        })?;
        let count = usize::try_from(count).unwrap_or(usize::MAX).min(bytes.len());
        self.show(&bytes[..count]);
        Ok(count)
    }

    fn show(&self, bytes: &[u8]) {
        if let (Some(mut echo), None) = (self.echo.as_deref(), self.file.real()) {
            if self.host.is_news() {
                // The program has had its answer already.
                let _ = echo.write_all(bytes);
            }
        }
    }

    /// Moves the host's position and tells it.
    pub fn seek(&self, to: SeekFrom) -> Result<u64, Errno> {
        self.host.ask(Question::Seek, || {
            let mut file = self.real()?;
            Ok(file.seek(to)?)
        })
    }

    fn change(&self, change: impl FnOnce(&File) -> io::Result<()>) -> Result<(), Errno> {
        self.host.ask(Question::ChangeFile, || Ok(change(self.real()?)?))
    }

    /// Gives it another size.
    pub fn set_size(&self, size: u64) -> Result<(), Errno> {
        self.change(|file| file.set_len(size))
    }

    /// Has the host write it to where it lasts.
    pub fn sync(&self) -> Result<(), Errno> {
        self.change(File::sync_all)
    }

    /// Changes its permission bits.
    pub fn set_mode(&self, mode: u32) -> Result<(), Errno> {
        self.change(|file| attributes::set_mode(file, mode))
    }

    /// Changes its owner and group; `None` keeps one.
    pub fn set_owner(&self, user: Option<u32>, group: Option<u32>) -> Result<(), Errno> {
        self.change(|file| attributes::set_owner(file, user, group))
    }

    /// Changes when it was last accessed and modified; `None` keeps one.
    pub fn set_times(&self, accessed: Option<SystemTime>, modified: Option<SystemTime>) -> Result<(), Errno> {
        self.change(|file| attributes::set_times(file, accessed, modified))
    }
}

/// Repeats an operation that a signal to the host process interrupted: the guest must not see it.
fn retry<T>(mut work: impl FnMut() -> io::Result<T>) -> Result<T, Errno> {
    loop {
        match work() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return Ok(other?),
        }
    }
}

fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < bytes.len() {
        match part::read(file, &mut bytes[done..], at + done as u64) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    let mut done = 0;
    while done < bytes.len() {
        match part::write(file, &bytes[done..], at + done as u64) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(unix)]
mod part {
    use super::{File, io};
    use std::os::unix::fs::FileExt;

    pub fn read(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
        file.read_at(bytes, at)
    }

    pub fn write(file: &File, bytes: &[u8], at: u64) -> io::Result<usize> {
        file.write_at(bytes, at)
    }
}

/// Without such calls: nobody else uses the position of these files.
#[cfg(not(unix))]
mod part {
    use super::{File, io};
    use std::io::{Read, Seek, SeekFrom, Write};

    pub fn read(mut file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
        file.seek(SeekFrom::Start(at))?;
        file.read(bytes)
    }

    pub fn write(mut file: &File, bytes: &[u8], at: u64) -> io::Result<usize> {
        file.seek(SeekFrom::Start(at))?;
        file.write(bytes)
    }
}
