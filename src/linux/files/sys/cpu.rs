//! `/sys/devices/system/cpu`: the one processor (sched_getaffinity(2)).

use super::super::pseudo::{PseudoEntry, directory, fixed};

/// The directory.
pub static CPU: &[PseudoEntry] = &[
    directory("cpu0", CPU0),
    directory("cpufreq", &[]),
    directory("cpuidle", &[fixed("current_driver", "none"), fixed("current_governor", "none")]),
    fixed("isolated", ""),
    fixed("kernel_max", "0"),
    fixed("offline", ""),
    fixed("online", "0"),
    fixed("possible", "0"),
    fixed("present", "0"),
    directory("smt", &[fixed("active", "0"), fixed("control", "notsupported")]),
    directory("vulnerabilities", &[]),
];

static CPU0: &[PseudoEntry] = &[
    directory("cache", &[directory("index0", &DATA), directory("index1", &CODE), directory("index2", &UNIFIED)]),
    directory("topology", TOPOLOGY),
];

static TOPOLOGY: &[PseudoEntry] = &[
    fixed("cluster_cpus", "1"),
    fixed("cluster_cpus_list", "0"),
    fixed("cluster_id", "65535"),
    fixed("core_cpus", "1"),
    fixed("core_cpus_list", "0"),
    fixed("core_id", "0"),
    fixed("core_siblings", "1"),
    fixed("core_siblings_list", "0"),
    fixed("die_cpus", "1"),
    fixed("die_cpus_list", "0"),
    fixed("die_id", "0"),
    fixed("package_cpus", "1"),
    fixed("package_cpus_list", "0"),
    fixed("physical_package_id", "0"),
    fixed("thread_siblings", "1"),
    fixed("thread_siblings_list", "0"),
];

/// A cache: level, kind, size, sets and ways.
const fn cache([level, kind, size, sets, ways]: [&'static str; 5]) -> [PseudoEntry; 10] {
    [
        fixed("coherency_line_size", "64"),
        fixed("id", "0"),
        fixed("level", level),
        fixed("number_of_sets", sets),
        fixed("physical_line_partition", "1"),
        fixed("shared_cpu_list", "0"),
        fixed("shared_cpu_map", "1"),
        fixed("size", size),
        fixed("type", kind),
        fixed("ways_of_associativity", ways),
    ]
}

static DATA: [PseudoEntry; 10] = cache(["1", "Data", "32K", "64", "8"]);
static CODE: [PseudoEntry; 10] = cache(["1", "Instruction", "32K", "64", "8"]);
static UNIFIED: [PseudoEntry; 10] = cache(["2", "Unified", "1024K", "1024", "16"]);
