//! Recordings: what a run was told from outside, in order, so that it can be run again without the outside.
//!
//! A guest is deterministic but for what its host answers. A recording has these answers, and what the run began
//! with; the program itself computes everything else again. [`Tape`] is the way to write and to read one; what the
//! records mean is the business of whoever writes them (`linux/host`), and what a recording begins with is the first
//! record.
//!
//! # The file
//!
//! | bytes | what |
//! |---|---|
//! | 16 | `tab86 recording` and a line feed |
//! | 4 | the version of the format, [`VERSION`], little-endian |
//! | any number of chunks | records |
//!
//! A chunk is 16 bytes of header, four little-endian numbers of 32 bits: how many bytes of records it has (at most
//! 64 MiB), how many bytes follow (the records, as a raw Deflate stream, RFC 1951), the CRC-32 of these (RFC 1952),
//! and the CRC-32 of the twelve bytes before. A record never crosses the end of a chunk. A chunk is written when it
//! has grown to 256 KiB, and whenever a second has passed since the last one, so that a recorder that is killed
//! leaves nearly everything.
//!
//! A record is a byte, what was asked, and the answer in the encoding of `postcard`. How many bytes an answer has
//! follows from what was asked.
//!
//! Every checksum is verified when the file is opened, before anything of it is used: a changed bit is an error that
//! names its place. A file that ends within a chunk, or without the last record, is a recorder that was killed: it is
//! read as far as it goes. Nothing that a file says makes the reader allocate more than a chunk.

mod chunk;
mod error;
mod tape;
mod version;

pub use error::RecordingError;
pub use tape::{Tape, TapePosition};
pub use version::VERSION;
