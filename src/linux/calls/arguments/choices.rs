//! Arguments that mean this or that, as another argument says.

use crate::linux::abi::capabilities::CAP;
use crate::linux::abi::files::{self, F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_GETLK, F_GETLK64, O_CREAT};
use crate::linux::abi::files::{F_SETFD, F_SETFL, F_SETLK, F_SETLK64, F_SETLKW, F_SETLKW64, Flock32, Flock64};
use crate::linux::abi::memory::MREMAP_FIXED;
use crate::linux::abi::prctl::{PR_CAPBSET_DROP, PR_CAPBSET_READ, PR_GET_NAME, PR_SET_NAME};
use crate::linux::abi::process::{self, FUTEX_WAIT, FUTEX_WAIT_BITSET};
use crate::linux::abi::terminal::{self, FIONBIO, FIONREAD, TCGETA, TCGETS, TCGETS2, TCSETA, TCSETAF, TCSETAW};
use crate::linux::abi::terminal::{TCFLSH, TCSETS, TCSETS2, TCSETSF, TCSETSF2, TCSETSW, TCSETSW2, TCXONC, TIOCGPGRP};
use crate::linux::abi::terminal::{TIOCGPTN, TIOCGPTPEER, TIOCGSID, TIOCGWINSZ, TIOCOUTQ, TIOCPKT, TIOCSIG, TIOCSPGRP};
use crate::linux::abi::terminal::{TIOCSPTLCK, TIOCSWINSZ, Termio, Termios, Termios2, Winsize};
use crate::linux::abi::time::{Timespec32, Timespec64};
use crate::linux::abi::{CallArgument, Choice, Encoded, Meaning};

use super::{ADDRESS, HEX, INT, MODE, PATH, SIGNUM, STORED, fill, flags, read};

/// The new address of `mremap`, where the flags say that there is one.
pub const FIXED_ADDRESS: CallArgument =
    CallArgument::By(&Choice { index: 3, mask: MREMAP_FIXED, cases: &[(MREMAP_FIXED, ADDRESS)], otherwise: None });

/// The mode of a new file, where the flags of `open` say that there may be one.
pub const fn creation(flags: usize) -> CallArgument {
    match flags {
        1 => CallArgument::By(&Choice { index: 1, mask: O_CREAT, cases: &[(O_CREAT, MODE)], otherwise: None }),
        _ => CallArgument::By(&Choice { index: 2, mask: O_CREAT, cases: &[(O_CREAT, MODE)], otherwise: None }),
    }
}

/// What the third argument of `ioctl` is, by the request.
pub const IOCTL_ARGUMENT: CallArgument = CallArgument::By(&IOCTL_ARGUMENTS);

static IOCTL_ARGUMENTS: Choice = Choice {
    index: 1,
    mask: u32::MAX,
    cases: &[
        (TCGETS, fill::<Termios>()),
        (TCSETS, read::<Termios>()),
        (TCSETSW, read::<Termios>()),
        (TCSETSF, read::<Termios>()),
        (TCGETS2, fill::<Termios2>()),
        (TCSETS2, read::<Termios2>()),
        (TCSETSW2, read::<Termios2>()),
        (TCSETSF2, read::<Termios2>()),
        (TCGETA, fill::<Termio>()),
        (TCSETA, read::<Termio>()),
        (TCSETAW, read::<Termio>()),
        (TCSETAF, read::<Termio>()),
        (TCFLSH, flags(&terminal::TCFLSH_QUEUE)),
        (TCXONC, flags(&terminal::TCXONC_ACTION)),
        (TIOCGSID, STORED),
        (TIOCOUTQ, STORED),
        (TIOCGPTN, STORED),
        (TIOCSPTLCK, CallArgument::In(Meaning::Signed)),
        (TIOCPKT, CallArgument::In(Meaning::Signed)),
        (TIOCSIG, SIGNUM),
        (TIOCGPTPEER, flags(&files::OPEN)),
        (TIOCGPGRP, STORED),
        (TIOCSPGRP, CallArgument::In(Meaning::Signed)),
        (TIOCGWINSZ, fill::<Winsize>()),
        (TIOCSWINSZ, read::<Winsize>()),
        (FIONREAD, STORED),
        (FIONBIO, CallArgument::In(Meaning::Signed)),
        (terminal::FIOCLEX, ADDRESS),
    ],
    otherwise: Some(ADDRESS),
};

/// What the third argument of `fcntl` is, by the command.
pub const FCNTL_ARGUMENT: CallArgument = CallArgument::By(&FCNTL_ARGUMENTS);

static FCNTL_ARGUMENTS: Choice = Choice {
    index: 1,
    mask: u32::MAX,
    cases: &[
        (F_DUPFD, INT),
        (F_DUPFD_CLOEXEC, INT),
        (F_SETFD, flags(&files::DESCRIPTOR)),
        (F_SETFL, flags(&files::OPEN)),
        (F_GETLK, CallArgument::InOut(Flock32::MEANING, Flock32::MEANING)),
        (F_SETLK, read::<Flock32>()),
        (F_SETLKW, read::<Flock32>()),
        (F_GETLK64, CallArgument::InOut(Flock64::MEANING, Flock64::MEANING)),
        (F_SETLK64, read::<Flock64>()),
        (F_SETLKW64, read::<Flock64>()),
    ],
    otherwise: None,
};

/// What `fcntl` answers, by the command.
pub const FCNTL_ANSWER: CallArgument = CallArgument::By(&FCNTL_ANSWERS);

static FCNTL_ANSWERS: Choice = Choice {
    index: 1,
    mask: u32::MAX,
    cases: &[(F_GETFD, flags(&files::DESCRIPTOR)), (F_GETFL, flags(&files::OPEN))],
    otherwise: Some(INT),
};

/// The time limit of `futex`, where the operation waits.
pub const FUTEX_LIMIT: CallArgument = CallArgument::By(&Choice {
    index: 1,
    mask: process::FUTEX_COMMAND,
    cases: &[(FUTEX_WAIT, read::<Timespec32>()), (FUTEX_WAIT_BITSET, read::<Timespec32>())],
    otherwise: None,
});

/// The same with 64-bit seconds.
pub const FUTEX_LIMIT64: CallArgument = CallArgument::By(&Choice {
    index: 1,
    mask: process::FUTEX_COMMAND,
    cases: &[(FUTEX_WAIT, read::<Timespec64>()), (FUTEX_WAIT_BITSET, read::<Timespec64>())],
    otherwise: None,
});

/// The second argument of `prctl`, by the option.
pub const PRCTL_ARGUMENT: CallArgument = CallArgument::By(&PRCTL_ARGUMENTS);

static PRCTL_ARGUMENTS: Choice = Choice {
    index: 0,
    mask: u32::MAX,
    cases: &[
        (PR_CAPBSET_READ, flags(&CAP)),
        (PR_CAPBSET_DROP, flags(&CAP)),
        (PR_SET_NAME, PATH),
        (PR_GET_NAME, CallArgument::Out(Meaning::Text)),
    ],
    otherwise: Some(HEX),
};
