//! Bombs: memory, files, descriptors, threads, and whatever else the kernel keeps for who asks for it. Each ends
//! in the error that Linux gives, and the host gives tab86 no more than a multiple of `--memory`.

use crate::{attack, printed};

const ENOMEM: i32 = 12;
const EAGAIN: i32 = 11;
const E2BIG: i32 = 7;
const ENFILE: i32 = 23;
const EMFILE: i32 = 24;
const ENOSPC: i32 = 28;
const ENOLCK: i32 = 37;

/// Runs an attack until the kernel refuses, with a certain error.
fn ends_in(name: &str, error: i32) {
    let output = attack("hostile", &[name], &["--cwd", "/tmp"]);
    assert_eq!(printed(&output), format!("{error}\n"), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}

macro_rules! bombs {
    ($($(#[$what:meta])* $name:ident => $error:ident;)*) => {
        $(#[test] $(#[$what])* fn $name() { ends_in(stringify!($name), $error); })*
    };
}

bombs! {
    /// Directories in directories, deeper than the host's stack would follow.
    deep_directories => ENOMEM;
    /// Files without contents.
    many_files => ENFILE;
    /// Links with long targets.
    many_links => ENOMEM;
    /// A file that grows.
    file_bomb => ENOSPC;
    /// A file without a name that grows.
    memfd_bomb => ENOSPC;
    /// Mappings that are touched.
    mmap_bomb => ENOMEM;
    /// A heap that grows.
    brk_bomb => ENOMEM;
    /// Many processes that each fill what they may have.
    memory_of_many => ENOMEM;
    /// Processes that make processes.
    fork_bomb => EAGAIN;
    /// Threads that make threads.
    thread_bomb => EAGAIN;
    /// Copies of a descriptor.
    many_descriptors => EMFILE;
    /// Open files, where the limit of the process has been raised.
    descriptors_of_many => ENFILE;
    /// Pipes of a mebibyte each, full.
    pipe_bomb => ENFILE;
    /// Sets of as many semaphores as a set may have.
    semaphore_bomb => ENOMEM;
    /// Queues full of messages.
    message_bomb => ENOSPC;
    /// Locks on every other byte.
    lock_bomb => ENOLCK;
    /// Mappings of a page each that cannot be joined.
    region_bomb => ENOMEM;
    /// Signals that are blocked, and wait.
    signal_queue => EAGAIN;
    /// Timers.
    timer_bomb => EAGAIN;
    /// Arguments that do not fit on any stack.
    arguments => E2BIG;
}

/// Segments of shared memory that are touched: who does it when there is no memory left is killed.
#[test]
fn who_touches_more_than_there_is_gets_killed() {
    let output = attack("hostile", &["segments"], &["--backtrace=none"]);
    assert_eq!((printed(&output).as_str(), output.status.code()), ("", Some(128 + 9)));
}
