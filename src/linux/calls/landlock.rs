//! Giving up rights on files: landlock_create_ruleset(2), landlock_add_rule(2), landlock_restrict_self(2).

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::abi::files::{O_CLOEXEC, O_RDWR};
use crate::linux::abi::landlock::{
    LANDLOCK_ABI, LANDLOCK_ACCESS_FILE, LANDLOCK_ACCESS_FS, LANDLOCK_CREATE_RULESET_VERSION, LANDLOCK_MAX_NUM_LAYERS,
    LANDLOCK_RULE_PATH_BENEATH, LandlockPathBeneathAttr, LandlockRulesetAttr,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, Ruleset};
use crate::linux::sync::lock;

use super::call::Args;
use super::{extended_structure, nameless};

pub fn create_ruleset(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, flags, ..] = *args;
    match flags {
        LANDLOCK_CREATE_RULESET_VERSION if address == 0 && size == 0 => return Ok(LANDLOCK_ABI),
        0 if address == 0 => return Err(Errno::EFAULT),
        0 => {}
        _ => return Err(Errno::EINVAL),
    }
    let wanted: LandlockRulesetAttr = extended_structure::read(m, [address, size], LandlockRulesetAttr::SIZE as u32)?;
    let handled = rights(wanted.handled_access_fs)?;
    if handled == 0 {
        return Err(Errno::ENOMSG);
    }
    nameless::insert(k, Object::Ruleset(Ruleset::new(handled)), "[landlock-ruleset]", O_RDWR | O_CLOEXEC)
}

/// Rights, EINVAL if some of them are not known.
fn rights(bits: u64) -> Result<u32, Errno> {
    u32::try_from(bits).ok().filter(|bits| bits & !LANDLOCK_ACCESS_FS == 0).ok_or(Errno::EINVAL)
}

pub fn add_rule(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, kind, address, flags, ..] = *args;
    if flags != 0 {
        return Err(Errno::EINVAL);
    }
    let file = k.file(fd)?;
    let mut open = lock(&file);
    let Object::Ruleset(rules) = &mut open.object else { return Err(Errno::EBADFD) };
    if kind != LANDLOCK_RULE_PATH_BENEATH {
        return Err(Errno::EINVAL);
    }
    let rule: LandlockPathBeneathAttr = guest::read(&mut m.memory, address)?;
    if rule.allowed_access == 0 {
        return Err(Errno::ENOMSG);
    }
    let allowed = rights(rule.allowed_access)?;
    if allowed & !rules.handled() != 0 {
        return Err(Errno::EINVAL);
    }
    let parent = rule.parent_fd as u32;
    // What is in no directory has no rules; the set itself is among that.
    let place = if parent == fd { return Err(Errno::EBADFD) } else { k.place_of(parent)? };
    if place.mount_number() == 0 {
        return Err(Errno::EBADFD);
    }
    if place.file_type() != FileType::Directory && allowed & !LANDLOCK_ACCESS_FILE != 0 {
        return Err(Errno::EINVAL);
    }
    rules.allow(place.node().identity(), allowed);
    Ok(0)
}

/// Binds the process by a set of rules as it is now, and by all that bound it before.
pub fn restrict_self(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, flags, ..] = *args;
    if !k.thread.confinement.no_new_privileges {
        k.process.credentials.require(CAP_SYS_ADMIN)?;
    }
    if flags != 0 {
        return Err(Errno::EINVAL);
    }
    let file = k.file(fd)?;
    let Object::Ruleset(rules) = &lock(&file).object else { return Err(Errno::EBADFD) };
    let bound = &mut k.process.credentials.rulesets;
    if bound.len() >= LANDLOCK_MAX_NUM_LAYERS {
        return Err(Errno::E2BIG);
    }
    bound.push(Arc::new(rules.clone()));
    Ok(0)
}
