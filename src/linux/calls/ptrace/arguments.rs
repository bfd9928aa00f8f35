//! What the arguments of ptrace(2) are, which depends on the request.

use crate::linux::abi::ptrace::{
    PTRACE_CONT, PTRACE_DETACH, PTRACE_GETEVENTMSG, PTRACE_GETREGS, PTRACE_GETREGSET, PTRACE_GETSIGINFO, PTRACE_OPTION,
    PTRACE_PEEKDATA, PTRACE_PEEKTEXT, PTRACE_PEEKUSER, PTRACE_SEIZE, PTRACE_SETOPTIONS, PTRACE_SETREGS,
    PTRACE_SETREGSET, PTRACE_SETSIGINFO, PTRACE_SINGLESTEP, PTRACE_SYSCALL, REGISTER_SET, UserRegs,
};
use crate::linux::abi::{CallArgument, Choice, Meaning};

use super::super::arguments::{ADDRESS, SIGINFO_READ, SIGINFO_STORED, SIGNUM, STORED, fill, flags, read};

/// The third argument of `ptrace`, by the request.
pub const PTRACE_ADDRESS: CallArgument = CallArgument::By(&PTRACE_ADDRESSES);

static PTRACE_ADDRESSES: Choice = Choice {
    index: 0,
    mask: u32::MAX,
    cases: &[(PTRACE_GETREGSET, flags(&REGISTER_SET)), (PTRACE_SETREGSET, flags(&REGISTER_SET))],
    otherwise: Some(ADDRESS),
};

/// The fourth argument of `ptrace`, by the request.
pub const PTRACE_DATA: CallArgument = CallArgument::By(&PTRACE_DATAS);

static PTRACE_DATAS: Choice = Choice {
    index: 0,
    mask: u32::MAX,
    cases: &[
        (PTRACE_CONT, SIGNUM),
        (PTRACE_SYSCALL, SIGNUM),
        (PTRACE_SINGLESTEP, SIGNUM),
        (PTRACE_DETACH, SIGNUM),
        (PTRACE_SEIZE, flags(&PTRACE_OPTION)),
        (PTRACE_SETOPTIONS, flags(&PTRACE_OPTION)),
        (PTRACE_PEEKTEXT, CallArgument::Out(Meaning::Hex)),
        (PTRACE_PEEKDATA, CallArgument::Out(Meaning::Hex)),
        (PTRACE_PEEKUSER, CallArgument::Out(Meaning::Hex)),
        (PTRACE_GETREGS, fill::<UserRegs>()),
        (PTRACE_SETREGS, read::<UserRegs>()),
        (PTRACE_GETEVENTMSG, STORED),
        (PTRACE_GETSIGINFO, SIGINFO_STORED),
        (PTRACE_SETSIGINFO, SIGINFO_READ),
    ],
    otherwise: Some(ADDRESS),
};
