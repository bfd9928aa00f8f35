//! Call frame information (DWARF 5, section 6.4; for `.eh_frame` the Linux Standard Base, "Exception
//! Frames"): for each address of code, where the caller's registers are.

use gimli::{
    BaseAddresses, CfaRule, CieOrFde, DebugFrame, DebugFrameOffset, EhFrame, EhFrameOffset, EndianSlice, Evaluation,
    EvaluationResult, Format, LittleEndian, RegisterRule, UnwindContext, UnwindExpression, UnwindSection,
    UnwindTableRow, Value,
};
use object::read::elf::ElfFile32;
use object::{Object, ObjectSection};

use crate::memory::Memory;

use super::deadline::Deadline;
use super::frame::{Caller, EIP, ESP, REGISTERS, StackFrame};

type Bytes<'d> = EndianSlice<'d, LittleEndian>;

/// The most operations of an expression that are evaluated.
const MAX_OPERATIONS: u32 = 1000;

/// Call frame information is for addresses and registers of 32 bits.
const ENCODING: gimli::Encoding = gimli::Encoding { address_size: 4, format: Format::Dwarf32, version: 4 };

/// What a file says about its frames.
pub struct CallFrames<'d> {
    eh_frame: Option<Section<EhFrame<Bytes<'d>>, EhFrameOffset>>,
    debug_frame: Option<Section<DebugFrame<Bytes<'d>>, DebugFrameOffset>>,
}

/// A section, and where in it each function is described.
struct Section<S, O> {
    section: S,
    bases: BaseAddresses,
    /// First address, one past the last, and offset of the description; in ascending order.
    functions: Vec<(u64, u64, O)>,
}

impl<'d> CallFrames<'d> {
    /// Reads the sections of an ELF file; `debug_frame` is the contents of `.debug_frame`, which may
    /// be compressed in the file.
    pub fn read(elf: &'d [u8], debug_frame: &'d [u8], deadline: Deadline) -> CallFrames<'d> {
        let mut frames = CallFrames { eh_frame: None, debug_frame: None };
        let Ok(file) = ElfFile32::<object::LittleEndian>::parse(elf) else { return frames };
        let address = |name: &str| file.section_by_name(name).map_or(0, |section| section.address());
        let bases = BaseAddresses::default()
            .set_eh_frame(address(".eh_frame"))
            .set_text(address(".text"))
            .set_got(address(".got"));
        if let Some(data) = file.section_by_name(".eh_frame").and_then(|section| section.data().ok()) {
            let mut section = EhFrame::new(data, LittleEndian);
            section.set_address_size(4);
            frames.eh_frame = Some(Section::new(section, bases.clone(), deadline));
        }
        let mut section = DebugFrame::new(debug_frame, LittleEndian);
        section.set_address_size(4);
        frames.debug_frame = Some(Section::new(section, bases, deadline));
        frames
    }

    /// The caller's frame; `None` if the file says nothing about this address.
    pub fn caller(&self, memory: &mut Memory, frame: &StackFrame, address: u32) -> Option<Caller> {
        let by_exceptions = self.eh_frame.as_ref().and_then(|section| section.caller(memory, frame, address));
        by_exceptions.or_else(|| self.debug_frame.as_ref()?.caller(memory, frame, address))
    }
}

impl<'d, S: UnwindSection<Bytes<'d>>> Section<S, S::Offset> {
    fn new(section: S, bases: BaseAddresses, deadline: Deadline) -> Section<S, S::Offset> {
        let mut functions = Vec::new();
        let mut entries = section.entries(&bases);
        while let Ok(Some(entry)) = entries.next() {
            if deadline.has_passed() {
                break;
            }
            let CieOrFde::Fde(partial) = entry else { continue };
            let offset = partial.offset();
            if let Ok(fde) = partial.parse(S::cie_from_offset) {
                let start = fde.initial_address();
                functions.push((start, start.saturating_add(fde.len()), offset.into()));
            }
        }
        functions.sort_by_key(|(start, ..)| *start);
        Section { section, bases, functions }
    }

    fn caller(&self, memory: &mut Memory, frame: &StackFrame, address: u32) -> Option<Caller> {
        let after = self.functions.partition_point(|(start, ..)| *start <= address.into());
        let (_, end, offset) = self.functions[..after].last()?;
        if u64::from(address) >= *end {
            return None;
        }
        let fde = self.section.fde_from_offset(&self.bases, *offset, S::cie_from_offset).ok()?;
        let mut context = UnwindContext::new();
        let row = fde.unwind_info_for_address(&self.section, &self.bases, &mut context, address.into()).ok()?;
        let return_register = fde.cie().return_address_register();
        let rules = Rules { section: &self.section, row, frame };
        rules.caller(memory, return_register)
    }
}

/// The rules for one address, applied to one frame.
struct Rules<'r, S> {
    section: &'r S,
    row: &'r UnwindTableRow<usize>,
    frame: &'r StackFrame,
}

impl<'d, S: UnwindSection<Bytes<'d>>> Rules<'_, S> {
    fn caller(&self, memory: &mut Memory, return_register: gimli::Register) -> Option<Caller> {
        if usize::from(return_register.0) != EIP {
            return None;
        }
        let cfa = self.cfa(memory)?;
        let mut registers = [None; REGISTERS];
        for (number, register) in registers.iter_mut().enumerate() {
            *register = self.register(memory, cfa, number);
        }
        // The canonical frame address is ESP before the call, unless a rule says otherwise.
        registers[ESP] = registers[ESP].filter(|_| self.has_rule(ESP)).or(Some(cfa));
        match registers[EIP] {
            Some(_) => Some(Caller::Frame(StackFrame { registers, is_caller: true })),
            None => Some(Caller::None),
        }
    }

    fn has_rule(&self, number: usize) -> bool {
        !matches!(self.row.register(gimli::Register(number as u16)), RegisterRule::Undefined)
    }

    fn cfa(&self, memory: &mut Memory) -> Option<u32> {
        match self.row.cfa() {
            CfaRule::RegisterAndOffset { register, offset } => {
                let value = self.frame.registers.get(usize::from(register.0)).copied().flatten()?;
                Some(value.wrapping_add(*offset as u32))
            }
            CfaRule::Expression(expression) => self.evaluate(memory, expression, None),
        }
    }

    /// A register of the caller; `None` if it is lost.
    fn register(&self, memory: &mut Memory, cfa: u32, number: usize) -> Option<u32> {
        let at = |offset: i64| cfa.wrapping_add(offset as u32);
        match self.row.register(gimli::Register(number as u16)) {
            RegisterRule::Offset(offset) => memory.load(at(offset)).ok(),
            RegisterRule::ValOffset(offset) => Some(at(offset)),
            RegisterRule::Register(other) => self.frame.registers.get(usize::from(other.0)).copied().flatten(),
            RegisterRule::Expression(expression) => {
                let address = self.evaluate(memory, &expression, Some(cfa))?;
                memory.load(address).ok()
            }
            RegisterRule::ValExpression(expression) => self.evaluate(memory, &expression, Some(cfa)),
            RegisterRule::Constant(value) => Some(value as u32),
            // No rule: functions preserve the register, by the convention of the System V ABI, or
            // nobody reads it. The return address has to have one.
            RegisterRule::Undefined | RegisterRule::SameValue if number != EIP => self.frame.registers[number],
            _ => None,
        }
    }

    /// The value of an expression (DWARF 5, section 2.5) over registers and memory.
    fn evaluate(&self, memory: &mut Memory, expression: &UnwindExpression<usize>, start: Option<u32>) -> Option<u32> {
        let expression = expression.get(self.section).ok()?;
        let mut evaluation = Evaluation::new(expression.0, ENCODING);
        evaluation.set_max_iterations(MAX_OPERATIONS);
        if let Some(start) = start {
            evaluation.set_initial_value(start.into());
        }
        let mut result = evaluation.evaluate().ok()?;
        for _ in 0..MAX_OPERATIONS {
            result = match result {
                EvaluationResult::Complete => {
                    let value = evaluation.value_result()?;
                    return value.to_u64(u32::MAX.into()).ok().map(|value| value as u32);
                }
                EvaluationResult::RequiresMemory { address, size: 4, .. } => {
                    let value: u32 = memory.load(address as u32).ok()?;
                    evaluation.resume_with_memory(Value::Generic(value.into())).ok()?
                }
                EvaluationResult::RequiresRegister { register, .. } => {
                    let value = self.frame.registers.get(usize::from(register.0)).copied().flatten()?;
                    evaluation.resume_with_register(Value::Generic(value.into())).ok()?
                }
                _ => return None,
            };
        }
        None
    }
}
