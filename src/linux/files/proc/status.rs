//! `/proc/PID/status`, `stat`, `statm` and `limits` (proc(5)).

use crate::linux::process::Capabilities;

use super::super::view::View;
use super::entry::{Numbers, Told};

/// Nanoseconds in a tick of the clock that `stat` counts in (100 a second).
const TICK: u64 = 10_000_000;

pub fn status(world: &dyn View, [id, _]: Numbers) -> Told {
    let facts = world.process(id)?;
    let state = match facts.state {
        'R' => "R (running)",
        'S' => "S (sleeping)",
        'T' => "T (stopped)",
        't' => "t (tracing stop)",
        'Z' => "Z (zombie)",
        _ => "D (disk sleep)",
    };
    let four = |ids: [u32; 4]| ids.map(|id| id.to_string()).join("\t");
    let groups: String = facts.more_groups.iter().map(|group| format!("{group} ")).collect();
    let mut text = format!(
        "Name:\t{}\nUmask:\t{:04o}\nState:\t{state}\nTgid:\t{}\nNgid:\t0\nPid:\t{}\nPPid:\t{}\nTracerPid:\t{}\n\
         Uid:\t{}\nGid:\t{}\nFDSize:\t{}\nGroups:\t{groups}\nNStgid:\t{}\nNSpid:\t{}\nNSpgid:\t{}\nNSsid:\t{}\n",
        String::from_utf8_lossy(&facts.name),
        facts.umask,
        facts.process,
        facts.id,
        facts.parent,
        facts.tracer,
        four(facts.users),
        four(facts.groups),
        facts.descriptor_room,
        facts.process,
        facts.id,
        facts.group,
        facts.session,
    );
    let regions = world.regions(id).unwrap_or_default();
    let sum = |wanted: &dyn Fn(&super::super::view::RegionFacts) -> bool| -> u64 {
        regions.iter().filter(|region| wanted(region)).map(|region| region.end - region.start).sum::<u64>() / 1024
    };
    let stack = sum(&|region| region.name == b"[stack]");
    let code =
        sum(&|region| region.rights[2] && region.start as u32 >= facts.code.0 && region.end as u32 <= facts.code.1);
    let data = sum(&|region| region.rights[1] && !region.rights[3]).saturating_sub(stack);
    let (mapped, resident) = (facts.mapped / 1024, facts.resident / 1024);
    let sizes = [
        ("VmPeak", mapped),
        ("VmSize", mapped),
        ("VmLck", 0),
        ("VmPin", 0),
        ("VmHWM", resident),
        ("VmRSS", resident),
        ("RssAnon", resident),
        ("RssFile", 0),
        ("RssShmem", 0),
        ("VmData", data),
        ("VmStk", stack),
        ("VmExe", code),
        ("VmLib", sum(&|region| region.rights[2]).saturating_sub(code)),
        ("VmPTE", mapped.div_ceil(512)),
        ("VmSwap", 0),
        ("HugetlbPages", 0),
    ];
    if facts.state != 'Z' {
        sizes.iter().for_each(|(name, size)| text += &format!("{name}:\t{size:>8} kB\n"));
    }
    text += &format!("CoreDumping:\t0\nTHP_enabled:\t1\nThreads:\t{}\nSigQ:\t0/4096\n", facts.threads);
    let names = ["SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"];
    for (name, set) in names.iter().zip(facts.signals) {
        text += &format!("{name}:\t{set:016x}\n");
    }
    let Capabilities { effective, permitted, inheritable, bounding, .. } = facts.capabilities;
    let sets = [inheritable, permitted, effective, bounding, 0];
    for (name, set) in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].iter().zip(sets) {
        text += &format!("{name}:\t{set:016x}\n");
    }
    text += "NoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\nSpeculation_Store_Bypass:\tvulnerable\n\
             Cpus_allowed:\t1\nCpus_allowed_list:\t0\nMems_allowed:\t1\nMems_allowed_list:\t0\n\
             voluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t0\n";
    Ok(text.into_bytes())
}

/// Fifty-two numbers; what nobody counts here is zero.
pub fn stat(world: &dyn View, [id, _]: Numbers) -> Told {
    let facts = world.process(id)?;
    let [used, started] = facts.times.map(|time| time / TICK);
    let limit = facts.limits.get(5).map_or(u64::MAX, |limit| limit[0]);
    let limit = if limit == u64::MAX { u64::from(u32::MAX) } else { limit };
    let signals = facts.signals.map(|set| set as u32 & 0x7fff_ffff);
    let [heap, arguments, environment] = facts.areas;
    let (terminal, foreground) = facts.terminal.unwrap_or_default();
    let fields: Vec<String> = [
        facts.parent.into(),
        facts.group.into(),
        facts.session.into(),
        terminal,
        foreground.map_or(u64::MAX, u64::from),
        0x40_0000,
        0,
        0,
        0,
        0,
        used,
        0,
        0,
        0,
        20,
        0,
        facts.threads.into(),
        0,
        started,
        facts.mapped,
        facts.resident / 4096,
        limit,
        facts.code.0.into(),
        facts.code.1.into(),
        facts.stack.into(),
        0,
        0,
        signals[0].into(),
        signals[2].into(),
        signals[3].into(),
        signals[4].into(),
        0,
        0,
        0,
        17,
        0,
        0,
        0,
        0,
        0,
        0,
        heap.0.into(),
        heap.1.into(),
        heap.0.into(),
        arguments.0.into(),
        arguments.1.into(),
        environment.0.into(),
        environment.1.into(),
        0,
    ]
    .into_iter()
    .map(|field: u64| if field == u64::MAX { "-1".into() } else { field.to_string() })
    .collect();
    let name = String::from_utf8_lossy(&facts.name);
    Ok(format!("{} ({name}) {} {}\n", facts.id, facts.state, fields.join(" ")).into_bytes())
}

/// Sizes in pages.
pub fn statm(world: &dyn View, [id, _]: Numbers) -> Told {
    let facts = world.process(id)?;
    let [mapped, resident] = [facts.mapped, facts.resident].map(|size| size / 4096);
    let code = u64::from(facts.code.1.saturating_sub(facts.code.0)).div_ceil(4096);
    Ok(format!("{mapped} {resident} 0 {code} 0 {mapped} 0\n").into_bytes())
}

pub fn limits(world: &dyn View, [id, _]: Numbers) -> Told {
    const NAMES: [(&str, &str); 16] = [
        ("cpu time", "seconds"),
        ("file size", "bytes"),
        ("data size", "bytes"),
        ("stack size", "bytes"),
        ("core file size", "bytes"),
        ("resident set", "bytes"),
        ("processes", "processes"),
        ("open files", "files"),
        ("locked memory", "bytes"),
        ("address space", "bytes"),
        ("file locks", "locks"),
        ("pending signals", "signals"),
        ("msgqueue size", "bytes"),
        ("nice priority", ""),
        ("realtime priority", ""),
        ("realtime timeout", "us"),
    ];
    let told = |limit: u64| if limit == u64::MAX { "unlimited".into() } else { limit.to_string() };
    let mut text = format!("{:<26}{:<21}{:<21}{:<10}\n", "Limit", "Soft Limit", "Hard Limit", "Units");
    for ((name, unit), [soft, hard]) in NAMES.iter().zip(world.process(id)?.limits) {
        text += &format!("{:<26}{:<21}{:<21}{unit:<10}\n", format!("Max {name}"), told(soft), told(hard));
    }
    Ok(text.into_bytes())
}
