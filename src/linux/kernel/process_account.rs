//! Accounts of processes that have ended (acct(5)): written, one after the other, to the file that an administrator
//! has named.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::administration::{ACCT_VERSION, AFORK, ASU, AXSIG, AcctV3};
use crate::linux::objects::transfer::surroundings;
use crate::linux::process::{Process, Termination, Usage};
use crate::linux::sync::lock;

use super::Kernel;

/// Nanoseconds in a tick (AHZ).
const TICK: u64 = 10_000_000;

/// Bytes of the fraction of a number with an exponent, and those that the exponent, of 8, takes away at a step.
const FRACTION: u32 = 13;
const STEP: u32 = 3;

impl Kernel {
    /// Writes the account of the running process, which ends, if somebody keeps them. A file that takes no more goes
    /// without.
    pub(super) fn keep_account(&mut self, m: &mut Machine, exit: Termination) {
        let Some(file) = self.world.accounts.clone() else { return };
        let (now, date, elapsed) = (self.now(m), self.world.clock.date(m), self.world.clock.elapsed(m));
        let age = elapsed.saturating_sub(self.process.started);
        let pages = m.memory.mapped_pages();
        let account = AcctV3 {
            ac_btime: date.saturating_sub(age).as_secs() as u32,
            ac_etime: ((age.as_nanos() as u64 / TICK) as f32).to_bits(),
            ac_mem: compressed(pages * 4),
            ac_comm: Encoded::decode(&mut self.thread.name.as_slice()),
            ..account(&self.process, exit, self.usage_of(m, &self.process))
        };
        let _ = lock(&file).write(&mut surroundings(m, now), &account.to_bytes(), None);
    }
}

/// What the process itself knows.
fn account(process: &Process, exit: Termination, used: Usage) -> AcctV3 {
    let (ac_exitcode, signal) = match exit {
        Termination::Status(status) => (u32::from(status) << 8, 0),
        Termination::Signal(signal) => (u32::from(signal), AXSIG),
    };
    let [user, system] = used.times().map(|time| compressed(time.as_nanos() as u64 / TICK));
    let privileged = if process.credentials.uid == 0 { ASU } else { 0 };
    AcctV3 {
        ac_flag: signal | privileged | if process.has_executed { 0 } else { AFORK },
        ac_version: ACCT_VERSION,
        ac_tty: process.terminal.as_ref().map_or(0, |terminal| terminal.device() as u16),
        ac_exitcode,
        ac_uid: process.credentials.users()[0],
        ac_gid: process.credentials.own_groups()[0],
        ac_pid: process.pid,
        ac_ppid: process.parent,
        ac_utime: user,
        ac_stime: system,
        ac_minflt: compressed(used.faults),
        ..AcctV3::zeroed()
    }
}

/// A number in 16 bits: 13 of a fraction, and an exponent of 8; rounded (`encode_comp_t`).
fn compressed(mut value: u64) -> u16 {
    let (mut exponent, mut rounds) = (0, false);
    while value >= 1 << FRACTION {
        rounds = value >> (STEP - 1) & 1 != 0;
        value >>= STEP;
        exponent += 1;
    }
    if rounds {
        value += 1;
        if value >= 1 << FRACTION {
            value >>= STEP;
            exponent += 1;
        }
    }
    if exponent > 7 { u16::MAX } else { (exponent as u16) << FRACTION | value as u16 }
}

#[cfg(test)]
mod tests {
    use super::compressed;

    #[test]
    fn numbers_keep_thirteen_bits() {
        assert_eq!([0, 1, 8191, 8192].map(compressed), [0, 1, 8191, 1 << 13 | 1024]);
        assert_eq!(compressed(8191 * 8 + 7), 2 << 13 | 1024, "rounding may need another step");
        assert_eq!(compressed(u64::MAX), u16::MAX);
    }
}
