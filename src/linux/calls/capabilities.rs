//! Calls on the capabilities of a process: capget(2), capset(2), and what prctl(2) does with them.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::{
    _LINUX_CAPABILITY_VERSION_1, _LINUX_CAPABILITY_VERSION_2, _LINUX_CAPABILITY_VERSION_3, CAP_CHECKPOINT_RESTORE,
    CAP_SETPCAP, CapUserData, CapUserHeader, SECBIT_KEEP_CAPS, SECBIT_NO_CAP_AMBIENT_RAISE, SECURE_BITS, SECURE_LOCKS,
};
use crate::linux::abi::prctl::{
    PR_CAP_AMBIENT_CLEAR_ALL, PR_CAP_AMBIENT_IS_SET, PR_CAP_AMBIENT_LOWER, PR_CAP_AMBIENT_RAISE,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::process::Capabilities;

use super::call::Args;

/// How many parts of 32 bits the sets of a version have. Of another one the caller is told which we know.
fn parts(m: &mut Machine, header: u32) -> Result<(CapUserHeader, usize), Errno> {
    let asked: CapUserHeader = guest::read(&mut m.memory, header)?;
    match asked.version {
        _LINUX_CAPABILITY_VERSION_1 => Ok((asked, 1)),
        _LINUX_CAPABILITY_VERSION_2 | _LINUX_CAPABILITY_VERSION_3 => Ok((asked, 2)),
        _ => {
            m.memory.store(header, _LINUX_CAPABILITY_VERSION_3)?;
            Err(Errno::EINVAL)
        }
    }
}

/// Without data, whoever asks wants to know the version alone.
pub fn capget(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [header, data, ..] = *args;
    let (asked, parts) = match parts(m, header) {
        Err(Errno::EINVAL) if data == 0 => return Ok(0),
        parts => parts?,
    };
    let pid = u32::try_from(asked.pid).map_err(|_| Errno::EINVAL)?;
    let process = if pid == 0 { Some(&*k.process) } else { k.find_process_of(pid) };
    let Capabilities { effective, permitted, inheritable, .. } = process.ok_or(Errno::ESRCH)?.credentials.capabilities;
    if data == 0 {
        return Ok(0);
    }
    for part in 0..parts {
        let [effective, permitted, inheritable] =
            [effective, permitted, inheritable].map(|set| (set >> (32 * part)) as u32);
        let at = data.wrapping_add((part * CapUserData::SIZE) as u32);
        guest::write(&mut m.memory, at, &CapUserData { effective, permitted, inheritable })?;
    }
    Ok(0)
}

/// A process may give up what it is permitted, and choose among the rest what is effective.
pub fn capset(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [header, data, ..] = *args;
    let (asked, parts) = parts(m, header)?;
    if asked.pid != 0 && asked.pid as u32 != k.thread.tid {
        return Err(Errno::EPERM);
    }
    let before = k.process.credentials.capabilities;
    let mut wanted = Capabilities { effective: 0, permitted: 0, inheritable: 0, ..before };
    for part in 0..parts {
        let at = data.wrapping_add((part * CapUserData::SIZE) as u32);
        let given: CapUserData = guest::read(&mut m.memory, at)?;
        wanted.effective |= u64::from(given.effective) << (32 * part);
        wanted.permitted |= u64::from(given.permitted) << (32 * part);
        wanted.inheritable |= u64::from(given.inheritable) << (32 * part);
    }
    if !follows(&before, &wanted) {
        return Err(Errno::EPERM);
    }
    wanted.ambient &= wanted.permitted & wanted.inheritable;
    k.process.credentials.capabilities = wanted;
    Ok(0)
}

/// Whether sets may follow others (capabilities(7), "Programmatically adjusting capability sets").
fn follows(before: &Capabilities, wanted: &Capabilities) -> bool {
    let inheritable = before.inheritable | if before.has(CAP_SETPCAP) { before.bounding } else { before.permitted };
    wanted.inheritable & !inheritable == 0
        && wanted.permitted & !before.permitted == 0
        && wanted.effective & !wanted.permitted == 0
}

/// Whether a capability is within the bounds of the process (`PR_CAPBSET_READ`).
pub fn is_bounded(k: &Kernel, capability: u32) -> Answer {
    if capability > CAP_CHECKPOINT_RESTORE {
        return Err(Errno::EINVAL);
    }
    Ok((k.process.credentials.capabilities.bounding >> capability & 1) as u32)
}

/// Takes a capability out of the bounds (`PR_CAPBSET_DROP`).
pub fn drop_bounded(k: &mut Kernel, capability: u32) -> Answer {
    let capabilities = &mut k.process.credentials.capabilities;
    if !capabilities.has(CAP_SETPCAP) {
        return Err(Errno::EPERM);
    }
    if capability > CAP_CHECKPOINT_RESTORE {
        return Err(Errno::EINVAL);
    }
    capabilities.bounding &= !(1 << capability);
    Ok(0)
}

/// Lets capabilities outlive a change of the user, or not (`PR_SET_KEEPCAPS`).
pub fn keep(k: &mut Kernel, keeps: u32) -> Answer {
    let bits = &mut k.process.credentials.capabilities.secure_bits;
    if keeps > 1 {
        return Err(Errno::EINVAL);
    }
    if *bits & SECBIT_KEEP_CAPS << 1 != 0 {
        return Err(Errno::EPERM);
    }
    *bits = *bits & !SECBIT_KEEP_CAPS | if keeps == 1 { SECBIT_KEEP_CAPS } else { 0 };
    Ok(0)
}

/// Changes how user 0 is treated (`PR_SET_SECUREBITS`): what is locked stays, and so do locks.
pub fn set_secure_bits(k: &mut Kernel, wanted: u32) -> Answer {
    let capabilities = &mut k.process.credentials.capabilities;
    let before = capabilities.secure_bits;
    let locks = before & SECURE_LOCKS;
    let fits =
        (before ^ wanted) & locks >> 1 == 0 && locks & !wanted == 0 && wanted & !(SECURE_BITS | SECURE_LOCKS) == 0;
    if !fits || !capabilities.has(CAP_SETPCAP) {
        return Err(Errno::EPERM);
    }
    capabilities.secure_bits = wanted;
    Ok(0)
}

/// What `PR_CAP_AMBIENT` asks for: only what is permitted and inheritable can be given to all programs.
pub fn ambient(k: &mut Kernel, asked: u32, capability: u32) -> Answer {
    let own = &mut k.process.credentials.capabilities;
    if asked == PR_CAP_AMBIENT_CLEAR_ALL && capability == 0 {
        own.ambient = 0;
        return Ok(0);
    }
    if capability > CAP_CHECKPOINT_RESTORE {
        return Err(Errno::EINVAL);
    }
    let bit = 1 << capability;
    match asked {
        PR_CAP_AMBIENT_IS_SET => Ok(u32::from(own.ambient & bit != 0)),
        PR_CAP_AMBIENT_LOWER => {
            own.ambient &= !bit;
            Ok(0)
        }
        PR_CAP_AMBIENT_RAISE => {
            let may = own.permitted & own.inheritable & bit != 0 && own.secure_bits & SECBIT_NO_CAP_AMBIENT_RAISE == 0;
            if !may {
                return Err(Errno::EPERM);
            }
            own.ambient |= bit;
            Ok(0)
        }
        _ => Err(Errno::EINVAL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::capabilities::{CAP_CHOWN, CAP_KILL};

    #[test]
    fn what_was_given_up_does_not_come_back() {
        let all = Capabilities::of_user(0);
        let less = Capabilities { permitted: 1 << CAP_KILL, effective: 0, ..all };
        assert!(follows(&all, &less) && !follows(&less, &all));
        assert!(!follows(&all, &Capabilities { effective: 1 << CAP_CHOWN, ..less }), "not permitted");
        assert!(!follows(&less, &Capabilities { inheritable: 1 << CAP_CHOWN, ..less }));
    }
}
