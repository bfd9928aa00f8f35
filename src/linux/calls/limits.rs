//! Calls on resource limits (getrlimit(2)).

use crate::instructions::Machine;
use crate::linux::abi::process::{Rlimit32, Rlimit64};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::process::{INFINITY, PID, Process};

use super::call::Args;

/// The oldest form has signed 32-bit limits.
pub fn getrlimit(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    narrow(p, m, args, i32::MAX as u32)
}

pub fn ugetrlimit(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    narrow(p, m, args, u32::MAX)
}

fn narrow(p: &mut Process, m: &mut Machine, args: &Args, most: u32) -> Answer {
    let [soft, hard] = p.limits.get(args[0])?.map(|limit| limit.min(most.into()) as u32);
    guest::write(&mut m.memory, args[1], &Rlimit32 { rlim_cur: soft, rlim_max: hard })
}

pub fn setrlimit(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let Rlimit32 { rlim_cur, rlim_max } = guest::read(&mut m.memory, args[1])?;
    let wide = |limit| if limit == u32::MAX { INFINITY } else { u64::from(limit) };
    p.limits.set(args[0], [rlim_cur, rlim_max].map(wide)).map(|()| 0)
}

pub fn prlimit64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [process, resource, new, old, ..] = *args;
    if process != 0 && process != PID {
        return Err(Errno::ESRCH);
    }
    let [soft, hard] = p.limits.get(resource)?;
    if new != 0 {
        let Rlimit64 { rlim_cur, rlim_max } = guest::read(&mut m.memory, new)?;
        p.limits.set(resource, [rlim_cur, rlim_max])?;
    }
    guest::write_if(&mut m.memory, old, &Rlimit64 { rlim_cur: soft, rlim_max: hard })
}
