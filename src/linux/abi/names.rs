//! Named numbers: sets of flags, and enumerations.

/// A name for some bits of a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Named {
    /// As the headers of the kernel spell it.
    pub name: &'static str,
    /// What the bits are.
    pub value: u32,
    /// Which bits of a number it speaks of: its own for a flag, a field for one of several
    /// alternatives, all of them for a value of an enumeration.
    pub mask: u32,
}

impl Named {
    fn is_within(&self, bits: u32) -> bool {
        self.mask & !bits == 0 || self.mask == u32::MAX
    }
}

/// All names for a number of one kind. Of two that overlap the earlier one counts.
#[derive(PartialEq, Eq, Debug)]
pub struct NameSet {
    /// What `strace` calls a number without a name, such as `O_???`.
    pub unknown: &'static str,
    /// The names.
    pub names: &'static [Named],
}

impl NameSet {
    /// The names that a number consists of, and the bits that are left without one.
    pub fn split(&self, number: u32) -> (Vec<&'static str>, u32) {
        self.split_within(u32::MAX, number)
    }

    /// The same with those names alone that speak of no other bits than these, or of the whole number.
    pub fn split_within(&self, bits: u32, number: u32) -> (Vec<&'static str>, u32) {
        let (mut found, mut left, mut seen) = (Vec::new(), number, 0);
        for Named { name, value, mask } in self.names.iter().filter(|named| named.is_within(bits)) {
            if number & mask == *value && seen & mask == 0 {
                found.push(*name);
                left &= !mask;
                seen |= mask;
            }
        }
        (found, left)
    }

    /// Every bit that a name speaks of.
    pub const fn bits(&self) -> u32 {
        let (mut bits, mut index) = (0, 0);
        while index < self.names.len() {
            bits |= self.names[index].mask;
            index += 1;
        }
        bits
    }

    /// Whether all of a number has names.
    pub fn knows(&self, number: u32) -> bool {
        let (found, left) = self.split(number);
        left == 0 && !found.is_empty()
    }
}

/// Declares sets of flags: a constant for each flag, and the set that names them. A flag that is
/// one of several alternatives says `within` which bits; one without a value is declared elsewhere.
macro_rules! flags {
    ($($(#[$doc:meta])* $set:ident $unknown:literal {
        $($name:ident $(= $value:literal)? $(within $mask:literal)?),* $(,)?
    })*) => {$(
        $($(pub const $name: u32 = $value;)?)*
        $(#[$doc])*
        pub static $set: $crate::linux::abi::NameSet = $crate::linux::abi::NameSet {
            unknown: $unknown,
            names: &[$($crate::linux::abi::Named {
                name: stringify!($name),
                value: $name,
                mask: flags!(@mask $name $($mask)?),
            }),*],
        };
    )*};
    (@mask $name:ident) => { $name };
    (@mask $name:ident $mask:literal) => { $mask };
}

/// Declares enumerations: a constant for each value, and the set that names them.
macro_rules! values {
    ($($(#[$doc:meta])* $set:ident $unknown:literal {
        $($name:ident = $value:expr),* $(,)?
    })*) => {$(
        $(pub const $name: u32 = $value;)*
        $(#[$doc])*
        pub static $set: $crate::linux::abi::NameSet = $crate::linux::abi::NameSet {
            unknown: $unknown,
            names: &[$($crate::linux::abi::Named { name: stringify!($name), value: $name, mask: u32::MAX }),*],
        };
    )*};
}

pub(super) use {flags, values};

#[cfg(test)]
mod tests {
    use super::super::files::OPEN;

    #[test]
    fn a_number_falls_into_its_names() {
        assert_eq!(OPEN.split(0o2_000_102), (vec!["O_RDWR", "O_CREAT", "O_CLOEXEC"], 0));
        assert_eq!(OPEN.split(0x4000_0001), (vec!["O_WRONLY"], 0x4000_0000));
        assert_eq!(OPEN.split(0o4_010_000).0, ["O_RDONLY", "O_SYNC"], "O_SYNC contains O_DSYNC");
        assert!(OPEN.knows(0) && !OPEN.knows(0x4000_0000));
    }
}
