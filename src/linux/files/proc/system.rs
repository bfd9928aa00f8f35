//! The root of `/proc`: processes, and what is known about the system (proc(5)).

use super::super::view::{IpcListing, View};
use super::cpuinfo::cpuinfo;
use super::entry::{EntryKind, Numbered, Numbers, ProcEntry, Told, directory, path, text};
use super::process::PROCESS;
use super::sys::SYS;

/// The root directory.
pub static ROOT: ProcEntry = ProcEntry { name: "", mode: 0o555, kind: EntryKind::Numbered(SYSTEM, &PROCESSES) };

static PROCESSES: Numbered = Numbered {
    list: |world, _| world.processes(),
    has: |world, _, id| world.process(id).is_ok(),
    below: |_, id| [id, 0],
    entry: ProcEntry { name: "", mode: 0o555, kind: EntryKind::Directory(PROCESS) },
};

static SYSTEM: &[ProcEntry] = &[
    directory("sys", SYS),
    directory(
        "sysvipc",
        &[
            text("msg", |world, _| Ok(world.ipc(IpcListing::Queues))),
            text("sem", |world, _| Ok(world.ipc(IpcListing::Semaphores))),
            text("shm", |world, _| Ok(world.ipc(IpcListing::Segments))),
        ],
    ),
    path("self", |world, _| Ok(world.current().0.to_string().into_bytes())),
    path("thread-self", |world, _| {
        let (process, thread) = world.current();
        Ok(format!("{process}/task/{thread}").into_bytes())
    }),
    path("net", |_, _| Ok(b"self/net".to_vec())),
    path("mounts", |_, _| Ok(b"self/mounts".to_vec())),
    text("cgroups", |_, _| Ok(b"#subsys_name\thierarchy\tnum_cgroups\tenabled\n".to_vec())),
    text("cmdline", |_, _| Ok(b"tab86\n".to_vec())),
    text("cpuinfo", cpuinfo),
    text("devices", |_, _| Ok(b"Character devices:\n  1 mem\n  5 /dev/tty\n136 pts\n\nBlock devices:\n".to_vec())),
    text("diskstats", nothing),
    text("filesystems", |_, _| Ok(FILESYSTEMS.into())),
    text("interrupts", |_, _| Ok(b"           CPU0       \n".to_vec())),
    text("loadavg", loadavg),
    text("locks", nothing),
    text("meminfo", meminfo),
    text("modules", nothing),
    text("partitions", |_, _| Ok(b"major minor  #blocks  name\n\n".to_vec())),
    text("stat", stat),
    text("swaps", |_, _| Ok(b"Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n".to_vec())),
    text("uptime", uptime),
    text("version", version),
    text("vmstat", vmstat),
];

const FILESYSTEMS: &[u8] = b"nodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\nnodev\tsysfs\nnodev\tpipefs\n\text4\n";

fn nothing(_: &dyn View, _: Numbers) -> Told {
    Ok(Vec::new())
}

/// Hundredths of a second, with a point before them.
fn hundredths(nanoseconds: u64) -> String {
    let hundredths = nanoseconds / 10_000_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn uptime(world: &dyn View, _: Numbers) -> Told {
    Ok(format!("{} 0.00\n", hundredths(world.system().times[0])).into_bytes())
}

fn loadavg(world: &dyn View, _: Numbers) -> Told {
    let [all, running, last] = world.system().tasks;
    Ok(format!("0.00 0.00 0.00 {running}/{all} {last}\n").into_bytes())
}

fn version(world: &dyn View, _: Numbers) -> Told {
    let [release, version] = world.system().release;
    Ok(format!("Linux version {release} (tab86@tab86) (rustc) {version}\n").into_bytes())
}

fn stat(world: &dyn View, _: Numbers) -> Told {
    let facts = world.system();
    let ticks = facts.times[0] / 10_000_000;
    let boot = facts.times[1] / 1_000_000_000;
    let [_, running, last] = facts.tasks;
    let cpu = format!("{ticks} 0 0 0 0 0 0 0 0 0");
    Ok(format!(
        "cpu  {cpu}\ncpu0 {cpu}\nintr 0\nctxt 0\nbtime {boot}\nprocesses {last}\nprocs_running {running}\n\
         procs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n"
    )
    .into_bytes())
}

fn meminfo(world: &dyn View, _: Numbers) -> Told {
    let [total, used] = world.system().memory.map(|bytes| bytes / 1024);
    let free = total.saturating_sub(used);
    let lines = [
        ("MemTotal", total),
        ("MemFree", free),
        ("MemAvailable", free),
        ("Buffers", 0),
        ("Cached", 0),
        ("SwapCached", 0),
        ("Active", used),
        ("Inactive", 0),
        ("Active(anon)", used),
        ("Inactive(anon)", 0),
        ("Active(file)", 0),
        ("Inactive(file)", 0),
        ("Unevictable", 0),
        ("Mlocked", 0),
        ("HighTotal", 0),
        ("HighFree", 0),
        ("LowTotal", total),
        ("LowFree", free),
        ("SwapTotal", 0),
        ("SwapFree", 0),
        ("Dirty", 0),
        ("Writeback", 0),
        ("AnonPages", used),
        ("Mapped", 0),
        ("Shmem", 0),
        ("Slab", 0),
        ("SReclaimable", 0),
        ("SUnreclaim", 0),
        ("KernelStack", 0),
        ("PageTables", 0),
        ("CommitLimit", total / 2),
        ("Committed_AS", used),
        ("VmallocTotal", 122_880),
        ("VmallocUsed", 0),
        ("VmallocChunk", 0),
    ];
    let lines = lines.iter().map(|(name, size)| format!("{:<16}{size:>8} kB\n", format!("{name}:")));
    Ok(lines.collect::<String>().into_bytes())
}

fn vmstat(world: &dyn View, _: Numbers) -> Told {
    let [total, used] = world.system().memory.map(|bytes| bytes / 4096);
    Ok(format!("nr_free_pages {}\nnr_anon_pages {used}\npgfault 0\npgmajfault 0\n", total.saturating_sub(used))
        .into_bytes())
}
