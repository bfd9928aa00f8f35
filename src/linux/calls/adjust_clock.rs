//! How a clock is kept in step: adjtimex(2), clock_adjtime(2). Anybody may look; nobody may change it.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::time::{CLOCK_REALTIME, Timex, Timex64};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::time::clock;
use super::timespec::{timespec64, timeval};

/// Nothing keeps the clock in step with others (`STA_UNSYNC`), and the answer says so (`TIME_ERROR`).
const STA_UNSYNC: u32 = 0x40;
const TIME_ERROR: u32 = 5;

/// Microseconds that the clock may be wrong by: as many as can be said.
const MAX_ERROR: i32 = 16_000_000;

/// Microseconds between ticks, and the largest drift of a clock: 500 parts in a million, in 2^16ths.
const TICK: i32 = 10_000;
const TOLERANCE: i32 = 500 << 16;

pub fn adjtimex(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    clock_adjtime(k, m, &[CLOCK_REALTIME, args[0], 0, 0, 0, 0])
}

pub fn clock_adjtime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [number, address, ..] = *args;
    let given: Timex = guest::read(&mut m.memory, address)?;
    may_look(k, m, number, given.modes)?;
    let time = timeval(clock(k, m, CLOCK_REALTIME)?);
    let state = Timex {
        status: STA_UNSYNC,
        maxerror: MAX_ERROR,
        esterror: MAX_ERROR,
        constant: 2,
        precision: 1,
        tolerance: TOLERANCE,
        time,
        tick: TICK,
        ..Timex::zeroed()
    };
    guest::write(&mut m.memory, address, &state)?;
    Ok(TIME_ERROR)
}

pub fn clock_adjtime64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [number, address, ..] = *args;
    let given: Timex64 = guest::read(&mut m.memory, address)?;
    may_look(k, m, number, given.modes)?;
    let time = timespec64(clock(k, m, CLOCK_REALTIME)?);
    let state = Timex64 {
        status: STA_UNSYNC,
        maxerror: MAX_ERROR.into(),
        esterror: MAX_ERROR.into(),
        constant: 2,
        precision: 1,
        tolerance: TOLERANCE.into(),
        time: [time.tv_sec, i64::from(time.tv_nsec) / 1000],
        tick: TICK.into(),
        ..Timex64::zeroed()
    };
    guest::write(&mut m.memory, address, &state)?;
    Ok(TIME_ERROR)
}

/// EOPNOTSUPP for a clock that is not the date, EINVAL for none, EPERM if something is to be changed.
fn may_look(k: &Kernel, m: &Machine, number: u32, modes: u32) -> Result<(), Errno> {
    if number != CLOCK_REALTIME {
        clock(k, m, number)?;
        return Err(Errno::EOPNOTSUPP);
    }
    if modes == 0 { Ok(()) } else { Err(Errno::EPERM) }
}
