//! What numbers and pieces of memory mean, and the layout of structures: enough to print them.

use super::names::NameSet;

/// What a number or a piece of memory means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// A signed number.
    Signed,
    /// A signed number of 64 bits.
    Long,
    /// An unsigned number.
    Unsigned,
    /// Bits, in hexadecimal.
    Hex,
    /// An unsigned number, but for the values that have names.
    Unless(&'static NameSet),
    /// An address, or NULL.
    Address,
    /// An address that is shown only if it is not NULL.
    Optional,
    /// A descriptor that may stand for the working directory (AT_FDCWD).
    Directory,
    /// Flags, or a value of an enumeration.
    Names(&'static NameSet),
    /// A file's type and permission bits.
    Mode,
    /// The number of a device: major and minor.
    Device,
    /// A file position in pages.
    Pages,
    /// A resource limit.
    Limit,
    /// What a signal does: a handler's address, SIG_DFL or SIG_IGN.
    Handler,
    /// A set of signals, as 64 bits.
    Signals,
    /// A set of the first 32 signals.
    OldSignals,
    /// What a signal says about its cause.
    Siginfo,
    /// A set of descriptors, as bits; as many as the count says.
    Descriptors(Count),
    /// Characters up to a zero, or as many as there are.
    Text,
    /// As many bytes of data as the count says.
    Bytes(Count),
    /// As many elements as the count says.
    List(&'static Meaning, Count),
    /// As many `struct iovec` as the count says, with the data that they point to.
    Vectors(Count),
    /// Directory entries; the 16 bits at this offset of each are its size.
    Entries(usize),
    /// A structure.
    Structure(&'static Layout),
    /// A structure of which these fields matter, in this order.
    Fields(&'static Layout, &'static [&'static str]),
    /// A structure of which the reader wants to see only these fields.
    Summary(&'static Layout, &'static [&'static str]),
    /// A file's status: its mode, and its size or which device it is.
    Status(&'static Layout),
    /// The address of a socket, of as many bytes as the count says.
    SocketAddress(Count),
    /// How many descriptors are ready; none means that time ran out.
    Ready,
    /// Padding, or what nobody wants to see.
    Hidden,
}

/// How many elements there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// Always so many.
    Fixed(usize),
    /// As many as the argument with this index says.
    Argument(usize),
    /// As many as the call answers.
    Answer,
    /// As many as the word says to which the argument with this index points.
    Pointed(usize),
}

/// A field of a structure.
#[derive(PartialEq, Eq, Debug)]
pub struct StructureField {
    /// As the kernel's headers spell it.
    pub name: &'static str,
    /// Bytes that it takes.
    pub size: usize,
    /// What it means.
    pub meaning: Meaning,
}

/// A structure.
#[derive(PartialEq, Eq, Debug)]
pub struct Layout {
    /// Its fields in order, without gaps.
    pub fields: &'static [StructureField],
}

impl Layout {
    /// Bytes that it takes.
    pub const fn size(&self) -> usize {
        let (mut size, mut index) = (0, 0);
        while index < self.fields.len() {
            size += self.fields[index].size;
            index += 1;
        }
        size
    }
}
