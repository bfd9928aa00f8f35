//! On which nodes memory lies: set_mempolicy(2), get_mempolicy(2), mbind(2). There is one node, so a policy has no effect
//! beyond being told.

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_NICE;
use crate::linux::abi::memory_policy::{
    MPOL_BIND, MPOL_DEFAULT, MPOL_F_ADDR, MPOL_F_MEMS_ALLOWED, MPOL_F_NODE, MPOL_F_NUMA_BALANCING,
    MPOL_F_RELATIVE_NODES, MPOL_F_STATIC_NODES, MPOL_INTERLEAVE, MPOL_LAST, MPOL_LOCAL, MPOL_MF_MOVE, MPOL_MF_MOVE_ALL,
    MPOL_MF_STRICT, MPOL_PREFERRED, MPOL_PREFERRED_MANY, MPOL_WEIGHTED_INTERLEAVE,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::process::{MemoryPolicy, PAGE, is_mapped};

use super::call::Args;

/// The mask of all nodes.
pub const NODES: u32 = 1;

/// How many nodes Linux may know of (MAX_NUMNODES).
const MAX_NODES: u32 = 64;

/// Most bits of a mask (`PAGE_SIZE * 8`).
const MAX_BITS: u32 = 4096 * 8;

/// A mask of nodes in guest memory, of `bits` - 1 bits; EINVAL if there are more, and any beyond what can be is set.
pub fn mask(m: &mut Machine, address: u32, bits: u32) -> Result<u32, Errno> {
    let bits = bits.wrapping_sub(1);
    if bits == 0 || bits == u32::MAX || address == 0 {
        return Ok(0);
    }
    if bits > MAX_BITS {
        return Err(Errno::EINVAL);
    }
    let words: Result<Vec<u32>, _> =
        (0..bits.div_ceil(32)).map(|word| guest::number(&mut m.memory, address.wrapping_add(4 * word))).collect();
    let mut words = words?;
    if let (Some(last), 1..) = (words.last_mut(), bits % 32) {
        *last &= (1 << (bits % 32)) - 1;
    }
    let any = |words: &[u32]| words.iter().any(|word| *word != 0);
    let (nodes, beyond) = words.split_at(words.len().min(MAX_NODES as usize / 32));
    match nodes {
        _ if any(beyond) => Err(Errno::EINVAL),
        [] => Ok(0),
        // That there are others than the first is all that matters of them.
        [first, others @ ..] => Ok(first | u32::from(any(others)) << 31),
    }
}

/// What a mode and nodes come to (`mpol_new`, `mpol_set_nodemask`).
fn policy(mode: u32, nodes: u32) -> Result<MemoryPolicy, Errno> {
    const FLAGS: u32 = MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES | MPOL_F_NUMA_BALANCING;
    let (kind, flags) = (mode & !FLAGS, mode & FLAGS);
    let both = MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES;
    if kind > MPOL_LAST || flags & both == both || flags & MPOL_F_NUMA_BALANCING != 0 && kind != MPOL_BIND {
        return Err(Errno::EINVAL);
    }
    match kind {
        MPOL_DEFAULT if nodes != 0 => Err(Errno::EINVAL),
        MPOL_DEFAULT => Ok(MemoryPolicy::default()),
        MPOL_LOCAL if nodes != 0 || flags != 0 => Err(Errno::EINVAL),
        MPOL_PREFERRED if nodes == 0 && flags & both != 0 => Err(Errno::EINVAL),
        MPOL_LOCAL => Ok(MemoryPolicy { mode: MPOL_LOCAL, nodes: 0 }),
        MPOL_PREFERRED if nodes == 0 => Ok(MemoryPolicy { mode: MPOL_LOCAL, nodes: 0 }),
        _ if nodes == 0 => Err(Errno::EINVAL),
        // Counted among those that there are, each is the first one. What was said is told again.
        _ if flags & MPOL_F_RELATIVE_NODES != 0 => Ok(MemoryPolicy { mode, nodes }),
        _ if nodes & NODES == 0 => Err(Errno::EINVAL),
        _ if flags & MPOL_F_STATIC_NODES != 0 => Ok(MemoryPolicy { mode, nodes }),
        _ => Ok(MemoryPolicy { mode, nodes: nodes & NODES }),
    }
}

pub fn set_mempolicy(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [mode, address, bits, ..] = *args;
    k.thread.memory_policy = policy(mode, mask(m, address, bits)?)?;
    Ok(0)
}

pub fn get_mempolicy(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [mode, address, bits, at, flags, _] = *args;
    if flags & !(MPOL_F_NODE | MPOL_F_ADDR | MPOL_F_MEMS_ALLOWED) != 0 || address != 0 && bits < 1 {
        return Err(Errno::EINVAL);
    }
    let own = k.thread.memory_policy;
    let (told, nodes) = match flags {
        MPOL_F_MEMS_ALLOWED => (0, NODES),
        _ if flags & MPOL_F_MEMS_ALLOWED != 0 => return Err(Errno::EINVAL),
        _ if flags & MPOL_F_ADDR != 0 => {
            m.memory.region(at).ok_or(Errno::EFAULT)?;
            let there = k.process.space().policies.at(at.into()).unwrap_or_default();
            (if flags & MPOL_F_NODE != 0 { 0 } else { there.mode }, there.nodes)
        }
        _ if at != 0 => return Err(Errno::EINVAL),
        // The node that is next: there is one.
        MPOL_F_NODE if matches!(own.mode, MPOL_INTERLEAVE | MPOL_WEIGHTED_INTERLEAVE) => (0, own.nodes),
        MPOL_F_NODE => return Err(Errno::EINVAL),
        _ => (own.mode, own.nodes),
    };
    guest::write_if(&mut m.memory, mode, &told)?;
    if address != 0 {
        let bytes = (bits.min(MAX_NODES) as usize).div_ceil(32) * 4;
        let all = u64::from(nodes).to_le_bytes();
        m.memory.write(address, &all[..bytes.min(8)])?;
    }
    Ok(0)
}

pub fn mbind(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [start, length, mode, address, bits, flags] = *args;
    let nodes = mask(m, address, bits)?;
    if flags & !(MPOL_MF_STRICT | MPOL_MF_MOVE | MPOL_MF_MOVE_ALL) != 0 {
        return Err(Errno::EINVAL);
    }
    if flags & MPOL_MF_MOVE_ALL != 0 && !k.process.credentials.can(CAP_SYS_NICE) {
        return Err(Errno::EPERM);
    }
    let (start, end) = range(start, length)?;
    let policy = policy(mode, nodes)?;
    if !is_mapped(&m.memory, start, end - start) {
        return Err(Errno::EFAULT);
    }
    match policy.mode {
        MPOL_DEFAULT => k.process.space().policies.remove(start, end),
        _ => k.process.space().policies.set(start, end, policy),
    }
    Ok(0)
}

/// A range of whole pages.
fn range(start: u32, length: u32) -> Result<(u64, u64), Errno> {
    let (start, length) = (u64::from(start), u64::from(length).next_multiple_of(PAGE));
    if start % PAGE != 0 || start + length > 1 << 32 { Err(Errno::EINVAL) } else { Ok((start, start + length)) }
}

/// The node that ranges whose policy names several prefer: of those that there are, the first.
pub fn set_mempolicy_home_node(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [start, length, node, flags, ..] = *args;
    let (start, end) = range(start, length)?;
    if flags != 0 || node >= 1 {
        return Err(Errno::EINVAL);
    }
    let policies = k.process.space().policies.within(start, end);
    let prefers = |policy: &MemoryPolicy| matches!(policy.mode & 0xff, MPOL_BIND | MPOL_PREFERRED_MANY);
    match policies.is_empty() {
        true => Err(Errno::ENOENT),
        false if policies.iter().all(prefers) => Ok(0),
        false => Err(Errno::EOPNOTSUPP),
    }
}
