//! The backtrace: a line for each function on the way to where the program was.

use std::time::Duration;

use crate::instructions::Machine;

use super::call_frames::CallFrames;
use super::deadline::Deadline;
use super::debug_info::{DebugInfo, DebugSections, SourceFrame};
use super::frame::Frame;
use super::unwinder::Unwinder;
use crate::cli::failure;
use crate::cli::run::program::LoadedProgram;
use crate::cli::symbols::{SymbolOffset, SymbolTable};

/// Frames of a short backtrace.
const SHORT: usize = 10;

/// Frames that are counted but not shown in a short backtrace.
const MAX_COUNTED: usize = 100_000;

/// As long may what a file says about itself keep us.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tells the backtrace, line by line.
pub fn tell(machine: &mut Machine, program: &LoadedProgram, full: bool) {
    let deadline = Deadline::after(PATIENCE);
    let sections = DebugSections::read(&program.elf);
    let info = DebugInfo::new(&sections, deadline);
    let call_frames = CallFrames::read(&program.elf, sections.debug_frame(), deadline);
    let symbols = SymbolTable::read(&program.elf);
    let mut next = Some(Frame::innermost(machine));
    let mut unwinder =
        Unwinder { memory: &mut machine.memory, call_frames: &call_frames, symbols: &symbols, bias: program.bias };
    let mut number = 0;
    failure::continue_with(&["backtrace:"]);
    while let Some(frame) = next {
        if full || number < SHORT {
            let address = frame.address().wrapping_sub(program.bias);
            failure::continue_with(&lines(number, &frame, &info.frames(address), symbols.find(address)));
        } else if number == MAX_COUNTED || deadline.has_passed() {
            break;
        }
        number += 1;
        next = unwinder.caller(&frame);
    }
    let more = number.saturating_sub(if full { number } else { SHORT });
    if more > 0 {
        let least = if next.is_some() { "at least " } else { "" };
        failure::continue_with(&[format!("  and {least}{more} more; --backtrace=full shows them")]);
    }
}

/// The functions at one address: those that are inlined there, and the one whose frame it is.
fn lines(number: usize, frame: &Frame, sources: &[SourceFrame], symbol: Option<SymbolOffset>) -> Vec<String> {
    let start = format!("  #{number:<3} {:#010x} in", frame.eip());
    // The symbol's offset is that of the address that was looked up, within the call.
    let symbol = symbol.map(|found| SymbolOffset { offset: found.offset + u32::from(frame.is_caller), ..found });
    let symbol = symbol.map(|found| found.to_string());
    let Some((outermost, inlined)) = sources.split_last() else {
        return vec![format!("{start} {}", symbol.as_deref().unwrap_or("??"))];
    };
    let place = |source: &SourceFrame| source.line.as_ref().map_or_else(String::new, |line| format!(" at {line}"));
    let name = |source: &SourceFrame| source.function.clone().unwrap_or_else(|| "??".into());
    let mut lines: Vec<String> =
        inlined.iter().map(|source| format!("{start} {} (inlined){}", name(source), place(source))).collect();
    lines.push(format!("{start} {}{}", symbol.unwrap_or_else(|| name(outermost)), place(outermost)));
    lines
}
