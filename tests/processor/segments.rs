//! Segments as a real processor has them: small programs over an LDT with expand-down, read-only,
//! 16-bit, execute-only and absent segments, far transfers, 16-bit stacks and addresses, alignment
//! checks, and faults in the middle of instructions that store several values.
//!
//! `data/segments.jsonl.gz` was recorded on hardware, natively under Linux with `modify_ldt`, by
//! entering each program through `sigreturn` and taking the state from the signal that ended it.
//! Each line is a program, the state it starts in and what the processor made of it; the first line
//! has the descriptors and the memory. Left out: POPA that faults half way, after which that
//! processor has changed registers, and far CALL beyond a limit, where it has pushed already.

use std::fs::File;
use std::io::{BufRead, BufReader};

use flate2::read::GzDecoder;
use serde_json::Value;

use tab86::cpu::{Cpu, Register, Segment, SegmentDescriptor};
use tab86::engine::{self, Environment, Options};
use tab86::engine::{Event, Exception, Machine};
use tab86::memory::Perm;

const REGISTERS: [&str; 8] = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"];
const SEGMENTS: [(&str, Segment); 5] =
    [("es", Segment::Es), ("cs", Segment::Cs), ("ss", Segment::Ss), ("ds", Segment::Ds), ("fs", Segment::Fs)];

struct Stop;

impl Environment for Stop {
    fn event(&mut self, _: &mut Machine, event: Event) -> Option<Event> {
        Some(event)
    }
}

fn number(value: &Value) -> u32 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is a number")) as u32
}

/// A byte of a region before each program: numbers that tell addresses apart, `int3`, or just 5A.
fn pattern(region: &str, at: u32) -> u8 {
    match region {
        "data" => (at * 7 + (at >> 8) * 3 + 1) as u8,
        "code" => 0xcc,
        _ => 0x5a,
    }
}

/// A stretch of memory, and what is in it before each program.
struct Region {
    base: u32,
    contents: Vec<u8>,
}

impl Region {
    fn all(header: &Value) -> Vec<Region> {
        let region = |name: &str| Region {
            base: number(&header[name][0]),
            contents: (0..number(&header[name][1])).map(|at| pattern(name, at)).collect(),
        };
        ["data", "code", "stack"].map(region).into()
    }

    /// The first byte that is not what the processor left there.
    fn difference(&self, m: &mut Machine, case: &Value) -> Option<String> {
        let mut expected = self.contents.clone();
        let program = (number(&case["at"]), hex(&case["bytes"]));
        let changes = case["mem"].as_array().unwrap().iter().map(|change| (number(&change[0]), hex(&change[1])));
        for (at, bytes) in [program].into_iter().chain(changes) {
            if let Some(place) = at.checked_sub(self.base).and_then(|at| expected.get_mut(at as usize..)) {
                place[..bytes.len()].copy_from_slice(&bytes);
            }
        }
        let mut got = vec![0; expected.len()];
        m.memory.read(self.base, &mut got).expect("it is mapped");
        let at = if got == expected { None } else { (0..got.len()).find(|&at| got[at] != expected[at]) }?;
        Some(format!("memory at {:#x}: {:#04x}, not {:#04x}", self.base + at as u32, expected[at], got[at]))
    }
}

/// A machine with the header's descriptors.
fn machine(header: &Value, regions: &[Region]) -> Machine {
    let mut m = Machine::default();
    let ldt = header["ldt"].as_array().expect("descriptors").iter();
    m.cpu.ldt = ldt.map(|raw| SegmentDescriptor(u64::from_str_radix(raw.as_str().unwrap(), 16).unwrap())).collect();
    regions.iter().for_each(|region| m.memory.map(region.base, region.contents.len() as u32, Perm::ALL));
    m
}

fn prepare(m: &mut Machine, regions: &[Region], case: &Value) {
    regions.iter().for_each(|region| m.memory.copy_in(region.base, &region.contents));
    m.memory.copy_in(number(&case["at"]), &hex(&case["bytes"]));
    let initial = &case["initial"];
    for (name, register) in REGISTERS.iter().zip(Register::ALL) {
        m.cpu.regs[register] = number(&initial[name]);
    }
    m.cpu.eip = number(&initial["eip"]);
    m.cpu.set_eflags(number(&initial["eflags"]));
    for (name, segment) in SEGMENTS {
        let selector = number(&initial[name]) as u16;
        let descriptor = if selector == 0 { SegmentDescriptor::default() } else { m.cpu.descriptor(selector).unwrap() };
        m.cpu.set_segment(segment, selector, descriptor);
    }
}

fn hex(text: &Value) -> Vec<u8> {
    let text = text.as_str().expect("hex digits");
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn state(cpu: &Cpu) -> Vec<(&'static str, u32)> {
    let registers = REGISTERS.iter().zip(Register::ALL).map(|(name, register)| (*name, cpu.regs[register]));
    let selectors = SEGMENTS.iter().map(|(name, segment)| (*name, u32::from(cpu.segments[*segment as usize].selector)));
    registers.chain(selectors).chain([("eip", cpu.eip), ("eflags", cpu.eflags())]).collect()
}

/// What differs from the processor, in words.
fn differences(m: &mut Machine, event: Option<Event>, regions: &[Region], case: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let (trap, error) = (number(&case["trap"]) as u8, number(&case["error"]));
    let (vector, code) = match event {
        Some(Event::Interrupt(vector)) => (Some(vector), 0),
        Some(Event::Fault(exception)) => (exception.vector(), exception.error_code().unwrap_or(0)),
        other => panic!("{other:?} in {case}"),
    };
    if (vector, code) != (Some(trap), error) {
        found.push(format!("trap {trap} error {error:#x}, not {event:?}"));
    }
    if let (Some(Event::Fault(Exception::Page(fault))), Some(address)) = (event, case.get("cr2")) {
        if fault.address != number(address) {
            found.push(format!("page fault at {:#x}, not {:#x}", number(address), fault.address));
        }
    }
    for (name, got) in state(&m.cpu) {
        let expected = case["final"].get(name).unwrap_or(&case["initial"][name]);
        if number(expected) != got {
            found.push(format!("{name} = {:#x}, not {got:#x}", number(expected)));
        }
    }
    found.extend(regions.iter().filter_map(|region| region.difference(m, case)));
    found
}

#[test]
fn programs_over_segments_end_as_on_hardware() {
    let file = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/segments.jsonl.gz")).unwrap();
    let mut lines = BufReader::new(GzDecoder::new(file)).lines();
    let header: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    let regions = Region::all(&header);
    let mut m = machine(&header, &regions);
    let full = Options::default();
    let step = Options { block: 1, link: false, ..full };
    let mut failed = Vec::new();
    for line in lines {
        let case: Value = serde_json::from_str(&line.unwrap()).unwrap();
        for options in [full, step, Options { checked: true, ..full }] {
            prepare(&mut m, &regions, &case);
            let event = engine::run(&mut m, &mut Stop, &options, 1 << 20);
            let differences = differences(&mut m, event, &regions, &case);
            if !differences.is_empty() {
                failed.push(format!("{} ({options:?}): {}", case["name"], differences.join("; ")));
            }
        }
    }
    failed.iter().take(40).for_each(|failure| println!("{failure}"));
    assert!(failed.is_empty(), "{} programs ended otherwise", failed.len());
}
