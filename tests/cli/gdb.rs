//! `tab86 run --gdb`, by a client of gdb's remote protocol that is only a few lines, and by gdb where there is one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// Counts ECX from 5 to 0, stores EAX each time at 0x100, and exits with 7.
const COUNT: &str = "b905000000 40 a300010000 49 75f7 b801000000 bb07000000 cd80";

/// The addresses of the store, of what follows the loop, and of what is stored.
const STORE: u32 = 6;
const BEHIND: u32 = 0xe;

struct Session {
    program: Child,
    stream: TcpStream,
}

/// Writes to 0x100 the date, 8 bytes of standard input and the time since it started, prints the 8 bytes, and exits with 5:
/// time, read, clock_gettime, write.
const ASKING: &str = "b80d000000 bb00010000 cd80 \
                      b803000000 bb00000000 b904010000 ba08000000 cd80 \
                      b809010000 bb01000000 b90c010000 cd80 \
                      b804000000 bb01000000 b904010000 ba08000000 cd80 \
                      b801000000 bb05000000 cd80";

/// The address of its last call.
const LAST: u32 = 0x53;

/// Starts something that waits for gdb, and gives the address that it tells.
fn start(command: &str, arguments: &[&str]) -> (Child, String) {
    let mut tab86 = Command::new(env!("CARGO_BIN_EXE_tab86"));
    tab86.args([command, "--gdb=127.0.0.1:0"]).args(arguments);
    let mut program = tab86.stdin(Stdio::piped()).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(program.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("target remote ").nth(1).unwrap_or_else(|| panic!("{line}"));
    (program, address.trim_end().trim_end_matches('`').to_string())
}

impl Session {
    fn start() -> Session {
        Session::with("run", &["--hex", COUNT])
    }

    fn start_with(arguments: &[&str]) -> Session {
        let (program, address) = start("run", arguments);
        Session { program, stream: TcpStream::connect(address).unwrap() }
    }

    fn with(command: &str, arguments: &[&str]) -> Session {
        let (program, address) = start(command, arguments);
        let mut session = Session { program, stream: TcpStream::connect(address).unwrap() };
        assert_eq!(session.ask("?"), "T05thread:03e8;");
        assert_eq!(session.ask("Hg0"), "OK");
        session
    }

    fn byte(&mut self) -> u8 {
        let mut byte = [0];
        self.stream.read_exact(&mut byte).unwrap();
        byte[0]
    }

    /// Sends a packet and gives the answer, without what is said beside it.
    fn ask(&mut self, packet: &str) -> String {
        let sum = packet.bytes().fold(0_u8, |sum, byte| sum.wrapping_add(byte));
        self.stream.write_all(format!("${packet}#{sum:02x}").as_bytes()).unwrap();
        loop {
            let answer = self.answer();
            if answer == "OK" || !answer.starts_with('O') {
                return answer;
            }
        }
    }

    /// The same with what is said.
    fn said(&mut self, packet: &str) -> (String, String) {
        let sum = packet.bytes().fold(0_u8, |sum, byte| sum.wrapping_add(byte));
        self.stream.write_all(format!("${packet}#{sum:02x}").as_bytes()).unwrap();
        let mut said = Vec::new();
        loop {
            let answer = self.answer();
            match answer.strip_prefix('O').filter(|_| answer != "OK") {
                Some(digits) => {
                    said.extend(
                        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()),
                    );
                }
                None => return (answer, String::from_utf8_lossy(&said).into_owned()),
            }
        }
    }

    fn answer(&mut self) -> String {
        while self.byte() != b'$' {}
        let answer: String =
            std::iter::from_fn(|| Some(self.byte()).filter(|byte| *byte != b'#')).map(char::from).collect();
        let _sum = [self.byte(), self.byte()];
        self.stream.write_all(b"+").unwrap();
        answer
    }

    /// The general registers and EIP.
    fn registers(&mut self) -> Vec<u32> {
        let all = self.ask("g");
        let word = |index: usize| u32::from_str_radix(&all[8 * index..8 * index + 8], 16).unwrap().swap_bytes();
        (0..10).map(word).collect()
    }

    fn eip(&mut self) -> u32 {
        self.registers()[8]
    }

    /// What lies at 0x100.
    fn told(&mut self) -> String {
        self.ask("m100,14")
    }

    /// Runs up to the last call of [`ASKING`], back to the beginning, and there again, twice.
    fn goes_and_comes_back(&mut self) -> String {
        self.ask(&format!("Z0,{LAST:x},1"));
        assert_eq!(self.ask("vCont;c"), "T05thread:03e8;swbreak:;");
        let told = self.told();
        for _ in 0..2 {
            assert_eq!(self.ask("bs"), "T05thread:03e8;");
            assert!(self.ask("bc").contains("replaylog:begin"));
            assert_eq!((self.eip(), self.told()), (0, "00".repeat(20)));
            assert_eq!(self.ask("vCont;c"), "T05thread:03e8;swbreak:;");
            assert_eq!((self.eip(), self.told()), (LAST, told.clone()));
        }
        told
    }

    /// Sends one that the program ends with, and gives what the program has printed as well.
    fn end_printing(mut self, packet: &str) -> (String, String) {
        let answer = self.ask(packet);
        drop(self.stream);
        let output = self.program.wait_with_output().unwrap();
        (answer, String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Sends one that the program ends with.
    fn end(mut self, packet: &str) -> (String, i32) {
        let answer = self.ask(packet);
        drop(self.stream);
        (answer, self.program.wait().unwrap().code().unwrap())
    }
}

#[test]
fn breakpoints_registers_memory_and_the_exit_status() {
    let mut gdb = Session::start();
    assert!(gdb.ask("qSupported:swbreak+").contains("ReverseContinue+"));
    assert!(gdb.ask("qXfer:features:read:target.xml:0,fff").contains("i386.core"));
    assert_eq!(gdb.ask(&format!("Z0,{BEHIND:x},1")), "OK");
    assert_eq!(gdb.ask("vCont;c"), "T05thread:03e8;swbreak:;");
    assert_eq!((gdb.eip(), gdb.registers()[0]), (BEHIND, 5));
    assert_eq!(
        (gdb.ask("m100,4"), gdb.ask("M100,1:2a"), gdb.ask("m100,4")),
        ("05000000".into(), "OK".into(), "2a000000".into())
    );
    assert_eq!(gdb.ask(&format!("z0,{BEHIND:x},1")), "OK");
    assert_eq!(gdb.end("vCont;c"), ("W07".into(), 7));
}

/// fork; the child counts ECX up for ever, the parent waits for it (waitpid) and exits with 4.
const FORKING: &str = "b802000000 cd80 85c0 75 03 41 ebfd 89c3 31c9 31d2 b807000000 cd80 b801000000 bb04000000 cd80";

/// The child's loop, and the parent's way behind it.
const LOOP: u32 = 0xb;
const PARENT: u32 = 0xe;

impl Session {
    fn eip_of(&mut self, thread: &str) -> u32 {
        assert_eq!(self.ask(&format!("Hg{thread}")), "OK");
        self.eip()
    }
}

/// `monitor` of gdb: the answer, and what was said before it.
fn monitor(gdb: &mut Session, command: &str) -> String {
    let digits: String = command.bytes().map(|byte| format!("{byte:02x}")).collect();
    gdb.said(&format!("qRcmd,{digits}")).1
}

#[test]
fn calls_are_shown_and_what_is_executed_is_counted() {
    let mut gdb = Session::with("run", &["--hex", ASKING]);
    assert!(monitor(&mut gdb, "help").contains("monitor coverage"));
    assert!(monitor(&mut gdb, "coverage").contains("nothing is counted"));
    monitor(&mut gdb, "strace on");
    monitor(&mut gdb, "coverage on");
    gdb.program.stdin.take().unwrap().write_all(b"typed in").unwrap();
    gdb.ask(&format!("Z0,{LAST:x},1"));
    let (stop, said) = gdb.said("vCont;c");
    assert_eq!(stop, "T05thread:03e8;swbreak:;");
    let names = ["time(", "read(0, \"typed in\", 8)", "clock_gettime(", "write(1, "];
    names.iter().for_each(|name| assert!(said.contains(name), "{name}: {said}"));
    let counted = monitor(&mut gdb, "coverage");
    assert!(counted.starts_with("19 instructions of the program in 5 blocks"), "{counted}");
    // Nothing is shown on the way back, and all of it again on the way there.
    assert_eq!(gdb.said("bc").1, "");
    assert!(gdb.said("vCont;c").1.contains("read(0, \"typed in\", 8)"));
    monitor(&mut gdb, "strace off");
    assert_eq!((gdb.said("bc").1, gdb.said("vCont;c").1), (String::new(), String::new()));
    gdb.end("k");
}

#[test]
fn one_of_two_processes_stands_still() {
    let mut gdb = Session::start_with(&["--hex", FORKING]);
    gdb.ask("qSupported:multiprocess+;swbreak+;fork-events+;exec-events+");
    let fork = gdb.ask("vCont;c");
    assert!(fork.contains("fork:p3e9.03e9") && fork.contains("thread:p3e8.03e8"), "{fork}");
    // The parent goes on, the child stands still behind its fork.
    assert_eq!(gdb.ask(&format!("Z0,{PARENT:x},1")), "OK");
    assert_eq!(gdb.ask("vCont;c:p3e8.-1"), "T05thread:p3e8.03e8;swbreak:;");
    assert_eq!((gdb.eip_of("p3e8.3e8"), gdb.eip_of("p3e9.3e9")), (PARENT, 7));
    // The child steps, the parent stands still.
    for at in [9, LOOP, LOOP + 1, LOOP] {
        assert_eq!(gdb.ask("vCont;s:p3e9.3e9;c:p3e9.-1"), "T05thread:p3e9.03e9;");
        assert_eq!((gdb.eip_of("p3e9.3e9"), gdb.eip_of("p3e8.3e8")), (at, PARENT));
    }
    // Back with both, but not with one, and not to before there were both.
    assert_eq!((gdb.ask("Hcp3e9.-1"), gdb.ask("bs")), ("OK".into(), "T00thread:p3e9.03e9;".into()));
    assert_eq!((gdb.ask("Hc0"), gdb.ask("bs")), ("OK".into(), "T05thread:p3e9.03e9;".into()));
    assert_eq!((gdb.eip_of("p3e9.3e9"), gdb.eip_of("p3e8.3e8")), (LOOP + 1, PARENT));
    assert!(gdb.ask("bc").contains("swbreak"));
    assert_eq!((gdb.eip_of("p3e8.3e8"), gdb.eip_of("p3e9.3e9")), (PARENT, 7));
    assert!(gdb.ask("bc").contains("replaylog:begin"));
    assert_eq!((gdb.eip_of("p3e8.3e8"), gdb.eip_of("p3e9.3e9")), (7, 7));
    // The parent waits for a child that is killed.
    assert_eq!(gdb.ask("vKill;3e9"), "OK");
    assert_eq!((gdb.ask("Hgp3e8.3e8"), gdb.ask(&format!("z0,{PARENT:x},1"))), ("OK".into(), "OK".into()));
    assert_eq!(gdb.end("vCont;c"), ("W04;process:3e8".into(), 4));
}

#[test]
fn in_a_recording_nobody_stands_still() {
    let tape = format!("{}/two.tape", env!("CARGO_TARGET_TMPDIR"));
    let mut recorded = Command::new(env!("CARGO_BIN_EXE_tab86"));
    recorded.args(["run", "--max-instructions", "100000", "--record", &tape, "--hex", FORKING]);
    assert_eq!(recorded.stderr(Stdio::null()).status().unwrap().code(), Some(124));
    let (program, address) = start("replay", &[&tape]);
    let mut gdb = Session { program, stream: TcpStream::connect(address).unwrap() };
    gdb.ask("qSupported:multiprocess+;swbreak+;fork-events+");
    assert!(gdb.ask("vCont;c").contains("fork:p3e9.03e9"));
    assert_eq!(gdb.ask("vCont;c:p3e8.-1"), "T00thread:p3e8.03e8;");
    assert_eq!(gdb.ask(&format!("Z0,{PARENT:x},1")), "OK");
    assert_eq!(gdb.ask("vCont;c"), "T05thread:p3e8.03e8;swbreak:;");
    gdb.ask("k");
    gdb.program.wait().unwrap();
}

#[test]
fn each_step_back_lands_where_a_step_forward_was() {
    let mut gdb = Session::start();
    let mut seen = Vec::new();
    for _ in 0..20 {
        seen.push((gdb.registers(), gdb.ask("m100,4")));
        assert_eq!(gdb.ask("vCont;s:3e8"), "T05thread:03e8;");
    }
    for (number, state) in seen.iter().enumerate().rev() {
        assert_eq!(gdb.ask("bs"), "T05thread:03e8;", "{number}");
        assert_eq!((gdb.registers(), gdb.ask("m100,4")), *state, "{number}");
    }
    assert_eq!(gdb.ask("bs"), "T05thread:03e8;replaylog:begin;");
    assert_eq!(gdb.end("vCont;c").1, 7);
}

#[test]
fn going_back_finds_who_has_written_it() {
    let mut gdb = Session::start();
    gdb.ask(&format!("Z0,{BEHIND:x},1"));
    gdb.ask("vCont;c");
    assert_eq!(gdb.ask("Z2,100,4"), "OK");
    for value in (0..5).rev() {
        assert!(gdb.ask("bc").contains("watch:"), "{value}");
        assert_eq!((gdb.eip(), gdb.ask("m100,4")), (STORE, format!("{value:02x}000000")));
    }
    assert!(gdb.ask("bc").contains("replaylog:begin"));
    // Forwards it stops behind the store.
    assert!(gdb.ask("vCont;c").contains("watch:"));
    assert_eq!((gdb.eip(), gdb.ask("m100,4")), (STORE + 5, "01000000".into()));
    assert_eq!(gdb.ask("z2,100,4"), "OK");
    assert_eq!(gdb.ask("vCont;c"), "T05thread:03e8;swbreak:;");
    gdb.ask(&format!("z0,{BEHIND:x},1"));
    assert_eq!(gdb.end("vCont;c").1, 7);
}

#[test]
fn calls_are_caught_at_both_ends() {
    let mut gdb = Session::start();
    assert_eq!(gdb.ask("QCatchSyscalls:1;1"), "OK");
    assert_eq!(gdb.ask("vCont;c"), "T05thread:03e8;syscall_entry:01;");
    assert_eq!(gdb.end("vCont;c").1, 7);
}

#[test]
fn going_back_stops_at_both_ends_of_calls() {
    let mut gdb = Session::with("run", &["--hex", ASKING]);
    gdb.program.stdin.take().unwrap().write_all(b"typed in").unwrap();
    gdb.ask(&format!("Z0,{LAST:x},1"));
    assert_eq!(gdb.ask("vCont;c"), "T05thread:03e8;swbreak:;");
    assert_eq!(gdb.ask("QCatchSyscalls:1;3;4"), "OK");
    for (answer, eax) in [("return:04", 8), ("entry:04", 4), ("return:03", 8), ("entry:03", 3)] {
        assert_eq!(gdb.ask("bc"), format!("T05thread:03e8;syscall_{answer};"));
        assert_eq!(gdb.registers()[0], eax, "{answer}");
    }
    assert!(gdb.ask("bc").contains("replaylog:begin"));
    for answer in ["entry:03", "return:03", "entry:04", "return:04"] {
        assert_eq!(gdb.ask("vCont;c"), format!("T05thread:03e8;syscall_{answer};"));
    }
    assert_eq!(gdb.end("vKill;3e8").1, 137);
}

#[test]
fn killing_and_leaving() {
    let killed = Session::start();
    assert_eq!(killed.end("vKill;3e8"), ("OK".into(), 137));
    let left = Session::start();
    assert_eq!(left.end("D"), ("OK".into(), 7));
}

#[test]
fn going_back_the_host_has_said_what_it_said() {
    let mut gdb = Session::with("run", &["--hex", ASKING]);
    gdb.program.stdin.take().unwrap().write_all(b"typed in").unwrap();
    let told = gdb.goes_and_comes_back();
    assert_eq!(told[8..24], b"typed in".map(|byte| format!("{byte:02x}")).concat());
    // Another past has another future, in which nobody types.
    assert!(gdb.ask("bc").contains("replaylog:begin"));
    assert_eq!(gdb.ask("M104,1:2a"), "OK");
    assert_eq!(gdb.ask("vCont;c"), "T05thread:03e8;swbreak:;");
    assert_eq!(gdb.told()[8..24], format!("2a{}", "00".repeat(7)));
    assert_eq!(gdb.ask(&format!("z0,{LAST:x},1")), "OK");
    assert_eq!(gdb.end_printing("vCont;c"), ("W05".into(), format!("typed in*{}", "\0".repeat(7))));
}

#[test]
fn a_recording_goes_forwards_and_backwards_and_cannot_be_changed() {
    let tape = format!("{}/cli/gdb.tape", env!("CARGO_TARGET_TMPDIR"));
    std::fs::create_dir_all(format!("{}/cli", env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tab86"));
    command.args(["run", "--record", &tape, "--hex", ASKING]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut recorder = command.spawn().unwrap();
    recorder.stdin.take().unwrap().write_all(b"recorded").unwrap();
    assert_eq!(recorder.wait_with_output().unwrap().stdout, b"recorded");
    let mut gdb = Session::with("replay", &[&tape]);
    let told = gdb.goes_and_comes_back();
    assert_eq!(told[8..24], b"recorded".map(|byte| format!("{byte:02x}")).concat());
    assert!(gdb.ask("M104,1:2a").starts_with('E'));
    assert_eq!((gdb.told(), gdb.ask(&format!("z0,{LAST:x},1"))), (told, "OK".into()));
    assert_eq!(gdb.end_printing("vCont;c"), ("W05".into(), "recorded".into()));
    let killed = Session::with("replay", &[&tape]);
    assert_eq!(killed.end("vKill;3e8"), ("OK".into(), 137));
    let left = Session::with("replay", &[&tape]);
    assert_eq!(left.end_printing("D"), ("OK".into(), "recorded".into()));
}

#[test]
fn gdb_itself() {
    if Command::new("gdb").arg("--version").output().is_err() {
        eprintln!("skipped: there is no gdb");
        return;
    }
    let (mut program, address) = start("run", &["--hex", COUNT]);
    let target = format!("target remote {address}");
    let commands =
        ["set confirm off", &target, "stepi", "stepi", "stepi", "print $eax", "reverse-stepi", "x/i $pc", "kill"];
    let mut gdb = Command::new("gdb");
    gdb.args(["-nx", "-q", "-batch"]);
    commands.iter().for_each(|command| {
        gdb.args(["-ex", command]);
    });
    let output = gdb.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("$1 = 1") && text.contains("=> 0x6:\tmov    %eax,0x100"), "{text}");
    assert_eq!(program.wait().unwrap().code(), Some(137));
}
