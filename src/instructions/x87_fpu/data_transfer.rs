//! x87 FPU data transfer instructions (SDM Vol. 1, "x87 FPU Data Transfer Instructions").

use crate::cpu::X87;
use crate::float::x87::{self as number, ControlWord, FpuResult};
use crate::float::{ExceptionFlags, F80, Rounding};

use crate::instructions::operand::{AccessMode, Place, Real, StackIndex, Stored, Ten, Value, packed, plain, ten_bytes};
use crate::instructions::x87::{self, Fault};
use crate::instructions::{Faulting, Machine, Op};

/// FLD/FILD: load a number, or a register, onto the stack (SDM Vol. 2A, "FLD", "FILD").
#[inline(always)]
pub fn fld<A: AccessMode, T: Real, S: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    let source = S::read(m, op)?;
    if !A::FAST {
        load(m, op, source);
        return Ok(());
    }
    let value = x87::hit(source.fast(&m.cpu.x87))?;
    x87::push_usual(m, op, value)
}

#[inline(never)]
fn load<T: Real>(m: &mut Machine, op: &Op, source: T) {
    x87::begin(m, op);
    let loaded = source.loaded(&m.cpu.x87, x87::control(m));
    x87::push(m, op, loaded);
}

/// FBLD: load binary coded decimal (SDM Vol. 2A, "FBLD").
#[inline]
pub fn fbld<S: Value<Ten>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    let source = S::read(m, op)?;
    x87::begin(m, op);
    x87::push(m, op, Some(plain(number::from_packed(packed(source)))));
    Ok(())
}

/// Stores ST(0), converted, then pops. The address is checked even if an unmasked exception prevents the
/// store.
#[inline(always)]
fn store<T, D: Place<T>>(
    m: &mut Machine,
    op: &Op,
    pops: u8,
    convert: impl Fn(F80, ControlWord) -> FpuResult<T>,
) -> Faulting<()> {
    x87::ready(m)?;
    let (outcome, empty) = converted(m, convert);
    let FpuResult { flags, rounded_up, written, .. } = outcome;
    if written {
        D::write(m, op, outcome.value)?;
    } else {
        D::update(m, op, |old| (old, ()))?;
    }
    x87::settle(m, op, FpuResult { value: (), flags, rounded_up, written }, empty, pops);
    Ok(())
}

/// ST(0) converted, or the response to a stack underflow; and whether ST(0) is empty.
#[inline(never)]
fn converted<T>(m: &Machine, convert: impl Fn(F80, ControlWord) -> FpuResult<T>) -> (FpuResult<T>, bool) {
    let control = x87::control(m);
    match x87::st(m, 0) {
        Some(value) => (convert(value, control), false),
        None => {
            let written = control.masks.contains(ExceptionFlags::INVALID);
            let outcome = convert(F80::INDEFINITE, control);
            (FpuResult { flags: ExceptionFlags::INVALID, rounded_up: false, written, ..outcome }, true)
        }
    }
}

/// [`store`] with its fast path, which makes no call.
#[inline(always)]
fn store_number<A: AccessMode, T: Stored, D: Place<T>>(m: &mut Machine, op: &Op, pops: u8) -> Faulting<()> {
    if !A::FAST {
        return store::<T, D>(m, op, pops, T::stored);
    }
    let outcome = x87::hit(T::fast(x87::usual_st(m, 0)?, &m.cpu.x87))?;
    D::write(m, op, outcome.value)?;
    x87::begin(m, op);
    x87::note(m, &outcome);
    (0..pops).for_each(|_| m.cpu.x87.pop());
    Ok(())
}

/// FST/FIST: store a number, rounded (SDM Vol. 2A, "FST/FSTP", "FIST/FISTP").
#[inline]
pub fn fst<A: AccessMode, T: Stored, D: Place<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    store_number::<A, T, D>(m, op, 0)
}

/// FSTP/FISTP: store a number, rounded, and pop (SDM Vol. 2A, "FST/FSTP", "FIST/FISTP").
#[inline]
pub fn fstp<A: AccessMode, T: Stored, D: Place<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    store_number::<A, T, D>(m, op, 1)
}

/// FISTTP: store integer with truncation and pop (SDM Vol. 2A, "FISTTP").
#[inline]
pub fn fisttp<T: Stored, D: Place<T>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    store::<T, D>(m, op, 1, |value, control| T::stored(value, ControlWord { rounding: Rounding::Zero, ..control }))
}

/// FBSTP: store BCD integer and pop (SDM Vol. 2A, "FBSTP").
#[inline]
pub fn fbstp<D: Place<Ten>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    store::<Ten, D>(m, op, 1, |value, control| number::to_packed(value, control).map(ten_bytes))
}

/// FST: store to a register (SDM Vol. 2A, "FST/FSTP").
#[inline]
pub fn fst_register<A: AccessMode, D: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let StackIndex(to) = D::read(m, op)?;
    copy::<A>(m, op, to, 0)
}

/// FSTP: store to a register and pop (SDM Vol. 2A, "FST/FSTP").
#[inline]
pub fn fstp_register<A: AccessMode, D: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let StackIndex(to) = D::read(m, op)?;
    copy::<A>(m, op, to, 1)
}

/// FSTPNCE: the undocumented FSTP that cannot underflow: an empty ST(0) is only popped.
#[inline]
pub fn fstpnce<D: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    let StackIndex(to) = D::read(m, op)?;
    let x = x87::begin(m, op);
    x.change_status(X87::C1, 0);
    if let Some(value) = x.get(0) {
        x.set(to, value);
    }
    x.pop();
    Ok(())
}

/// ST(i) = ST(0), then pops.
#[inline(always)]
fn copy<A: AccessMode>(m: &mut Machine, op: &Op, to: u8, pops: u8) -> Faulting<()> {
    x87::ready(m)?;
    if A::FAST {
        let value = x87::usual_st(m, 0)?;
        x87::begin(m, op).note_exact();
        m.cpu.x87.set_usual(to, value.into());
        (0..pops).for_each(|_| m.cpu.x87.pop());
    } else {
        x87::begin(m, op);
        let outcome = x87::st(m, 0).map(plain);
        x87::replace(m, op, to, pops, outcome);
    }
    Ok(())
}

/// FXCH: exchange register contents (SDM Vol. 2A, "FXCH"). The masked response to a stack
/// underflow puts the real indefinite into an empty register first.
#[inline]
pub fn fxch<A: AccessMode, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    let StackIndex(i) = S::read(m, op)?;
    if A::FAST {
        let (a, b) = (x87::usual_st(m, 0)?, x87::usual_st(m, i)?);
        let x = x87::begin(m, op);
        x.note_exact();
        x.replace_usual(0, b.into());
        x.replace_usual(i, a.into());
    } else {
        exchange(m, op, i);
    }
    Ok(())
}

#[inline(never)]
fn exchange(m: &mut Machine, op: &Op, i: u8) {
    let x = x87::begin(m, op);
    match x.get(0).zip(x.get(i)) {
        Some((a, b)) => {
            x.change_status(X87::C1, 0);
            x.set(0, b);
            x.set(i, a);
        }
        None => exchange_empty(m, op, i),
    }
}

#[cold]
#[inline(never)]
fn exchange_empty(m: &mut Machine, op: &Op, i: u8) {
    let present = |register: Option<F80>| register.unwrap_or(F80::INDEFINITE);
    let (a, b) = (present(x87::st(m, 0)), present(x87::st(m, i)));
    if x87::stack_fault(m, op, Fault::Underflow) {
        m.cpu.x87.set(0, b.into());
        m.cpu.x87.set(i, a.into());
    }
}

/// FCMOVcc: floating-point conditional move (SDM Vol. 2A, "FCMOVcc"), on the condition with an
/// encoding of EFLAGS. A missing operand is a stack underflow even where nothing would be moved.
#[inline(always)]
fn conditional<D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op, code: u8) -> Faulting<()> {
    let (StackIndex(to), StackIndex(from)) = (D::read(m, op)?, S::read(m, op)?);
    let condition = m.cpu.flags.condition(code);
    move_if(m, op, condition, to, from)
}

#[inline(never)]
fn move_if(m: &mut Machine, op: &Op, condition: bool, to: u8, from: u8) -> Faulting<()> {
    x87::ready(m)?;
    let x = x87::begin(m, op);
    match x.get(to).zip(x.get(from)) {
        Some((_, value)) if condition => x.set(to, value),
        Some(_) => {}
        None => x87::replace(m, op, to, 0, None),
    }
    Ok(())
}

/// FCMOVB: move if below, CF = 1 (SDM Vol. 2A, "FCMOVcc").
#[inline]
pub fn fcmovb<D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    conditional::<D, S>(m, op, 2)
}

/// FCMOVNB: move if not below, CF = 0 (SDM Vol. 2A, "FCMOVcc").
#[inline]
pub fn fcmovnb<D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    conditional::<D, S>(m, op, 3)
}

/// FCMOVE: move if equal, ZF = 1 (SDM Vol. 2A, "FCMOVcc").
#[inline]
pub fn fcmove<D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    conditional::<D, S>(m, op, 4)
}

/// FCMOVNE: move if not equal, ZF = 0 (SDM Vol. 2A, "FCMOVcc").
#[inline]
pub fn fcmovne<D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    conditional::<D, S>(m, op, 5)
}

/// FCMOVBE: move if below or equal, CF or ZF = 1 (SDM Vol. 2A, "FCMOVcc").
#[inline]
pub fn fcmovbe<D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    conditional::<D, S>(m, op, 6)
}

/// FCMOVNBE: move if not below or equal, CF and ZF = 0 (SDM Vol. 2A, "FCMOVcc").
#[inline]
pub fn fcmovnbe<D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    conditional::<D, S>(m, op, 7)
}

/// FCMOVU: move if unordered, PF = 1 (SDM Vol. 2A, "FCMOVcc").
#[inline]
pub fn fcmovu<D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    conditional::<D, S>(m, op, 10)
}

/// FCMOVNU: move if not unordered, PF = 0 (SDM Vol. 2A, "FCMOVcc").
#[inline]
pub fn fcmovnu<D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    conditional::<D, S>(m, op, 11)
}
