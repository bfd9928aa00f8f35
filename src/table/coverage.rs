//! What the table says about its own coverage: whether a row can be executed, and which group of
//! the audit it is counted in. Which rows are proven by hardware vectors is not known here.

use super::Row;
use super::features::{self, Feature};

/// What executing a row leads to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RowStatus {
    /// A handler executes it.
    Implemented,
    /// User mode may not execute it: it raises #GP.
    Privileged,
    /// It raises #UD, as the manual says for the state that the guest runs in.
    Undefined,
    /// It is listed and decoded, but nothing executes it yet.
    Missing,
}

impl RowStatus {
    /// All of them.
    pub const ALL: [RowStatus; 4] =
        [RowStatus::Implemented, RowStatus::Privileged, RowStatus::Undefined, RowStatus::Missing];

    /// The word for it, in every report.
    pub fn name(self) -> &'static str {
        match self {
            RowStatus::Implemented => "implemented",
            RowStatus::Privileged => "privileged",
            RowStatus::Undefined => "undefined",
            RowStatus::Missing => "missing",
        }
    }
}

/// A group of the audit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuditGroup {
    /// Its name.
    pub name: &'static str,
    /// The heading of SDM Vol. 1, "Instruction Set Summary", or a heading in its manner.
    pub title: &'static str,
    /// Why its rows without a handler have none, where that is not said row by row.
    pub reason: &'static str,
}

const fn group(name: &'static str, title: &'static str) -> AuditGroup {
    AuditGroup { name, title, reason: "" }
}

const fn avx512(name: &'static str, title: &'static str) -> AuditGroup {
    AuditGroup { name, title, reason: "AVX-512 is decoded but not executed yet; CPUID does not show it" }
}

/// Handlers that raise the #GP of an instruction that user mode may not execute.
const PRIVILEGED: [&str; 3] = ["privileged", "mov_from_control", "mov_to_control"];

/// The groups of the audit, in the order in which it lists them.
pub const GROUPS: [AuditGroup; 25] = [
    group("integer", "General-Purpose Instructions"),
    group("system", "System Instructions"),
    group("x87", "x87 FPU Instructions"),
    group("mmx", "MMX Instructions"),
    group("sse", "Intel SSE Instructions"),
    group("sse2", "Intel SSE2 Instructions"),
    group("sse3", "Intel SSE3 Instructions"),
    group("ssse3", "Supplemental Streaming SIMD Extensions 3 (SSSE3)"),
    group("sse4.1", "Intel SSE4.1 Instructions"),
    group("sse4.2", "Intel SSE4.2 Instructions"),
    group("crypto", "Cryptographic Instructions"),
    group("avx", "Intel Advanced Vector Extensions (Intel AVX)"),
    group("avx2", "Intel Advanced Vector Extensions 2 (Intel AVX2)"),
    group("fma", "Fused-Multiply-Add (FMA)"),
    group("f16c", "16-bit Floating-Point Conversion"),
    group("avx-extra", "VEX-Encoded VNNI, IFMA and Conversions"),
    avx512("avx512f", "Intel AVX-512 Foundation and Vector Length"),
    avx512("avx512cd", "Intel AVX-512 Conflict Detection"),
    avx512("avx512bw", "Intel AVX-512 Byte and Word"),
    avx512("avx512dq", "Intel AVX-512 Doubleword and Quadword"),
    avx512("avx512-fp16", "Intel AVX-512 FP16"),
    avx512("avx512-extra", "Intel AVX-512 Further Extensions"),
    group("state", "FXSAVE and XSAVE"),
    group("cet", "Control Transfer Terminating Instructions (Intel CET)"),
    group("other", "Other Extensions"),
];

/// The groups that decide where a row is counted that needs features of several, the first of them
/// before the others: they say what it works on, the rest when it came.
const DECIDING: [&str; 8] =
    ["x87", "avx512-extra", "avx512-fp16", "avx512cd", "avx512bw", "avx512dq", "avx512f", "crypto"];

/// The lower, the sooner a group decides.
fn rank(group: &&str) -> usize {
    DECIDING.iter().position(|deciding| deciding == group).unwrap_or(DECIDING.len())
}

impl Row {
    /// What executing it leads to.
    pub fn status(&self) -> RowStatus {
        match self.handler.as_deref() {
            None => RowStatus::Missing,
            Some(name) if PRIVILEGED.contains(&name) => RowStatus::Privileged,
            Some("undefined") => RowStatus::Undefined,
            Some(_) => RowStatus::Implemented,
        }
    }

    /// The features that it needs.
    pub fn features(&self) -> impl Iterator<Item = &'static Feature> {
        self.cpuid.split_whitespace().filter_map(features::find)
    }

    /// Why it has no handler, if it has none; else its note: what the row says itself, or what its group
    /// says of all such rows.
    pub fn reason(&self) -> &'static str {
        let of_group = || GROUPS.iter().find(|group| group.name == self.group()).map_or("", |group| group.reason);
        if self.handler.is_none() && self.note.is_empty() { of_group() } else { self.note.as_str() }
    }

    /// The group of the audit, the name of one of [`GROUPS`].
    ///
    /// `system` for what user mode may not execute, but what is merely switched off stays with its
    /// feature; `x87` for WAIT, which waits for the x87 unit; `integer` for what needs no CPUID feature;
    /// else the feature decides.
    pub fn group(&self) -> &'static str {
        match self.handler.as_deref() {
            Some("privileged" | "mov_from_control" | "mov_to_control") => "system",
            Some("undefined") if self.cpuid.is_empty() => "system",
            _ if self.mnemonic == "WAIT" => "x87",
            _ => self.features().map(|feature| feature.group).min_by_key(rank).unwrap_or("integer"),
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
            assert!(rows().iter().any(|row| row.group() == group.name), "{}", group.name);
        }
        assert!(rows().iter().all(|row| GROUPS.iter().any(|group| group.name == row.group())));
    }

    #[test]
    fn groups_follow_the_feature() {
        let group = |instruction: &str| rows().iter().find(|row| row.instruction == instruction).map(Row::group);
        assert_eq!(group("ADD r/m8, r8"), Some("integer"));
        assert_eq!(group("FCMOVB ST(0), ST(i)"), Some("x87"));
        assert_eq!(group("VAESENC xmm1, xmm2, xmm3/m128"), Some("crypto"));
        assert_eq!(group("HLT"), Some("system"));
        assert_eq!(group("VADDPS xmm1 {k1}{z}, xmm2, xmm3/m128/m32bcst"), Some("avx512f"));
        assert_eq!(group("VPAVGB xmm1 {k1}{z}, xmm2, xmm3/m128"), Some("avx512bw"));
        assert_eq!(group("VAESENC zmm1, zmm2, zmm3/m512"), Some("avx512f"));
    }
}
