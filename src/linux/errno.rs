//! Error numbers of i386 Linux, and which of them a host's error becomes.

use std::{fmt, io};

use crate::memory::PageFault;

/// An error number as system calls return it, negated, in EAX.
#[derive(Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Errno(pub u32);

/// The lowest answer that programs take for an error.
pub const FIRST_ERROR: u32 = -4095_i32 as u32;

/// What a system call gives back.
pub type Answer = Result<u32, Errno>;

macro_rules! errors {
    ($($number:literal $name:ident $meaning:literal)*) => {
        impl Errno {
            $(#[doc = $meaning] pub const $name: Errno = Errno($number);)*

            /// Its name and what it means.
            pub fn describe(self) -> (&'static str, &'static str) {
                match self {
                    $(Errno::$name => (stringify!($name), $meaning),)*
                    _ => ("E?", "Unknown error"),
                }
            }
        }
    };
}

errors! {
    1 EPERM "Operation not permitted"
    2 ENOENT "No such file or directory"
    3 ESRCH "No such process"
    4 EINTR "Interrupted system call"
    5 EIO "Input/output error"
    6 ENXIO "No such device or address"
    7 E2BIG "Argument list too long"
    8 ENOEXEC "Exec format error"
    9 EBADF "Bad file descriptor"
    10 ECHILD "No child processes"
    11 EAGAIN "Resource temporarily unavailable"
    12 ENOMEM "Cannot allocate memory"
    13 EACCES "Permission denied"
    14 EFAULT "Bad address"
    15 ENOTBLK "Block device required"
    16 EBUSY "Device or resource busy"
    17 EEXIST "File exists"
    18 EXDEV "Invalid cross-device link"
    19 ENODEV "No such device"
    20 ENOTDIR "Not a directory"
    21 EISDIR "Is a directory"
    22 EINVAL "Invalid argument"
    23 ENFILE "Too many open files in system"
    24 EMFILE "Too many open files"
    25 ENOTTY "Inappropriate ioctl for device"
    26 ETXTBSY "Text file busy"
    27 EFBIG "File too large"
    28 ENOSPC "No space left on device"
    29 ESPIPE "Illegal seek"
    30 EROFS "Read-only file system"
    31 EMLINK "Too many links"
    32 EPIPE "Broken pipe"
    33 EDOM "Numerical argument out of domain"
    34 ERANGE "Numerical result out of range"
    35 EDEADLK "Resource deadlock avoided"
    36 ENAMETOOLONG "File name too long"
    37 ENOLCK "No locks available"
    38 ENOSYS "Function not implemented"
    39 ENOTEMPTY "Directory not empty"
    40 ELOOP "Too many levels of symbolic links"
    42 ENOMSG "No message of desired type"
    43 EIDRM "Identifier removed"
    61 ENODATA "No data available"
    71 EPROTO "Protocol error"
    75 EOVERFLOW "Value too large for defined data type"
    77 EBADFD "File descriptor in bad state"
    80 ELIBBAD "Accessing a corrupted shared library"
    84 EILSEQ "Invalid or incomplete multibyte or wide character"
    88 ENOTSOCK "Socket operation on non-socket"
    89 EDESTADDRREQ "Destination address required"
    90 EMSGSIZE "Message too long"
    91 EPROTOTYPE "Protocol wrong type for socket"
    92 ENOPROTOOPT "Protocol not available"
    93 EPROTONOSUPPORT "Protocol not supported"
    94 ESOCKTNOSUPPORT "Socket type not supported"
    95 EOPNOTSUPP "Operation not supported"
    97 EAFNOSUPPORT "Address family not supported by protocol"
    98 EADDRINUSE "Address already in use"
    99 EADDRNOTAVAIL "Cannot assign requested address"
    101 ENETUNREACH "Network is unreachable"
    103 ECONNABORTED "Software caused connection abort"
    104 ECONNRESET "Connection reset by peer"
    105 ENOBUFS "No buffer space available"
    106 EISCONN "Transport endpoint is already connected"
    107 ENOTCONN "Transport endpoint is not connected"
    109 ETOOMANYREFS "Too many references: cannot splice"
    110 ETIMEDOUT "Connection timed out"
    111 ECONNREFUSED "Connection refused"
    113 EHOSTUNREACH "No route to host"
    114 EALREADY "Operation already in progress"
    115 EINPROGRESS "Operation now in progress"
    116 ESTALE "Stale file handle"
    122 EDQUOT "Disk quota exceeded"
    125 ECANCELED "Operation canceled"
    126 ENOKEY "Required key not available"
    127 EKEYEXPIRED "Key has expired"
    128 EKEYREVOKED "Key has been revoked"
    130 EOWNERDEAD "Owner died"
    512 ERESTARTSYS "To be restarted if SA_RESTART is set"
    513 ERESTARTNOINTR "To be restarted"
    514 ERESTARTNOHAND "To be restarted if no handler"
    516 ERESTART_RESTARTBLOCK "Interrupted by signal"
}

impl Errno {
    /// Whether a call was interrupted, and delivery of the signal decides if it runs again or fails:
    /// the numbers from 512 on, which no program sees.
    pub fn restarts(self) -> bool {
        matches!(
            self,
            Errno::ERESTARTSYS | Errno::ERESTARTNOINTR | Errno::ERESTARTNOHAND | Errno::ERESTART_RESTARTBLOCK
        )
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.describe().0, self.0)
    }
}

impl From<PageFault> for Errno {
    /// A bad guest pointer.
    fn from(_: PageFault) -> Self {
        Errno::EFAULT
    }
}

impl From<io::Error> for Errno {
    /// On Linux hosts the numbers below 35 and most others agree with i386; elsewhere the kind
    /// decides.
    fn from(error: io::Error) -> Self {
        match error.raw_os_error().and_then(|number| u32::try_from(number).ok()) {
            Some(number @ 1..=133) if cfg!(target_os = "linux") => Errno(number),
            _ => from_kind(error.kind()),
        }
    }
}

fn from_kind(kind: io::ErrorKind) -> Errno {
    use io::ErrorKind as Kind;
    match kind {
        Kind::NotFound => Errno::ENOENT,
        Kind::PermissionDenied => Errno::EACCES,
        Kind::AlreadyExists => Errno::EEXIST,
        Kind::NotADirectory => Errno::ENOTDIR,
        Kind::IsADirectory => Errno::EISDIR,
        Kind::DirectoryNotEmpty => Errno::ENOTEMPTY,
        Kind::ReadOnlyFilesystem => Errno::EROFS,
        Kind::StorageFull => Errno::ENOSPC,
        Kind::QuotaExceeded => Errno::EDQUOT,
        Kind::FileTooLarge => Errno::EFBIG,
        Kind::ResourceBusy => Errno::EBUSY,
        Kind::TooManyLinks => Errno::EMLINK,
        Kind::CrossesDevices => Errno::EXDEV,
        Kind::NotSeekable => Errno::ESPIPE,
        Kind::InvalidInput => Errno::EINVAL,
        Kind::WouldBlock => Errno::EAGAIN,
        Kind::TimedOut => Errno::ETIMEDOUT,
        Kind::BrokenPipe => Errno::EPIPE,
        Kind::ConnectionRefused => Errno::ECONNREFUSED,
        Kind::ConnectionReset => Errno::ECONNRESET,
        Kind::ConnectionAborted => Errno::ECONNABORTED,
        Kind::NotConnected => Errno::ENOTCONN,
        Kind::AddrInUse => Errno::EADDRINUSE,
        Kind::AddrNotAvailable => Errno::EADDRNOTAVAIL,
        Kind::NetworkUnreachable => Errno::ENETUNREACH,
        Kind::HostUnreachable => Errno::EHOSTUNREACH,
        // What a signal interrupts on the host's side is run again, unless a handler says otherwise.
        Kind::Interrupted => Errno::ERESTARTSYS,
        Kind::Unsupported => Errno::EOPNOTSUPP,
        Kind::OutOfMemory => Errno::ENOMEM,
        // `Kind::InvalidFilename`, which can be named only since Rust 1.87.
        other if other.to_string() == "invalid filename" => Errno::EINVAL,
        _ => Errno::EIO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_name_that_the_host_cannot_have_is_invalid() {
        const ENAMETOOLONG: i32 = 36;
        assert_eq!(from_kind(io::Error::from_raw_os_error(ENAMETOOLONG).kind()), Errno::EINVAL);
    }
}
