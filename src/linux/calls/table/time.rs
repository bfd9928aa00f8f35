//! Calls on clocks and timers.

use crate::linux::abi::signals::Sigevent;
use crate::linux::abi::time::{
    CLOCK, ITIMER, Itimerspec32, Itimerspec64, Itimerval, RUSAGE, Rusage, TIMER, Timespec32, Timespec64, Timeval,
    Timezone, Tms,
};

use super::super::arguments::{ADDRESS, INT, STORED, UINT, fill, flags, one_of, read};
use super::super::{adjust_clock, clock_setting, processor_time, time, timers};
use super::rows::calls;

calls! {
    13 time(STORED) => time::time;
    25 stime(ADDRESS) => clock_setting::stime;
    27 alarm(UINT) => timers::alarm;
    43 times(fill::<Tms>()) => processor_time::times;
    77 getrusage(one_of(&RUSAGE), fill::<Rusage>()) => processor_time::getrusage;
    78 gettimeofday(fill::<Timeval>(), fill::<Timezone>()) => time::gettimeofday;
    79 settimeofday(read::<Timeval>(), read::<Timezone>()) => clock_setting::settimeofday;
    124 adjtimex(ADDRESS) => adjust_clock::adjtimex;
    104 setitimer(one_of(&ITIMER), read::<Itimerval>(), fill::<Itimerval>()) => timers::setitimer;
    105 getitimer(one_of(&ITIMER), fill::<Itimerval>()) => timers::getitimer;
    162 nanosleep(read::<Timespec32>(), fill::<Timespec32>()) => time::nanosleep;
    259 timer_create(flags(&CLOCK), read::<Sigevent>(), STORED) => timers::timer_create;
    260 timer_settime(INT, flags(&TIMER), read::<Itimerspec32>(), fill::<Itimerspec32>()) => timers::timer_settime;
    261 timer_gettime(INT, fill::<Itimerspec32>()) => timers::timer_gettime;
    262 timer_getoverrun(INT) => timers::timer_getoverrun;
    263 timer_delete(INT) => timers::timer_delete;
    264 clock_settime(flags(&CLOCK), read::<Timespec32>()) => clock_setting::clock_settime;
    265 clock_gettime(flags(&CLOCK), fill::<Timespec32>()) => time::clock_gettime;
    266 clock_getres(flags(&CLOCK), fill::<Timespec32>()) => time::clock_getres;
    267 clock_nanosleep(flags(&CLOCK), flags(&TIMER), read::<Timespec32>(), fill::<Timespec32>()) => time::clock_nanosleep;
    343 clock_adjtime(flags(&CLOCK), ADDRESS) => adjust_clock::clock_adjtime;
    403 clock_gettime64(flags(&CLOCK), fill::<Timespec64>()) => time::clock_gettime64;
    404 clock_settime64(flags(&CLOCK), read::<Timespec64>()) => clock_setting::clock_settime64;
    405 clock_adjtime64(flags(&CLOCK), ADDRESS) => adjust_clock::clock_adjtime64;
    406 clock_getres_time64(flags(&CLOCK), fill::<Timespec64>()) => time::clock_getres64;
    407 clock_nanosleep_time64(flags(&CLOCK), flags(&TIMER), read::<Timespec64>(), fill::<Timespec64>()) => time::clock_nanosleep64;
    408 timer_gettime64(INT, fill::<Itimerspec64>()) => timers::timer_gettime64;
    409 timer_settime64(INT, flags(&TIMER), read::<Itimerspec64>(), fill::<Itimerspec64>()) => timers::timer_settime64;
}
