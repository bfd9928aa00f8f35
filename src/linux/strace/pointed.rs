//! What a pointer leads to as `strace` prints it: strings, structures, arrays.

use crate::linux::abi::files::Iovec;
use crate::linux::abi::siginfo::SIGINFO_SIZE;
use crate::linux::abi::sockets::SOCKADDR_MAX;
use crate::linux::abi::status::{S_IFBLK, S_IFCHR, S_IFMT};
use crate::linux::abi::{Count, Encoded, Layout, Meaning, StructureField};
use crate::linux::signals::Siginfo;
use crate::memory::Memory;

use super::quote::{self, SHOWN};
use super::{scalar, siginfo, socket_address};

/// What the counts of a call say.
#[derive(Clone, Copy)]
pub struct ElementCounts<'a> {
    /// The arguments.
    pub args: &'a [u32; 6],
    /// The answer, if there is one.
    pub answer: usize,
}

impl ElementCounts<'_> {
    fn of(&self, count: Count) -> usize {
        match count {
            Count::Fixed(count) => count,
            Count::Argument(index) => self.args[index] as usize,
            Count::Answer => self.answer,
            Count::Pointed(_) => 0,
        }
    }
}

/// What lies at an address. An address that cannot be read is shown itself.
pub fn at(memory: &mut Memory, meaning: &Meaning, address: u32, counts: ElementCounts) -> String {
    let plain = scalar::address(address);
    if address == 0 {
        return plain;
    }
    match meaning {
        Meaning::Text => string(memory, address).map_or(plain, |text| quote::whole(&text)),
        Meaning::Bytes(count) => data(memory, address, counts.of(*count)).unwrap_or(plain),
        Meaning::Vectors(count) => vectors(memory, address, counts.of(*count), counts.answer).unwrap_or(plain),
        Meaning::Descriptors(count) => descriptors(memory, address, counts.of(*count)).unwrap_or(plain),
        Meaning::SocketAddress(count) => {
            let size = size_of_address(memory, *count, counts);
            bytes(memory, address, size).map_or(plain, |bytes| socket_address::text(&bytes))
        }
        Meaning::Entries(offset) => entries(memory, address, *offset, counts.answer).unwrap_or(plain),
        Meaning::List(element, count) => list(memory, address, element, counts.of(*count)).unwrap_or(plain),
        Meaning::Signed | Meaning::Long | Meaning::Unsigned | Meaning::Hex | Meaning::Address => {
            bytes(memory, address, size(meaning)).map_or(plain, |word| format!("[{}]", value(meaning, &word)))
        }
        meaning => bytes(memory, address, size(meaning)).map_or(plain, |bytes| value(meaning, &bytes)),
    }
}

/// Bytes of the address of a socket.
fn size_of_address(memory: &mut Memory, count: Count, counts: ElementCounts) -> usize {
    let size = match count {
        Count::Pointed(index) => number(memory, counts.args[index]) as usize,
        count => counts.of(count),
    };
    size.min(SOCKADDR_MAX as usize)
}

/// Some bytes; no page gets a frame by that, since the program must not notice that somebody looks.
fn bytes(memory: &Memory, address: u32, size: usize) -> Option<Vec<u8>> {
    let bytes = memory.mapped_bytes(memory.pool(), address, u32::try_from(size).ok()?);
    Some(bytes).filter(|bytes| bytes.len() == size)
}

/// A zero-terminated string.
fn string(memory: &Memory, address: u32) -> Option<Vec<u8>> {
    const PART: u32 = 256;
    const PATH_MAX: usize = 4096;
    let mut string = Vec::new();
    while string.len() < PATH_MAX {
        let part = memory.mapped_bytes(memory.pool(), address.wrapping_add(string.len() as u32), PART);
        match part.iter().position(|byte| *byte == 0) {
            Some(end) => return Some([string.as_slice(), &part[..end]].concat()),
            None if part.len() < PART as usize => return None,
            None => string.extend(part),
        }
    }
    None
}

fn number(memory: &Memory, address: u32) -> u32 {
    let bytes = bytes(memory, address, 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
    bytes.map_or(0, u32::from_le_bytes)
}

/// The beginning of data of so many bytes.
fn data(memory: &mut Memory, address: u32, total: usize) -> Option<String> {
    bytes(memory, address, total.min(SHOWN)).map(|bytes| quote::start(&bytes, total))
}

/// Bytes that something takes in memory.
fn size(meaning: &Meaning) -> usize {
    match meaning {
        Meaning::Structure(layout) | Meaning::Status(layout) => layout.size(),
        Meaning::Fields(layout, _) | Meaning::Summary(layout, _) => layout.size(),
        Meaning::List(element, Count::Fixed(count)) => count * size(element),
        Meaning::Signals | Meaning::Long => 8,
        Meaning::Siginfo => SIGINFO_SIZE,
        _ => 4,
    }
}

/// Something whose bytes are known.
fn value(meaning: &Meaning, bytes: &[u8]) -> String {
    match meaning {
        Meaning::Siginfo => siginfo::text(&Siginfo::from_bytes(bytes)),
        Meaning::Structure(layout) => {
            let names: Vec<&str> = layout.fields.iter().map(|field| field.name).collect();
            fields(layout, bytes, &names, "")
        }
        Meaning::Fields(layout, names) => fields(layout, bytes, names, ""),
        Meaning::Summary(layout, names) => fields(layout, bytes, names, ", ..."),
        Meaning::Status(layout) => status(layout, bytes),
        Meaning::Text => quote::whole(bytes.split(|byte| *byte == 0).next().unwrap_or_default()),
        Meaning::List(element, Count::Fixed(count)) => {
            let parts = bytes.chunks(bytes.len() / count.max(&1)).map(|bytes| value(element, bytes));
            format!("[{}]", parts.collect::<Vec<_>>().join(", "))
        }
        scalar => {
            let mut bytes = bytes;
            let size = bytes.len();
            scalar::number(scalar, u64::decode(&mut bytes), size)
        }
    }
}

/// A structure's fields with these names.
fn fields(layout: &Layout, bytes: &[u8], names: &[&str], end: &str) -> String {
    let parts = names.iter().filter_map(|name| {
        let (field, own) = part(layout, bytes, name)?;
        let absent = field.meaning == Meaning::Optional && own.iter().all(|byte| *byte == 0);
        let shown = field.meaning != Meaning::Hidden && !absent;
        shown.then(|| format!("{name}={}", value(&field.meaning, own)))
    });
    format!("{{{}{end}}}", parts.collect::<Vec<_>>().join(", "))
}

/// The field of this name, and its bytes.
fn part<'a>(layout: &Layout, bytes: &'a [u8], name: &str) -> Option<(&'static StructureField, &'a [u8])> {
    let index = layout.fields.iter().position(|field| field.name == name)?;
    let start: usize = layout.fields[..index].iter().map(|field| field.size).sum();
    let field = &layout.fields[index];
    bytes.get(start..start + field.size).map(|bytes| (field, bytes))
}

/// A file's mode, and its size, or the device that it is.
fn status(layout: &Layout, bytes: &[u8]) -> String {
    let mut mode = part(layout, bytes, "st_mode").map_or(&[][..], |(_, bytes)| bytes);
    let device = matches!(u32::decode(&mut mode) & S_IFMT, S_IFCHR | S_IFBLK);
    fields(layout, bytes, &["st_mode", if device { "st_rdev" } else { "st_size" }], ", ...")
}

fn list(memory: &mut Memory, address: u32, element: &Meaning, count: usize) -> Option<String> {
    let size = size(element);
    let mut parts = Vec::new();
    for index in 0..count.min(SHOWN) {
        let at = address.wrapping_add((index * size) as u32);
        parts.push(value(element, &bytes(memory, at, size)?));
    }
    if count > SHOWN {
        parts.push("...".into());
    }
    Some(format!("[{}]", parts.join(", ")))
}

/// The parts of a scattered transfer, and the data in them, of which there are so many bytes.
fn vectors(memory: &mut Memory, address: u32, count: usize, mut moved: usize) -> Option<String> {
    let mut parts = Vec::new();
    for index in 0..count.min(SHOWN) {
        let at = address.wrapping_add((index * Iovec::SIZE) as u32);
        let Iovec { iov_base, iov_len } = Iovec::decode(&mut bytes(memory, at, Iovec::SIZE)?.as_slice());
        let there = (iov_len as usize).min(moved);
        moved -= there;
        let data = data(memory, iov_base, there).unwrap_or_else(|| scalar::address(iov_base));
        parts.push(format!("{{iov_base={data}, iov_len={iov_len}}}"));
    }
    Some(format!("[{}]", parts.join(", ")))
}

/// The members of a set of descriptors below a number.
fn descriptors(memory: &mut Memory, address: u32, count: usize) -> Option<String> {
    let set = bytes(memory, address, count.min(1024).div_ceil(32) * 4)?;
    let members = (0..count.min(1024)).filter(|number| set[number / 8] >> (number % 8) & 1 != 0);
    Some(format!("[{}]", members.map(|number| number.to_string()).collect::<Vec<_>>().join(" ")))
}

/// How many directory entries there are in so many bytes.
fn entries(memory: &mut Memory, address: u32, offset: usize, total: usize) -> Option<String> {
    let (mut at, mut count) = (0, 0);
    while at < total {
        let size = bytes(memory, address.wrapping_add((at + offset) as u32), 2)?;
        at += usize::from(u16::decode(&mut size.as_slice())).max(1);
        count += 1;
    }
    Some(format!("{} /* {count} entries */", scalar::address(address)))
}
