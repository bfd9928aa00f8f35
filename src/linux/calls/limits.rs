//! Resource limits: kept and told, as far as they mean anything here.

use crate::instructions::Machine;
use crate::linux::descriptors::Descriptors;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest::{self, Record};
use crate::linux::kernel::Kernel;

use super::Args;
use super::process::PID;

const INFINITY: u64 = u64::MAX;

/// How many resources there are.
const COUNT: usize = 16;

const STACK: usize = 3;
const CORE: usize = 4;
const NOFILE: usize = 7;

/// The soft and the hard limit of each resource.
#[derive(Clone, Debug)]
pub struct Limits([[u64; 2]; COUNT]);

impl Limits {
    /// Those of a fresh process.
    pub fn new(stack: u32) -> Limits {
        let mut limits = [[INFINITY; 2]; COUNT];
        limits[STACK] = [stack.into(), INFINITY];
        limits[CORE] = [0, INFINITY];
        limits[NOFILE] = [Descriptors::LIMIT.into(); 2];
        // Locked memory, message queues, niceness and real-time priority.
        limits[8] = [8 << 20; 2];
        limits[12] = [819_200; 2];
        limits[13] = [0; 2];
        limits[14] = [0; 2];
        Limits(limits)
    }

    fn get(&self, resource: u32) -> Result<[u64; 2], Errno> {
        self.0.get(resource as usize).copied().ok_or(Errno::EINVAL)
    }

    fn set(&mut self, resource: u32, [soft, hard]: [u64; 2]) -> Result<(), Errno> {
        let limit = self.0.get_mut(resource as usize).ok_or(Errno::EINVAL)?;
        match *limit {
            _ if soft > hard => Err(Errno::EINVAL),
            [_, highest] if hard > highest => Err(Errno::EPERM),
            _ => {
                *limit = [soft, hard];
                Ok(())
            }
        }
    }
}

/// The oldest form has signed limits.
pub fn getrlimit(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    narrow(k, m, args, i32::MAX as u32)
}

pub fn ugetrlimit(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    narrow(k, m, args, u32::MAX)
}

fn narrow(k: &mut Kernel, m: &mut Machine, args: &Args, most: u32) -> Answer {
    let [soft, hard] = k.limits.get(args[0])?.map(|limit| limit.min(most.into()) as u32);
    Record::new().word(soft).word(hard).put(&mut m.memory, args[1])
}

pub fn setrlimit(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let limit = guest::words::<2>(&mut m.memory, args[1])?;
    let wide = |limit| if limit == u32::MAX { INFINITY } else { u64::from(limit) };
    k.limits.set(args[0], limit.map(wide)).map(|()| 0)
}

pub fn prlimit64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [process, resource, new, old, ..] = *args;
    if process != 0 && process != PID {
        return Err(Errno::ESRCH);
    }
    let [soft, hard] = k.limits.get(resource)?;
    if new != 0 {
        let limit = [guest::number(&mut m.memory, new)?, guest::number(&mut m.memory, new.wrapping_add(8))?];
        k.limits.set(resource, limit)?;
    }
    if old != 0 {
        Record::new().long(soft).long(hard).put(&mut m.memory, old)?;
    }
    Ok(0)
}

impl Kernel {
    /// One past the highest descriptor that may be asked for.
    pub(super) fn descriptors_limit(&self) -> u32 {
        self.limits.0[NOFILE][0].min(Descriptors::LIMIT.into()) as u32
    }
}
