//! The letters of the flags column and the `undefined` key (SDM Vol. 1, "EFLAGS Cross-Reference").

use super::super::notation::{FlagEffects, flag_mask};
use super::RawRow;

/// The letters that a flag can have.
const LETTERS: [&str; 8] = ["T", "M", "m", "0", "1", "-", "TM", "Tm"];

/// A flag is tested, or changed in one way, or both.
pub fn check_letters(raw: &RawRow) -> Result<(), String> {
    let mut tokens = raw.flags.split_whitespace();
    let wrong = tokens.find(|token| token.split_once(':').is_some_and(|(_, letters)| !LETTERS.contains(&letters)));
    wrong.map_or(Ok(()), |token| Err(format!("flags: `{token}`; write one of {} behind the colon", LETTERS.join(", "))))
}

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
