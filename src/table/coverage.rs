//! What the table says about its own coverage: whether a row can be executed, and which group of
//! the audit it is counted in. Which rows are proven by hardware vectors is not known here.

use super::Row;
use super::features::{self, Feature};

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
const REFUSING: [&str; 4] = ["privileged", "undefined", "mov_from_control", "mov_to_control"];

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

/// The groups that decide where a row is counted that needs features of several: they say what it
/// works on, the others when it came.
const DECIDING: [&str; 3] = ["x87", "crypto", "mask"];

/// The lower, the sooner a group decides.
fn rank(group: &&str) -> usize {
    DECIDING.iter().position(|deciding| deciding == group).unwrap_or(DECIDING.len())
}

impl Row {
    /// Whether it can be executed.
    pub fn status(&self) -> RowStatus {
        match self.handler {
            None => RowStatus::Missing,
            Some(name) if REFUSING.contains(&name) => RowStatus::Privileged,
            Some(_) => RowStatus::Implemented,
        }
    }

    /// The features that it needs.
    pub fn features(&self) -> impl Iterator<Item = &'static Feature> {
        self.cpuid.split_whitespace().filter_map(features::find)
    }

    /// The group of the audit, one of [`GROUPS`].
    ///
    /// `system` for what user mode may not execute, but what is merely switched off stays with its
    /// feature; `x87` for WAIT, which waits for the x87 unit; `integer` for what needs no CPUID feature;
    /// else the feature decides.
    pub fn group(&self) -> &'static str {
        match self.handler {
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
