//! Users and groups of a process: setuid(2), setreuid(2), setresuid(2), setfsuid(2), setgroups(2), and their
//! like for groups. The 16-bit forms of old programs are in [`users16`](super::users16).

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::{CAP_SETGID, CAP_SETUID};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::process::{Credentials, IdKind};

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
    kind: IdKind,
}

const USER: Identity =
    Identity { read: Credentials::users, write: Credentials::set_users, capability: CAP_SETUID, kind: IdKind::User };
const GROUP: Identity = Identity {
    read: Credentials::own_groups,
    write: Credentials::set_groups,
    capability: CAP_SETGID,
    kind: IdKind::Group,
};

impl Identity {
    /// Who a number stands for; EINVAL for nobody in the namespace of users that the process is in.
    fn meant(&self, k: &Kernel, id: u32) -> Result<u32, Errno> {
        if id == KEEP { Ok(KEEP) } else { k.process.credentials.within.meant(self.kind, id).ok_or(Errno::EINVAL) }
    }

    /// With the capability all three are set, without it the effective one to the real or the saved one.
    fn set(&self, k: &mut Kernel, id: u32) -> Answer {
        let id = self.meant(k, id)?;
        let credentials = &mut k.process.credentials;
        let [real, _, saved] = (self.read)(credentials);
        let ids = match id {
            KEEP => return Err(Errno::EINVAL),
            _ if credentials.can_here(self.capability) => [id; 3],
            _ if id == real || id == saved => [real, id, saved],
            _ => return Err(Errno::EPERM),
        };
        (self.write)(credentials, ids);
        Ok(0)
    }

    /// The saved one follows the effective one when the real one is set, or the effective one to something
    /// else than the real one.
    fn set_two(&self, k: &mut Kernel, [real, effective]: [u32; 2]) -> Answer {
        let (real, effective) = (self.meant(k, real)?, self.meant(k, effective)?);
        let credentials = &mut k.process.credentials;
        let before = (self.read)(credentials);
        let free = credentials.can_here(self.capability);
        if !free && (!allowed(real, &before[..2]) || !allowed(effective, &before)) {
            return Err(Errno::EPERM);
        }
        let follows = real != KEEP || effective != KEEP && effective != before[0];
        let [real, effective] = [or(real, before[0]), or(effective, before[1])];
        (self.write)(credentials, [real, effective, if follows { effective } else { before[2] }]);
        Ok(0)
    }

    fn set_three(&self, k: &mut Kernel, ids: [u32; 3]) -> Answer {
        let ids = [self.meant(k, ids[0])?, self.meant(k, ids[1])?, self.meant(k, ids[2])?];
        let credentials = &mut k.process.credentials;
        let before = (self.read)(credentials);
        if !credentials.can_here(self.capability) && !ids.iter().all(|id| allowed(*id, &before)) {
            return Err(Errno::EPERM);
        }
        (self.write)(credentials, std::array::from_fn(|index| or(ids[index], before[index])));
        Ok(0)
    }

    /// Whether the identifier of file accesses may be this one, beside what it is.
    fn may_access_as(&self, credentials: &Credentials, id: u32) -> bool {
        id != KEEP && (credentials.can_here(self.capability) || (self.read)(credentials).contains(&id))
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
    let own = &k.process.credentials;
    Ok(own.within.told_user(own.real_uid))
}

pub fn geteuid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    let own = &k.process.credentials;
    Ok(own.within.told_user(own.uid))
}

pub fn getgid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    let own = &k.process.credentials;
    Ok(own.within.told_group(own.real_gid))
}

pub fn getegid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    let own = &k.process.credentials;
    Ok(own.within.told_group(own.gid))
}

pub fn getresuid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    three(m, args, k.process.credentials.told_users())
}

pub fn getresgid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    three(m, args, k.process.credentials.told_groups())
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
    let meant = USER.meant(k, args[0]);
    let credentials = &mut k.process.credentials;
    let before = credentials.within.told_user(credentials.file_uid);
    if let Some(user) = meant.ok().filter(|user| USER.may_access_as(credentials, *user)) {
        credentials.set_file_user(user);
    }
    Ok(before)
}

pub fn setfsgid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let meant = GROUP.meant(k, args[0]);
    let credentials = &mut k.process.credentials;
    let before = credentials.within.told_group(credentials.file_gid);
    if let Some(group) = meant.ok().filter(|group| GROUP.may_access_as(credentials, *group)) {
        credentials.file_gid = group;
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
    let (groups, within) = (&k.process.credentials.groups, &k.process.credentials.within);
    let count = groups.len() as u32;
    if (size as i32) < 0 || size != 0 && count > size {
        return Err(Errno::EINVAL);
    }
    if size != 0 {
        let bytes: Vec<u8> = groups.iter().flat_map(|group| form(within.told_group(*group)).to_bytes()).collect();
        m.memory.write(address, &bytes)?;
    }
    Ok(count)
}

/// Sets the supplementary groups, each given in a form that the call has for them.
pub fn take_groups<T: Encoded>(k: &mut Kernel, m: &mut Machine, args: &Args, group_of: fn(T) -> u32) -> Answer {
    let [count, address, ..] = *args;
    let credentials = &k.process.credentials;
    if !credentials.can_here(CAP_SETGID) || !credentials.within.may_set_groups() {
        return Err(Errno::EPERM);
    }
    if count > MAX_GROUPS {
        return Err(Errno::EINVAL);
    }
    let mut bytes = vec![0; count as usize * T::SIZE];
    m.memory.read(address, &mut bytes)?;
    let mut rest = bytes.as_slice();
    // -1 is no group.
    let meant = |group| k.process.credentials.within.meant(IdKind::Group, group).ok_or(Errno::EINVAL);
    let groups: Result<Vec<u32>, Errno> = (0..count).map(|_| meant(group_of(T::decode(&mut rest)))).collect();
    k.process.credentials.groups = groups?.into();
    Ok(0)
}
