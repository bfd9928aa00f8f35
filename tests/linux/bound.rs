//! Rights on files that a process gives up (landlock(7)).

use crate::script::{DATA, Script};
use crate::trees::{MKDIR, OPEN, words};

#[test]
fn who_has_bound_itself_has_what_rules_give_and_changes_no_mounts() {
    const CREATE_RULESET: u32 = 444;
    const ADD_RULE: u32 = 445;
    const RESTRICT_SELF: u32 = 446;
    const PRCTL: u32 = 172;
    const NO_NEW_PRIVS: u32 = 38;
    // "/tmp/a" at DATA, "/tmp/a/f" at DATA + 8, "/tmp/b" at DATA + 20; READ_FILE and WRITE_FILE are handled, and a rule
    // gives the first below descriptor 3.
    let mut bytes = b"/tmp/a\0\0/tmp/a/f\0\0\0\0/tmp/b\0\0".to_vec();
    bytes.extend([6_u32, 0, 4, 0, 3].iter().flat_map(|word| word.to_le_bytes()));
    let script = Script::default().prepare(&words(&bytes));
    let (directory, file, other, handled, rule) = (DATA, DATA + 8, DATA + 20, DATA + 28, DATA + 36);
    let script = script.call(MKDIR, &[directory, 0o755]).call(OPEN, &[file, 0o102, 0o644]);
    let script = script.call(OPEN, &[directory, 0o10_000_000, 0]).call(CREATE_RULESET, &[handled, 8, 0]);
    let script = script.call(ADD_RULE, &[4, 1, rule, 0]).call(PRCTL, &[NO_NEW_PRIVS, 1, 0, 0, 0]);
    let script = script.call(RESTRICT_SELF, &[4, 0]).call(OPEN, &[file, 0, 0]).call(OPEN, &[file, 1, 0]);
    // Making files is not among the rights, but writing to them is.
    let script = script.call(OPEN, &[other, 0o102, 0o644]).call(OPEN, &[other, 0, 0]).call(MKDIR, &[file, 0o755]);
    let script = script.call(4, &[0, DATA, 1]).call(22, &[directory]);
    let (answers, _) = script.run(|_| {});
    assert_eq!(answers, [0, 0, 3, 4, 0, 0, 0, 5, -13, -13, -13, -17, 1, -1]);
}
