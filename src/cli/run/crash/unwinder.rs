//! The frames of a stack, from the function that was running to the one that the program began in.
//!
//! Call frame information is believed where the file has it; elsewhere the chain of frame pointers
//! is followed (System V ABI, Intel386 supplement, "The Stack Frame"), as far as each return address
//! stands behind a call.

use crate::cli::symbols::SymbolTable;
use crate::decode::{Decoder, MAX_LENGTH};
use crate::memory::{Memory, Perm};

use super::call_frames::{CallFrames, Caller};
use super::frame::{EBP, EIP, ESP, Frame};

/// The longest call instruction that compilers make, in bytes.
const MAX_CALL: u32 = 7;

/// What is needed to go from a frame to its caller's.
pub struct Unwinder<'a, 'd> {
    /// The guest's memory.
    pub memory: &'a mut Memory,
    /// What the file says about its frames.
    pub call_frames: &'a CallFrames<'d>,
    /// The functions of the file.
    pub symbols: &'a SymbolTable<'d>,
    /// What was added to the addresses in the file.
    pub bias: u32,
}

impl Unwinder<'_, '_> {
    /// The caller's frame; `None` if there is none, or if it cannot be found.
    pub fn caller(&mut self, frame: &Frame) -> Option<Frame> {
        if !self.is_executable(frame.eip()) {
            // A jump to where no code is, most often by a call through a bad pointer.
            return if frame.is_caller { None } else { self.returning(frame, frame.registers[ESP]?) };
        }
        let address = frame.address().wrapping_sub(self.bias);
        let caller = match self.call_frames.caller(self.memory, &self.unbiased(frame), address) {
            Some(Caller::Frame(caller)) => caller,
            Some(Caller::Nobody) => return None,
            None => self.by_frame_pointer(frame)?,
        };
        let higher = caller.registers[ESP]? > frame.registers[ESP]?;
        (higher && self.is_executable(caller.eip())).then_some(caller)
    }

    /// The frame with addresses of code as the file has them: only EIP is one that rules may read.
    fn unbiased(&self, frame: &Frame) -> Frame {
        let mut frame = *frame;
        frame.registers[EIP] = frame.registers[EIP].map(|eip| eip.wrapping_sub(self.bias));
        frame
    }

    /// By the convention that EBP points to the caller's EBP, and the return address stands above.
    fn by_frame_pointer(&mut self, frame: &Frame) -> Option<Frame> {
        let esp = frame.registers[ESP]?;
        match self.pushed_before_frame(frame) {
            Some(pushed) => self.returning(frame, esp.wrapping_add(4 * pushed)),
            None => {
                let ebp = frame.registers[EBP].filter(|ebp| *ebp >= esp)?;
                let mut caller = self.returning(frame, ebp.wrapping_add(4))?;
                caller.registers[EBP] = self.memory.load(ebp).ok();
                Some(caller)
            }
        }
    }

    /// How many words the innermost function has pushed, if it has no frame of its own yet, or none
    /// any more.
    fn pushed_before_frame(&mut self, frame: &Frame) -> Option<u32> {
        if frame.is_caller {
            return None;
        }
        let start = self.symbols.find(frame.eip().wrapping_sub(self.bias)).map(|found| found.offset);
        let start = start.map(|offset| frame.eip().wrapping_sub(offset));
        let here = self.text(frame.eip());
        match start {
            Some(start) if start == frame.eip() => Some(0),
            Some(start) if self.text(start) == "push ebp" && here == "mov ebp, esp" => Some(1),
            _ if here.starts_with("ret") => Some(0),
            // A function that sets up no frame, and has pushed nothing.
            Some(start) if self.text(start) != "push ebp" && self.is_return_address(frame.registers[ESP]?) => Some(0),
            _ => None,
        }
    }

    /// The frame of whoever is returned to by the word at an address of the stack.
    fn returning(&mut self, frame: &Frame, at: u32) -> Option<Frame> {
        if !self.is_return_address(at) {
            return None;
        }
        let mut registers = frame.registers;
        registers[EIP] = self.memory.load(at).ok();
        registers[ESP] = Some(at.wrapping_add(4));
        Some(Frame { registers, is_caller: true })
    }

    /// Whether the word at an address of the stack is the address of code behind a call.
    fn is_return_address(&mut self, at: u32) -> bool {
        let Ok(to) = self.memory.load::<u32>(at) else { return false };
        self.is_executable(to) && (2..=MAX_CALL).any(|length| self.is_call(to.wrapping_sub(length), length))
    }

    fn is_call(&mut self, address: u32, length: u32) -> bool {
        let mut bytes = [0; MAX_CALL as usize];
        let bytes = &mut bytes[..length as usize];
        let fetched = self.memory.fetch(address, bytes);
        let decoded = Decoder::new(32).decode(&bytes[..fetched], address);
        decoded.is_ok_and(|instruction| u32::from(instruction.length) == length && instruction.row().mnemonic == "CALL")
    }

    fn is_executable(&self, address: u32) -> bool {
        self.memory.perm(address).is_some_and(|perm| perm.has(Perm::EXECUTE))
    }

    /// The text of the instruction at an address; empty if there is none.
    fn text(&mut self, address: u32) -> String {
        let mut bytes = [0; MAX_LENGTH];
        let fetched = self.memory.fetch(address, &mut bytes);
        Decoder::new(32).decode(&bytes[..fetched], address).map_or_else(|_| String::new(), |found| found.to_string())
    }
}
