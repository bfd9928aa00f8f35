//! `/proc/PID` and `/proc/PID/task/TID`: which files there are (proc(5)). What they tell is in the files beside
//! this one.

use super::super::pseudo::{
    DECIMAL, EntryKind, Numbered, Numbers, PseudoEntry, Told, directory, link, own, setting, text,
};
use super::super::view::{MountListing, ProcSetting, ProcessLink, View};
use super::descriptors::{DESCRIPTOR_FILES, DESCRIPTORS};
use super::net::NET;
use super::regions::MAPPED_FILES;
use super::{limits, namespaces, regions, scheduling, stat, status, usage};

/// The directory of a process.
pub const PROCESS: EntryKind = EntryKind::Both(OF_PROCESSES, OF_THREADS);

/// What only processes have.
static OF_PROCESSES: &[PseudoEntry] = &[
    PseudoEntry { name: "task", mode: 0o555, kind: EntryKind::Numbered(&[], &TASKS) },
    PseudoEntry { name: "map_files", mode: 0o500, kind: EntryKind::Numbered(&[], &MAPPED_FILES) },
    setting("coredump_filter", |_, _| Ok(b"00000033\n".to_vec()), ProcSetting::Nothing),
    own("mountstats", |world, [id, _]| world.mounts(id, MountListing::Mountstats)),
    setting("timerslack_ns", |_, _| Ok(b"50000\n".to_vec()), ProcSetting::Nothing),
];

/// What threads have as well.
static OF_THREADS: &[PseudoEntry] = &[
    PseudoEntry { name: "fd", mode: 0o500, kind: EntryKind::Numbered(&[], &DESCRIPTORS) },
    PseudoEntry { name: "fdinfo", mode: 0o555, kind: EntryKind::Numbered(&[], &DESCRIPTOR_FILES) },
    namespaces::NS,
    link("cwd", |[id, _]| ProcessLink::Cwd(id)),
    link("exe", |[id, _]| ProcessLink::Exe(id)),
    link("root", |[id, _]| ProcessLink::Root(id)),
    own("auxv", |world, [id, _]| Ok(world.process(id)?.auxiliary)),
    text("cgroup", |_, _| Ok(b"0::/\n".to_vec())),
    text("cmdline", command_line),
    setting("comm", |world, [id, _]| Ok([world.process(id)?.name, b"\n".to_vec()].concat()), ProcSetting::Name),
    PseudoEntry {
        name: "clear_refs",
        mode: 0o200,
        kind: EntryKind::Setting(|_, _| Ok(Vec::new()), ProcSetting::Nothing),
    },
    text("cpuset", |_, _| Ok(b"/\n".to_vec())),
    own("environ", |world, numbers| area(world, numbers, 2)),
    own("io", usage::io),
    text("limits", limits::limits),
    setting("loginuid", |_, _| Ok(u32::MAX.to_string().into_bytes()), ProcSetting::Nothing),
    text("maps", regions::maps),
    PseudoEntry { name: "mem", mode: 0o600, kind: EntryKind::Memory },
    text("mountinfo", |world, [id, _]| world.mounts(id, MountListing::Mountinfo)),
    text("mounts", |world, [id, _]| world.mounts(id, MountListing::Mounts)),
    text("numa_maps", regions::numa_maps),
    setting(
        "oom_adj",
        |world, [id, _]| told(world.process(id)?.oom_score_adjustment * 17 / 1000),
        ProcSetting::OldOomScore,
    ),
    directory("net", NET),
    text("oom_score", |world, [id, _]| told((666 + world.process(id)?.oom_score_adjustment * 2 / 3).max(0))),
    setting("oom_score_adj", |world, [id, _]| told(world.process(id)?.oom_score_adjustment), ProcSetting::OomScore),
    own("pagemap", regions::pagemap),
    own("personality", |world, [id, _]| Ok(format!("{:08x}\n", world.process(id)?.personality).into_bytes())),
    setting("sched", scheduling::sched, ProcSetting::Nothing),
    text("schedstat", scheduling::schedstat),
    text("sessionid", |_, _| Ok(u32::MAX.to_string().into_bytes())),
    text("smaps", regions::smaps),
    text("smaps_rollup", regions::rollup),
    text("stat", stat::stat),
    text("statm", stat::statm),
    text("status", status::status),
    own("stack", |_, _| Ok(b"[<0>] 0\n".to_vec())),
    own("syscall", usage::syscall),
    namespaces::USER_MAP,
    namespaces::GROUP_MAP,
    namespaces::PROJECT_MAP,
    namespaces::SET_GROUPS,
    text("wchan", |_, _| Ok(b"0".to_vec())),
];

static TASKS: Numbered = Numbered {
    list: |world, [id, _]| world.threads(id),
    has: |world, [id, _], thread| world.threads(id).contains(&thread),
    below: |_, thread| [thread, 0],
    names: DECIMAL,
    entry: PseudoEntry { name: "", mode: 0o555, kind: EntryKind::Directory(OF_THREADS) },
};

/// A number in a line of its own.
fn told(number: i32) -> Told {
    Ok(format!("{number}\n").into_bytes())
}

/// The arguments, or the title that the process has written over them (setproctitle(3)): then their last byte is no end
/// of a string any more, and the title ends at the first that is one, at most a page on and in the environment.
fn command_line(world: &dyn View, numbers: Numbers) -> Told {
    let facts = world.process(numbers[0])?;
    let [_, (start, end), (next, limit)] = facts.areas;
    let last = world.memory(facts.process, end.saturating_sub(1), 1);
    if matches!(last[..], [] | [0]) {
        return area(world, numbers, 1);
    }
    let limit = if next == end { limit.max(end) } else { end };
    let mut title = world.memory(facts.process, start, limit.saturating_sub(start).min(4096));
    title.truncate(title.iter().position(|byte| *byte == 0).map_or(title.len(), |end| end + 1));
    Ok(title)
}

/// The bytes of an area of the process: its arguments, its environment.
fn area(world: &dyn View, [id, _]: Numbers, index: usize) -> Told {
    let facts = world.process(id)?;
    let (start, end) = facts.areas[index];
    Ok(world.memory(facts.process, start, end.saturating_sub(start)))
}
