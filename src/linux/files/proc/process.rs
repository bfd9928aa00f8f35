//! `/proc/PID` and `/proc/PID/task/TID`: which files there are (proc(5)). What they tell is in `status`, `stat`,
//! `regions` and `descriptors`.

use super::super::view::{ProcSetting, ProcessLink, View};
use super::descriptors::{DESCRIPTOR_FILES, DESCRIPTORS};
use super::entry::{EntryKind, Numbered, Numbers, ProcEntry, Told, directory, link, own, setting, text};
use super::net::NET;
use super::{regions, stat, status};

/// What is in the directory of a process.
pub static PROCESS: &[ProcEntry] = &[
    ProcEntry { name: "task", mode: 0o555, kind: EntryKind::Numbered(&[], &TASKS) },
    ProcEntry { name: "fd", mode: 0o500, kind: EntryKind::Numbered(&[], &DESCRIPTORS) },
    ProcEntry { name: "fdinfo", mode: 0o555, kind: EntryKind::Numbered(&[], &DESCRIPTOR_FILES) },
    link("cwd", |[id, _]| ProcessLink::Cwd(id)),
    link("exe", |[id, _]| ProcessLink::Exe(id)),
    link("root", |[id, _]| ProcessLink::Root(id)),
    own("auxv", |world, [id, _]| Ok(world.process(id)?.auxiliary)),
    text("cgroup", |_, _| Ok(b"0::/\n".to_vec())),
    text("cmdline", |world, numbers| area(world, numbers, 1)),
    setting("comm", |world, [id, _]| Ok([world.process(id)?.name, b"\n".to_vec()].concat()), ProcSetting::Name),
    setting("coredump_filter", |_, _| Ok(b"00000033\n".to_vec()), ProcSetting::Nothing),
    text("cpuset", |_, _| Ok(b"/\n".to_vec())),
    own("environ", |world, numbers| area(world, numbers, 2)),
    text("io", io),
    text("limits", status::limits),
    text("loginuid", |_, _| Ok(u32::MAX.to_string().into_bytes())),
    text("maps", regions::maps),
    ProcEntry { name: "mem", mode: 0o600, kind: EntryKind::Memory },
    text("mountinfo", |world, _| Ok(world.mounts(false))),
    text("mounts", |world, _| Ok(world.mounts(true))),
    setting(
        "oom_adj",
        |world, [id, _]| told(world.process(id)?.oom_score_adjustment * 17 / 1000),
        ProcSetting::OldOomScore,
    ),
    directory("net", NET),
    text("oom_score", |world, [id, _]| told((666 + world.process(id)?.oom_score_adjustment * 2 / 3).max(0))),
    setting("oom_score_adj", |world, [id, _]| told(world.process(id)?.oom_score_adjustment), ProcSetting::OomScore),
    own("personality", |world, [id, _]| Ok(format!("{:08x}\n", world.process(id)?.personality).into_bytes())),
    text("schedstat", |world, [id, _]| Ok(format!("{} 0 1\n", world.process(id)?.times[0]).into_bytes())),
    text("sessionid", |_, _| Ok(u32::MAX.to_string().into_bytes())),
    text("smaps", regions::smaps),
    text("smaps_rollup", regions::rollup),
    text("stat", stat::stat),
    text("statm", stat::statm),
    text("status", status::status),
    own("syscall", call),
    setting("timerslack_ns", |_, _| Ok(b"50000\n".to_vec()), ProcSetting::Nothing),
    text("uid_map", |_, _| Ok(WHOLE_MAP.to_vec())),
    text("gid_map", |_, _| Ok(WHOLE_MAP.to_vec())),
    text("wchan", |_, _| Ok(b"0".to_vec())),
];

/// Every user and group is itself (user_namespaces(7)).
const WHOLE_MAP: &[u8] = b"         0          0 4294967295\n";

static TASKS: Numbered = Numbered {
    list: |world, [id, _]| world.threads(id),
    has: |world, [id, _], thread| world.threads(id).contains(&thread),
    below: |_, thread| [thread, 0],
    entry: ProcEntry { name: "", mode: 0o555, kind: EntryKind::Directory(PROCESS) },
};

/// A number in a line of its own.
fn told(number: i32) -> Told {
    Ok(format!("{number}\n").into_bytes())
}

/// The bytes of an area of the process: its arguments, its environment.
fn area(world: &dyn View, [id, _]: Numbers, index: usize) -> Told {
    let facts = world.process(id)?;
    let (start, end) = facts.areas[index];
    Ok(world.memory(facts.process, start, end.saturating_sub(start)))
}

/// The call that a thread waits in; nothing of one that runs.
fn call(world: &dyn View, [id, _]: Numbers) -> Told {
    let told = world.process(id)?.call.map(|[number, rest @ ..]| {
        let rest: String = rest.iter().map(|word| format!(" {word:#x}")).collect();
        format!("{number}{rest}\n")
    });
    Ok(told.unwrap_or_else(|| "running\n".into()).into_bytes())
}

fn io(_: &dyn View, _: Numbers) -> Told {
    let names = ["rchar", "wchar", "syscr", "syscw", "read_bytes", "write_bytes", "cancelled_write_bytes"];
    Ok(names.iter().map(|name| format!("{name}: 0\n")).collect::<String>().into_bytes())
}
