//! The frames of a stack, from the function that was running to the one that the program began in.
//!
//! Call frame information is believed where the file has it; elsewhere the chain of frame pointers
//! is followed (System V ABI, Intel386 supplement, "The Stack Frame"), as far as each return address
//! stands behind a call.

use crate::cli::symbols::SymbolTable;
use crate::decode::{Decoder, MAX_LENGTH};
use crate::memory::{Memory, Perm};

use super::call_frames::CallFrames;
use super::frame::{Caller, EBP, EIP, ESP, StackFrame};

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
    /// The function that called.
    pub fn caller(&mut self, frame: &StackFrame) -> Caller {
        if !self.is_executable(frame.eip()) {
            // A jump to where no code is, most often by a call through a bad pointer.
            let caller = frame.registers[ESP].and_then(|esp| self.returning(frame, esp));
            return caller
                .map_or_else(|| Caller::Lost("the stack begins with no return address".into()), Caller::Frame);
        }
        let address = frame.address().wrapping_sub(self.bias);
        let caller = self.call_frames.caller(self.memory, &self.unbiased(frame), address);
        match caller.unwrap_or_else(|| self.by_frame_pointer(frame)) {
            Caller::Frame(caller) if caller.registers[ESP] <= frame.registers[ESP] => {
                Caller::Lost("its frame would be below this one".into())
            }
            Caller::Frame(caller) if !self.is_executable(caller.eip()) => {
                Caller::Lost(format!("the return address {:#010x} is no code", caller.eip()))
            }
            other => other,
        }
    }

    /// The frame with addresses of code as the file has them: only EIP is one that rules may read.
    fn unbiased(&self, frame: &StackFrame) -> StackFrame {
        let mut frame = *frame;
        frame.registers[EIP] = frame.registers[EIP].map(|eip| eip.wrapping_sub(self.bias));
        frame
    }

    /// By the convention that EBP points to the caller's EBP, and the return address stands above.
    /// A chain that ends with 0 ends where the program began.
    fn by_frame_pointer(&mut self, frame: &StackFrame) -> Caller {
        let [esp, ebp] = [ESP, EBP].map(|register| frame.registers[register].unwrap_or(0));
        if let Some(pushed) = self.pushed_before_frame(frame) {
            if let Some(caller) = self.returning(frame, esp.wrapping_add(4 * pushed)) {
                return Caller::Frame(caller);
            }
        }
        match self.returning(frame, ebp.wrapping_add(4)) {
            _ if ebp == 0 => Caller::None,
            Some(mut caller) if ebp >= esp => {
                caller.registers[EBP] = self.memory.load(ebp).ok();
                Caller::Frame(caller)
            }
            _ => Caller::Lost("there is no call frame information, and EBP is no frame pointer".into()),
        }
    }

    /// How many words the innermost function has pushed, if it has no frame of its own yet, or none
    /// any more.
    fn pushed_before_frame(&mut self, frame: &StackFrame) -> Option<u32> {
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
    fn returning(&mut self, frame: &StackFrame, at: u32) -> Option<StackFrame> {
        if !self.is_return_address(at) {
            return None;
        }
        let mut registers = frame.registers;
        registers[EIP] = self.memory.load(at).ok();
        registers[ESP] = Some(at.wrapping_add(4));
        Some(StackFrame { registers, is_caller: true })
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
