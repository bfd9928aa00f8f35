//! How a clock is kept in step: adjtimex(2), clock_adjtime(2). What the clock shall make up slowly, it makes up at once.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::CAP_SYS_TIME;
use crate::linux::abi::time::{
    ADJ_ADJTIME, ADJ_ESTERROR, ADJ_FREQUENCY, ADJ_MAXERROR, ADJ_MICRO, ADJ_NANO, ADJ_OFFSET, ADJ_SETOFFSET, ADJ_STATUS,
    ADJ_TAI, ADJ_TICK, ADJ_TIMECONST, CLOCK_REALTIME, STA_CLK, STA_CLOCKERR, STA_MODE, STA_NANO, STA_PLL, STA_PPSERROR,
    STA_PPSJITTER, STA_PPSSIGNAL, STA_PPSWANDER, Timeval, Timex, Timex64,
};
use crate::linux::clock_discipline::{MAX_ERROR, MAX_FREQUENCY};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::time::clock;
use super::timespec::{timespec64, timeval};

/// The answers of a clock that is in step, and of one that is not.
const TIME_OK: u32 = 0;
const TIME_ERROR: u32 = 5;

/// The microseconds that may lie between two ticks.
const TICKS: std::ops::RangeInclusive<i32> = 9_000..=11_000;

/// The largest offset, in nanoseconds; the largest time constant; what atomic time may be ahead by.
const MAX_OFFSET: i64 = 500_000_000;
const MAX_CONSTANT: i32 = 10;
const MAX_TAI: i32 = 100_000;

/// What adjtime(3) asks for is an offset alone (`ADJ_OFFSET_SINGLESHOT`), or to be told (`ADJ_OFFSET_SS_READ`).
const ADJTIME_READS: u32 = ADJ_NANO;

/// The flags of the state that are told only.
const READ_ONLY: u32 =
    STA_PPSSIGNAL | STA_PPSJITTER | STA_PPSWANDER | STA_PPSERROR | STA_CLOCKERR | STA_NANO | STA_MODE | STA_CLK;

pub fn adjtimex(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    clock_adjtime(k, m, &[CLOCK_REALTIME, args[0], 0, 0, 0, 0])
}

pub fn clock_adjtime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [number, address, ..] = *args;
    let given: Timex = guest::read(&mut m.memory, address)?;
    let Timeval { tv_sec, tv_usec } = given.time;
    let moved = [tv_sec.into(), i64::from(tv_usec as i32)];
    adjust(k, m, number, &given, moved)?;
    let mut state = state(k);
    state.modes = given.modes;
    let time = clock(k, m, CLOCK_REALTIME)?;
    let nano = state.status & STA_NANO != 0;
    state.time = Timeval { tv_usec: if nano { time.subsec_nanos() } else { time.subsec_micros() }, ..timeval(time) };
    guest::write(&mut m.memory, address, &state)?;
    Ok(answer(k))
}

pub fn clock_adjtime64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [number, address, ..] = *args;
    let given: Timex64 = guest::read(&mut m.memory, address)?;
    let short = |number: i64| number.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
    let narrow = Timex {
        modes: given.modes,
        offset: short(given.offset),
        freq: short(given.freq),
        maxerror: short(given.maxerror),
        esterror: short(given.esterror),
        status: given.status,
        constant: short(given.constant),
        tick: short(given.tick),
        ..Timex::zeroed()
    };
    adjust(k, m, number, &narrow, given.time)?;
    let time = timespec64(clock(k, m, CLOCK_REALTIME)?);
    let now = state(k);
    let state = Timex64 {
        modes: given.modes,
        freq: now.freq.into(),
        maxerror: now.maxerror.into(),
        esterror: now.esterror.into(),
        status: now.status,
        constant: now.constant.into(),
        precision: now.precision.into(),
        tolerance: now.tolerance.into(),
        time: [time.tv_sec, i64::from(if now.status & STA_NANO != 0 { time.tv_nsec } else { time.tv_nsec / 1000 })],
        tick: now.tick.into(),
        tai: now.tai,
        ..Timex64::zeroed()
    };
    guest::write(&mut m.memory, address, &state)?;
    Ok(answer(k))
}

/// Changes what is to be changed, if it may be: EOPNOTSUPP for a clock that is not the date, EINVAL for none.
fn adjust(k: &mut Kernel, m: &Machine, number: u32, given: &Timex, moved: [i64; 2]) -> Result<(), Errno> {
    if number != CLOCK_REALTIME {
        clock(k, m, number)?;
        return Err(Errno::EOPNOTSUPP);
    }
    let modes = given.modes;
    if modes & ADJ_ADJTIME != 0 {
        return adjtime(k, m, modes, given.offset);
    }
    if modes != 0 {
        k.process.credentials.require(CAP_SYS_TIME)?;
    }
    if modes & ADJ_TICK != 0 && !TICKS.contains(&given.tick) {
        return Err(Errno::EINVAL);
    }
    if modes & ADJ_SETOFFSET != 0 {
        let unit = if modes & ADJ_NANO != 0 { 1 } else { 1000 };
        let small = Some(moved[1]).filter(|part| (0..1_000_000_000 / unit).contains(part)).ok_or(Errno::EINVAL)?;
        step(k, m, i128::from(moved[0]) * 1_000_000_000 + i128::from(small * unit))?;
    }
    set_state(k, modes, given);
    set_rate(k, m, modes, given);
    offset(k, m, modes, given.offset.into())
}

/// adjtime(3) is an offset in microseconds.
fn adjtime(k: &mut Kernel, m: &Machine, modes: u32, offset: i32) -> Result<(), Errno> {
    if modes & ADJ_OFFSET == 0 {
        return Err(Errno::EINVAL);
    }
    if modes & ADJTIME_READS != 0 {
        return Ok(());
    }
    k.process.credentials.require(CAP_SYS_TIME)?;
    step(k, m, i128::from(offset) * 1000)
}

/// EINVAL if there is no such date.
fn step(k: &mut Kernel, m: &Machine, nanoseconds: i128) -> Result<(), Errno> {
    let date = k.world.clock.date(m).as_nanos() as i128 + nanoseconds;
    if date < k.world.clock.monotonic(m).as_nanos() as i128 {
        return Err(Errno::EINVAL);
    }
    k.move_date(m, nanoseconds);
    Ok(())
}

/// What is kept and told again. A loop that is left forgets the rest of its state.
fn set_state(k: &mut Kernel, modes: u32, given: &Timex) {
    let discipline = &mut k.world.clock.discipline;
    if modes & ADJ_STATUS != 0 {
        discipline.status = discipline.status & READ_ONLY | given.status & !READ_ONLY & 0xffff;
    }
    if modes & ADJ_NANO != 0 {
        discipline.status |= STA_NANO;
    }
    if modes & ADJ_MICRO != 0 {
        discipline.status &= !STA_NANO;
    }
    if modes & ADJ_MAXERROR != 0 {
        discipline.errors[0] = given.maxerror.clamp(0, MAX_ERROR);
    }
    if modes & ADJ_ESTERROR != 0 {
        discipline.errors[1] = given.esterror.clamp(0, MAX_ERROR);
    }
    if modes & ADJ_TIMECONST != 0 {
        // Of microseconds, it is of another version of the protocol.
        let more = if discipline.status & STA_NANO == 0 { 4 } else { 0 };
        discipline.constant = given.constant.clamp(0, MAX_CONSTANT).saturating_add(more).clamp(0, MAX_CONSTANT);
    }
    if modes & ADJ_TAI != 0 && (1..=MAX_TAI).contains(&given.constant) {
        discipline.tai = given.constant;
    }
}

fn set_rate(k: &mut Kernel, m: &Machine, modes: u32, given: &Timex) {
    let now = k.world.clock.elapsed(m);
    let discipline = &mut k.world.clock.discipline;
    let frequency = if modes & ADJ_FREQUENCY != 0 { given.freq } else { discipline.frequency };
    let tick = if modes & ADJ_TICK != 0 { given.tick } else { discipline.tick };
    discipline.set_rate(frequency, tick, now);
}

/// An offset is for a loop that runs.
fn offset(k: &mut Kernel, m: &Machine, modes: u32, offset: i64) -> Result<(), Errno> {
    let status = k.world.clock.discipline.status;
    if modes & ADJ_OFFSET == 0 || status & STA_PLL == 0 {
        return Ok(());
    }
    let nanoseconds = if status & STA_NANO != 0 { offset } else { offset * 1000 };
    step(k, m, nanoseconds.clamp(-MAX_OFFSET, MAX_OFFSET).into())
}

/// All but the time.
fn state(k: &Kernel) -> Timex {
    let discipline = &k.world.clock.discipline;
    Timex {
        status: discipline.status,
        freq: discipline.frequency,
        maxerror: discipline.errors[0],
        esterror: discipline.errors[1],
        constant: discipline.constant,
        precision: 1,
        tolerance: MAX_FREQUENCY,
        tick: discipline.tick,
        tai: discipline.tai,
        ..Timex::zeroed()
    }
}

fn answer(k: &Kernel) -> u32 {
    if k.world.clock.discipline.is_wrong() { TIME_ERROR } else { TIME_OK }
}
