//! The debug registers of a tracee (SDM Vol. 3B, "Debug Registers"): addresses whose execution stops it, and
//! data whose change does. Data that is only read stops nobody.

use crate::linux::errno::Errno;

/// The bits of DR7 that switch the four addresses on.
const ENABLED: u32 = 0xff;

/// The bit of DR6 that tells of a single step: BS.
const SINGLE_STEP: u32 = 1 << 14;

/// The bits of DR6 that tell which addresses were met.
const MET: u32 = 0xf;

/// The bits of DR6 that are set whatever has happened.
const ALWAYS: u32 = 0xffff_0ff0;

/// What an address is watched for: the R/W bits of DR7.
const EXECUTION: u32 = 0;
const WRITES: u32 = 1;

/// An address that is switched on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Breakpoint {
    number: usize,
    address: u32,
    kind: u32,
    size: u32,
}

/// DR0 to DR3, DR6 and DR7, and the data at the addresses.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct DebugRegisters {
    addresses: [u32; 4],
    status: u32,
    control: u32,
    seen: [u32; 4],
}

impl DebugRegisters {
    /// A register by its number. There are no DR4 and DR5.
    pub fn get(&self, number: usize) -> u32 {
        match number {
            0..=3 => self.addresses[number],
            6 => self.status ^ ALWAYS,
            7 => self.control,
            _ => 0,
        }
    }

    /// Sets one: EINVAL for what cannot be watched.
    pub fn set(&mut self, number: usize, value: u32) -> Result<(), Errno> {
        let mut changed = *self;
        match number {
            0..=3 => changed.addresses[number] = value,
            6 => changed.status = value ^ ALWAYS,
            7 => changed.control = value,
            _ => return Err(Errno::EIO),
        }
        if !changed.breakpoints().iter().all(Breakpoint::is_possible) {
            return Err(Errno::EINVAL);
        }
        *self = changed;
        Ok(())
    }

    /// Whether any address is switched on.
    pub fn is_active(&self) -> bool {
        self.control & ENABLED != 0
    }

    /// The addresses that are switched on.
    fn breakpoints(&self) -> Vec<Breakpoint> {
        let enabled = |number: &usize| self.control >> (2 * number) & 3 != 0;
        let point = |number| {
            let field = self.control >> (16 + 4 * number);
            Breakpoint { number, address: self.addresses[number], kind: field & 3, size: 1 + (field >> 2 & 3) }
        };
        (0..4).filter(enabled).map(point).collect()
    }

    /// Looks at the data, so that what changes from now on counts. `read` gives what is at an address.
    pub fn look(&mut self, read: impl Fn(u32, u32) -> u32) {
        for point in self.breakpoints() {
            self.seen[point.number] = read(point.address, point.size);
        }
    }

    /// An instruction has been executed: which addresses were met is in DR6 then. Whether any was, by the
    /// instruction or because it is the next one at `eip`.
    pub fn executed(&mut self, eip: u32, single_step: bool, read: impl Fn(u32, u32) -> u32) -> bool {
        let met = self.breakpoints().into_iter().filter(|point| match point.kind {
            EXECUTION => point.address == eip,
            _ => self.seen[point.number] != read(point.address, point.size),
        });
        let met = met.fold(0, |bits, point| bits | 1 << point.number);
        self.look(read);
        self.status = self.status & !(MET | SINGLE_STEP) | met | if single_step { SINGLE_STEP } else { 0 };
        met != 0
    }
}

impl Breakpoint {
    /// Whether there is such a thing: of 1, 2 or 4 bytes, aligned, and of a kind that can be noticed.
    fn is_possible(&self) -> bool {
        let sized = self.size != 3 && self.address % self.size == 0;
        sized && (self.kind == WRITES || self.kind == EXECUTION && self.size == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_met_is_in_the_status() {
        let mut registers = DebugRegisters::default();
        registers.set(0, 0x1000).unwrap();
        registers.set(2, 0x2004).unwrap();
        registers.set(7, 1 | 1 << 4 | (WRITES | 3 << 2) << 24).unwrap();
        registers.look(|_, _| 7);
        assert!(!registers.executed(0x1001, false, |_, _| 7));
        assert!(registers.executed(0x1000, true, |_, _| 7));
        assert_eq!(registers.get(6), 0xffff_4ff1);
        assert!(registers.executed(0x1001, false, |address, size| if (address, size) == (0x2004, 4) { 8 } else { 7 }));
        assert_eq!(registers.get(6), 0xffff_0ff4);
        assert!(!registers.executed(0x1001, false, |_, size| if size == 4 { 8 } else { 7 }));
    }

    #[test]
    fn what_cannot_be_watched_is_refused() {
        let mut registers = DebugRegisters::default();
        assert_eq!(registers.set(4, 0), Err(Errno::EIO));
        registers.set(0, 0x1001).unwrap();
        for control in [3 << 16 | 1, 2 << 16 | 1, 1 << 18 | 1, (1 | 1 << 2) << 16 | 1, (1 | 2 << 2) << 16 | 1] {
            assert_eq!(registers.set(7, control), Err(Errno::EINVAL), "{control:#x}");
        }
        assert_eq!((registers.set(7, 1 << 16 | 1), registers.is_active()), (Ok(()), true));
    }
}
