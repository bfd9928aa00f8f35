//! Signals: a program that checks them from inside, what `--strace` tells of them, and the vDSO.

use tab86::engine::{self, Options};
use tab86::linux::{self, ClockSource, Config, Termination};

use crate::calls::call;
use crate::{Ran, run, sink, tiny, traced};

const PROGRAM: &[u8] = include_bytes!("../programs/signals");

#[test]
fn signals_hold_from_inside() {
    let ran = run(PROGRAM, |_| {});
    assert_eq!((ran.output.as_str(), ran.exit), ("checked\n", Some(Termination::Status(0))), "{:?}", ran.event);
}

/// Every timer, stop and wait repeats to the instruction, and so do the lines of the trace.
#[test]
fn signals_repeat() {
    let first = traced(PROGRAM);
    assert_eq!(first.0, "checked\n");
    assert_eq!(first, traced(PROGRAM));
}

#[test]
fn the_trace_tells_of_signals_and_restarts() {
    let trace = sink();
    run(PROGRAM, |config| {
        config.clock = ClockSource::Virtual;
        config.strace = Some(trace.clone());
    });
    let text = String::from_utf8(trace.lock().unwrap().clone()).unwrap();
    let lines: Vec<String> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for expected in [
        "--- SIGSEGV {si_signo=SIGSEGV, si_code=SI_KERNEL} ---",
        "rt_sigreturn({mask=[USR2]}) = 4711",
        "--- SIGALRM {si_signo=SIGALRM, si_code=SI_KERNEL} ---",
        "pause() = ? ERESTARTNOHAND (To be restarted if no handler)",
        "sigreturn({mask=[]}) = -1 EINTR (Interrupted system call)",
        "rt_sigsuspend([], 8) = ? ERESTARTNOHAND (To be restarted if no handler)",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected}\n{text}");
    }
    assert!(lines.iter().any(|line| line.ends_with("= ? ERESTARTSYS (To be restarted if SA_RESTART is set)")));
}

/// A handler without restorer where there is no vDSO returns through code in its frame.
#[test]
fn a_flat_image_has_handlers_too() {
    let action = 0x200;
    // rt_sigaction(SIGUSR1, action, 0, 8); kill(1000, SIGUSR1); exit(ESI), and a handler behind it.
    let code = [call(174, &[10, action, 0, 8]), call(37, &[1000, 10])].concat();
    let exit = [vec![0x8b, 0x1d, 0, 3, 0, 0], vec![0xb8, 1, 0, 0, 0, 0xcd, 0x80]].concat();
    let handler = (code.len() + exit.len()) as u32;
    // inc dword [0x300]; ret
    let mut image = [code, exit, vec![0xff, 0x05, 0, 3, 0, 0, 0xc3]].concat();
    image.resize(action as usize, 0);
    image.extend([handler, 0, 0, 0, 0].into_iter().flat_map(u32::to_le_bytes));
    let mut machine = engine::Machine::default();
    let mut kernel = tab86::linux::load_flat(&mut machine, &image, 0, 0x1_0000, &Config::default()).unwrap();
    engine::run(&mut machine, &mut kernel, &Options::default(), 1000);
    assert_eq!(kernel.exit(), Some(Termination::Status(1)));
}

#[test]
fn a_wait_that_nothing_can_end_is_over() {
    let Ran { exit, .. } = run(&tiny(&call(29, &[])), |_| {});
    assert_eq!(exit, Some(Termination::Signal(9)), "pause, and nobody who could send a signal");
    // With a timer it ends: alarm(5), pause.
    let code = [call(27, &[5]), call(29, &[])].concat();
    let Ran { exit, .. } = run(&tiny(&code), |config| config.clock = ClockSource::Virtual);
    assert_eq!(exit, Some(Termination::Signal(14)));
}

/// What a C library looks for in the vDSO: symbols by dynamic section and hash table.
#[test]
fn the_vdso_has_its_symbols() {
    let mut machine = engine::Machine::default();
    linux::load(&mut machine, &tiny(&[0xf4]), &Config::default()).unwrap();
    let mut at = machine.cpu.regs[4_u8];
    let mut word = |at: u32| machine.memory.load::<u32>(at).unwrap();
    // Without arguments and environment the auxiliary vector begins behind three words.
    at += 12;
    while word(at) != 33 {
        at += 8;
    }
    let base = word(at + 4);
    let first = base + word(base + 28);
    let headers: Vec<u32> = (0..3).map(|index| first + 32 * index).collect();
    let dynamic = headers.iter().find(|header| word(**header) == 2).map(|header| base + word(header + 8)).unwrap();
    let mut entry =
        |tag| (0..20).map(|index| dynamic + 8 * index).find(|at| word(*at) == tag).map(|at| base + word(at + 4));
    let (hash, names, symbols) = (entry(4).unwrap(), entry(5).unwrap(), entry(6).unwrap());
    let count = word(hash + 4);
    let found: Vec<(String, u32)> = (1..count)
        .map(|index| {
            let name = names + word(symbols + 16 * index);
            let bytes = (name..).map(|at| word(at) as u8).take_while(|byte| *byte != 0).collect();
            let address = base + word(symbols + 16 * index + 4);
            (String::from_utf8(bytes).unwrap(), word(address))
        })
        .collect();
    for (name, code) in
        [("__kernel_vsyscall", 0x80cd), ("__kernel_sigreturn", 0xb858), ("__vdso_clock_gettime64", 0x8b53)]
    {
        let symbol = found.iter().find(|(known, _)| known == name);
        assert_eq!(symbol.map(|(_, found)| found & 0xffff), Some(code), "{name}: {found:x?}");
    }
}
