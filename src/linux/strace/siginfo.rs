//! What a signal says about its cause, `siginfo_t` (sigaction(2)), as `strace` prints it.

use crate::linux::abi::siginfo::{BUS, CLD, CLD_EXITED, FPE, ILL, POLL, SEGV, SI, SI_USER, SYS, TRAP};
use crate::linux::abi::signals::{SIGBUS, SIGCHLD, SIGFPE, SIGILL, SIGIO, SIGSEGV, SIGSYS, SIGTRAP};
use crate::linux::signals::{Siginfo, SiginfoFields};

use super::scalar;

/// The structure.
pub fn text(info: &Siginfo) -> String {
    let mut parts =
        vec![format!("si_signo={}", scalar::signal(info.signal)), format!("si_code={}", code(info.signal, info.code))];
    if info.error != 0 {
        parts.insert(1, format!("si_errno={}", info.error as i32));
    }
    parts.extend(fields(info));
    format!("{{{}}}", parts.join(", "))
}

/// A code means something for any signal, or for this one.
fn code(signal: u32, code: u32) -> String {
    let own = match signal {
        SIGILL => &ILL,
        SIGFPE => &FPE,
        SIGSEGV => &SEGV,
        SIGBUS => &BUS,
        SIGTRAP => &TRAP,
        SIGCHLD => &CLD,
        SIGIO => &POLL,
        SIGSYS => &SYS,
        _ => &SI,
    };
    let set = if SI.knows(code) { &SI } else { own };
    if set.knows(code) { scalar::names(set, u32::MAX, code) } else { (code as i32).to_string() }
}

fn fields(info: &Siginfo) -> Vec<String> {
    let value = |value: u32| format!("si_value={{sival_int={}, sival_ptr={}}}", value as i32, scalar::address(value));
    let sender = |pid: u32, uid: u32| vec![format!("si_pid={}", pid as i32), format!("si_uid={uid}")];
    match info.fields {
        // The kernel as the sender has nothing to add.
        SiginfoFields::Kill { pid: 0, uid: 0 } if info.code != SI_USER => Vec::new(),
        SiginfoFields::Kill { pid, uid } => sender(pid, uid),
        SiginfoFields::Queue { pid, uid, value: given } => [sender(pid, uid), vec![value(given)]].concat(),
        SiginfoFields::Timer { id, overrun, value: given } => {
            vec![format!("si_timerid={id:#x}"), format!("si_overrun={}", overrun as i32), value(given)]
        }
        SiginfoFields::Child { pid, uid, status, user_time, system_time } => {
            let status = if info.code == CLD_EXITED { (status as i32).to_string() } else { scalar::signal(status) };
            let rest =
                [format!("si_status={status}"), format!("si_utime={user_time}"), format!("si_stime={system_time}")];
            [sender(pid, uid), rest.to_vec()].concat()
        }
        SiginfoFields::Fault { address } => vec![format!("si_addr={}", scalar::address(address))],
        SiginfoFields::Poll { band, descriptor } => vec![format!("si_band={band:#x}"), format!("si_fd={descriptor}")],
        SiginfoFields::System { address, number, architecture } => vec![
            format!("si_call_addr={}", scalar::address(address)),
            format!("si_syscall={number:#x}"),
            format!("si_arch={architecture:#x}"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::siginfo::SEGV_MAPERR;

    #[test]
    fn each_cause_has_its_fields() {
        let shown = |info: Siginfo| text(&info);
        assert_eq!(
            shown(Siginfo::fault(SIGSEGV, SEGV_MAPERR, 0x10)),
            "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x10}"
        );
        assert_eq!(shown(Siginfo::user(10, 1000, 5)), "{si_signo=SIGUSR1, si_code=SI_USER, si_pid=1000, si_uid=5}");
        assert_eq!(shown(Siginfo::kernel(14)), "{si_signo=SIGALRM, si_code=SI_KERNEL}");
        assert_eq!(
            shown(Siginfo::queue(40, 1, 2, 3)),
            "{si_signo=SIGRT_8, si_code=SI_QUEUE, si_pid=1, si_uid=2, si_value={sival_int=3, sival_ptr=0x3}}"
        );
        let child = shown(Siginfo::child(CLD_EXITED, 7, 0, 3));
        assert_eq!(
            child,
            "{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=7, si_uid=0, si_status=3, si_utime=0, si_stime=0}"
        );
    }
}
