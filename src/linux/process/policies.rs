//! Where ranges of memory are to lie (mbind(2), set_mempolicy_home_node(2)). There is one node, so that a policy has no
//! effect beyond being told.

use std::collections::BTreeMap;

/// A mode, and a mask of nodes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct MemoryPolicy {
    /// The mode, with its flags.
    pub mode: u32,
    /// The nodes that it is about.
    pub nodes: u32,
}

/// The policies of those ranges of an address space that have one.
#[derive(Clone, Default, Debug)]
pub struct Policies {
    /// First address to one past the last, and the policy of what is between.
    ranges: BTreeMap<u64, (u64, MemoryPolicy)>,
}

impl Policies {
    /// The policy at an address, if there is one.
    pub fn at(&self, address: u64) -> Option<MemoryPolicy> {
        let (_, (end, policy)) = self.ranges.range(..=address).next_back()?;
        (address < *end).then_some(*policy)
    }

    /// The policies in a range, in ascending order.
    pub fn within(&self, start: u64, end: u64) -> Vec<MemoryPolicy> {
        let ending_later = self.ranges.range(..end).filter(|(_, (last, _))| *last > start);
        ending_later.map(|(_, (_, policy))| *policy).collect()
    }

    /// Gives a range a policy.
    pub fn set(&mut self, start: u64, end: u64, policy: MemoryPolicy) {
        self.remove(start, end);
        if start < end {
            self.ranges.insert(start, (end, policy));
        }
    }

    /// Takes the policies of a range away.
    pub fn remove(&mut self, start: u64, end: u64) {
        let cut: Vec<_> = self.ranges.range(..end).filter(|(_, (last, _))| *last > start).collect();
        let cut: Vec<_> = cut.into_iter().map(|(first, (last, policy))| (*first, *last, *policy)).collect();
        for (first, last, policy) in cut {
            self.ranges.remove(&first);
            if first < start {
                self.ranges.insert(first, (start, policy));
            }
            if end < last {
                self.ranges.insert(end, (last, policy));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_split_where_another_begins() {
        let [bind, spread] = [2, 3].map(|mode| MemoryPolicy { mode, nodes: 1 });
        let mut policies = Policies::default();
        policies.set(10, 20, bind);
        policies.set(14, 16, spread);
        assert_eq!(
            [9, 10, 13, 14, 15, 16, 20].map(|at| policies.at(at).map_or(0, |policy| policy.mode)),
            [0, 2, 2, 3, 3, 2, 0]
        );
        assert_eq!(policies.within(15, 100), [spread, bind]);
        policies.remove(12, 18);
        assert_eq!(policies.within(0, 100), [bind, bind]);
        assert_eq!((policies.at(17), policies.at(18)), (None, Some(bind)));
    }
}
