//! Numbers as they lie in memory: little-endian, at any address within one frame.

use super::page::{PAGE_SIZE, PageBytes};

/// A number that loads and stores as one access.
pub trait Scalar: Copy {
    /// How many bytes it takes.
    const SIZE: u32;

    /// Reads from the frame at `address` modulo the page size; `None` if it does not fit in.
    fn read(frame: &PageBytes, address: u32) -> Option<Self>;

    /// Writes into the frame at `address` modulo the page size; `None` if it does not fit in.
    fn write(self, frame: &mut PageBytes, address: u32) -> Option<()>;

    /// From the first [`SIZE`](Self::SIZE) bytes of `bytes`.
    fn from_bytes(bytes: &[u8; 32]) -> Self;

    /// Into the first [`SIZE`](Self::SIZE) bytes of the answer.
    fn to_bytes(self) -> [u8; 32];
}

macro_rules! scalar {
    ($($number:ty),*) => {$(
        impl Scalar for $number {
            const SIZE: u32 = size_of::<$number>() as u32;

            #[inline(always)]
            fn read(frame: &PageBytes, address: u32) -> Option<Self> {
                let at = address as usize % PAGE_SIZE;
                let bytes = frame.get(at..at + size_of::<$number>())?;
                Some(<$number>::from_le_bytes(bytes.try_into().ok()?))
            }

            #[inline(always)]
            fn write(self, frame: &mut PageBytes, address: u32) -> Option<()> {
                let at = address as usize % PAGE_SIZE;
                frame.get_mut(at..at + size_of::<$number>())?.copy_from_slice(&self.to_le_bytes());
                Some(())
            }

            #[inline(always)]
            fn from_bytes(bytes: &[u8; 32]) -> Self {
                let mut own = [0; size_of::<$number>()];
                own.copy_from_slice(&bytes[..size_of::<$number>()]);
                <$number>::from_le_bytes(own)
            }

            #[inline(always)]
            fn to_bytes(self) -> [u8; 32] {
                let mut bytes = [0; 32];
                bytes[..size_of::<$number>()].copy_from_slice(&self.to_le_bytes());
                bytes
            }
        }
    )*};
}

scalar!(u8, u16, u32, u64, u128, i16, i32, i64);

/// 128 bits as bytes, the lowest first: what the elements of a vector are taken from and put into.
///
/// A `u128` with the same bits would be one number to the compiler, which then takes it apart and puts it
/// together element by element; of bytes it makes the host's vector instructions.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[repr(align(16))]
pub struct U128(pub [u8; 16]);

/// 256 bits as bytes, the lowest first.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[repr(align(16))]
pub struct U256(pub [u8; 32]);

macro_rules! bytes {
    ($($vector:ident: $size:literal),*) => {$(
        impl Scalar for $vector {
            const SIZE: u32 = $size;

            #[inline(always)]
            fn read(frame: &PageBytes, address: u32) -> Option<Self> {
                let at = address as usize % PAGE_SIZE;
                Some($vector(frame.get(at..at + $size)?.try_into().ok()?))
            }

            #[inline(always)]
            fn write(self, frame: &mut PageBytes, address: u32) -> Option<()> {
                let at = address as usize % PAGE_SIZE;
                frame.get_mut(at..at + $size)?.copy_from_slice(&self.0);
                Some(())
            }

            #[inline(always)]
            fn from_bytes(bytes: &[u8; 32]) -> Self {
                let mut own = [0; $size];
                own.copy_from_slice(&bytes[..$size]);
                $vector(own)
            }

            #[inline(always)]
            fn to_bytes(self) -> [u8; 32] {
                let mut bytes = [0; 32];
                bytes[..$size].copy_from_slice(&self.0);
                bytes
            }
        }
    )*};
}

bytes!(U128: 16, U256: 32);

impl U256 {
    /// The low and the high half.
    #[inline(always)]
    #[must_use]
    pub fn halves(self) -> [u128; 2] {
        let [low, high]: [[u8; 16]; 2] = bytemuck::must_cast(self.0);
        [u128::from_le_bytes(low), u128::from_le_bytes(high)]
    }
}

impl From<[u128; 2]> for U256 {
    #[inline(always)]
    fn from([low, high]: [u128; 2]) -> U256 {
        U256(bytemuck::must_cast([low.to_le_bytes(), high.to_le_bytes()]))
    }
}

/// Ten bytes: what the FPU's own formats take.
impl Scalar for [u8; 10] {
    const SIZE: u32 = 10;

    #[inline(always)]
    fn read(frame: &PageBytes, address: u32) -> Option<Self> {
        let at = address as usize % PAGE_SIZE;
        frame.get(at..at + 10)?.try_into().ok()
    }

    #[inline(always)]
    fn write(self, frame: &mut PageBytes, address: u32) -> Option<()> {
        let at = address as usize % PAGE_SIZE;
        frame.get_mut(at..at + 10)?.copy_from_slice(&self);
        Some(())
    }

    #[inline(always)]
    fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut own = [0; 10];
        own.copy_from_slice(&bytes[..10]);
        own
    }

    #[inline(always)]
    fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..10].copy_from_slice(&self);
        bytes
    }
}
