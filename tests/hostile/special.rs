//! What lies in a granted directory and is neither file nor directory, what pipes do with files that may only be
//! read, and names that a terminal would obey.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use crate::{attack, printed, scratch};

/// Makes a special file with a program of the host; whether the host let us.
fn made(program: &str, words: &[&str], path: &Path) -> bool {
    Command::new(program).args(words).arg(path).output().is_ok_and(|output| output.status.success())
}

/// Opens a FIFO as a program of the host that has written into it: both ends, so that it does not wait.
fn host_end(fifo: &Path) -> File {
    const O_NONBLOCK: i32 = if cfg!(target_os = "linux") { 0o4000 } else { 4 };
    let mut end = fs::OpenOptions::new().read(true).write(true).custom_flags(O_NONBLOCK).open(fifo).unwrap();
    end.write_all(b"secret").unwrap();
    end
}

/// FIFOs, sockets and devices can be seen, and given other names; nothing of what is behind them is reached, and no
/// open waits for it.
#[test]
fn what_is_behind_special_files_is_out_of_reach() {
    for grant in ["--dir", "--dir-ro", "--dir-cow"] {
        // The path of a socket must be short (unix(7)).
        let host = std::env::temp_dir().join(format!("tab86{grant}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&host);
        fs::create_dir_all(&host).unwrap();
        let fifo = host.join("fifo");
        assert!(made("mkfifo", &[], &fifo));
        // Who may make devices tries them too.
        for (name, kind, numbers) in [("char", "c", ["1", "5"]), ("block", "b", ["7", "0"])] {
            let _ = Command::new("mknod").arg(host.join(name)).arg(kind).args(numbers).output();
        }
        let socket = UnixListener::bind(host.join("socket")).unwrap();
        socket.set_nonblocking(true).unwrap();
        let mut end = host_end(&fifo);
        let output = attack("special", &["files"], &[grant, &format!("{}::/data", host.display()), "--cwd", "/data"]);
        assert_eq!(printed(&output), "tried\n", "{grant}");
        let mut bytes = [0; 100];
        assert_eq!(end.read(&mut bytes).unwrap(), 6, "{grant}: {bytes:?}");
        assert_eq!(socket.accept().map(drop).unwrap_err().kind(), ErrorKind::WouldBlock);
        fs::remove_dir_all(&host).unwrap();
    }
}

/// Nor are the devices that every host has.
#[test]
fn the_devices_of_the_host_are_out_of_reach() {
    for grant in ["--dir-ro", "--dir-cow"] {
        let output = attack("special", &["files"], &[grant, "/dev::/data", "--cwd", "/data"]);
        assert_eq!(printed(&output), "tried\n", "{grant}");
    }
}

/// What a pipe holds of a file is a copy, and goes nowhere where writing is not allowed.
#[test]
fn pipes_do_not_write_to_what_may_only_be_read() {
    for grant in ["--dir-ro", "--dir-cow", "--dir"] {
        let host = scratch(&format!("pipes{grant}"));
        fs::write(host.join("file"), [b'f'; 4096]).unwrap();
        let output = attack("special", &["pipes"], &[grant, &format!("{}::/data", host.display()), "--cwd", "/data"]);
        assert_eq!(printed(&output), "tried\n", "{grant}");
        assert_eq!(fs::read(host.join("file")).unwrap(), [b'f'; 4096], "{grant}");
    }
}

/// Of a name with control characters, none reaches the terminal of whoever reads what was refused, or a trace.
#[test]
fn no_name_commands_the_terminal() {
    for options in [&["--strace"][..], &["--backtrace=full"]] {
        let output = attack("special", &["names"], options);
        assert_eq!(printed(&output), "tried\n");
        let said = String::from_utf8(output.stderr).expect("no bytes that are no characters");
        assert!(said.contains("not allowed") && said.contains("red"), "{said}");
        let obeyed =
            |character: char| character.is_control() && !matches!(character, '\n' | '\t') || character == '\u{202e}';
        assert!(!said.contains(obeyed), "{said:?}");
        assert!(said.lines().all(|line| !line.starts_with("tab86: nothing")), "{said}");
    }
}
