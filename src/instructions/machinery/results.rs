//! The results that one handler hands over to the next in registers of the host
//! ([`forwarding`](crate::engine::forwarding)).

/// The last results.
#[derive(Clone, Copy, Debug, Default)]
pub struct Results {
    /// That in a general-purpose register.
    pub general: u32,
    /// That in the low 64 bits of an XMM register, or in the low 32 bits.
    pub number: HostNumber,
}

/// 64 bits, in a floating-point register of the host if it has some that hold any 64 bits.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostNumber(Bits);

#[cfg(any(not(target_arch = "x86"), target_feature = "sse2"))]
type Bits = f64;
/// An x87 FPU would change a signaling NaN.
#[cfg(all(target_arch = "x86", not(target_feature = "sse2")))]
type Bits = u64;

impl From<u64> for HostNumber {
    #[inline(always)]
    fn from(bits: u64) -> HostNumber {
        HostNumber(bytemuck::must_cast(bits))
    }
}

impl From<HostNumber> for u64 {
    #[inline(always)]
    fn from(HostNumber(number): HostNumber) -> u64 {
        bytemuck::must_cast(number)
    }
}
