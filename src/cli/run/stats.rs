//! The statistics of a run: instructions, time and speed.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use super::super::failure;
use super::super::format::OutputFormat;

/// Instructions, time and speed of a run.
#[derive(Serialize)]
pub struct Stats {
    /// Instructions that were executed.
    pub instructions: u64,
    /// Time that they took.
    pub seconds: f64,
    /// Millions of instructions a second.
    pub mips: f64,
}

impl Stats {
    /// The statistics of a run of so many instructions in so much time.
    pub fn new(instructions: u64, time: Duration) -> Stats {
        let seconds = time.as_secs_f64();
        let mips = if seconds > 0.0 { instructions as f64 / seconds / 1e6 } else { 0.0 };
        Stats { instructions, seconds, mips }
    }

    /// Writes them to standard error.
    pub fn tell(&self, format: OutputFormat) {
        let Stats { instructions, seconds, mips } = self;
        match format {
            // Nobody is left to be told that this failed.
            OutputFormat::Json => {
                let line = serde_json::to_string(self).unwrap_or_default();
                let _ = writeln!(io::stderr(), "{line}");
            }
            _ => {
                failure::warn(format_args!("{instructions} instructions in {seconds:.3} s, {mips:.0} million a second"))
            }
        }
    }
}
