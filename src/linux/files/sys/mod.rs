//! `/sys` (sysfs(5)): the devices of a world that has one processor, one node of memory, a loopback interface
//! and no other hardware. Nothing of the host shows.

mod class;
mod cpu;
mod node;

use crate::linux::abi::status::SYSFS_MAGIC;

use super::pseudo::{EntryKind, PseudoEntry, PseudoFilesystem, directory, fixed};

/// The filesystem.
pub static SYSFS: PseudoFilesystem = PseudoFilesystem {
    name: "sysfs",
    magic: SYSFS_MAGIC,
    device: 0x16,
    root: PseudoEntry { name: "", mode: 0o555, kind: EntryKind::Directory(ROOT) },
};

static ROOT: &[PseudoEntry] = &[
    directory("block", &[]),
    directory("bus", &[directory("cpu", &[]), directory("pci", NO_DEVICES), directory("usb", NO_DEVICES)]),
    directory("class", class::CLASSES),
    directory("dev", &[directory("block", &[]), directory("char", &[])]),
    directory("devices", DEVICES),
    directory("firmware", &[]),
    directory("fs", &[directory("cgroup", &[])]),
    directory("kernel", KERNEL),
    directory("module", &[]),
    directory("power", &[fixed("state", "")]),
];

static NO_DEVICES: &[PseudoEntry] = &[directory("devices", &[]), directory("drivers", &[])];

static DEVICES: &[PseudoEntry] = &[
    directory(
        "system",
        &[directory("clocksource", CLOCKS), directory("cpu", cpu::CPU), directory("node", node::NODES)],
    ),
    directory("virtual", &[directory("net", class::NET)]),
];

static CLOCKS: &[PseudoEntry] =
    &[directory("clocksource0", &[fixed("available_clocksource", "tsc"), fixed("current_clocksource", "tsc")])];

static KERNEL: &[PseudoEntry] = &[
    fixed("fscaps", "1"),
    directory("iommu_groups", &[]),
    directory("mm", &[directory("hugepages", &[]), directory("transparent_hugepage", HUGE_PAGES)]),
    fixed("profiling", "0"),
    directory("security", &[]),
    fixed("uevent_seqnum", "0"),
];

/// There are none.
static HUGE_PAGES: &[PseudoEntry] = &[
    fixed("defrag", "always defer defer+madvise madvise [never]"),
    fixed("enabled", "always madvise [never]"),
    fixed("hpage_pmd_size", "2097152"),
    fixed("shmem_enabled", "always within_size advise [never] deny force"),
    fixed("use_zero_page", "0"),
];
