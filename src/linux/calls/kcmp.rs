//! Whether two processes share something: kcmp(2).

use std::sync::{Arc, Weak};

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, WatchedFile};
use crate::linux::process::Process;
use crate::linux::sync::lock;

use super::call::Args;

/// What is compared.
const KCMP_FILE: u32 = 0;
const KCMP_VM: u32 = 1;
const KCMP_FILES: u32 = 2;
const KCMP_FS: u32 = 3;
const KCMP_SIGHAND: u32 = 4;
const KCMP_IO: u32 = 5;
const KCMP_SYSVSEM: u32 = 6;
const KCMP_EPOLL_TFD: u32 = 7;

/// The answer for what is not the same: an order would tell of the kernel's addresses.
const DIFFERENT: u32 = 3;

pub fn kcmp(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [one, other, what, first, second, _] = *args;
    let [one, other] = [process(k, one)?, process(k, other)?];
    let own = &k.process.credentials;
    if !one.may_be_inspected_by(own) || !other.may_be_inspected_by(own) {
        return Err(Errno::EPERM);
    }
    let same = match what {
        KCMP_FILE => Arc::ptr_eq(&one.open_file(first)?, &other.open_file(second)?),
        KCMP_VM => one.space_number == other.space_number,
        KCMP_FILES => Arc::ptr_eq(&one.descriptors, &other.descriptors),
        KCMP_FS => Arc::ptr_eq(&one.standing, &other.standing),
        KCMP_SIGHAND | KCMP_IO | KCMP_SYSVSEM => one.pid == other.pid,
        KCMP_EPOLL_TFD => {
            // Which set, which descriptor in it, and which of those with that number.
            let slot = [0, 4, 8].map(|at| guest::number::<u32>(&mut m.memory, second.wrapping_add(at)));
            let [set, target, index] = slot;
            let own = one.open_file(first)?;
            let found = watched(other, set?, [target?, index?])?;
            std::ptr::addr_eq(Arc::as_ptr(&own), found.as_ptr())
        }
        _ => return Err(Errno::EINVAL),
    };
    Ok(if same { 0 } else { DIFFERENT })
}

/// What a set of a process watches by a descriptor: of several the one with an index.
fn watched(process: &Process, set: u32, [target, index]: [u32; 2]) -> Result<Weak<WatchedFile>, Errno> {
    let open = process.open_file(set)?;
    let open = lock(&open);
    let Object::Epoll(set) = &open.object else { return Err(Errno::EINVAL) };
    let set = set.set();
    let by_number = set.interests.range((target, 0)..=(target, u64::MAX)).map(|(_, interest)| &interest.open);
    let mut there = by_number.filter(|open| open.strong_count() > 0);
    there.nth(index as usize).cloned().ok_or(Errno::ENOENT)
}

fn process(k: &Kernel, pid: u32) -> Result<&Process, Errno> {
    k.find_process_of(pid).or_else(|| k.find_process(pid)).ok_or(Errno::ESRCH)
}
