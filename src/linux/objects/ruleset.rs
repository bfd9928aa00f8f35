//! Sets of rules about what may be done with files (landlock(7)).

use std::collections::BTreeMap;

use crate::linux::abi::landlock::LANDLOCK_ACCESS_FS_REFER;

/// A set of rules: of the rights that it is about, whom it binds has those that a rule gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ruleset {
    handled: u32,
    /// Rights below a directory, or on a file, by device and inode.
    rules: BTreeMap<(u64, u64), u32>,
}

impl Ruleset {
    /// A set about these rights that gives none of them.
    pub fn new(handled: u32) -> Ruleset {
        Ruleset { handled, rules: BTreeMap::new() }
    }

    /// The rights that it is about.
    pub fn handled(&self) -> u32 {
        self.handled
    }

    /// Gives rights on what is at a node, and below it.
    pub fn allow(&mut self, node: (u64, u64), rights: u32) {
        *self.rules.entry(node).or_default() |= rights;
    }

    /// The rights that it leaves on what lies at or below these nodes. Names do not go from one directory to another
    /// unless a rule says so, whatever else the set is about.
    pub fn left(&self, nodes: impl Iterator<Item = (u64, u64)>) -> u32 {
        let given = nodes.filter_map(|node| self.rules.get(&node)).fold(0, |all, rights| all | rights);
        given | !(self.handled | LANDLOCK_ACCESS_FS_REFER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_rule_gives_is_left_only_if_the_set_is_not_about_it() {
        let mut rules = Ruleset::new(6);
        rules.allow((1, 2), 4);
        let (inside, outside) = (rules.left([(1, 9), (1, 2)].into_iter()), rules.left([(1, 9)].into_iter()));
        assert_eq!((inside & 15, outside & 15), (13, 9));
        assert_eq!((inside & LANDLOCK_ACCESS_FS_REFER, outside & LANDLOCK_ACCESS_FS_REFER), (0, 0));
    }
}
