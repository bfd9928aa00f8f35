//! String comparison of SSE4.2 (SDM Vol. 1, "String and Text Processing Instructions"; SDM Vol. 2B,
//! "Imm8 Control Byte Operation for PCMPESTRI/PCMPESTRM/PCMPISTRI/PCMPISTRM").
//!
//! Whole vectors are compared at a time: with each element of the first string, or with the other vector. What
//! becomes of an element is one bit of a mask.

use crate::cpu::{Flag, Flags, Register};
use crate::memory::{Scalar, U128};

use crate::instructions::operand::{Lane, Value, build, lanes, map, signs};
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

    /// Whether ranges are of signed elements.
    fn is_signed(self) -> bool {
        self.0 & 2 != 0
    }

    /// The length of a string with an implicit length: it ends before its first zero element.
    fn implicit_length(self, vector: U128) -> usize {
        let zeros = if self.0 & 1 == 0 { equal(vector, 0_u8) } else { equal(vector, 0_u16) };
        self.elements().min(zeros.trailing_zeros() as usize)
    }

    /// The length of a string with an explicit length, in a register: its absolute value, saturated.
    fn explicit_length(self, register: u32) -> usize {
        (register as i32).unsigned_abs().min(self.elements() as u32) as usize
    }
}

/// The elements of a vector that are this one, one bit each.
#[inline(always)]
fn equal<L: Lane>(vector: U128, element: L) -> u32 {
    signs::<L, U128>(map(vector, |other: L| L::mask(other == element)))
}

/// The two strings: vectors and the number of their valid elements.
struct Strings {
    control: Control,
    vectors: [U128; 2],
    lengths: [usize; 2],
}

impl Strings {
    fn implicit(control: Control, vectors: [U128; 2]) -> Strings {
        Strings { control, vectors, lengths: vectors.map(|vector| control.implicit_length(vector)) }
    }

    fn explicit(control: Control, vectors: [U128; 2], m: &Machine) -> Strings {
        let lengths = [Register::Eax, Register::Edx].map(|register| control.explicit_length(m.cpu.regs[register]));
        Strings { control, vectors, lengths }
    }

    /// IntRes1: the elements of the second string that match, one bit each.
    #[inline(never)]
    fn matches<L: Lane>(&self) -> u32 {
        let [first, second] = self.vectors;
        let all = (1 << self.control.elements()) - 1;
        let [in_first, in_second] = self.lengths.map(|length| (1 << length) - 1);
        match self.control.aggregation() {
            Aggregation::EqualAny => {
                in_second & self.any::<L>(|element| map(second, |other| L::mask(other == element)))
            }
            Aggregation::Ranges => in_second & self.in_ranges::<L>(),
            Aggregation::EqualEach => {
                let same = signs::<L, U128>(lanes(first, second, |a: L, b| L::mask(a == b)));
                same & in_first & in_second | !(in_first | in_second) & all
            }
            // What follows the second string matches nothing; what would lie behind the vector, everything.
            Aggregation::EqualOrdered => {
                self.elements_of_first::<L>().enumerate().fold(all, |matching, (at, element)| {
                    matching & ((equal(second, element) & in_second) >> at | !(all >> at))
                })
            }
        }
    }

    /// The valid elements of the first string.
    #[inline(always)]
    fn elements_of_first<L: Lane>(&self) -> impl Iterator<Item = L> {
        let bytes = self.vectors[0].to_bytes();
        (0..self.lengths[0]).map(move |number| L::get(&bytes, number))
    }

    /// The elements of which the top bit is set in what `f` makes of some element of the first string.
    #[inline(always)]
    fn any<L: Lane>(&self, f: impl Fn(L) -> U128) -> u32 {
        let together = |all, element| lanes(all, f(element), |a: u64, b| a | b);
        signs::<L, U128>(self.elements_of_first().fold(U128::default(), together))
    }

    /// The elements of the second string in some range: two elements of the first string, both inclusive.
    #[inline(always)]
    fn in_ranges<L: Lane>(&self) -> u32 {
        // With the top bit turned over, signed elements have the order of unsigned ones.
        let turn = if self.control.is_signed() { 1 << (L::BITS - 1) } else { 0 };
        let ordered = |element: L| L::truncate(element.unsigned() ^ turn);
        let second = map(self.vectors[1], ordered);
        let mut bounds = self.elements_of_first().map(ordered);
        let mut found = U128::default();
        while let Some((low, high)) = bounds.next().zip(bounds.next()) {
            let inside = map(second, |value: L| L::mask(low.max(value) == value && high.min(value) == value));
            found = lanes(found, inside, |a: u64, b| a | b);
        }
        signs::<L, U128>(found)
    }

    /// IntRes2: the elements of the second string that match, one bit each, after the polarity; and the
    /// flags that the instruction sets.
    fn compare(&self) -> (u32, Flags) {
        let elements = self.control.elements();
        let matching = if self.control.0 & 1 == 0 { self.matches::<u8>() } else { self.matches::<u16>() };
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
        let found = |number| matching >> number & 1 != 0;
        u128::from_le_bytes(match self.control.0 & 0x41 {
            0x40 => build::<u8, U128>(|number| u8::mask(found(number))).0,
            0x41 => build::<u16, U128>(|number| u16::mask(found(number))).0,
            _ => u128::from(matching).to_le_bytes(),
        })
    }
}

/// Puts the index into ECX.
fn to_index(m: &mut Machine, strings: &Strings) -> Flags {
    let (matching, flags) = strings.compare();
    m.cpu.regs[Register::Ecx] = strings.index(matching);
    flags
}

/// Puts the mask into XMM0; with VEX that clears the upper half of the YMM register.
fn to_mask<A: Value<U128>>(m: &mut Machine, strings: &Strings) -> Flags {
    let (matching, flags) = strings.compare();
    m.cpu.vectors[0][0] = strings.mask(matching);
    if A::VEX {
        m.cpu.vectors[0][1] = 0;
    }
    flags
}

/// PCMPESTRI: packed compare explicit length strings, return index (SDM Vol. 2B, "PCMPESTRI").
pub fn pcmpestri<A: Value<U128>, B: Value<U128>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let vectors = [A::read(m, op)?, B::read(m, op)?];
    let strings = Strings::explicit(Control(op.imm as u8), vectors, m);
    Ok(to_index(m, &strings))
}

/// PCMPESTRM: packed compare explicit length strings, return mask (SDM Vol. 2B, "PCMPESTRM").
pub fn pcmpestrm<A: Value<U128>, B: Value<U128>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let vectors = [A::read(m, op)?, B::read(m, op)?];
    let strings = Strings::explicit(Control(op.imm as u8), vectors, m);
    Ok(to_mask::<A>(m, &strings))
}

/// PCMPISTRI: packed compare implicit length strings, return index (SDM Vol. 2B, "PCMPISTRI").
pub fn pcmpistri<A: Value<U128>, B: Value<U128>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let vectors = [A::read(m, op)?, B::read(m, op)?];
    Ok(to_index(m, &Strings::implicit(Control(op.imm as u8), vectors)))
}

/// PCMPISTRM: packed compare implicit length strings, return mask (SDM Vol. 2B, "PCMPISTRM").
pub fn pcmpistrm<A: Value<U128>, B: Value<U128>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let vectors = [A::read(m, op)?, B::read(m, op)?];
    Ok(to_mask::<A>(m, &Strings::implicit(Control(op.imm as u8), vectors)))
}
