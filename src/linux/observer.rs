//! Who is told of system calls from outside of the world, and may answer them.

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;

use super::errno::Errno;

/// A system call that a thread makes. Those that one call of Linux stands for (socketcall(2), ipc(2)) are told
/// themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SystemCall {
    /// Its number.
    pub number: u32,
    /// Its arguments: EBX, ECX, EDX, ESI, EDI and EBP. Changing them does not change the registers.
    pub arguments: [u32; 6],
    /// The number of the thread that makes it.
    pub thread: u32,
    /// The number of its process.
    pub process: u32,
}

/// Who is told of system calls.
pub trait CallObserver: Send {
    /// A thread makes a call, which may be changed. An answer takes the place of the kernel's.
    fn before(&mut self, m: &mut Machine, call: &mut SystemCall) -> Option<Result<u32, Errno>>;

    /// A call has been answered; the answer may be changed.
    fn after(&mut self, m: &mut Machine, call: &SystemCall, answer: &mut Result<u32, Errno>);
}

/// An observer that somebody else keeps.
pub type CallObserverHandle = Arc<Mutex<dyn CallObserver>>;
