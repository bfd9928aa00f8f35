//! The `undefined` key (SDM Vol. 1, "EFLAGS Cross-Reference").

use super::super::notation::{FlagEffects, flag_mask};
use super::RawRow;

/// `undefined` and `flags` must agree: only a flag that the row writes can be undefined.
pub fn check_undefined(raw: &RawRow, flags: FlagEffects) -> Result<(), String> {
    for (name, condition) in &raw.undefined {
        let bit = flag_mask(name).map_err(|problem| problem.replace("flags:", "undefined:"))?;
        if flags.written & bit == 0 {
            return Err(format!(
                "undefined: {name} when {condition}, but flags does not say that {name} is written; add {name}:m there"
            ));
        }
        if flags.undefined & bit != 0 {
            return Err(format!(
                "undefined: {name} when {condition}, but flags says {name}:-, always; keep one of the two"
            ));
        }
        if !["count>0", "count>1", "count>width", "count>=width"].contains(&condition.as_str()) {
            return Err(format!("undefined: `{condition}`; write count>0, count>1, count>width or count>=width"));
        }
    }
    Ok(())
}
