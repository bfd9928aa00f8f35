//! Protection keys: pkey_alloc(2), pkey_free(2), pkey_mprotect(2). The processor has none, and says so (CPUID, PKU).

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::memory;

/// Linux has one key for all pages then, and finds that no rights can be set for it.
pub fn without(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::EINVAL)
}

/// mprotect(2), as long as no key is named.
pub fn pkey_mprotect(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    if args[3] == u32::MAX { memory::mprotect(k, m, args) } else { Err(Errno::EINVAL) }
}
