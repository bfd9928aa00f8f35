//! The guest's clocks and random numbers, and what ends a guest from outside.

use std::time::{Duration, Instant};

use tab86::linux::{ClockSource, Config, Interrupt, Termination};

use crate::calls::call;
use crate::script::{self, BUFFER, Script};
use crate::{BASE, Ran, run, tiny};

/// Where results go: the page behind the code.
const DATA: u32 = BASE + 0x1000;

/// 1 January 2026, 00:00:00 UTC.
const EPOCH: u64 = 1_767_225_600;

/// Runs calls and prints the bytes at [`DATA`] as words.
fn words(calls: &[Vec<u8>], count: u32, change: impl FnOnce(&mut Config)) -> Vec<u32> {
    let code = [calls.concat(), call(252, &[0])].concat();
    let mut ran = run(&tiny(&code), change);
    let mut bytes = vec![0; 4 * count as usize];
    ran.machine.memory.read(DATA, &mut bytes).unwrap();
    bytes.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect()
}

fn virtual_clock(config: &mut Config) {
    config.clock = ClockSource::Virtual;
}

/// Bytes that store words at an address: `mov dword [address], value` each.
fn store(address: u32, values: &[u32]) -> Vec<u8> {
    let one = |(index, value): (usize, &u32)| {
        [vec![0xc7, 0x05], (address + 4 * index as u32).to_le_bytes().to_vec(), value.to_le_bytes().to_vec()].concat()
    };
    values.iter().enumerate().flat_map(one).collect()
}

#[test]
fn virtual_time_is_the_count_of_instructions() {
    // clock_gettime of the date and of the monotonic clock, gettimeofday, time: four instructions
    // before the first call's INT has ended (mov, mov, mov, int), four more before each other's.
    let calls = [call(265, &[0, DATA]), call(265, &[1, DATA + 8]), call(78, &[DATA + 16, 0]), call(13, &[DATA + 24])];
    let seen = words(&calls, 7, virtual_clock);
    let epoch = EPOCH as u32;
    assert_eq!(seen, [epoch, 4, 1000, 8, epoch, 0, epoch]);
}

#[test]
fn sleeping_advances_virtual_time_and_takes_none() {
    // nanosleep for a day, poll for 90 minutes, then the date and the time stamp counter.
    let sleeps = [store(DATA + 32, &[86_400, 5]), call(162, &[DATA + 32, 0]), call(168, &[0, 0, 90 * 60_000])];
    let looks = [call(265, &[0, DATA]), vec![0x0f, 0x31], vec![0xa3], (DATA + 8).to_le_bytes().to_vec()];
    let looks = [looks.concat(), vec![0x89, 0x15], (DATA + 12).to_le_bytes().to_vec()].concat();
    let start = Instant::now();
    let seen = words(&[sleeps.concat(), looks], 4, virtual_clock);
    assert!(start.elapsed() < Duration::from_secs(60), "a day takes no day");
    assert_eq!(u64::from(seen[0]), EPOCH + 86_400 + 5_400);
    // 2 stores, the 4, 5 and 4 instructions of three calls, and the 5 ns of the sleep.
    assert_eq!(seen[1], 2 + 4 + 5 + 4 + 5);
    let stamp = u64::from(seen[3]) << 32 | u64::from(seen[2]);
    assert_eq!(stamp, (86_400 + 5_400) * 1_000_000_000 + u64::from(seen[1]), "the TSC agrees with the clock");
}

#[test]
fn the_hosts_time_is_the_default() {
    let before = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as u32;
    let seen = words(&[call(13, &[DATA])], 1, |_| {});
    assert!((before..before + 60).contains(&seen[0]), "{} is not about {before}", seen[0]);
}

#[test]
fn one_seed_is_behind_every_random_number() {
    // AT_RANDOM's bytes lie on the stack; getrandom and RDRAND go to DATA.
    let code = [call(355, &[DATA, 8, 0]), vec![0x0f, 0xc7, 0xf0, 0xa3], (DATA + 8).to_le_bytes().to_vec()].concat();
    let random = |seed| words(std::slice::from_ref(&code), 3, |config| config.seed = seed);
    assert_eq!(random(1), random(1));
    for (one, other) in random(1).into_iter().zip(random(2)) {
        assert_ne!(one, other);
    }
    let [first, second, third] = random(3)[..] else { panic!() };
    assert!(first != third && second != third, "RDRAND and getrandom draw from one sequence");
}

#[test]
fn an_interrupt_ends_a_guest_that_runs_or_sleeps() {
    let forever = vec![0xeb, 0xfe];
    let asleep = [store(DATA, &[1_000_000, 0]), call(162, &[DATA, 0]), call(1, &[0])].concat();
    for code in [forever, asleep] {
        let interrupt = Interrupt::new().unwrap();
        let from_outside = interrupt.clone();
        let asking = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            from_outside.raise(2);
        });
        let Ran { exit, .. } = crate::run_for(u64::MAX, &tiny(&code), |config| config.interrupt = interrupt);
        assert_eq!(exit, Some(Termination::Signal(2)));
        asking.join().unwrap();
    }
}

#[test]
fn a_date_that_is_set_is_the_date() {
    // clock_settime back by a day, the date, the monotonic clock; stime, time.
    let sets = [store(DATA + 32, &[EPOCH as u32 - 86_400, 0]), call(264, &[0, DATA + 32]), call(265, &[0, DATA])];
    let more = [call(265, &[1, DATA + 8]), store(DATA + 32, &[2_000_000_000]), call(25, &[DATA + 32])];
    let seen = words(&[sets.concat(), more.concat(), call(13, &[DATA + 16])], 5, virtual_clock);
    assert_eq!((seen[0], seen[2], seen[4]), (EPOCH as u32 - 86_400, 1000, 2_000_000_000));
}

#[test]
fn a_clock_that_is_adjusted_goes_faster() {
    // adjtimex with a tick of a tenth more; nanosleep for 100 seconds; the date. The answer of a tick of 11,001 is kept.
    let adjusts = [store(DATA + 64, &[0x4000]), store(DATA + 64 + 44, &[11_000]), call(124, &[DATA + 64])];
    let sleeps = [store(DATA + 32, &[100, 0]), call(162, &[DATA + 32, 0]), call(265, &[0, DATA])];
    let wrong = [store(DATA + 64, &[0x4000]), store(DATA + 64 + 44, &[11_001]), call(124, &[DATA + 64]), vec![0xa3]];
    let wrong = [wrong.concat(), (DATA + 8).to_le_bytes().to_vec()].concat();
    let seen = words(&[adjusts.concat(), sleeps.concat(), wrong], 3, virtual_clock);
    assert_eq!((seen[0], seen[2] as i32), (EPOCH as u32 + 110, -22));
}

#[test]
fn timers_that_were_set_to_a_date_follow_it() {
    const SETTIME: u32 = 325;
    // The times of a timer, 100 seconds after the virtual world begins, and a date after that.
    let begins = 1_767_225_600;
    let script = Script::default().prepare(&[0, 0, begins + 100, 0, begins + 101, 0]);
    let script = script.call(322, &[0, 0x800]).call(SETTIME, &[0, 3, script::DATA, 0]).call(322, &[0, 0x800]);
    let script =
        script.call(SETTIME, &[3, 1, script::DATA, 0]).call(3, &[3, BUFFER, 8]).call(264, &[0, script::DATA + 16]);
    let script = script.call(3, &[0, BUFFER, 8]).call(3, &[3, BUFFER, 8]);
    let (answers, _) = script.run(|config| config.clock = ClockSource::Virtual);
    // EAGAIN before the date is set; then the timer that wants to be told is cancelled, and the other one has expired.
    assert_eq!(answers, [0, 0, 3, 0, -11, 0, -125, 8]);
}
