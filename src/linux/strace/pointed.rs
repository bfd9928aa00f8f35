//! What a pointer leads to as `strace` prints it: strings, structures, arrays.

use crate::linux::abi::files::Iovec;
use crate::linux::abi::{Count, Encoded, Layout, Meaning, StructureField};
use crate::linux::guest;
use crate::memory::Memory;

use super::quote::{self, SHOWN};
use super::scalar;

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
        Meaning::Text => guest::string(memory, address).map_or(plain, |text| quote::whole(&text)),
        Meaning::Bytes(count) => data(memory, address, counts.of(*count)).unwrap_or(plain),
        Meaning::Vectors(count) => vectors(memory, address, counts.of(*count), counts.answer).unwrap_or(plain),
        Meaning::Descriptors(count) => descriptors(memory, address, counts.of(*count)).unwrap_or(plain),
        Meaning::Entries(offset) => entries(memory, address, *offset, counts.answer).unwrap_or(plain),
        Meaning::List(element, count) => list(memory, address, element, counts.of(*count)).unwrap_or(plain),
        Meaning::Signed | Meaning::Unsigned | Meaning::Hex | Meaning::Address => {
            bytes(memory, address, 4).map_or(plain, |word| format!("[{}]", value(meaning, &word)))
        }
        meaning => bytes(memory, address, size(meaning)).map_or(plain, |bytes| value(meaning, &bytes)),
    }
}

fn bytes(memory: &mut Memory, address: u32, size: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; size];
    memory.read(address, &mut bytes).ok()?;
    Some(bytes)
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
        Meaning::Signals => 8,
        _ => 4,
    }
}

/// Something whose bytes are known.
fn value(meaning: &Meaning, bytes: &[u8]) -> String {
    match meaning {
        Meaning::Structure(layout) => fields(layout, bytes, |_| true, ""),
        Meaning::Fields(layout, shown) => fields(layout, bytes, |name| shown.contains(&name), ""),
        Meaning::Summary(layout, shown) => fields(layout, bytes, |name| shown.contains(&name), ", ..."),
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

/// A structure's fields by name.
fn fields(layout: &Layout, bytes: &[u8], shown: impl Fn(&str) -> bool, end: &str) -> String {
    let mut rest = bytes;
    let mut parts = Vec::new();
    for StructureField { name, size, meaning } in layout.fields {
        let (own, after) = rest.split_at((*size).min(rest.len()));
        rest = after;
        if *meaning != Meaning::Hidden && shown(name) {
            parts.push(format!("{name}={}", value(meaning, own)));
        }
    }
    format!("{{{}{end}}}", parts.join(", "))
}

/// A file's mode, and its size, or the device that it is.
fn status(layout: &Layout, bytes: &[u8]) -> String {
    let text = fields(layout, bytes, |name| name.ends_with("_mode"), "");
    let device = text.contains("S_IFCHR") || text.contains("S_IFBLK");
    let second = if device { "st_rdev" } else { "st_size" };
    fields(layout, bytes, |name| name.ends_with("_mode") || name == second, ", ...")
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
