//! A program and this machine's network: nothing goes through but what was granted.
//!
//! `tests/programs/network.c` serves, asks, or tries whatever might lead out.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::tab86;

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/network");

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A port of this machine that nobody has.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A program that serves at a port of its own, which leads to one of this machine.
fn server(port: u16) -> Child {
    let listen = format!("{port}:80");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("tab86"));
    command.args(["run", "--listen", &listen, PROGRAM, "serve", "80"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut said = [0; 10];
    child.stdout.as_mut().unwrap().read_exact(&mut said).unwrap();
    assert_eq!(&said, b"listening\n");
    child
}

#[test]
fn others_reach_a_program_at_a_port_that_was_granted() {
    let port = free_port();
    let mut server = server(port);
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let words = b"many words ".repeat(20_000);
    let (mut writer, sent) = (stream.try_clone().unwrap(), words.clone());
    let writing = std::thread::spawn(move || {
        writer.write_all(&sent).unwrap();
        writer.shutdown(Shutdown::Write).unwrap();
    });
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    writing.join().unwrap();
    assert!(answer == words.to_ascii_uppercase(), "{} of {} bytes", answer.len(), words.len());
    let start = Instant::now();
    while server.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < PATIENCE, "the program has not ended");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_port_that_somebody_has_is_an_error_that_says_so() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let answer = tab86(&["run", "--listen", &address.to_string(), PROGRAM, "serve", "80"]);
    assert_ne!(answer.status, 0);
    assert!(answer.err.contains(&format!("cannot listen at {address}")), "{}", answer.err);
}

/// Somebody on this machine who greets whoever connects.
fn greeter() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = String::new();
        stream.read_to_string(&mut asked).unwrap();
        stream.write_all(format!("{asked} to you").as_bytes()).unwrap();
    });
    port
}

#[test]
fn a_program_reaches_what_was_granted_and_nothing_else() {
    let port = greeter().to_string();
    let answer = tab86(&["run", PROGRAM, "ask", "127.0.0.1", &port]);
    assert_eq!((answer.status, answer.out.as_str()), (1, "connect 111\n"), "its loopback is its own");
    let granted = format!("127.0.0.1:{port}");
    let answer = tab86(&["run", "--connect", &granted, PROGRAM, "ask", "127.0.0.1", &port]);
    assert_eq!((answer.status, answer.out.as_str()), (0, "hello to you\n"), "{}", answer.err);
    let answer = tab86(&["run", "--connect", &granted, PROGRAM, "ask", "192.0.2.1", &port]);
    assert_eq!((answer.status, answer.out.as_str()), (1, "connect 101\n"));
    let remedy = format!("--connect 192.0.2.1:{port} would allow it");
    assert!(answer.err.contains(&remedy), "{}", answer.err);
}

#[test]
fn what_is_granted_must_make_sense() {
    for [option, value] in [["--connect", "nowhere"], ["--listen", "x"], ["--listen", "99999"]] {
        let answer = tab86(&["run", option, value, PROGRAM, "escape"]);
        assert_ne!(answer.status, 0);
        assert!(answer.err.contains(option) && answer.err.contains(value), "{}", answer.err);
    }
}
