//! Keys that the kernel keeps: add_key(2), request_key(2), keyctl(2). A world has no room for any, as where
//! `/proc/sys/kernel/keys/maxkeys` is 0: none is ever found, and none can be added.

use crate::instructions::Machine;
use crate::linux::abi::keys::{KEYCTL_GET_KEYRING_ID, KEYCTL_JOIN_SESSION_KEYRING, KEYCTL_WATCH_KEY};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;

use super::call::Args;

/// The types of keys that programs may add (keyrings(7)).
const TYPES: [&[u8]; 4] = [b"user", b"logon", b"keyring", b"big_key"];

pub fn add_key(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [kind, name, payload, size, ..] = *args;
    let kind = guest::string(&mut m.memory, kind)?;
    if name != 0 {
        guest::string(&mut m.memory, name)?;
    }
    let mut first = [0; 1];
    m.memory.read(payload, &mut first[..size.min(1) as usize])?;
    match kind.as_slice() {
        // Names that begin so are the kernel's own.
        [b'.', ..] => Err(Errno::EPERM),
        known if !TYPES.contains(&known) => Err(Errno::ENODEV),
        b"keyring" if size > 0 => Err(Errno::EINVAL),
        b"keyring" => Err(Errno::EDQUOT),
        _ if !(1..=32_767).contains(&size) => Err(Errno::EINVAL),
        _ => Err(Errno::EDQUOT),
    }
}

/// Nobody makes keys that are asked for.
pub fn request_key(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    for text in [args[0], args[1]] {
        guest::string(&mut m.memory, text)?;
    }
    Err(Errno::ENOKEY)
}

pub fn keyctl(_: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [command, _, creates, ..] = *args;
    Err(match command {
        KEYCTL_GET_KEYRING_ID if creates != 0 => Errno::EDQUOT,
        KEYCTL_JOIN_SESSION_KEYRING => Errno::EDQUOT,
        ..=KEYCTL_WATCH_KEY => Errno::ENOKEY,
        _ => Errno::EOPNOTSUPP,
    })
}
