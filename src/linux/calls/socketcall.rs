//! socketcall(2): one number for all calls on sockets, whose arguments lie in memory.

use crate::instructions::Machine;
use crate::linux::abi::sockets::socketcall::{
    SYS_ACCEPT, SYS_ACCEPT4, SYS_BIND, SYS_CONNECT, SYS_GETPEERNAME, SYS_GETSOCKNAME, SYS_GETSOCKOPT, SYS_LISTEN,
    SYS_RECV, SYS_RECVFROM, SYS_RECVMMSG, SYS_RECVMSG, SYS_SEND, SYS_SENDMMSG, SYS_SENDMSG, SYS_SENDTO, SYS_SETSOCKOPT,
    SYS_SHUTDOWN, SYS_SOCKET, SYS_SOCKETPAIR,
};
use crate::linux::errno::Errno;
use crate::linux::guest;

use super::call::Args;

/// The number of `socketcall`.
const SOCKETCALL: u32 = 102;

/// Each call of `socketcall`, the number of the same call by itself, and how many arguments it has. `accept`,
/// `send` and `recv` are none by themselves: with further arguments that are zero they are `accept4`, `sendto` and
/// `recvfrom`.
static CALLS: [(u32, u32, usize); 20] = [
    (SYS_SOCKET, 359, 3),
    (SYS_BIND, 361, 3),
    (SYS_CONNECT, 362, 3),
    (SYS_LISTEN, 363, 2),
    (SYS_ACCEPT, 364, 3),
    (SYS_GETSOCKNAME, 367, 3),
    (SYS_GETPEERNAME, 368, 3),
    (SYS_SOCKETPAIR, 360, 4),
    (SYS_SEND, 369, 4),
    (SYS_RECV, 371, 4),
    (SYS_SENDTO, 369, 6),
    (SYS_RECVFROM, 371, 6),
    (SYS_SHUTDOWN, 373, 2),
    (SYS_SETSOCKOPT, 366, 5),
    (SYS_GETSOCKOPT, 365, 5),
    (SYS_SENDMSG, 370, 3),
    (SYS_RECVMSG, 372, 3),
    (SYS_ACCEPT4, 364, 4),
    (SYS_RECVMMSG, 337, 5),
    (SYS_SENDMMSG, 345, 4),
];

/// The call that is meant, and its arguments; EINVAL if there is none, EFAULT if they cannot be read.
pub fn resolved(m: &mut Machine, number: u32, args: &Args) -> Result<(u32, Args), Errno> {
    if number != SOCKETCALL {
        return Ok((number, *args));
    }
    let [call, at, ..] = *args;
    let (_, number, count) = CALLS.iter().find(|(known, ..)| *known == call).ok_or(Errno::EINVAL)?;
    let mut words = [0; 6];
    for (index, word) in words.iter_mut().take(*count).enumerate() {
        *word = guest::number(&mut m.memory, at.wrapping_add(4 * index as u32))?;
    }
    Ok((*number, words))
}
