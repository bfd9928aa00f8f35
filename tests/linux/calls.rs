//! System calls and signals, from small programs in machine code.

use tab86::engine::{self, Options};
use tab86::engine::{Event, Machine};
use tab86::linux::{self, Buffer, Config, Termination};

use crate::{BASE, HEADERS, captured, run, run_for, sink, tiny};

/// `mov eax, number` … `int 0x80` with the arguments in EBX, ECX, EDX, ESI, EDI.
pub fn call(number: u32, args: &[u32]) -> Vec<u8> {
    let mut code = vec![];
    for (opcode, value) in [0xbb, 0xb9, 0xba, 0xbe, 0xbf].into_iter().zip(args) {
        code.push(opcode);
        code.extend(value.to_le_bytes());
    }
    code.push(0xb8);
    code.extend(number.to_le_bytes());
    code.extend([0xcd, 0x80]);
    code
}

/// `mov ebx, eax; mov eax, 1; int 0x80`: the answer of the last call becomes the exit status.
const EXIT_WITH_ANSWER: [u8; 9] = [0x89, 0xc3, 0xb8, 1, 0, 0, 0, 0xcd, 0x80];

/// The exit status of a program that makes one call and exits with its answer.
fn answer(number: u32, args: &[u32]) -> i8 {
    let ran = run(&tiny(&[call(number, args), EXIT_WITH_ANSWER.to_vec()].concat()), |_| {});
    match ran.exit {
        Some(Termination::Status(status)) => status as i8,
        other => panic!("ended by {other:?}"),
    }
}

fn signal_of(code: &[u8]) -> Option<Termination> {
    run(&tiny(code), |_| {}).exit
}

#[test]
fn a_greeting() {
    let code = [call(4, &[1, BASE + HEADERS + 100, 14]), call(1, &[42])].concat();
    let mut image = tiny(&[code, vec![0; 200]].concat());
    let at = HEADERS as usize + 100;
    image[at..at + 14].copy_from_slice(b"Hello, world!\n");
    let ran = run(&image, |_| {});
    assert_eq!((ran.exit, ran.output.as_str()), (Some(Termination::Status(42)), "Hello, world!\n"));
    assert_eq!(ran.event, Some(Event::Interrupt(0x80)));
}

#[test]
fn a_name_that_is_set_is_the_name() {
    let (name, names) = (BASE + HEADERS + 200, BASE + HEADERS + 300);
    let set = [call(74, &[name, 5]), call(121, &[name + 5, 6]), call(122, &[names])];
    let shown = [call(4, &[1, names + 65, 6]), call(4, &[1, names + 5 * 65, 6]), call(74, &[name, 65])];
    let code = [set.concat(), shown.concat(), EXIT_WITH_ANSWER.to_vec()].concat();
    let mut image = tiny(&[code, vec![0; 800]].concat());
    let at = HEADERS as usize + 200;
    image[at..at + 11].copy_from_slice(b"worlddomain");
    let ran = run(&image, |_| {});
    assert_eq!((ran.exit, ran.output.as_str()), (Some(Termination::Status(234)), "world\0domain"), "EINVAL: too long");
}

#[test]
fn the_first_argument_is_on_the_stack() {
    // mov ecx, [esp+8]; mov edx, 5; mov ebx, 1; mov eax, 4; int 0x80
    let write = [0x8b, 0x4c, 0x24, 8, 0xba, 5, 0, 0, 0, 0xbb, 1, 0, 0, 0, 0xb8, 4, 0, 0, 0, 0xcd, 0x80];
    let code = [write.to_vec(), call(1, &[0])].concat();
    let ran = run(&tiny(&code), |config| config.args.push(b"first".to_vec()));
    assert_eq!(ran.output, "first");
}

#[test]
fn bad_pointers_and_unknown_calls_are_errors() {
    assert_eq!(answer(4, &[1, 16, 4]), -14, "write from nowhere: EFAULT");
    assert_eq!(answer(5, &[0xffff_fff0, 0]), -14, "open of nowhere: EFAULT");
    assert_eq!(answer(3, &[7, 16, 4]), -9, "no such descriptor: EBADF");
    assert_eq!(answer(9999, &[]), -38, "no such call: ENOSYS");
}

#[test]
fn no_call_panics_whatever_its_arguments() {
    let odd = [0, 1, 0xffff_ffff, BASE, 0x8000_0000, 0xffff_d000, 4096, 0x7fff_ffff];
    // Those that end the guest or wait for as long as they are told.
    let skipped = [1, 162, 168, 142, 82, 252, 265, 267, 407, 308, 309, 413, 414, 240, 422];
    for number in (0..460).filter(|number| !skipped.contains(number)) {
        for (index, first) in odd.iter().enumerate() {
            let args: Vec<u32> = (0..5).map(|arg| odd[(index + arg * 3) % odd.len()]).collect();
            let code = [call(number, &args), call(number, &[*first, 0, BASE, 64, 3]), call(1, &[0])].concat();
            // It may well have overwritten itself: what it goes on to do is of no interest.
            run_for(1000, &tiny(&code), |config| config.strace = Some(sink()));
        }
    }
}

#[test]
fn exceptions_end_by_their_signals() {
    let signal = |number| Some(Termination::Signal(number));
    assert_eq!(signal_of(&[0x0f, 0x0b]), signal(4), "UD2: SIGILL");
    assert_eq!(signal_of(&[0xcc]), signal(5), "INT3: SIGTRAP");
    assert_eq!(signal_of(&[0x31, 0xc9, 0xf7, 0xf1]), signal(8), "division by zero: SIGFPE");
    assert_eq!(signal_of(&[0xf4]), signal(11), "HLT: SIGSEGV");
    assert_eq!(signal_of(&[0xa1, 0, 0, 0, 0]), signal(11), "reading nowhere: SIGSEGV");
    assert_eq!(signal_of(&[0x31, 0xc0, 0xff, 0xe0]), signal(11), "jumping nowhere: SIGSEGV");
    assert_eq!(signal_of(&[0xcd, 0x81]), signal(11), "an interrupt that is not there: SIGSEGV");
}

#[test]
fn raised_signals_end_the_program_unless_blocked_or_harmless() {
    let exit = call(1, &[7]);
    let raise = |number| [call(37, &[1000, number]), exit.clone()].concat();
    assert_eq!(signal_of(&raise(15)), Some(Termination::Signal(15)));
    assert_eq!(signal_of(&raise(17)), Some(Termination::Status(7)), "SIGCHLD is ignored");
    assert_eq!(signal_of(&raise(0)), Some(Termination::Status(7)));
    // A mask with every bit set, then a clear one, both on the page behind the code.
    let (set, clear) = (BASE + 0x1000, BASE + 0x1010);
    let fill = [0xc7, 0x05, 0x00, 0x90, 0x04, 0x08, 0xff, 0xff, 0xff, 0xff];
    let blocked = [fill.to_vec(), call(175, &[2, set, 0, 8]), call(37, &[1000, 15])].concat();
    assert_eq!(signal_of(&[blocked.clone(), exit.clone()].concat()), Some(Termination::Status(7)));
    assert_eq!(signal_of(&[blocked, call(175, &[2, clear, 0, 8]), exit].concat()), Some(Termination::Signal(15)));
}

#[test]
fn sysenter_is_a_system_call_too() {
    // mov ebp, esp; mov eax, 20 (getpid); sysenter; exit with 1000 & 0xff
    let code = [vec![0x89, 0xe5, 0xb8, 20, 0, 0, 0, 0x0f, 0x34], EXIT_WITH_ANSWER.to_vec()].concat();
    assert_eq!(signal_of(&code), Some(Termination::Status(1000_u32 as u8)));
}

#[test]
fn a_trace_has_a_line_for_each_call() {
    let trace = sink();
    let code =
        [call(20, &[]), call(4, &[1, BASE + 1, 3]), call(6, &[77]), call(9999, &[1, 2]), call(252, &[3])].concat();
    let ran = run(&tiny(&code), |config| config.strace = Some(trace.clone()));
    assert_eq!(ran.exit, Some(Termination::Status(3)));
    let text = String::from_utf8(trace.lock().unwrap().clone()).unwrap();
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let expected = [
        "getpid() = 1000",
        "write(1, \"ELF\", 3) = 3",
        "close(77) = -1 EBADF (Bad file descriptor)",
        "syscall_0x270f(0x1, 0x2, 0x3, 0, 0, 0) = -1 ENOSYS (Function not implemented)",
        "exit_group(3) = ?",
        "+++ exited with 3 +++",
    ];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
}

#[test]
fn equal_seeds_give_equal_random_numbers() {
    let code = [call(355, &[BASE + 0x1000, 8, 0]), call(4, &[1, BASE + 0x1000, 8]), call(1, &[0])].concat();
    let output = |seed| run(&tiny(&code), |config| config.seed = seed).output;
    assert_eq!(output(1), output(1));
    assert_ne!(output(1), output(2));
}

#[test]
fn a_flat_image_greets_from_128_bytes() {
    // mov eax,4; mov ebx,1; mov ecx,29; mov edx,14; int 0x80; mov eax,1; mov ebx,0 … text at 34
    let code = [call(4, &[1, 34, 14]), call(1, &[0])].concat();
    assert_eq!(code.len(), 34);
    let image = [code, b"Hello, world!\n".to_vec()].concat();
    let output = Buffer::default();
    let mut machine = Machine::default();
    let mut kernel = linux::load_flat(&mut machine, &image, 0, 128, &captured(&output)).unwrap();
    engine::run(&mut machine, &mut kernel, &Options::default(), 1000);
    assert_eq!(kernel.exit(), Some(Termination::Status(0)));
    assert_eq!(output.lock().unwrap().iter().copied().collect::<Vec<u8>>(), b"Hello, world!\n");
    assert_eq!(machine.cpu.regs[4_u8], 128, "ESP is the size of memory");
}

#[test]
fn a_flat_image_ends_at_the_end_of_its_memory() {
    let mut machine = Machine::default();
    // mov eax, [128]: the first byte beyond.
    let code = [0xa1, 125, 0, 0, 0];
    let mut kernel = linux::load_flat(&mut machine, &code, 0, 128, &Config::default()).unwrap();
    engine::run(&mut machine, &mut kernel, &Options::default(), 1000);
    assert_eq!(kernel.exit(), Some(Termination::Signal(11)));
    assert!(linux::load_flat(&mut Machine::default(), &code, 124, 128, &Config::default()).is_err());
    assert!(linux::load_flat(&mut Machine::default(), &[], 0, 128, &Config::default()).is_err());
    assert!(linux::load_flat(&mut Machine::default(), &code, u32::MAX, u64::MAX, &Config::default()).is_err());
}
