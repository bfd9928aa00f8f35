//! How a failing vector is shown: the instruction, and each field with what the processor had and
//! what tab86 has.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::vectors::{Difference, End, Mode, NarrowRegister, Raised, TestVector, WideRegister};

use super::super::text;
use super::result::FailedReplay;

/// Bytes of a run that are shown.
const MAX_BYTES: usize = 16;

/// Differences that are shown.
const MAX_DIFFERENCES: usize = 12;

/// Shows one vector.
pub fn show(vector: &TestVector, failing: &FailedReplay, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {}", vector.asm)?;
    writeln!(out, "  {}", bytes(&vector.bytes.0))?;
    writeln!(out, "  in mode {}:", mode(failing.mode))?;
    for difference in failing.differences.iter().take(MAX_DIFFERENCES) {
        let (field, expected, got) = describe(difference);
        writeln!(out, "    {field:<12} expected {expected}\n    {:<12} got      {got}", "")?;
    }
    match failing.differences.len().saturating_sub(MAX_DIFFERENCES) {
        0 => Ok(()),
        more => writeln!(out, "    and {more} more differences"),
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Step => "step",
        Mode::Blocks => "blocks",
        Mode::Full => "full",
        Mode::Checked => "checked",
    }
}

/// The field, what was expected and what was got.
fn describe(difference: &Difference) -> (String, String, String) {
    match difference {
        Difference::Number { field: NarrowRegister::Eflags, expected, got } => {
            ("EFLAGS".into(), flags(*expected), flags(*got))
        }
        Difference::Number { field: NarrowRegister::Eip, expected, got } => {
            ("EIP".into(), number(*expected), number(*got))
        }
        Difference::Number { field: NarrowRegister::Register(register), expected, got } => {
            (format!("{register:?}").to_uppercase(), number(*expected), number(*got))
        }
        Difference::Number { field, expected, got } => (control(*field).into(), number(*expected), number(*got)),
        Difference::Wide { register, expected, got } => {
            let name = match register {
                WideRegister::Stack(number) => format!("ST({number})"),
                WideRegister::Vector(number) => format!("YMM{number}"),
            };
            (name, text::bytes(expected), text::bytes(got))
        }
        Difference::Bytes { address, expected, got } => (format!("[{address:#010x}]"), bytes(expected), bytes(got)),
        Difference::End { expected, got } => ("ending".into(), ending(expected), ending(got)),
    }
}

/// The name of a control or status register.
fn control(field: NarrowRegister) -> &'static str {
    match field {
        NarrowRegister::FpuControl => "FPU control",
        NarrowRegister::FpuStatus => "FPU status",
        NarrowRegister::FpuTag => "FPU tags",
        NarrowRegister::Mxcsr => "MXCSR",
        NarrowRegister::Register(_) | NarrowRegister::Eip | NarrowRegister::Eflags => "register",
    }
}

fn number(value: u32) -> String {
    format!("{value:#010x}")
}

fn flags(value: u32) -> String {
    format!("{} {}", number(value), text::flags(value))
}

fn bytes(bytes: &[u8]) -> String {
    match bytes.get(..MAX_BYTES) {
        Some(first) if bytes.len() > MAX_BYTES => format!("{} … ({} bytes)", text::bytes(first), bytes.len()),
        _ => text::bytes(bytes),
    }
}

fn ending(end: &End) -> String {
    match end {
        End::Completed => "completed".into(),
        End::Unfinished => "ran on without end".into(),
        End::Raised(Raised { vector, error, address, write }) => {
            let mut text = vector.clone();
            let _ = error.is_some_and(|error| write!(text, "({error:#x})").is_ok());
            let _ = address.is_some_and(|address| write!(text, " at {address:#010x}").is_ok());
            text + if *write == Some(true) { ", a write" } else { "" }
        }
    }
}
