//! What `/proc/PID/fdinfo` tells of descriptors that the kernel made for a program (proc(5)).

use std::time::Duration;

use crate::linux::objects::{Epoll, Interest, Object, Timerfd};

/// The lines that only such an object has; `now` is since the world began.
pub fn details(object: &Object, now: Duration) -> String {
    match object {
        Object::Eventfd(counter) => format!("eventfd-count: {:16x}\n", counter.count()),
        Object::Timerfd(timer) => of_timer(timer, now),
        Object::Signalfd(signals) => format!("sigmask:\t{signals:016x}\n"),
        Object::Inotify(watches) => watches.listing(),
        Object::Fanotify(group) => group.listing(),
        Object::Epoll(epoll) => of_set(epoll),
        Object::Pidfd(process) => format!("Pid:\t{0}\nNSpid:\t{0}\n", process.pid),
        _ => String::new(),
    }
}

fn of_timer(timer: &Timerfd, now: Duration) -> String {
    let (left, interval) = timer.setting(now);
    let [left, interval] =
        [left.unwrap_or_default(), interval].map(|time| format!("({}, {})", time.as_secs(), time.subsec_nanos()));
    format!(
        "clockid: {}\nticks: {}\nsettime flags: 00\nit_value: {left}\nit_interval: {interval}\n",
        timer.clock,
        timer.expirations()
    )
}

fn of_set(epoll: &Epoll) -> String {
    let set = epoll.set();
    let line = |((fd, _), interest): (&(u32, u64), &Interest)| {
        format!("tfd: {fd:8} events: {:8x} data: {:16x}\n", interest.events, interest.data)
    };
    set.interests.iter().map(line).collect()
}
