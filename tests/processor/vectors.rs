//! A sample of the hardware vectors, replayed in every engine mode.
//!
//! `tests/data/vectors` holds three vectors of each encoding of the groups general, string, control
//! and bmi, six of each that ended in an exception, and 120 sequences, taken at even distances
//! from files that have about 24 of each. The whole files are replayed with `tab86 verify`.
//!
//! The `found` files are of floating-point instructions that were wrong once; the `unmasked` files have
//! a few of each floating-point encoding, most of them with an unmasked exception or a stack fault, as
//! an Intel processor executed them.

use std::path::Path;

use tab86::vectors::{File, FileError, Hex, Mode, Raised, Replayer, TestVector, Verdict};

/// Replays a sample in one mode; gives the number of vectors, which have all passed.
fn replay(name: &str, mode: Mode) -> Result<usize, FileError> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/vectors").join(name);
    let mut file = File::open(path)?;
    let mut replayer = Replayer::new(file.header());
    let mut passed = 0;
    while let Some(vector) = file.next_vector()? {
        match replayer.replay(&vector, mode) {
            Verdict::Passed | Verdict::Near => passed += 1,
            Verdict::Skipped(skip) => {
                panic!("{name} id {}, {mode:?}: {}: skipped, {skip:?}", vector.id, vector.asm)
            }
            Verdict::Failed(differences) => {
                panic!("{name} id {}, {mode:?}: {}\n{differences:#x?}", vector.id, vector.asm)
            }
        }
    }
    Ok(passed)
}

/// Replays a sample in every mode: each passes as many.
fn replay_everywhere(name: &str) {
    let passed = Mode::ALL.map(|mode| replay(name, mode).unwrap_or_else(|error| panic!("{error}")));
    assert!(passed.iter().all(|count| *count == passed[0]), "{name}: {passed:?}");
}

#[test]
fn general() {
    replay_everywhere("general.jsonl.gz");
}

#[test]
fn string() {
    replay_everywhere("string.jsonl.gz");
}

#[test]
fn control() {
    replay_everywhere("control.jsonl.gz");
}

#[test]
fn bmi() {
    replay_everywhere("bmi.jsonl.gz");
}

#[test]
fn faults() {
    replay_everywhere("faults-integer.jsonl.gz");
}

#[test]
fn sequences() {
    replay_everywhere("sequences-integer.jsonl.gz");
}

#[test]
fn float_found() {
    replay_everywhere("found-x87.jsonl.gz");
    replay_everywhere("found-sse.jsonl.gz");
}

#[test]
fn float_unmasked() {
    replay_everywhere("unmasked-x87.jsonl.gz");
    replay_everywhere("unmasked-sse.jsonl.gz");
}

/// The first vector of a sample that passes, with its replayer.
fn passing(name: &str) -> (Replayer, TestVector) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/vectors").join(name);
    let mut file = File::open(path).unwrap();
    let mut replayer = Replayer::new(file.header());
    let vector = std::iter::from_fn(|| file.next_vector().unwrap())
        .find(|vector| replayer.replay(vector, Mode::Full) == Verdict::Passed);
    (replayer, vector.expect("one passes"))
}

#[test]
fn every_difference_is_noticed() {
    let (mut replayer, vector) = passing("general.jsonl.gz");
    let wrong = |change: fn(&mut TestVector)| {
        let mut wrong = vector.clone();
        change(&mut wrong);
        wrong
    };
    let changes = [
        wrong(|vector| vector.last.edi = Some(!vector.initial.edi.unwrap_or(0))),
        wrong(|vector| vector.last.eflags = Some(!vector.last.eflags.or(vector.initial.eflags).unwrap_or(0))),
        wrong(|vector| vector.last.mem.push((0x1000_0000, Hex(vec![1])))),
        wrong(|vector| vector.last.eip = vector.last.eip.map(|eip| eip + 1)),
        wrong(|vector| {
            vector.exception = Some(Raised { vector: "#UD".into(), error: None, address: None, write: None })
        }),
    ];
    for changed in changes {
        for mode in Mode::ALL {
            assert!(matches!(replayer.replay(&changed, mode), Verdict::Failed(_)), "{mode:?}: {changed:?}");
            assert_eq!(replayer.replay(&vector, mode), Verdict::Passed, "a failure leaves no trace behind");
        }
    }
}
