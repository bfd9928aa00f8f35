//! Integer instructions run as programs, in every mode of the engine: what no single formula shows,
//! and what the hardware vectors leave out.

use crate::support::{CODE, DATA, byte, machine, run};
use tab86::cpu::{Flag, Random, Register};
use tab86::engine::{Event, Exception};

#[test]
fn bit_offsets_in_registers_reach_beyond_the_operand() {
    let bts = [0x0f, 0xab, 0x0b]; // bts [ebx], ecx
    for (offset, at, bit) in [(0, 0, 0), (35, 4, 3), (-1, -4, 31), (-33, -8, 31), (0x1234, 0x244, 20)] {
        let mut m = machine(&bts);
        m.cpu.regs[Register::Ebx] = DATA + 0x100;
        m.cpu.regs[Register::Ecx] = offset as u32;
        let (m, _) = run(&m);
        let address = (DATA + 0x100).wrapping_add_signed(at);
        assert_eq!(byte(&m, address + bit / 8), 1 << (bit % 8), "offset {offset}");
    }
}

#[test]
fn bit_strings_of_words_move_by_words() {
    let btc = [0x66, 0x0f, 0xbb, 0x0b]; // btc word [ebx], cx
    let mut m = machine(&btc);
    m.cpu.regs[Register::Ebx] = DATA + 0x100;
    m.cpu.regs[Register::Ecx] = 0x7777_ffef; // CX is -17: bit 15 of the word at -4
    let (m, _) = run(&m);
    assert_eq!(byte(&m, DATA + 0xfd), 0x80);
}

#[test]
fn immediate_bit_offsets_stay_inside_the_operand() {
    let bts = [0x0f, 0xba, 0x2b, 0xe5]; // bts dword [ebx], 229: bit 5
    let mut m = machine(&bts);
    m.cpu.regs[Register::Ebx] = DATA + 0x100;
    let (m, _) = run(&m);
    assert_eq!(byte(&m, DATA + 0x100), 1 << 5);
}

#[test]
fn bit_strings_wrap_with_16_bit_addresses() {
    let bt = [0x67, 0x0f, 0xa3, 0x07]; // bt [bx], eax
    let mut m = machine(&bt);
    m.memory.copy_in(DATA, &[2]);
    m.cpu.regs[Register::Ebx] = 4;
    m.cpu.regs[Register::Eax] = (DATA - 4) * 8 + 1;
    assert!(run(&m).0.cpu.flag(Flag::Carry));
    m.cpu.regs[Register::Ebx] = DATA + 4;
    m.cpu.regs[Register::Eax] = (-31i32) as u32;
    assert!(run(&m).0.cpu.flag(Flag::Carry));
}

#[test]
fn divisions_that_do_not_fit_change_nothing() {
    let cases: [(&[u8], [u32; 3]); 8] = [
        (&[0xf7, 0xf1], [5, 0x1234_5678, 0]),            // div ecx by 0
        (&[0xf7, 0xf1], [5, 0, 5]),                      // div ecx: the quotient is 2^32
        (&[0xf7, 0xf9], [0x8000_0000, 0, u32::MAX]),     // idiv ecx: not even 64 bits hold it
        (&[0xf7, 0xf9], [0, 0x8000_0000, 1]),            // idiv ecx: one more than fits
        (&[0x66, 0xf7, 0xf9], [0xffff, 0x8000, 0xffff]), // idiv cx: the same from below
        (&[0xf6, 0xf1], [5, 0x0100, 1]),                 // div cl
        (&[0xf6, 0xf9], [5, 0xff80, 0xff]),              // idiv cl
        (&[0xd4, 0], [5, 0x1234, 1]),                    // aam 0
    ];
    for (code, [edx, eax, ecx]) in cases {
        let mut m = machine(code);
        (m.cpu.regs[Register::Edx], m.cpu.regs[Register::Eax], m.cpu.regs[Register::Ecx]) = (edx, eax, ecx);
        m.cpu.set_eflags(Flag::Overflow.mask() | Flag::Zero.mask());
        let (end, event) = run(&m);
        assert_eq!(event, Event::Fault(Exception::Divide), "{code:x?} of {edx:x}:{eax:x} by {ecx:x}");
        assert_eq!((end.cpu.regs[Register::Edx], end.cpu.regs[Register::Eax]), (edx, eax));
        assert_eq!((end.cpu.eip, end.cpu.eflags()), (CODE, m.cpu.eflags()));
    }
}

#[test]
fn refused_instructions_say_so() {
    let cases: [(&[u8], Exception); 4] = [
        (&[0x0f, 0x0b], Exception::InvalidOpcode), // ud2
        (&[0xf4], Exception::GP0),                 // hlt
        (&[0x0f, 0x01, 0x15], Exception::GP0),     // lgdt [...]: before its operand is read
        (&[0x0f, 0xaa], Exception::InvalidOpcode), // rsm
    ];
    for (code, exception) in cases {
        assert_eq!(run(&machine(code)).1, Event::Fault(exception), "{code:x?}");
    }
}

#[test]
fn the_time_stamp_counts_instructions() {
    // nop; rdtsc; mov ebx, eax; jmp to the next; nop; rdtscp
    let code = [0x90, 0x0f, 0x31, 0x89, 0xc3, 0xeb, 0x00, 0x90, 0x0f, 0x01, 0xf9];
    let (m, _) = run(&machine(&code));
    assert_eq!(m.cpu.regs[Register::Ebx], 1);
    assert_eq!((m.cpu.regs[Register::Eax], m.cpu.regs[Register::Edx], m.cpu.regs[Register::Ecx]), (5, 0, 0));
}

#[test]
fn random_numbers_follow_from_the_seed() {
    let code = [0x0f, 0xc7, 0xf0, 0x0f, 0xc7, 0xfb]; // rdrand eax; rdseed ebx
    let mut m = machine(&code);
    m.cpu.random = Random(1234567);
    m.cpu.set_eflags(Flag::Overflow.mask() | Flag::Zero.mask() | Flag::Adjust.mask());
    let (end, _) = run(&m);
    // SplitMix64 from this seed begins 599ED017FB08FC85 2C73F08458540FA5.
    assert_eq!((end.cpu.regs[Register::Eax], end.cpu.regs[Register::Ebx]), (0xfb08_fc85, 0x5854_0fa5));
    assert_eq!(end.cpu.flags.bits(), Flag::Carry.mask());
}

#[test]
fn flushing_a_line_that_is_not_there_faults() {
    let mut m = machine(&[0x0f, 0xae, 0x3b]); // clflush [ebx]
    m.cpu.regs[Register::Ebx] = 0x9000;
    assert!(matches!(run(&m).1, Event::Fault(Exception::Page(fault)) if fault.address == 0x9000));
    m.cpu.regs[Register::Ebx] = DATA;
    assert_eq!(run(&m).1, Event::Interrupt(0x80));
}

#[test]
fn undefined_flags_do_not_depend_on_dropped_ones() {
    // add eax, eax; bt eax, ecx; imul eax, ecx; bsf edx, eax
    // add ecx, ecx; bt eax, ecx; shl ecx, 3; popcnt eax, ecx
    let code = [
        &[0x01, 0xc0, 0x0f, 0xa3, 0xc8, 0x0f, 0xaf, 0xc1, 0x0f, 0xbc, 0xd0][..],
        &[0x01, 0xc9, 0x0f, 0xa3, 0xc8, 0xc1, 0xe1, 3, 0xf3, 0x0f, 0xb8, 0xc1],
    ];
    // The modes agree wherever it ends.
    for code in [code[0].to_vec(), code[0][..5].to_vec(), code[1][..8].to_vec(), code.concat()] {
        for eax in [0, 1, 0x8000_0000, u32::MAX] {
            let mut m = machine(&code);
            (m.cpu.regs[Register::Eax], m.cpu.regs[Register::Ecx]) = (eax, 3);
            run(&m);
        }
    }
}
