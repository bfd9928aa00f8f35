//! The embedding interface: what PyVM could do, and hooks.

use std::cell::RefCell;
use std::rc::Rc;

use tab86::cpu::Flag;
use tab86::engine::{Event, Exception};
use tab86::vm::{Reaction, Stop, Vm, VmError};

#[test]
fn registers_by_name_and_width() {
    let mut vm = Vm::new(4096);
    vm.registers().set("eax", 0x1122_3344).unwrap();
    assert_eq!(vm.registers().get("ah"), Some(0x33));
    vm.registers().set("al", 0xff).unwrap();
    vm.registers().set("ax", 0x1_abcd).unwrap();
    assert_eq!(vm.registers().get("EAX"), Some(0x1122_abcd));
    assert_eq!(vm.registers().get("rax"), None);
    assert_eq!(vm.registers().set("xyz", 1), None);
}

#[test]
fn memory_get_set_fill_and_its_end() {
    let mut vm = Vm::new(100);
    vm.memory().fill(10, 5, 0xaa).unwrap();
    vm.memory().set(12, &[1, 2]).unwrap();
    assert_eq!(vm.memory().get(9, 7).unwrap(), [0, 0xaa, 0xaa, 1, 2, 0xaa, 0]);
    assert_eq!(vm.memory().get(99, 2).unwrap_err().address, 100);
    assert_eq!(vm.memory().fill(50, u32::MAX, 0).unwrap_err().address, 100);
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
    vm.memory().set(0, &[0x40, 0x40, 0x40, 0xcc]).unwrap(); // inc eax, three times; int3
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
    vm.memory().set(0, &[0x40, 0x40, 0xeb, 0xfc]).unwrap(); // L: inc eax; inc eax; jmp L
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
    let log = Rc::new(RefCell::new(Vec::new()));
    let note = |log: &Rc<RefCell<Vec<String>>>| Rc::clone(log);
    let (a, b, c) = (note(&log), note(&log), note(&log));
    vm.on_instruction(move |_, instruction| a.borrow_mut().push(instruction.to_string()));
    vm.on_memory(move |address, length, access| b.borrow_mut().push(format!("{access:?} {length} at {address:#x}")));
    vm.on_interrupt(move |machine, event| {
        c.borrow_mut().push(format!("{event:?}"));
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
    assert_eq!(*log.borrow(), expected);
    vm.clear_hooks();
    assert_eq!(vm.run(0), Stop::Budget);
}

#[test]
fn block_hooks_see_each_block() {
    let mut vm = Vm::new(4096);
    let blocks = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&blocks);
    vm.on_block(move |_, eip| seen.borrow_mut().push(eip));
    // mov ecx,3; L: dec ecx; jnz L; int3
    vm.execute_bytes(&[0xb9, 3, 0, 0, 0, 0x49, 0x75, 0xfd, 0xcc], 0).unwrap();
    assert_eq!(*blocks.borrow(), [0, 5, 5]);
}

#[test]
fn programs_that_do_not_fit_and_files_that_are_not_there() {
    let mut vm = Vm::new(16);
    assert!(matches!(vm.execute_bytes(&[0x90; 17], 0), Err(VmError::TooLarge { needed: 17, size: 16 })));
    assert!(matches!(vm.execute_bytes(&[0x90], 16), Err(VmError::TooLarge { .. })));
    let error = vm.execute_file("no/such/file", 0).unwrap_err();
    assert!(error.to_string().contains("no/such/file"));
}
