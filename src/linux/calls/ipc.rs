//! ipc(2): one call for all of System V IPC, which the calls of their own do as well.

use crate::instructions::Machine;
use crate::linux::abi::ipc::{
    MSGCTL, MSGGET, MSGRCV, MSGSND, SEMCTL, SEMGET, SEMOP, SEMTIMEDOP, SHMAT, SHMCTL, SHMDT, SHMGET,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::ipc_status::split;
use super::{msg, sem, shm, timespec};

/// The upper half of the first argument is a version, for callers that are long gone.
pub fn ipc(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [call, first, second, third, pointer, fifth] = *args;
    let version = call >> 16;
    match call & 0xffff {
        SEMOP => sem::operate(k, m, [first, pointer, second], None),
        SEMTIMEDOP => sem::operate(k, m, [first, pointer, second], Some((fifth, timespec::read32))),
        SEMGET => sem::semget(k, m, &[first, second, third, 0, 0, 0]),
        SEMCTL => {
            let (command, form) = split(third);
            let argument = given(pointer).and_then(|pointer| guest::number(&mut m.memory, pointer))?;
            sem::control(k, m, [first, second, command, argument], form)
        }
        MSGSND => msg::msgsnd(k, m, &[first, pointer, second, third, 0, 0]),
        MSGRCV if version == 0 => {
            let [message, kind] = given(pointer).and_then(|pointer| guest::words(&mut m.memory, pointer))?;
            msg::msgrcv(k, m, &[first, message, second, kind, third, 0])
        }
        MSGRCV => msg::msgrcv(k, m, &[first, pointer, second, fifth, third, 0]),
        MSGGET => msg::msgget(k, m, &[first, second, 0, 0, 0, 0]),
        MSGCTL => {
            let (command, form) = split(second);
            msg::control(k, m, [first, command, pointer], form)
        }
        SHMAT if version == 1 => Err(Errno::EINVAL),
        SHMAT => {
            let address = shm::shmat(k, m, &[first, pointer, second, 0, 0, 0])?;
            guest::write(&mut m.memory, third, &address)
        }
        SHMDT => shm::shmdt(k, m, &[pointer, 0, 0, 0, 0, 0]),
        SHMGET => shm::shmget(k, m, &[first, second, third, 0, 0, 0]),
        SHMCTL => {
            let (command, form) = split(second);
            shm::control(k, m, [first, command, pointer], form)
        }
        _ => Err(Errno::ENOSYS),
    }
}

/// A pointer that must be there: EINVAL if it is not.
fn given(pointer: u32) -> Result<u32, Errno> {
    if pointer == 0 { Err(Errno::EINVAL) } else { Ok(pointer) }
}
