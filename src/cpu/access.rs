//! The registers of user mode one by one, each in the type that holds it. The general-purpose registers
//! are in [`Cpu::regs`], EFLAGS is [`Cpu::eflags`], EIP a field.

use super::{Cpu, Extended, Segment, SegmentRegister};

impl Cpu {
    /// A segment register: its selector and the descriptor that was loaded with it.
    ///
    /// ```
    /// use tab86::cpu::{Cpu, Segment};
    /// let stack = Cpu::default().segment(Segment::Ss);
    /// assert_eq!((stack.selector, stack.descriptor.limit()), (0x2b, u32::MAX));
    /// ```
    #[must_use]
    pub fn segment(&self, segment: Segment) -> SegmentRegister {
        self.segments[segment as usize]
    }

    /// The bits of ST(i), also if it is empty; [`X87::get`](super::X87::get) tells the two apart.
    ///
    /// ```
    /// use tab86::cpu::{Cpu, Extended};
    /// let mut cpu = Cpu::default();
    /// let one = Extended { significand: 1 << 63, sign_exponent: 0x3fff };
    /// cpu.set_st(0, one);
    /// assert_eq!(cpu.st(0), one);
    /// assert_eq!(cpu.x87.get(1), None);
    /// ```
    #[must_use]
    pub fn st(&self, i: u8) -> Extended {
        self.x87.register(self.x87.physical(i))
    }

    /// Replaces ST(i), which is not empty afterwards.
    pub fn set_st(&mut self, i: u8, value: Extended) {
        self.x87.set(i & 7, value);
    }

    /// MM(i).
    ///
    /// ```
    /// let mut cpu = tab86::cpu::Cpu::default();
    /// cpu.set_mm(3, 42);
    /// assert_eq!(cpu.mm(3), 42);
    /// ```
    #[must_use]
    pub fn mm(&self, i: u8) -> u64 {
        self.x87.mm(i)
    }

    /// Replaces MM(i). As after every MMX instruction, TOP is 0 and no x87 register is empty.
    pub fn set_mm(&mut self, i: u8, value: u64) {
        self.x87.set_mm(i, value);
    }

    /// XMM(i): the low half of YMM(i).
    ///
    /// ```
    /// let mut cpu = tab86::cpu::Cpu::default();
    /// cpu.set_xmm(7, 1 << 100);
    /// assert_eq!(cpu.xmm(7), 1 << 100);
    /// ```
    #[must_use]
    pub fn xmm(&self, i: u8) -> u128 {
        self.vectors[i][0]
    }

    /// Replaces XMM(i). The upper half of YMM(i) stays as it is.
    pub fn set_xmm(&mut self, i: u8, value: u128) {
        self.vectors[i][0] = value;
    }

    /// YMM(i): the low and the high half.
    ///
    /// ```
    /// let mut cpu = tab86::cpu::Cpu::default();
    /// cpu.set_ymm(0, [1, 2]);
    /// assert_eq!((cpu.xmm(0), cpu.ymm(0)), (1, [1, 2]));
    /// ```
    #[must_use]
    pub fn ymm(&self, i: u8) -> [u128; 2] {
        self.vectors[i]
    }

    /// Replaces YMM(i), given as the low and the high half.
    pub fn set_ymm(&mut self, i: u8, value: [u128; 2]) {
        self.vectors[i] = value;
    }
}
