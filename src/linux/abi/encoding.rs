//! Structures in guest memory: little-endian fields in order, without gaps.

use super::meaning::{Count, Meaning};

/// A value with a fixed layout in guest memory.
pub trait Encoded: Sized {
    /// Bytes that it takes.
    const SIZE: usize;
    /// What it means if nobody says more.
    const MEANING: Meaning;
    /// Takes it from the front of the bytes. Bytes that are missing are zero.
    fn decode(bytes: &mut &[u8]) -> Self;
    /// Appends it to the bytes.
    fn encode(&self, bytes: &mut Vec<u8>);

    /// The value whose bytes are all zero.
    fn zeroed() -> Self {
        Self::decode(&mut [].as_slice())
    }

    /// Its bytes.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::SIZE);
        self.encode(&mut bytes);
        bytes
    }
}

/// Numbers, in the byte order of the guest.
macro_rules! numbers {
    ($($type:ty, $meaning:ident;)*) => {$(
        impl Encoded for $type {
            const SIZE: usize = size_of::<$type>();
            const MEANING: Meaning = Meaning::$meaning;
            fn decode(bytes: &mut &[u8]) -> Self {
                let mut value = [0; size_of::<$type>()];
                let count = value.len().min(bytes.len());
                value[..count].copy_from_slice(&bytes[..count]);
                *bytes = &bytes[count..];
                <$type>::from_le_bytes(value)
            }
            fn encode(&self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }
        }
    )*};
}

numbers! {
    u8, Unsigned;
    u16, Unsigned;
    u32, Unsigned;
    u64, Unsigned;
    i16, Signed;
    i32, Signed;
    i64, Long;
}

impl<T: Encoded, const N: usize> Encoded for [T; N] {
    const SIZE: usize = N * T::SIZE;
    const MEANING: Meaning = Meaning::List(&T::MEANING, Count::Fixed(N));
    fn decode(bytes: &mut &[u8]) -> Self {
        std::array::from_fn(|_| T::decode(bytes))
    }
    fn encode(&self, bytes: &mut Vec<u8>) {
        self.iter().for_each(|element| element.encode(bytes));
    }
}

/// Declares structures: fields with their types, and what a field means (`= meaning`) where its type
/// alone does not tell. Padding is a field that is `Hidden`.
macro_rules! structures {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty $(= $meaning:expr)?),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $name { $(pub $field: $type),* }

        impl $name {
            /// Its fields.
            pub const LAYOUT: $crate::linux::abi::Layout = $crate::linux::abi::Layout {
                fields: &[$($crate::linux::abi::StructureField {
                    name: stringify!($field),
                    size: <$type as $crate::linux::abi::Encoded>::SIZE,
                    meaning: structures!(@meaning $type $(, $meaning)?),
                }),*],
            };
        }

        impl $crate::linux::abi::Encoded for $name {
            const SIZE: usize = $name::LAYOUT.size();
            const MEANING: $crate::linux::abi::Meaning = $crate::linux::abi::Meaning::Structure(&$name::LAYOUT);
            fn decode(bytes: &mut &[u8]) -> Self {
                $name { $($field: $crate::linux::abi::Encoded::decode(bytes)),* }
            }
            fn encode(&self, bytes: &mut Vec<u8>) {
                $($crate::linux::abi::Encoded::encode(&self.$field, bytes);)*
            }
        }
    )*};
    (@meaning $type:ty) => { <$type as $crate::linux::abi::Encoded>::MEANING };
    (@meaning $type:ty, $meaning:expr) => { $meaning };
}

pub(super) use structures;
