//! Chunks of records in a file: compressed, and with checksums, as the room's page says.

use std::io::{Read, Write};

use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use super::error::RecordingError;
use super::version::{MAGIC, VERSION};

/// Bytes of a chunk's header.
const HEADER: usize = 16;

/// Most bytes of records in a chunk.
const MAX_RECORDS: u32 = 64 << 20;

/// A chunk as it is kept: how many bytes of records it has, and these compressed.
#[derive(Clone, Default, Debug)]
pub struct PackedChunk {
    length: u32,
    packed: Vec<u8>,
    /// Where it begins in the file.
    offset: u64,
}

/// What stands at a place of a file.
pub enum NextChunk {
    /// A chunk, and the place behind it.
    Whole(PackedChunk, usize),
    /// The end, or a chunk that was not written to its end.
    End,
}

/// The beginning of every file.
pub fn beginning() -> Vec<u8> {
    [MAGIC.as_slice(), &VERSION.to_le_bytes()].concat()
}

/// Checks the beginning of a file and gives the place of the first chunk.
pub fn check_beginning(file: &[u8]) -> Result<usize, RecordingError> {
    let rest = file.strip_prefix(MAGIC).ok_or(RecordingError::NotARecording)?;
    let version = rest.first_chunk::<4>().ok_or(RecordingError::Empty)?;
    match u32::from_le_bytes(*version) {
        VERSION => Ok(MAGIC.len() + version.len()),
        other => Err(RecordingError::Version(other)),
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

impl PackedChunk {
    /// Compresses records.
    pub fn pack(records: &[u8]) -> PackedChunk {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        // Memory takes everything.
        let packed = encoder.write_all(records).and_then(|()| encoder.finish()).unwrap_or_default();
        PackedChunk { length: records.len() as u32, packed, offset: 0 }
    }

    /// The bytes that it takes in memory.
    #[cfg(feature = "cli")]
    pub fn bytes(&self) -> usize {
        self.packed.len()
    }

    /// As it is written to a file.
    pub fn write(&self, to: &mut dyn Write) -> std::io::Result<()> {
        let mut header = Vec::with_capacity(HEADER);
        for number in [self.length, self.packed.len() as u32, checksum(&self.packed)] {
            header.extend(number.to_le_bytes());
        }
        header.extend(checksum(&header).to_le_bytes());
        to.write_all(&header)?;
        to.write_all(&self.packed)
    }

    /// Reads the chunk at a place of a file.
    pub fn read(file: &[u8], at: usize) -> Result<NextChunk, RecordingError> {
        let damaged = RecordingError::Damaged { offset: at as u64 };
        let Some(header) = file.get(at..at + HEADER) else { return Ok(NextChunk::End) };
        let number = |index: usize| u32::from_le_bytes(std::array::from_fn(|byte| header[4 * index + byte]));
        let [length, size, sum] = [0, 1, 2].map(number);
        if checksum(&header[..12]) != number(3) || length > MAX_RECORDS {
            return Err(damaged);
        }
        let start = at + HEADER;
        let Some(packed) = start.checked_add(size as usize).and_then(|end| file.get(start..end)) else {
            return Ok(NextChunk::End);
        };
        if checksum(packed) != sum {
            return Err(damaged);
        }
        let chunk = PackedChunk { length, packed: packed.to_vec(), offset: at as u64 };
        Ok(NextChunk::Whole(chunk, start + packed.len()))
    }

    /// The records.
    pub fn unpack(&self) -> Result<Vec<u8>, RecordingError> {
        let mut records = Vec::new();
        // One byte more, to see whether there are too many.
        let mut decoder = DeflateDecoder::new(self.packed.as_slice()).take(u64::from(self.length) + 1);
        match decoder.read_to_end(&mut records) {
            Ok(count) if count == self.length as usize => Ok(records),
            _ => Err(RecordingError::Damaged { offset: self.offset }),
        }
    }
}
