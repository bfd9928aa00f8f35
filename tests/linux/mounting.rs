//! Mounting: by one call, and step by step.

use std::fs;

use tab86::linux::GrantKind;

use crate::scratch;
use crate::script::{DATA, Script};
use crate::trees::{MKDIR, OPEN, UNLINK, grant, words};

const HERE: u32 = -100_i32 as u32;

#[test]
fn a_filesystem_that_is_mounted_can_be_changed_until_that_is_forbidden_and_is_gone_afterwards() {
    const MOUNT: u32 = 21;
    const UMOUNT: u32 = 22;
    // "tmpfs" at DATA, "/tmp/m" at DATA + 8, "/tmp/m/f" at DATA + 16: the same bytes with another end.
    let script = Script::default().prepare(&words(b"tmpfs\0\0\0/tmp/m\0\0/tmp/m/f\0\0\0\0"));
    let (kind, at, file) = (DATA, DATA + 8, DATA + 16);
    let script = script.call(MOUNT, &[0, at, kind, 0, 0]).call(MKDIR, &[at, 0o755]).call(MOUNT, &[0, at, at, 0, 0]);
    let script = script.call(MOUNT, &[0, at, kind, 0, 0]).call(OPEN, &[file, 0o102, 0o644]).call(UMOUNT, &[at]);
    let script = script.call(6, &[0]).call(MOUNT, &[0, at, 0, 33, 0]).call(OPEN, &[file, 2, 0]).call(UNLINK, &[file]);
    let script =
        script.call(40, &[at]).call(UMOUNT, &[at]).call(OPEN, &[file, 0, 0]).call(UMOUNT, &[at]).call(40, &[at]);
    let (answers, _) = script.run(|_| {});
    // ENOENT, made, ENODEV, mounted, opened, EBUSY, closed, read-only, EROFS twice, EBUSY, unmounted, ENOENT, EINVAL, removed.
    assert_eq!(answers, [-2, 0, -19, 0, 0, -16, 0, 0, -30, -30, -16, 0, -2, -22, 0]);
}

#[test]
fn what_was_granted_stays_mounted_and_a_place_can_be_another_too() {
    let host = scratch("bound");
    fs::write(host.join("f"), "here").unwrap();
    let script = Script::default().prepare(&words(b"/data\0\0\0/tmp\0\0\0\0/tmp/f\0\0"));
    let (data, at, file) = (DATA, DATA + 8, DATA + 16);
    let script = script.call(22, &[data]).call(21, &[data, at, 0, 4096, 0]).call(OPEN, &[file, 0, 0]).call(6, &[0]);
    let script = script.call(22, &[at]).call(OPEN, &[file, 0, 0]);
    let (answers, _) = script.run(|config| config.grants.push(grant(&host, "/data", GrantKind::Writable)));
    assert_eq!(answers, [-1, 0, 0, 0, 0, -2]);
}

#[test]
fn a_mount_is_used_as_its_flags_say_and_can_be_elsewhere() {
    const MOUNT: u32 = 21;
    const UMOUNT2: u32 = 52;
    const ACCESS: u32 = 33;
    // "tmpfs" at DATA, "/tmp/m" at DATA + 8, "/tmp/m/f" at DATA + 16, "/tmp/o" at DATA + 28, "/tmp/o/f" at DATA + 36.
    let script = Script::default().prepare(&words(b"tmpfs\0\0\0/tmp/m\0\0/tmp/m/f\0\0\0\0/tmp/o\0\0/tmp/o/f\0\0\0\0"));
    let (kind, at, file, other, there) = (DATA, DATA + 8, DATA + 16, DATA + 28, DATA + 36);
    let script = script.call(MKDIR, &[at, 0o755]).call(MKDIR, &[other, 0o755]);
    // MS_NODEV and MS_NOEXEC: a device cannot be opened, a program not be executed. Then the same without.
    let script = script.call(MOUNT, &[0, at, kind, 12, 0]).call(14, &[file, 0o020_666, 0x103]);
    let script =
        script.call(OPEN, &[file, 2, 0]).call(MOUNT, &[0, at, 0, 32, 0]).call(OPEN, &[file, 2, 0]).call(6, &[0]);
    // The same filesystem at another place, read-only there alone; moved away from there, and back by expiry.
    let script = script.call(MOUNT, &[at, other, 0, 4096, 0]).call(MOUNT, &[0, other, 0, 4096 | 32 | 1, 0]);
    let script = script.call(UNLINK, &[there]).call(UNLINK, &[file]).call(MOUNT, &[other, at, 0, 8192, 0]);
    let script = script.call(MKDIR, &[there, 0o755]).call(MKDIR, &[file, 0o755]).call(UMOUNT2, &[at, 4]);
    let script =
        script.call(ACCESS, &[file, 0]).call(UMOUNT2, &[at, 4]).call(UMOUNT2, &[at, 4]).call(UMOUNT2, &[at, 2]);
    let (answers, _) = script.run(|_| {});
    assert_eq!(answers, [0, 0, 0, 0, -13, 0, 0, 0, 0, 0, -30, 0, 0, 0, -30, -11, -2, -11, 0, 0]);
}

#[test]
fn links_are_not_followed_where_a_mount_says_so() {
    const SYMLINK: u32 = 83;
    // "tmpfs" at DATA, "/tmp/m" at DATA + 8, "/tmp/m/f" at DATA + 16, "/tmp/m/l" at DATA + 28.
    let script = Script::default().prepare(&words(b"tmpfs\0\0\0/tmp/m\0\0/tmp/m/f\0\0\0\0/tmp/m/l\0\0\0\0"));
    let (kind, at, file, link) = (DATA, DATA + 8, DATA + 16, DATA + 28);
    let script = script.call(MKDIR, &[at, 0o755]).call(21, &[0, at, kind, 0x100, 0]);
    let script = script.call(OPEN, &[file, 0o102, 0o644]).call(SYMLINK, &[file, link]).call(OPEN, &[link, 0, 0]);
    let script = script.call(21, &[0, at, 0, 32, 0]).call(OPEN, &[link, 0, 0]);
    let (answers, _) = script.run(|_| {});
    assert_eq!(answers, [0, 0, 0, 0, -40, 0, 3]);
}

#[test]
fn a_filesystem_is_made_step_by_step_and_used_before_it_is_in_the_tree() {
    const ACCESS: u32 = 33;
    const MOVE_MOUNT: u32 = 429;
    const FSOPEN: u32 = 430;
    const FSCONFIG: u32 = 431;
    const FSMOUNT: u32 = 432;
    // "tmpfs" at DATA, "/tmp/m" at DATA + 8, "/tmp/m/f" at DATA + 16, "size" at DATA + 28, "64k" at DATA + 36.
    let script = Script::default().prepare(&words(b"tmpfs\0\0\0/tmp/m\0\0/tmp/m/f\0\0\0\0size\0\0\0\x0064k\0"));
    let (kind, at, file, size, number) = (DATA, DATA + 8, DATA + 16, DATA + 28, DATA + 36);
    let script = script.call(MKDIR, &[at, 0o755]).call(FSOPEN, &[kind, 0]).call(FSCONFIG, &[0, 1, size, number, 0]);
    // No such option, nothing to mount yet; made; made once only.
    let script = script.call(FSCONFIG, &[0, 1, kind, number, 0]).call(FSMOUNT, &[0, 0, 0]);
    let script = script.call(FSCONFIG, &[0, 6, 0, 0, 0]).call(FSCONFIG, &[0, 6, 0, 0, 0]);
    let script = script.call(FSMOUNT, &[0, 0, 8]).call(FSMOUNT, &[0, 0, 0]);
    // A file in it, which is nowhere in the tree before the mount is.
    let script = script.call(295, &[3, file + 7, 0o102, 0o644]).call(6, &[4]).call(ACCESS, &[file, 0]);
    let script = script.call(MOVE_MOUNT, &[3, number + 3, HERE, at, 4]).call(ACCESS, &[file, 0]);
    let script = script.call(22, &[at]).call(6, &[3]).call(22, &[at]).call(ACCESS, &[file, 0]);
    let (answers, _) = script.run(|_| {});
    assert_eq!(answers, [0, 0, 0, -22, -22, 0, -16, 3, -16, 4, 0, -2, 0, 0, -16, 0, 0, -2]);
}

#[test]
fn what_is_mounted_is_changed_and_copied_by_descriptors() {
    const OPEN_TREE: u32 = 428;
    const FSCONFIG: u32 = 431;
    const FSPICK: u32 = 433;
    const SETATTR: u32 = 442;
    // "tmpfs" at DATA, "/tmp/m" at DATA + 8, "/tmp/m/f" at DATA + 16, "rw" at DATA + 28, then MOUNT_ATTR_RDONLY to be
    // set, and to be cleared.
    let mut bytes = b"tmpfs\0\0\0/tmp/m\0\0/tmp/m/f\0\0\0\0ro\0\0".to_vec();
    bytes.extend([1_u64, 0, 0, 0, 0, 1, 0, 0].iter().flat_map(|word| word.to_le_bytes()));
    let script = Script::default().prepare(&words(&bytes));
    let (kind, at, file, ro, set) = (DATA, DATA + 8, DATA + 16, DATA + 28, DATA + 32);
    let script = script.call(MKDIR, &[at, 0o755]).call(21, &[0, at, kind, 0, 0]).call(OPEN, &[file, 0o102, 0o644]);
    // Read-only here alone, not in a copy that has been taken before; a size that is too small, a path without a mount.
    let script = script.call(OPEN_TREE, &[HERE, at, 1]).call(SETATTR, &[HERE, at, 0, set, 32]);
    let script = script.call(301, &[HERE, file, 0]).call(301, &[3, file + 7, 0]).call(SETATTR, &[HERE, at, 0, set, 31]);
    let script = script.call(SETATTR, &[HERE, file, 0, set, 32]).call(SETATTR, &[HERE, at, 0, set + 32, 32]);
    // The filesystem itself is read-only, whatever the mount allows.
    let script = script.call(FSPICK, &[HERE, at, 0]).call(FSCONFIG, &[4, 0, ro, 0, 0]).call(FSCONFIG, &[4, 7, 0, 0, 0]);
    let script = script.call(OPEN, &[file, 0o102, 0o644]).call(FSPICK, &[HERE, file, 0]);
    let (answers, _) = script.run(|_| {});
    assert_eq!(answers, [0, 0, 0, 3, 0, -30, 0, -22, -2, 0, 4, 0, 0, -30, -2]);
}

#[test]
fn how_much_a_filesystem_in_memory_may_hold_can_be_changed_later() {
    const REMOUNT: u32 = 32;
    const PWRITE: u32 = 181;
    // "tmpfs" at DATA, "/tmp/m" at DATA + 8, "/tmp/m/f" at DATA + 16, "size=4k" at DATA + 28, "size=1m" at DATA + 36,
    // "/tmp" at DATA + 44.
    let bytes = b"tmpfs\0\0\0/tmp/m\0\0/tmp/m/f\0\0\0\0size=4k\0size=1m\0/tmp\0\0\0\0";
    let (kind, at, file, small, large) = (DATA, DATA + 8, DATA + 16, DATA + 28, DATA + 36);
    let script = Script::default().prepare(&words(bytes));
    let script = script.call(39, &[at, 0o755]).call(21, &[kind, at, kind, 0, small]).call(5, &[file, 0o102, 0o644]);
    let put = |script: Script, place| script.call(PWRITE, &[0, kind, 1, place, 0]);
    let script = put(put(script, 0), 4096);
    let script = put(script.call(21, &[0, at, 0, REMOUNT, large]), 4096);
    // Too small for what is in it; no option; not mounted by a program.
    let script = script.call(21, &[0, at, 0, REMOUNT, small]).call(21, &[0, at, 0, REMOUNT, kind]);
    let script = script.call(21, &[0, DATA + 44, 0, REMOUNT, large]);
    let (answers, _) = script.run(|_| {});
    assert_eq!(answers, [0, 0, 0, 1, -28, 0, 1, -22, -22, -1]);
}
