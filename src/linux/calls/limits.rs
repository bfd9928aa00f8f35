//! Calls on resource limits.

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::process::{INFINITY, PID, Process};
use crate::linux::structure::Structure;

use super::call::Args;

/// The oldest form has signed limits.
pub fn getrlimit(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    narrow(p, m, args, i32::MAX as u32)
}

pub fn ugetrlimit(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    narrow(p, m, args, u32::MAX)
}

fn narrow(p: &mut Process, m: &mut Machine, args: &Args, most: u32) -> Answer {
    let [soft, hard] = p.limits.get(args[0])?.map(|limit| limit.min(most.into()) as u32);
    Structure::new().word(soft).word(hard).put(&mut m.memory, args[1])
}

pub fn setrlimit(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let limit = guest::words::<2>(&mut m.memory, args[1])?;
    let wide = |limit| if limit == u32::MAX { INFINITY } else { u64::from(limit) };
    p.limits.set(args[0], limit.map(wide)).map(|()| 0)
}

pub fn prlimit64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [process, resource, new, old, ..] = *args;
    if process != 0 && process != PID {
        return Err(Errno::ESRCH);
    }
    let [soft, hard] = p.limits.get(resource)?;
    if new != 0 {
        let limit = [guest::number(&mut m.memory, new)?, guest::number(&mut m.memory, new.wrapping_add(8))?];
        p.limits.set(resource, limit)?;
    }
    if old != 0 {
        Structure::new().long(soft).long(hard).put(&mut m.memory, old)?;
    }
    Ok(0)
}
