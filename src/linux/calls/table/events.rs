//! Calls that wait for descriptors, and descriptors to wait for.

use crate::linux::abi::epoll::{EFD, EPOLL_CREATE, EPOLL_CTL, EpollEvent, SFD, TFD, TFD_TIMER};
use crate::linux::abi::inotify::{IN, IN_INIT};
use crate::linux::abi::time::{CLOCK, Itimerspec32, Itimerspec64, Timespec32, Timespec64, Timeval};

use super::super::arguments::{
    ADDRESS, DESCRIPTORS, EPOLL_EVENTS, INT, PATH, POLLFDS, READY, SIGNALS, UINT, all, fill, flags, one_of, read,
};
use super::super::{epoll, events, inotify, poll};
use super::rows::calls;

calls! {
    82 select(ADDRESS) => poll::old_select;
    142 _newselect(INT, DESCRIPTORS, DESCRIPTORS, DESCRIPTORS, read::<Timeval>()) -> READY => poll::select;
    168 poll(POLLFDS, UINT, INT) -> READY => poll::poll;
    254 epoll_create(INT) => epoll::epoll_create;
    255 epoll_ctl(INT, one_of(&EPOLL_CTL), INT, read::<EpollEvent>()) => epoll::epoll_ctl;
    256 epoll_wait(INT, EPOLL_EVENTS, INT, INT) => epoll::epoll_wait;
    291 inotify_init() => inotify::inotify_init;
    292 inotify_add_watch(INT, PATH, all(&IN)) => inotify::inotify_add_watch;
    293 inotify_rm_watch(INT, INT) => inotify::inotify_rm_watch;
    308 pselect6(INT, DESCRIPTORS, DESCRIPTORS, DESCRIPTORS, read::<Timespec32>(), ADDRESS) -> READY => poll::pselect6;
    309 ppoll(POLLFDS, UINT, read::<Timespec32>(), SIGNALS, UINT) -> READY => poll::ppoll;
    319 epoll_pwait(INT, EPOLL_EVENTS, INT, INT, SIGNALS, UINT) => epoll::epoll_pwait;
    321 signalfd(INT, SIGNALS, UINT) => events::signalfd;
    322 timerfd_create(flags(&CLOCK), all(&TFD)) => events::timerfd_create;
    323 eventfd(UINT) => events::eventfd;
    325 timerfd_settime(INT, all(&TFD_TIMER), read::<Itimerspec32>(), fill::<Itimerspec32>()) => events::timerfd_settime;
    326 timerfd_gettime(INT, fill::<Itimerspec32>()) => events::timerfd_gettime;
    327 signalfd4(INT, SIGNALS, UINT, all(&SFD)) => events::signalfd4;
    328 eventfd2(UINT, all(&EFD)) => events::eventfd2;
    329 epoll_create1(all(&EPOLL_CREATE)) => epoll::epoll_create1;
    332 inotify_init1(all(&IN_INIT)) => inotify::inotify_init1;
    410 timerfd_gettime64(INT, fill::<Itimerspec64>()) => events::timerfd_gettime64;
    411 timerfd_settime64(INT, all(&TFD_TIMER), read::<Itimerspec64>(), fill::<Itimerspec64>()) => events::timerfd_settime64;
    413 pselect6_time64(INT, DESCRIPTORS, DESCRIPTORS, DESCRIPTORS, read::<Timespec64>(), ADDRESS) -> READY => poll::pselect6_time64;
    414 ppoll_time64(POLLFDS, UINT, read::<Timespec64>(), SIGNALS, UINT) -> READY => poll::ppoll_time64;
    441 epoll_pwait2(INT, EPOLL_EVENTS, INT, read::<Timespec64>(), SIGNALS, UINT) => epoll::epoll_pwait2;
}
