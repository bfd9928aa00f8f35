//! Selectors: finding their descriptors and loading segment registers, as privilege level 3 may
//! (SDM Vol. 3A, "Privilege Levels" and "Loading Segment Selectors into Segment Registers").
//!
//! What a loaded segment allows is in [`segment`].

use crate::cpu::{Segment, SegmentDescriptor};

use crate::instructions::{Exception, Faulting, Machine, segment};

/// The current privilege level: programs run in user mode.
const CPL: u8 = 3;

/// The requested privilege level of a selector.
fn rpl(selector: u16) -> u8 {
    (selector & 3) as u8
}

/// Whether it is a null selector: index 0 of the GDT.
pub fn is_null(selector: u16) -> bool {
    selector & !3 == 0
}

/// #GP with a selector as the error code.
fn refuse(selector: u16) -> Exception {
    Exception::Protection(selector & !3)
}

/// The descriptor that a selector names.
///
/// # Errors
/// #GP(0) for a null selector, #GP(selector) beyond the end of its table.
fn find(m: &Machine, selector: u16) -> Faulting<SegmentDescriptor> {
    if is_null(selector) {
        return Err(Exception::GP0.into());
    }
    m.cpu.descriptor(selector).ok_or(refuse(selector).into())
}

/// Whether the privilege levels let a program use a descriptor. Conforming code is always allowed.
pub fn is_allowed(selector: u16, descriptor: SegmentDescriptor) -> bool {
    descriptor.is_conforming() || descriptor.dpl() >= CPL.max(rpl(selector))
}

/// Loads ES, SS, DS, FS or GS (by encoding).
///
/// A null selector can be loaded into any of them but SS: accesses through it fault.
///
/// # Errors
/// #UD for CS and for encodings that are no segment register; #GP(0) for a null selector in SS;
/// #GP(selector) for a selector outside its table, for the wrong type and for missing privilege;
/// #NP(selector), for SS #SS(selector), if the segment is not present.
pub fn load(m: &mut Machine, register: u8, selector: u16) -> Faulting<()> {
    let cs = |segment: &Segment| *segment == Segment::Cs;
    let known = Segment::ALL.get(usize::from(register)).copied();
    let segment = known.filter(|known| !cs(known)).ok_or(Exception::InvalidOpcode)?;
    let descriptor = match segment {
        Segment::Ss => stack_segment(m, selector)?,
        _ if is_null(selector) => SegmentDescriptor::default(),
        _ => data_segment(m, selector)?,
    };
    m.cpu.set_segment(segment, selector, descriptor);
    Ok(())
}

fn data_segment(m: &Machine, selector: u16) -> Faulting<SegmentDescriptor> {
    let descriptor = find(m, selector)?;
    if !descriptor.is_readable() || !is_allowed(selector, descriptor) {
        return Err(refuse(selector).into());
    }
    if descriptor.is_present() { Ok(descriptor) } else { Err(Exception::NotPresent(selector & !3).into()) }
}

fn stack_segment(m: &Machine, selector: u16) -> Faulting<SegmentDescriptor> {
    let descriptor = find(m, selector)?;
    if rpl(selector) != CPL || !descriptor.is_writable() || descriptor.dpl() != CPL {
        return Err(refuse(selector).into());
    }
    if descriptor.is_present() { Ok(descriptor) } else { Err(Exception::Stack(selector & !3).into()) }
}

/// How a far transfer reaches a code segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transfer {
    /// JMP or CALL.
    Call,
    /// RET or IRET.
    Return,
}

/// The code segment that a far transfer leads to, when `eip` is in it.
///
/// Call gates, task gates and task-state segments are refused: user mode has none here.
///
/// # Errors
/// #GP(0) for a null selector and an offset beyond the limit; #GP(selector) for a selector outside
/// its table, for anything but a code segment and for the wrong privilege, an inner level among
/// them; #NP(selector) if the segment is not present.
pub fn code_segment(m: &Machine, selector: u16, eip: u32, transfer: Transfer) -> Faulting<SegmentDescriptor> {
    let descriptor = find(m, selector)?;
    let level = descriptor.is_conforming() || descriptor.dpl() == CPL;
    let inner = transfer == Transfer::Return && rpl(selector) < CPL;
    if !descriptor.is_code() || !level || inner {
        return Err(refuse(selector).into());
    }
    if !descriptor.is_present() {
        return Err(Exception::NotPresent(selector & !3).into());
    }
    if segment::within_limit(descriptor, eip, 1) { Ok(descriptor) } else { Err(Exception::GP0.into()) }
}

/// Loads CS with a descriptor that [`code_segment`] returned.
pub fn load_code(m: &mut Machine, selector: u16, descriptor: SegmentDescriptor) {
    m.cpu.set_segment(Segment::Cs, selector & !3 | u16::from(CPL), descriptor);
}
