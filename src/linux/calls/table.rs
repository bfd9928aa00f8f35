//! The system calls of i386 Linux: number, name, arguments and answer, and what answers.
//!
//! What an argument is decides how `--strace` shows it. Flags of which the call knows `only` some,
//! and values that must be `one_of` those with names, are checked before the call: EINVAL.
//!
//! `sigreturn` has no arguments: it is given where the mask is in its frame, to be shown.
//!
//! Those that are known and answered by `unimplemented` (-ENOSYS) or `forbidden` (-EPERM) say so here. A number that is not listed is
//! -ENOSYS too.

use crate::linux::abi::CallSignature;
use crate::linux::abi::capabilities::{CapUserData, CapUserHeader};
use crate::linux::abi::epoll::{EFD, EPOLL_CREATE, EPOLL_CTL, EpollEvent, SFD, TFD, TFD_TIMER};
use crate::linux::abi::files::{
    ACCESS, AT, AT_EMPTY_PATH, AT_REMOVEDIR, AT_SYMLINK_FOLLOW, AT_SYMLINK_NOFOLLOW, CLOSE_RANGE, FACCESSAT, FADVISE,
    FALLOCATE, FCNTL, FLOCK, MFD, O_CLOEXEC, O_DIRECT, O_NONBLOCK, OPEN, OpenHow, R_OK, RENAME, RWF, SPLICE,
    SYNC_RANGE, W_OK, WHENCE, X_OK, XATTR,
};
use crate::linux::abi::ipc::{
    IPC_CALL, IPC_GET, MSG_COMMAND, MSG_TRANSFER, SEM_COMMAND, SHM_ATTACH, SHM_COMMAND, SHM_GET,
};
use crate::linux::abi::memory::{
    MADVISE, MAP, MLOCK, MLOCKALL, MREMAP, MSYNC, PROT, PROT_EXEC, PROT_GROWSDOWN, PROT_GROWSUP, PROT_READ, PROT_SEM,
    PROT_WRITE,
};
use crate::linux::abi::mqueue::MqAttr;
use crate::linux::abi::process::{
    CloneArgs, FUTEX, GRND, MEMBARRIER, PERSONALITY, PRCTL, PRIORITY, RLIMIT, Rlimit32, Rlimit64, SCHED, SchedAttr,
    Sysinfo, WAIT,
};
use crate::linux::abi::signals::{HOW, OldSigaction, Sigaltstack, Sigevent};
use crate::linux::abi::status::{STATX, STATX_RESERVED};
use crate::linux::abi::terminal::IOCTL;
use crate::linux::abi::time::{
    CLOCK, ITIMER, Itimerspec32, Itimerspec64, Itimerval, RUSAGE, Rusage, TIMER, Timespec32, Timespec64, Timeval,
    Timezone, Tms, Utimbuf,
};

use super::arguments::{
    ACTION_READ, ACTION_STORED, ADDRESS, AFFINITY, AFFINITY_READ, DESCRIPTORS, DEVICE, DIRECTORY, ENTRIES,
    EPOLL_EVENTS, FCNTL_ANSWER, FCNTL_ARGUMENT, FILLED, FIXED_ADDRESS, FRAME, FUTEX_LIMIT, FUTEX_LIMIT64, GATHERED,
    GIVEN, HANDLER, HEX, INT, IOCTL_ARGUMENT, MODE, OLD_ENTRIES, OLD_FRAME, OLD_MASK, OLD_POSITION, OLD_SIGNALS,
    OLD_SIGNALS_STORED, OPERATIONS, PAGES, PATH, PIPE_ENDS, POLLFDS, POSITION, PRCTL_ARGUMENT, READY, SCATTERED,
    SIGINFO_READ, SIGINFO_STORED, SIGNALS, SIGNALS_STORED, SIGNUM, SIGNUM_ANSWER, STAT_FLAGS, STAT32, STAT64, STATFS32,
    STATFS64, STATX_STATUS, STORED, TEXT, UINT, USER_DESC, USER_DESC_STORED, UTSNAME, WAITERS, WIDE, WIDE_HIGH_FIRST,
    all, creation, data, fill, flags, one_of, only, read,
};
use super::call::Call;
use super::{
    attributes, capabilities, clone, copy, directories, epoll, events, exec, extended, extent, fcntl, files, futex,
    futex_waitv, ids, ipc, limits, lock_memory, locks, memory, mqueue, msg, names, nice, open, pidfd, poll, process,
    process_memory, processor_time, remap, scheduling, seek, segments, sem, send_signal, shm, signals, splice, status,
    terminal, threads, time, timers, unshare, users, users16, wait, wait_signal,
};

macro_rules! calls {
    ($($number:literal $name:ident($($argument:expr),*) $(-> $answer:expr)? => $family:ident::$run:ident;)*) => {
        /// The call with this number.
        pub fn find(number: u32) -> Option<&'static Call> {
            Some(match number {
                $($number => {
                    const CALL: Call = Call {
                        signature: CallSignature {
                            name: stringify!($name),
                            arguments: &[$($argument),*],
                            answer: calls!(@answer $($answer)?),
                        },
                        run: $family::$run,
                    };
                    &CALL
                })*
                _ => return None,
            })
        }
    };
    (@answer) => { INT };
    (@answer $answer:expr) => { $answer };
}

calls! {
    0 restart_syscall() => process::nothing_to_restart;
    1 exit(INT) => process::exit;
    2 fork() => clone::fork;
    3 read(INT, FILLED, UINT) => files::read;
    4 write(INT, data(2), UINT) => files::write;
    5 open(PATH, flags(&OPEN), creation(1)) => open::open;
    6 close(INT) => files::close;
    7 waitpid(INT, STORED, flags(&WAIT)) => wait::waitpid;
    8 creat(PATH, MODE) => open::creat;
    9 link(PATH, PATH) => names::link;
    10 unlink(PATH) => names::unlink;
    11 execve(PATH, ADDRESS, ADDRESS) => exec::execve;
    12 chdir(PATH) => directories::chdir;
    13 time(STORED) => time::time;
    14 mknod(PATH, MODE, DEVICE) => names::mknod;
    15 chmod(PATH, MODE) => attributes::chmod;
    16 lchown(PATH, INT, INT) => attributes::lchown16;
    19 lseek(INT, INT, flags(&WHENCE)) => seek::lseek;
    20 getpid() => ids::getpid;
    21 mount(PATH, PATH, PATH, ADDRESS, ADDRESS) => process::forbidden;
    23 setuid(INT) => users16::setuid;
    24 getuid() => users16::getuid;
    25 stime(ADDRESS) => process::forbidden;
    26 ptrace(INT, INT, ADDRESS, ADDRESS) => process::unimplemented;
    27 alarm(UINT) => timers::alarm;
    29 pause() => wait_signal::pause;
    30 utime(PATH, read::<Utimbuf>()) => attributes::utime;
    33 access(PATH, only(&ACCESS, R_OK | W_OK | X_OK)) => status::access;
    34 nice(INT) => nice::nice;
    36 sync() => extent::sync;
    37 kill(INT, SIGNUM) => send_signal::kill;
    38 rename(PATH, PATH) => names::rename;
    39 mkdir(PATH, MODE) => directories::mkdir;
    40 rmdir(PATH) => directories::rmdir;
    41 dup(INT) => files::dup;
    42 pipe(PIPE_ENDS) => files::pipe;
    43 times(fill::<Tms>()) => processor_time::times;
    45 brk(ADDRESS) -> ADDRESS => memory::brk;
    46 setgid(INT) => users16::setgid;
    47 getgid() => users16::getgid;
    48 signal(SIGNUM, HANDLER) -> HANDLER => signals::signal;
    49 geteuid() => users16::geteuid;
    50 getegid() => users16::getegid;
    52 umount2(PATH, INT) => process::forbidden;
    54 ioctl(INT, flags(&IOCTL), IOCTL_ARGUMENT) => terminal::ioctl;
    55 fcntl(INT, flags(&FCNTL), FCNTL_ARGUMENT) -> FCNTL_ANSWER => fcntl::fcntl;
    57 setpgid(INT, INT) => ids::setpgid;
    60 umask(MODE) -> MODE => attributes::umask;
    61 chroot(PATH) => directories::chroot;
    63 dup2(INT, INT) => files::dup2;
    64 getppid() => ids::getppid;
    65 getpgrp() => ids::getpgrp;
    66 setsid() => ids::setsid;
    67 sigaction(SIGNUM, read::<OldSigaction>(), fill::<OldSigaction>()) => signals::sigaction;
    70 setreuid(INT, INT) => users16::setreuid;
    71 setregid(INT, INT) => users16::setregid;
    68 sgetmask() -> HEX => signals::sgetmask;
    69 ssetmask(HEX) -> HEX => signals::ssetmask;
    72 sigsuspend(HEX, HEX, OLD_MASK) => wait_signal::sigsuspend;
    73 sigpending(OLD_SIGNALS_STORED) => signals::sigpending;
    74 sethostname(PATH, UINT) => process::forbidden;
    75 setrlimit(flags(&RLIMIT), read::<Rlimit32>()) => limits::setrlimit;
    76 getrlimit(flags(&RLIMIT), fill::<Rlimit32>()) => limits::getrlimit;
    77 getrusage(one_of(&RUSAGE), fill::<Rusage>()) => processor_time::getrusage;
    78 gettimeofday(fill::<Timeval>(), fill::<Timezone>()) => time::gettimeofday;
    79 settimeofday(read::<Timeval>(), read::<Timezone>()) => process::forbidden;
    80 getgroups(INT, ADDRESS) => users16::getgroups;
    81 setgroups(INT, ADDRESS) => users16::setgroups;
    82 select(ADDRESS) => poll::old_select;
    83 symlink(PATH, PATH) => names::symlink;
    85 readlink(PATH, FILLED, UINT) => status::readlink;
    88 reboot(ADDRESS, ADDRESS, ADDRESS) => process::forbidden;
    90 mmap(ADDRESS) -> ADDRESS => memory::old_mmap;
    91 munmap(ADDRESS, UINT) => memory::munmap;
    92 truncate(PATH, INT) => extent::truncate;
    93 ftruncate(INT, INT) => extent::ftruncate;
    94 fchmod(INT, MODE) => attributes::fchmod;
    95 fchown(INT, INT, INT) => attributes::fchown16;
    96 getpriority(one_of(&PRIORITY), INT) => nice::getpriority;
    97 setpriority(one_of(&PRIORITY), INT, INT) => nice::setpriority;
    99 statfs(PATH, STATFS32) => status::statfs;
    100 fstatfs(INT, STATFS32) => status::fstatfs;
    102 socketcall(INT, ADDRESS) => process::unimplemented;
    104 setitimer(one_of(&ITIMER), read::<Itimerval>(), fill::<Itimerval>()) => timers::setitimer;
    105 getitimer(one_of(&ITIMER), fill::<Itimerval>()) => timers::getitimer;
    106 stat(PATH, STAT32) => status::stat;
    107 lstat(PATH, STAT32) => status::lstat;
    108 fstat(INT, STAT32) => status::fstat;
    114 wait4(INT, STORED, flags(&WAIT), fill::<Rusage>()) => wait::wait4;
    116 sysinfo(fill::<Sysinfo>()) => process::sysinfo;
    117 ipc(flags(&IPC_CALL), INT, HEX, HEX, ADDRESS, HEX) => ipc::ipc;
    118 fsync(INT) => extent::fsync;
    119 sigreturn(OLD_FRAME) => signals::sigreturn;
    120 clone(HEX, ADDRESS, ADDRESS, ADDRESS, ADDRESS) => clone::clone;
    121 setdomainname(PATH, UINT) => process::forbidden;
    122 uname(UTSNAME) => process::uname;
    123 modify_ldt(INT, ADDRESS, UINT) => segments::modify_ldt;
    125 mprotect(ADDRESS, UINT, only(&PROT, PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM | PROT_GROWSDOWN | PROT_GROWSUP)) => memory::mprotect;
    126 sigprocmask(flags(&HOW), OLD_SIGNALS, OLD_SIGNALS_STORED) => signals::sigprocmask;
    132 getpgid(INT) => ids::getpgid;
    133 fchdir(INT) => directories::fchdir;
    136 personality(flags(&PERSONALITY)) -> HEX => process::personality;
    138 setfsuid(INT) => users16::setfsuid;
    139 setfsgid(INT) => users16::setfsgid;
    140 _llseek(INT, WIDE_HIGH_FIRST, fill::<i64>(), flags(&WHENCE)) => seek::llseek;
    141 getdents(INT, OLD_ENTRIES, UINT) => directories::getdents;
    142 _newselect(INT, DESCRIPTORS, DESCRIPTORS, DESCRIPTORS, read::<Timeval>()) -> READY => poll::select;
    143 flock(INT, flags(&FLOCK)) => locks::flock;
    144 msync(ADDRESS, UINT, all(&MSYNC)) => memory::msync;
    145 readv(INT, SCATTERED, UINT) => files::readv;
    146 writev(INT, GATHERED, UINT) => files::writev;
    147 getsid(INT) => ids::getsid;
    148 fdatasync(INT) => extent::fsync;
    150 mlock(ADDRESS, UINT) => lock_memory::mlock;
    151 munlock(ADDRESS, UINT) => lock_memory::munlock;
    152 mlockall(all(&MLOCKALL)) => lock_memory::mlockall;
    153 munlockall() => lock_memory::munlockall;
    154 sched_setparam(INT, GIVEN) => scheduling::sched_setparam;
    155 sched_getparam(INT, STORED) => scheduling::sched_getparam;
    156 sched_setscheduler(INT, flags(&SCHED), GIVEN) => scheduling::sched_setscheduler;
    157 sched_getscheduler(INT) -> flags(&SCHED) => scheduling::sched_getscheduler;
    158 sched_yield() => threads::sched_yield;
    159 sched_get_priority_max(flags(&SCHED)) => scheduling::sched_get_priority_max;
    160 sched_get_priority_min(flags(&SCHED)) => scheduling::sched_get_priority_min;
    161 sched_rr_get_interval(INT, fill::<Timespec32>()) => scheduling::sched_rr_get_interval;
    162 nanosleep(read::<Timespec32>(), fill::<Timespec32>()) => time::nanosleep;
    163 mremap(ADDRESS, UINT, UINT, all(&MREMAP), FIXED_ADDRESS) -> ADDRESS => remap::mremap;
    164 setresuid(INT, INT, INT) => users16::setresuid;
    165 getresuid(ADDRESS, ADDRESS, ADDRESS) => users16::getresuid;
    168 poll(POLLFDS, UINT, INT) -> READY => poll::poll;
    170 setresgid(INT, INT, INT) => users16::setresgid;
    171 getresgid(ADDRESS, ADDRESS, ADDRESS) => users16::getresgid;
    172 prctl(flags(&PRCTL), PRCTL_ARGUMENT, HEX, HEX, HEX) => process::prctl;
    173 rt_sigreturn(FRAME) => signals::rt_sigreturn;
    174 rt_sigaction(SIGNUM, ACTION_READ, ACTION_STORED, UINT) => signals::rt_sigaction;
    175 rt_sigprocmask(flags(&HOW), SIGNALS, SIGNALS_STORED, UINT) => signals::rt_sigprocmask;
    176 rt_sigpending(SIGNALS_STORED, UINT) => signals::rt_sigpending;
    177 rt_sigtimedwait(SIGNALS, SIGINFO_STORED, read::<Timespec32>(), UINT) -> SIGNUM_ANSWER => wait_signal::rt_sigtimedwait;
    178 rt_sigqueueinfo(INT, SIGNUM, SIGINFO_READ) => send_signal::rt_sigqueueinfo;
    179 rt_sigsuspend(SIGNALS, UINT) => wait_signal::rt_sigsuspend;
    180 pread64(INT, FILLED, UINT, WIDE) => files::pread64;
    181 pwrite64(INT, data(2), UINT, WIDE) => files::pwrite64;
    182 chown(PATH, INT, INT) => attributes::chown16;
    183 getcwd(TEXT, UINT) => directories::getcwd;
    184 capget(read::<CapUserHeader>(), fill::<CapUserData>()) => capabilities::capget;
    185 capset(read::<CapUserHeader>(), read::<CapUserData>()) => capabilities::capset;
    186 sigaltstack(read::<Sigaltstack>(), fill::<Sigaltstack>()) => signals::sigaltstack;
    187 sendfile(INT, INT, OLD_POSITION, UINT) => copy::sendfile;
    190 vfork() => clone::vfork;
    191 ugetrlimit(flags(&RLIMIT), fill::<Rlimit32>()) => limits::ugetrlimit;
    192 mmap2(ADDRESS, UINT, flags(&PROT), flags(&MAP), INT, PAGES) -> ADDRESS => memory::mmap2;
    193 truncate64(PATH, WIDE) => extent::truncate64;
    194 ftruncate64(INT, WIDE) => extent::ftruncate64;
    195 stat64(PATH, STAT64) => status::stat64;
    196 lstat64(PATH, STAT64) => status::lstat64;
    197 fstat64(INT, STAT64) => status::fstat64;
    198 lchown32(PATH, INT, INT) => attributes::lchown;
    199 getuid32() => users::getuid;
    200 getgid32() => users::getgid;
    201 geteuid32() => users::geteuid;
    202 getegid32() => users::getegid;
    203 setreuid32(INT, INT) => users::setreuid;
    204 setregid32(INT, INT) => users::setregid;
    205 getgroups32(INT, ADDRESS) => users::getgroups;
    206 setgroups32(INT, ADDRESS) => users::setgroups;
    207 fchown32(INT, INT, INT) => attributes::fchown;
    208 setresuid32(INT, INT, INT) => users::setresuid;
    209 getresuid32(ADDRESS, ADDRESS, ADDRESS) => users::getresuid;
    210 setresgid32(INT, INT, INT) => users::setresgid;
    211 getresgid32(ADDRESS, ADDRESS, ADDRESS) => users::getresgid;
    212 chown32(PATH, INT, INT) => attributes::chown;
    213 setuid32(INT) => users::setuid;
    214 setgid32(INT) => users::setgid;
    215 setfsuid32(INT) => users::setfsuid;
    216 setfsgid32(INT) => users::setfsgid;
    218 mincore(ADDRESS, UINT, ADDRESS) => memory::mincore;
    219 madvise(ADDRESS, UINT, one_of(&MADVISE)) => memory::madvise;
    220 getdents64(INT, ENTRIES, UINT) => directories::getdents64;
    221 fcntl64(INT, flags(&FCNTL), FCNTL_ARGUMENT) -> FCNTL_ANSWER => fcntl::fcntl64;
    224 gettid() => ids::gettid;
    225 readahead(INT, WIDE, UINT) => extent::readahead;
    226 setxattr(PATH, PATH, ADDRESS, UINT, all(&XATTR)) => extended::setxattr;
    227 lsetxattr(PATH, PATH, ADDRESS, UINT, all(&XATTR)) => extended::lsetxattr;
    228 fsetxattr(INT, PATH, ADDRESS, UINT, all(&XATTR)) => extended::fsetxattr;
    229 getxattr(PATH, PATH, ADDRESS, UINT) => extended::getxattr;
    230 lgetxattr(PATH, PATH, ADDRESS, UINT) => extended::lgetxattr;
    231 fgetxattr(INT, PATH, ADDRESS, UINT) => extended::fgetxattr;
    232 listxattr(PATH, ADDRESS, UINT) => extended::listxattr;
    233 llistxattr(PATH, ADDRESS, UINT) => extended::llistxattr;
    234 flistxattr(INT, ADDRESS, UINT) => extended::flistxattr;
    235 removexattr(PATH, PATH) => extended::removexattr;
    236 lremovexattr(PATH, PATH) => extended::lremovexattr;
    237 fremovexattr(INT, PATH) => extended::fremovexattr;
    238 tkill(INT, SIGNUM) => send_signal::tkill;
    239 sendfile64(INT, INT, POSITION, UINT) => copy::sendfile64;
    240 futex(ADDRESS, flags(&FUTEX), UINT, FUTEX_LIMIT) => futex::futex;
    241 sched_setaffinity(INT, UINT, AFFINITY_READ) => scheduling::sched_setaffinity;
    242 sched_getaffinity(INT, UINT, AFFINITY) => scheduling::sched_getaffinity;
    243 set_thread_area(USER_DESC) => segments::set_thread_area;
    244 get_thread_area(USER_DESC_STORED) => segments::get_thread_area;
    250 fadvise64(INT, WIDE, UINT, one_of(&FADVISE)) => extent::fadvise;
    252 exit_group(INT) => process::exit_group;
    254 epoll_create(INT) => epoll::epoll_create;
    255 epoll_ctl(INT, one_of(&EPOLL_CTL), INT, read::<EpollEvent>()) => epoll::epoll_ctl;
    256 epoll_wait(INT, EPOLL_EVENTS, INT, INT) => epoll::epoll_wait;
    258 set_tid_address(ADDRESS) => threads::set_tid_address;
    259 timer_create(flags(&CLOCK), read::<Sigevent>(), STORED) => timers::timer_create;
    260 timer_settime(INT, flags(&TIMER), read::<Itimerspec32>(), fill::<Itimerspec32>()) => timers::timer_settime;
    261 timer_gettime(INT, fill::<Itimerspec32>()) => timers::timer_gettime;
    262 timer_getoverrun(INT) => timers::timer_getoverrun;
    263 timer_delete(INT) => timers::timer_delete;
    264 clock_settime(flags(&CLOCK), read::<Timespec32>()) => process::forbidden;
    265 clock_gettime(flags(&CLOCK), fill::<Timespec32>()) => time::clock_gettime;
    266 clock_getres(flags(&CLOCK), fill::<Timespec32>()) => time::clock_getres;
    267 clock_nanosleep(flags(&CLOCK), flags(&TIMER), read::<Timespec32>(), fill::<Timespec32>()) => time::clock_nanosleep;
    268 statfs64(PATH, UINT, STATFS64) => status::statfs64;
    269 fstatfs64(INT, UINT, STATFS64) => status::fstatfs64;
    270 tgkill(INT, INT, SIGNUM) => send_signal::tgkill;
    271 utimes(PATH, read::<[Timeval; 2]>()) => attributes::utimes;
    272 fadvise64_64(INT, WIDE, WIDE, one_of(&FADVISE)) => extent::fadvise_64;
    277 mq_open(PATH, flags(&OPEN), creation(1), read::<MqAttr>()) => mqueue::mq_open;
    278 mq_unlink(PATH) => mqueue::mq_unlink;
    279 mq_timedsend(INT, data(2), UINT, UINT, read::<Timespec32>()) => mqueue::mq_timedsend;
    280 mq_timedreceive(INT, FILLED, UINT, STORED, read::<Timespec32>()) => mqueue::mq_timedreceive;
    281 mq_notify(INT, read::<Sigevent>()) => mqueue::mq_notify;
    282 mq_getsetattr(INT, read::<MqAttr>(), fill::<MqAttr>()) => mqueue::mq_getsetattr;
    284 waitid(INT, INT, ADDRESS, flags(&WAIT), ADDRESS) => wait::waitid;
    291 inotify_init() => process::unimplemented;
    295 openat(DIRECTORY, PATH, flags(&OPEN), creation(2)) => open::openat;
    296 mkdirat(DIRECTORY, PATH, MODE) => directories::mkdirat;
    297 mknodat(DIRECTORY, PATH, MODE, DEVICE) => names::mknodat;
    298 fchownat(DIRECTORY, PATH, INT, INT, only(&AT, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) => attributes::fchownat;
    299 futimesat(DIRECTORY, PATH, read::<[Timeval; 2]>()) => attributes::futimesat;
    300 fstatat64(DIRECTORY, PATH, STAT64, STAT_FLAGS) => status::fstatat64;
    301 unlinkat(DIRECTORY, PATH, only(&AT, AT_REMOVEDIR)) => names::unlinkat;
    302 renameat(DIRECTORY, PATH, DIRECTORY, PATH) => names::renameat;
    303 linkat(DIRECTORY, PATH, DIRECTORY, PATH, only(&AT, AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) => names::linkat;
    304 symlinkat(PATH, DIRECTORY, PATH) => names::symlinkat;
    305 readlinkat(DIRECTORY, PATH, FILLED, UINT) => status::readlinkat;
    306 fchmodat(DIRECTORY, PATH, MODE) => attributes::fchmodat;
    307 faccessat(DIRECTORY, PATH, only(&ACCESS, R_OK | W_OK | X_OK)) => status::faccessat;
    308 pselect6(INT, DESCRIPTORS, DESCRIPTORS, DESCRIPTORS, read::<Timespec32>(), ADDRESS) -> READY => poll::pselect6;
    309 ppoll(POLLFDS, UINT, read::<Timespec32>(), SIGNALS, UINT) -> READY => poll::ppoll;
    310 unshare(HEX) => unshare::unshare;
    311 set_robust_list(ADDRESS, UINT) => threads::set_robust_list;
    312 get_robust_list(INT, ADDRESS, ADDRESS) => threads::get_robust_list;
    313 splice(INT, POSITION, INT, POSITION, UINT, all(&SPLICE)) => splice::splice;
    314 sync_file_range(INT, WIDE, WIDE, all(&SYNC_RANGE)) => extent::sync_file_range;
    315 tee(INT, INT, UINT, all(&SPLICE)) => splice::tee;
    316 vmsplice(INT, GATHERED, UINT, all(&SPLICE)) => splice::vmsplice;
    318 getcpu(STORED, STORED, ADDRESS) => process::getcpu;
    319 epoll_pwait(INT, EPOLL_EVENTS, INT, INT, SIGNALS, UINT) => epoll::epoll_pwait;
    320 utimensat(DIRECTORY, PATH, read::<[Timespec32; 2]>(), only(&AT, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) => attributes::utimensat;
    321 signalfd(INT, SIGNALS, UINT) => events::signalfd;
    322 timerfd_create(flags(&CLOCK), all(&TFD)) => events::timerfd_create;
    323 eventfd(UINT) => events::eventfd;
    324 fallocate(INT, flags(&FALLOCATE), WIDE, WIDE) => extent::fallocate;
    325 timerfd_settime(INT, all(&TFD_TIMER), read::<Itimerspec32>(), fill::<Itimerspec32>()) => events::timerfd_settime;
    326 timerfd_gettime(INT, fill::<Itimerspec32>()) => events::timerfd_gettime;
    327 signalfd4(INT, SIGNALS, UINT, all(&SFD)) => events::signalfd4;
    328 eventfd2(UINT, all(&EFD)) => events::eventfd2;
    329 epoll_create1(all(&EPOLL_CREATE)) => epoll::epoll_create1;
    330 dup3(INT, INT, only(&OPEN, O_CLOEXEC)) => files::dup3;
    331 pipe2(PIPE_ENDS, only(&OPEN, O_CLOEXEC | O_NONBLOCK | O_DIRECT)) => files::pipe2;
    332 inotify_init1(ADDRESS) => process::unimplemented;
    333 preadv(INT, SCATTERED, UINT, WIDE) => files::preadv;
    334 pwritev(INT, GATHERED, UINT, WIDE) => files::pwritev;
    335 rt_tgsigqueueinfo(INT, INT, SIGNUM, SIGINFO_READ) => send_signal::rt_tgsigqueueinfo;
    340 prlimit64(INT, flags(&RLIMIT), read::<Rlimit64>(), fill::<Rlimit64>()) => limits::prlimit64;
    344 syncfs(INT) => extent::syncfs;
    347 process_vm_readv(INT, ADDRESS, UINT, ADDRESS, UINT, HEX) => process_memory::process_vm_readv;
    348 process_vm_writev(INT, ADDRESS, UINT, ADDRESS, UINT, HEX) => process_memory::process_vm_writev;
    351 sched_setattr(INT, read::<SchedAttr>(), UINT) => scheduling::sched_setattr;
    352 sched_getattr(INT, fill::<SchedAttr>(), UINT, UINT) => scheduling::sched_getattr;
    353 renameat2(DIRECTORY, PATH, DIRECTORY, PATH, all(&RENAME)) => names::renameat2;
    354 seccomp(UINT, ADDRESS, ADDRESS) => process::unimplemented;
    355 getrandom(FILLED, UINT, all(&GRND)) => process::getrandom;
    356 memfd_create(PATH, all(&MFD)) => open::memfd_create;
    359 socket(INT, INT, INT) => process::unimplemented;
    358 execveat(DIRECTORY, PATH, ADDRESS, ADDRESS, only(&AT, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) => exec::execveat;
    375 membarrier(flags(&MEMBARRIER), HEX) => threads::membarrier;
    376 mlock2(ADDRESS, UINT, all(&MLOCK)) => lock_memory::mlock;
    377 copy_file_range(INT, POSITION, INT, POSITION, UINT, only(&OPEN, 0)) => copy::copy_file_range;
    378 preadv2(INT, SCATTERED, UINT, WIDE, flags(&RWF)) => files::preadv2;
    379 pwritev2(INT, GATHERED, UINT, WIDE, flags(&RWF)) => files::pwritev2;
    383 statx(DIRECTORY, PATH, STAT_FLAGS, only(&STATX, !STATX_RESERVED), STATX_STATUS) => status::statx;
    384 arch_prctl(INT, ADDRESS) => process::unimplemented;
    386 rseq(ADDRESS, UINT, ADDRESS, ADDRESS) => process::unimplemented;
    393 semget(HEX, INT, flags(&IPC_GET)) => sem::semget;
    394 semctl(INT, INT, flags(&SEM_COMMAND), HEX) => sem::semctl;
    395 shmget(HEX, UINT, flags(&SHM_GET)) => shm::shmget;
    396 shmctl(INT, flags(&SHM_COMMAND), ADDRESS) => shm::shmctl;
    397 shmat(INT, ADDRESS, flags(&SHM_ATTACH)) -> ADDRESS => shm::shmat;
    398 shmdt(ADDRESS) => shm::shmdt;
    399 msgget(HEX, flags(&IPC_GET)) => msg::msgget;
    400 msgsnd(INT, ADDRESS, UINT, flags(&MSG_TRANSFER)) => msg::msgsnd;
    401 msgrcv(INT, ADDRESS, UINT, INT, flags(&MSG_TRANSFER)) => msg::msgrcv;
    402 msgctl(INT, flags(&MSG_COMMAND), ADDRESS) => msg::msgctl;
    403 clock_gettime64(flags(&CLOCK), fill::<Timespec64>()) => time::clock_gettime64;
    404 clock_settime64(flags(&CLOCK), read::<Timespec64>()) => process::forbidden;
    406 clock_getres_time64(flags(&CLOCK), fill::<Timespec64>()) => time::clock_getres64;
    407 clock_nanosleep_time64(flags(&CLOCK), flags(&TIMER), read::<Timespec64>(), fill::<Timespec64>()) => time::clock_nanosleep64;
    408 timer_gettime64(INT, fill::<Itimerspec64>()) => timers::timer_gettime64;
    409 timer_settime64(INT, flags(&TIMER), read::<Itimerspec64>(), fill::<Itimerspec64>()) => timers::timer_settime64;
    410 timerfd_gettime64(INT, fill::<Itimerspec64>()) => events::timerfd_gettime64;
    411 timerfd_settime64(INT, all(&TFD_TIMER), read::<Itimerspec64>(), fill::<Itimerspec64>()) => events::timerfd_settime64;
    412 utimensat_time64(DIRECTORY, PATH, read::<[Timespec64; 2]>(), only(&AT, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) => attributes::utimensat_time64;
    413 pselect6_time64(INT, DESCRIPTORS, DESCRIPTORS, DESCRIPTORS, read::<Timespec64>(), ADDRESS) -> READY => poll::pselect6_time64;
    414 ppoll_time64(POLLFDS, UINT, read::<Timespec64>(), SIGNALS, UINT) -> READY => poll::ppoll_time64;
    418 mq_timedsend_time64(INT, data(2), UINT, UINT, read::<Timespec64>()) => mqueue::mq_timedsend_time64;
    419 mq_timedreceive_time64(INT, FILLED, UINT, STORED, read::<Timespec64>()) => mqueue::mq_timedreceive_time64;
    420 semtimedop_time64(INT, OPERATIONS, UINT, read::<Timespec64>()) => sem::semtimedop_time64;
    421 rt_sigtimedwait_time64(SIGNALS, SIGINFO_STORED, read::<Timespec64>(), UINT) -> SIGNUM_ANSWER => wait_signal::rt_sigtimedwait_time64;
    422 futex_time64(ADDRESS, flags(&FUTEX), UINT, FUTEX_LIMIT64) => futex::futex_time64;
    423 sched_rr_get_interval_time64(INT, fill::<Timespec64>()) => scheduling::sched_rr_get_interval64;
    424 pidfd_send_signal(INT, SIGNUM, SIGINFO_READ, only(&OPEN, 0)) => pidfd::pidfd_send_signal;
    434 pidfd_open(INT, only(&OPEN, O_NONBLOCK)) => pidfd::pidfd_open;
    435 clone3(read::<CloneArgs>(), UINT) => clone::clone3;
    436 close_range(UINT, UINT, all(&CLOSE_RANGE)) => files::close_range;
    437 openat2(DIRECTORY, PATH, read::<OpenHow>(), UINT) => open::openat2;
    438 pidfd_getfd(INT, INT, only(&OPEN, 0)) => pidfd::pidfd_getfd;
    439 faccessat2(DIRECTORY, PATH, only(&ACCESS, R_OK | W_OK | X_OK), all(&FACCESSAT)) => status::faccessat2;
    441 epoll_pwait2(INT, EPOLL_EVENTS, INT, read::<Timespec64>(), SIGNALS, UINT) => epoll::epoll_pwait2;
    449 futex_waitv(WAITERS, UINT, HEX, read::<Timespec64>(), flags(&CLOCK)) => futex_waitv::futex_waitv;
    452 fchmodat2(DIRECTORY, PATH, MODE, only(&AT, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) => attributes::fchmodat2;
}
