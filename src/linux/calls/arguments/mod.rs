//! The arguments that the table of calls is written with. Those that depend on another are in `choices`,
//! those of sockets in `sockets`.

mod choices;
mod sockets;

use crate::linux::abi::epoll::EpollEvent;
use crate::linux::abi::ipc_status::Sembuf;
use crate::linux::abi::signal_frame::{FrameMask, OldFrameMask};
use crate::linux::abi::status::{OldStat, Stat32, Stat64, Statfs32, Statfs64, Statx};
use crate::linux::abi::{CallArgument, Count, Encoded, Meaning, NameSet, files, poll, process, signals};

pub use choices::{
    FCNTL_ANSWER, FCNTL_ARGUMENT, FIXED_ADDRESS, FUTEX_LIMIT, FUTEX_LIMIT64, IOCTL_ARGUMENT, PRCTL_ARGUMENT, creation,
};
pub use sockets::{PROTOCOL, SOCKET_ADDRESS_STORED, SOCKET_OPTION, socket_address};

/// A signed number, such as a descriptor or the number of a process.
pub const INT: CallArgument = CallArgument::Value(Meaning::Signed);
/// An unsigned number, such as a size.
pub const UINT: CallArgument = CallArgument::Value(Meaning::Unsigned);
/// Bits, in hexadecimal.
pub const HEX: CallArgument = CallArgument::Value(Meaning::Hex);
/// An address, or a pointer that nobody follows.
pub const ADDRESS: CallArgument = CallArgument::Value(Meaning::Address);
/// A zero-terminated string.
pub const PATH: CallArgument = CallArgument::In(Meaning::Text);
/// A descriptor of a directory.
pub const DIRECTORY: CallArgument = CallArgument::Value(Meaning::Directory);
/// A file's mode.
pub const MODE: CallArgument = CallArgument::Value(Meaning::Mode);
/// A device's number.
pub const DEVICE: CallArgument = CallArgument::Value(Meaning::Device);
/// A file position in pages.
pub const PAGES: CallArgument = CallArgument::Value(Meaning::Pages);
/// A signal.
pub const SIGNUM: CallArgument = flags(&signals::SIGNAL);
/// A signal that the call answers.
pub const SIGNUM_ANSWER: CallArgument = CallArgument::Value(Meaning::Unless(&signals::SIGNAL));
/// What a signal says about its cause, which the call reads.
pub const SIGINFO_READ: CallArgument = CallArgument::In(Meaning::Siginfo);
/// What it says about the signal that the call has taken.
pub const SIGINFO_STORED: CallArgument = CallArgument::Out(Meaning::Siginfo);
/// The frame of a signal that is left.
pub const FRAME: CallArgument = read::<FrameMask>();
/// The same in the older form.
pub const OLD_FRAME: CallArgument = read::<OldFrameMask>();
/// A set of the first 32 signals, as a number.
pub const OLD_MASK: CallArgument = CallArgument::Value(Meaning::OldSignals);
/// A signal's handler.
pub const HANDLER: CallArgument = CallArgument::Value(Meaning::Handler);
/// A 64-bit position or size in two arguments.
pub const WIDE: CallArgument = CallArgument::Wide;
/// The same with the upper half first.
pub const WIDE_HIGH_FIRST: CallArgument = CallArgument::WideHighFirst;
/// Data that the call fills, as much as it answers.
pub const FILLED: CallArgument = CallArgument::Out(Meaning::Bytes(Count::Answer));
/// A number that the call stores.
pub const STORED: CallArgument = CallArgument::Out(Meaning::Signed);
/// A set of 64 signals that the call reads, and one that it stores.
pub const SIGNALS: CallArgument = CallArgument::In(Meaning::Signals);
/// A set of signals that the call stores.
pub const SIGNALS_STORED: CallArgument = CallArgument::Out(Meaning::Signals);
/// The same for the old calls, which know 32 signals.
pub const OLD_SIGNALS: CallArgument = CallArgument::In(Meaning::OldSignals);
/// What they store.
pub const OLD_SIGNALS_STORED: CallArgument = CallArgument::Out(Meaning::OldSignals);
/// Characters that the call stores, up to a zero.
pub const TEXT: CallArgument = CallArgument::Out(Meaning::Text);
/// A file position that the call uses and moves on.
pub const POSITION: CallArgument = CallArgument::InOut(i64::MEANING, i64::MEANING);
/// The same of 32 bits.
pub const OLD_POSITION: CallArgument = CallArgument::InOut(Meaning::Signed, Meaning::Signed);
/// Directory entries.
pub const ENTRIES: CallArgument = CallArgument::Out(Meaning::Entries(16));
/// The same in the old form.
pub const OLD_ENTRIES: CallArgument = CallArgument::Out(Meaning::Entries(8));
/// Both ends of a pipe.
pub const PIPE_ENDS: CallArgument = fill::<[i32; 2]>();
/// A number that the call reads.
pub const GIVEN: CallArgument = CallArgument::In(Meaning::Signed);
/// A set of processors that the call reads.
pub const AFFINITY_READ: CallArgument = CallArgument::In(Meaning::Hex);
/// A set of processors that it stores.
pub const AFFINITY: CallArgument = CallArgument::Out(Meaning::Hex);
/// The flags of the calls that give a file's status.
pub const STAT_FLAGS: CallArgument = only(
    &files::AT,
    files::AT_SYMLINK_NOFOLLOW
        | files::AT_NO_AUTOMOUNT
        | files::AT_EMPTY_PATH
        | files::AT_STATX_FORCE_SYNC
        | files::AT_STATX_DONT_SYNC,
);
/// What a call answers that says how many descriptors are ready.
pub const READY: CallArgument = CallArgument::Value(Meaning::Ready);

/// Flags, or a value of an enumeration, of which the call sees to unknown ones itself.
pub const fn flags(set: &'static NameSet) -> CallArgument {
    CallArgument::Value(Meaning::Names(set))
}

/// Flags of which the call knows these alone.
pub const fn only(set: &'static NameSet, known: u32) -> CallArgument {
    CallArgument::Only(set, known)
}

/// Flags of which the call knows all that have names.
pub const fn all(set: &'static NameSet) -> CallArgument {
    CallArgument::Only(set, set.bits())
}

/// A value of an enumeration; the call refuses what is not in it.
pub const fn one_of(set: &'static NameSet) -> CallArgument {
    CallArgument::OneOf(set)
}

/// Data of which another argument tells the size.
pub const fn data(size: usize) -> CallArgument {
    CallArgument::In(Meaning::Bytes(Count::Argument(size)))
}

/// A structure that the call reads.
pub const fn read<T: Encoded>() -> CallArgument {
    CallArgument::In(T::MEANING)
}

/// A structure that the call fills.
pub const fn fill<T: Encoded>() -> CallArgument {
    CallArgument::Out(T::MEANING)
}

/// A set of descriptors below the number in the first argument.
pub const DESCRIPTORS: CallArgument =
    CallArgument::InOut(Meaning::Descriptors(Count::Argument(0)), Meaning::Descriptors(Count::Argument(0)));

/// The parts of a scattered write and read; the next argument counts them.
pub const GATHERED: CallArgument = CallArgument::In(Meaning::Vectors(Count::Argument(2)));
/// The parts of a scattered read.
pub const SCATTERED: CallArgument = CallArgument::Out(Meaning::Vectors(Count::Argument(2)));

/// A file's status, in each of its forms.
pub const STAT32: CallArgument = CallArgument::Out(Meaning::Status(&Stat32::LAYOUT));
/// The oldest form.
pub const OLD_STAT: CallArgument = CallArgument::Out(Meaning::Status(&OldStat::LAYOUT));
/// The form with 64-bit sizes.
pub const STAT64: CallArgument = CallArgument::Out(Meaning::Status(&Stat64::LAYOUT));
/// The form of `statx`.
pub const STATX_STATUS: CallArgument =
    CallArgument::Out(Meaning::Summary(&Statx::LAYOUT, &["stx_mask", "stx_attributes", "stx_mode", "stx_size"]));
/// A file system's status.
pub const STATFS32: CallArgument = fill::<Statfs32>();
/// The form with 64-bit counts.
pub const STATFS64: CallArgument = fill::<Statfs64>();

/// Descriptors to wait for, as many as the second argument says.
pub const POLLFDS: CallArgument = CallArgument::InOut(
    Meaning::List(&Meaning::Fields(&poll::Pollfd::LAYOUT, &["fd", "events"]), Count::Argument(1)),
    Meaning::List(&Meaning::Fields(&poll::Pollfd::LAYOUT, &["fd", "revents"]), Count::Argument(1)),
);

/// Events that were reported, as many as the call answers.
pub const EPOLL_EVENTS: CallArgument = CallArgument::Out(Meaning::List(&EpollEvent::MEANING, Count::Answer));

/// Futexes to wait at, as many as the second argument says.
pub const WAITERS: CallArgument = CallArgument::In(Meaning::List(&process::FutexWaitv::MEANING, Count::Argument(1)));

/// A segment that gets a number.
pub const USER_DESC: CallArgument = CallArgument::InOut(
    Meaning::Structure(&process::UserDesc::LAYOUT),
    Meaning::Fields(&process::UserDesc::LAYOUT, &["entry_number"]),
);

/// A segment that has one.
pub const USER_DESC_STORED: CallArgument = fill::<process::UserDesc>();

/// What a program does about a signal, as `strace` orders it.
const ACTION: &[&str] = &["sa_handler", "sa_mask", "sa_flags", "sa_restorer"];
/// An action that the call reads.
pub const ACTION_READ: CallArgument = CallArgument::In(Meaning::Fields(&signals::Sigaction::LAYOUT, ACTION));
/// An action that the call stores.
pub const ACTION_STORED: CallArgument = CallArgument::Out(Meaning::Fields(&signals::Sigaction::LAYOUT, ACTION));

/// The names of the system.
pub const UTSNAME: CallArgument =
    CallArgument::Out(Meaning::Summary(&process::Utsname::LAYOUT, &["sysname", "nodename"]));

/// Operations on semaphores, as many as the third argument says.
pub const OPERATIONS: CallArgument = CallArgument::In(Meaning::List(&Sembuf::MEANING, Count::Argument(2)));
