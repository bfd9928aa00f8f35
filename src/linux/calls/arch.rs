//! `arch_prctl`: what an i386 Linux knows of it. Segment bases are for 64-bit programs.

use crate::instructions::Machine;
use crate::linux::abi::arch::{
    ARCH_GET_CPUID, ARCH_GET_XCOMP_PERM, ARCH_GET_XCOMP_SUPP, ARCH_REQ_XCOMP_PERM, ARCH_SET_CPUID,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;

use super::call::Args;

pub fn arch_prctl(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [command, address, ..] = *args;
    match command {
        // CPUID does not fault, and the processor cannot be told to let it.
        ARCH_GET_CPUID => Ok(1),
        ARCH_SET_CPUID => Err(Errno::ENODEV),
        // Whoever can use a state component may.
        ARCH_GET_XCOMP_SUPP | ARCH_GET_XCOMP_PERM => {
            let components = m.cpu.model.state_components();
            guest::write(&mut m.memory, address, &components)
        }
        ARCH_REQ_XCOMP_PERM => Err(Errno::EOPNOTSUPP),
        _ => Err(Errno::EINVAL),
    }
}
