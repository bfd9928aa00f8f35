//! The features of processors: the one list of the names that the `cpuid` key of a row may have.
//!
//! Shared by `build.rs`, which refuses a row with another name; by the audit, whose groups are
//! here; and by the processor model, which reports a feature in CPUID and lets `--cpu` do without.
//! The places are those of SDM Vol. 2A, "CPUID", tables "Information Returned by CPUID
//! Instruction", and for AMD's features of APM Vol. 3, "CPUID Feature Flags".

/// A feature of a processor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Feature {
    /// What `opcodes.json` calls it.
    pub name: &'static str,
    /// The group of the audit in which its rows are counted, one of `coverage::GROUPS`.
    pub group: &'static str,
    /// The first generation that had it; empty for a feature of [`WITHHELD`].
    pub since: &'static str,
    /// A feature without which it is of no use; empty if there is none.
    pub needs: &'static str,
    /// The leaf that reports it.
    pub leaf: u32,
    /// The subleaf, if the leaf has subleaves.
    pub subleaf: Option<u32>,
    /// 0 to 3 for EAX, EBX, ECX and EDX.
    pub register: usize,
    /// Its bits there; 0 if CPUID has no bit for it.
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
const SGX_A: Word = (0x12, Some(0), 0);
const TRACE_B: Word = (0x14, Some(0), 1);
const KEY_LOCKER_B: Word = (0x19, None, 1);
const EXTENDED_C: Word = (0x8000_0001, None, 2);
const EXTENDED_D: Word = (0x8000_0001, None, 3);
const CAPACITY_B: Word = (0x8000_0008, None, 1);

/// A feature with one bit.
const fn feature(
    name: &'static str,
    group: &'static str,
    since: &'static str,
    needs: &'static str,
    (leaf, subleaf, register): Word,
    bit: u32,
) -> Feature {
    Feature { name, group, since, needs, leaf, subleaf, register, bits: 1 << bit }
}

/// Instructions that came with a generation and have no bit of their own.
const fn unreported(name: &'static str, group: &'static str, since: &'static str) -> Feature {
    Feature { bits: 0, ..feature(name, group, since, "", BASIC_D, 0) }
}

/// A feature that CPUID never shows here.
const fn withheld(name: &'static str, group: &'static str, word: Word, bit: u32) -> Feature {
    feature(name, group, "", "", word, bit)
}

/// XSAVE, and OSXSAVE beside it: whoever sees the one may use the other.
const XSAVE: Feature =
    Feature { bits: 1 << 26 | 1 << 27, ..feature("XSAVE", "state", "sandybridge", "FXSR", BASIC_C, 26) };

/// XSAVEC, and beside it XGETBV with ECX 1, which tells what XSAVEC would save.
const XSAVEC: Feature = Feature { bits: 1 << 1 | 1 << 2, ..feature("XSAVEC", "state", "skylake", "XSAVE", XSAVE_A, 1) };

/// The features that a generation of `--cpu` has, oldest generation first. CPUID shows those whose
/// rows all have a handler.
pub const FEATURES: &[Feature] = &[
    unreported("I486", "integer", "i486"),
    feature("FPU", "x87", "i486", "", BASIC_D, 0),
    unreported("CPUID", "integer", "pentium"),
    feature("TSC", "integer", "pentium", "", BASIC_D, 4),
    feature("MSR", "other", "pentium", "", BASIC_D, 5),
    feature("CX8", "integer", "pentium", "", BASIC_D, 8),
    unreported("P6", "integer", "pentiumpro"),
    feature("SEP", "other", "pentiumpro", "", BASIC_D, 11),
    feature("CMOV", "integer", "pentiumpro", "", BASIC_D, 15),
    feature("MMX", "mmx", "pentium2", "FPU", BASIC_D, 23),
    feature("FXSR", "state", "pentium2", "FPU", BASIC_D, 24),
    feature("SSE", "sse", "pentium3", "FXSR", BASIC_D, 25),
    feature("SSE2", "sse2", "pentium4", "SSE", BASIC_D, 26),
    feature("CLFSH", "integer", "pentium4", "", BASIC_D, 19),
    feature("SSE3", "sse3", "prescott", "SSE2", BASIC_C, 0),
    feature("SSSE3", "ssse3", "core2", "SSE3", BASIC_C, 9),
    feature("SSE4_1", "sse4.1", "penryn", "SSSE3", BASIC_C, 19),
    feature("SSE4_2", "sse4.2", "nehalem", "SSE4_1", BASIC_C, 20),
    feature("POPCNT", "integer", "nehalem", "", BASIC_C, 23),
    feature("RDTSCP", "integer", "nehalem", "TSC", EXTENDED_D, 27),
    feature("AESNI", "crypto", "westmere", "SSE2", BASIC_C, 25),
    feature("PCLMULQDQ", "crypto", "westmere", "SSE2", BASIC_C, 1),
    XSAVE,
    feature("XSAVEOPT", "state", "sandybridge", "XSAVE", XSAVE_A, 0),
    feature("AVX", "avx", "sandybridge", "XSAVE", BASIC_C, 28),
    feature("F16C", "f16c", "ivybridge", "AVX", BASIC_C, 29),
    feature("RDRAND", "integer", "ivybridge", "", BASIC_C, 30),
    feature("FMA", "fma", "haswell", "AVX", BASIC_C, 12),
    feature("MOVBE", "integer", "haswell", "", BASIC_C, 22),
    feature("BMI1", "integer", "haswell", "", STRUCTURED_B, 3),
    feature("AVX2", "avx2", "haswell", "AVX", STRUCTURED_B, 5),
    feature("BMI2", "integer", "haswell", "", STRUCTURED_B, 8),
    feature("LZCNT", "integer", "haswell", "", EXTENDED_C, 5),
    feature("RDSEED", "integer", "broadwell", "", STRUCTURED_B, 18),
    feature("ADX", "integer", "broadwell", "", STRUCTURED_B, 19),
    feature("PREFETCHW", "integer", "broadwell", "", EXTENDED_C, 8),
    feature("CLFLUSHOPT", "integer", "skylake", "", STRUCTURED_B, 23),
    XSAVEC,
    feature("AVX512F", "avx512f", "skylakex", "AVX2", STRUCTURED_B, 16),
    feature("AVX512DQ", "avx512dq", "skylakex", "AVX512F", STRUCTURED_B, 17),
    feature("AVX512CD", "avx512cd", "skylakex", "AVX512F", STRUCTURED_B, 28),
    feature("AVX512BW", "avx512bw", "skylakex", "AVX512F", STRUCTURED_B, 30),
    feature("AVX512VL", "avx512f", "skylakex", "AVX512F", STRUCTURED_B, 31),
    feature("AVX512_IFMA", "avx512-extra", "cannonlake", "AVX512F", STRUCTURED_B, 21),
    feature("AVX512_VBMI", "avx512-extra", "cannonlake", "AVX512F", STRUCTURED_C, 1),
    feature("AVX512_VNNI", "avx512-extra", "cascadelake", "AVX512F", STRUCTURED_C, 11),
    feature("AVX512_BF16", "avx512-extra", "cooperlake", "AVX512F", MORE_A, 5),
    feature("CLWB", "integer", "icelake", "", STRUCTURED_B, 24),
    feature("SHA", "crypto", "icelake", "SSE2", STRUCTURED_B, 29),
    feature("GFNI", "crypto", "icelake", "SSE2", STRUCTURED_C, 8),
    feature("VAES", "crypto", "icelake", "AVX", STRUCTURED_C, 9),
    feature("VPCLMULQDQ", "crypto", "icelake", "AVX", STRUCTURED_C, 10),
    feature("RDPID", "integer", "icelake", "", STRUCTURED_C, 22),
    feature("AVX512_VBMI2", "avx512-extra", "icelake", "AVX512F", STRUCTURED_C, 6),
    feature("AVX512_BITALG", "avx512-extra", "icelake", "AVX512F", STRUCTURED_C, 12),
    feature("AVX512_VPOPCNTDQ", "avx512-extra", "icelake", "AVX512F", STRUCTURED_C, 14),
    feature("MOVDIRI", "other", "tigerlake", "", STRUCTURED_C, 27),
    feature("MOVDIR64B", "other", "tigerlake", "", STRUCTURED_C, 28),
    feature("AVX512_VP2INTERSECT", "avx512-extra", "tigerlake", "AVX512F", STRUCTURED_D, 8),
    feature("WAITPKG", "other", "alderlake", "", STRUCTURED_C, 5),
    feature("CLDEMOTE", "integer", "alderlake", "", STRUCTURED_C, 25),
    feature("SERIALIZE", "integer", "alderlake", "", STRUCTURED_D, 14),
    feature("AVX_VNNI", "avx-extra", "alderlake", "AVX2", MORE_A, 4),
    feature("AVX512_FP16", "avx512-fp16", "sapphirerapids", "AVX512F", STRUCTURED_D, 23),
    feature("SHA512", "crypto", "lunarlake", "AVX2", MORE_A, 0),
    feature("SM3", "crypto", "lunarlake", "AVX", MORE_A, 1),
    feature("SM4", "crypto", "lunarlake", "AVX", MORE_A, 2),
    feature("AVX_IFMA", "avx-extra", "lunarlake", "AVX2", MORE_A, 23),
    feature("AVX_VNNI_INT8", "avx-extra", "lunarlake", "AVX2", MORE_D, 4),
    feature("AVX_NE_CONVERT", "avx-extra", "lunarlake", "AVX2", MORE_D, 5),
    feature("AVX_VNNI_INT16", "avx-extra", "lunarlake", "AVX2", MORE_D, 10),
    feature("RAO_INT", "other", "grandridge", "", MORE_A, 3),
];

/// The features that CPUID never shows, whatever executes their rows: what the system would have to
/// switch on and does not here, what only the system can use, what only Xeon Phi had, and what Intel's
/// processors lack.
pub const WITHHELD: &[Feature] = &[
    withheld("AVX512PF", "avx512-extra", STRUCTURED_B, 26),
    withheld("AVX512ER", "avx512-extra", STRUCTURED_B, 27),
    withheld("AVX512_4VNNIW", "avx512-extra", STRUCTURED_D, 2),
    withheld("AVX512_4FMAPS", "avx512-extra", STRUCTURED_D, 3),
    withheld("CET_SS", "cet", STRUCTURED_C, 7),
    withheld("CET_IBT", "cet", STRUCTURED_D, 20),
    withheld("KL", "system", STRUCTURED_C, 23),
    withheld("AESKLE", "crypto", KEY_LOCKER_B, 0),
    withheld("WIDE_KL", "crypto", KEY_LOCKER_B, 2),
    withheld("RTM", "system", STRUCTURED_B, 11),
    withheld("TSXLDTRK", "system", STRUCTURED_D, 16),
    withheld("SMX", "system", BASIC_C, 6),
    withheld("VMX", "system", BASIC_C, 5),
    withheld("SGX1", "system", SGX_A, 0),
    withheld("OSS", "system", SGX_A, 5),
    withheld("MONITOR", "system", BASIC_C, 3),
    withheld("SMAP", "system", STRUCTURED_B, 20),
    withheld("PKU", "system", STRUCTURED_C, 3),
    withheld("INVPCID", "system", STRUCTURED_B, 10),
    withheld("PCONFIG", "system", STRUCTURED_D, 18),
    withheld("ENQCMD", "system", STRUCTURED_C, 29),
    withheld("PTWRITE", "system", TRACE_B, 4),
    withheld("HRESET", "system", MORE_A, 22),
    withheld("WRMSRNS", "system", MORE_A, 19),
    withheld("WBNOINVD", "system", CAPACITY_B, 9),
    withheld("XSAVES", "state", XSAVE_A, 3),
    withheld("PREFETCHWT1", "integer", STRUCTURED_C, 0),
    withheld("PREFETCHI", "integer", MORE_D, 14),
    withheld("SSE4A", "other", EXTENDED_C, 6),
    withheld("SYSCALL", "system", EXTENDED_D, 11),
];

/// A set of features: bit *n* for `FEATURES[n]`.
pub(crate) type FeatureSet = u128;

const _: () = assert!(FEATURES.len() <= FeatureSet::BITS as usize, "a set has no bit for the last features");

/// The feature of a name.
pub fn find(name: &str) -> Option<&'static Feature> {
    FEATURES.iter().chain(WITHHELD).find(|feature| feature.name == name)
}
