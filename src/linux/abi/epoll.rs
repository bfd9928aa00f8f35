//! Event descriptors: epoll_ctl(2), eventfd(2), timerfd_create(2), signalfd(2).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};

values! {
    /// What is to be done with an interest.
    EPOLL_CTL "EPOLL_CTL_???" {
        EPOLL_CTL_ADD = 1,
        EPOLL_CTL_DEL = 2,
        EPOLL_CTL_MOD = 3,
    }
}

flags! {
    /// What is watched of an open file: the bits of poll(2), and how they are reported.
    EPOLL "EPOLL???" {
        EPOLLIN = 1,
        EPOLLPRI = 2,
        EPOLLOUT = 4,
        EPOLLERR = 8,
        EPOLLHUP = 0x10,
        EPOLLRDNORM = 0x40,
        EPOLLRDBAND = 0x80,
        EPOLLWRNORM = 0x100,
        EPOLLWRBAND = 0x200,
        EPOLLMSG = 0x400,
        EPOLLRDHUP = 0x2000,
        EPOLLEXCLUSIVE = 0x1000_0000,
        EPOLLWAKEUP = 0x2000_0000,
        EPOLLONESHOT = 0x4000_0000,
        EPOLLET = 0x8000_0000,
    }

    /// Flags of `epoll_create1`.
    EPOLL_CREATE "EPOLL_???" {
        EPOLL_CLOEXEC = 0x8_0000,
    }

    /// Flags of `eventfd2`.
    EFD "EFD_???" {
        EFD_SEMAPHORE = 1,
        EFD_NONBLOCK = 0x800,
        EFD_CLOEXEC = 0x8_0000,
    }

    /// Flags of `timerfd_create`.
    TFD "TFD_???" {
        TFD_NONBLOCK = 0x800,
        TFD_CLOEXEC = 0x8_0000,
    }

    /// Flags of `timerfd_settime`.
    TFD_TIMER "TFD_TIMER_???" {
        TFD_TIMER_ABSTIME = 1,
        TFD_TIMER_CANCEL_ON_SET = 2,
    }

    /// Flags of `signalfd4`.
    SFD "SFD_???" {
        SFD_NONBLOCK = 0x800,
        SFD_CLOEXEC = 0x8_0000,
    }
}

structures! {
    /// What is watched, or was reported.
    EpollEvent {
        events: u32 = Meaning::Names(&EPOLL),
        data: u64,
    }

    /// A signal as a descriptor gives it.
    SignalfdSiginfo {
        ssi_signo: u32,
        ssi_errno: u32,
        ssi_code: u32,
        ssi_pid: u32,
        ssi_uid: u32,
        ssi_fd: u32,
        ssi_tid: u32,
        ssi_band: u32,
        ssi_overrun: u32,
        ssi_trapno: u32,
        ssi_status: u32,
        ssi_int: u32,
        ssi_ptr: u64,
        ssi_utime: u64,
        ssi_stime: u64,
        ssi_addr: u64,
        ssi_addr_lsb: u16,
        padding: u16 = Meaning::Hidden,
        ssi_syscall: u32,
        ssi_call_addr: u64,
        ssi_arch: u32,
        more: [u32; 7] = Meaning::Hidden,
    }
}
