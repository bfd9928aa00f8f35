//! x87 FPU comparison instructions (SDM Vol. 1, "x87 FPU Comparison Instructions"): the result is in
//! the condition codes, or in EFLAGS.

use crate::cpu::{Flags, X87};
use crate::float::x87::{self as number, ControlWord, FpuOperand, FpuResult, NumberClass};
use crate::float::{F80, Relation};

use crate::instructions::operand::{AccessMode, Real, StackIndex, Value};
use crate::instructions::x87::{self, Fault};
use crate::instructions::{Faulting, Machine, Op, flags};

/// Compares ST(0) with a source, then pops, unless an unmasked exception prevents that.
#[inline(always)]
fn relation<T: Real>(
    m: &mut Machine,
    op: &Op,
    source: T,
    pops: u8,
    f: impl Fn(FpuOperand, FpuOperand, ControlWord) -> FpuResult<Relation>,
) -> Relation {
    x87::begin(m, op);
    let operands = x87::st(m, 0).zip(source.operand(&m.cpu.x87));
    let (ordering, completed) = match operands {
        Some((a, b)) => {
            let outcome = f(a.into(), b, x87::control(m));
            (outcome.value, x87::deliver(m, op, outcome).is_some())
        }
        None => (Relation::Unordered, x87::stack_fault(m, op, Fault::Underflow)),
    };
    if completed {
        (0..pops).for_each(|_| m.cpu.x87.pop());
    }
    ordering
}

/// Compares, and sets C3, C2 and C0, even if an unmasked exception is pending afterwards.
#[inline(always)]
fn compare<A: AccessMode, T: Real, S: Value<T>>(
    m: &mut Machine,
    op: &Op,
    pops: u8,
    f: impl Fn(FpuOperand, FpuOperand, ControlWord) -> FpuResult<Relation>,
) -> Faulting<()> {
    x87::ready(m)?;
    let source = S::read(m, op)?;
    if A::FAST {
        let ordering = fast(m, op, source, pops)?;
        m.cpu.x87.note_exact();
        tell(&mut m.cpu.x87, ordering);
        return Ok(());
    }
    compare_with(m, op, source, pops, f);
    Ok(())
}

/// The comparison on the fast path, which raises nothing.
#[inline(always)]
fn fast<T: Real>(m: &mut Machine, op: &Op, source: T, pops: u8) -> Faulting<Relation> {
    let (a, b) = (x87::usual_st(m, 0)?, x87::hit(source.fast(&m.cpu.x87))?);
    let ordering = number::fast::compare(a, b);
    x87::begin(m, op);
    (0..pops).for_each(|_| m.cpu.x87.pop());
    Ok(ordering)
}

#[inline(never)]
fn compare_with<T: Real>(
    m: &mut Machine,
    op: &Op,
    source: T,
    pops: u8,
    f: impl Fn(FpuOperand, FpuOperand, ControlWord) -> FpuResult<Relation>,
) {
    let ordering = relation(m, op, source, pops, f);
    tell(&mut m.cpu.x87, ordering);
}

/// Sets the condition codes of a relation.
#[inline(always)]
fn tell(x: &mut X87, ordering: Relation) {
    let codes = match ordering {
        Relation::Greater => 0,
        Relation::Less => X87::C0,
        Relation::Equal => X87::C3,
        Relation::Unordered => X87::C3 | X87::C2 | X87::C0,
    };
    x.tell(codes);
}

/// FCOM/FICOM: compare (SDM Vol. 2A, "FCOM/FCOMP/FCOMPP", "FICOM/FICOMP").
#[inline]
pub fn fcom<A: AccessMode, T: Real, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    compare::<A, T, S>(m, op, 0, number::compare)
}

/// FCOMP/FICOMP: compare and pop (SDM Vol. 2A, "FCOM/FCOMP/FCOMPP", "FICOM/FICOMP").
#[inline]
pub fn fcomp<A: AccessMode, T: Real, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    compare::<A, T, S>(m, op, 1, number::compare)
}

/// FCOMPP: compare with ST(1) and pop twice (SDM Vol. 2A, "FCOM/FCOMP/FCOMPP").
#[inline]
pub fn fcompp<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<()> {
    compare::<A, StackIndex, Second>(m, op, 2, number::compare)
}

/// FUCOM: unordered compare (SDM Vol. 2A, "FUCOM/FUCOMP/FUCOMPP"): a quiet NaN raises nothing.
#[inline]
pub fn fucom<A: AccessMode, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    compare::<A, StackIndex, S>(m, op, 0, number::compare_quiet)
}

/// FUCOMP: unordered compare and pop (SDM Vol. 2A, "FUCOM/FUCOMP/FUCOMPP").
#[inline]
pub fn fucomp<A: AccessMode, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    compare::<A, StackIndex, S>(m, op, 1, number::compare_quiet)
}

/// FUCOMPP: unordered compare with ST(1) and pop twice (SDM Vol. 2A, "FUCOM/FUCOMP/FUCOMPP").
#[inline]
pub fn fucompp<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<()> {
    compare::<A, StackIndex, Second>(m, op, 2, number::compare_quiet)
}

/// FTST: test (SDM Vol. 2A, "FTST"): compares ST(0) with 0.
#[inline]
pub fn ftst<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<()> {
    compare::<A, i16, Zero>(m, op, 0, number::compare)
}

/// 0, which FTST compares with.
struct Zero;

impl Value<i16> for Zero {
    fn read(_: &mut Machine, _: &Op) -> crate::instructions::Outcome<i16> {
        Ok(0)
    }
}

/// ST(1).
struct Second;

impl Value<StackIndex> for Second {
    fn read(_: &mut Machine, _: &Op) -> crate::instructions::Outcome<StackIndex> {
        Ok(StackIndex(1))
    }
}

/// Compares, and sets ZF, PF and CF; OF, SF and AF are cleared.
#[inline(always)]
fn compare_to_flags<A: AccessMode, S: Value<StackIndex>>(
    m: &mut Machine,
    op: &Op,
    pops: u8,
    f: impl Fn(FpuOperand, FpuOperand, ControlWord) -> FpuResult<Relation>,
) -> Faulting<Flags> {
    x87::ready(m)?;
    let source = S::read(m, op)?;
    if A::FAST {
        return Ok(flags::of_relation(fast(m, op, source, pops)?));
    }
    Ok(flags_of(m, op, source, pops, f))
}

/// The flags of a comparison with a register. C1 changes only with a stack fault.
#[inline(never)]
fn flags_of(
    m: &mut Machine,
    op: &Op,
    source: StackIndex,
    pops: u8,
    f: impl Fn(FpuOperand, FpuOperand, ControlWord) -> FpuResult<Relation>,
) -> Flags {
    let c1 = m.cpu.x87.status() & X87::C1;
    let full = m.cpu.x87.get(0).zip(m.cpu.x87.get(source.0)).is_some();
    let ordering = relation(m, op, source, pops, f);
    if full {
        m.cpu.x87.change_status(0, c1);
    }
    flags::of_relation(ordering)
}

/// FCOMI: compare and set EFLAGS (SDM Vol. 2A, "FCOMI/FCOMIP/FUCOMI/FUCOMIP").
#[inline]
pub fn fcomi<A: AccessMode, D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<Flags> {
    compare_to_flags::<A, S>(m, op, 0, number::compare)
}

/// FCOMIP: compare, set EFLAGS and pop (SDM Vol. 2A, "FCOMI/FCOMIP/FUCOMI/FUCOMIP").
#[inline]
pub fn fcomip<A: AccessMode, D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<Flags> {
    compare_to_flags::<A, S>(m, op, 1, number::compare)
}

/// FUCOMI: unordered compare and set EFLAGS (SDM Vol. 2A, "FCOMI/FCOMIP/FUCOMI/FUCOMIP").
#[inline]
pub fn fucomi<A: AccessMode, D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<Flags> {
    compare_to_flags::<A, S>(m, op, 0, number::compare_quiet)
}

/// FUCOMIP: unordered compare, set EFLAGS and pop (SDM Vol. 2A, "FCOMI/FCOMIP/FUCOMI/FUCOMIP").
#[inline]
pub fn fucomip<A: AccessMode, D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<Flags> {
    compare_to_flags::<A, S>(m, op, 1, number::compare_quiet)
}

/// FXAM: examine (SDM Vol. 2A, "FXAM"): what ST(0) is in C3, C2 and C0, its sign, even of an empty
/// register, in C1.
#[inline(never)]
pub fn fxam(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    let x = x87::begin(m, op);
    let sign = F80::from(x.register(x.physical(0))).is_negative();
    let class = match x.get(0).map(|register| F80::from(register).class()) {
        None => X87::C3 | X87::C0,
        Some(NumberClass::Unsupported) => 0,
        Some(NumberClass::Nan) => X87::C0,
        Some(NumberClass::Normal) => X87::C2,
        Some(NumberClass::Infinity) => X87::C2 | X87::C0,
        Some(NumberClass::Zero) => X87::C3,
        Some(NumberClass::Denormal) => X87::C3 | X87::C2,
    };
    let codes = X87::C3 | X87::C2 | X87::C1 | X87::C0;
    x.change_status(codes, class | if sign { X87::C1 } else { 0 });
    Ok(())
}
