//! What a world calls itself (uname(2)).

use crate::linux::abi::process::NODE_NAME;
use crate::linux::copy::copied;
use crate::linux::files::SystemName;

/// The longest of these names, in bytes.
pub const LONGEST_NAME: usize = 64;

/// The names that an administrator gives a system.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SystemNames {
    /// Its name in the network (sethostname(2)).
    node: Vec<u8>,
    /// The domain that it is in (setdomainname(2)), which has nothing to do with that of the network.
    domain: Vec<u8>,
}

impl Default for SystemNames {
    fn default() -> SystemNames {
        SystemNames { node: NODE_NAME.into(), domain: b"(none)".to_vec() }
    }
}

impl SystemNames {
    /// One of them.
    pub fn get(&self, which: SystemName) -> &[u8] {
        match which {
            SystemName::Node => &self.node,
            SystemName::Domain => &self.domain,
        }
    }

    /// Changes one of them; what is too long is cut off.
    pub fn set(&mut self, which: SystemName, mut name: Vec<u8>) {
        name.truncate(LONGEST_NAME);
        match which {
            SystemName::Node => self.node = name,
            SystemName::Domain => self.domain = name,
        }
    }
}

copied!(SystemNames: clone { node, domain } duplicate {});
