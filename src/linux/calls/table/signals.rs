//! Calls on signals.

use crate::linux::abi::signals::{HOW, OldSigaction, Sigaltstack};
use crate::linux::abi::time::{Timespec32, Timespec64};

use super::super::arguments::{
    ACTION_READ, ACTION_STORED, FRAME, HANDLER, HEX, INT, OLD_FRAME, OLD_MASK, OLD_SIGNALS, OLD_SIGNALS_STORED,
    SIGINFO_READ, SIGINFO_STORED, SIGNALS, SIGNALS_STORED, SIGNUM, SIGNUM_ANSWER, UINT, fill, flags, read,
};
use super::super::{send_signal, signals, wait_signal};
use super::rows::calls;

calls! {
    29 pause() => wait_signal::pause;
    37 kill(INT, SIGNUM) => send_signal::kill;
    48 signal(SIGNUM, HANDLER) -> HANDLER => signals::signal;
    67 sigaction(SIGNUM, read::<OldSigaction>(), fill::<OldSigaction>()) => signals::sigaction;
    68 sgetmask() -> HEX => signals::sgetmask;
    69 ssetmask(HEX) -> HEX => signals::ssetmask;
    72 sigsuspend(HEX, HEX, OLD_MASK) => wait_signal::sigsuspend;
    73 sigpending(OLD_SIGNALS_STORED) => signals::sigpending;
    119 sigreturn(OLD_FRAME) => signals::sigreturn;
    126 sigprocmask(flags(&HOW), OLD_SIGNALS, OLD_SIGNALS_STORED) => signals::sigprocmask;
    173 rt_sigreturn(FRAME) => signals::rt_sigreturn;
    174 rt_sigaction(SIGNUM, ACTION_READ, ACTION_STORED, UINT) => signals::rt_sigaction;
    175 rt_sigprocmask(flags(&HOW), SIGNALS, SIGNALS_STORED, UINT) => signals::rt_sigprocmask;
    176 rt_sigpending(SIGNALS_STORED, UINT) => signals::rt_sigpending;
    177 rt_sigtimedwait(SIGNALS, SIGINFO_STORED, read::<Timespec32>(), UINT) -> SIGNUM_ANSWER => wait_signal::rt_sigtimedwait;
    178 rt_sigqueueinfo(INT, SIGNUM, SIGINFO_READ) => send_signal::rt_sigqueueinfo;
    179 rt_sigsuspend(SIGNALS, UINT) => wait_signal::rt_sigsuspend;
    186 sigaltstack(read::<Sigaltstack>(), fill::<Sigaltstack>()) => signals::sigaltstack;
    238 tkill(INT, SIGNUM) => send_signal::tkill;
    270 tgkill(INT, INT, SIGNUM) => send_signal::tgkill;
    335 rt_tgsigqueueinfo(INT, INT, SIGNUM, SIGINFO_READ) => send_signal::rt_tgsigqueueinfo;
    421 rt_sigtimedwait_time64(SIGNALS, SIGINFO_STORED, read::<Timespec64>(), UINT) -> SIGNUM_ANSWER => wait_signal::rt_sigtimedwait_time64;
}
