//! Binary arithmetic instructions (SDM Vol. 1, "Binary Arithmetic Instructions").

use crate::cpu::{Flags, Register, Registers};

use crate::instructions::operand::{Place, Value, Width};
use crate::instructions::{Exception, Faulting, Machine, Op, Outcome, flags};

/// ADD: add (SDM Vol. 2A, "ADD").
pub fn add<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    D::update(m, op, |destination| flags::add(destination, source, false))
}

/// ADC: add with carry (SDM Vol. 2A, "ADC").
pub fn adc<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    let carry = m.cpu.flags.carry();
    D::update(m, op, |destination| flags::add(destination, source, carry))
}

/// ADCX: unsigned integer addition of two operands with carry flag (SDM Vol. 2A, "ADCX").
pub fn adcx<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (source, before) = (S::read(m, op)?, m.cpu.flags);
    D::update(m, op, |destination| flags::adcx(destination, source, before))
}

/// ADOX: unsigned integer addition of two operands with overflow flag (SDM Vol. 2A, "ADOX").
pub fn adox<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (source, before) = (S::read(m, op)?, m.cpu.flags);
    D::update(m, op, |destination| flags::adox(destination, source, before))
}

/// SUB: subtract (SDM Vol. 2B, "SUB").
pub fn sub<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    D::update(m, op, |destination| flags::sub(destination, source))
}

/// SBB: integer subtraction with borrow (SDM Vol. 2B, "SBB").
pub fn sbb<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    let borrow = m.cpu.flags.carry();
    D::update(m, op, |destination| flags::sbb(destination, source, borrow))
}

/// CMP: compare two operands (SDM Vol. 2A, "CMP"): the flags of SUB, and no result.
pub fn cmp<W: Width, D: Value<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (a, b) = (D::read(m, op)?, S::read(m, op)?);
    Ok(flags::sub(a, b).1)
}

/// NEG: two's complement negation (SDM Vol. 2B, "NEG"): the flags of a subtraction from 0.
pub fn neg<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    D::update(m, op, |destination| flags::sub(W::truncate(0), destination))
}

/// INC: increment by 1 (SDM Vol. 2A, "INC"): CF keeps its value.
pub fn inc<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let before = m.cpu.flags;
    D::update(m, op, |destination| flags::inc(destination, before))
}

/// DEC: decrement by 1 (SDM Vol. 2A, "DEC"): CF keeps its value.
pub fn dec<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let before = m.cpu.flags;
    D::update(m, op, |destination| flags::dec(destination, before))
}

/// The slot of the low half of products and dividends: AL, AX or EAX.
const LOW: u8 = Register::Eax as u8;

/// The slot of the high half: AH, DX or EDX.
#[inline(always)]
fn high<W: Width>() -> u8 {
    if W::BITS == 8 { Registers::byte_slot(4) } else { Register::Edx as u8 }
}

/// MUL: unsigned multiply (SDM Vol. 2B, "MUL"): into AX, DX:AX or EDX:EAX.
pub fn mul<W: Width, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    let (low, top, flags) = flags::mul(W::get(&m.cpu.regs, LOW), source);
    low.set(&mut m.cpu.regs, LOW);
    top.set(&mut m.cpu.regs, high::<W>());
    Ok(flags)
}

/// IMUL: signed multiply (SDM Vol. 2A, "IMUL"): into AX, DX:AX or EDX:EAX.
pub fn imul<W: Width, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    let (low, top, flags) = flags::imul(W::get(&m.cpu.regs, LOW), source);
    low.set(&mut m.cpu.regs, LOW);
    top.set(&mut m.cpu.regs, high::<W>());
    Ok(flags)
}

/// IMUL: signed multiply, two operands (SDM Vol. 2A, "IMUL"): `dst = low half of dst * src`.
pub fn imul_2<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    D::update(m, op, |destination| {
        let (low, _, flags) = flags::imul(destination, source);
        (low, flags)
    })
}

/// IMUL: signed multiply, three operands (SDM Vol. 2A, "IMUL"): `dst = low half of src1 * src2`.
pub fn imul_3<W: Width, D: Place<W>, S: Value<W>, T: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (a, b) = (S::read(m, op)?, T::read(m, op)?);
    let (low, _, flags) = flags::imul(a, b);
    D::write(m, op, low)?;
    Ok(flags)
}

/// DIV: unsigned divide (SDM Vol. 2A, "DIV"): AX, DX:AX or EDX:EAX by the operand.
pub fn div<W: Width, S: Value<W>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let divisor = u64::from(S::read(m, op)?.zero_extend());
    let dividend = dividend::<W>(m);
    let quotient = dividend.checked_div(divisor).filter(|quotient| quotient >> W::BITS == 0);
    let quotient = quotient.ok_or(Exception::Divide)?;
    set_quotient::<W>(m, quotient as u32, (dividend % divisor) as u32);
    Ok(())
}

/// IDIV: signed divide (SDM Vol. 2A, "IDIV"): AX, DX:AX or EDX:EAX by the operand, toward zero.
pub fn idiv<W: Width, S: Value<W>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let divisor = i64::from(S::read(m, op)?.sign_extend() as i32);
    let unused = 64 - 2 * W::BITS;
    let dividend = (dividend::<W>(m) << unused) as i64 >> unused;
    let quotient = dividend.checked_div(divisor).ok_or(Exception::Divide)?;
    if quotient != i64::from(W::truncate(quotient as u32).sign_extend() as i32) {
        return Err(Exception::Divide.into());
    }
    set_quotient::<W>(m, quotient as u32, (dividend - quotient * divisor) as u32);
    Ok(())
}

/// The number that is divided.
#[inline(always)]
fn dividend<W: Width>(m: &Machine) -> u64 {
    let (low, high) = (W::get(&m.cpu.regs, LOW), W::get(&m.cpu.regs, high::<W>()));
    u64::from(high.zero_extend()) << W::BITS | u64::from(low.zero_extend())
}

/// Quotient into the low half, remainder into the high half.
#[inline(always)]
fn set_quotient<W: Width>(m: &mut Machine, quotient: u32, remainder: u32) {
    W::truncate(quotient).set(&mut m.cpu.regs, LOW);
    W::truncate(remainder).set(&mut m.cpu.regs, high::<W>());
}
