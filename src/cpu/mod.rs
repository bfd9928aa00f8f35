//! The processor's state: data and accessors, no behaviour (SDM Vol. 1, "Basic Execution
//! Environment"). What instructions do to it is in `instructions/`.

mod access;
mod eflags;
mod extended;
mod model;
mod mxcsr;
mod random;
mod registers;
mod segment;
mod segmentation;
mod vector;
mod x87;

pub use eflags::{Eflags, Flag, Flags};
pub use extended::Extended;
pub(crate) use extended::Slot;
pub use model::{EXTENDED, Leaf, Model};
pub use mxcsr::{MXCSR_MASK, MXCSR_RESET, Mxcsr};
pub use random::Random;
pub use registers::{Register, Registers, ZERO};
pub use segment::{Segment, SegmentDescriptor, SegmentRegister};
pub use vector::Vectors;
pub use x87::X87;

/// The architectural state of one logical processor in user mode.
///
/// The fields stand in memory in this order: what most instructions use comes first, where code that accesses it is
/// shortest.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Cpu {
    /// The six status flags, as a record of the last result.
    pub flags: Flags,
    /// General-purpose registers, and the segment bases beside them.
    pub regs: Registers,
    /// Every other flag of EFLAGS.
    pub eflags: Eflags,
    /// Offset in CS of the next instruction. Up to date whenever the engine is not running.
    pub eip: u32,
    /// ES, CS, SS, DS, FS and GS, by encoding.
    pub segments: [SegmentRegister; 6],
    /// YMM0 to YMM7, whose low halves are XMM0 to XMM7.
    pub vectors: Vectors,
    /// Control and status of SIMD floating point.
    pub mxcsr: Mxcsr,
    /// The x87 FPU, and with it the MMX registers.
    pub x87: X87,
    /// The global descriptor table, as far as user mode may name it.
    pub gdt: Vec<SegmentDescriptor>,
    /// The local descriptor table.
    pub ldt: Vec<SegmentDescriptor>,
    /// What CPUID answers and which features exist.
    pub model: Model,
    /// Behind RDRAND and RDSEED; its seed makes runs reproducible.
    pub random: Random,
    /// IA32_TSC_ADJUST (SDM Vol. 3B, "Time-Stamp Counter Adjustment"): what the time stamp counter
    /// shows beyond the instructions that were executed.
    pub tsc_adjust: u64,
    /// Whether user mode may not read that counter (CR4.TSD; SDM Vol. 3A, "Control Registers").
    pub tsc_disabled: bool,
}

impl Default for Cpu {
    /// All registers zero, flat 4 GiB segments at privilege level 3.
    fn default() -> Self {
        let mut cpu = Cpu {
            flags: Flags::default(),
            regs: Registers::default(),
            eflags: Eflags::default(),
            eip: 0,
            segments: [SegmentRegister::default(); 6],
            vectors: Vectors::default(),
            mxcsr: MXCSR_RESET.into(),
            x87: X87::default(),
            gdt: segment::flat_gdt(),
            ldt: Vec::new(),
            model: Model::default(),
            random: Random::default(),
            tsc_adjust: 0,
            tsc_disabled: false,
        };
        cpu.load_flat();
        cpu
    }
}

impl Cpu {
    /// The whole EFLAGS register, with bit 1 set as it always is.
    #[must_use]
    pub fn eflags(&self) -> u32 {
        self.eflags.0 | self.flags.bits()
    }

    /// Replaces the whole EFLAGS register (reserved bits keep their fixed values).
    pub fn set_eflags(&mut self, value: u32) {
        self.eflags = Eflags::from_bits(value);
        self.flags = Flags::from_bits(value);
    }

    /// One flag by name.
    #[must_use]
    pub fn flag(&self, flag: Flag) -> bool {
        self.eflags() & flag.mask() != 0
    }

    /// Sets or clears one flag by name.
    pub fn set_flag(&mut self, flag: Flag, on: bool) {
        let others = self.eflags() & !flag.mask();
        self.set_eflags(if on { others | flag.mask() } else { others });
    }
}
