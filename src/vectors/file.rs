//! Vector files: one JSON object a line, plain or compressed with gzip.
//!
//! Nothing in a file is trusted: lines and the memory that a header asks for are bounded.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use super::format::{Header, TestVector};

/// The longest line that is read, in bytes.
const MAX_LINE: u64 = 1 << 20;

/// The most memory that all regions of a header may have, in bytes.
const MAX_MEMORY: u64 = 64 << 20;

/// The first two bytes of a gzip file.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// An open vector file.
pub struct File {
    path: PathBuf,
    header: Header,
    lines: Box<dyn BufRead>,
    /// The number of the line that was read last, from 1.
    line: u64,
}

/// Why a vector file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The host does not let us read it.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the host said.
        source: io::Error,
    },
    /// A line is not what the format asks for.
    #[error("{path}:{line}: {problem}")]
    Format {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        problem: String,
    },
}

impl File {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// The file cannot be read, or its first line is not a header of version 1.
    pub fn open(path: impl AsRef<Path>) -> Result<File, FileError> {
        let path = path.as_ref().to_path_buf();
        let mut lines = reader(&path).map_err(|source| FileError::Io { path: path.clone(), source })?;
        let mut line = 0;
        let header = next(&path, &mut lines, &mut line)?;
        let problem = |problem: String| FileError::Format { path: path.clone(), line: 1, problem };
        let header: Header =
            header.ok_or_else(|| problem("the file is empty; its first line should be a header".into()))?;
        check(&header).map_err(problem)?;
        Ok(File { path, header, lines, line })
    }

    /// What the first line says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The next vector; `None` at the end of the file.
    ///
    /// # Errors
    /// The file cannot be read, or the line is not a vector.
    pub fn next_vector(&mut self) -> Result<Option<TestVector>, FileError> {
        let vector: Option<TestVector> = next(&self.path, &mut self.lines, &mut self.line)?;
        match &vector {
            Some(TestVector { initial, .. }) if initial.eip.is_none() => {
                let problem = "`initial` has no `eip`".to_string();
                Err(FileError::Format { path: self.path.clone(), line: self.line, problem })
            }
            _ => Ok(vector),
        }
    }
}

/// Reads through gzip if the file begins like it.
fn reader(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut file = BufReader::new(fs::File::open(path)?);
    let compressed = file.fill_buf()?.starts_with(GZIP);
    Ok(if compressed { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(file) })
}

/// Parses the next line that is not blank.
fn next<T: for<'de> Deserialize<'de>>(
    path: &Path,
    lines: &mut dyn BufRead,
    line: &mut u64,
) -> Result<Option<T>, FileError> {
    let mut text = Vec::new();
    while text.trim_ascii().is_empty() {
        text.clear();
        *line += 1;
        let read = lines.take(MAX_LINE).read_until(b'\n', &mut text);
        if read.map_err(|source| FileError::Io { path: path.into(), source })? == 0 {
            return Ok(None);
        }
    }
    let parsed = serde_json::from_slice(&text).map(Some);
    parsed.map_err(|error| FileError::Format { path: path.into(), line: *line, problem: explain(&error, text.len()) })
}

/// The parser counts lines itself, but sees one at a time: only its column means something.
fn explain(error: &serde_json::Error, length: usize) -> String {
    if length as u64 == MAX_LINE {
        return format!("the line is longer than {MAX_LINE} bytes");
    }
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    format!("{text} (column {})", error.column())
}

fn check(header: &Header) -> Result<(), String> {
    if (header.format.as_str(), header.version) != ("ia32-hw-vectors", 1) {
        return Err(format!(
            "format `{}` version {}; only `ia32-hw-vectors` version 1 is understood",
            header.format, header.version
        ));
    }
    if let Some(region) = header.regions.iter().find(|region| u64::from(region.base) + u64::from(region.size) > 1 << 32)
    {
        return Err(format!("the region at {:#x} goes beyond 4 GiB", region.base));
    }
    if header.regions.iter().map(|region| u64::from(region.size)).sum::<u64>() > MAX_MEMORY {
        return Err(format!("the regions have more than {} MiB of memory", MAX_MEMORY >> 20));
    }
    Ok(())
}
