//! Waiting with poll(2) for no longer than a time, on hosts that have it.
//!
//! Linux rounds the time of a poll up, by a thousandth of it and more (prctl(2), PR_SET_TIMERSLACK): a program that
//! sleeps a second would sleep five milliseconds too long. A timer that is a descriptor (timerfd_create(2)) becomes ready
//! on time.

use std::os::fd::BorrowedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// Waits until any of these is ready, for at most a time, or until a signal of the host comes; what each is ready for.
pub fn poll_for(files: &[(BorrowedFd, PollFlags)], time: Option<Duration>) -> Result<Vec<PollFlags>, Errno> {
    let timer = time.filter(|time| !time.is_zero()).and_then(timer);
    let mut waits: Vec<PollFd> = files.iter().map(|(file, events)| PollFd::from_borrowed_fd(*file, *events)).collect();
    waits.extend(timer.as_ref().map(|timer| PollFd::new(timer, PollFlags::IN)));
    let rounded = if timer.is_some() { None } else { time.and_then(|time| Timespec::try_from(time).ok()) };
    poll(&mut waits, rounded.as_ref())?;
    Ok(waits[..files.len()].iter().map(PollFd::revents).collect())
}

/// A descriptor that becomes readable after a time; `None` if the host has none left.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn timer(time: Duration) -> Option<std::os::fd::OwnedFd> {
    use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create, timerfd_settime};

    let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC).ok()?;
    let once = Itimerspec { it_interval: Timespec::default(), it_value: Timespec::try_from(time).ok()? };
    timerfd_settime(&timer, TimerfdTimerFlags::empty(), &once).ok()?;
    Some(timer)
}

/// Other hosts have no such descriptors.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn timer(_: Duration) -> Option<std::os::fd::OwnedFd> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::time::Instant;

    #[test]
    fn a_time_is_waited_for_and_not_rounded_down() {
        let (reader, _writer) = UnixStream::pair().unwrap();
        for time in [Duration::ZERO, Duration::from_nanos(1), Duration::from_millis(3)] {
            let start = Instant::now();
            assert_eq!(poll_for(&[(reader.as_fd(), PollFlags::IN)], Some(time)), Ok(vec![PollFlags::empty()]));
            assert!(start.elapsed() >= time);
        }
    }

    #[test]
    fn what_is_ready_ends_the_wait() {
        use std::io::Write;
        let (reader, mut writer) = UnixStream::pair().unwrap();
        writer.write_all(&[0]).unwrap();
        for time in [None, Some(Duration::from_secs(60))] {
            let ready = poll_for(&[(reader.as_fd(), PollFlags::IN), (writer.as_fd(), PollFlags::IN)], time);
            assert_eq!(ready, Ok(vec![PollFlags::IN, PollFlags::empty()]));
        }
    }
}
