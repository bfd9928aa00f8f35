//! The embedding interface: what PyVM could do, and hooks.

use std::sync::{Arc, Mutex};

use tab86::cpu::{Extended, Flag, Register, Segment};
use tab86::engine::{Event, Exception, Machine};
use tab86::linux::Kernel;
use tab86::memory::{Memory, Perm};
use tab86::vm::{MemoryError, Reaction, RegisterError, Stop, Vm, VmError};

/// Machines move between threads.
#[test]
fn a_machine_is_send() {
    fn send<T: Send>() {}
    send::<Vm>();
    send::<Machine>();
    send::<Memory>();
    send::<Kernel>();
    let mut vm = Vm::new(4096);
    let stop = std::thread::spawn(move || vm.execute_bytes(&[0xcc], 0).unwrap()).join().unwrap();
    assert_eq!(stop, Stop::Breakpoint);
}

#[test]
fn registers_by_name_and_width() {
    let mut vm = Vm::new(4096);
    vm.registers_mut().set("eax", 0x1122_3344).unwrap();
    assert_eq!(vm.registers().get("ah"), Some(0x33));
    vm.registers_mut().set("al", 0xff).unwrap();
    vm.registers_mut().set("ax", 0x1_abcd).unwrap();
    assert_eq!(vm.registers().get("EAX"), Some(0x1122_abcd));
    for unknown in ["rax", "xyz", "st8", "xmm", "mm-1", "st(8)", ""] {
        assert_eq!(vm.registers().get(unknown), None, "{unknown}");
        assert_eq!(vm.registers().bytes(unknown), None, "{unknown}");
        assert_eq!(vm.registers_mut().set(unknown, 1), Err(RegisterError::Unknown(unknown.into())));
    }
}

/// Every register of user mode is set and read back by name, at its own width.
#[test]
fn every_register_has_a_name() {
    let general = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip"].map(|name| (name.to_string(), 4));
    let words = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"].map(|name| (name.to_string(), 2));
    let bytes = ["al", "cl", "dl", "bl", "ah", "ch", "dh", "bh"].map(|name| (name.to_string(), 1));
    let files = [("st", 10), ("mm", 8), ("xmm", 16), ("ymm", 32)];
    let files = files.into_iter().flat_map(|(file, size)| (0..8).map(move |i| (format!("{file}{i}"), size)));
    let names = general.into_iter().chain(words).chain(bytes).chain(files);
    for (name, size) in names {
        let mut vm = Vm::new(4096);
        let value: Vec<u8> = (1..=size).collect();
        vm.registers_mut().set_bytes(&name, &value).unwrap();
        assert_eq!(vm.registers().bytes(&name), Some(value), "{name}");
        assert_eq!(vm.registers().get(&name).is_some(), size <= 4, "{name}");
        let wrong = vm.registers_mut().set_bytes(&name, &[0; 33]).unwrap_err();
        assert_eq!(wrong, RegisterError::Size { name, size: size.into(), given: 33 });
    }
}

#[test]
fn control_registers_by_name() {
    let mut vm = Vm::new(4096);
    for (name, value, read) in [
        ("eflags", 0x0000_0cd7, 0x0000_0cd7),
        ("mxcsr", 0x9fc0, 0x9fc0),
        ("fpcw", 0x027f, 0x027f),
        ("fpsw", 0x3800, 0x3800),
        ("fptag", 0x3fff, 0x7fff),
        ("fs", 0x2b, 0x2b),
        ("cs", 0x23, 0x23),
    ] {
        vm.registers_mut().set(name, value).unwrap();
        assert_eq!(vm.registers().get(name), Some(read), "{name}");
    }
    let wrong = vm.registers_mut().set("ss", 0).unwrap_err();
    assert!(wrong.to_string().contains("`ss`") && wrong.to_string().contains("#GP"), "{wrong}");
    assert_eq!(vm.registers().get("ss"), Some(0x2b), "nothing has changed");
}

#[test]
fn registers_by_type() {
    let mut vm = Vm::new(4096);
    let cpu = vm.cpu_mut();
    let two = Extended::from_bits(0x4000_8000_0000_0000_0000);
    cpu.set_st(0, two);
    cpu.set_ymm(2, [5, 6]);
    cpu.set_xmm(2, 7);
    cpu.mxcsr = 0x1fa0.into();
    // fld st0; faddp; movd eax, xmm2; int3
    assert_eq!(vm.execute_bytes(&[0xd9, 0xc0, 0xde, 0xc1, 0x66, 0x0f, 0x7e, 0xd0, 0xcc], 0).unwrap(), Stop::Breakpoint);
    assert_eq!(vm.cpu().st(0).bits(), 0x4001_8000_0000_0000_0000, "four");
    assert_eq!((vm.cpu().regs[Register::Eax], vm.cpu().ymm(2)), (7, [7, 6]));
    assert_eq!(vm.registers().get("mxcsr"), Some(0x1fa0));
    vm.cpu_mut().set_mm(1, u64::MAX);
    assert_eq!((vm.cpu().mm(1), vm.cpu().x87.tags()), (u64::MAX, 0xff));
    assert_eq!(vm.cpu().segment(Segment::Cs).selector, 0x23);
}

#[test]
fn memory_get_set_fill_and_its_end() {
    let mut vm = Vm::new(100);
    vm.memory_mut().fill(10, 5, 0xaa).unwrap();
    vm.memory_mut().set(12, &[1, 2]).unwrap();
    assert_eq!(vm.memory().get(9, 7).unwrap(), [0, 0xaa, 0xaa, 1, 2, 0xaa, 0]);
    assert_eq!(vm.memory().get(99, 2).unwrap_err().address, 100);
    assert_eq!(vm.memory_mut().fill(50, u32::MAX, 0).unwrap_err().address, 100);
    let mut large = Vm::new(0x5000);
    large.memory_mut().fill(0xfff, 0x2002, 7).unwrap();
    let bytes = large.read(0xffe, 0x2004).unwrap();
    assert!(bytes[0] == 0 && bytes[0x2003] == 0 && bytes[1..0x2003].iter().all(|byte| *byte == 7));
}

#[test]
fn mapping_protecting_unmapping() {
    let mut vm = Vm::default();
    let all = Perm::READ | Perm::WRITE;
    vm.map(0x1_0000, 0x2000, all).unwrap();
    vm.write(0x1_0ffe, &[1, 2, 3, 4]).unwrap();
    assert_eq!(vm.read(0x1_0ffd, 6).unwrap(), [0, 1, 2, 3, 4, 0]);

    assert_eq!(vm.map(0x1_1000, 0x1000, all), Err(MemoryError::Mapped { address: 0x1_1000 }));
    assert_eq!(vm.map(0x2_0000, 0, all), Err(MemoryError::NotWholePages { address: 0x2_0000, length: 0 }));
    assert!(matches!(vm.map(0x2_0010, 0x1000, all), Err(MemoryError::NotWholePages { .. })));
    assert!(matches!(vm.map(0xffff_f000, 0x2000, all), Err(MemoryError::BeyondEnd { .. })));
    assert_eq!(vm.protect(0x1_1000, 0x2000, all), Err(MemoryError::NotMapped { address: 0x1_2000 }));
    assert_eq!(vm.unmap(0x9000, 0x1000), Err(MemoryError::NotMapped { address: 0x9000 }));
    assert!(matches!(Vm::new(0x1800).map(0x2000, 0x1000, all), Err(MemoryError::BeyondEnd { end: 0x1800, .. })));

    vm.protect(0x1_1000, 0x1000, Perm::READ).unwrap();
    let refused = vm.write(0x1_0fff, &[9, 9]).unwrap_err().to_string();
    assert!(refused.contains("0x00010fff") && refused.contains("0x00011000"), "{refused}");
    assert_eq!(vm.read(0x1_0fff, 2).unwrap(), [2, 3], "nothing was written");
    vm.unmap(0x1_0000, 0x2000).unwrap();
    let refused = vm.read(0x1_0000, 4).unwrap_err().to_string();
    assert!(refused.contains("0x00010000") && refused.contains("mapped"), "{refused}");
}

#[test]
fn a_dead_guest_stays_dead() {
    let mut vm = Vm::new(4096);
    // inc ecx; ud2; inc ecx; int3
    assert_eq!(vm.execute_bytes(&[0x41, 0x0f, 0x0b, 0x41, 0xcc], 0).unwrap(), Stop::Signal(4));
    assert_eq!(vm.last_event(), Some(Event::Fault(Exception::InvalidOpcode)));
    assert_eq!(vm.eip(), 1, "at the instruction");
    vm.set_eip(3);
    assert_eq!(vm.run(100), Stop::Signal(4));
    assert_eq!(vm.step(), Some(Stop::Signal(4)));
    assert_eq!((vm.ended(), vm.executed()), (Some(Stop::Signal(4)), 1));
    assert_eq!(vm.registers().get("ecx"), Some(1), "nothing ran any more");
    // Another program can.
    assert_eq!(vm.execute_bytes(&[0x41, 0xcc], 0).unwrap(), Stop::Breakpoint);
    assert_eq!((vm.ended(), vm.registers().get("ecx")), (None, Some(2)));
}

#[test]
fn signals_follow_the_exception_and_exits_last() {
    let stop = |code: &[u8]| Vm::new(4096).execute_bytes(code, 0).unwrap();
    assert_eq!(stop(&[0xf7, 0xf1]), Stop::Signal(8), "div ecx: #DE is SIGFPE");
    assert_eq!(stop(&[0xf4]), Stop::Signal(11), "hlt: #GP is SIGSEGV");
    assert_eq!(stop(&[0xa1, 0, 0, 0, 0x80]), Stop::Signal(11), "mov eax, [0x80000000]: #PF is SIGSEGV");
    assert_eq!(stop(&[0xcd, 0x21]), Stop::Signal(11), "int 0x21: user mode may not use that vector");
    let mut vm = Vm::new(4096);
    let exit = [0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80, 0x41, 0xcc];
    assert_eq!(vm.execute_bytes(&exit, 0).unwrap(), Stop::Exit(7));
    assert_eq!((vm.run(100), vm.executed()), (Stop::Exit(7), 3));
}

#[test]
fn a_hook_that_stops_does_not_kill() {
    let mut vm = Vm::new(4096);
    vm.on_interrupt(|_, event| if event == Event::Interrupt(0x80) { Reaction::Pass } else { Reaction::Stop });
    assert_eq!(vm.execute_bytes(&[0xcd, 0x21, 0x0f, 0x0b, 0x0f, 0x34], 0).unwrap(), Stop::Interrupt(0x21));
    assert_eq!(vm.run(9), Stop::Fault(Exception::InvalidOpcode));
    assert_eq!(vm.run(9), Stop::Fault(Exception::InvalidOpcode), "EIP is at it still");
    vm.set_eip(4);
    assert_eq!(vm.run(9), Stop::Sysenter);
    assert_eq!(vm.ended(), None);
}

#[test]
fn the_stack_and_the_flags() {
    let mut vm = Vm::new(4096);
    vm.stack_push(7).unwrap();
    vm.stack_push(8).unwrap();
    assert_eq!((vm.stack_pop().unwrap(), vm.stack_pop().unwrap()), (8, 7));
    assert!(matches!(vm.stack_pop(), Err(Exception::Page(_))));
    vm.set_flag(Flag::Carry, true);
    vm.set_flag(Flag::Zero, true);
    assert!(vm.flag(Flag::Carry) && vm.flag(Flag::Zero) && !vm.flag(Flag::Sign));
}

#[test]
fn steps_and_budgets() {
    let mut vm = Vm::new(4096);
    vm.write(0, &[0x40, 0x40, 0x40, 0xcc]).unwrap(); // inc eax, three times; int3
    assert_eq!(vm.step(), None);
    assert_eq!((vm.eip(), vm.executed()), (1, 1));
    assert_eq!(vm.run(2), Stop::Budget);
    assert_eq!(vm.registers().get("eax"), Some(3));
    assert_eq!(vm.run(10), Stop::Breakpoint);
    assert_eq!(vm.eip(), 4);
}

#[test]
fn breakpoints_stop_before_and_go_on() {
    let mut vm = Vm::new(4096);
    vm.write(0, &[0x40, 0x40, 0xeb, 0xfc]).unwrap(); // L: inc eax; inc eax; jmp L
    vm.add_breakpoint(1);
    for round in 0..3 {
        assert_eq!(vm.run(100), Stop::Breakpoint);
        assert_eq!((vm.eip(), vm.registers().get("eax")), (1, Some(1 + 2 * round)));
    }
    assert!(vm.remove_breakpoint(1));
    assert_eq!(vm.run(100), Stop::Budget);
}

#[test]
fn hooks_see_everything_and_can_answer() {
    let code = [0xa1, 0x40, 0, 0, 0, 0xcd, 0x21, 0x90, 0xf4]; // mov eax,[0x40]; int 0x21; nop; hlt
    let mut vm = Vm::new(4096);
    let log = Arc::new(Mutex::new(Vec::new()));
    let note = |log: &Arc<Mutex<Vec<String>>>| Arc::clone(log);
    let (a, b, c) = (note(&log), note(&log), note(&log));
    vm.on_instruction(move |_, instruction| a.lock().unwrap().push(instruction.to_string()));
    vm.on_read(move |_, read| {
        b.lock().unwrap().push(format!("{:?} {} at {:#x}", read.access, read.length(), read.address))
    });
    vm.on_interrupt(move |machine, event| {
        c.lock().unwrap().push(format!("{event:?}"));
        machine.cpu.regs[0_u8] = 5;
        if event == Event::Interrupt(0x21) { Reaction::Handled } else { Reaction::Stop }
    });
    assert_eq!(vm.execute_bytes(&code, 0).unwrap(), Stop::Fault(Exception::GP0));
    let expected = [
        "mov eax, dword ptr [0x40]",
        "Read 4 at 0x40",
        "int 0x21",
        "Interrupt(33)",
        "nop",
        "hlt",
        "Fault(Protection(0))",
    ];
    assert_eq!(*log.lock().unwrap(), expected);
    vm.clear_hooks();
    assert_eq!(vm.run(0), Stop::Budget);
}

#[test]
fn block_hooks_see_each_block() {
    let mut vm = Vm::new(4096);
    let blocks = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&blocks);
    vm.on_block(move |_, eip| seen.lock().unwrap().push(eip));
    // mov ecx,3; L: dec ecx; jnz L; int3
    assert_eq!(vm.execute_bytes(&[0xb9, 3, 0, 0, 0, 0x49, 0x75, 0xfd, 0xcc], 0).unwrap(), Stop::Breakpoint);
    assert_eq!(*blocks.lock().unwrap(), [0, 5, 5]);
}

#[test]
fn programs_that_do_not_fit_and_files_that_are_not_there() {
    let mut vm = Vm::new(16);
    assert!(matches!(vm.execute_bytes(&[0x90; 17], 0), Err(VmError::TooLarge { needed: 17, size: 16 })));
    assert!(matches!(vm.execute_bytes(&[0x90], 16), Err(VmError::TooLarge { .. })));
    let error = vm.execute_file("no/such/file", 0).unwrap_err();
    assert!(error.to_string().contains("no/such/file"));
}

#[test]
fn code_may_end_where_memory_ends() {
    let code = [0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80]; // exit(7)
    for size in [code.len() as u32, 13, 26, 27, 28, 127, 128, 4096, 4097, 4108] {
        let mut vm = Vm::new(size);
        assert_eq!(vm.execute_bytes(&code, size - 12).unwrap(), Stop::Exit(7), "{size} bytes");
    }
}
