//! The instructions of a program that is not run: found, and counted by the rows of the table.
//!
//! Bytes of an executable section need not be code. `reach` tells which are; `tally` counts them; `requirement`
//! says which processor executes them all, and `system_calls` what they ask of the kernel.

mod constants;
mod reach;
mod requirement;
mod system_calls;
mod tally;

pub use reach::Reached;
pub use requirement::{Requirement, lacking};
pub use system_calls::SystemCalls;
pub use tally::{RowTally, Tally};
