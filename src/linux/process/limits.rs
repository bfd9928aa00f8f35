//! Resource limits (getrlimit(2)). Those on resident memory, file locks and the time of real-time threads can be
//! set and read, and have no effect.

use crate::linux::abi::process::{
    RLIMIT_CORE, RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_NOFILE, RLIMIT_RTPRIO, RLIMIT_SIGPENDING,
    RLIMIT_STACK,
};
use crate::linux::errno::Errno;

use super::descriptors::Descriptors;

/// No limit.
pub const INFINITY: u64 = u64::MAX;

/// Most signals that wait in queues.
const SIGNALS_PENDING: u64 = 15_000;

/// Number of resources.
const COUNT: usize = 16;

/// The soft and the hard limit of each resource.
#[derive(Clone, Debug)]
pub struct ResourceLimits([[u64; 2]; COUNT]);

impl ResourceLimits {
    /// The limits of a new process with `stack` bytes of stack.
    pub fn new(stack: u32) -> ResourceLimits {
        let mut limits = [[INFINITY; 2]; COUNT];
        limits[RLIMIT_STACK as usize] = [stack.into(), INFINITY];
        limits[RLIMIT_CORE as usize] = [0, INFINITY];
        limits[RLIMIT_NOFILE as usize] = [1024, 4096];
        limits[RLIMIT_MEMLOCK as usize] = [8 << 20; 2];
        limits[RLIMIT_MSGQUEUE as usize] = [819_200; 2];
        limits[RLIMIT_SIGPENDING as usize] = [SIGNALS_PENDING; 2];
        limits[RLIMIT_NICE as usize] = [0; 2];
        limits[RLIMIT_RTPRIO as usize] = [0; 2];
        ResourceLimits(limits)
    }

    /// The soft and the hard limit of a resource.
    pub fn get(&self, resource: u32) -> Result<[u64; 2], Errno> {
        self.0.get(resource as usize).copied().ok_or(Errno::EINVAL)
    }

    /// The soft limit on the stack, as far as an address space has room for it.
    pub fn stack_size(&self) -> u32 {
        self.0[RLIMIT_STACK as usize][0].min(1 << 30) as u32
    }

    /// Sets both limits of a resource (setrlimit(2)). Only the privileged may raise the hard one, and nobody
    /// that of descriptors beyond what a table holds.
    pub fn set(&mut self, resource: u32, [soft, hard]: [u64; 2], privileged: bool) -> Result<(), Errno> {
        let limit = self.0.get_mut(resource as usize).ok_or(Errno::EINVAL)?;
        match *limit {
            _ if soft > hard => Err(Errno::EINVAL),
            _ if resource == RLIMIT_NOFILE && hard > Descriptors::LIMIT.into() => Err(Errno::EPERM),
            [_, highest] if hard > highest && !privileged => Err(Errno::EPERM),
            _ => {
                *limit = [soft, hard];
                Ok(())
            }
        }
    }

    /// The soft limit on descriptors: one past the highest number that a call may use.
    pub fn descriptors(&self) -> u32 {
        self.0[RLIMIT_NOFILE as usize][0].min(Descriptors::LIMIT.into()) as u32
    }
}
