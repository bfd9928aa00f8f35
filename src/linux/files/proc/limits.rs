//! `/proc/PID/limits` (getrlimit(2)).

use super::super::pseudo::{Numbers, Told};
use super::super::view::View;

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
