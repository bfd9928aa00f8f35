//! The encodings that other decoders know in 32-bit mode and the table leaves out, with the reason of each.
//!
//! `build.rs` reads the list too, for the maps by which the decoder finds them.

/// The list: name, opcode, instruction and reason of each, separated by tabs; `#` begins a comment.
const LIST: &str = include_str!("../../tests/data/left-out.tsv");

/// An encoding that the table leaves out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LeftOutEncoding {
    /// The offset of its line in the list.
    pub(crate) start: usize,
    /// Its opcode. `o16`, `o32`, `a16` and `a32` stand for its operand or address size.
    pub opcode: &'static str,
    /// The instruction.
    pub instruction: &'static str,
    /// Why the table has no row for it.
    pub reason: &'static str,
}

/// All of them.
pub fn list() -> impl Iterator<Item = LeftOutEncoding> {
    let starts = std::iter::once(0).chain(LIST.match_indices('\n').map(|(end, _)| end + 1));
    starts.filter_map(at)
}

/// The one whose line begins at an offset.
pub(crate) fn at(start: usize) -> Option<LeftOutEncoding> {
    let line = LIST.get(start..)?.lines().next()?;
    match line.split('\t').collect::<Vec<_>>()[..] {
        [name, opcode, instruction, reason] if !name.starts_with('#') => {
            Some(LeftOutEncoding { start, opcode, instruction, reason })
        }
        _ => None,
    }
}
