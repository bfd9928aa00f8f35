//! `/proc/PID/status` (proc(5)).

use crate::linux::process::Capabilities;

use super::super::pseudo::{Numbers, Told};
use super::super::view::View;

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
        ("VmLck", facts.locked / 1024),
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
    let [voluntary, involuntary] = facts.switches;
    text += &format!(
        "NoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\nSpeculation_Store_Bypass:\tvulnerable\n\
             Cpus_allowed:\t1\nCpus_allowed_list:\t0\nMems_allowed:\t1\nMems_allowed_list:\t0\n\
             voluntary_ctxt_switches:\t{voluntary}\nnonvoluntary_ctxt_switches:\t{involuntary}\n"
    );
    Ok(text.into_bytes())
}
