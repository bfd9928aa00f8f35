//! `/proc/PID/status` (proc(5)): lines, which people read.

use crate::linux::process::Capabilities;

use super::super::facts::{ProcessFacts, RegionFacts};
use super::super::pseudo::{Numbers, Told};
use super::super::view::View;

/// What is the same of everybody.
const COMMON: &str = "Speculation_Store_Bypass:\tvulnerable\n\
                      Cpus_allowed:\t1\nCpus_allowed_list:\t0\nMems_allowed:\t1\nMems_allowed_list:\t0\n";

pub fn status(world: &dyn View, [id, _]: Numbers) -> Told {
    let facts = world.process(id)?;
    let sizes = match facts.state {
        'Z' => String::new(),
        _ => sizes(&facts, &world.regions(id).unwrap_or_default()),
    };
    let [voluntary, involuntary] = facts.switches;
    let switches = format!("voluntary_ctxt_switches:\t{voluntary}\nnonvoluntary_ctxt_switches:\t{involuntary}\n");
    let parts =
        [identity(&facts), sizes, signals(&facts), capabilities(&facts), confinement(&facts), COMMON.into(), switches];
    Ok(parts.concat().into_bytes())
}

fn confinement(facts: &ProcessFacts) -> String {
    let [no_new_privileges, mode, filters] = facts.confinement;
    format!("NoNewPrivs:\t{no_new_privileges}\nSeccomp:\t{mode}\nSeccomp_filters:\t{filters}\n")
}

fn identity(facts: &ProcessFacts) -> String {
    let state = match facts.state {
        'R' => "R (running)",
        'S' => "S (sleeping)",
        'T' => "T (stopped)",
        't' => "t (tracing stop)",
        'Z' => "Z (zombie)",
        _ => "D (disk sleep)",
    };
    let four = |ids: [u32; 4]| ids.map(|id| id.to_string()).join("\t");
    let groups: String = facts.more_groups.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    format!(
        "Name:\t{}\nUmask:\t{:04o}\nState:\t{state}\nTgid:\t{}\nNgid:\t0\nPid:\t{}\nPPid:\t{}\nTracerPid:\t{}\n\
         Uid:\t{}\nGid:\t{}\nFDSize:\t{}\nGroups:\t{groups} \nNStgid:\t{}\nNSpid:\t{}\nNSpgid:\t{}\nNSsid:\t{}\n",
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
    )
}

/// What is mapped, in kilobytes.
fn sizes(facts: &ProcessFacts, regions: &[RegionFacts]) -> String {
    let sum = |wanted: &dyn Fn(&RegionFacts) -> bool| -> u64 {
        regions.iter().filter(|region| wanted(region)).map(|region| region.end - region.start).sum::<u64>() / 1024
    };
    let (first, last) = (u64::from(facts.code.0), u64::from(facts.code.1));
    let stack = sum(&|region| region.name == b"[stack]");
    let code = sum(&|region| region.rights[2] && region.start >= first && region.end <= last);
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
    let lines = sizes.iter().map(|(name, size)| format!("{name}:\t{size:>8} kB\n"));
    lines.chain(["CoreDumping:\t0\nTHP_enabled:\t1\n".into()]).collect()
}

fn signals(facts: &ProcessFacts) -> String {
    let sets = lines(["SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"], facts.signals);
    format!("Threads:\t{}\nSigQ:\t0/4096\n{sets}", facts.threads)
}

fn capabilities(facts: &ProcessFacts) -> String {
    let Capabilities { effective, permitted, inheritable, bounding, ambient, .. } = facts.capabilities;
    let sets = [inheritable, permitted, effective, bounding, ambient];
    lines(["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"], sets)
}

/// Sets of bits, a line each.
fn lines(names: [&str; 5], sets: [u64; 5]) -> String {
    names.iter().zip(sets).map(|(name, set)| format!("{name}:\t{set:016x}\n")).collect()
}
