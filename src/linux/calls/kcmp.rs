//! Whether two processes share something: kcmp(2).

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::Process;

use super::call::Args;

/// What is compared.
const KCMP_FILE: u32 = 0;
const KCMP_VM: u32 = 1;
const KCMP_FILES: u32 = 2;
const KCMP_FS: u32 = 3;
const KCMP_SIGHAND: u32 = 4;
const KCMP_IO: u32 = 5;
const KCMP_SYSVSEM: u32 = 6;

/// The answer for what is not the same: an order would tell of the kernel's addresses.
const DIFFERENT: u32 = 3;

pub fn kcmp(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
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
        _ => return Err(Errno::EINVAL),
    };
    Ok(if same { 0 } else { DIFFERENT })
}

fn process(k: &Kernel, pid: u32) -> Result<&Process, Errno> {
    k.find_process_of(pid).or_else(|| k.find_process(pid)).ok_or(Errno::ESRCH)
}
