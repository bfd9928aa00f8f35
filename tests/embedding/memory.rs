//! Memory's promises: bounds to the byte, all or nothing, snapshots that share until they differ.

use tab86::memory::{Access, Memory, Perm};

const RW: Perm = Perm::ALL;

fn two_pages() -> Memory {
    let mut memory = Memory::new();
    memory.map(0x1000, 0x2000, RW);
    memory
}

#[test]
fn a_store_across_a_page_is_all_or_nothing() {
    let mut memory = two_pages();
    memory.store(0x2ffc, 0x1111_1111_u32).unwrap();
    let fault = memory.store(0x2ffe, 0x2222_2222_u32).unwrap_err();
    assert_eq!((fault.address, fault.access, fault.present), (0x3000, Access::Write, false));
    assert_eq!(memory.load::<u32>(0x2ffc).unwrap(), 0x1111_1111);
    memory.store(0x1ffe, 0x2222_2222_u32).unwrap();
    assert_eq!((memory.load::<u16>(0x1ffe).unwrap(), memory.load::<u16>(0x2000).unwrap()), (0x2222, 0x2222));
}

#[test]
fn the_end_of_memory_is_exact_to_the_byte() {
    for end in [1_u32, 127, 128, 4095, 4096, 4097, 5000] {
        let mut memory = Memory::new();
        memory.map(0, end, RW);
        memory.set_end(u64::from(end));
        memory.store(end - 1, 7_u8).unwrap();
        assert_eq!(memory.load::<u8>(end - 1).unwrap(), 7);
        assert_eq!(memory.load::<u8>(end).unwrap_err().address, end);
        assert_eq!(memory.store(end - 1, 7_u16).unwrap_err().address, end);
    }
}

#[test]
fn permissions_are_asked_on_both_paths() {
    let mut memory = two_pages();
    memory.store(0x1000, 5_u32).unwrap();
    memory.protect(0x1000, 0x1000, Perm::READ);
    assert_eq!(memory.load::<u32>(0x1000).unwrap(), 5);
    assert_eq!(memory.fast_store(0x1000, 6_u32), None);
    let fault = memory.store(0x1000, 6_u32).unwrap_err();
    assert!(fault.present);
    assert_eq!(fault.error_code(), 7, "present, write, user");
    memory.protect(0x1000, 0x1000, Perm::NONE);
    assert!(memory.load::<u8>(0x1000).is_err());
    let mut bytes = [0; 4];
    assert_eq!(memory.fetch(0x1000, &mut bytes), 0);
}

#[test]
fn memory_goes_back_to_any_snapshot_in_any_order() {
    let mut memory = two_pages();
    memory.store(0x1000, 1_u32).unwrap();
    memory.store(0x2000, 2_u32).unwrap();
    let first = memory.snapshot();
    memory.store(0x1000, 10_u32).unwrap();
    let second = memory.snapshot();
    memory.unmap(0x2000, 0x1000);
    let words = |memory: &mut Memory| [0x1000, 0x2000].map(|at| memory.load::<u32>(at).ok());
    assert_eq!(words(&mut memory), [Some(10), None]);
    for (snapshot, expected) in [(&first, 1), (&second, 10), (&first, 1), (&first, 1), (&second, 10)] {
        memory.restore(snapshot);
        assert_eq!(words(&mut memory), [Some(expected), Some(2)]);
        memory.store(0x1000, 99_u32).unwrap();
        memory.map(0x3000, 0x2000, RW);
        memory.store(0x3ffe, u32::MAX).unwrap();
    }
    memory.restore(&first);
    assert!(memory.load::<u32>(0x3000).is_err(), "what was mapped since is gone");
    memory.map(0x3000, 0x1000, RW);
    assert_eq!(memory.load::<u32>(0x3ffc).unwrap(), 0, "and a frame that is used again is empty");
    let mut other = Memory::new();
    other.restore(&second);
    assert_eq!(words(&mut other), [Some(10), Some(2)]);
}

#[test]
fn a_page_that_was_unmapped_comes_back_zero() {
    let mut memory = two_pages();
    memory.store(0x1000, u32::MAX).unwrap();
    memory.unmap(0x1000, 0x1000);
    memory.map(0x1000, 0x1000, RW);
    assert_eq!(memory.load::<u32>(0x1000).unwrap(), 0);
}

#[test]
fn accesses_wrap_at_four_gigabytes() {
    let mut memory = Memory::new();
    memory.map(0xffff_f000, 0x1000, RW);
    memory.map(0, 0x1000, RW);
    memory.store(0xffff_fffe, 0x4433_2211_u32).unwrap();
    assert_eq!(memory.load::<u16>(0).unwrap(), 0x4433);
    assert_eq!(memory.load::<u32>(0xffff_fffe).unwrap(), 0x4433_2211);
}

#[test]
fn only_writes_to_translated_bytes_are_reported() {
    let mut memory = two_pages();
    memory.mark_code(0x1800, 16);
    memory.store(0x17fc, 1_u32).unwrap();
    memory.store(0x1810, 1_u32).unwrap();
    assert!(!memory.has_stale());
    memory.store(0x180e, 1_u32).unwrap();
    assert_eq!(memory.take_stale().len(), 1);
    let before = memory.layout();
    memory.protect(0x1000, 0x1000, Perm::READ);
    assert_ne!(memory.layout(), before, "a page that can no longer be executed is noticed");
}

#[test]
fn a_watch_sees_each_access_once() {
    let mut memory = two_pages();
    memory.store(0x1000, 1_u32).unwrap();
    memory.set_watch(true);
    memory.store(0x1004, 2_u16).unwrap();
    memory.load::<u32>(0x1000).unwrap();
    assert_eq!(memory.take_events(), [(0x1004, 2, Access::Write), (0x1000, 4, Access::Read)]);
    memory.set_watch(false);
    memory.load::<u32>(0x1000).unwrap();
    assert_eq!(memory.take_events(), []);
}
