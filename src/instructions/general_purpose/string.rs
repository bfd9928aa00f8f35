//! String instructions (SDM Vol. 1, "String Instructions"): one element of each, and runs of
//! elements within a page.
//!
//! The source is at DS:(E)SI, or in the segment that a prefix names; the destination is at ES:(E)DI.
//! DF says whether the index registers go up or down. Repetition is in [`string_repeat`].

use std::marker::PhantomData;

use crate::cpu::{Register, Segment};

use crate::instructions::effect::Repeated;
use crate::instructions::operand::{AccessMode, Width};
use crate::instructions::string_repeat::{self, StringOperation, advance, register};
use crate::instructions::{Machine, Op, Outcome, flags};
use crate::memory::{Direction, Run};

const ACCUMULATOR: u8 = Register::Eax as u8;
const ES: u8 = Segment::Es as u8;

/// MOVS: move data from string to string (SDM Vol. 2B, "MOVS/MOVSB/MOVSW/MOVSD/MOVSQ").
pub fn movs<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Outcome<Repeated> {
    string_repeat::execute::<A, W, Movs<W>>(m, op)
}

/// CMPS: compare string operands (SDM Vol. 2A, "CMPS/CMPSB/CMPSW/CMPSD/CMPSQ"): the flags of
/// source - destination.
pub fn cmps<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Outcome<Repeated> {
    string_repeat::execute::<A, W, Cmps<W>>(m, op)
}

/// SCAS: scan string (SDM Vol. 2B, "SCAS/SCASB/SCASW/SCASD"): the flags of accumulator - destination.
pub fn scas<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Outcome<Repeated> {
    string_repeat::execute::<A, W, Scas<W>>(m, op)
}

/// LODS: load string (SDM Vol. 2A, "LODS/LODSB/LODSW/LODSD/LODSQ").
pub fn lods<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Outcome<Repeated> {
    string_repeat::execute::<A, W, Lods<W>>(m, op)
}

/// STOS: store string (SDM Vol. 2B, "STOS/STOSB/STOSW/STOSD/STOSQ").
pub fn stos<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Outcome<Repeated> {
    string_repeat::execute::<A, W, Stos<W>>(m, op)
}

/// Advances an index register to the next element.
#[inline(always)]
fn step<A: AccessMode, W: Width>(m: &mut Machine, op: &Op, register: Register) {
    let by = if m.cpu.eflags.direction() { W::SIZE.wrapping_neg() } else { W::SIZE };
    advance::<A>(m, op, register, by);
}

/// The element at the source index.
#[inline(always)]
fn source<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Outcome<W> {
    A::load(m, op.segment(), register::<A>(m, op, Register::Esi))
}

/// The element at the destination index.
#[inline(always)]
fn destination<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Outcome<W> {
    A::load(m, ES, register::<A>(m, op, Register::Edi))
}

/// At most so many elements, in the direction of DF.
#[inline(always)]
fn elements<W: Width>(m: &Machine, most: usize) -> Run {
    let direction = if m.cpu.eflags.direction() { Direction::Down } else { Direction::Up };
    Run { direction, size: W::SIZE as usize, most }
}

/// Advances an index register past a run of elements.
#[inline(always)]
fn skip<W: Width>(m: &mut Machine, elements: usize, register: Register) {
    let bytes = elements as u32 * W::SIZE;
    let by = if m.cpu.eflags.direction() { bytes.wrapping_neg() } else { bytes };
    m.cpu.regs[register] = m.cpu.regs[register].wrapping_add(by);
}

fn accumulator<W: Width>(m: &Machine) -> W {
    W::get(&m.cpu.regs, ACCUMULATOR)
}

/// The element in these bytes.
#[inline(always)]
fn value<W: Width>(bytes: &[u8]) -> W {
    W::truncate(bytes.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte)))
}

/// The elements in the bytes of a run, the first one first.
fn values<W: Width>(bytes: &[u8], run: Run) -> impl Iterator<Item = W> {
    let (mut up, mut down) = (bytes.chunks_exact(run.size), bytes.rchunks_exact(run.size));
    std::iter::from_fn(move || if run.direction == Direction::Up { up.next() } else { down.next() }).map(value)
}

struct Movs<W>(PhantomData<W>);

impl<W: Width> StringOperation<W> for Movs<W> {
    const COMPARES: bool = false;

    #[inline(always)]
    fn element<A: AccessMode>(m: &mut Machine, op: &Op) -> Outcome<()> {
        let value: W = source::<A, W>(m, op)?;
        A::store(m, ES, register::<A>(m, op, Register::Edi), value)?;
        step::<A, W>(m, op, Register::Esi);
        step::<A, W>(m, op, Register::Edi);
        Ok(())
    }

    fn run(m: &mut Machine, most: usize, _: bool) -> Option<usize> {
        let (from, to) = (m.cpu.regs[Register::Esi], m.cpu.regs[Register::Edi]);
        let run = elements::<W>(m, most);
        let done = m.memory.fast_copy(from, to, run)?;
        skip::<W>(m, done, Register::Esi);
        skip::<W>(m, done, Register::Edi);
        Some(done)
    }
}

struct Cmps<W>(PhantomData<W>);

impl<W: Width> StringOperation<W> for Cmps<W> {
    const COMPARES: bool = true;

    #[inline(always)]
    fn element<A: AccessMode>(m: &mut Machine, op: &Op) -> Outcome<()> {
        let (a, b) = (source::<A, W>(m, op)?, destination::<A, W>(m, op)?);
        m.cpu.flags = flags::sub(a, b).1;
        step::<A, W>(m, op, Register::Esi);
        step::<A, W>(m, op, Register::Edi);
        Ok(())
    }

    fn run(m: &mut Machine, most: usize, until: bool) -> Option<usize> {
        let run = elements::<W>(m, most);
        let a = values::<W>(m.memory.fast_run(m.cpu.regs[Register::Esi], run)?, run);
        let b = values::<W>(m.memory.fast_run(m.cpu.regs[Register::Edi], run)?, run);
        let (done, a, b) = compare(a.zip(b), until)?;
        m.cpu.flags = flags::sub(a, b).1;
        skip::<W>(m, done, Register::Esi);
        skip::<W>(m, done, Register::Edi);
        Some(done)
    }
}

struct Scas<W>(PhantomData<W>);

impl<W: Width> StringOperation<W> for Scas<W> {
    const COMPARES: bool = true;

    #[inline(always)]
    fn element<A: AccessMode>(m: &mut Machine, op: &Op) -> Outcome<()> {
        let value = destination::<A, W>(m, op)?;
        m.cpu.flags = flags::sub(accumulator(m), value).1;
        step::<A, W>(m, op, Register::Edi);
        Ok(())
    }

    fn run(m: &mut Machine, most: usize, until: bool) -> Option<usize> {
        let (wanted, run) = (accumulator(m), elements::<W>(m, most));
        let values = values::<W>(m.memory.fast_run(m.cpu.regs[Register::Edi], run)?, run);
        let (done, a, b) = compare(values.map(|value| (wanted, value)), until)?;
        m.cpu.flags = flags::sub(a, b).1;
        skip::<W>(m, done, Register::Edi);
        Some(done)
    }
}

/// Compares pairs up to and including the first one whose equality is `until`. Returns their number
/// and the last of them; `None` if there is no pair.
fn compare<W: Width>(pairs: impl Iterator<Item = (W, W)>, until: bool) -> Option<(usize, W, W)> {
    let mut last = None;
    for (index, (a, b)) in pairs.enumerate() {
        last = Some((index + 1, a, b));
        if (a == b) == until {
            break;
        }
    }
    last
}

struct Lods<W>(PhantomData<W>);

impl<W: Width> StringOperation<W> for Lods<W> {
    const COMPARES: bool = false;

    #[inline(always)]
    fn element<A: AccessMode>(m: &mut Machine, op: &Op) -> Outcome<()> {
        let value = source::<A, W>(m, op)?;
        value.set(&mut m.cpu.regs, ACCUMULATOR);
        step::<A, W>(m, op, Register::Esi);
        Ok(())
    }

    /// Only the last element of a run remains in the register.
    fn run(m: &mut Machine, most: usize, _: bool) -> Option<usize> {
        let run = elements::<W>(m, most);
        let bytes = m.memory.fast_run(m.cpu.regs[Register::Esi], run)?;
        let done = bytes.len() / run.size;
        let last = done.checked_sub(1)? * run.size;
        let last = if run.direction == Direction::Up { &bytes[last..] } else { &bytes[..run.size] };
        value::<W>(last).set(&mut m.cpu.regs, ACCUMULATOR);
        skip::<W>(m, done, Register::Esi);
        Some(done)
    }
}

struct Stos<W>(PhantomData<W>);

impl<W: Width> StringOperation<W> for Stos<W> {
    const COMPARES: bool = false;

    #[inline(always)]
    fn element<A: AccessMode>(m: &mut Machine, op: &Op) -> Outcome<()> {
        A::store(m, ES, register::<A>(m, op, Register::Edi), accumulator::<W>(m))?;
        step::<A, W>(m, op, Register::Edi);
        Ok(())
    }

    fn run(m: &mut Machine, most: usize, _: bool) -> Option<usize> {
        let (value, run) = (accumulator::<W>(m).to_bytes(), elements::<W>(m, most));
        let bytes = m.memory.fast_run_mut(m.cpu.regs[Register::Edi], run)?;
        bytes.chunks_exact_mut(run.size).for_each(|element| element.copy_from_slice(&value[..run.size]));
        let done = bytes.len() / run.size;
        skip::<W>(m, done, Register::Edi);
        Some(done)
    }
}
