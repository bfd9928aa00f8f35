//! Numbers of the calls on nodes of memory (set_mempolicy(2)).

/// The policy of the system.
pub const MPOL_DEFAULT: u32 = 0;
/// One node rather than others.
pub const MPOL_PREFERRED: u32 = 1;
/// These nodes and no others.
pub const MPOL_BIND: u32 = 2;
/// These nodes in turn.
pub const MPOL_INTERLEAVE: u32 = 3;
/// The node of the processor.
pub const MPOL_LOCAL: u32 = 4;
/// These nodes rather than others.
pub const MPOL_PREFERRED_MANY: u32 = 5;
/// These nodes in turn, some more often.
pub const MPOL_WEIGHTED_INTERLEAVE: u32 = 6;
/// The last of them.
pub const MPOL_LAST: u32 = 6;

/// Pages move to where they are accessed.
pub const MPOL_F_NUMA_BALANCING: u32 = 1 << 13;
/// Nodes are counted from the first that is allowed.
pub const MPOL_F_RELATIVE_NODES: u32 = 1 << 14;
/// Nodes are what they are, whatever is allowed later.
pub const MPOL_F_STATIC_NODES: u32 = 1 << 15;

/// get_mempolicy(2) tells a node.
pub const MPOL_F_NODE: u32 = 1;
/// It tells of an address.
pub const MPOL_F_ADDR: u32 = 2;
/// It tells which nodes there are.
pub const MPOL_F_MEMS_ALLOWED: u32 = 4;

/// mbind(2) fails if pages lie elsewhere.
pub const MPOL_MF_STRICT: u32 = 1;
/// It moves pages of the process alone.
pub const MPOL_MF_MOVE: u32 = 2;
/// It moves all.
pub const MPOL_MF_MOVE_ALL: u32 = 4;
