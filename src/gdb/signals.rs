//! The numbers that gdb has for signals (`include/gdb/signals.def` of gdb), which are the same for all hosts.

/// gdb's numbers of signals 1 to 31 of Linux.
const NUMBERS: [u8; 31] = [
    1, 2, 3, 4, 5, 6, 10, 8, 9, 30, 11, 31, 13, 14, 15, UNKNOWN, 20, 19, 17, 18, 21, 22, 16, 24, 25, 26, 27, 28, 23,
    32, 12,
];

/// A signal that gdb has no name for.
const UNKNOWN: u8 = 143;

/// gdb's number of a signal.
pub fn to_gdb(signal: u32) -> u8 {
    match signal {
        1..=31 => NUMBERS[signal as usize - 1],
        32 => 77,
        33..=63 => signal as u8 + 12,
        64 => 78,
        _ => UNKNOWN,
    }
}

/// The signal with one of gdb's numbers.
pub fn from_gdb(number: u8) -> Option<u32> {
    (1..=64).find(|signal| to_gdb(*signal) == number && number != UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_back() {
        for signal in (1..=64).filter(|signal| *signal != 16) {
            assert_eq!(from_gdb(to_gdb(signal)), Some(signal));
        }
        assert_eq!((to_gdb(10), to_gdb(17), to_gdb(34)), (30, 20, 46));
        assert_eq!((from_gdb(0), from_gdb(UNKNOWN)), (None, None));
    }
}
