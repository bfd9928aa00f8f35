//! The debug registers of a tracee (SDM Vol. 3B, "Debug Registers"). Nothing stops at what they say: Linux
//! answers so as well where other users have all of them (perf_event_open(2), ENOSPC).

use crate::linux::errno::Errno;
use crate::linux::process::TASK_SIZE;

/// The bits of DR7 that switch the four addresses on.
const ENABLED: u32 = 0xff;

/// DR0 to DR3, DR6 and DR7.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct DebugRegisters {
    addresses: [u32; 4],
    status: u32,
    control: u32,
}

impl DebugRegisters {
    /// A register by its number. There are no DR4 and DR5.
    pub fn get(&self, number: usize) -> u32 {
        match number {
            0..=3 => self.addresses[number],
            6 => self.status,
            7 => self.control,
            _ => 0,
        }
    }

    /// Sets one: EINVAL for an address of the kernel, ENOSPC for one that would be switched on.
    pub fn set(&mut self, number: usize, value: u32) -> Result<(), Errno> {
        match number {
            0..=3 if u64::from(value) >= TASK_SIZE => return Err(Errno::EINVAL),
            0..=3 => self.addresses[number] = value,
            6 => self.status = value,
            7 if value & ENABLED != 0 => return Err(Errno::ENOSPC),
            7 => self.control = value,
            _ => return Err(Errno::EIO),
        }
        Ok(())
    }
}
