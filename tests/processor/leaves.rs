//! Calls of short functions, which a block takes along: returns to elsewhere, functions that change or vanish, and
//! budgets that end within.

use crate::support::{CODE, DATA, Stop, machine, modes, run};
use tab86::cpu::Register::{Ebx, Edx, Esp};
use tab86::engine::{self, Environment, Event, Exception, Machine};
use tab86::memory::Perm;

const STACK: u32 = 0x8000;
/// Where a function in a page of its own lies.
const LEAF: u32 = DATA + 0x100;

/// mov ebx, [esp]; ret
const THUNK: [u8; 4] = [0x8b, 0x1c, 0x24, 0xc3];

fn with_stack(code: &[u8]) -> Machine {
    let mut m = machine(code);
    m.memory.map(STACK, 0x1000, Perm::READ | Perm::WRITE);
    m.memory.copy_in(LEAF, &THUNK);
    m.cpu.regs[Esp] = STACK + 0x800;
    m
}

/// mov ecx, 3; again: call function; `behind`; dec ecx; jnz again; jmp end; `function`; end:
fn three_calls(behind: &[u8], function: &[u8]) -> Machine {
    let back = -(5 + behind.len() as i8 + 3);
    let start = [0xb9, 3, 0, 0, 0, 0xe8, behind.len() as u8 + 5, 0, 0, 0];
    let end = [0x49, 0x75, back as u8, 0xeb, function.len() as u8];
    with_stack(&[&start, behind, &end, function].concat())
}

/// call LEAF, at an offset in the code.
fn call_leaf(at: u32) -> [u8; 5] {
    let [a, b, c, d] = LEAF.wrapping_sub(CODE + at + 5).to_le_bytes();
    [0xe8, a, b, c, d]
}

#[test]
fn the_return_address_is_handed_over() {
    // inc ebx
    let (m, _) = run(&three_calls(&[0x43], &THUNK));
    assert_eq!((m.cpu.regs[Ebx], m.executed()), (CODE + 0xb, 1 + 3 * 6 + 2));
}

#[test]
fn a_function_can_return_to_elsewhere() {
    // inc ebx; inc edx, of which the first is skipped by inc dword ptr [esp]; ret
    let (m, _) = run(&three_calls(&[0x43, 0x42], &[0xff, 0x04, 0x24, 0xc3]));
    assert_eq!((m.cpu.regs[Ebx], m.cpu.regs[Edx]), (0, 3));
}

#[test]
fn a_function_in_another_page_can_change() {
    // mov ecx, 2; again: call LEAF; mov byte ptr [LEAF+1], 0x14: mov edx, [esp]; dec ecx; jnz again
    let [a, b, c, d] = (LEAF + 1).to_le_bytes();
    let patch = [0xc6, 0x05, a, b, c, d, 0x14, 0x49, 0x75, 0xf1];
    let (m, _) = run(&with_stack(&[&[0xb9, 2, 0, 0, 0][..], &call_leaf(5), &patch].concat()));
    assert_eq!((m.cpu.regs[Ebx], m.cpu.regs[Edx]), (CODE + 10, CODE + 10));
}

/// Takes the page of the function away at the first interrupt.
struct Unmap(bool);

impl Environment for Unmap {
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        if !self.0 {
            return Some(event);
        }
        m.memory.unmap(DATA, 0x1000);
        self.0 = false;
        None
    }
}

#[test]
fn a_function_whose_page_vanishes_faults_where_it_was() {
    for options in modes() {
        // call LEAF; int3; call LEAF
        let mut m = with_stack(&[&call_leaf(0)[..], &[0xcc, 0xeb, 0xf8]].concat());
        let event = engine::run(&mut m, &mut Unmap(true), &options, 1000);
        let Some(Event::Fault(Exception::Page(fault))) = event else { panic!("{event:?}, {options:?}") };
        assert_eq!((fault.address, m.cpu.eip), (LEAF, LEAF), "{options:?}");
    }
}

#[test]
fn budgets_end_exactly_within_a_function() {
    let [full, step, ..] = modes();
    for budget in 0..20 {
        let states = [full, step].map(|options| {
            let mut m = three_calls(&[0x43], &THUNK);
            assert!(engine::run(&mut m, &mut Stop, &options, budget).is_none());
            (m.cpu.eip, m.cpu.regs[Ebx], m.cpu.regs[Esp], m.executed())
        });
        assert_eq!(states[0], states[1], "after {budget}");
    }
}
