//! Hooks: what they are told, what they may change, and how they stop a run.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tab86::cpu::Register::{Eax, Ebx, Ecx, Edx};
use tab86::engine::{Event, Exception};
use tab86::linux::{Buffer, Config, Errno, Interrupt};
use tab86::memory::Perm;
use tab86::vm::{Hook, Reaction, Stop, Vm};

type Log<T> = Arc<Mutex<Vec<T>>>;

fn vm(code: &[u8]) -> Vm {
    Vm::builder().memory(0x3000).write(0, code).build().unwrap()
}

fn taken<T>(log: &Log<T>) -> Vec<T> {
    std::mem::take(&mut *log.lock().unwrap())
}

#[test]
fn instructions_of_a_range_alone_are_told() {
    // mov ecx, 5; L: inc eax; dec ecx; jnz L; int3
    let mut vm = vm(&[0xb9, 5, 0, 0, 0, 0x40, 0x49, 0x75, 0xfc, 0xcc]);
    let log: Log<u32> = Arc::default();
    let seen = Arc::clone(&log);
    let id = vm.add_hook(Hook::instruction(6..7, move |context, _| seen.lock().unwrap().push(context.cpu.regs[Eax])));
    assert_eq!(vm.run(100), Stop::Breakpoint);
    assert_eq!(taken(&log), [1, 2, 3, 4, 5]);
    assert!(vm.remove_hook(id) && !vm.remove_hook(id));
    vm.set_eip(0);
    assert_eq!(vm.run(100), Stop::Breakpoint);
    assert!(taken(&log).is_empty());
}

#[test]
fn a_hook_changes_state_and_stops_before_the_instruction() {
    let mut vm = vm(&[0x40, 0x40, 0x40, 0xcc]); // inc eax, three times; int3
    let id = vm.add_hook(Hook::instruction(1..=1, |context, _| {
        context.cpu.regs[Eax] += 10;
        context.stop();
    }));
    assert_eq!(vm.run(100), Stop::Hook(id));
    assert_eq!((vm.eip(), vm.registers().get("eax"), vm.executed()), (1, Some(11), 1));
    assert_eq!(vm.run(100), Stop::Breakpoint, "it goes on there, and is not told again");
    assert_eq!(vm.registers().get("eax"), Some(13));
}

#[test]
fn accesses_are_told_with_their_values() {
    // mov byte [0x1000], 7; mov al, [0x1000]; xchg [0x1000], bl; mov [0x2000], al; int3
    let code = b"\xc6\x05\0\x10\0\0\x07\xa0\0\x10\0\0\x86\x1d\0\x10\0\0\xa2\0\x20\0\0\xcc";
    let mut vm = vm(code);
    vm.registers_mut().set("ebx", 9).unwrap();
    let log: Log<String> = Arc::default();
    let (reads, writes) = (Arc::clone(&log), Arc::clone(&log));
    vm.add_hook(Hook::read(0x1000..0x1004, move |_, read| reads.lock().unwrap().push(format!("r {:?}", read.bytes))));
    vm.add_hook(Hook::write(0x1000..0x1004, move |_, write| {
        writes.lock().unwrap().push(format!("w {:?} for {:?}", write.bytes, write.replaced));
    }));
    assert_eq!(vm.run(100), Stop::Breakpoint);
    let told = taken(&log);
    assert_eq!(told[..2], ["w [7] for [0]", "r [7]"], "{told:?}");
    assert_eq!(told.last().unwrap(), "w [9] for [7]", "and nothing of 0x2000");
}

#[test]
fn a_write_stops_the_run_behind_its_instruction() {
    let mut vm = vm(b"\xc6\x05\0\x10\0\0\x07\x40\x40\xcc"); // mov byte [0x1000], 7; inc eax; inc eax; int3
    let id = vm.add_hook(Hook::write(0x1000..=0x1000, |context, _| context.stop()));
    assert_eq!(vm.run(100), Stop::Hook(id));
    assert_eq!((vm.eip(), vm.registers().get("eax")), (7, Some(0)));
    assert_eq!(vm.run(100), Stop::Breakpoint);
    assert_eq!(vm.registers().get("eax"), Some(2));
}

#[test]
fn what_is_missing_can_be_mapped_and_tried_again() {
    let mut vm = Vm::builder().map(0x1000, 0x1000, Perm::ALL).write(0x1000, *b"\xa1\0\0\x80\0\xcc").build().unwrap();
    vm.add_hook(Hook::page_fault(0x80_0000..0x81_0000, |context, fault| {
        context.memory.map(fault.address & !0xfff, 0x1000, Perm::READ | Perm::WRITE);
        context.memory.set(fault.address, &[1, 2, 3, 4]).unwrap();
        Reaction::Handled
    }));
    vm.set_eip(0x1000);
    assert_eq!(vm.run(100), Stop::Breakpoint); // mov eax, [0x800000]; int3
    assert_eq!(vm.registers().get("eax"), Some(0x0403_0201));
    vm.write(0x1000, b"\xa1\0\0\x90\0\xcc").unwrap();
    vm.set_eip(0x1000);
    assert_eq!(vm.run(100), Stop::Signal(11), "outside of the range");
}

#[test]
fn calls_are_answered_changed_and_seen() {
    // mov eax, 1000; int 0x80; mov edi, eax; mov eax, 20 (getpid); int 0x80; int3
    let mut vm = vm(b"\xb8\xe8\x03\0\0\xcd\x80\x89\xc7\xb8\x14\0\0\0\xcd\x80\xcc");
    vm.registers_mut().set("ebx", 6).unwrap();
    vm.add_hook(Hook::system_call(1000..=1000, |_, call| Some(Ok(call.arguments[0] * 7))));
    let log: Log<(u32, Result<u32, Errno>)> = Arc::default();
    let seen = Arc::clone(&log);
    vm.add_hook(Hook::answer(.., move |_, call, answer| {
        seen.lock().unwrap().push((call.number, *answer));
        if call.number == 20 {
            *answer = Err(Errno::EPERM);
        }
    }));
    assert_eq!(vm.run(100), Stop::Breakpoint);
    assert_eq!((vm.registers().get("edi"), vm.registers().get("eax")), (Some(42), Some(-1_i32 as u32)));
    let told = taken(&log);
    assert_eq!((told.len(), told[0], told[1].0), (2, (1000, Ok(42)), 20));
}

#[test]
fn changed_arguments_reach_the_kernel_and_not_the_registers() {
    let output = Buffer::default();
    // mov eax, 4; mov ebx, 1; mov ecx, 0x100; mov edx, 5; int 0x80; int3
    let code = b"\xb8\x04\0\0\0\xbb\x01\0\0\0\xb9\0\x01\0\0\xba\x05\0\0\0\xcd\x80\xcc";
    let mut vm = Vm::builder().memory(4096).write(0, *code).write(0x100, *b"hello").stdout(&output).build().unwrap();
    let id = vm.add_hook(Hook::system_call(4..=4, |context, call| {
        call.arguments[2] = 2;
        context.stop();
        None
    }));
    assert_eq!(vm.run(100), Stop::Hook(id), "after the call");
    assert_eq!((vm.registers().get("eax"), vm.registers().get("edx")), (Some(2), Some(5)));
    assert_eq!(output.lock().unwrap().iter().copied().collect::<Vec<u8>>(), b"he");
    assert_eq!(vm.run(100), Stop::Breakpoint);
}

#[test]
fn cpuid_is_answered_by_hooks_and_counts() {
    let mut vm = vm(b"\xb8\x01\0\0\0\x0f\xa2\xcc"); // mov eax, 1; cpuid; int3
    let id = vm.add_hook(Hook::cpuid(|_, asked, answer| {
        assert_eq!(asked[0], 1);
        answer[3] = 0xabcd;
    }));
    assert_eq!(vm.run(100), Stop::Breakpoint);
    assert_eq!((vm.registers().get("edx"), vm.executed()), (Some(0xabcd), 3));
    vm.remove_hook(id);
    vm.cpu_mut().model.set_answer(1, None, [1, 2, 3, 4]);
    vm.set_eip(0);
    assert_eq!(vm.run(100), Stop::Breakpoint);
    assert_eq!([Eax, Ebx, Ecx, Edx].map(|register| vm.cpu().regs[register]), [1, 2, 3, 4]);
    assert_eq!(vm.executed(), 6, "as many as with the hook");
}

#[test]
fn others_see_no_fault_of_a_cpuid_that_is_answered() {
    let mut vm = vm(b"\x0f\xa2\xf4"); // cpuid; hlt
    let log: Log<Event> = Arc::default();
    let seen = Arc::clone(&log);
    vm.on_interrupt(move |_, event| {
        seen.lock().unwrap().push(event);
        Reaction::Stop
    });
    vm.add_hook(Hook::cpuid(|_, _, _| {}));
    assert_eq!(vm.run(100), Stop::Fault(Exception::GP0));
    assert_eq!((taken(&log), vm.eip()), (vec![Event::Fault(Exception::GP0)], 2));
}

#[test]
fn fetches_have_the_bytes_of_instructions() {
    let mut vm = vm(b"\x40\xb9\x05\0\0\0\xcc");
    let log: Log<Vec<u8>> = Arc::default();
    let seen = Arc::clone(&log);
    vm.add_hook(Hook::fetch(1.., move |_, fetch| seen.lock().unwrap().push(fetch.bytes.clone())));
    assert_eq!(vm.run(100), Stop::Breakpoint);
    assert_eq!(taken(&log), [b"\xb9\x05\0\0\0".to_vec(), b"\xcc".to_vec()]);
}

#[test]
fn an_empty_range_holds_nothing() {
    let mut vm = vm(&[0x40, 0xcc]);
    vm.add_hook(Hook::instruction(..0, |context, _| context.stop()));
    assert_eq!(vm.run(100), Stop::Breakpoint);
}

#[test]
fn a_run_ends_at_an_address_at_its_deadline_and_when_told() {
    let mut vm = vm(&[0x40, 0x40, 0xeb, 0xfc]); // L: inc eax; inc eax; jmp L
    assert_eq!(vm.run_until(2, 1000), Stop::Breakpoint);
    assert_eq!((vm.eip(), vm.executed()), (2, 2));
    vm.set_deadline(Some(Instant::now() + Duration::from_millis(20)));
    assert_eq!(vm.run(u64::MAX), Stop::Deadline);
    assert_eq!(vm.run(u64::MAX), Stop::Deadline, "it is over");
    vm.set_deadline(None);
    vm.interrupt_handle().stop();
    assert_eq!(vm.run(u64::MAX), Stop::Interrupted, "the next run, as none was under way");
    assert_eq!(vm.run(10), Stop::Budget, "once");
}

#[test]
fn a_guest_that_sleeps_is_woken() {
    let config = Config { interrupt: Interrupt::new().unwrap(), ..Config::default() };
    // mov eax, 29 (pause); int 0x80; int3
    let code = *b"\xb8\x1d\0\0\0\xcd\x80\xcc";
    let mut vm = Vm::builder().config(config).memory(4096).write(0, code).build().unwrap();
    vm.set_deadline(Some(Instant::now() + Duration::from_millis(30)));
    assert_eq!(vm.run(1000), Stop::Deadline);
    vm.set_deadline(None);
    let handle = vm.interrupt_handle();
    let other = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        handle.stop();
    });
    assert_eq!(vm.run(1000), Stop::Interrupted);
    other.join().unwrap();
}

#[test]
fn going_back_forgets_what_hooks_were_told_since() {
    let mut vm = vm(&[0x40, 0x40, 0xcc]); // inc eax; inc eax; int3
    vm.add_breakpoint(1);
    let start = vm.snapshot().unwrap();
    assert_eq!((vm.run(100), vm.eip()), (Stop::Breakpoint, 1));
    let there = vm.snapshot().unwrap();
    vm.restore(&start).unwrap();
    assert_eq!((vm.run(100), vm.eip()), (Stop::Breakpoint, 1), "it is reached once more");
    vm.restore(&start).unwrap();
    vm.restore(&there).unwrap();
    assert_eq!((vm.run(100), vm.eip()), (Stop::Breakpoint, 3), "it goes on from where it had stopped");
}
