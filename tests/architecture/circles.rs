//! No two files use each other, not even by way of others: who reads a file can read first what it
//! builds on.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{self, File, Resolver};

/// The files that each file uses, by index. A module that only re-exports what its files define does
/// not use them.
fn uses(files: &[File]) -> Vec<BTreeSet<usize>> {
    let resolver = Resolver::new(files);
    let of_file = |(index, file): (usize, &File)| {
        let used = file.paths.iter().filter_map(|path| resolver.file(&file.module, path));
        used.filter(|used| *used != index).collect()
    };
    files.iter().enumerate().map(of_file).collect()
}

/// A shortest circle through a file.
fn circle(start: usize, uses: &[BTreeSet<usize>]) -> Option<Vec<usize>> {
    let mut came_from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for next in &uses[at] {
            if *next == start {
                let mut path = vec![at];
                while path[path.len() - 1] != start {
                    path.push(came_from[&path[path.len() - 1]]);
                }
                path.reverse();
                return Some(path);
            }
            if !came_from.contains_key(next) {
                came_from.insert(*next, at);
                queue.push_back(*next);
            }
        }
    }
    None
}

#[test]
fn no_files_use_each_other() {
    let files = source::files();
    let uses = uses(&files);
    let mut circles: BTreeMap<BTreeSet<usize>, String> = BTreeMap::new();
    for start in 0..files.len() {
        if let Some(path) = circle(start, &uses) {
            let names: Vec<&str> = path.iter().chain([&start]).map(|index| files[*index].name.as_str()).collect();
            circles.entry(path.iter().copied().collect()).or_insert(names.join(" -> "));
        }
    }
    let circles: Vec<String> = circles.into_values().collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn a_circle_is_found() {
    let uses = [BTreeSet::from([1]), BTreeSet::from([2]), BTreeSet::from([0, 1]), BTreeSet::from([0])];
    assert_eq!(circle(0, &uses), Some(vec![0, 1, 2]));
    assert_eq!(circle(3, &uses), None);
}

#[test]
fn uses_are_seen_through_groups_and_re_exports() {
    let files = source::files();
    let index = |name: &str| files.iter().position(|file| file.name == name).unwrap();
    let resolver = Resolver::new(&files);
    let path = |text: &str| text.split("::").map(str::to_string).collect::<Vec<_>>();
    let from = path("engine::run");
    assert_eq!(resolver.file(&from, &path("crate::cpu::Flags")), Some(index("cpu/eflags.rs")));
    assert_eq!(resolver.file(&from, &path("super::code::Code")), Some(index("engine/code.rs")));
    assert_eq!(resolver.file(&from, &path("std::cell::Cell")), None);
    assert!(uses(&files)[index("engine/run.rs")].contains(&index("engine/translate.rs")));
}
