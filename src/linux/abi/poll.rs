//! Waiting for descriptors: poll(2).

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::flags;

flags! {
    /// What is waited for and what happened.
    POLL "POLL???" {
        POLLIN = 1,
        POLLPRI = 2,
        POLLOUT = 4,
        POLLERR = 8,
        POLLHUP = 0x10,
        POLLNVAL = 0x20,
        POLLRDNORM = 0x40,
        POLLRDBAND = 0x80,
        POLLWRNORM = 0x100,
        POLLWRBAND = 0x200,
        POLLMSG = 0x400,
        POLLRDHUP = 0x2000,
    }
}

structures! {
    /// A descriptor to wait for.
    Pollfd {
        fd: i32,
        events: u16 = Meaning::Names(&POLL),
        revents: u16 = Meaning::Names(&POLL),
    }
}
