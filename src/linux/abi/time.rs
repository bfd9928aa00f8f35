//! Time: clock_gettime(2), gettimeofday(2), nanosleep(2), setitimer(2), times(2), getrusage(2).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};

values! {
    /// Clocks.
    CLOCK "CLOCK_???" {
        CLOCK_REALTIME = 0,
        CLOCK_MONOTONIC = 1,
        CLOCK_PROCESS_CPUTIME_ID = 2,
        CLOCK_THREAD_CPUTIME_ID = 3,
        CLOCK_MONOTONIC_RAW = 4,
        CLOCK_REALTIME_COARSE = 5,
        CLOCK_MONOTONIC_COARSE = 6,
        CLOCK_BOOTTIME = 7,
        CLOCK_REALTIME_ALARM = 8,
        CLOCK_BOOTTIME_ALARM = 9,
        CLOCK_TAI = 11,
    }

    /// Interval timers.
    ITIMER "ITIMER_???" {
        ITIMER_REAL = 0,
        ITIMER_VIRTUAL = 1,
        ITIMER_PROF = 2,
    }

    /// Whose resources `getrusage` tells.
    RUSAGE "RUSAGE_???" {
        RUSAGE_SELF = 0,
        RUSAGE_CHILDREN = 0xffff_ffff,
        RUSAGE_THREAD = 1,
    }

    /// Nanoseconds of `utimensat` that are no time: the current one, and no change.
    UTIME "UTIME_???" {
        UTIME_NOW = 0x3fff_ffff,
        UTIME_OMIT = 0x3fff_fffe,
    }
}

flags! {
    /// Flags of `clock_nanosleep`.
    TIMER "TIMER_???" {
        TIMER_ABSTIME = 1,
    }
}

structures! {
    /// Seconds and nanoseconds, 32 bits each.
    Timespec32 {
        tv_sec: i32,
        tv_nsec: u32 = Meaning::Unless(&UTIME),
    }

    /// Seconds and nanoseconds, 64 bits each, of which the upper half of the nanoseconds is padding.
    Timespec64 {
        tv_sec: i64,
        tv_nsec: u32 = Meaning::Unless(&UTIME),
        padding: u32 = Meaning::Hidden,
    }

    /// Seconds and microseconds, 32 bits each.
    Timeval {
        tv_sec: i32,
        tv_usec: u32,
    }

    /// The time zone of `gettimeofday`.
    Timezone {
        tz_minuteswest: i32,
        tz_dsttime: i32,
    }

    /// Access and modification time in seconds (utime(2)).
    Utimbuf {
        actime: i32,
        modtime: i32,
    }

    /// An interval timer.
    Itimerval {
        it_interval: Timeval,
        it_value: Timeval,
    }

    /// A timer of `timer_settime`.
    Itimerspec32 {
        it_interval: Timespec32,
        it_value: Timespec32,
    }

    /// The same with 64-bit seconds.
    Itimerspec64 {
        it_interval: Timespec64,
        it_value: Timespec64,
    }

    /// Processor time in clock ticks.
    Tms {
        tms_utime: u32,
        tms_stime: u32,
        tms_cutime: u32,
        tms_cstime: u32,
    }

    /// How the clock is kept in step (adjtimex(2)).
    Timex {
        modes: u32 = Meaning::Hex,
        offset: i32,
        freq: i32,
        maxerror: i32,
        esterror: i32,
        status: u32 = Meaning::Hex,
        constant: i32,
        precision: i32,
        tolerance: i32,
        time: Timeval,
        tick: i32,
        pulses: [u32; 9] = Meaning::Hidden,
        padding: [u32; 11] = Meaning::Hidden,
    }

    /// The same with 64-bit numbers (clock_adjtime64).
    Timex64 {
        modes: u32 = Meaning::Hex,
        padding: u32 = Meaning::Hidden,
        offset: i64,
        freq: i64,
        maxerror: i64,
        esterror: i64,
        status: u32 = Meaning::Hex,
        more_padding: u32 = Meaning::Hidden,
        constant: i64,
        precision: i64,
        tolerance: i64,
        time: [i64; 2],
        tick: i64,
        pulses: [u8; 112] = Meaning::Hidden,
    }

    /// Resources that were used.
    Rusage {
        ru_utime: Timeval,
        ru_stime: Timeval,
        ru_maxrss: u32,
        shared: [u32; 11] = Meaning::Hidden,
        ru_nvcsw: u32,
        ru_nivcsw: u32,
    }
}
