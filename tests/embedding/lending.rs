//! Frames that are on the fast path of one page are also those of other pages, of other address spaces and of files:
//! whoever comes next sees what was stored, and nobody stores what is not theirs.

use std::sync::{Arc, Mutex};

use tab86::memory::{
    AddressSpace, Direction, FrameNumber, FramePool, Mapping, Memory, PAGE_SIZE, PageSource, Perm, Run, SourceFault,
};

const RW: Perm = Perm::ALL;

/// A file of one page.
#[derive(Debug, Default)]
struct File(Mutex<Option<FrameNumber>>);

impl PageSource for File {
    fn frame(&self, page: u64, _: bool, pool: &mut FramePool) -> Result<FrameNumber, SourceFault> {
        let mut known = self.0.lock().unwrap();
        let frame = match *known {
            _ if page > 0 => return Err(SourceFault::Past),
            Some(frame) => frame,
            None => pool.allocate()?,
        };
        *known = Some(frame);
        pool.share(frame);
        Ok(frame)
    }

    fn resident(&self, _: u64) -> Option<FrameNumber> {
        *self.0.lock().unwrap()
    }

    fn peek(&self, page: u64, pool: &FramePool) -> [u8; PAGE_SIZE] {
        self.resident(page).map_or([0; PAGE_SIZE], |frame| *pool.bytes(frame))
    }
}

/// Maps one file at each address.
fn sharing(memory: &mut Memory, file: &Arc<File>, addresses: &[u32]) {
    for &address in addresses {
        let source: Arc<dyn PageSource> = file.clone();
        memory.map_from(
            address,
            0x1000,
            Mapping { perm: RW, shared: true, source: Some((source, 0)), ..Mapping::default() },
        );
    }
}

fn plain() -> Memory {
    let mut memory = Memory::new();
    memory.map(0x1000, 0x2000, RW);
    memory
}

#[test]
fn pages_with_one_frame_are_one_memory() {
    let (mut memory, file) = (Memory::new(), Arc::default());
    sharing(&mut memory, &file, &[0x1000, 0x5000]);
    for value in 1..10_u32 {
        memory.store(0x1010, value).unwrap();
        assert_eq!(memory.load::<u32>(0x5010).unwrap(), value);
        assert_eq!(memory.fast_load::<u32>(0x1010), None, "the frame is with the other page");
        memory.store(0x5010, value + 100).unwrap();
        assert_eq!(memory.load::<u32>(0x1010).unwrap(), value + 100);
    }
    memory.unmap(0x1000, 0x1000);
    assert_eq!(memory.load::<u32>(0x5010).unwrap(), 109);
    assert_eq!(memory.fast_load(0x1010), None::<u32>);
}

#[test]
fn a_file_and_its_mapping_see_each_other() {
    let (mut memory, file) = (Memory::new(), Arc::<File>::default());
    sharing(&mut memory, &file, &[0x1000]);
    memory.store(0x1010, 0x0102_0304_u32).unwrap();
    let frame = file.resident(0).unwrap();
    assert_eq!(memory.pool().bytes(frame)[0x10..0x14], [4, 3, 2, 1]);
    memory.pool_mut().bytes_mut(frame)[0x10] = 9;
    assert_eq!(memory.fast_load(0x1010), Some(0x0102_0309_u32), "the page has kept its frame");
    let copy = memory.pool_mut().duplicate(frame).unwrap();
    assert_eq!(memory.pool().bytes(copy)[0x10..0x14], [9, 3, 2, 1]);
}

#[test]
fn a_private_mapping_leaves_its_file_alone() {
    let (mut memory, file) = (Memory::new(), Arc::<File>::default());
    sharing(&mut memory, &file, &[0x1000]);
    memory.store(0x1000, 1_u32).unwrap();
    let source: Arc<dyn PageSource> = file.clone();
    memory.map_from(0x3000, 0x1000, Mapping { perm: RW, source: Some((source, 0)), ..Mapping::default() });
    assert_eq!(memory.load::<u32>(0x3000).unwrap(), 1);
    assert_eq!((memory.fast_load(0x3000), memory.fast_store(0x3000, 2_u32)), (Some(1_u32), None));
    memory.store(0x3000, 2_u32).unwrap();
    assert_eq!((memory.load::<u32>(0x1000).unwrap(), memory.load::<u32>(0x3000).unwrap()), (1, 2));
}

/// Doublewords, at most so many.
fn doublewords(direction: Direction, most: usize) -> Run {
    Run { direction, size: 4, most }
}

#[test]
fn copies_go_only_where_stores_may_go() {
    let mut memory = plain();
    memory.store(0x1ffc, 1_u32).unwrap();
    memory.store(0x2000, 2_u32).unwrap();
    let (many, four) = (doublewords(Direction::Up, 100), doublewords(Direction::Up, 4));
    assert_eq!(memory.fast_copy(0x1ffc, 0x2ff0, many), Some(1), "as many as lie in both pages");
    assert_eq!(memory.load::<u32>(0x2ff0).unwrap(), 1);
    assert_eq!(memory.fast_copy(0x2000, 0x2010, doublewords(Direction::Up, 1)), Some(1));
    assert_eq!(memory.load::<u32>(0x2010).unwrap(), 2);
    memory.mark_code(0x2000, 4);
    assert_eq!((memory.fast_copy(0x1ffc, 0x2000, four), memory.fast_copy(0x2010, 0x2000, four)), (None, None));
    assert_eq!(memory.fast_copy(0x2000, 0x1000, doublewords(Direction::Up, 1)), Some(1));
    assert_eq!(memory.fast_copy(0x9000, 0x1000, four), None);
}

#[test]
fn a_run_downwards_ends_at_the_start_of_its_page() {
    let mut memory = plain();
    memory.store(0x2000, 1_u32).unwrap();
    let many = doublewords(Direction::Down, 100);
    assert_eq!(memory.fast_run(0x2009, many).map(<[u8]>::len), Some(12), "the last one is at 2001H");
    assert_eq!(memory.fast_run(0x2ffd, many).map(<[u8]>::len), Some(0), "the first one is in two pages");
    assert_eq!(memory.fast_run(0x2ffc, many).map(<[u8]>::len), Some(400));
    assert_eq!(memory.fast_run_mut(0x9000, many), None);
}

/// Copies overlap or not, and are done in pieces or at once.
#[test]
fn copies_in_both_directions_are_those_of_one_element_after_the_other() {
    let places = [0x1000, 0x1001, 0x1003, 0x1004, 0x1010, 0x1ff8, 0x1ffd, 0x2000, 0x2007, 0x2010];
    let pairs = places.iter().flat_map(|from| places.iter().map(move |to| (*from, *to)));
    let kinds = [1, 2, 4].into_iter().flat_map(|size| [(size, Direction::Up), (size, Direction::Down)]);
    for ((from, to), (size, direction)) in pairs.flat_map(|pair| kinds.clone().map(move |kind| (pair, kind))) {
        let mut memory = plain();
        (0x1000..0x3000_u32).for_each(|at| memory.store(at, (at * 7) as u8).unwrap());
        let mut expected: Vec<u8> = (0x1000..0x3000_u32).map(|at| (at * 7) as u8).collect();
        let done = memory.fast_copy(from, to, Run { direction, size, most: 9 }).unwrap();
        for number in 0..done {
            let by = if direction == Direction::Up { number * size } else { (number * size).wrapping_neg() };
            let [from, to] = [from, to].map(|at| (at as usize - 0x1000).wrapping_add(by));
            expected.copy_within(from..from + size, to);
        }
        let found: Vec<u8> = (0x1000..0x3000_u32).map(|at| memory.load(at).unwrap()).collect();
        assert!(found == expected, "{done} of {size} bytes from {from:#x} to {to:#x}, {direction:?}");
    }
}

#[test]
fn address_spaces_do_not_see_each_other() {
    let mut memory = plain();
    memory.store(0x1000, 1_u32).unwrap();
    let mut other = AddressSpace::default();
    memory.exchange_space(&mut other);
    assert_eq!(memory.fast_load::<u32>(0x1000), None);
    assert_eq!(memory.fast_store(0x1000, 5_u32), None);
    assert!(memory.load::<u32>(0x1000).is_err(), "nothing is mapped here");
    memory.map(0x1000, 0x1000, RW);
    memory.store(0x1000, 2_u32).unwrap();
    memory.exchange_space(&mut other);
    assert_eq!(memory.load::<u32>(0x1000).unwrap(), 1);
    assert_eq!(memory.fast_store(0x1004, 3_u32), Some(()), "what was known of the page is still known");
    memory.exchange_space(&mut other);
    assert_eq!((memory.load::<u32>(0x1000).unwrap(), memory.load::<u32>(0x1004).unwrap()), (2, 0));
    assert_eq!(memory.pool().used(), 2);
}

#[test]
fn after_a_fork_both_sides_copy_what_they_write() {
    let mut memory = plain();
    memory.store(0x1000, 1_u32).unwrap();
    memory.store(0x2000, 2_u32).unwrap();
    let mut child = memory.fork();
    assert_eq!((memory.fast_store(0x1000, 9_u32), memory.fast_load(0x1000)), (None, Some(1_u32)));
    memory.store(0x1000, 10_u32).unwrap();
    memory.exchange_space(&mut child);
    let words = |memory: &mut Memory| [0x1000, 0x2000].map(|at| memory.load::<u32>(at).unwrap());
    assert_eq!(words(&mut memory), [1, 2]);
    assert_eq!(memory.fast_store(0x2000, 9_u32), None, "the frame is the parent's too");
    memory.store(0x2000, 20_u32).unwrap();
    memory.exchange_space(&mut child);
    assert_eq!((words(&mut memory), memory.pool().used()), ([10, 2], 4));
    // The frame has no other user any more.
    memory.store(0x2000, 3_u32).unwrap();
    assert_eq!((memory.fast_store(0x2000, 4_u32), memory.pool().used()), (Some(()), 4));
}

#[test]
fn a_store_to_translated_code_is_noticed_wherever_it_is_made() {
    let (mut memory, file) = (Memory::new(), Arc::default());
    sharing(&mut memory, &file, &[0x1000, 0x5000]);
    memory.store(0x5000, 1_u32).unwrap();
    memory.mark_code(0x1000, 4);
    assert_eq!(memory.fast_store(0x5000, 2_u32), None, "the other page has the same bytes");
    memory.store(0x5000, 2_u32).unwrap();
    assert_eq!(memory.take_stale().len(), 1);

    let mut memory = plain();
    memory.store(0x1000, 1_u32).unwrap();
    memory.mark_code(0x1000, 4);
    assert_eq!((memory.fast_store(0x1000, 2_u32), memory.fast_load(0x1000)), (None, Some(1_u32)));
    memory.store(0x1000, 2_u32).unwrap();
    assert_eq!(memory.take_stale().len(), 1);
}

#[test]
fn code_that_another_address_space_made_of_shared_bytes_is_noticed() {
    let (mut memory, file) = (Memory::new(), Arc::default());
    sharing(&mut memory, &file, &[0x1000]);
    memory.store(0x1000, 1_u32).unwrap();
    let mut other = AddressSpace::default();
    memory.exchange_space(&mut other);
    sharing(&mut memory, &file, &[0x7000]);
    memory.mark_code(0x7000, 4);
    memory.exchange_space(&mut other);
    memory.load::<u32>(0x1000).unwrap();
    assert_eq!(memory.fast_store(0x1000, 2_u32), None);
    memory.store(0x1000, 2_u32).unwrap();
    assert_eq!(memory.take_stale().len(), 1);
}

#[test]
fn copies_have_frames_of_their_own_and_snapshots_keep_what_was() {
    let mut memory = plain();
    memory.store(0x1000, 1_u32).unwrap();
    let mut copy = memory.clone();
    let snapshot = memory.snapshot();
    assert_eq!(memory.fast_store(0x1000, 2_u32), None, "a store has to ask again");
    memory.store(0x1000, 2_u32).unwrap();
    assert!(memory.fast_store(0x1000, 3_u32).is_some());
    copy.store(0x1004, 3_u32).unwrap();
    let words = |memory: &mut Memory| [0x1000, 0x1004].map(|at| memory.load::<u32>(at).unwrap());
    assert_eq!([words(&mut memory), words(&mut copy)], [[3, 0], [1, 3]]);
    memory.restore(&snapshot);
    assert_eq!((memory.fast_store(0x1000, 4_u32), words(&mut memory)), (None, [1, 0]));
}

#[test]
fn going_back_makes_code_stale_only_where_it_has_changed() {
    let mut memory = plain();
    memory.store(0x1000, 1_u32).unwrap();
    memory.store(0x2000, 1_u32).unwrap();
    let snapshot = memory.snapshot();
    memory.store(0x2000, 2_u32).unwrap();
    memory.mark_code(0x1000, 4);
    memory.restore(&snapshot);
    assert!(!memory.has_stale());
    memory.store(0x2000, 2_u32).unwrap();
    memory.mark_code(0x2000, 4);
    memory.restore(&snapshot);
    assert_eq!(memory.take_stale().len(), 1);
}

#[test]
fn what_is_taken_away_from_a_page_is_gone_at_once() {
    let mut memory = plain();
    memory.store(0x1000, 1_u32).unwrap();
    memory.store(0x2000, 2_u32).unwrap();
    memory.relocate(0x1000, 0x8000, 0x1000);
    assert_eq!((memory.fast_load::<u32>(0x1000), memory.load::<u32>(0x8000).unwrap()), (None, 1));
    memory.protect(0x8000, 0x1000, Perm::NONE);
    assert_eq!(memory.fast_load::<u32>(0x8000), None);
    memory.discard(0x2000, 0x1000);
    assert_eq!((memory.fast_load::<u32>(0x2000), memory.load::<u32>(0x2000).unwrap()), (None, 0));
    memory.set_watch(true);
    assert_eq!(memory.fast_load::<u32>(0x2000), None);
    memory.load::<u32>(0x2000).unwrap();
    assert_eq!(memory.fast_load::<u32>(0x2000), None, "who watches sees every access");
}
