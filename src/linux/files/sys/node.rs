//! `/sys/devices/system/node`: the one node of memory (numa(7)).

use super::super::pseudo::{Numbers, PseudoEntry, Told, directory, fixed, text};
use super::super::view::View;

/// The directory.
pub static NODES: &[PseudoEntry] = &[
    fixed("has_cpu", "0"),
    fixed("has_memory", "0"),
    fixed("has_normal_memory", "0"),
    directory("node0", NODE0),
    fixed("online", "0"),
    fixed("possible", "0"),
];

static NODE0: &[PseudoEntry] = &[
    fixed("cpulist", "0"),
    fixed("cpumap", "1"),
    fixed("distance", "10"),
    directory("hugepages", &[]),
    text("meminfo", meminfo),
    fixed("numastat", "numa_hit 0\nnuma_miss 0\nnuma_foreign 0\ninterleave_hit 0\nlocal_node 0\nother_node 0"),
];

fn meminfo(world: &dyn View, _: Numbers) -> Told {
    let [total, used] = world.system().memory.map(|bytes| bytes / 1024);
    let lines = [("MemTotal", total), ("MemFree", total.saturating_sub(used)), ("MemUsed", used), ("AnonPages", used)];
    let line = |(name, size): &(&str, u64)| format!("Node 0 {:<16}{size:>8} kB\n", format!("{name}:"));
    Ok(lines.iter().map(line).collect::<String>().into_bytes())
}
