//! Calls on resource limits (getrlimit(2)).

use crate::instructions::Machine;
use crate::linux::abi::process::{Rlimit32, Rlimit64};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::process::INFINITY;

use super::call::Args;

/// The oldest form has signed 32-bit limits.
pub fn getrlimit(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    narrow(k, m, args, i32::MAX as u32)
}

pub fn ugetrlimit(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    narrow(k, m, args, u32::MAX)
}

fn narrow(k: &mut Kernel, m: &mut Machine, args: &Args, most: u32) -> Answer {
    let [soft, hard] = k.process.limits.get(args[0])?.map(|limit| limit.min(most.into()) as u32);
    guest::write(&mut m.memory, args[1], &Rlimit32 { rlim_cur: soft, rlim_max: hard })
}

pub fn setrlimit(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let Rlimit32 { rlim_cur, rlim_max } = guest::read(&mut m.memory, args[1])?;
    let wide = |limit| if limit == u32::MAX { INFINITY } else { u64::from(limit) };
    k.process.limits.set(args[0], [rlim_cur, rlim_max].map(wide)).map(|()| 0)
}

pub fn prlimit64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [process, resource, new, old, ..] = *args;
    if process != 0 && process != k.process.pid {
        return Err(Errno::ESRCH);
    }
    let [soft, hard] = k.process.limits.get(resource)?;
    if new != 0 {
        let Rlimit64 { rlim_cur, rlim_max } = guest::read(&mut m.memory, new)?;
        k.process.limits.set(resource, [rlim_cur, rlim_max])?;
    }
    guest::write_if(&mut m.memory, old, &Rlimit64 { rlim_cur: soft, rlim_max: hard })
}
