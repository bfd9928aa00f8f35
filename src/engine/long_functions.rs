//! The functions that no block takes along, so that each is looked at once and not for each call of it. One that becomes
//! shorter, because its code changes, is called as ever.

use std::cell::RefCell;
use std::collections::HashSet;

use super::number_hash::NumberHash;

/// Where functions begin that are no leaves, or too long.
#[derive(Default)]
pub struct LongFunctions(RefCell<HashSet<u32, NumberHash>>);

impl LongFunctions {
    /// Whether one begins at an offset in CS.
    pub fn has(&self, eip: u32) -> bool {
        self.0.borrow().contains(&eip)
    }

    /// Notes one.
    pub fn add(&self, eip: u32) {
        self.0.borrow_mut().insert(eip);
    }
}
