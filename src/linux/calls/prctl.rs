//! What a process or thread sets of itself: prctl(2).

use crate::instructions::Machine;
use crate::linux::abi::capabilities::SECBIT_KEEP_CAPS;
use crate::linux::abi::prctl::{
    PR_CAP_AMBIENT, PR_CAPBSET_DROP, PR_CAPBSET_READ, PR_GET_CHILD_SUBREAPER, PR_GET_DUMPABLE, PR_GET_KEEPCAPS,
    PR_GET_NAME, PR_GET_NO_NEW_PRIVS, PR_GET_PDEATHSIG, PR_GET_SECCOMP, PR_GET_SECUREBITS, PR_GET_SPECULATION_CTRL,
    PR_GET_TID_ADDRESS, PR_GET_TIMERSLACK, PR_GET_TIMING, PR_GET_TSC, PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE,
    PR_SET_KEEPCAPS, PR_SET_NAME, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_SECUREBITS,
    PR_SET_SPECULATION_CTRL, PR_SET_SYSCALL_USER_DISPATCH, PR_SET_TIMERSLACK, PR_SET_TIMING, PR_SET_TSC,
    PR_SPEC_DISABLE, PR_SPEC_ENABLE, PR_SPEC_FORCE_DISABLE, PR_SPEC_INDIRECT_BRANCH, PR_SPEC_L1D_FLUSH,
    PR_SPEC_STORE_BYPASS, PR_SYS_DISPATCH_OFF, PR_TASK_PERF_EVENTS_DISABLE, PR_TASK_PERF_EVENTS_ENABLE, PR_TSC_ENABLE,
    PR_TSC_SIGSEGV, SECCOMP_MODE_FILTER, SECCOMP_MODE_STRICT,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::{capabilities, memory_habits, process, seccomp};

/// The highest signal.
const SIGNAL_MAX: u32 = 64;

pub fn prctl(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [option, value, third, fourth, fifth, _] = *args;
    let unused = [third, fourth, fifth] == [0; 3];
    match option {
        PR_SET_PDEATHSIG if value > SIGNAL_MAX => Err(Errno::EINVAL),
        PR_SET_PDEATHSIG => set(&mut k.process.death_signal, value),
        PR_GET_PDEATHSIG => guest::write(&mut m.memory, value, &k.process.death_signal),
        PR_SET_CHILD_SUBREAPER => set(&mut k.process.reaps_orphans, value != 0),
        PR_GET_CHILD_SUBREAPER => guest::write(&mut m.memory, value, &u32::from(k.process.reaps_orphans)),
        PR_GET_DUMPABLE => Ok(k.process.dumpable.into()),
        PR_SET_DUMPABLE if value > 1 => Err(Errno::EINVAL),
        PR_SET_DUMPABLE => set(&mut k.process.dumpable, value == 1),
        PR_SET_NO_NEW_PRIVS if value == 1 && unused => set(&mut k.thread.confinement.no_new_privileges, true),
        PR_GET_NO_NEW_PRIVS if value == 0 && unused => Ok(k.thread.confinement.no_new_privileges.into()),
        PR_GET_SECCOMP => Ok(k.thread.confinement.mode()),
        PR_SET_SECCOMP if value == SECCOMP_MODE_STRICT => seccomp::set_strict(k),
        PR_SET_SECCOMP if value == SECCOMP_MODE_FILTER => seccomp::add_filter(k, m, 0, third),
        PR_GET_TIMERSLACK => Ok(k.thread.timer_slack.unwrap_or(DEFAULT_SLACK)),
        PR_SET_TIMERSLACK => set(&mut k.thread.timer_slack, (value != 0).then_some(value)),
        PR_SET_TSC if value == PR_TSC_ENABLE || value == PR_TSC_SIGSEGV => {
            set(&mut m.cpu.tsc_disabled, value == PR_TSC_SIGSEGV)
        }
        PR_GET_TSC => {
            let told = if m.cpu.tsc_disabled { PR_TSC_SIGSEGV } else { PR_TSC_ENABLE };
            guest::write(&mut m.memory, value, &told)
        }
        // There are no counters of its that could be switched on or off.
        PR_TASK_PERF_EVENTS_DISABLE | PR_TASK_PERF_EVENTS_ENABLE => Ok(0),
        PR_GET_SPECULATION_CTRL if unused => speculation(value),
        PR_SET_SPECULATION_CTRL if [fourth, fifth] == [0; 2] => control_speculation(value, third),
        PR_SET_SYSCALL_USER_DISPATCH if value == PR_SYS_DISPATCH_OFF && unused => Ok(0),
        // Processor time is measured exactly, whoever asks (PR_TIMING_STATISTICAL is its name all the same).
        PR_GET_TIMING => Ok(0),
        PR_SET_TIMING if value == 0 => Ok(0),
        PR_GET_SECUREBITS => Ok(k.process.credentials.capabilities.secure_bits),
        PR_SET_SECUREBITS => capabilities::set_secure_bits(k, value),
        PR_GET_TID_ADDRESS => guest::write(&mut m.memory, value, &k.thread.clear_child_tid),
        PR_CAPBSET_READ => capabilities::is_bounded(k, value),
        PR_CAPBSET_DROP => capabilities::drop_bounded(k, value),
        PR_CAP_AMBIENT if [fourth, fifth] == [0; 2] => capabilities::ambient(k, value, third),
        PR_GET_KEEPCAPS => Ok(u32::from(k.process.credentials.capabilities.secure_bits & SECBIT_KEEP_CAPS != 0)),
        PR_SET_KEEPCAPS => capabilities::keep(k, value),
        PR_SET_NAME => {
            let name = guest::string(&mut m.memory, value)?;
            k.thread.set_name(&name);
            Ok(0)
        }
        PR_GET_NAME => guest::write(&mut m.memory, value, &process::padded::<16>(&k.thread.name)),
        _ => memory_habits::prctl(k, [option, value, third, fourth, fifth]),
    }
}

/// What processors of this kind do if nobody has told the kernel at its start to forbid it.
fn speculation(what: u32) -> Answer {
    match what {
        PR_SPEC_STORE_BYPASS | PR_SPEC_INDIRECT_BRANCH => Ok(PR_SPEC_ENABLE),
        PR_SPEC_L1D_FLUSH => Ok(PR_SPEC_FORCE_DISABLE),
        _ => Err(Errno::ENODEV),
    }
}

/// Nor can a program forbid it then.
fn control_speculation(what: u32, how: u32) -> Answer {
    match (what, how) {
        (PR_SPEC_STORE_BYPASS, _) => Err(Errno::ENXIO),
        (PR_SPEC_INDIRECT_BRANCH, PR_SPEC_ENABLE) => Ok(0),
        (PR_SPEC_INDIRECT_BRANCH, PR_SPEC_DISABLE | PR_SPEC_FORCE_DISABLE) => Err(Errno::EPERM),
        (PR_SPEC_INDIRECT_BRANCH, _) => Err(Errno::ERANGE),
        (PR_SPEC_L1D_FLUSH, _) => Err(Errno::EPERM),
        _ => Err(Errno::ENODEV),
    }
}

/// Nanoseconds by which a timer may be late, unless a thread says otherwise. Timers are not late here.
const DEFAULT_SLACK: u32 = 50_000;

fn set<T>(place: &mut T, value: T) -> Answer {
    *place = value;
    Ok(0)
}
