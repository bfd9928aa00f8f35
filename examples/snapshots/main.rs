//! Takes snapshots of a program at many places on its way, goes back to each, and sees whether it goes on as it did:
//! with the same output, the same instruction counts and the same state of the world at each place.
//!
//! `cargo run --release --example snapshots -- --root DIRECTORY [--places N] PROGRAM ARGUMENTS…`

mod sweep;

use tab86::linux::{Config, Grant, GrantKind};
use tab86::vm::Vm;

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.remove(at);
        Some(arguments.remove(at))
    };
    let places = option("--places").map_or(20, |places| places.parse().expect("a number"));
    let root = option("--root").expect("--root DIRECTORY");
    let program = arguments.first().expect("a program").clone();
    let config = || Config {
        program: program.clone(),
        args: arguments.iter().map(|argument| argument.clone().into_bytes()).collect(),
        env: vec![b"PATH=/usr/bin:/bin:/usr/sbin".to_vec()],
        grants: vec![Grant { host: root.clone().into(), guest: "/".into(), kind: GrantKind::CopyOnWrite }],
        ..Config::default()
    };
    let make = |config: &Config| Vm::builder().config(config.clone()).program(&program).build().expect("a program");
    match sweep::sweep(&|| sweep::machine(&make, config()), places) {
        Ok((count, stop)) => println!("{program}: {count} instructions, {stop:?}"),
        Err(error) => {
            println!("{program}: {error}");
            std::process::exit(1);
        }
    }
}
