//! Users and groups of a process: setuid(2), setreuid(2), setresuid(2), setfsuid(2), setgroups(2), and their
//! like for groups. The 16-bit forms of old programs are in [`users16`](super::users16).

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::{CAP_SETGID, CAP_SETUID};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::process::Credentials;

use super::call::Args;

/// The identifier that means "as it is".
const KEEP: u32 = u32::MAX;

/// Most supplementary groups (`NGROUPS_MAX`).
const MAX_GROUPS: u32 = 65_536;

/// The real, effective and saved identifiers of one kind, and what it takes to choose them freely.
struct Identity {
    read: fn(&Credentials) -> [u32; 3],
    write: fn(&mut Credentials, [u32; 3]),
    capability: u32,
}

const USER: Identity = Identity { read: Credentials::users, write: Credentials::set_users, capability: CAP_SETUID };
const GROUP: Identity =
    Identity { read: Credentials::own_groups, write: Credentials::set_groups, capability: CAP_SETGID };

impl Identity {
    /// With the capability all three are set, without it the effective one to the real or the saved one.
    fn set(&self, k: &mut Kernel, id: u32) -> Answer {
        let credentials = &mut k.process.credentials;
        let [real, _, saved] = (self.read)(credentials);
        let ids = match id {
            KEEP => return Err(Errno::EINVAL),
            _ if credentials.can(self.capability) => [id; 3],
            _ if id == real || id == saved => [real, id, saved],
            _ => return Err(Errno::EPERM),
        };
        (self.write)(credentials, ids);
        Ok(0)
    }

    /// The saved one follows the effective one when the real one is set, or the effective one to something
    /// else than the real one.
    fn set_two(&self, k: &mut Kernel, [real, effective]: [u32; 2]) -> Answer {
        let credentials = &mut k.process.credentials;
        let before = (self.read)(credentials);
        let free = credentials.can(self.capability);
        if !free && (!allowed(real, &before[..2]) || !allowed(effective, &before)) {
            return Err(Errno::EPERM);
        }
        let follows = real != KEEP || effective != KEEP && effective != before[0];
        let [real, effective] = [or(real, before[0]), or(effective, before[1])];
        (self.write)(credentials, [real, effective, if follows { effective } else { before[2] }]);
        Ok(0)
    }

    fn set_three(&self, k: &mut Kernel, ids: [u32; 3]) -> Answer {
        let credentials = &mut k.process.credentials;
        let before = (self.read)(credentials);
        if !credentials.can(self.capability) && !ids.iter().all(|id| allowed(*id, &before)) {
            return Err(Errno::EPERM);
        }
        (self.write)(credentials, std::array::from_fn(|index| or(ids[index], before[index])));
        Ok(0)
    }

    /// Whether the identifier of file accesses may be this one, beside what it is.
    fn may_access_as(&self, credentials: &Credentials, id: u32) -> bool {
        id != KEEP && (credentials.can(self.capability) || (self.read)(credentials).contains(&id))
    }
}

/// Whether somebody without a capability may set an identifier: it is one of those that the process has.
fn allowed(id: u32, own: &[u32]) -> bool {
    id == KEEP || own.contains(&id)
}

fn or(id: u32, before: u32) -> u32 {
    if id == KEEP { before } else { id }
}

pub fn getuid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.process.credentials.real_uid)
}

pub fn geteuid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.process.credentials.uid)
}

pub fn getgid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.process.credentials.real_gid)
}

pub fn getegid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.process.credentials.gid)
}

pub fn getresuid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    three(m, args, k.process.credentials.users())
}

pub fn getresgid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    three(m, args, k.process.credentials.own_groups())
}

/// Stores three identifiers where the arguments say.
pub fn three<T: Encoded>(m: &mut Machine, args: &Args, ids: [T; 3]) -> Answer {
    args.iter().zip(&ids).try_for_each(|(address, id)| guest::write(&mut m.memory, *address, id).map(|_| ()))?;
    Ok(0)
}

pub fn setuid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    USER.set(k, args[0])
}

pub fn setgid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    GROUP.set(k, args[0])
}

pub fn setreuid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    USER.set_two(k, [args[0], args[1]])
}

pub fn setregid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    GROUP.set_two(k, [args[0], args[1]])
}

pub fn setresuid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    USER.set_three(k, [args[0], args[1], args[2]])
}

pub fn setresgid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    GROUP.set_three(k, [args[0], args[1], args[2]])
}

/// The answer is the user before, whether it was changed or not.
pub fn setfsuid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let credentials = &mut k.process.credentials;
    let before = credentials.file_uid;
    if USER.may_access_as(credentials, args[0]) {
        credentials.capabilities.file_user_changed(before, args[0]);
        credentials.file_uid = args[0];
    }
    Ok(before)
}

pub fn setfsgid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let credentials = &mut k.process.credentials;
    let before = credentials.file_gid;
    if GROUP.may_access_as(credentials, args[0]) {
        credentials.file_gid = args[0];
    }
    Ok(before)
}

/// The answer is the number of supplementary groups; a size of 0 asks for nothing else.
pub fn getgroups(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    give_groups(k, m, args, |group| group)
}

pub fn setgroups(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    take_groups(k, m, args, |group: u32| group)
}

/// Stores the supplementary groups, each in the form that the call has for them.
pub fn give_groups<T: Encoded>(k: &mut Kernel, m: &mut Machine, args: &Args, form: fn(u32) -> T) -> Answer {
    let [size, address, ..] = *args;
    let groups = &k.process.credentials.groups;
    let count = groups.len() as u32;
    if (size as i32) < 0 || size != 0 && count > size {
        return Err(Errno::EINVAL);
    }
    if size != 0 {
        let bytes: Vec<u8> = groups.iter().flat_map(|group| form(*group).to_bytes()).collect();
        m.memory.write(address, &bytes)?;
    }
    Ok(count)
}

/// Sets the supplementary groups, each given in a form that the call has for them.
pub fn take_groups<T: Encoded>(k: &mut Kernel, m: &mut Machine, args: &Args, group_of: fn(T) -> u32) -> Answer {
    let [count, address, ..] = *args;
    if !k.process.credentials.can(CAP_SETGID) {
        return Err(Errno::EPERM);
    }
    if count > MAX_GROUPS {
        return Err(Errno::EINVAL);
    }
    let mut bytes = vec![0; count as usize * T::SIZE];
    m.memory.read(address, &mut bytes)?;
    let mut rest = bytes.as_slice();
    let groups: Vec<u32> = (0..count).map(|_| group_of(T::decode(&mut rest))).collect();
    // -1 is no group.
    if groups.contains(&KEEP) {
        return Err(Errno::EINVAL);
    }
    k.process.credentials.groups = groups.into();
    Ok(0)
}
