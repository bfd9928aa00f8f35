//! The features that CPUID reports (SDM Vol. 2A, "CPUID"), oldest first: by which name the
//! instruction table knows them, and where their bits are.

/// A feature of a processor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Feature {
    /// The first generation that had it.
    pub since: &'static str,
    /// What `opcodes.json` calls it.
    pub name: &'static str,
    /// A feature without which it is of no use; empty if there is none.
    pub needs: &'static str,
    /// The leaf that reports it.
    pub leaf: u32,
    /// The subleaf, if the leaf has subleaves.
    pub subleaf: Option<u32>,
    /// 0 to 3 for EAX, EBX, ECX and EDX.
    pub register: usize,
    /// Its bits there.
    pub bits: u32,
}

/// Leaf, subleaf and register of a feature word.
type Word = (u32, Option<u32>, usize);

const BASIC_C: Word = (1, None, 2);
const BASIC_D: Word = (1, None, 3);
const STRUCTURED_B: Word = (7, Some(0), 1);
const STRUCTURED_C: Word = (7, Some(0), 2);
const STRUCTURED_D: Word = (7, Some(0), 3);
const MORE_A: Word = (7, Some(1), 0);
const MORE_D: Word = (7, Some(1), 3);
const XSAVE_A: Word = (0xd, Some(1), 0);
const EXTENDED_C: Word = (0x8000_0001, None, 2);
const EXTENDED_D: Word = (0x8000_0001, None, 3);

const fn feature(since: &'static str, name: &'static str, needs: &'static str, word: Word, bit: u32) -> Feature {
    let (leaf, subleaf, register) = word;
    Feature { since, name, needs, leaf, subleaf, register, bits: 1 << bit }
}

/// XSAVE, and OSXSAVE beside it: whoever sees the one may use the other.
const XSAVE: Feature = Feature { bits: 1 << 26 | 1 << 27, ..feature("sandybridge", "XSAVE", "FXSR", BASIC_C, 26) };

/// XSAVEC, and beside it XGETBV with ECX 1, which tells what XSAVEC would save.
const XSAVEC: Feature = Feature { bits: 1 << 1 | 1 << 2, ..feature("skylake", "XSAVEC", "XSAVE", XSAVE_A, 1) };

/// Instructions that came with a generation and have no bit of their own.
const fn unreported(since: &'static str, name: &'static str) -> Feature {
    Feature { bits: 0, ..feature(since, name, "", BASIC_D, 0) }
}

/// All of them.
pub const FEATURES: [Feature; 57] = [
    unreported("i486", "I486"),
    feature("i486", "FPU", "", BASIC_D, 0),
    unreported("pentium", "CPUID"),
    feature("pentium", "TSC", "", BASIC_D, 4),
    feature("pentium", "MSR", "", BASIC_D, 5),
    feature("pentium", "CX8", "", BASIC_D, 8),
    unreported("pentiumpro", "P6"),
    feature("pentiumpro", "SEP", "", BASIC_D, 11),
    feature("pentiumpro", "CMOV", "", BASIC_D, 15),
    feature("pentium2", "MMX", "FPU", BASIC_D, 23),
    feature("pentium2", "FXSR", "FPU", BASIC_D, 24),
    feature("pentium3", "SSE", "FXSR", BASIC_D, 25),
    feature("pentium4", "SSE2", "SSE", BASIC_D, 26),
    feature("pentium4", "CLFSH", "", BASIC_D, 19),
    feature("prescott", "SSE3", "SSE2", BASIC_C, 0),
    feature("core2", "SSSE3", "SSE3", BASIC_C, 9),
    feature("penryn", "SSE4_1", "SSSE3", BASIC_C, 19),
    feature("nehalem", "SSE4_2", "SSE4_1", BASIC_C, 20),
    feature("nehalem", "POPCNT", "", BASIC_C, 23),
    feature("nehalem", "RDTSCP", "TSC", EXTENDED_D, 27),
    feature("westmere", "AESNI", "SSE2", BASIC_C, 25),
    feature("westmere", "PCLMULQDQ", "SSE2", BASIC_C, 1),
    XSAVE,
    feature("sandybridge", "XSAVEOPT", "XSAVE", XSAVE_A, 0),
    feature("sandybridge", "AVX", "XSAVE", BASIC_C, 28),
    feature("ivybridge", "F16C", "AVX", BASIC_C, 29),
    feature("ivybridge", "RDRAND", "", BASIC_C, 30),
    feature("haswell", "FMA", "AVX", BASIC_C, 12),
    feature("haswell", "MOVBE", "", BASIC_C, 22),
    feature("haswell", "BMI1", "", STRUCTURED_B, 3),
    feature("haswell", "AVX2", "AVX", STRUCTURED_B, 5),
    feature("haswell", "BMI2", "", STRUCTURED_B, 8),
    feature("haswell", "LZCNT", "", EXTENDED_C, 5),
    feature("broadwell", "RDSEED", "", STRUCTURED_B, 18),
    feature("broadwell", "ADX", "", STRUCTURED_B, 19),
    feature("broadwell", "PREFETCHW", "", EXTENDED_C, 8),
    feature("skylake", "CLFLUSHOPT", "", STRUCTURED_B, 23),
    XSAVEC,
    feature("icelake", "CLWB", "", STRUCTURED_B, 24),
    feature("icelake", "SHA", "SSE2", STRUCTURED_B, 29),
    feature("icelake", "GFNI", "SSE2", STRUCTURED_C, 8),
    feature("icelake", "VAES", "AVX", STRUCTURED_C, 9),
    feature("icelake", "VPCLMULQDQ", "AVX", STRUCTURED_C, 10),
    feature("icelake", "RDPID", "", STRUCTURED_C, 22),
    feature("tigerlake", "MOVDIRI", "", STRUCTURED_C, 27),
    feature("tigerlake", "MOVDIR64B", "", STRUCTURED_C, 28),
    feature("alderlake", "WAITPKG", "", STRUCTURED_C, 5),
    feature("alderlake", "CLDEMOTE", "", STRUCTURED_C, 25),
    feature("alderlake", "SERIALIZE", "", STRUCTURED_D, 14),
    feature("alderlake", "AVX_VNNI", "AVX2", MORE_A, 4),
    feature("lunarlake", "SHA512", "AVX2", MORE_A, 0),
    feature("lunarlake", "SM3", "AVX", MORE_A, 1),
    feature("lunarlake", "SM4", "AVX", MORE_A, 2),
    feature("lunarlake", "AVX_IFMA", "AVX2", MORE_A, 23),
    feature("lunarlake", "AVX_VNNI_INT8", "AVX2", MORE_D, 4),
    feature("lunarlake", "AVX_NE_CONVERT", "AVX2", MORE_D, 5),
    feature("lunarlake", "AVX_VNNI_INT16", "AVX2", MORE_D, 10),
];
