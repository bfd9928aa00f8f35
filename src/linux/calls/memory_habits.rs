//! What a process says of how it deals with memory, and is told again (prctl(2)).

use crate::linux::abi::capabilities::CAP_SYS_RESOURCE;
use crate::linux::abi::prctl::{
    PR_GET_IO_FLUSHER, PR_GET_THP_DISABLE, PR_MCE_KILL, PR_MCE_KILL_CLEAR, PR_MCE_KILL_DEFAULT, PR_MCE_KILL_GET,
    PR_MCE_KILL_SET, PR_SET_IO_FLUSHER, PR_SET_THP_DISABLE,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;

/// An option of prctl(2) with its arguments; EINVAL if it is none of these.
pub fn prctl(k: &mut Kernel, [option, value, third, fourth, fifth]: [u32; 5]) -> Answer {
    if let PR_SET_IO_FLUSHER | PR_GET_IO_FLUSHER = option {
        k.process.credentials.require(CAP_SYS_RESOURCE)?;
    }
    let habits = &mut k.process.habits;
    match (option, [third, fourth, fifth]) {
        (PR_SET_THP_DISABLE, [0, 0, 0]) => habits.no_large_pages = value != 0,
        (PR_GET_THP_DISABLE, [0, 0, 0]) if value == 0 => return Ok(habits.no_large_pages.into()),
        (PR_SET_IO_FLUSHER, [0, 0, 0]) if value <= 1 => habits.io_flusher = value == 1,
        (PR_GET_IO_FLUSHER, [0, 0, 0]) if value == 0 => return Ok(habits.io_flusher.into()),
        (PR_MCE_KILL, [0, 0, 0]) if value == PR_MCE_KILL_CLEAR => habits.failure_policy = None,
        (PR_MCE_KILL, [policy, 0, 0]) if value == PR_MCE_KILL_SET && policy <= PR_MCE_KILL_DEFAULT => {
            habits.failure_policy = Some(policy);
        }
        (PR_MCE_KILL_GET, [0, 0, 0]) if value == 0 => {
            return Ok(habits.failure_policy.unwrap_or(PR_MCE_KILL_DEFAULT));
        }
        _ => return Err(Errno::EINVAL),
    }
    Ok(0)
}
