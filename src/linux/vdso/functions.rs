//! The functions of the vDSO: names, versions and machine code, as in `arch/x86/entry/vdso/vdso32`.

/// The version of a symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolVersion {
    /// What there has been since vDSOs.
    Linux25,
    /// The clocks.
    Linux26,
}

impl SymbolVersion {
    /// All, in the order of their numbers.
    pub const ALL: [SymbolVersion; 2] = [SymbolVersion::Linux25, SymbolVersion::Linux26];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            SymbolVersion::Linux25 => "LINUX_2.5",
            SymbolVersion::Linux26 => "LINUX_2.6",
        }
    }
}

/// How the caller's registers are found from inside a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unwinding {
    /// The return address is on top of the stack.
    Leaf,
    /// EBX is saved by the first instruction, and restored by the last but one.
    SavesEbx,
    /// No caller: everything is in the frame of a signal, to which the stack pointer points after the
    /// first instruction.
    Sigframe,
    /// The same with the frame that has information on the signal, and without popping anything.
    RtSigframe,
}

/// A function of the vDSO.
#[derive(Debug)]
pub struct VdsoFunction {
    /// Its name.
    pub name: &'static str,
    /// The version of its name.
    pub version: SymbolVersion,
    /// Its machine code.
    pub code: &'static [u8],
    /// How to find its caller.
    pub unwinding: Unwinding,
}

/// A function that passes up to three arguments from the stack to a call, and its answer back:
/// `push ebx; mov ebx, [esp+8]; mov ecx, [esp+12]; mov edx, [esp+16]; mov eax, number; int 0x80; pop ebx;
/// ret`.
macro_rules! calling {
    ($name:literal, $number:literal) => {
        VdsoFunction {
            name: $name,
            version: SymbolVersion::Linux26,
            code: &[
                0x53,
                0x8b,
                0x5c,
                0x24,
                8,
                0x8b,
                0x4c,
                0x24,
                12,
                0x8b,
                0x54,
                0x24,
                16,
                0xb8,
                ($number & 0xff) as u8,
                ($number >> 8) as u8,
                0,
                0,
                0xcd,
                0x80,
                0x5b,
                0xc3,
            ],
            unwinding: Unwinding::SavesEbx,
        }
    };
}

/// All of them.
pub const FUNCTIONS: [VdsoFunction; 9] = [
    // int 0x80; ret
    VdsoFunction {
        name: "__kernel_vsyscall",
        version: SymbolVersion::Linux25,
        code: &[0xcd, 0x80, 0xc3],
        unwinding: Unwinding::Leaf,
    },
    // pop eax; mov eax, 119; int 0x80: libgcc and debuggers know a signal's frame by these bytes.
    VdsoFunction {
        name: "__kernel_sigreturn",
        version: SymbolVersion::Linux25,
        code: &[0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80],
        unwinding: Unwinding::Sigframe,
    },
    // mov eax, 173; int 0x80: by these as well.
    VdsoFunction {
        name: "__kernel_rt_sigreturn",
        version: SymbolVersion::Linux25,
        code: &[0xb8, 173, 0, 0, 0, 0xcd, 0x80],
        unwinding: Unwinding::RtSigframe,
    },
    calling!("__vdso_clock_gettime", 265),
    calling!("__vdso_clock_gettime64", 403),
    calling!("__vdso_gettimeofday", 78),
    calling!("__vdso_time", 13),
    calling!("__vdso_clock_getres", 266),
    calling!("__vdso_getcpu", 318),
];
