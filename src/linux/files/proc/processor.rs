//! What the processor has done since the world began (proc(5)): `stat`, `uptime` and their relatives. It is
//! busy when it executes instructions, and else idle.

use super::super::facts::SystemFacts;
use super::super::pseudo::{Numbers, Told};
use super::super::view::View;
use super::stat::TICK;

/// Nanoseconds that the processor was busy, and idle.
fn shares(facts: &SystemFacts) -> [u64; 2] {
    let busy = facts.executed.min(facts.times[0]);
    [busy, facts.times[0] - busy]
}

/// Hundredths of a second, with a point before them.
fn hundredths(nanoseconds: u64) -> String {
    let hundredths = nanoseconds / 10_000_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

pub fn uptime(world: &dyn View, _: Numbers) -> Told {
    let facts = world.system();
    let [_, idle] = shares(&facts);
    Ok(format!("{} {}\n", hundredths(facts.times[0]), hundredths(idle)).into_bytes())
}

pub fn loadavg(world: &dyn View, _: Numbers) -> Told {
    let [all, running, last] = world.system().tasks;
    Ok(format!("0.00 0.00 0.00 {running}/{all} {last}\n").into_bytes())
}

pub fn stat(world: &dyn View, _: Numbers) -> Told {
    let facts = world.system();
    let [busy, idle] = shares(&facts).map(|time| time / TICK);
    let boot = facts.times[1] / 1_000_000_000;
    let [_, running, last] = facts.tasks;
    let (cpu, switches) = (format!("{busy} 0 0 {idle} 0 0 0 0 0 0"), facts.switches);
    Ok(format!(
        "cpu  {cpu}\ncpu0 {cpu}\nintr 0\nctxt {switches}\nbtime {boot}\nprocesses {last}\n\
         procs_running {running}\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n"
    )
    .into_bytes())
}

pub fn schedstat(world: &dyn View, _: Numbers) -> Told {
    let facts = world.system();
    let [busy, _] = shares(&facts);
    let (now, switches) = (facts.times[0] / TICK, facts.switches);
    Ok(format!("version 15\ntimestamp {now}\ncpu0 0 0 0 0 0 0 {busy} 0 {switches}\n").into_bytes())
}

/// No device interrupts anybody.
pub fn interrupts(_: &dyn View, _: Numbers) -> Told {
    Ok(b"           CPU0       \nERR:          0\nMIS:          0\n".to_vec())
}

pub fn softirqs(_: &dyn View, _: Numbers) -> Told {
    const KINDS: [&str; 10] =
        ["HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"];
    let head = "                    CPU0       \n".to_string();
    let lines = KINDS.iter().map(|kind| format!("{kind:>12}: {:>10}\n", 0));
    Ok((head + &lines.collect::<String>()).into_bytes())
}
