//! Signals: their numbers (signal(7)), sigaction(2), sigprocmask(2), sigaltstack(2). What a signal
//! says about its cause is in [`siginfo`](super::siginfo), what a handler finds on its stack in
//! [`signal_frame`](super::signal_frame).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};

values! {
    /// The signals with names of their own.
    SIGNAL "SIG???" {
        SIGHUP = 1,
        SIGINT = 2,
        SIGQUIT = 3,
        SIGILL = 4,
        SIGTRAP = 5,
        SIGABRT = 6,
        SIGBUS = 7,
        SIGFPE = 8,
        SIGKILL = 9,
        SIGUSR1 = 10,
        SIGSEGV = 11,
        SIGUSR2 = 12,
        SIGPIPE = 13,
        SIGALRM = 14,
        SIGTERM = 15,
        SIGSTKFLT = 16,
        SIGCHLD = 17,
        SIGCONT = 18,
        SIGSTOP = 19,
        SIGTSTP = 20,
        SIGTTIN = 21,
        SIGTTOU = 22,
        SIGURG = 23,
        SIGXCPU = 24,
        SIGXFSZ = 25,
        SIGVTALRM = 26,
        SIGPROF = 27,
        SIGWINCH = 28,
        SIGIO = 29,
        SIGPWR = 30,
        SIGSYS = 31,
        SIGRTMIN = 32,
    }

    /// What `sigprocmask` does with a set.
    HOW "SIG_???" {
        SIG_BLOCK = 0,
        SIG_UNBLOCK = 1,
        SIG_SETMASK = 2,
    }

    /// How the end of a timer is told (sigevent(3)).
    SIGEV "SIGEV_???" {
        SIGEV_SIGNAL = 0,
        SIGEV_NONE = 1,
        SIGEV_THREAD = 2,
        SIGEV_THREAD_ID = 4,
    }

    /// Handlers that are no addresses.
    HANDLER "SIG_???" {
        SIG_DFL = 0,
        SIG_IGN = 1,
        SIG_ERR = 0xffff_ffff,
    }
}

flags! {
    /// Flags of an action.
    SA "SA_???" {
        SA_RESTORER = 0x0400_0000,
        SA_ONSTACK = 0x0800_0000,
        SA_RESTART = 0x1000_0000,
        SA_NODEFER = 0x4000_0000,
        SA_RESETHAND = 0x8000_0000,
        SA_NOCLDSTOP = 1,
        SA_NOCLDWAIT = 2,
        SA_SIGINFO = 4,
        SA_EXPOSE_TAGBITS = 0x800,
    }

    /// Flags of an alternative stack.
    SS "SS_???" {
        SS_ONSTACK = 1,
        SS_DISABLE = 2,
        SS_AUTODISARM = 0x8000_0000,
    }
}

/// How many signals there are.
pub const SIGNALS: u32 = 64;

/// Bytes of a set of signals, which calls with a set take as an argument.
pub const SIGSET_SIZE: u32 = 8;

/// The smallest alternate stack.
pub const MINSIGSTKSZ: u32 = 2048;

structures! {
    /// `struct sigaction` as `rt_sigaction` takes it.
    Sigaction {
        sa_handler: u32 = Meaning::Handler,
        sa_flags: u32 = Meaning::Names(&SA),
        sa_restorer: u32 = Meaning::Optional,
        sa_mask: u64 = Meaning::Signals,
    }

    /// The old `struct sigaction`, with a mask of 32 bits, in another place.
    OldSigaction {
        sa_handler: u32 = Meaning::Handler,
        sa_mask: u32 = Meaning::OldSignals,
        sa_flags: u32 = Meaning::Names(&SA),
        sa_restorer: u32 = Meaning::Optional,
    }

    /// How something that happens is told (sigevent(3)).
    Sigevent {
        sigev_value: u32 = Meaning::Address,
        sigev_signo: u32 = Meaning::Names(&SIGNAL),
        sigev_notify: u32 = Meaning::Names(&SIGEV),
        sigev_notify_thread_id: u32,
        padding: [u8; 48] = Meaning::Hidden,
    }

    /// An alternative stack for handlers.
    Sigaltstack {
        ss_sp: u32 = Meaning::Address,
        ss_flags: u32 = Meaning::Names(&SS),
        ss_size: u32,
    }
}

structures! {
    /// The part of `siginfo_t` that `waitid` stores.
    ChildInfo {
        si_signo: u32,
        si_errno: u32,
        si_code: u32,
        si_pid: u32,
        si_uid: u32,
        si_status: u32,
    }
}
