//! What `--strace` prints: flags, structures and signals by name, and the flags that calls refuse.

use crate::calls::call;
use crate::{BASE, HEADERS, run, sink, tiny};

/// A page behind the code for what calls read and write.
const DATA: u32 = BASE + 0x1000;

/// The trace of a program that makes these calls, with text at [`TEXT`], and exits.
fn trace(code: &[u8]) -> Vec<String> {
    let mut image = tiny(&[code.to_vec(), call(252, &[3]), vec![0; 4096]].concat());
    let at = (TEXT - BASE) as usize;
    image[at..at + 12].copy_from_slice(b"/etc/passwd\0");
    let sink = sink();
    run(&image, |config| config.strace = Some(sink.clone()));
    let text = String::from_utf8(sink.lock().unwrap().clone()).unwrap();
    text.lines().map(String::from).collect()
}

const TEXT: u32 = BASE + HEADERS + 3000;

/// Bytes that store words at an address: `mov dword [address], value` each.
fn store(address: u32, values: &[u32]) -> Vec<u8> {
    let one = |(index, value): (usize, &u32)| {
        [vec![0xc7, 0x05], (address + 4 * index as u32).to_le_bytes().to_vec(), value.to_le_bytes().to_vec()].concat()
    };
    values.iter().enumerate().flat_map(one).collect()
}

/// Holds the trace of one call after what prepares for it against a line.
fn shows(expected: &str, prepare: &[u8], number: u32, args: &[u32]) {
    let lines = trace(&[prepare.to_vec(), call(number, args)].concat());
    let line = lines.first().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    assert_eq!(line.as_deref(), Some(expected));
}

const AT_FDCWD: u32 = -100_i32 as u32;

#[test]
fn flags_and_directories_have_names() {
    let absent = "-1 ENOENT (No such file or directory)";
    let open = |flags| [AT_FDCWD, TEXT, flags, 0o644];
    shows(&format!("openat(AT_FDCWD, \"/etc/passwd\", O_RDONLY|O_CLOEXEC) = {absent}"), &[], 295, &open(0o2_000_000));
    shows(
        &format!("openat(AT_FDCWD, \"/etc/passwd\", O_WRONLY|O_CREAT|O_TRUNC, 0644) = {absent}"),
        &[],
        295,
        &open(0o1101),
    );
    shows(&format!("access(\"/etc/passwd\", R_OK|X_OK) = {absent}"), &[], 33, &[TEXT, 5]);
    shows(&format!("access(\"/etc/passwd\", F_OK) = {absent}"), &[], 33, &[TEXT, 0]);
    shows("openat(AT_FDCWD, 0x10, O_RDONLY) = -1 EFAULT (Bad address)", &[], 295, &[AT_FDCWD, 16, 0]);
    shows("lseek(7, -5, SEEK_END) = -1 EBADF (Bad file descriptor)", &[], 19, &[7, -5_i32 as u32, 2]);
    shows("fcntl64(1, F_GETFL) = 0x2 (flags O_RDWR)", &[], 221, &[1, 3]);
    shows("fcntl64(1, F_SETFD, FD_CLOEXEC) = 0", &[], 221, &[1, 2, 1]);
    let masks = trace(&[call(60, &[0o22]), call(60, &[0o77])].concat());
    assert_eq!(masks[1], format!("{:39} = 022", "umask(077)"));
    shows("_llseek(1, 4294967301, 0x8049000, SEEK_SET) = -1 ESPIPE (Illegal seek)", &[], 140, &[1, 1, 5, DATA, 0]);
}

#[test]
fn memory_calls_have_protections_and_kinds() {
    shows(
        "mmap2(0x10000000, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, 0, 0) = 0x10000000",
        &[],
        192,
        &[0x1000_0000, 8192, 3, 0x32, 0],
    );
    shows(
        "mprotect(0x8048000, 4096, 0x40 /* PROT_??? */) = -1 EINVAL (Invalid argument)",
        &[],
        125,
        &[BASE, 4096, 0x40],
    );
    shows("madvise(0x8048000, 0, MADV_DONTNEED) = 0", &[], 219, &[BASE, 0, 4]);
}

#[test]
fn structures_are_shown_after_the_call() {
    shows("fstat64(1, {st_mode=S_IFIFO|0600, st_size=0, ...}) = 0", &[], 197, &[1, DATA]);
    shows("fstat64(9, 0x8049000) = -1 EBADF (Bad file descriptor)", &[], 197, &[9, DATA]);
    shows("clock_getres(CLOCK_MONOTONIC, {tv_sec=0, tv_nsec=1}) = 0", &[], 266, &[1, DATA]);
    shows("nanosleep({tv_sec=0, tv_nsec=7}, NULL) = 0", &store(DATA, &[0, 7]), 162, &[DATA, 0]);
    shows("uname({sysname=\"Linux\", nodename=\"tab86\", ...}) = 0", &[], 122, &[DATA]);
    shows("ugetrlimit(RLIMIT_STACK, {rlim_cur=8192*1024, rlim_max=RLIM_INFINITY}) = 0", &[], 191, &[3, DATA]);
    shows("ioctl(1, TCGETS, 0x8049000) = -1 ENOTTY (Inappropriate ioctl for device)", &[], 54, &[1, 0x5401, DATA]);
    shows("pipe([0, 3]) = 0", &[], 42, &[DATA]);
    let fds = store(DATA, &[1, 4, u32::MAX, 1]);
    shows(
        "poll([{fd=1, events=POLLOUT}, {fd=-1, events=POLLIN}], 2, 0) = 1 ([{fd=1, revents=POLLOUT}, {fd=-1, revents=0}])",
        &fds,
        168,
        &[DATA, 2, 0],
    );
    let vector = store(DATA, &[TEXT, 4, TEXT + 4, 7]);
    shows(
        "writev(1, [{iov_base=\"/etc\", iov_len=4}, {iov_base=\"/passwd\", iov_len=7}], 2) = 11",
        &vector,
        146,
        &[1, DATA, 2],
    );
}

#[test]
fn signals_have_names() {
    let action = store(DATA, &[1, 0x1000_0000, 0, 1 << 14, 0]);
    shows(
        "rt_sigaction(SIGINT, {sa_handler=SIG_IGN, sa_mask=[TERM], sa_flags=SA_RESTART}, NULL, 8) = 0",
        &action,
        174,
        &[2, DATA, 0, 8],
    );
    let mask = store(DATA, &[2, 0]);
    shows("rt_sigprocmask(SIG_BLOCK, [INT], NULL, 8) = 0", &mask, 175, &[0, DATA, 0, 8]);
    let all = store(DATA, &[u32::MAX, u32::MAX]);
    shows("rt_sigprocmask(SIG_SETMASK, ~[], NULL, 8) = 0", &all, 175, &[2, DATA, 0, 8]);
}

#[test]
fn the_end_has_its_lines() {
    let end = |code: &[u8]| trace(code).into_iter().skip(1).collect::<Vec<_>>();
    assert_eq!(trace(&[])[0], format!("{:39} = ?", "exit_group(3)"), "answers stand in one column");
    assert_eq!(end(&[]), ["+++ exited with 3 +++"]);
    let fault = trace(&[0xa1, 0x10, 0, 0, 0]);
    let expected =
        ["--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x10} ---", "+++ killed by SIGSEGV +++"];
    assert_eq!(fault, expected);
    let raised = end(&call(270, &[1000, 1000, 6]));
    assert!(
        raised[0].starts_with("--- SIGABRT {si_signo=SIGABRT, si_code=SI_TKILL, si_pid=1000, si_uid="),
        "{raised:?}"
    );
    assert_eq!(raised[1], "+++ killed by SIGABRT +++");
}

#[test]
fn unknown_flags_are_refused() {
    let einval = "= -1 EINVAL (Invalid argument)";
    let refused: [(u32, &[u32]); 14] = [
        (33, &[TEXT, 8]),                                // access
        (144, &[BASE, 4096, 8]),                         // msync
        (152, &[8]),                                     // mlockall
        (219, &[BASE, 4096, 99]),                        // madvise
        (298, &[AT_FDCWD, TEXT, 0, 0, 0x200]),           // fchownat
        (300, &[AT_FDCWD, TEXT, DATA, 0x200]),           // fstatat64
        (301, &[AT_FDCWD, TEXT, 0x100]),                 // unlinkat
        (303, &[AT_FDCWD, TEXT, AT_FDCWD, TEXT, 0x100]), // linkat
        (320, &[AT_FDCWD, TEXT, 0, 0x400]),              // utimensat
        (330, &[1, 9, 1]),                               // dup3
        (331, &[DATA, 1]),                               // pipe2
        (355, &[DATA, 4, 8]),                            // getrandom
        (436, &[90, 91, 1]),                             // close_range
        (439, &[AT_FDCWD, TEXT, 4, 0x400]),              // faccessat2
    ];
    for (number, args) in refused {
        let lines = trace(&call(number, args));
        assert!(lines[0].ends_with(einval), "{}", lines[0]);
    }
}
