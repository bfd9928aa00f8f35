//! Segmentation: offsets to linear addresses (SDM Vol. 3A, "Limit Checking" and "Type Checking").
//!
//! Which selectors may be loaded is in [`selector`](super::selector).

use crate::cpu::{Flag, Segment, SegmentDescriptor};

use crate::instructions::{AccessFault, Machine, Outcome};

/// The linear address of `size` bytes at an offset in a segment, after every check that the
/// segment's type and limit demand.
///
/// # Errors
/// #SS(0) for the stack segment, #GP(0) for the others, #AC(0) for an unaligned access while
/// EFLAGS.AC is set.
pub fn linear(m: &Machine, segment: u8, offset: u32, size: u32, write: bool) -> Outcome<u32> {
    let descriptor = m.cpu.segments[usize::from(segment)].descriptor;
    let allowed = if write { descriptor.is_writable() } else { descriptor.is_readable() };
    let refuse = if segment == Segment::Ss as u8 { AccessFault::STACK } else { AccessFault::PROTECTION };
    if !allowed || !within_limit(descriptor, offset, size) {
        return Err(refuse);
    }
    let address = descriptor.base().wrapping_add(offset);
    if m.cpu.eflags.0 & Flag::AlignmentCheck.mask() != 0 && address & (size.next_power_of_two().min(16) - 1) != 0 {
        return Err(AccessFault::ALIGNMENT);
    }
    Ok(address)
}

/// Whether all bytes from `offset` on are inside the segment.
///
/// An access does not wrap around at the end of a segment, even if its limit is 4 GiB.
pub fn within_limit(descriptor: SegmentDescriptor, offset: u32, size: u32) -> bool {
    let last = u64::from(offset) + u64::from(size) - 1;
    if descriptor.is_expand_down() {
        let top = if descriptor.is_big() { 0xffff_ffff } else { 0xffff };
        offset > descriptor.limit() && last <= top
    } else {
        last <= u64::from(descriptor.limit())
    }
}
