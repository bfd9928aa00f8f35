//! Reading and writing files of the host at positions, so that open files of the guest keep positions
//! of their own.

use std::fs::File;
use std::io;

/// Reads at a position until the bytes are filled or the file ends.
pub fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
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

/// Writes at a position.
pub fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
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
