//! Descriptor tables: what `set_thread_area`, `get_thread_area` and `modify_ldt` accept and answer.
//! The expected values are those of 64-bit Linux.

use tab86::engine::Machine;

use crate::BASE;
use crate::script::{BUFFER, DATA, Script};

const MODIFY_LDT: u32 = 123;
const SET_THREAD_AREA: u32 = 243;
const GET_THREAD_AREA: u32 = 244;

const EINVAL: i32 = -22;
const ESRCH: i32 = -3;
const ENOSYS: i32 = -38;
const EFAULT: i32 = -14;

/// Flags of `struct user_desc`.
const BIG: u32 = 1;
const CODE: u32 = 2 << 1;
const CONFORMING: u32 = 3 << 1;
const READ_ONLY: u32 = 1 << 3;
const PAGES: u32 = 1 << 4;
const NOT_PRESENT: u32 = 1 << 5;
const USEABLE: u32 = 1 << 6;

impl Script {
    fn set_thread_area(self, words: [u32; 4]) -> Script {
        self.prepare(&words).call(SET_THREAD_AREA, &[DATA])
    }

    fn write_ldt(self, function: u32, words: [u32; 4]) -> Script {
        self.prepare(&words).call(MODIFY_LDT, &[function, DATA, 16])
    }
}

fn description(machine: &mut Machine) -> [u32; 4] {
    [0, 4, 8, 12].map(|offset| machine.memory.load(DATA + offset).unwrap())
}

#[test]
fn thread_areas_are_three_entries_of_the_global_table() {
    let any = [u32::MAX, BASE, 7, BIG | USEABLE];
    let script = (0..4).fold(Script::default(), |script, _| script.set_thread_area(any));
    let (answers, mut machine) =
        script.set_thread_area([11, BASE, 7, BIG]).set_thread_area([15, BASE, 7, BIG]).run(|_| {});
    assert_eq!(answers, [0, 0, 0, ESRCH, EINVAL, EINVAL]);
    assert_eq!([12, 13, 14].map(|entry| machine.cpu.gdt[entry].limit()), [7; 3]);
    assert_eq!(description(&mut machine)[0], 15);
}

#[test]
fn a_thread_area_is_a_present_32_bit_data_segment_or_none() {
    let (answers, machine) = Script::default()
        .set_thread_area([12, BASE, 7, 0])
        .set_thread_area([12, BASE, 7, BIG | CODE])
        .set_thread_area([12, BASE, 7, BIG | NOT_PRESENT])
        .set_thread_area([12, BASE, 7, BIG])
        .set_thread_area([12, 0, 0, 0])
        .set_thread_area([13, BASE, 7, BIG])
        .set_thread_area([13, 0, 0, READ_ONLY | NOT_PRESENT])
        .call(SET_THREAD_AREA, &[16])
        .run(|_| {});
    assert_eq!(answers, [EINVAL, EINVAL, EINVAL, 0, 0, 0, 0, EFAULT]);
    assert_eq!((machine.cpu.gdt[12].0, machine.cpu.gdt[13].0), (0, 0));
}

#[test]
fn a_thread_area_reads_back_as_it_was_written() {
    let get = |words| {
        let script = Script::default().set_thread_area(words).prepare(&[words[0], 9, 9, 9]);
        let (answers, mut machine) = script.call(GET_THREAD_AREA, &[DATA]).run(|_| {});
        assert_eq!(answers, [0, 0]);
        description(&mut machine)
    };
    for flags in [BIG, BIG | 2, BIG | READ_ONLY, BIG | PAGES, BIG | USEABLE] {
        assert_eq!(get([13, 0x1234_5678, 0xf_ffff, flags]), [13, 0x1234_5678, 0xf_ffff, flags]);
    }
    assert_eq!(get([13, 0, 0, BIG | PAGES]), [13, 0, 0, BIG | PAGES], "a limit of 0 pages");
    assert_eq!(get([14, 0, 0, 0]), [14, 0, 0, READ_ONLY | NOT_PRESENT], "an empty entry");
    let script = Script::default().prepare(&[11, 0, 0, 0]).call(GET_THREAD_AREA, &[DATA]);
    let (answers, _) = script.prepare(&[u32::MAX, 0, 0, 0]).call(GET_THREAD_AREA, &[DATA]).run(|_| {});
    assert_eq!(answers, [EINVAL, EINVAL]);
}

#[test]
fn the_old_way_to_write_the_local_table_differs_from_the_new_one() {
    let write = |function, words| {
        let (answers, machine) = Script::default().write_ldt(function, words).run(|_| {});
        (answers[0], machine.cpu.ldt.get(2).map_or(0, |entry| entry.0 >> 32 & 0x00ff_ff00))
    };
    let (old, new) = (1, 0x11);
    assert_eq!(write(old, [2, BASE, 0, BIG | PAGES | USEABLE]), (0, 0x00c0_f300), "without the system's bit");
    assert_eq!(write(new, [2, BASE, 0, BIG | PAGES | USEABLE]), (0, 0x00d0_f300));
    assert_eq!(write(old, [2, 0, 0, BIG]), (0, 0), "base and limit 0 clear the entry");
    assert_eq!(write(new, [2, 0, 0, BIG]), (0, 0x0040_f300));
    assert_eq!(write(new, [2, 0, 0, READ_ONLY | NOT_PRESENT]), (0, 0));
    assert_eq!(write(old, [2, BASE, 0, CONFORMING | NOT_PRESENT]), (EINVAL, 0));
    assert_eq!(write(new, [2, BASE, 0, CONFORMING]), (EINVAL, 0));
    assert_eq!(write(new, [2, BASE, 0, CONFORMING | NOT_PRESENT]), (0, 0x0000_7f00));
    assert_eq!(write(new, [2, BASE, 0xffff, CODE]), (0, 0x0000_fb00), "16-bit code");
}

#[test]
fn the_local_table_is_read_with_zeros_behind_it() {
    let (answers, mut machine) = Script::default()
        .call(MODIFY_LDT, &[0, BUFFER, 64])
        .write_ldt(1, [2, BASE, 0xf_ffff, BIG])
        .call(MODIFY_LDT, &[0, BUFFER, 64])
        .call(MODIFY_LDT, &[0, BUFFER + 64, 20])
        .call(MODIFY_LDT, &[2, BUFFER, 0])
        .call(MODIFY_LDT, &[0, 16, 64])
        .run(|_| {});
    assert_eq!(answers, [0, 0, 64, 20, 0, EFAULT]);
    let entry = machine.cpu.ldt[2].0;
    let word = |machine: &mut Machine, offset| machine.memory.load::<u32>(BUFFER + offset).unwrap();
    assert_eq!([word(&mut machine, 16), word(&mut machine, 20)], [entry as u32, (entry >> 32) as u32]);
    assert_eq!([word(&mut machine, 80), word(&mut machine, 84)], [entry as u32, 0], "cut off in the entry");
}

#[test]
fn the_default_table_is_128_bytes_of_zeros() {
    let (answers, mut machine) = Script::default()
        .prepare(&[1; 4])
        .call(MODIFY_LDT, &[2, DATA, 12])
        .call(MODIFY_LDT, &[2, BUFFER, 500])
        .run(|_| {});
    assert_eq!(answers, [12, 128]);
    assert_eq!(description(&mut machine), [0, 0, 0, 1]);
}

#[test]
fn wrong_numbers_and_sizes_are_errors() {
    let (answers, machine) = Script::default()
        .write_ldt(0x11, [8192, BASE, 1, BIG])
        .call(MODIFY_LDT, &[1, DATA, 12])
        .call(MODIFY_LDT, &[9, DATA, 16])
        .call(MODIFY_LDT, &[1, 16, 16])
        .write_ldt(0x11, [8191, BASE, 1, BIG])
        .run(|_| {});
    assert_eq!(answers, [EINVAL, EINVAL, ENOSYS, EFAULT, 0]);
    assert_eq!(machine.cpu.ldt.len(), 8192);
}

#[test]
fn a_register_with_the_selector_sees_the_change() {
    // mov ax, selector; mov fs, ax
    let fs = |script: Script, selector: u8| {
        let mut script = script;
        script.code.extend([0x66, 0xb8, selector, 0, 0x8e, 0xe0]);
        script
    };
    let tls = fs(Script::default().set_thread_area([12, BASE, 7, BIG]), 0x63);
    let (_, machine) = tls.set_thread_area([12, BASE + 16, 7, BIG]).run(|_| {});
    assert_eq!(machine.cpu.segments[4].descriptor.base(), BASE + 16);
    let local = fs(Script::default().write_ldt(1, [2, BASE, 7, BIG]), 0x17);
    let (_, machine) = local.write_ldt(1, [2, 0, 0, 0]).run(|_| {});
    assert_eq!(machine.cpu.segments[4].selector, 0, "an empty entry leaves a null selector");
}
