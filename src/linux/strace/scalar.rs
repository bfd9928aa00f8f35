//! Single numbers as `strace` prints them: addresses, flags, modes, signals, devices, limits.

use crate::linux::abi::files::AT_FDCWD;
use crate::linux::abi::memory::PAGE_SHIFT;
use crate::linux::abi::signals::{HANDLER, SIGNAL, SIGRTMIN};
use crate::linux::abi::status::{S_IFMT, TYPE};
use crate::linux::abi::{Meaning, NameSet};

/// A number of so many bytes.
pub fn number(meaning: &Meaning, value: u64, size: usize) -> String {
    let signed = (value << (64 - 8 * size.min(8)) as u32) as i64 >> (64 - 8 * size.min(8)) as u32;
    match meaning {
        Meaning::Signed | Meaning::Long => signed.to_string(),
        Meaning::Hex => hex(value),
        Meaning::Unless(set) if set.knows(value as u32) => names(set, u32::MAX, value as u32),
        Meaning::Address | Meaning::Optional => address(value as u32),
        Meaning::Directory => directory(value as u32),
        Meaning::Names(set) => names(set, u32::MAX, value as u32),
        Meaning::Mode => mode(value as u32),
        Meaning::Device => device(value),
        Meaning::Pages => hex(value << PAGE_SHIFT),
        Meaning::Limit => limit(value, size),
        Meaning::Handler => handler(value as u32),
        Meaning::Signals | Meaning::OldSignals => signals(value, size),
        Meaning::Ready if value == 0 => "0 (Timeout)".into(),
        _ => value.to_string(),
    }
}

/// Hexadecimal; zero needs no prefix.
pub fn hex(value: u64) -> String {
    if value == 0 { "0".into() } else { format!("{value:#x}") }
}

/// Octal with at least so many digits, the first a zero.
pub fn octal(value: u64, digits: usize) -> String {
    format!("0{value:0width$o}", width = digits - 1)
}

/// An address.
pub fn address(value: u32) -> String {
    if value == 0 { "NULL".into() } else { format!("{value:#x}") }
}

fn directory(value: u32) -> String {
    if value == AT_FDCWD { "AT_FDCWD".into() } else { (value as i32).to_string() }
}

/// Flags that speak of no other bits than these, or a value of an enumeration. What has no name is
/// shown as a number.
pub fn names(set: &NameSet, bits: u32, value: u32) -> String {
    match set.split_within(bits, value) {
        (found, 0) if found.is_empty() => "0".into(),
        (found, left) if found.is_empty() => format!("{left:#x} /* {} */", set.unknown),
        (found, 0) => found.join("|"),
        (found, left) => format!("{}|{left:#x}", found.join("|")),
    }
}

/// Permission bits, with the type of the file if there is one.
fn mode(value: u32) -> String {
    let bits = octal(u64::from(value & !S_IFMT), 4);
    match value & S_IFMT {
        0 => octal(u64::from(value), 3),
        kind => format!("{}|{bits}", names(&TYPE, u32::MAX, kind)),
    }
}

/// Major and minor number of a device.
pub fn device(value: u64) -> String {
    let major = value >> 8 & 0xfff | value >> 32 & 0xffff_f000;
    let minor = value & 0xff | value >> 12 & 0xffff_ff00;
    format!("makedev({}, {})", hex(major), hex(minor))
}

fn limit(value: u64, size: usize) -> String {
    match value {
        value if value == u64::MAX >> (64 - 8 * size) => "RLIM_INFINITY".into(),
        value if value > 1024 && value % 1024 == 0 => format!("{}*1024", value / 1024),
        value => value.to_string(),
    }
}

fn handler(value: u32) -> String {
    if HANDLER.knows(value) { names(&HANDLER, u32::MAX, value) } else { format!("{value:#x}") }
}

/// The name of a signal.
pub fn signal(number: u32) -> String {
    match number {
        number if number > SIGRTMIN && number <= 64 => format!("SIGRT_{}", number - SIGRTMIN),
        number if SIGNAL.knows(number) => names(&SIGNAL, u32::MAX, number),
        number => number.to_string(),
    }
}

/// A set of signals; of one that has more than half of them, those that it lacks.
fn signals(set: u64, size: usize) -> String {
    let count = 8 * size as u32;
    let (mark, shown) = if set.count_ones() > count * 2 / 3 { ("~", !set) } else { ("", set) };
    let members = (1..=count).filter(|number| shown >> (number - 1) & 1 != 0);
    let names: Vec<String> = members.map(|number| signal(number).trim_start_matches("SIG").into()).collect();
    format!("{mark}[{}]", names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::{files, memory, time};

    #[test]
    fn numbers_have_names() {
        let named = |set: &'static NameSet, value| number(&Meaning::Names(set), value, 4);
        assert_eq!(named(&files::OPEN, 0o2_000_000), "O_RDONLY|O_CLOEXEC");
        assert_eq!(named(&files::OPEN, 0x4000_0001), "O_WRONLY|0x40000000");
        assert_eq!(named(&memory::PROT, 0), "PROT_NONE");
        assert_eq!(named(&time::CLOCK, 99), "0x63 /* CLOCK_??? */");
        assert_eq!(number(&Meaning::Directory, 0xffff_ff9c, 4), "AT_FDCWD");
        assert_eq!(number(&Meaning::Signed, 0xffff_ffff, 4), "-1");
        assert_eq!(number(&Meaning::Mode, 0o100_644, 4), "S_IFREG|0644");
        assert_eq!(number(&Meaning::Mode, 0o22, 4), "022");
        assert_eq!(number(&Meaning::Limit, 8 << 20, 8), "8192*1024");
        assert_eq!(number(&Meaning::Limit, 0xffff_ffff, 4), "RLIM_INFINITY");
        assert_eq!(number(&Meaning::Signals, 1 << 1 | 1 << 14, 8), "[INT TERM]");
        assert_eq!(number(&Meaning::Signals, !(1 << 33), 8), "~[RT_2]");
        assert_eq!(number(&Meaning::Device, 0x8801, 8), "makedev(0x88, 0x1)");
    }
}
