//! The file tree: what is granted is there, and nothing else is.

use std::fs;
use std::path::Path;

use tab86::engine::Machine;
use tab86::linux::{self, Config, Grant, GrantKind, PathAccess, Termination};

use crate::{BASE, HEADERS, Ran, data, run, scratch, tiny};

/// `mov eax, 5; mov ebx, path; mov ecx, flags; mov edx, 0644; int 0x80` and exit with the answer.
pub fn open(path: &str, flags: u32) -> Vec<u8> {
    let mut code = vec![0xb8, 5, 0, 0, 0, 0xbb];
    let text = BASE + HEADERS + 31;
    code.extend(text.to_le_bytes());
    code.push(0xb9);
    code.extend(flags.to_le_bytes());
    code.extend([0xba, 0xa4, 1, 0, 0, 0xcd, 0x80]);
    code.extend([0x89, 0xc3, 0xb8, 1, 0, 0, 0, 0xcd, 0x80]);
    code.extend(path.as_bytes());
    code.push(0);
    tiny(&code)
}

const CREATE: u32 = 0o101;

/// Opens a path with a directory granted as `/data`: the descriptor or the negative error.
fn opened(host: &Path, writable: bool, path: &str, flags: u32) -> (i8, Ran) {
    let ran = run(&open(path, flags), |config| config.grants.push(data(host, writable)));
    let Some(Termination::Status(status)) = ran.exit else { panic!("ended by {:?}", ran.event) };
    (status as i8, ran)
}

#[test]
fn what_is_granted_is_there_and_nothing_else() {
    let host = scratch("granted");
    fs::write(host.join("file"), "x").unwrap();
    let status = |path| opened(&host, false, path, 0).0;
    assert_eq!(status("/data/file"), 0, "the first free descriptor: standard input is closed");
    assert_eq!(status("file"), 0, "the working directory is the first grant");
    assert_eq!(status("/data/../data/./file"), 0);
    assert_eq!(status("/"), 0);
    assert_eq!(status("/dev/null"), 0);
    assert_eq!(status("/etc/passwd"), -2);
    assert_eq!(status("/data/missing"), -2);
    assert_eq!(status("/data/file/x"), -20);
    assert_eq!(status("../../../../etc/passwd"), -2);
}

#[test]
fn refusals_are_remembered_once() {
    let host = scratch("refused");
    let (status, ran) = opened(&host, false, "/etc/../etc/passwd", 0);
    assert_eq!(status, -2);
    let refusals = ran.kernel.refusals();
    let [refusal] = refusals.as_slice() else { panic!("{:?}", ran.kernel.refusals()) };
    assert_eq!((refusal.path.as_str(), refusal.wanted), ("/etc/../etc/passwd", PathAccess::Read));
    let (status, ran) = opened(&host, false, "new", CREATE);
    assert_eq!(status, -30, "a read-only grant: EROFS");
    let refusals = ran.kernel.refusals();
    let [refusal] = refusals.as_slice() else { panic!("{:?}", ran.kernel.refusals()) };
    assert_eq!((refusal.path.as_str(), refusal.wanted), ("/data/new", PathAccess::Write));
    assert!(opened(&host, true, "missing", 0).1.kernel.refusals().is_empty(), "nothing there is no refusal");
}

#[test]
fn files_are_created_only_where_that_is_granted() {
    let host = scratch("created");
    assert_eq!(opened(&host, true, "/data/new", CREATE).0, 0);
    assert!(host.join("new").exists());
    assert_eq!(opened(&host, false, "/data/other", CREATE).0, -30);
    assert!(!host.join("other").exists());
    assert_eq!(opened(&host, true, "/other", CREATE).0, -13);
}

#[cfg(unix)]
#[test]
fn links_lead_through_the_guests_tree() {
    use std::os::unix::fs::symlink;
    let host = scratch("linked");
    fs::create_dir(host.join("inside")).unwrap();
    fs::write(host.join("inside/file"), "x").unwrap();
    fs::write(host.parent().unwrap().join("outside"), "secret").unwrap();
    symlink("/etc/passwd", host.join("absolute")).unwrap();
    symlink("../outside", host.join("relative")).unwrap();
    symlink("..", host.join("up")).unwrap();
    symlink("/data/inside/file", host.join("guest")).unwrap();
    symlink("inside", host.join("directory")).unwrap();
    symlink("round", host.join("round")).unwrap();
    let status = |path| opened(&host, true, path, 0).0;
    assert_eq!(status("absolute"), -2);
    assert_eq!(status("relative"), -2);
    assert_eq!(status("up/outside"), -2);
    assert_eq!(status("up/data/inside/file"), 0);
    assert_eq!(status("guest"), 0, "an absolute link means a place in the guest's tree");
    assert_eq!(status("directory/file"), 0);
    assert_eq!(status("directory/../guest"), 0, "the parent of where the link leads");
    assert_eq!(status("round"), -40);
}

#[test]
fn grants_must_make_sense() {
    let load = |grant: Grant| {
        let config = Config { grants: vec![grant], ..Config::default() };
        linux::load(&mut Machine::default(), &tiny(&[0xf4]), &config).map(|_| ()).expect_err("a bad grant").to_string()
    };
    let missing = Grant { host: "/nowhere at all".into(), guest: "/data".into(), kind: GrantKind::ReadOnly };
    assert!(load(missing).contains("/nowhere at all"));
    let relative = Grant { guest: "data".into(), ..data(&scratch("grant"), false) };
    assert!(load(relative).contains("absolute"));
}
