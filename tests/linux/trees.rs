//! Filesystems: one program of checks in each kind of them, changes that the host never sees, mounts in
//! mounts, and what `/proc` has.

use std::fs;
use std::path::Path;

use tab86::linux::{Buffer, Config, Grant, GrantKind, Stream, Termination};

use crate::namespace::open;
use crate::script::{BUFFER, DATA, Script};
use crate::{data, run, scratch};

pub const OPEN: u32 = 5;
const WRITE: u32 = 4;
pub const UNLINK: u32 = 10;
const RENAME: u32 = 38;
pub const MKDIR: u32 = 39;
const GETDENTS64: u32 = 220;

/// Runs the program of checks in a directory of the guest.
fn checked(change: impl FnOnce(&mut Config)) {
    let ran = run(include_bytes!("../programs/files"), |config| {
        config.streams[0] = Stream::Buffer(Buffer::default());
        change(config);
    });
    assert_eq!((ran.output.as_str(), ran.exit), ("checked\n", Some(Termination::Status(0))), "{:?}", ran.event);
}

pub fn grant(host: &Path, guest: &str, kind: GrantKind) -> Grant {
    Grant { host: host.into(), guest: guest.into(), kind }
}

/// The names in a directory and below it, and the sizes of files.
fn contents(directory: &Path) -> Vec<(String, u64)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).unwrap().flatten() {
        let metadata = entry.metadata().unwrap();
        all.push((entry.path().display().to_string(), if metadata.is_file() { metadata.len() } else { 0 }));
        if metadata.is_dir() {
            all.extend(contents(&entry.path()));
        }
    }
    all.sort();
    all
}

#[test]
fn files_hold_in_a_granted_directory() {
    let host = scratch("files-granted");
    checked(|config| config.grants.push(data(&host, true)));
    assert_eq!(contents(&host), [], "it cleans up after itself");
}

#[test]
fn files_hold_in_a_copy_of_a_directory() {
    let host = scratch("files-copied");
    fs::create_dir(host.join("empty")).unwrap();
    checked(|config| {
        config.grants.push(grant(&host, "/data", GrantKind::CopyOnWrite));
        config.directory = Some("/data/empty".into());
    });
    assert_eq!(contents(&host).len(), 1, "nothing on the host changes");
}

#[test]
fn files_hold_in_memory() {
    checked(|config| config.directory = Some("/tmp".into()));
}

#[test]
fn a_copy_shows_changes_to_the_guest_alone() {
    let host = scratch("copied");
    fs::create_dir(host.join("d")).unwrap();
    fs::write(host.join("d/f"), "lower").unwrap();
    fs::write(host.join("g"), "gone").unwrap();
    let before = contents(&host);
    let script = Script::default().path("/data/d/f").call(OPEN, &[DATA, 2, 0]).call(WRITE, &[0, DATA, 3]);
    let script = script.call(OPEN, &[DATA, 0, 0]).call(3, &[3, BUFFER, 16]);
    let script = script.path("/data/g").call(UNLINK, &[DATA]).call(OPEN, &[DATA, 0, 0]);
    let script = script.call(MKDIR, &[DATA, 0o755]).path("/data/d").call(OPEN, &[DATA, 0, 0]);
    // A directory of the host under another name has what it had.
    let script = script.prepare(&words(b"/data/d\0/data/n\0")).call(RENAME, &[DATA, DATA + 8]);
    let script = script.path("/data/n/f").call(OPEN, &[DATA, 0, 0]).path("/data/d/f").call(OPEN, &[DATA, 0, 0]);
    let (answers, machine) = script.run(|config| {
        config.grants.push(grant(&host, "/data", GrantKind::CopyOnWrite));
    });
    assert_eq!(answers, [0, 3, 3, 5, 0, -2, 0, 4, 0, 5, -2]);
    assert_eq!(machine.memory.get(BUFFER, 5).unwrap(), b"/daer");
    assert_eq!(contents(&host), before);
    assert_eq!(fs::read(host.join("d/f")).unwrap(), b"lower");
}

pub fn words(text: &[u8]) -> Vec<u32> {
    text.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect()
}

#[test]
fn grants_nest_also_where_their_parents_do_not_exist() {
    let (outer, inner) = (scratch("outer"), scratch("inner"));
    fs::create_dir(outer.join("in")).unwrap();
    fs::write(inner.join("file"), "x").unwrap();
    let nested = |config: &mut Config| {
        config.grants.push(grant(&inner, "/w/in/ro", GrantKind::ReadOnly));
        config.grants.push(grant(&inner, "/w/a/b", GrantKind::ReadOnly));
        config.grants.push(grant(&outer, "/w", GrantKind::Writable));
    };
    let status = |path: &str, flags| match run(&open(path, flags), nested).exit {
        Some(Termination::Status(status)) => status as i8,
        other => panic!("{other:?}"),
    };
    assert_eq!([status("/w/in/ro/file", 0), status("/w/a/b/file", 0), status("/w/a/b/../b/file", 0)], [0; 3]);
    assert_eq!(status("/w/in/ro/new", 0o101), -30);
    assert_eq!(status("/w/in/new", 0o101), 0);
    assert_eq!(status("/w/a/new", 0o101), -13, "a directory that only leads somewhere");
    let moved = Script::default().prepare(&words(b"/w/in\0\0\0/w/out\0\0")).call(RENAME, &[DATA, DATA + 8]);
    let moved = moved.path("/w").call(OPEN, &[DATA, 0, 0]).call(GETDENTS64, &[0, BUFFER, 256]);
    let (answers, machine) = moved.run(nested);
    assert_eq!(answers[0], -16, "what leads to a mount point stays where it is");
    let listed = machine.memory.get(BUFFER, answers[2] as u32).unwrap();
    for name in [b"in\0", b"a\0\0"] {
        assert_eq!(listed.windows(3).filter(|window| *window == name).count(), 1);
    }
}

#[test]
fn the_root_can_be_a_copy_of_a_directory() {
    let host = scratch("root");
    fs::create_dir(host.join("etc")).unwrap();
    fs::write(host.join("etc/passwd"), "me").unwrap();
    let status = |path: &str, flags| {
        let ran = run(&open(path, flags), |config| config.grants.push(grant(&host, "/", GrantKind::CopyOnWrite)));
        assert_eq!(ran.kernel.refusals(), [], "all of it is granted");
        match ran.exit {
            Some(Termination::Status(status)) => status as i8,
            other => panic!("{other:?}"),
        }
    };
    for path in ["/etc/passwd", "/dev/null", "/dev/shm/x", "/tmp/x", "/run", "/proc/1000/status", "/etc/new"] {
        assert_eq!(status(path, if path.ends_with('x') || path.ends_with("new") { 0o101 } else { 0 }), 0, "{path}");
    }
    assert_eq!((status("/nothing", 0), status("/etc/../../etc/passwd", 0)), (-2, 0));
    assert_eq!(contents(&host).len(), 2);
}

#[test]
fn proc_has_what_programs_read() {
    let own = "auxv cgroup cmdline comm environ exe fd fdinfo io limits maps mountinfo mounts oom_score_adj personality \
               smaps stat statm status task task/1000/comm fdinfo/1 wchan";
    let system = "cpuinfo devices diskstats filesystems loadavg meminfo modules mounts stat swaps uptime version \
                  sys/kernel/hostname sys/kernel/osrelease sys/kernel/pid_max sys/kernel/random/uuid sys/kernel/sem \
                  sys/vm/overcommit_memory sys/fs/file-max sys/fs/pipe-max-size self/status thread-self/stat";
    let own = own.split_whitespace().filter(|name| *name != "exe").map(|name| format!("/proc/self/{name}"));
    for path in own.chain(system.split_whitespace().map(|name| format!("/proc/{name}"))) {
        let ran = run(&open(&path, 0), |_| {});
        assert_eq!(ran.exit, Some(Termination::Status(0)), "{path}");
    }
    for path in ["/proc/self/nothing", "/proc/7/status", "/proc/01000", "/proc/self/fd/9"] {
        assert_eq!(run(&open(path, 0), |_| {}).exit, Some(Termination::Status(-2_i8 as u8)), "{path}");
    }
}

#[test]
fn a_file_of_proc_can_be_read_through_its_own_descriptor() {
    let script = Script::default().prepare(&words(b"/proc/self/fdinfo/1\0")).call(OPEN, &[DATA, 0, 0]);
    let script = script.call(63, &[0, 1]).call(3, &[1, BUFFER, 200]);
    let (answers, machine) = script.run(|_| {});
    assert_eq!(answers[..2], [0, 1]);
    assert!(answers[2] > 20, "{answers:?}");
    assert!(machine.memory.get(BUFFER, 5).unwrap().starts_with(b"pos:\t"));
}

#[test]
fn a_name_can_be_moved_and_leave_a_device_that_says_that_nothing_is_there() {
    const RENAMEAT2: u32 = 353;
    let script = Script::default().prepare(&words(b"/tmp/a\0\0/tmp/b\0\0"));
    let (from, to, here) = (DATA, DATA + 8, -100_i32 as u32);
    let script = script.call(OPEN, &[from, 0o102, 0o600]).call(RENAMEAT2, &[here, from, here, to, 6]);
    let script = script.call(RENAMEAT2, &[here, from, here, to, 4]).call(195, &[from, BUFFER]);
    let (answers, mut machine) = script.run(|_| {});
    assert_eq!(answers, [0, -22, 0, 0]);
    // st_mode and st_rdev of `struct stat64`.
    let [mode, device] = [16, 32].map(|at| machine.memory.load::<u32>(BUFFER + at).unwrap());
    assert_eq!((mode, device), (0o020_000, 0));
}

#[test]
fn what_lies_in_memory_is_told_page_by_page() {
    let script = Script::default().prepare(&words(b"/proc/self/pagemap\0\0"));
    let at = u64::from(crate::BASE >> 12) * 8;
    let script = script.call(OPEN, &[DATA, 0, 0]).call(180, &[0, BUFFER, 8, at as u32, 0]);
    let script = script.call(180, &[0, BUFFER + 8, 8, 8, 0]);
    let (answers, mut machine) = script.run(|_| {});
    assert_eq!(answers, [0, 8, 8]);
    let [code, nothing] = [4, 12].map(|at| machine.memory.load::<u32>(BUFFER + at).unwrap());
    assert_eq!((code >> 31, nothing), (1, 0));
}

#[test]
fn a_core_file_goes_where_the_setting_says_as_far_as_the_limit_allows() {
    // "/tmp/c.%s" is written to the setting; the child ends by SIGABRT. Its core file is an ELF file of type ET_CORE.
    let script =
        Script::default().prepare(&words(b"/proc/sys/kernel/core_pattern\0\0\0/tmp/c.%s\0\0\0/tmp/c.6\0\0\0\0"));
    let (setting, pattern, file, limits) = (DATA, DATA + 32, DATA + 44, DATA + 56);
    let mut script = script.call(OPEN, &[setting, 1, 0]).call(WRITE, &[0, pattern, 9]).call(6, &[0]);
    for (at, half) in [(limits, 5000), (limits + 4, u32::MAX)] {
        script.code.extend([&[0xc7, 0x05][..], &at.to_le_bytes(), &half.to_le_bytes()].concat());
    }
    let mut script = script.call(75, &[4, limits]).call(2, &[]);
    // The child: test eax, eax; jnz over `kill(getpid(), SIGABRT)`.
    script.code.extend([0x85, 0xc0, 0x75, 21, 0xb8, 20, 0, 0, 0, 0xcd, 0x80]);
    script.code.extend([0x89, 0xc3, 0xb9, 6, 0, 0, 0, 0xb8, 37, 0, 0, 0, 0xcd, 0x80]);
    let script = script.call(7, &[u32::MAX, BUFFER, 0]).call(OPEN, &[file, 0, 0]).call(180, &[0, BUFFER + 4, 20, 0, 0]);
    let (answers, mut machine) = script.call(19, &[0, 0, 2]).run(|_| {});
    assert_eq!((&answers[..4], &answers[6..]), (&[0, 9, 0, 0][..], &[0, 20, 5000][..]), "{answers:?}");
    assert_eq!(machine.memory.load::<u32>(BUFFER).unwrap(), 0x86);
    let head = machine.memory.get(BUFFER + 4, 20).unwrap();
    assert_eq!((&head[..4], head[16]), (&b"\x7fELF"[..], 4));
}

#[test]
fn a_file_that_must_not_be_changed_is_not() {
    const IOCTL: u32 = 54;
    const SETFLAGS: u32 = 0x4004_6602;
    const CHMOD: u32 = 15;
    // "/tmp/f" at DATA, "/tmp/g" at DATA + 8, then the flags: immutable, append-only, none.
    let script = Script::default().prepare(&words(b"/tmp/f\0\0/tmp/g\0\0\x10\0\0\0\x20\0\0\0\0\0\0\0"));
    let (file, other, flags) = (DATA, DATA + 8, DATA + 16);
    let script = script.call(OPEN, &[file, 0o102, 0o600]).call(IOCTL, &[0, SETFLAGS, flags]);
    let script = script.call(OPEN, &[file, 2, 0]).call(CHMOD, &[file, 0]).call(UNLINK, &[file]);
    let script = script.call(RENAME, &[file, other]).call(WRITE, &[0, DATA, 1]);
    let script = script.call(IOCTL, &[0, SETFLAGS, flags + 4]).call(OPEN, &[file, 1, 0]).call(OPEN, &[file, 0o2001, 0]);
    let script = script.call(92, &[file, 0]).call(UNLINK, &[file]);
    let script = script.call(IOCTL, &[0, SETFLAGS, flags + 8]).call(CHMOD, &[file, 0o644]).call(UNLINK, &[file]);
    let (answers, _) = script.run(|_| {});
    assert_eq!(answers, [0, 0, -1, -1, -1, -1, 1, 0, -1, 3, -1, -1, 0, 0, 0]);
}

#[test]
fn a_process_that_may_leave_no_core_file_leaves_none() {
    let host = scratch("no-core");
    let script = Script::default().call(20, &[]);
    // kill(getpid(), SIGABRT), which ends the program.
    let code = [script.code, vec![0x89, 0xc3, 0xb9, 6, 0, 0, 0, 0xb8, 37, 0, 0, 0, 0xcd, 0x80]].concat();
    let ran = run(&crate::tiny(&code), |config| {
        config.grants.push(data(&host, true));
        config.directory = Some("/data".into());
    });
    assert_eq!((ran.exit, contents(&host)), (Some(Termination::Signal(6)), vec![]));
}
