//! What a signal says about its cause (`siginfo_t`, sigaction(2)), and its 128 bytes in the memory of a
//! 32-bit program (`struct compat_siginfo`).

use crate::linux::abi::Encoded;
use crate::linux::abi::siginfo::{
    CLD_DUMPED, CLD_EXITED, CLD_KILLED, SI_KERNEL, SI_MESGQ, SI_QUEUE, SI_SIGIO, SI_TIMER, SI_TKILL, SI_USER,
    SIGINFO_SIZE,
};
use crate::linux::abi::signals::{SIGBUS, SIGCHLD, SIGFPE, SIGILL, SIGIO, SIGSEGV, SIGSYS, SIGTRAP};
use crate::linux::process::Termination;

/// A signal and its cause.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Siginfo {
    /// `si_signo`.
    pub signal: u32,
    /// `si_errno`: zero, but for what another program made up.
    pub error: u32,
    /// `si_code`.
    pub code: u32,
    /// What else it says.
    pub fields: SiginfoFields,
}

/// The fields that follow the code (`union _sifields`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SiginfoFields {
    /// The sending process and its user.
    Kill {
        /// `si_pid`.
        pid: u32,
        /// `si_uid`.
        uid: u32,
    },
    /// A timer of timer_create(2).
    Timer {
        /// `si_tid`: the timer's number.
        id: u32,
        /// `si_overrun`.
        overrun: u32,
        /// `si_value`.
        value: u32,
    },
    /// Sent with a value (sigqueue(3)).
    Queue {
        /// `si_pid`.
        pid: u32,
        /// `si_uid`.
        uid: u32,
        /// `si_value`.
        value: u32,
    },
    /// The state of a child has changed.
    Child {
        /// `si_pid`.
        pid: u32,
        /// `si_uid`.
        uid: u32,
        /// `si_status`: exit status or signal.
        status: u32,
        /// `si_utime`, in clock ticks.
        user_time: u32,
        /// `si_stime`, in clock ticks.
        system_time: u32,
    },
    /// A fault of the processor.
    Fault {
        /// `si_addr`.
        address: u32,
    },
    /// Something happened to a descriptor (fcntl(2), F_SETSIG).
    Poll {
        /// `si_band`.
        band: u32,
        /// `si_fd`.
        descriptor: u32,
    },
    /// A system call that was not allowed.
    System {
        /// `si_call_addr`.
        address: u32,
        /// `si_syscall`.
        number: u32,
        /// `si_arch`.
        architecture: u32,
    },
}

/// The layouts of the fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum SiginfoLayout {
    Kill,
    Timer,
    Queue,
    Child,
    Fault,
    Poll,
    System,
}

/// The layout that signal and code mean (`siginfo_layout` in the kernel).
fn layout(signal: u32, code: u32) -> SiginfoLayout {
    let (own, last) = match signal {
        SIGILL => (SiginfoLayout::Fault, 11),
        SIGFPE => (SiginfoLayout::Fault, 15),
        SIGSEGV => (SiginfoLayout::Fault, 10),
        SIGBUS => (SiginfoLayout::Fault, 5),
        SIGTRAP => (SiginfoLayout::Fault, 6),
        SIGCHLD => (SiginfoLayout::Child, 6),
        SIGIO => (SiginfoLayout::Poll, 6),
        SIGSYS => (SiginfoLayout::System, 2),
        _ => (SiginfoLayout::Kill, 0),
    };
    match code {
        SI_TIMER => SiginfoLayout::Timer,
        SI_SIGIO => SiginfoLayout::Poll,
        code if (code as i32) < 0 => SiginfoLayout::Queue,
        code if code != SI_USER && code <= last => own,
        // The codes of SIGIO, by whatever signal F_SETSIG chose.
        1..=6 => SiginfoLayout::Poll,
        _ => SiginfoLayout::Kill,
    }
}

impl Siginfo {
    pub fn new(signal: u32, code: u32, fields: SiginfoFields) -> Siginfo {
        Siginfo { signal, error: 0, code, fields }
    }

    /// Sent by kill(2).
    pub fn user(signal: u32, pid: u32, uid: u32) -> Siginfo {
        Siginfo::new(signal, SI_USER, SiginfoFields::Kill { pid, uid })
    }

    /// Sent to one thread by tkill(2) or tgkill(2).
    pub fn tkill(signal: u32, pid: u32, uid: u32) -> Siginfo {
        Siginfo::new(signal, SI_TKILL, SiginfoFields::Kill { pid, uid })
    }

    /// Sent by the kernel itself, without more to say (`SEND_SIG_PRIV`).
    pub fn kernel(signal: u32) -> Siginfo {
        Siginfo::new(signal, SI_KERNEL, SiginfoFields::Kill { pid: 0, uid: 0 })
    }

    /// Caused by an instruction.
    pub fn fault(signal: u32, code: u32, address: u32) -> Siginfo {
        Siginfo::new(signal, code, SiginfoFields::Fault { address })
    }

    /// Sent by a timer of timer_create(2).
    pub fn timer(signal: u32, id: u32, value: u32) -> Siginfo {
        Siginfo::new(signal, SI_TIMER, SiginfoFields::Timer { id, overrun: 0, value })
    }

    /// Sent with a value, as sigqueue(3) does.
    pub fn queue(signal: u32, pid: u32, uid: u32, value: u32) -> Siginfo {
        Siginfo::new(signal, SI_QUEUE, SiginfoFields::Queue { pid, uid, value })
    }

    /// A message has come to a queue that was empty (mq_notify(3)).
    pub fn message(signal: u32, pid: u32, uid: u32, value: u32) -> Siginfo {
        Siginfo::new(signal, SI_MESGQ, SiginfoFields::Queue { pid, uid, value })
    }

    /// The state of a child has changed; the code is one of `CLD`.
    pub fn child(code: u32, pid: u32, uid: u32, status: u32) -> Siginfo {
        Siginfo::new(SIGCHLD, code, SiginfoFields::Child { pid, uid, status, user_time: 0, system_time: 0 })
    }

    /// A child has ended.
    pub fn ended(exit: Termination, dumped: bool, pid: u32, uid: u32) -> Siginfo {
        let (code, status) = match exit {
            Termination::Status(status) => (CLD_EXITED, status),
            Termination::Signal(signal) if dumped => (CLD_DUMPED, signal),
            Termination::Signal(signal) => (CLD_KILLED, signal),
        };
        Siginfo::child(code, pid, uid, status.into())
    }

    /// Its bytes.
    pub fn to_bytes(self) -> [u8; SIGINFO_SIZE] {
        use SiginfoFields as Fields;
        let head = [self.signal, self.error, self.code];
        let fields = match self.fields {
            Fields::Kill { pid, uid } => [pid, uid, 0, 0, 0],
            Fields::Timer { id, overrun, value } => [id, overrun, value, 0, 0],
            Fields::Queue { pid, uid, value } => [pid, uid, value, 0, 0],
            Fields::Child { pid, uid, status, user_time, system_time } => [pid, uid, status, user_time, system_time],
            Fields::Fault { address } => [address, 0, 0, 0, 0],
            Fields::Poll { band, descriptor } => [band, descriptor, 0, 0, 0],
            Fields::System { address, number, architecture } => [address, number, architecture, 0, 0],
        };
        let words = head.iter().chain(&fields).flat_map(|word| word.to_le_bytes());
        let mut bytes = [0; SIGINFO_SIZE];
        bytes.iter_mut().zip(words).for_each(|(byte, value)| *byte = value);
        bytes
    }

    /// From bytes that a program made up. What its layout does not have is lost.
    pub fn from_bytes(mut bytes: &[u8]) -> Siginfo {
        use SiginfoFields as Fields;
        let [signal, error, code, a, b, c, d, e] = <[u32; 8]>::decode(&mut bytes);
        let fields = match layout(signal, code) {
            SiginfoLayout::Kill => Fields::Kill { pid: a, uid: b },
            // Linux keeps the two apart, and writes them alike.
            SiginfoLayout::Queue => Fields::Queue { pid: a, uid: b, value: c },
            SiginfoLayout::Timer => Fields::Timer { id: a, overrun: b, value: c },
            SiginfoLayout::Child => Fields::Child { pid: a, uid: b, status: c, user_time: d, system_time: e },
            SiginfoLayout::Fault => Fields::Fault { address: a },
            SiginfoLayout::Poll => Fields::Poll { band: a, descriptor: b },
            SiginfoLayout::System => Fields::System { address: a, number: b, architecture: c },
        };
        Siginfo { signal, error, code, fields }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::siginfo::{CLD_EXITED, SEGV_MAPERR};

    #[test]
    fn bytes_say_the_same() {
        let all = [
            Siginfo::user(10, 1, 2),
            Siginfo::kernel(14),
            Siginfo::fault(SIGSEGV, SEGV_MAPERR, 0x1234),
            Siginfo::timer(34, 3, 4),
            Siginfo::queue(40, 5, 6, 7),
            Siginfo::child(CLD_EXITED, 8, 9, 10),
            Siginfo::new(SIGIO, 1, SiginfoFields::Poll { band: 0x41, descriptor: 5 }),
            Siginfo::new(SIGSYS, 1, SiginfoFields::System { address: 1, number: 2, architecture: 0x4000_0003 }),
        ];
        for info in all {
            assert_eq!(Siginfo::from_bytes(&info.to_bytes()), info);
        }
        let bytes = Siginfo::child(CLD_EXITED, 8, 9, 10).to_bytes();
        assert_eq!(bytes[..24], [17, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, 10, 0, 0, 0]);
    }

    #[test]
    fn the_code_decides_what_the_fields_are() {
        assert_eq!(layout(SIGSEGV, SI_KERNEL), SiginfoLayout::Kill);
        assert_eq!(layout(SIGSEGV, SI_USER), SiginfoLayout::Kill);
        assert_eq!(layout(SIGSEGV, SI_TKILL), SiginfoLayout::Queue);
        assert_eq!(layout(40, 1), SiginfoLayout::Poll, "F_SETSIG chose another signal than SIGIO");
        assert_eq!(layout(SIGCHLD, 7), SiginfoLayout::Kill, "no code of a child");
    }
}
