//! MXCSR, FXSAVE and the XSAVE family, which the hardware vectors only have in part; gathers that
//! fault half-way; and what a lowered processor does without.

use crate::support::{DATA, machine, run};
use tab86::cpu::{MXCSR_RESET, Register};
use tab86::engine::processor;
use tab86::engine::{Event, Exception, Machine};

/// `xsave`, `xsaveopt`, `xsavec` and `xrstor` of the memory at EDI.
const XSAVE: [u8; 3] = [0x0f, 0xae, 0x27];
const XSAVEOPT: [u8; 3] = [0x0f, 0xae, 0x37];
const XSAVEC: [u8; 3] = [0x0f, 0xc7, 0x27];
const XRSTOR: [u8; 3] = [0x0f, 0xae, 0x2f];

/// Where the header of an area is.
const HEADER: u32 = DATA + 512;

/// A machine with state in every component, that asks for some of them.
fn with_state(code: &[u8], components: u32) -> Machine {
    let mut m = machine(code);
    m.cpu.regs[Register::Edi] = DATA;
    m.cpu.regs[Register::Eax] = components;
    for i in 0..8 {
        m.cpu.vectors[i] = [u128::from(i) + 1, u128::from(i) + 100];
    }
    m.cpu.x87.set_mm(3, 0x1234_5678_9abc_def0);
    m.cpu.mxcsr = 0x7f80.into();
    m
}

fn quadword(m: &Machine, address: u32) -> u64 {
    m.memory.clone().load(address).expect("mapped")
}

#[test]
fn what_is_saved_is_restored() {
    for save in [XSAVE, XSAVEOPT, XSAVEC] {
        let (saved, _) = run(&with_state(&save, 7));
        assert_eq!(quadword(&saved, HEADER), 7);
        let mut m = machine(&XRSTOR);
        m.memory = saved.memory.clone();
        m.memory.copy_in(m.cpu.eip, &XRSTOR);
        (m.cpu.regs[Register::Edi], m.cpu.regs[Register::Eax]) = (DATA, 7);
        let (m, event) = run(&m);
        assert_eq!(event, Event::Interrupt(0x80));
        assert_eq!(m.cpu.mxcsr.word(), 0x7f80);
        assert_eq!(m.cpu.vectors[7], [8, 107]);
        (0..8).for_each(|at| assert_eq!(m.cpu.x87.register(at), saved.cpu.x87.register(at)));
        assert_eq!(m.cpu.x87.tags(), 0xff);
    }
}

#[test]
fn only_what_is_asked_for_is_restored() {
    let (saved, _) = run(&with_state(&XSAVE, 2));
    let mut m = with_state(&XRSTOR, 6);
    let mut area = [0; 832];
    saved.memory.clone().read(DATA, &mut area).expect("mapped");
    m.memory.copy_in(DATA, &area);
    m.cpu.vectors[0] = [0, 5];
    let (m, _) = run(&m);
    assert_eq!(m.cpu.vectors[0], [1, 0], "the AVX component is not in the area: initial");
    assert_ne!(m.cpu.x87.tags(), 0, "the x87 component was not asked for");
}

#[test]
fn the_compacted_format_says_so_and_leaves_out_what_is_initial() {
    let mut m = with_state(&XSAVEC, 7);
    (0..8).for_each(|i| m.cpu.vectors[i] = [0, 0]);
    m.cpu.mxcsr = MXCSR_RESET.into();
    let (m, _) = run(&m);
    assert_eq!(quadword(&m, HEADER), 1);
    assert_eq!(quadword(&m, HEADER + 8), 1 << 63 | 7);
    assert_eq!(quadword(&m, DATA + 24), 0, "no MXCSR");
}

#[test]
fn a_wrong_area_is_a_general_protection_fault() {
    let faults = |change: &dyn Fn(&mut Machine)| {
        let mut m = with_state(&XRSTOR, 7);
        change(&mut m);
        assert_eq!(run(&m).1, Event::Fault(Exception::GP0));
    };
    faults(&|m| m.cpu.regs[Register::Edi] += 16);
    faults(&|m| m.memory.copy_in(HEADER, &[8]));
    faults(&|m| m.memory.copy_in(HEADER + 8, &[1]));
    faults(&|m| m.memory.copy_in(HEADER + 15, &[0x80, 1]));
    faults(&|m| m.memory.copy_in(DATA + 26, &[1]));
}

#[test]
fn xgetbv_has_the_components_and_those_in_use() {
    let mut m = with_state(&[0x0f, 0x01, 0xd0], 0);
    assert_eq!(run(&m).0.cpu.regs[Register::Eax], 7);
    m.cpu.regs[Register::Ecx] = 1;
    (0..8).for_each(|i| m.cpu.vectors[i][1] = 0);
    assert_eq!(run(&m).0.cpu.regs[Register::Eax], 3);
    m.cpu.regs[Register::Ecx] = 2;
    assert_eq!(run(&m).1, Event::Fault(Exception::GP0));
}

#[test]
fn leaf_0dh_fits_what_xsave_writes() {
    let model = processor("max").expect("max is always there");
    let [components, size, most, _] = model.answer(0xd, 0);
    assert_eq!((components, size, most), (7, 832, 832));
    assert_eq!(model.answer(0xd, 2)[..2], [256, 576]);
    assert_eq!(model.answer(0xd, 1)[0] & 7, 7, "XSAVEOPT, XSAVEC, XGETBV with ECX 1");
    assert_eq!(processor("max,-avx").expect("a known feature").state_components(), 3);
}

#[test]
fn a_gather_that_faults_goes_on_where_it_stopped() {
    // vpgatherdd xmm1, [edi + xmm2], xmm3: the third element is not mapped.
    let mut m = machine(&[0xc4, 0xe2, 0x61, 0x90, 0x0c, 0x17]);
    m.cpu.regs[Register::Edi] = DATA;
    m.memory.copy_in(DATA, &[1, 0, 0, 0, 2, 0, 0, 0]);
    let four = |words: [u32; 4]| words.into_iter().rev().fold(0, |all, word| all << 32 | u128::from(word));
    m.cpu.vectors[2] = [four([4, 0, 0x4000_0000, 0]), 0];
    m.cpu.vectors[3] = [u128::MAX, 0];
    let (mut m, event) = run(&m);
    assert!(matches!(event, Event::Fault(Exception::Page(fault)) if fault.address == DATA + 0x4000_0000));
    assert_eq!(m.cpu.vectors[1][0], four([2, 1, 0, 0]));
    assert_eq!(m.cpu.vectors[3][0], four([0, 0, u32::MAX, u32::MAX]));
    m.cpu.vectors[2][0] = 0;
    let (m, event) = run(&m);
    assert_eq!(event, Event::Interrupt(0x80));
    assert_eq!((m.cpu.vectors[1], m.cpu.vectors[3]), ([four([2, 1, 1, 1]), 0], [0, 0]));
}

/// Whether a processor executes an instruction; if it does not, it raises #UD.
fn executes(name: &str, code: &[u8]) -> bool {
    let mut m = machine(code);
    m.cpu.model = processor(name).expect("a known processor");
    match run(&m).1 {
        Event::Interrupt(0x80) => true,
        Event::Fault(Exception::InvalidOpcode) => false,
        other => panic!("{name}: {code:02x?}: {other:?}"),
    }
}

#[test]
fn a_lowered_processor_does_not_know_later_instructions() {
    const PADDD: &[u8] = &[0x66, 0x0f, 0xfe, 0xc1]; // paddd xmm0, xmm1
    const BSWAP: &[u8] = &[0x0f, 0xc8]; // bswap eax
    const EXTRQ: &[u8] = &[0x66, 0x0f, 0x79, 0xc1]; // extrq xmm0, xmm1 (SSE4A, which CPUID never shows)
    assert!(executes("pentium4", PADDD) && executes("max", PADDD));
    assert!(!executes("pentium3", PADDD) && !executes("max,-sse2", PADDD) && !executes("i386", PADDD));
    assert!(executes("i486", BSWAP) && !executes("i386", BSWAP));
    assert!(executes("max", EXTRQ) && !executes("pentium", EXTRQ) && !executes("lunarlake", EXTRQ));
    assert_eq!(processor("i486").expect("a known processor").lacks("AVX SM4"), Some("AVX"));
}

/// What means something older to a processor without the feature is executed as that. The opcodes of the first two are
/// undefined before the P6 family.
#[test]
fn a_lowered_processor_takes_hints_for_nops() {
    const PREFETCHIT0: &[u8] = &[0x0f, 0x18, 0x3b]; // prefetchit0 [ebx]
    const CLDEMOTE: &[u8] = &[0x0f, 0x1c, 0x03]; // cldemote [ebx]
    for code in [PREFETCHIT0, CLDEMOTE] {
        assert!(executes("max", code) && executes("pentiumpro", code) && !executes("pentium", code));
    }
    const PREFETCHWT1: &[u8] = &[0x0f, 0x0d, 0x13]; // prefetchwt1 [ebx]
    const ENDBR32: &[u8] = &[0xf3, 0x0f, 0x1e, 0xfb];
    const RDSSPD: &[u8] = &[0xf3, 0x0f, 0x1e, 0xc8]; // rdsspd eax
    for code in [PREFETCHWT1, ENDBR32, RDSSPD] {
        assert!(executes("max", code) && executes("pentium", code));
    }
}
