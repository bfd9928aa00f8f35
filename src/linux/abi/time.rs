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

flags! {
    /// What `adjtimex` shall change.
    ADJ "ADJ_???" {
        ADJ_OFFSET = 1,
        ADJ_FREQUENCY = 2,
        ADJ_MAXERROR = 4,
        ADJ_ESTERROR = 8,
        ADJ_STATUS = 0x10,
        ADJ_TIMECONST = 0x20,
        ADJ_TAI = 0x80,
        ADJ_SETOFFSET = 0x100,
        ADJ_MICRO = 0x1000,
        ADJ_NANO = 0x2000,
        ADJ_TICK = 0x4000,
        ADJ_ADJTIME = 0x8000,
    }

    /// The state of a clock.
    STA "STA_???" {
        STA_PLL = 1,
        STA_PPSFREQ = 2,
        STA_PPSTIME = 4,
        STA_FLL = 8,
        STA_INS = 0x10,
        STA_DEL = 0x20,
        STA_UNSYNC = 0x40,
        STA_FREQHOLD = 0x80,
        STA_PPSSIGNAL = 0x100,
        STA_PPSJITTER = 0x200,
        STA_PPSWANDER = 0x400,
        STA_PPSERROR = 0x800,
        STA_CLOCKERR = 0x1000,
        STA_NANO = 0x2000,
        STA_MODE = 0x4000,
        STA_CLK = 0x8000,
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
        modes: u32 = Meaning::Names(&ADJ),
        offset: i32,
        freq: i32,
        maxerror: i32,
        esterror: i32,
        status: u32 = Meaning::Names(&STA),
        constant: i32,
        precision: i32,
        tolerance: i32,
        time: Timeval,
        tick: i32,
        pulses: [u32; 8] = Meaning::Hidden,
        tai: i32,
        padding: [u32; 11] = Meaning::Hidden,
    }

    /// The same with 64-bit numbers (clock_adjtime64).
    Timex64 {
        modes: u32 = Meaning::Names(&ADJ),
        padding: u32 = Meaning::Hidden,
        offset: i64,
        freq: i64,
        maxerror: i64,
        esterror: i64,
        status: u32 = Meaning::Names(&STA),
        more_padding: u32 = Meaning::Hidden,
        constant: i64,
        precision: i64,
        tolerance: i64,
        time: [i64; 2],
        tick: i64,
        pulses: [u8; 64] = Meaning::Hidden,
        tai: i32,
        reserved: [u8; 44] = Meaning::Hidden,
    }

    /// Resources that were used.
    Rusage {
        ru_utime: Timeval,
        ru_stime: Timeval,
        ru_maxrss: u32,
        shared: [u32; 3] = Meaning::Hidden,
        ru_minflt: u32,
        others: [u32; 7] = Meaning::Hidden,
        ru_nvcsw: u32,
        ru_nivcsw: u32,
    }
}
