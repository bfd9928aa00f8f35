//! The root of `/proc`: processes, and what is known about the system (proc(5)).

use crate::linux::abi::status::PROC_SUPER_MAGIC;

use super::super::pseudo::{
    DECIMAL, EntryKind, Numbered, Numbers, PseudoEntry, PseudoFilesystem, Told, directory, fixed, own, path, text,
};
use super::super::view::{IpcListing, View};
use super::config::config;
use super::cpuinfo::cpuinfo;
use super::memory;
use super::process::PROCESS;
use super::processor;
use super::sys::SYS;

/// The filesystem.
pub static PROC: PseudoFilesystem = PseudoFilesystem {
    name: "proc",
    magic: PROC_SUPER_MAGIC,
    device: 4,
    root: PseudoEntry { name: "", mode: 0o555, kind: EntryKind::Numbered(SYSTEM, &PROCESSES) },
};

static PROCESSES: Numbered = Numbered {
    list: |world, _| world.processes(),
    has: |world, _, id| world.process(id).is_ok(),
    below: |_, id| [id, 0],
    names: DECIMAL,
    entry: PseudoEntry { name: "", mode: 0o555, kind: PROCESS },
};

static SYSTEM: &[PseudoEntry] = &[
    directory("bus", &[directory("input", &[]), directory("pci", &[text("devices", nothing)])]),
    directory("driver", &[]),
    directory("fs", &[]),
    directory("irq", &[]),
    directory("pressure", &[fixed("cpu", PRESSURE), fixed("io", PRESSURE), fixed("memory", PRESSURE)]),
    directory("sys", SYS),
    directory("sysvipc", SYSVIPC),
    directory("tty", &[directory("driver", &[]), fixed("drivers", DRIVERS), fixed("ldiscs", "n_tty       0")]),
    path("self", |world, _| Ok(world.current().0.to_string().into_bytes())),
    path("thread-self", |world, _| {
        let (process, thread) = world.current();
        Ok(format!("{process}/task/{thread}").into_bytes())
    }),
    path("net", |_, _| Ok(b"self/net".to_vec())),
    path("mounts", |_, _| Ok(b"self/mounts".to_vec())),
    text("buddyinfo", memory::buddyinfo),
    fixed("cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled"),
    fixed("cmdline", "tab86"),
    text("config.gz", config),
    text("consoles", nothing),
    text("cpuinfo", cpuinfo),
    text("crypto", nothing),
    fixed("devices", "Character devices:\n  1 mem\n  5 /dev/tty\n  5 /dev/ptmx\n136 pts\n\nBlock devices:"),
    text("diskstats", nothing),
    text("dma", nothing),
    fixed("execdomains", "0-0\tLinux           \t[kernel]"),
    text("fb", nothing),
    fixed("filesystems", FILESYSTEMS),
    text("interrupts", processor::interrupts),
    own("iomem", nothing),
    own("ioports", nothing),
    text("keys", |world, _| Ok(world.keys())),
    text("loadavg", processor::loadavg),
    text("locks", |world, _| Ok(world.locks())),
    text("meminfo", memory::meminfo),
    text("misc", nothing),
    text("modules", nothing),
    own("pagetypeinfo", nothing),
    fixed("partitions", "major minor  #blocks  name\n"),
    text("schedstat", processor::schedstat),
    own("slabinfo", |_, _| Ok(b"slabinfo - version: 2.1\n".to_vec())),
    text("softirqs", processor::softirqs),
    text("stat", processor::stat),
    fixed("swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority"),
    text("uptime", processor::uptime),
    text("version", version),
    own("vmallocinfo", nothing),
    text("vmstat", memory::vmstat),
    text("zoneinfo", memory::zoneinfo),
];

static SYSVIPC: &[PseudoEntry] = &[
    text("msg", |world, _| Ok(world.ipc(IpcListing::Queues))),
    text("sem", |world, _| Ok(world.ipc(IpcListing::Semaphores))),
    text("shm", |world, _| Ok(world.ipc(IpcListing::Segments))),
];

const FILESYSTEMS: &str = "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\nnodev\tsockfs\nnodev\tpipefs\n\
                           nodev\tmqueue\nnodev\tdevpts\n\text4";

/// Nobody ever waits for want of a resource (`Documentation/accounting/psi.rst`).
const PRESSURE: &str = "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n\
                        full avg10=0.00 avg60=0.00 avg300=0.00 total=0";

/// Which numbers terminals have.
const DRIVERS: &str = "/dev/tty             /dev/tty        5       0 system:/dev/tty\n\
                       /dev/ptmx            /dev/ptmx       5       2 system\n\
                       pty_slave            /dev/pts      136 0-1048575 pty:slave\n\
                       pty_master           /dev/ptm      128 0-1048575 pty:master";

/// The names of the filesystems that there are.
pub fn filesystems() -> impl Iterator<Item = &'static str> {
    FILESYSTEMS.lines().filter_map(|line| line.split('\t').nth(1))
}

fn nothing(_: &dyn View, _: Numbers) -> Told {
    Ok(Vec::new())
}

fn version(world: &dyn View, _: Numbers) -> Told {
    let [release, version] = world.system().release;
    Ok(format!("Linux version {release} (tab86@tab86) (rustc) {version}\n").into_bytes())
}
