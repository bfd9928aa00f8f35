//! How a process or thread is scheduled: `/proc/PID/sched` and `schedstat`.

use super::super::pseudo::{Numbers, Told};
use super::super::view::View;

/// Turns, and the time that they took. Nobody measures how long one waited for its turn.
pub fn schedstat(world: &dyn View, [id, _]: Numbers) -> Told {
    let facts = world.process(id)?;
    Ok(format!("{} 0 {}\n", facts.processor_time(), turns(facts.switches)).into_bytes())
}

/// All turns: those that are over, and the present one.
fn turns([voluntary, involuntary]: [u64; 2]) -> u64 {
    voluntary + involuntary + 1
}

/// In the form of `fs/proc` with CONFIG_SCHED_DEBUG, as far as there is something to tell.
pub fn sched(world: &dyn View, [id, _]: Numbers) -> Told {
    let facts = world.process(id)?;
    let [voluntary, involuntary] = facts.switches;
    let priority = match facts.priority {
        0 => 120 + i64::from(facts.nice),
        priority => 99 - i64::from(priority),
    };
    let time = |nanoseconds: u64| format!("{:14}.{:06}", nanoseconds / 1_000_000, nanoseconds % 1_000_000);
    let number = |number: i64| format!("{number:21}");
    let lines = [
        ("se.exec_start", time(world.system().times[0])),
        ("se.sum_exec_runtime", time(facts.processor_time())),
        ("se.nr_migrations", number(0)),
        ("nr_switches", number((voluntary + involuntary) as i64)),
        ("nr_voluntary_switches", number(voluntary as i64)),
        ("nr_involuntary_switches", number(involuntary as i64)),
        ("policy", number(facts.policy.into())),
        ("prio", number(priority)),
    ];
    let name = String::from_utf8_lossy(&facts.name);
    let head = format!("{name} ({}, #threads: {})\n{}\n", facts.id, facts.threads, "-".repeat(67));
    let lines = lines.iter().map(|(name, value)| format!("{name:<45}:{value}\n"));
    Ok((head + &lines.collect::<String>()).into_bytes())
}
