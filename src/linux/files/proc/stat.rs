//! `/proc/PID/stat` and `statm` (proc(5)): numbers, which programs read.

use super::super::facts::ProcessFacts;
use super::super::pseudo::{Numbers, Told};
use super::super::view::View;

/// Nanoseconds in a tick of the clock that these count in (100 a second).
pub const TICK: u64 = 10_000_000;

/// The flags of a process about which there is nothing special.
const FLAGS: i64 = 0x40_0000;

/// Fifty-two fields; what nobody counts here is zero.
pub fn stat(world: &dyn View, [id, _]: Numbers) -> Told {
    let facts = world.process(id)?;
    let groups = [family(&facts), times(&facts), memory(&facts), signals(&facts), areas(&facts)];
    let fields: Vec<String> = groups.concat().iter().map(i64::to_string).collect();
    let name = String::from_utf8_lossy(&facts.name);
    Ok(format!("{} ({name}) {} {}\n", facts.id, facts.state, fields.join(" ")).into_bytes())
}

/// From `ppid` to `flags`.
fn family(facts: &ProcessFacts) -> Vec<i64> {
    let (terminal, foreground) = facts.terminal.unwrap_or_default();
    let foreground = foreground.map_or(-1, i64::from);
    vec![facts.parent.into(), facts.group.into(), facts.session.into(), terminal as i64, foreground, FLAGS]
}

/// From `minflt` to `starttime`.
fn times(facts: &ProcessFacts) -> Vec<i64> {
    let ticks = |time: u64| (time / TICK) as i64;
    let [[user, system], [children_user, children_system]] = facts.times.map(|times| times.map(ticks));
    let [own, children] = facts.faults.map(|count| count as i64);
    let (nice, threads) = (facts.nice.into(), facts.threads.into());
    let priority = match facts.priority {
        0 => 20 + nice,
        priority => -1 - i64::from(priority),
    };
    let used = [own, children, 0, 0, user, system, children_user, children_system];
    [&used[..], &[priority, nice, threads, 0, ticks(facts.started)]].concat()
}

/// From `vsize` to `kstkeip`.
fn memory(facts: &ProcessFacts) -> Vec<i64> {
    let limit = facts.limits.get(5).map_or(u64::MAX, |limit| limit[0]);
    let limit = if limit == u64::MAX { u64::from(u32::MAX) } else { limit };
    let [mapped, resident, limit] = [facts.mapped, facts.resident / 4096, limit].map(|size| size as i64);
    let (code, stack) = (facts.code, facts.stack.into());
    vec![mapped, resident, limit, code.0.into(), code.1.into(), stack, 0, 0]
}

/// From `signal` to `cguest_time`.
fn signals(facts: &ProcessFacts) -> Vec<i64> {
    let [pending, _, blocked, ignored, caught] = facts.signals.map(|set| (set & 0x7fff_ffff) as i64);
    let (exit_signal, priority, policy) = (facts.exit_signal.into(), facts.priority.into(), facts.policy.into());
    vec![pending, blocked, ignored, caught, 0, 0, 0, exit_signal, 0, priority, policy, 0, 0, 0]
}

/// From `start_data` to `exit_code`.
fn areas(facts: &ProcessFacts) -> Vec<i64> {
    let [heap, arguments, environment] = facts.areas;
    [heap.0, heap.1, heap.0, arguments.0, arguments.1, environment.0, environment.1, 0].map(i64::from).into()
}

/// Sizes in pages.
pub fn statm(world: &dyn View, [id, _]: Numbers) -> Told {
    let facts = world.process(id)?;
    let [mapped, resident] = [facts.mapped, facts.resident].map(|size| size / 4096);
    let code = u64::from(facts.code.1.saturating_sub(facts.code.0)).div_ceil(4096);
    Ok(format!("{mapped} {resident} 0 {code} 0 {mapped} 0\n").into_bytes())
}
