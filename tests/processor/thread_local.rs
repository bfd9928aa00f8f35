//! Thread-local storage: operands in a segment whose base is not zero, with registers in their addresses, in every mode
//! of the engine.

use crate::support::{DATA, byte, machine, run};
use tab86::cpu::{Register, Segment, SegmentDescriptor};
use tab86::engine::{Event, Exception, Machine};

/// Where GS begins: at no page boundary.
const BASE: u32 = DATA + 0x100;

/// vpgatherdd xmm2, gs:[ebx+xmm0*4], xmm1
const GATHER: [u8; 7] = [0x65, 0xc4, 0xe2, 0x71, 0x90, 0x14, 0x83];

/// A machine with bytes that tell where they lie, and in EBX an offset in GS. First of all it writes to the page, which
/// has no fast path before.
fn with_offset(offset: i32, code: &[u8]) -> Machine {
    // or byte ptr [DATA], 0
    let [d0, d1, d2, d3] = DATA.to_le_bytes();
    let mut m = machine(&[&[0x80, 0x0d, d0, d1, d2, d3, 0], code].concat());
    (0..0x400).for_each(|at| m.memory.copy_in(DATA + at, &[(at >> 2) as u8]));
    m.cpu.set_segment(Segment::Gs, 0x63, SegmentDescriptor::user(BASE, u32::MAX, 3, true));
    m.cpu.regs[Register::Ebx] = offset as u32;
    m.cpu.regs[Register::Eax] = 0x0101_0101;
    m
}

#[test]
fn offsets_below_zero_and_above_are_from_the_base() {
    // mov eax, gs:[ebx]
    let load = [0x65, 0x8b, 0x03];
    for (offset, expected) in [(-4, 0x3f3f_3f3f), (-0x100, 0), (8, 0x4242_4242), (2, 0x4141_4040)] {
        assert_eq!(run(&with_offset(offset, &load)).0.cpu.regs[Register::Eax], expected, "at {offset}");
    }
    // add gs:[ebx+ecx*4-4], eax; mov gs:[ebx], al
    let (end, _) = run(&with_offset(4, &[0x65, 0x01, 0x44, 0x8b, 0xfc, 0x65, 0x88, 0x03]));
    assert_eq!([0x100, 0x103, 0x104, 0x105].map(|at| byte(&end, DATA + at)), [0x41, 0x41, 1, 0x41]);
    let mut m = with_offset(-8, &GATHER);
    m.cpu.vectors[0] = [0x3_0000_0002_0000_0001_0000_0000, 0];
    m.cpu.vectors[1] = [u128::MAX, 0];
    assert_eq!(run(&m).0.cpu.vectors[2][0], 0x4141_4141_4040_4040_3f3f_3f3f_3e3e_3e3e);
}

#[test]
fn what_runs_past_the_end_of_the_segment_faults_wherever_it_would_lie() {
    let fault = |offset, code: &[u8]| run(&with_offset(offset, code)).1 == Event::Fault(Exception::GP0);
    // mov eax, gs:[ebx]; mov gs:[ebx], ax; mov al, gs:[ebx]
    for (code, size) in [(&[0x65, 0x8b, 0x03][..], 4), (&[0x65, 0x66, 0x89, 0x03], 2), (&[0x65, 0x8a, 0x03], 1)] {
        for offset in -5..=0 {
            assert_eq!(fault(offset, code), offset < 0 && -offset < size, "{size} bytes at {offset}");
        }
    }
    for offset in [-4, -3] {
        let mut m = with_offset(offset, &GATHER);
        m.cpu.vectors[1] = [1 << 31, 0];
        assert_eq!(run(&m).1 == Event::Fault(Exception::GP0), offset == -3);
    }
}

#[test]
fn an_address_that_is_only_computed_is_an_offset() {
    // mov eax, gs:[4]; lea ecx, gs:[4]; lea edx, gs:[ebx+4]
    let code = [0x65, 0xa1, 4, 0, 0, 0, 0x65, 0x8d, 0x0d, 4, 0, 0, 0, 0x65, 0x8d, 0x53, 4];
    let (end, _) = run(&with_offset(8, &code));
    let registers = [Register::Eax, Register::Ecx, Register::Edx].map(|register| end.cpu.regs[register]);
    assert_eq!(registers, [0x4141_4141, 4, 12]);
}
