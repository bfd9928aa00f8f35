//! String comparison of SSE4.2 (SDM Vol. 1, "String and Text Processing Instructions"; SDM Vol. 2B,
//! "Imm8 Control Byte Operation for PCMPESTRI/PCMPESTRM/PCMPISTRI/PCMPISTRM").

use crate::cpu::{Flag, Flags, Register};

use crate::instructions::operand::Value;
use crate::instructions::{Machine, Op, Outcome};

/// The control byte.
#[derive(Clone, Copy)]
struct Control(u8);

/// How the elements are compared: bits 2 and 3 of the control byte.
enum Aggregation {
    EqualAny,
    Ranges,
    EqualEach,
    EqualOrdered,
}

impl Control {
    /// The number of elements in a vector.
    fn elements(self) -> usize {
        if self.0 & 1 == 0 { 16 } else { 8 }
    }

    fn aggregation(self) -> Aggregation {
        match self.0 >> 2 & 3 {
            0 => Aggregation::EqualAny,
            1 => Aggregation::Ranges,
            2 => Aggregation::EqualEach,
            _ => Aggregation::EqualOrdered,
        }
    }

    /// Element `number` of a vector.
    fn element(self, vector: u128, number: usize) -> i32 {
        let element = vector >> (number * 128 / self.elements());
        match self.0 & 3 {
            0 => i32::from(element as u8),
            1 => i32::from(element as u16),
            2 => i32::from(element as i8),
            _ => i32::from(element as i16),
        }
    }

    /// The length of a string with an implicit length: it ends before its first zero element.
    fn implicit_length(self, vector: u128) -> usize {
        (0..self.elements()).position(|number| self.element(vector, number) == 0).unwrap_or(self.elements())
    }

    /// The length of a string with an explicit length, in a register: its absolute value, saturated.
    fn explicit_length(self, register: u32) -> usize {
        (register as i32).unsigned_abs().min(self.elements() as u32) as usize
    }
}

/// The two strings: vectors and the number of their valid elements.
struct Strings {
    control: Control,
    vectors: [u128; 2],
    lengths: [usize; 2],
}

impl Strings {
    fn implicit(control: Control, vectors: [u128; 2]) -> Strings {
        Strings { control, vectors, lengths: vectors.map(|vector| control.implicit_length(vector)) }
    }

    fn explicit(control: Control, vectors: [u128; 2], m: &Machine) -> Strings {
        let lengths = [Register::Eax, Register::Edx].map(|register| control.explicit_length(m.cpu.regs[register]));
        Strings { control, vectors, lengths }
    }

    /// An element of the first or second string, if it is valid.
    fn element(&self, string: usize, number: usize) -> Option<i32> {
        (number < self.lengths[string]).then(|| self.control.element(self.vectors[string], number))
    }

    /// Whether the element of the second string matches: one bit of IntRes1.
    fn matches(&self, number: usize) -> bool {
        let elements = self.control.elements();
        let second = self.element(1, number);
        match self.control.aggregation() {
            Aggregation::EqualAny => second.is_some() && (0..elements).any(|i| self.element(0, i) == second),
            Aggregation::Ranges => (0..elements).step_by(2).any(|i| {
                let bounds = self.element(0, i).zip(self.element(0, i + 1));
                second.zip(bounds).is_some_and(|(value, (low, high))| low <= value && value <= high)
            }),
            Aggregation::EqualEach => self.element(0, number) == second,
            Aggregation::EqualOrdered => (0..elements - number).all(|i| {
                let first = self.element(0, i);
                first.is_none() || first == self.element(1, number + i)
            }),
        }
    }

    /// IntRes2: the elements of the second string that match, one bit each, after the polarity; and the
    /// flags that the instruction sets.
    #[inline(never)]
    fn compare(&self) -> (u32, Flags) {
        let elements = self.control.elements();
        let matching = (0..elements).fold(0, |bits, number| bits | u32::from(self.matches(number)) << number);
        let inverted = match self.control.0 >> 4 & 3 {
            1 => elements,
            3 => self.lengths[1],
            _ => 0,
        };
        let matching = matching ^ ((1 << inverted) - 1);
        let [first, second] = self.lengths.map(|length| length < elements);
        let flags = [
            (Flag::Carry, matching != 0),
            (Flag::Zero, second),
            (Flag::Sign, first),
            (Flag::Overflow, matching & 1 != 0),
        ];
        let bits = flags.into_iter().filter(|(_, on)| *on).fold(0, |bits, (flag, _)| bits | flag.mask());
        (matching, Flags::from_bits(bits))
    }

    /// The index of the lowest or highest matching element; the number of elements if none matches.
    fn index(&self, matching: u32) -> u32 {
        match (matching, self.control.0 >> 6 & 1) {
            (0, _) => self.control.elements() as u32,
            (_, 0) => matching.trailing_zeros(),
            _ => matching.ilog2(),
        }
    }

    /// The matching elements as a bit mask, or as elements of all ones.
    fn mask(&self, matching: u32) -> u128 {
        if self.control.0 >> 6 & 1 == 0 {
            return u128::from(matching);
        }
        let size = 128 / self.control.elements();
        let ones = (1 << size) - 1;
        let found = (0..self.control.elements()).filter(|number| matching >> number & 1 != 0);
        found.fold(0, |mask, number| mask | ones << (number * size))
    }
}

/// Puts the index into ECX.
fn to_index(m: &mut Machine, strings: &Strings) -> Flags {
    let (matching, flags) = strings.compare();
    m.cpu.regs[Register::Ecx] = strings.index(matching);
    flags
}

/// Puts the mask into XMM0; with VEX that clears the upper half of the YMM register.
fn to_mask<A: Value<u128>>(m: &mut Machine, strings: &Strings) -> Flags {
    let (matching, flags) = strings.compare();
    m.cpu.vectors[0][0] = strings.mask(matching);
    if A::VEX {
        m.cpu.vectors[0][1] = 0;
    }
    flags
}

/// PCMPESTRI: packed compare explicit length strings, return index (SDM Vol. 2B, "PCMPESTRI").
pub fn pcmpestri<A: Value<u128>, B: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let vectors = [A::read(m, op)?, B::read(m, op)?];
    let strings = Strings::explicit(Control(op.imm as u8), vectors, m);
    Ok(to_index(m, &strings))
}

/// PCMPESTRM: packed compare explicit length strings, return mask (SDM Vol. 2B, "PCMPESTRM").
pub fn pcmpestrm<A: Value<u128>, B: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let vectors = [A::read(m, op)?, B::read(m, op)?];
    let strings = Strings::explicit(Control(op.imm as u8), vectors, m);
    Ok(to_mask::<A>(m, &strings))
}

/// PCMPISTRI: packed compare implicit length strings, return index (SDM Vol. 2B, "PCMPISTRI").
pub fn pcmpistri<A: Value<u128>, B: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let vectors = [A::read(m, op)?, B::read(m, op)?];
    Ok(to_index(m, &Strings::implicit(Control(op.imm as u8), vectors)))
}

/// PCMPISTRM: packed compare implicit length strings, return mask (SDM Vol. 2B, "PCMPISTRM").
pub fn pcmpistrm<A: Value<u128>, B: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let vectors = [A::read(m, op)?, B::read(m, op)?];
    Ok(to_mask::<A>(m, &Strings::implicit(Control(op.imm as u8), vectors)))
}
