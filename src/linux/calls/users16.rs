//! The calls on users and groups of programs that are older than 32-bit identifiers: 0xffff means "as it is",
//! and an identifier that does not fit in is told as 65534 (`include/linux/highuid.h`).

use crate::instructions::Machine;
use crate::linux::errno::Answer;
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::users;

/// What an identifier above 65535 is told as (`overflowuid`).
const OVERFLOW: u16 = 65_534;

fn narrow(id: u32) -> u16 {
    u16::try_from(id).unwrap_or(OVERFLOW)
}

/// An argument of 16 bits as one of 32.
pub fn wide(id: u32) -> u32 {
    if id as u16 == u16::MAX { u32::MAX } else { id & 0xffff }
}

macro_rules! narrowed {
    ($($name:ident)*) => {$(
        pub fn $name(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
            users::$name(k, m, args).map(|id| narrow(id).into())
        }
    )*};
}

macro_rules! widened {
    ($($name:ident)*) => {$(
        pub fn $name(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
            users::$name(k, m, &args.map(wide))
        }
    )*};
}

narrowed! { getuid geteuid getgid getegid }
widened! { setuid setgid setreuid setregid setresuid setresgid }

pub fn setfsuid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    users::setfsuid(k, m, &args.map(wide)).map(|id| narrow(id).into())
}

pub fn setfsgid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    users::setfsgid(k, m, &args.map(wide)).map(|id| narrow(id).into())
}

pub fn getresuid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    users::three(m, args, k.process.credentials.told_users().map(narrow))
}

pub fn getresgid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    users::three(m, args, k.process.credentials.told_groups().map(narrow))
}

pub fn getgroups(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    users::give_groups(k, m, args, narrow)
}

pub fn setgroups(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    users::take_groups(k, m, args, |group: u16| wide(group.into()))
}
