//! A tape: records in order, and a place where it stands. At its end it is written; anywhere else it is read.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use super::chunk::{self, NextChunk, PackedChunk};
use super::error::RecordingError;

/// Bytes of records after which a chunk is written.
const CHUNK: usize = 256 << 10;

/// Time after which a chunk is written, however few records it has.
const PATIENCE: Duration = Duration::from_secs(1);

/// A place on a tape, between two records.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct TapePosition {
    chunk: usize,
    offset: usize,
}

/// Where the chunks go.
enum Keep {
    /// They stay in memory, and the tape can be wound back.
    Memory,
    /// They are written, and forgotten.
    Written(Box<dyn Write + Send>),
    /// There will be no more of them.
    Nowhere,
}

/// Records in order.
pub struct Tape {
    keep: Keep,
    /// The chunks that can be read.
    packed: Vec<PackedChunk>,
    /// How many chunks there are before the open one.
    chunks: usize,
    /// The records that are in no chunk yet.
    open: Vec<u8>,
    /// When the last chunk was written.
    written: Instant,
    /// What went wrong with writing.
    failure: Option<io::Error>,
    position: TapePosition,
    /// The records of the chunk that is read.
    unpacked: Option<(usize, Vec<u8>)>,
}

impl Tape {
    /// An empty tape in memory, which can be wound back.
    pub fn in_memory() -> Tape {
        Tape::new(Keep::Memory)
    }

    /// An empty tape that is written somewhere. What goes wrong with that is told by [`finish`](Tape::finish).
    ///
    /// # Errors
    /// The beginning cannot be written.
    pub fn to_writer(mut writer: Box<dyn Write + Send>) -> io::Result<Tape> {
        writer.write_all(&chunk::beginning())?;
        Ok(Tape::new(Keep::Written(writer)))
    }

    /// The tape in a file, at its beginning. It cannot be written any more.
    ///
    /// # Errors
    /// The file is no recording, or is damaged.
    pub fn from_file(file: &[u8]) -> Result<Tape, RecordingError> {
        let mut at = chunk::check_beginning(file)?;
        let mut tape = Tape::new(Keep::Nowhere);
        while let NextChunk::Whole(chunk, behind) = PackedChunk::read(file, at)? {
            tape.packed.push(chunk);
            at = behind;
        }
        tape.chunks = tape.packed.len();
        Ok(tape)
    }

    fn new(keep: Keep) -> Tape {
        Tape {
            keep,
            packed: Vec::new(),
            chunks: 0,
            open: Vec::new(),
            written: Instant::now(),
            failure: None,
            position: TapePosition::default(),
            unpacked: None,
        }
    }

    /// Whether records can be written at its end.
    pub fn is_writable(&self) -> bool {
        !matches!(self.keep, Keep::Nowhere)
    }

    /// Whether it can be wound back.
    pub fn is_rewindable(&self) -> bool {
        !matches!(self.keep, Keep::Written(_))
    }

    /// Whether it stands at its end.
    pub fn is_at_end(&self) -> bool {
        self.position >= self.end()
    }

    fn end(&self) -> TapePosition {
        TapePosition { chunk: self.chunks, offset: self.open.len() }
    }

    /// Where it stands.
    pub fn position(&self) -> TapePosition {
        self.position
    }

    /// How many chunks it has passed, and how many there are.
    pub fn passed(&self) -> (usize, usize) {
        (self.position.chunk, self.chunks)
    }

    /// Winds it to a place where it has stood before.
    pub fn seek(&mut self, position: TapePosition) {
        self.position = position.min(self.end());
    }

    /// The bytes that it takes in memory.
    #[cfg(feature = "cli")]
    pub(crate) fn bytes(&self) -> usize {
        self.packed.iter().map(PackedChunk::bytes).sum::<usize>() + self.open.len()
    }

    /// The bytes that it takes from a place on.
    #[cfg(feature = "cli")]
    pub(crate) fn bytes_from(&self, place: TapePosition) -> usize {
        self.packed.iter().skip(place.chunk).map(PackedChunk::bytes).sum::<usize>() + self.open.len()
    }

    /// Forgets what comes before a place, to which it cannot be wound back any more.
    #[cfg(feature = "cli")]
    pub(crate) fn forget_before(&mut self, place: TapePosition) {
        for chunk in self.packed.iter_mut().take(place.chunk).filter(|chunk| chunk.bytes() > 0) {
            *chunk = PackedChunk::default();
        }
        self.unpacked = None;
    }

    /// Writes a record at the end, where it stands.
    pub fn append(&mut self, record: &[u8]) {
        self.open.extend_from_slice(record);
        self.position = self.end();
        if self.open.len() >= CHUNK || self.written.elapsed() >= PATIENCE {
            self.close_chunk();
        }
    }

    /// The records from where it stands on, as far as they are in one chunk; none at the end.
    ///
    /// # Errors
    /// The chunk is damaged.
    pub fn rest(&mut self) -> Result<&[u8], RecordingError> {
        loop {
            let TapePosition { chunk, offset } = self.position;
            if chunk >= self.chunks {
                return Ok(self.open.get(offset..).unwrap_or_default());
            }
            if self.unpacked.as_ref().is_none_or(|(of, _)| *of != chunk) {
                let packed = self.packed.get(chunk).map_or(Ok(Vec::new()), PackedChunk::unpack)?;
                self.unpacked = Some((chunk, packed));
            }
            let length = self.unpacked.as_ref().map_or(0, |(_, records)| records.len());
            if offset < length {
                return Ok(self.unpacked.as_ref().map_or(&[], |(_, records)| &records[offset..]));
            }
            self.position = TapePosition { chunk: chunk + 1, offset: 0 };
        }
    }

    /// Goes on behind bytes of [`rest`](Tape::rest).
    pub fn skip(&mut self, count: usize) {
        self.position.offset += count;
        let TapePosition { chunk, offset } = self.position;
        // A place has one name, whether it is written or read.
        if self.unpacked.as_ref().is_some_and(|(of, records)| *of == chunk && offset >= records.len()) {
            self.position = TapePosition { chunk: chunk + 1, offset: 0 };
        }
    }

    /// Forgets what comes behind the place where it stands, if it can be written there.
    ///
    /// # Errors
    /// The chunk is damaged.
    pub fn cut(&mut self) -> Result<(), RecordingError> {
        let TapePosition { chunk, offset } = self.position;
        if !matches!(self.keep, Keep::Memory) || self.is_at_end() {
            return Ok(());
        }
        if let Some(packed) = self.packed.get(chunk) {
            self.open = packed.unpack()?;
            self.packed.truncate(chunk);
            self.chunks = chunk;
            self.unpacked = None;
        }
        self.open.truncate(offset);
        Ok(())
    }

    fn close_chunk(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let chunk = PackedChunk::pack(&std::mem::take(&mut self.open));
        let written = match &mut self.keep {
            Keep::Written(writer) => chunk.write(writer).and_then(|()| writer.flush()),
            _ => {
                self.packed.push(chunk);
                Ok(())
            }
        };
        if let (Err(error), None) = (written, &self.failure) {
            self.failure = Some(error);
        }
        self.chunks += 1;
        self.position = self.end();
        self.written = Instant::now();
    }

    /// Writes what is not written yet. Nothing can be recorded any more.
    ///
    /// # Errors
    /// Something could not be written, now or before.
    pub fn finish(&mut self) -> io::Result<()> {
        self.close_chunk();
        self.keep = Keep::Nowhere;
        self.failure.take().map_or(Ok(()), Err)
    }
}

impl std::fmt::Debug for Tape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tape").field("position", &self.position).field("end", &self.end()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A file of three chunks.
    fn file() -> Vec<u8> {
        let shared = Shared::default();
        let mut tape = Tape::to_writer(Box::new(shared.clone())).unwrap();
        for byte in 0..3 {
            tape.append(&[byte; CHUNK]);
        }
        tape.finish().unwrap();
        let bytes = shared.0.lock().unwrap();
        bytes.clone()
    }

    fn bytes(tape: &mut Tape) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let rest = tape.rest().unwrap().to_vec();
            if rest.is_empty() {
                return all;
            }
            tape.skip(rest.len());
            all.extend(rest);
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let mut tape = Tape::from_file(&file()).unwrap();
        assert_eq!(bytes(&mut tape), [[0; CHUNK], [1; CHUNK], [2; CHUNK]].concat());
        assert!(tape.is_at_end());
    }

    #[test]
    fn one_in_memory_is_wound_back() {
        let mut tape = Tape::in_memory();
        tape.append(b"one");
        let place = tape.position();
        tape.append(&[7; CHUNK]);
        tape.append(b"three");
        tape.seek(place);
        assert!(!tape.is_at_end());
        assert_eq!(bytes(&mut tape), [[7; CHUNK].as_slice(), b"three"].concat());
        assert!(tape.is_at_end() && tape.is_writable());
    }

    #[test]
    fn what_comes_behind_a_cut_is_gone() {
        let mut tape = Tape::in_memory();
        tape.append(b"one");
        let place = tape.position();
        tape.append(&[7; CHUNK]);
        tape.append(b"three");
        for _ in 0..2 {
            tape.seek(place);
            tape.cut().unwrap();
            assert!(tape.is_at_end());
            tape.append(b"two");
        }
        tape.seek(TapePosition::default());
        assert_eq!(bytes(&mut tape), b"onetwo");
    }

    #[test]
    #[cfg(feature = "cli")]
    fn the_beginning_can_be_forgotten() {
        let mut tape = Tape::in_memory();
        tape.append(&(0..CHUNK).map(|byte| ((byte * byte) >> 7) as u8).collect::<Vec<u8>>());
        let place = tape.position();
        tape.append(b"kept");
        let (all, kept) = (tape.bytes(), tape.bytes_from(place));
        assert!(kept == 4 && all > kept, "{all} {kept}");
        tape.forget_before(place);
        tape.seek(place);
        assert_eq!((tape.bytes(), bytes(&mut tape)), (kept, b"kept".to_vec()));
    }

    #[test]
    fn a_place_has_the_same_name_when_it_is_read() {
        let mut tape = Tape::in_memory();
        let places = [3, CHUNK, 5].map(|length| {
            tape.append(&vec![1; length]);
            tape.position()
        });
        tape.seek(TapePosition::default());
        let read = [3, CHUNK, 5].map(|length| {
            tape.rest().unwrap();
            tape.skip(length);
            tape.position()
        });
        assert_eq!(read, places);
    }

    #[test]
    fn every_changed_bit_is_noticed_and_every_end_is_one() {
        let file = file();
        let whole = bytes(&mut Tape::from_file(&file).unwrap());
        for byte in 0..file.len() {
            let mut damaged = file.clone();
            damaged[byte] ^= 1 << (byte % 8);
            assert!(Tape::from_file(&damaged).is_err(), "byte {byte}");
            if let Ok(mut tape) = Tape::from_file(&file[..byte]) {
                assert!(whole.starts_with(&bytes(&mut tape)));
            }
        }
    }
}
