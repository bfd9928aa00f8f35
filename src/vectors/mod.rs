//! Hardware vectors: what a real processor did, read from files and replayed by the engine.
//!
//! A vector is the state before and after one instruction (or a short sequence) on silicon. Here
//! live the file format, the replay and the comparison; telling a person about the outcome is the
//! business of `cli`.
//!
//! ```no_run
//! use tab86::vectors::{File, Mode, Verdict, Replayer};
//! let mut file = File::open("general.jsonl.gz")?;
//! let mut replayer = Replayer::new(file.header());
//! while let Some(vector) = file.next_vector()? {
//!     if let Verdict::Failed(differences) = replayer.replay(&vector, Mode::Full) {
//!         println!("{}: {differences:?}", vector.asm);
//!     }
//! }
//! # Ok::<(), tab86::vectors::FileError>(())
//! ```

mod compare;
mod file;
mod float;
mod format;
mod image;
mod replay;

pub use compare::{Difference, End, NarrowRegister, WideRegister};
pub use file::{File, FileError};
pub use format::{
    FloatState, Header, Hex, ProcessorState, Raised, Region, SegmentBase, Selectors, SetKind, TestVector,
};
pub use replay::{Mode, Replayer, Skip, Verdict};
