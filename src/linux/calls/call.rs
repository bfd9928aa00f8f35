//! What a system call is: its signature, and the function behind it.

use crate::instructions::Machine;
use crate::linux::abi::CallSignature;
use crate::linux::errno::Answer;
use crate::linux::kernel::Kernel;

/// The six arguments of a call.
pub type Args = [u32; 6];

/// A system call.
pub struct Call {
    /// Its name, what it takes and what it gives back.
    pub signature: CallSignature,
    /// The function that answers it.
    pub run: fn(&mut Kernel, &mut Machine, &Args) -> Answer,
    /// Whether there are flags or values among its arguments that it must know.
    pub is_checked: bool,
    /// Whether that does more than to say that there is no such call.
    pub is_answered: bool,
}
