//! Numbers as they lie in memory: little-endian, at any address within one frame.

use super::page::{Frame, PAGE_SIZE};

/// A number that loads and stores as one access.
pub trait Scalar: Copy {
    /// How many bytes it takes.
    const SIZE: u32;

    /// Reads from the frame at `address` modulo the page size; `None` if it does not fit in.
    fn read(frame: &Frame, address: u32) -> Option<Self>;

    /// Writes into the frame at `address` modulo the page size; `None` if it does not fit in.
    fn write(self, frame: &mut Frame, address: u32) -> Option<()>;

    /// From the first [`SIZE`](Self::SIZE) bytes of `bytes`.
    fn from_bytes(bytes: &[u8; 16]) -> Self;

    /// Into the first [`SIZE`](Self::SIZE) bytes of the answer.
    fn to_bytes(self) -> [u8; 16];
}

macro_rules! scalar {
    ($($number:ty),*) => {$(
        impl Scalar for $number {
            const SIZE: u32 = size_of::<$number>() as u32;

            #[inline(always)]
            fn read(frame: &Frame, address: u32) -> Option<Self> {
                let at = address as usize % PAGE_SIZE;
                let bytes = frame.get(at..at + size_of::<$number>())?;
                Some(<$number>::from_le_bytes(bytes.try_into().ok()?))
            }

            #[inline(always)]
            fn write(self, frame: &mut Frame, address: u32) -> Option<()> {
                let at = address as usize % PAGE_SIZE;
                frame.get_mut(at..at + size_of::<$number>())?.copy_from_slice(&self.to_le_bytes());
                Some(())
            }

            fn from_bytes(bytes: &[u8; 16]) -> Self {
                let mut own = [0; size_of::<$number>()];
                own.copy_from_slice(&bytes[..size_of::<$number>()]);
                <$number>::from_le_bytes(own)
            }

            fn to_bytes(self) -> [u8; 16] {
                let mut bytes = [0; 16];
                bytes[..size_of::<$number>()].copy_from_slice(&self.to_le_bytes());
                bytes
            }
        }
    )*};
}

scalar!(u8, u16, u32, u64, u128);
