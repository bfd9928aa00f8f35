//! Calls on processes and threads: how they begin, end, are scheduled and wait for each other; the system that they run on.

use crate::linux::abi::arch::ARCH;
use crate::linux::abi::clone::CloneArgs;
use crate::linux::abi::files::{AT, AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, O_NONBLOCK, OPEN};
use crate::linux::abi::landlock::{LandlockPathBeneathAttr, LandlockRulesetAttr};
use crate::linux::abi::prctl::PRCTL;
use crate::linux::abi::process::{
    FUTEX, GRND, IOPRIO_WHO, MEMBARRIER, PERSONALITY, PRIORITY, RLIMIT, Rlimit32, Rlimit64, SCHED, SchedAttr, Sysinfo,
    WAIT,
};
use crate::linux::abi::ptrace::PTRACE;
use crate::linux::abi::seccomp::SECCOMP;
use crate::linux::abi::time::{CLOCK, Rusage, Timespec32, Timespec64};

use super::super::arguments::{
    ADDRESS, AFFINITY, AFFINITY_READ, DIRECTORY, FILLED, FUTEX_LIMIT, FUTEX_LIMIT64, GIVEN, HEX, INT, PATH,
    PRCTL_ARGUMENT, SIGINFO_READ, SIGNUM, STORED, UINT, USER_DESC, USER_DESC_STORED, UTSNAME, WAITERS, all, fill,
    flags, one_of, only, read,
};
use super::super::ptrace::{PTRACE_ADDRESS, PTRACE_DATA};
use super::super::{
    arch, clone, exec, futex, futex_waitv, ids, ioprio, kcmp, landlock, limits, nice, pidfd, prctl, process, ptrace,
    scheduling, seccomp, segments, setns, threads, unshare, wait,
};
use super::rows::calls;

calls! {
    0 restart_syscall() => process::nothing_to_restart;
    1 exit(INT) => process::exit;
    2 fork() => clone::fork;
    7 waitpid(INT, STORED, flags(&WAIT)) => wait::waitpid;
    11 execve(PATH, ADDRESS, ADDRESS) => exec::execve;
    20 getpid() => ids::getpid;
    26 ptrace(flags(&PTRACE), INT, PTRACE_ADDRESS, PTRACE_DATA) => ptrace::ptrace;
    34 nice(INT) => nice::nice;
    57 setpgid(INT, INT) => ids::setpgid;
    64 getppid() => ids::getppid;
    65 getpgrp() => ids::getpgrp;
    66 setsid() => ids::setsid;
    75 setrlimit(flags(&RLIMIT), read::<Rlimit32>()) => limits::setrlimit;
    76 getrlimit(flags(&RLIMIT), fill::<Rlimit32>()) => limits::getrlimit;
    96 getpriority(one_of(&PRIORITY), INT) => nice::getpriority;
    97 setpriority(one_of(&PRIORITY), INT, INT) => nice::setpriority;
    114 wait4(INT, STORED, flags(&WAIT), fill::<Rusage>()) => wait::wait4;
    116 sysinfo(fill::<Sysinfo>()) => process::sysinfo;
    120 clone(HEX, ADDRESS, ADDRESS, ADDRESS, ADDRESS) => clone::clone;
    122 uname(UTSNAME) => process::uname;
    123 modify_ldt(INT, ADDRESS, UINT) => segments::modify_ldt;
    132 getpgid(INT) => ids::getpgid;
    136 personality(flags(&PERSONALITY)) -> HEX => process::personality;
    147 getsid(INT) => ids::getsid;
    154 sched_setparam(INT, GIVEN) => scheduling::sched_setparam;
    155 sched_getparam(INT, STORED) => scheduling::sched_getparam;
    156 sched_setscheduler(INT, flags(&SCHED), GIVEN) => scheduling::sched_setscheduler;
    157 sched_getscheduler(INT) -> flags(&SCHED) => scheduling::sched_getscheduler;
    158 sched_yield() => threads::sched_yield;
    159 sched_get_priority_max(flags(&SCHED)) => scheduling::sched_get_priority_max;
    160 sched_get_priority_min(flags(&SCHED)) => scheduling::sched_get_priority_min;
    161 sched_rr_get_interval(INT, fill::<Timespec32>()) => scheduling::sched_rr_get_interval;
    172 prctl(flags(&PRCTL), PRCTL_ARGUMENT, HEX, HEX, HEX) => prctl::prctl;
    190 vfork() => clone::vfork;
    191 ugetrlimit(flags(&RLIMIT), fill::<Rlimit32>()) => limits::ugetrlimit;
    224 gettid() => ids::gettid;
    240 futex(ADDRESS, flags(&FUTEX), UINT, FUTEX_LIMIT) => futex::futex;
    241 sched_setaffinity(INT, UINT, AFFINITY_READ) => scheduling::sched_setaffinity;
    242 sched_getaffinity(INT, UINT, AFFINITY) => scheduling::sched_getaffinity;
    243 set_thread_area(USER_DESC) => segments::set_thread_area;
    244 get_thread_area(USER_DESC_STORED) => segments::get_thread_area;
    252 exit_group(INT) => process::exit_group;
    258 set_tid_address(ADDRESS) => threads::set_tid_address;
    284 waitid(INT, INT, ADDRESS, flags(&WAIT), ADDRESS) => wait::waitid;
    289 ioprio_set(one_of(&IOPRIO_WHO), INT, HEX) => ioprio::ioprio_set;
    290 ioprio_get(one_of(&IOPRIO_WHO), INT) -> HEX => ioprio::ioprio_get;
    310 unshare(HEX) => unshare::unshare;
    311 set_robust_list(ADDRESS, UINT) => threads::set_robust_list;
    312 get_robust_list(INT, ADDRESS, ADDRESS) => threads::get_robust_list;
    318 getcpu(STORED, STORED, ADDRESS) => process::getcpu;
    340 prlimit64(INT, flags(&RLIMIT), read::<Rlimit64>(), fill::<Rlimit64>()) => limits::prlimit64;
    346 setns(INT, HEX) => setns::setns;
    349 kcmp(INT, INT, INT, INT, INT) => kcmp::kcmp;
    351 sched_setattr(INT, read::<SchedAttr>(), UINT) => scheduling::sched_setattr;
    352 sched_getattr(INT, fill::<SchedAttr>(), UINT, UINT) => scheduling::sched_getattr;
    354 seccomp(flags(&SECCOMP), HEX, ADDRESS) => seccomp::seccomp;
    355 getrandom(FILLED, UINT, all(&GRND)) => process::getrandom;
    358 execveat(DIRECTORY, PATH, ADDRESS, ADDRESS, only(&AT, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) => exec::execveat;
    375 membarrier(flags(&MEMBARRIER), HEX) => threads::membarrier;
    384 arch_prctl(one_of(&ARCH), ADDRESS) => arch::arch_prctl;
    386 rseq(ADDRESS, UINT, ADDRESS, ADDRESS) => process::unimplemented;
    422 futex_time64(ADDRESS, flags(&FUTEX), UINT, FUTEX_LIMIT64) => futex::futex_time64;
    423 sched_rr_get_interval_time64(INT, fill::<Timespec64>()) => scheduling::sched_rr_get_interval64;
    424 pidfd_send_signal(INT, SIGNUM, SIGINFO_READ, only(&OPEN, 0)) => pidfd::pidfd_send_signal;
    434 pidfd_open(INT, only(&OPEN, O_NONBLOCK)) => pidfd::pidfd_open;
    435 clone3(read::<CloneArgs>(), UINT) => clone::clone3;
    438 pidfd_getfd(INT, INT, only(&OPEN, 0)) => pidfd::pidfd_getfd;
    444 landlock_create_ruleset(read::<LandlockRulesetAttr>(), UINT, HEX) => landlock::create_ruleset;
    445 landlock_add_rule(INT, INT, read::<LandlockPathBeneathAttr>(), HEX) => landlock::add_rule;
    446 landlock_restrict_self(INT, HEX) => landlock::restrict_self;
    449 futex_waitv(WAITERS, UINT, HEX, read::<Timespec64>(), flags(&CLOCK)) => futex_waitv::futex_waitv;
}
