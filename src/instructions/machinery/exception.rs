//! Exceptions and interrupts (SDM Vol. 3A, "Interrupt and Exception Handling"), and the result types
//! by which an instruction states which of them it can raise.

use std::fmt;

use crate::memory::PageFault;

/// What an instruction returns that faults only where the access to an operand does.
///
/// An error that is not an `AccessFault` does not fit into it: such an instruction returns
/// `Faulting`, and the engine keeps the flags precise before it:
///
/// ```compile_fail,E0308
/// use tab86::engine::Exception;
/// use tab86::internals::Outcome;
///
/// fn divide(by: u32) -> Outcome<()> {
///     if by == 0 { Err(Exception::Divide) } else { Ok(()) }
/// }
/// ```
pub type Outcome<T> = Result<T, AccessFault>;

/// What an instruction returns that raises exceptions of its own.
pub type Faulting<T> = Result<T, Interruption>;

/// Why an instruction function did not complete; the instruction has had no effect then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interruption {
    /// The fast copy of the instruction cannot perform it; the engine falls back to the checked copy,
    /// which never returns this.
    Miss,
    /// It raises an exception.
    Raised(Exception),
}

impl From<Exception> for Interruption {
    #[inline(always)]
    fn from(exception: Exception) -> Self {
        Interruption::Raised(exception)
    }
}

impl From<PageFault> for Interruption {
    #[inline(always)]
    fn from(fault: PageFault) -> Self {
        Interruption::Raised(fault.into())
    }
}

impl From<AccessFault> for Interruption {
    #[inline(always)]
    fn from(AccessFault(fault): AccessFault) -> Self {
        fault
    }
}

impl From<Interruption> for Exception {
    /// The exception that a checked copy raised.
    fn from(fault: Interruption) -> Self {
        match fault {
            Interruption::Raised(exception) => exception,
            Interruption::Miss => unreachable!("the checked copy of an instruction performs every access"),
        }
    }
}

/// The error of an instruction: tells the engine, by its type, whether the instruction can fault.
pub trait InstructionError: Into<Interruption> {
    /// Whether the instruction can fault even if none of its operands lies in memory.
    const RAISES: bool;
}

impl InstructionError for AccessFault {
    const RAISES: bool = false;
}

impl InstructionError for Interruption {
    const RAISES: bool = true;
}

/// The fault of an access to memory. Only what accesses memory can make one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccessFault(Interruption);

impl AccessFault {
    /// The fast path cannot perform this access; the checked copy of the instruction will.
    pub(super) const MISS: AccessFault = AccessFault(Interruption::Miss);
    /// #SS(0): outside the stack segment.
    pub(super) const STACK: AccessFault = AccessFault(Interruption::Raised(Exception::Stack(0)));
    /// #GP(0): outside another segment, or not at a multiple of the operand's size.
    pub(super) const PROTECTION: AccessFault = AccessFault(Interruption::Raised(Exception::GP0));
    /// #AC(0).
    pub(super) const ALIGNMENT: AccessFault = AccessFault(Interruption::Raised(Exception::Alignment));
}

impl From<PageFault> for AccessFault {
    #[inline(always)]
    fn from(fault: PageFault) -> Self {
        AccessFault(fault.into())
    }
}

impl From<AccessFault> for Exception {
    fn from(AccessFault(fault): AccessFault) -> Self {
        fault.into()
    }
}

/// A fault: the instruction had no effect, and EIP points to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Exception {
    /// #DE, division error.
    Divide,
    /// #DB, debug.
    Debug,
    /// #BR, BOUND range exceeded.
    BoundRange,
    /// #UD, invalid opcode.
    InvalidOpcode,
    /// #NP with the selector at fault.
    NotPresent(u16),
    /// #SS, stack-segment fault.
    Stack(u16),
    /// #GP, general protection.
    Protection(u16),
    /// #PF, page fault.
    Page(PageFault),
    /// #MF, x87 floating-point error.
    X87,
    /// #AC, alignment check.
    Alignment,
    /// #XM, SIMD floating-point exception.
    Simd,
    /// The row of `opcodes.json` (by index) has no handler yet.
    Unimplemented(u16),
}

impl From<PageFault> for Exception {
    fn from(fault: PageFault) -> Self {
        Exception::Page(fault)
    }
}

impl Exception {
    /// #GP(0).
    pub const GP0: Exception = Exception::Protection(0);

    /// The vector number; `None` for the variants that no processor raises.
    #[must_use]
    pub fn vector(&self) -> Option<u8> {
        Some(match self {
            Exception::Divide => 0,
            Exception::Debug => 1,
            Exception::BoundRange => 5,
            Exception::InvalidOpcode => 6,
            Exception::NotPresent(_) => 11,
            Exception::Stack(_) => 12,
            Exception::Protection(_) => 13,
            Exception::Page(_) => 14,
            Exception::X87 => 16,
            Exception::Alignment => 17,
            Exception::Simd => 19,
            Exception::Unimplemented(_) => return None,
        })
    }

    /// The error code that the processor pushes, for the exceptions that have one.
    #[must_use]
    pub fn error_code(&self) -> Option<u32> {
        match self {
            Exception::NotPresent(code) | Exception::Stack(code) | Exception::Protection(code) => {
                Some(u32::from(*code))
            }
            Exception::Page(fault) => Some(fault.error_code()),
            Exception::Alignment => Some(0),
            _ => None,
        }
    }

    /// The mnemonic that the manual has for it: `#PF`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Exception::Divide => "#DE",
            Exception::Debug => "#DB",
            Exception::BoundRange => "#BR",
            Exception::InvalidOpcode => "#UD",
            Exception::NotPresent(_) => "#NP",
            Exception::Stack(_) => "#SS",
            Exception::Protection(_) => "#GP",
            Exception::Page(_) => "#PF",
            Exception::X87 => "#MF",
            Exception::Alignment => "#AC",
            Exception::Simd => "#XM",
            Exception::Unimplemented(_) => "unimplemented",
        }
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exception::Page(fault) => fault.fmt(f),
            Exception::Divide => write!(f, "#DE divide error"),
            Exception::InvalidOpcode => write!(f, "#UD invalid opcode"),
            Exception::BoundRange => write!(f, "#BR bound range exceeded"),
            Exception::Unimplemented(_) => write!(f, "an instruction that is not implemented"),
            other => match other.error_code() {
                Some(code) => write!(f, "{}({code:#x})", other.name()),
                None => write!(f, "{}", other.name()),
            },
        }
    }
}

impl std::error::Error for Exception {}

/// An exception or interrupt that the environment of the program has to deal with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A fault; EIP is at the instruction.
    Fault(Exception),
    /// `INT n`, `INT3` (3), `INTO` (4) or `INT1` (1): a trap; EIP is behind the instruction.
    Interrupt(u8),
    /// `SYSENTER`; EIP is behind the instruction.
    Sysenter,
}
