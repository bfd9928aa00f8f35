//! The backtrace: a line for each function on the way to where the program was.

use std::time::Duration;

use crate::engine::Machine;

use super::call_frames::CallFrames;
use super::deadline::Deadline;
use super::debug_info::{DebugInfo, DebugSections, SourceFrame};
use super::frame::{Caller, StackFrame};
use super::unwinder::Unwinder;
use crate::cli::failure;
use crate::cli::run::program::LoadedProgram;
use crate::cli::symbols::{SymbolOffset, SymbolTable};

/// Frames of a short backtrace.
const SHORT: usize = 10;

/// The time that reading what a file says about itself may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The time that counting the frames which a short backtrace does not show may take.
const COUNTING: Duration = Duration::from_secs(1);

/// Tells the backtrace, line by line.
pub fn tell(machine: &mut Machine, program: &LoadedProgram, full: bool) {
    failure::continue_with(&["backtrace:"]);
    walk(machine, program, full, &mut |lines| failure::continue_with(lines));
}

fn walk(machine: &mut Machine, program: &LoadedProgram, full: bool, tell: &mut dyn FnMut(&[String])) {
    let deadline = Deadline::after(PATIENCE);
    let sections = DebugSections::read(&program.elf);
    let info = DebugInfo::new(&sections, deadline);
    let call_frames = CallFrames::read(&program.elf, sections.debug_frame(), deadline);
    let symbols = SymbolTable::read(&program.elf);
    let mut caller = Caller::Frame(StackFrame::innermost(machine));
    let mut unwinder =
        Unwinder { memory: &mut machine.memory, call_frames: &call_frames, symbols: &symbols, bias: program.bias };
    let mut number = 0;
    let mut counting = None;
    while let Caller::Frame(frame) = caller {
        if full || number < SHORT {
            let address = frame.address().wrapping_sub(program.bias);
            tell(&lines(number, &frame, &info.frames(address), symbols.find(address)));
        } else if counting.get_or_insert_with(|| Deadline::after(COUNTING)).has_passed() {
            break;
        }
        number += 1;
        caller = unwinder.caller(&frame);
    }
    tell(&end(number.saturating_sub(if full { number } else { SHORT }), &caller));
}

/// What stands below the frames that are shown: how many more there are, and why there are no more
/// if the last one is not where the program began.
fn end(more: usize, caller: &Caller) -> Vec<String> {
    let least = if matches!(caller, Caller::Frame(_)) { "at least " } else { "" };
    let more = (more > 0).then(|| format!("  and {least}{more} more; --backtrace=full shows them"));
    let lost = if let Caller::Lost(reason) = caller { Some(format!("  whose caller is lost: {reason}")) } else { None };
    more.into_iter().chain(lost).collect()
}

/// The functions at one address: those that are inlined there, and the one whose frame it is.
fn lines(number: usize, frame: &StackFrame, sources: &[SourceFrame], symbol: Option<SymbolOffset>) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::cpu::Register;
    use crate::engine::{self, Options};
    use crate::linux::{self, Config};

    const IMAGES: [&[u8]; 2] =
        [include_bytes!("../../../../tests/programs/fault"), include_bytes!("../../../../tests/programs/fault-pie")];

    /// A machine in which a program has written through a null pointer.
    fn crashed(image: &[u8]) -> (Machine, LoadedProgram) {
        let mut machine = Machine::default();
        let config = Config { args: vec![b"fault".to_vec(), b"null".to_vec()], ..Config::default() };
        let mut kernel = linux::load(&mut machine, image, &config).unwrap();
        let (stack, entry) = (machine.cpu.regs[Register::Esp], machine.cpu.eip);
        let named = u32::from_le_bytes(image[24..28].try_into().unwrap());
        engine::run(&mut machine, &mut kernel, &Options::default(), 100_000);
        (
            machine,
            LoadedProgram {
                name: "fault".into(),
                elf: Arc::new(image.to_vec()),
                bias: entry.wrapping_sub(named),
                stack,
            },
        )
    }

    fn backtrace(machine: &mut Machine, program: &LoadedProgram) -> Vec<String> {
        let mut lines = Vec::new();
        walk(machine, program, true, &mut |more| lines.extend_from_slice(more));
        lines
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn no_file_and_no_stack_is_a_panic(
            image in 0..IMAGES.len(),
            file in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..60),
            stack in prop::collection::vec((0_u32..256, any::<u8>()), 0..20),
            registers in prop::collection::vec((0_usize..8, any::<u32>()), 0..3),
        ) {
            let (mut machine, mut program) = crashed(IMAGES[image]);
            let elf = Arc::make_mut(&mut program.elf);
            file.into_iter().for_each(|(at, byte)| { let at = at.index(elf.len()); elf[at] = byte; });
            let esp = machine.cpu.regs[Register::Esp];
            stack.into_iter().for_each(|(at, byte)| machine.memory.copy_in(esp + at, &[byte]));
            registers.into_iter().for_each(|(number, value)| machine.cpu.regs[Register::ALL[number]] = value);
            backtrace(&mut machine, &program);
        }
    }

    #[test]
    fn without_debugging_information_there_are_still_names() {
        let (mut machine, mut program) = crashed(IMAGES[0]);
        let whole = backtrace(&mut machine, &program).join("\n");
        assert!(whole.contains("(inlined)"), "{whole}");
        let name = b".debug_info\0";
        let at = program.elf.windows(name.len()).position(|bytes| bytes == name).unwrap();
        Arc::make_mut(&mut program.elf)[at + 1..at + 6].copy_from_slice(b"other");
        let without = backtrace(&mut machine, &program).join("\n");
        assert!(without.contains("write_to+0x8") && !without.contains("(inlined)"), "{without}");
    }
}
