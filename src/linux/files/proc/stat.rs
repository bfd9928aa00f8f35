//! `/proc/PID/stat` and `statm` (proc(5)): numbers, which programs read.

use super::super::view::{ProcessFacts, View};
use super::entry::{Numbers, Told};

/// Nanoseconds in a tick of the clock that `stat` counts in (100 a second).
const TICK: u64 = 10_000_000;

/// The signal that a parent gets (SIGCHLD), the priority of a normal process, and its flags: nothing special.
const EXIT_SIGNAL: u64 = 17;
const PRIORITY: u64 = 20;
const FLAGS: u64 = 0x40_0000;

/// Fifty-two fields; what nobody counts here is zero.
pub fn stat(world: &dyn View, [id, _]: Numbers) -> Told {
    let facts = world.process(id)?;
    let groups = [family(&facts), times(&facts), memory(&facts), signals(&facts), areas(&facts)];
    let told = |field: u64| if field == u64::MAX { "-1".into() } else { field.to_string() };
    let fields: Vec<String> = groups.concat().into_iter().map(told).collect();
    let name = String::from_utf8_lossy(&facts.name);
    Ok(format!("{} ({name}) {} {}\n", facts.id, facts.state, fields.join(" ")).into_bytes())
}

/// From `ppid` to `flags`.
fn family(facts: &ProcessFacts) -> Vec<u64> {
    let (terminal, foreground) = facts.terminal.unwrap_or_default();
    let foreground = foreground.map_or(u64::MAX, u64::from);
    vec![facts.parent.into(), facts.group.into(), facts.session.into(), terminal, foreground, FLAGS]
}

/// From `minflt` to `starttime`.
fn times(facts: &ProcessFacts) -> Vec<u64> {
    let [used, started] = facts.times.map(|time| time / TICK);
    [&[0; 4][..], &[used, 0, 0, 0, PRIORITY, 0, facts.threads.into(), 0, started]].concat()
}

/// From `vsize` to `kstkeip`.
fn memory(facts: &ProcessFacts) -> Vec<u64> {
    let limit = facts.limits.get(5).map_or(u64::MAX, |limit| limit[0]);
    let limit = if limit == u64::MAX { u64::from(u32::MAX) } else { limit };
    let (code, stack) = (facts.code, facts.stack.into());
    vec![facts.mapped, facts.resident / 4096, limit, code.0.into(), code.1.into(), stack, 0, 0]
}

/// From `signal` to `cguest_time`.
fn signals(facts: &ProcessFacts) -> Vec<u64> {
    let [pending, _, blocked, ignored, caught] = facts.signals.map(|set| set & 0x7fff_ffff);
    [&[pending, blocked, ignored, caught, 0, 0, 0, EXIT_SIGNAL][..], &[0; 6]].concat()
}

/// From `start_data` to `exit_code`.
fn areas(facts: &ProcessFacts) -> Vec<u64> {
    let [heap, arguments, environment] = facts.areas;
    [heap.0, heap.1, heap.0, arguments.0, arguments.1, environment.0, environment.1, 0].map(u64::from).into()
}

/// Sizes in pages.
pub fn statm(world: &dyn View, [id, _]: Numbers) -> Told {
    let facts = world.process(id)?;
    let [mapped, resident] = [facts.mapped, facts.resident].map(|size| size / 4096);
    let code = u64::from(facts.code.1.saturating_sub(facts.code.0)).div_ceil(4096);
    Ok(format!("{mapped} {resident} 0 {code} 0 {mapped} 0\n").into_bytes())
}
