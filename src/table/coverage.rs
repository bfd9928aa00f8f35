//! What the table says about its own coverage: whether a row can be executed, and which group of
//! the audit it is counted in. Which rows are proven by hardware vectors is not known here.

use super::Row;

/// Whether a row can be executed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RowStatus {
    /// A handler executes it.
    Implemented,
    /// User mode may not execute it, and it raises the fault that says so.
    Privileged,
    /// It is listed and decoded, but nothing executes it yet.
    Missing,
}

/// Handlers that raise the fault of an instruction that user mode may not execute.
const REFUSING: [&str; 2] = ["privileged", "undefined"];

/// The groups of the audit, in the order in which it lists them.
pub const GROUPS: [&str; 20] = [
    "integer",
    "system",
    "x87",
    "mmx",
    "sse",
    "sse2",
    "sse3",
    "ssse3",
    "sse4.1",
    "sse4.2",
    "crypto",
    "avx",
    "avx2",
    "fma",
    "f16c",
    "avx-extra",
    "mask",
    "state",
    "cet",
    "other",
];

/// CPUID features and the group of the instructions that need them. Of a row that needs several,
/// the feature that stands first here decides.
const FEATURES: [(&str, &[&str]); 18] = [
    ("x87", &["FPU"]),
    (
        "crypto",
        &["AESNI", "PCLMULQDQ", "SHA", "GFNI", "VAES", "VPCLMULQDQ", "SHA512", "SM3", "SM4", "AESKLE", "WIDE_KL"],
    ),
    ("mask", &["AVX512F", "AVX512BW", "AVX512DQ"]),
    ("avx-extra", &["AVX_VNNI", "AVX_VNNI_INT8", "AVX_VNNI_INT16", "AVX_IFMA", "AVX_NE_CONVERT"]),
    ("f16c", &["F16C"]),
    ("fma", &["FMA"]),
    ("avx2", &["AVX2"]),
    ("avx", &["AVX"]),
    ("sse4.2", &["SSE4_2"]),
    ("sse4.1", &["SSE4_1"]),
    ("ssse3", &["SSSE3"]),
    ("sse3", &["SSE3"]),
    ("sse2", &["SSE2"]),
    ("sse", &["SSE"]),
    ("mmx", &["MMX"]),
    ("state", &["FXSR", "XSAVE", "XSAVEOPT", "XSAVEC", "XSAVES"]),
    ("cet", &["CET_SS", "CET_IBT"]),
    ("integer", &GENERAL_PURPOSE),
];

/// Features of instructions that only use general-purpose registers and that ordinary compilers
/// and libraries emit.
const GENERAL_PURPOSE: [&str; 24] = [
    "I486",
    "CPUID",
    "P6",
    "CMOV",
    "CX8",
    "TSC",
    "RDTSCP",
    "CLFSH",
    "CLFLUSHOPT",
    "CLWB",
    "CLDEMOTE",
    "PREFETCHW",
    "PREFETCHWT1",
    "PREFETCHI",
    "MOVBE",
    "POPCNT",
    "LZCNT",
    "BMI1",
    "BMI2",
    "ADX",
    "RDRAND",
    "RDSEED",
    "RDPID",
    "SERIALIZE",
];

impl Row {
    /// Whether it can be executed.
    pub fn status(&self) -> RowStatus {
        match self.handler {
            None => RowStatus::Missing,
            Some(name) if REFUSING.contains(&name) => RowStatus::Privileged,
            Some(_) => RowStatus::Implemented,
        }
    }

    /// The group of the audit, one of [`GROUPS`].
    ///
    /// `system` for what user mode may not execute, but what is merely switched off stays with its
    /// feature; `x87` for WAIT, which waits for the x87 unit; `integer` for what needs no CPUID feature;
    /// else the feature decides.
    pub fn group(&self) -> &'static str {
        let needs = |features: &[&str]| self.cpuid.split(' ').any(|feature| features.contains(&feature));
        let of_feature = FEATURES.iter().find(|(_, features)| needs(features)).map(|(group, _)| *group);
        match self.handler {
            Some("privileged") => "system",
            Some("undefined") => of_feature.unwrap_or("system"),
            _ if self.mnemonic == "WAIT" => "x87",
            _ if self.cpuid.is_empty() => "integer",
            _ => of_feature.unwrap_or("other"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::rows;

    #[test]
    fn every_group_is_listed_and_has_rows() {
        for group in GROUPS {
            assert!(rows().iter().any(|row| row.group() == group), "{group}");
        }
        assert!(rows().iter().all(|row| GROUPS.contains(&row.group())));
    }

    #[test]
    fn groups_follow_the_feature() {
        let group = |instruction: &str| rows().iter().find(|row| row.instruction == instruction).map(Row::group);
        assert_eq!(group("ADD r/m8, r8"), Some("integer"));
        assert_eq!(group("FCMOVB ST(0), ST(i)"), Some("x87"));
        assert_eq!(group("VAESENC xmm1, xmm2, xmm3/m128"), Some("crypto"));
        assert_eq!(group("HLT"), Some("system"));
    }
}
