//! The registers of the x87 FPU as a stack, and as MMX registers (SDM Vol. 1, "x87 FPU Data Registers", "x87 FPU Tag Word",
//! "MMX Registers").

use super::X87;
use crate::cpu::extended::{Extended, Slot};

/// The bits that are known of ST(0): that it is not empty, and that it is zero or a normal number.
const BOTH: u32 = 1 << 16 | 1;

impl X87 {
    /// The physical number of ST(i).
    #[inline(always)]
    #[must_use]
    pub fn physical(&self, i: u8) -> usize {
        (self.top.wrapping_add(u32::from(i)) & 7) as usize
    }

    /// What is in R(i).
    #[inline(always)]
    fn slot(&self, physical: usize) -> Slot {
        Slot { significand: self.significands[physical & 7], word: self.words[physical & 7] }
    }

    /// Replaces what is in R(i).
    #[inline(always)]
    fn put(&mut self, physical: usize, Slot { significand, word }: Slot) {
        (self.significands[physical & 7], self.words[physical & 7]) = (significand, word);
    }

    /// R(i), even if it is empty.
    #[must_use]
    pub fn register(&self, physical: usize) -> Extended {
        self.slot(physical).into()
    }

    /// Bit i: ST(i) is not empty.
    #[inline(always)]
    fn present(&self) -> u8 {
        (self.known >> 16) as u8
    }

    /// Replaces what is known of the registers: which are not empty, and which are zero or normal numbers.
    fn know(&mut self, present: u8, usual: u8) {
        self.known = u32::from(present) << 16 | u32::from(usual);
    }

    /// ST(i), unless it is empty.
    #[inline(always)]
    #[must_use]
    pub fn get(&self, i: u8) -> Option<Extended> {
        has(self.present().into(), i).then(|| self.slot(self.physical(i)).into())
    }

    /// ST(i), if it is known to be zero or a normal number.
    #[inline(always)]
    pub(crate) fn usual(&self, i: u8) -> Option<Slot> {
        has(self.known, i).then(|| self.slot(self.physical(i)))
    }

    /// Replaces ST(i), which is no longer empty.
    pub fn set(&mut self, i: u8, value: Extended) {
        self.put(self.physical(i), value.into());
        self.known = self.known & !(1 << i) | (1 << 16 | u32::from(value.is_usual())) << i;
    }

    /// Replaces ST(i), which is no longer empty, by zero or a normal number.
    #[inline(always)]
    pub(crate) fn set_usual(&mut self, i: u8, value: Slot) {
        self.put(self.physical(i), value);
        self.known |= BOTH << (i & 7);
    }

    /// Replaces ST(i), which is zero or a normal number, by another one.
    #[inline(always)]
    pub(crate) fn replace_usual(&mut self, i: u8, value: Slot) {
        self.put(self.physical(i), value);
    }

    /// Replaces R(i), which stays empty if it is.
    pub fn set_register(&mut self, physical: usize, value: Extended) {
        self.put(physical, value.into());
        let bit = 1 << ((physical as u32).wrapping_sub(self.top) & 7);
        self.known = self.known & !bit | if value.is_usual() { self.known >> 16 & bit } else { 0 };
    }

    /// Makes ST(i) empty.
    pub fn free(&mut self, i: u8) {
        self.known &= !(BOTH << (i & 7));
    }

    /// Whether ST(7) is empty, so that there is room for one more.
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        self.present() & 0x80 == 0
    }

    /// A new ST(0).
    pub fn push(&mut self, value: Extended) {
        self.turn(-1);
        self.set(0, value);
    }

    /// A new ST(0), zero or a normal number, where there is room.
    #[inline(always)]
    pub(crate) fn push_usual(&mut self, value: Slot) {
        self.top = self.top.wrapping_sub(1) & 7;
        self.known = self.known << 1 | BOTH;
        self.put(self.physical(0), value);
    }

    /// ST(0) becomes empty, ST(1) the new ST(0).
    #[inline(always)]
    pub fn pop(&mut self) {
        self.top = self.top.wrapping_add(1) & 7;
        self.known = self.known >> 1 & (BOTH * 0x7f);
    }

    /// Adds to TOP.
    pub fn turn(&mut self, by: i8) {
        let [present, usual] = [self.present(), self.known as u8].map(|bits| bits.rotate_right((by & 7) as u32));
        self.know(present, usual);
        self.top = self.top.wrapping_add_signed(by.into()) & 7;
    }

    /// Bit i: R(i) is not empty (the abridged tag word of FXSAVE).
    #[must_use]
    pub fn tags(&self) -> u8 {
        self.present().rotate_left(self.top)
    }

    /// Replaces the abridged tag word.
    pub fn set_tags(&mut self, tags: u8) {
        let present = tags.rotate_right(self.top);
        self.know(present, 0);
        let usual = |i: &u8| self.get(*i).is_some_and(Extended::is_usual);
        self.know(present, (0..8).filter(usual).fold(0, |bits, i| bits | 1 << i));
    }

    /// The tag word with two bits for each R(i): valid, zero, special or empty (FNSTENV has it so).
    #[must_use]
    pub fn tag_word(&self) -> u16 {
        (0..8).rev().fold(0, |word, at| {
            let register = self.register(at);
            let tag = match self.tags() >> at & 1 {
                0 => 3,
                _ if !register.is_usual() => 2,
                _ => u16::from(register.significand == 0),
            };
            word << 2 | tag
        })
    }

    /// Replaces the tag word, of which only counts which registers are empty, as for FLDENV.
    pub fn set_tag_word(&mut self, word: u16) {
        let present = (0..8).filter(|at| word >> (2 * at) & 3 != 3);
        self.set_tags(present.fold(0, |tags, at| tags | 1 << at));
    }

    /// MM(i).
    #[inline(always)]
    #[must_use]
    pub fn mm(&self, i: u8) -> u64 {
        self.significands[usize::from(i & 7)]
    }

    /// Replaces MM(i): as after every MMX instruction TOP is 0 and all registers are valid, and the
    /// exponent of the one written is all ones.
    #[inline(always)]
    pub fn set_mm(&mut self, i: u8, value: u64) {
        self.put(i.into(), Slot { significand: value, word: 0x8000_7fff });
        self.enter_mmx();
    }

    /// The effect of every MMX instruction but EMMS on the FPU: TOP is 0, all registers are valid.
    #[inline(always)]
    pub fn enter_mmx(&mut self) {
        self.top = 0;
        self.know(0xff, 0);
    }
}

/// Bit `i`.
#[inline(always)]
fn has(bits: u32, i: u8) -> bool {
    bits >> (i & 31) & 1 != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is known of the registers is true whatever was done to them.
    #[test]
    fn the_masks_tell_the_truth() {
        let one = Extended { significand: 1 << 63, sign_exponent: 0x3fff };
        let nan = Extended { significand: 3 << 62, sign_exponent: 0x7fff };
        let mut x = X87::default();
        for step in 0..10_000_u32 {
            let pick = step.wrapping_mul(0x9e37_79b9) >> 8;
            let (i, value) = ((pick >> 4 & 7) as u8, if pick & 8 == 0 { one } else { nan });
            match pick >> 8 & 15 {
                0..4 if x.has_room() => x.push_usual(one.into()),
                0..4 => x.push(value),
                4..6 => x.pop(),
                6 => x.set(i, value),
                7 => x.set_usual(i, one.into()),
                8 => x.free(i),
                9 => x.turn(if pick & 16 == 0 { 1 } else { -1 }),
                10 => x.set_register(i.into(), value),
                11 => x.set_tags((pick >> 3) as u8),
                12 => x.set_status((pick >> 1) as u16),
                13 => x.set_mm(i, 1),
                14 if x.usual(i).is_some() => x.replace_usual(i, one.into()),
                _ => x.initialize(),
            }
            for i in 0..8 {
                let empty = x.tags() & 1 << x.physical(i) == 0;
                assert_eq!(x.get(i).is_none(), empty, "step {step}, ST({i})");
                assert!(
                    x.usual(i).is_none_or(|value| !empty && Extended::from(value).is_usual()),
                    "step {step}, ST({i})"
                );
            }
            assert_eq!(x.status() >> 11 & 7, x.physical(0) as u16, "step {step}");
        }
    }
}
