//! The system calls of i386 Linux: number, name, arguments and answer, and what answers. Each
//! family has a table of its own.
//!
//! What an argument is decides how `--strace` shows it. Flags of which the call knows `only` some,
//! and values that must be `one_of` those with names, are checked before the call: EINVAL.
//!
//! `sigreturn` has no arguments: it is given where the mask is in its frame, to be shown.
//!
//! Those that are known and answered by `unimplemented` (-ENOSYS) or `forbidden` (-EPERM) say so here. A number that is not listed is
//! -ENOSYS too.

mod events;
mod files;
mod ipc;
mod memory;
mod processes;
mod rows;
mod signals;
mod sockets;
mod system;
mod time;
mod users;

use std::sync::LazyLock;

use super::call::Call;

/// The tables of all families.
static FAMILIES: [&[(u32, Call)]; 10] = [
    events::CALLS,
    files::CALLS,
    ipc::CALLS,
    memory::CALLS,
    processes::CALLS,
    signals::CALLS,
    sockets::CALLS,
    system::CALLS,
    time::CALLS,
    users::CALLS,
];

/// The calls by their numbers.
static BY_NUMBER: LazyLock<Vec<Option<&'static Call>>> = LazyLock::new(|| {
    let all = || FAMILIES.into_iter().flatten();
    let last = all().map(|(number, _)| *number as usize).max().unwrap_or_default();
    let mut calls = vec![None; last + 1];
    all().for_each(|(number, call)| calls[*number as usize] = Some(call));
    calls
});

/// The call with this number.
pub fn find(number: u32) -> Option<&'static Call> {
    BY_NUMBER.get(number as usize).copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_means_one_call() {
        let mut numbers: Vec<u32> = FAMILIES.into_iter().flatten().map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        let twice: Vec<u32> = numbers.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        assert_eq!(twice, [0; 0]);
        assert_eq!(find(3).map(|call| call.signature.name), Some("read"));
        assert!(find(17).is_none() && find(u32::MAX).is_none());
    }
}
