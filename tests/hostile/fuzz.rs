//! System calls with random numbers and random arguments: whatever they come to, tab86 is well.

use crate::{attack, printed, scratch};

/// A few seeds; `.ci/hostile` has many.
#[test]
fn random_calls_bring_nothing_down() {
    let host = scratch("fuzz");
    std::fs::write(host.join("file"), "hello\n").unwrap();
    let grant = |name: &str| format!("{}::/{name}", host.display());
    for seed in ["86", "87", "88"] {
        printed(&attack("fuzz", &[seed, "3", "120"], &["--dir-cow", &grant("cow"), "--dir-ro", &grant("read")]));
    }
}
