//! The groups that a socket has joined, and how it sends to groups (ip(7), "Multicast"; ipv6(7)).

use std::net::{IpAddr, Ipv4Addr};

use crate::linux::errno::Errno;

/// Most groups of IPv4 of a socket (`/proc/sys/net/ipv4/igmp_max_memberships`).
const MOST: usize = 20;

/// What a socket has to do with groups.
#[derive(Clone, Default, Debug)]
pub struct Groups {
    joined: Vec<IpAddr>,
    /// The address from which it sends to groups of IPv4, once it has said which device (IP_MULTICAST_IF).
    pub departure: Option<Ipv4Addr>,
    /// The device by which it sends to groups of IPv6, 0 for none (IPV6_MULTICAST_IF).
    pub device: u32,
}

impl Groups {
    /// Those that it has joined, in that order.
    pub fn joined(&self) -> &[IpAddr] {
        &self.joined
    }

    /// Joins one. EINVAL for what is none, EADDRINUSE if it has done so before, ENOBUFS if it is in too many.
    pub fn join(&mut self, group: IpAddr) -> Result<(), Errno> {
        let too_many = group.is_ipv4() && self.joined.iter().filter(|joined| joined.is_ipv4()).count() >= MOST;
        match group.is_multicast() {
            false => Err(Errno::EINVAL),
            true if self.joined.contains(&group) => Err(Errno::EADDRINUSE),
            true if too_many => Err(Errno::ENOBUFS),
            true => {
                self.joined.push(group);
                Ok(())
            }
        }
    }

    /// Leaves one; EADDRNOTAVAIL if it is not in it.
    pub fn leave(&mut self, group: IpAddr) -> Result<(), Errno> {
        let index = self.joined.iter().position(|joined| *joined == group).ok_or(Errno::EADDRNOTAVAIL)?;
        self.joined.remove(index);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_joined_once_and_left_once() {
        let (group, mut groups) = (IpAddr::from([224, 1, 2, 3]), Groups::default());
        assert_eq!(groups.leave(group), Err(Errno::EADDRNOTAVAIL));
        assert_eq!((groups.join(group), groups.join(group)), (Ok(()), Err(Errno::EADDRINUSE)));
        assert_eq!((groups.leave(group), groups.join([127, 0, 0, 1].into())), (Ok(()), Err(Errno::EINVAL)));
        let joined: Vec<_> = (0..21).map(|last| groups.join([225, 0, 0, last].into())).collect();
        assert_eq!((joined[19], joined[20]), (Ok(()), Err(Errno::ENOBUFS)));
    }
}
