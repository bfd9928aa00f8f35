//! `/proc/PID/stat` and `statm` (proc(5)).

use super::super::pseudo::{Numbers, Told};
use super::super::view::View;

/// Nanoseconds in a tick of the clock that these count in (100 a second).
pub const TICK: u64 = 10_000_000;

/// Fifty-two numbers; what nobody counts here is zero.
pub fn stat(world: &dyn View, [id, _]: Numbers) -> Told {
    let facts = world.process(id)?;
    let [used, started] = facts.times.map(|time| time / TICK);
    let children = facts.children_time / TICK;
    let priority = match facts.priority {
        0 => 20 + i64::from(facts.nice),
        priority => -1 - i64::from(priority),
    };
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
        children,
        0,
        priority as u64,
        facts.nice as u64,
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
        facts.exit_signal.into(),
        0,
        facts.priority.into(),
        facts.policy.into(),
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
    .map(|field: u64| (field as i64).to_string())
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
