//! A timer as such: when it expires next, and how often (timer_settime(2), setitimer(2)).

use std::time::Duration;

/// What is left of a timer's time, if it is armed, and its interval.
pub type TimerSetting = (Option<Duration>, Duration);

/// A timer. All times are of one clock, which its owner knows.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Countdown {
    /// When it expires next; `None` while it is not armed.
    deadline: Option<Duration>,
    /// The time between two expirations; zero for one that expires once.
    interval: Duration,
    /// How often it would have expired before it was armed.
    missed: u64,
    /// Whether it was set to a date: it comes earlier or later when that is changed.
    follows_date: bool,
}

impl Countdown {
    /// A timer that expires after a time (zero is at once), and then at intervals.
    pub fn after(now: Duration, time: Duration, interval: Duration) -> Countdown {
        Countdown { deadline: Some(now.saturating_add(time)), interval, missed: 0, follows_date: false }
    }

    /// A timer that is not armed; it remembers its interval.
    pub fn disarmed(interval: Duration) -> Countdown {
        Countdown { deadline: None, interval, ..Countdown::default() }
    }

    /// The same timer, whose first moment was over so long ago when it was armed.
    pub fn late_by(self, late: Duration) -> Countdown {
        let missed = late.as_nanos().checked_div(self.interval.as_nanos()).unwrap_or(0);
        Countdown { missed: u64::try_from(missed).unwrap_or(u64::MAX), ..self }
    }

    /// The same timer, which was set to a date or was not.
    pub fn to_date(self, follows_date: bool) -> Countdown {
        Countdown { follows_date, ..self }
    }

    /// The date has been moved forward by nanoseconds, or else back.
    pub fn date_moved(&mut self, nanoseconds: i128) {
        if let Some(deadline) = self.deadline.filter(|_| self.follows_date) {
            let size = u64::try_from(nanoseconds.unsigned_abs()).map_or(Duration::MAX, Duration::from_nanos);
            let earlier = nanoseconds > 0;
            self.deadline = Some(if earlier { deadline.saturating_sub(size) } else { deadline.saturating_add(size) });
        }
    }

    /// The time between two expirations.
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// Whether it will expire.
    pub fn is_armed(&self) -> bool {
        self.deadline.is_some()
    }

    /// The moment of the next expiration; `None` if there will be none.
    pub fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// The time until the next expiration; `None` if there will be none.
    pub fn left(&self, now: Duration) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_sub(now))
    }

    /// How often it has expired since it was last asked.
    pub fn expire(&mut self, now: Duration) -> u64 {
        let Some(deadline) = self.deadline.filter(|deadline| *deadline <= now) else { return 0 };
        if self.interval.is_zero() {
            self.deadline = None;
            return 1;
        }
        let (late, interval) = ((now - deadline).as_nanos(), self.interval.as_nanos());
        let count = late / interval + 1;
        let next = deadline.as_nanos().saturating_add(count * interval);
        let nanoseconds = (next % 1_000_000_000) as u32;
        self.deadline = u64::try_from(next / 1_000_000_000).ok().map(|seconds| Duration::new(seconds, nanoseconds));
        u64::try_from(count).unwrap_or(u64::MAX).saturating_add(std::mem::take(&mut self.missed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(time: u64) -> Duration {
        Duration::from_millis(time)
    }

    #[test]
    fn one_that_repeats_counts_what_was_missed() {
        let mut timer = Countdown::after(ms(100), ms(10), ms(3));
        assert_eq!((timer.expire(ms(109)), timer.left(ms(109))), (0, Some(ms(1))));
        assert_eq!((timer.expire(ms(110)), timer.left(ms(110))), (1, Some(ms(3))));
        assert_eq!((timer.expire(ms(120)), timer.left(ms(120))), (3, Some(ms(2))));
    }

    #[test]
    fn one_that_is_late_counts_from_its_first_moment() {
        let mut timer = Countdown::after(ms(100), ms(0), ms(3)).late_by(ms(10));
        assert_eq!((timer.expire(ms(100)), timer.expire(ms(103))), (4, 1));
        assert_eq!(Countdown::after(ms(100), ms(0), Duration::ZERO).late_by(ms(10)).expire(ms(100)), 1);
    }

    #[test]
    fn one_that_was_set_to_a_date_follows_it() {
        let mut timer = Countdown::after(ms(0), ms(100), Duration::ZERO);
        timer.date_moved(50_000_000);
        assert_eq!(timer.left(ms(0)), Some(ms(100)));
        let mut timer = timer.to_date(true);
        timer.date_moved(50_000_000);
        assert_eq!(timer.left(ms(0)), Some(ms(50)));
        timer.date_moved(-1_000_000);
        assert_eq!((timer.expire(ms(50)), timer.expire(ms(51))), (0, 1));
    }

    #[test]
    fn one_that_does_not_repeat_is_over() {
        let mut timer = Countdown::after(ms(0), ms(0), Duration::ZERO);
        assert_eq!((timer.expire(ms(0)), timer.expire(ms(9)), timer.left(ms(9))), (1, 0, None));
        let mut never = Countdown::after(ms(1), Duration::MAX, Duration::MAX);
        assert_eq!(never.expire(ms(u64::MAX)), 0);
        let mut last = Countdown::after(ms(1), ms(1), Duration::MAX);
        assert_eq!((last.expire(ms(2)), last.expire(ms(3))), (1, 0), "the next one is beyond all times");
    }
}
