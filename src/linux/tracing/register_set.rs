//! Sets of registers as `PTRACE_GETREGSET` and its kin move them: the bytes that core files have too.

use crate::cpu::Cpu;
use crate::instructions::state_management::xsave;
use crate::instructions::{Machine, state_image};
use crate::linux::abi::Encoded;
use crate::linux::abi::ptrace::{NT_PRFPREG, NT_PRSTATUS, NT_PRXFPREG, NT_X86_XSTATE, UserRegs};
use crate::linux::errno::Errno;
use crate::linux::signals::fpu_state;

use super::registers::{self, CallState};

/// Bytes of `struct user_i387_struct`: the state as FSAVE writes it.
const FSAVE: usize = 108;

/// Where a state of XSAVE says which components the processor has (`xstate_fx_sw_bytes`).
const COMPONENTS: usize = 464;

/// A set of registers of one processor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegisterSet {
    /// `struct user_regs_struct`.
    General,
    /// The x87 state as FSAVE writes it.
    Floating,
    /// That and the XMM registers as FXSAVE writes them.
    FloatingAndVectors,
    /// All that XSAVE writes.
    Extended,
}

impl RegisterSet {
    /// The set of a type of notes, if the processor has it.
    pub fn of_note(note: u32, cpu: &Cpu) -> Option<RegisterSet> {
        match note {
            NT_PRSTATUS => Some(RegisterSet::General),
            NT_PRFPREG => Some(RegisterSet::Floating),
            NT_PRXFPREG => Some(RegisterSet::FloatingAndVectors),
            NT_X86_XSTATE if cpu.model.state_components() != 0 => Some(RegisterSet::Extended),
            _ => None,
        }
    }

    /// The size of which a transfer's must be a multiple.
    pub fn unit(self) -> usize {
        if self == RegisterSet::Extended { 8 } else { 4 }
    }

    /// Its bytes.
    pub fn read(self, cpu: &Cpu, state: CallState) -> Vec<u8> {
        match self {
            RegisterSet::General => registers::read(cpu, state).to_bytes(),
            RegisterSet::Floating => fpu_state::legacy(cpu)[..FSAVE].to_vec(),
            RegisterSet::FloatingAndVectors => fpu_state::area(cpu)[..state_image::SIZE].to_vec(),
            RegisterSet::Extended => {
                let mut area = fpu_state::area(cpu);
                state_image::put(&mut area, COMPONENTS, cpu.model.state_components().to_le_bytes());
                area
            }
        }
    }

    /// Loads the registers of the machine's processor from bytes, those that are missing at the end as they
    /// were. Vector registers must be there all: EINVAL, and EFAULT for those of XSAVE.
    pub fn write(self, m: &mut Machine, state: &mut CallState, bytes: &[u8]) -> Result<(), Errno> {
        let mut whole = self.read(&m.cpu, *state);
        let missing = bytes.len() < whole.len();
        whole[..bytes.len()].copy_from_slice(bytes);
        match self {
            RegisterSet::General => registers::write(m, state, &UserRegs::decode(&mut whole.as_slice())),
            RegisterSet::Floating => load_floating(&mut m.cpu, &whole),
            RegisterSet::FloatingAndVectors if missing => Err(Errno::EINVAL),
            RegisterSet::FloatingAndVectors => {
                let mut area = fpu_state::area(&m.cpu);
                area[..state_image::SIZE].copy_from_slice(&whole);
                load(&mut m.cpu, &area)
            }
            RegisterSet::Extended if missing => Err(Errno::EFAULT),
            RegisterSet::Extended => load(&mut m.cpu, &whole),
        }
    }
}

fn load_floating(cpu: &mut Cpu, bytes: &[u8]) -> Result<(), Errno> {
    let mut area = fpu_state::area(cpu);
    let mut legacy = [0; fpu_state::LEGACY];
    legacy[..FSAVE].copy_from_slice(bytes);
    fpu_state::fold(&mut area, &legacy);
    load(cpu, &area)
}

/// Loads a state of XSAVE; EINVAL if the processor would refuse it.
fn load(cpu: &mut Cpu, area: &[u8]) -> Result<(), Errno> {
    xsave::load_image(cpu, area).ok_or(Errno::EINVAL)
}
