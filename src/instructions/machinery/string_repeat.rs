//! Repetition of string instructions (SDM Vol. 2B, "REP/REPE/REPZ/REPNE/REPNZ"): the count register, the
//! budget, faults between iterations, and processing of whole runs of elements within a page.
//!
//! The operation on one element, and on a run of elements, is in
//! [`string`](crate::instructions::general_purpose::string).

use crate::cpu::{Register, Segment};

use crate::instructions::effect::Repeated;
use crate::instructions::operand::{AccessMode, Width};
use crate::instructions::{Machine, Op, Outcome};

/// The operation of a string instruction.
pub trait StringOperation<W: Width> {
    /// Whether a repetition depends on ZF.
    const COMPARES: bool;

    /// Processes one element: advances the index registers and sets the flags, or fails before any change.
    fn element<A: AccessMode>(m: &mut Machine, op: &Op) -> Outcome<()>;

    /// Processes at most `most` (more than 0) elements in flat segments, as far as they lie in the page of the first
    /// one, if the fast path can access it, with the effect of [`element`](Self::element) on each. Returns
    /// their number. A comparison stops after the first element that sets ZF to `until`.
    fn run(m: &mut Machine, most: usize, until: bool) -> Option<usize>;
}

/// Executes a string instruction as often as its prefix demands and the budget allows. The fast copy of a handler
/// repeats it as far as the fast path goes; the checked copy decides by itself what it can do a run at a time.
#[inline(always)]
pub(in crate::instructions) fn execute<A: AccessMode, W: Width, T: StringOperation<W>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<Repeated> {
    if op.has(Op::REPE | Op::REPNE) {
        return repeat::<A, W, T>(m, op);
    }
    T::element::<A>(m, op)?;
    Ok(Repeated::ONCE)
}

/// Repeats until the count is 0, a comparison ends it, the budget is used up or an element faults.
///
/// The instructions of the block before this one have not been charged yet.
#[inline(never)]
fn repeat<A: AccessMode, W: Width, T: StringOperation<W>>(m: &mut Machine, op: &Op) -> Outcome<Repeated> {
    let budget = m.budget - u64::from(op.done - 1);
    let flat = A::FAST || is_flat(m, op);
    let until = op.has(Op::REPNE);
    let mut iterations = 0;
    loop {
        let ended = T::COMPARES && iterations > 0 && m.cpu.flags.zero() == until;
        let count = if ended { 0 } else { register::<A>(m, op, Register::Ecx) };
        let most = u64::from(count).min(budget - iterations);
        // A write to translated code takes effect before the next iteration.
        if most == 0 || !A::FAST && m.memory.has_stale() {
            return Ok(Repeated { iterations, finished: count == 0, fault: None });
        }
        let run = if flat { T::run(m, most as usize, until) } else { None };
        let done = match run {
            Some(done) if done > 0 => done as u32,
            _ => match T::element::<A>(m, op) {
                Ok(()) => 1,
                Err(fault) if iterations == 0 => return Err(fault),
                // A miss is executed by itself.
                Err(_) if A::FAST => return Ok(Repeated { iterations, finished: false, fault: None }),
                Err(fault) => return Ok(Repeated { iterations, finished: false, fault: Some(fault.into()) }),
            },
        };
        advance::<A>(m, op, Register::Ecx, done.wrapping_neg());
        iterations += u64::from(done);
    }
}

/// Whether offsets are linear addresses.
fn is_flat(m: &Machine, op: &Op) -> bool {
    op.segment() == Segment::Ds as u8 && !op.has(Op::ADDRESS16) && m.cpu.is_flat()
}

/// An index or count register: 32 or 16 bits of it, as the address size says.
#[inline(always)]
pub fn register<A: AccessMode>(m: &Machine, op: &Op, register: Register) -> u32 {
    m.cpu.regs[register] & op.address_mask::<A>()
}

/// Adds to an index or count register, modulo the address size.
#[inline(always)]
pub fn advance<A: AccessMode>(m: &mut Machine, op: &Op, register: Register, by: u32) {
    let mask = op.address_mask::<A>();
    let register = &mut m.cpu.regs[register];
    *register = *register & !mask | register.wrapping_add(by) & mask;
}
