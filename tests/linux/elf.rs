//! Loading: what the process image looks like, and that no file makes the loader panic.

use proptest::prelude::*;
use tab86::engine::Machine;
use tab86::engine::{self, Options};
use tab86::linux::{self, Config, LoadError};
use tab86::memory::Perm;

use crate::{BASE, HEADERS, captured, tiny};

/// Where the fields of the file header and of the first program header are.
const TYPE: usize = 16;
const SEGMENT: usize = 52;
const ADDRESS: usize = SEGMENT + 8;
const MEMORY_SIZE: usize = SEGMENT + 20;

fn load(image: &[u8]) -> Result<Machine, LoadError> {
    let mut machine = Machine::default();
    linux::load(&mut machine, image, &Config::default()).map(|_| machine)
}

fn word(machine: &mut Machine, address: u32) -> u32 {
    machine.memory.load(address).expect("mapped")
}

#[test]
fn memory_is_limited() {
    let mut image = tiny(&[0xf4]);
    image[MEMORY_SIZE..MEMORY_SIZE + 4].copy_from_slice(&0x0400_0000_u32.to_le_bytes());
    let limited = Config { memory_limit: 32 << 20, ..Config::default() };
    let error = linux::load(&mut Machine::default(), &image, &limited).unwrap_err();
    assert!(matches!(error, LoadError::TooLarge { limit: 0x0200_0000, .. }), "{error}");
    let many = Config { env: vec![vec![b'x'; 3 << 20]], ..Config::default() };
    let error = linux::load(&mut Machine::default(), &tiny(&[0xf4]), &many).unwrap_err();
    assert!(matches!(error, LoadError::TooManyArguments { .. }), "{error}");
}

#[test]
fn the_stack_is_as_the_abi_says() {
    let output = tab86::linux::Buffer::default();
    let env = vec![b"HOME=/".to_vec(), b"A=b".to_vec()];
    let args = vec![b"program".to_vec(), b"x".to_vec()];
    let config = Config { args, env, ..captured(&output) };
    let mut machine = Machine::default();
    linux::load(&mut machine, &tiny(&[0xf4]), &config).unwrap();
    let esp = machine.cpu.regs[4_u8];
    assert_eq!((esp % 16, machine.cpu.eip), (0, BASE + HEADERS));
    let at = |index: u32| esp + 4 * index;
    assert_eq!(word(&mut machine, at(0)), 2);
    for (index, text) in [(1, "program\0"), (2, "x\0"), (4, "HOME=/\0"), (5, "A=b\0")] {
        let address = word(&mut machine, at(index));
        let mut bytes = vec![0; text.len()];
        machine.memory.read(address, &mut bytes).unwrap();
        assert_eq!(bytes, text.as_bytes());
    }
    assert_eq!((word(&mut machine, at(3)), word(&mut machine, at(6))), (0, 0));
    let pairs: Vec<(u32, u32)> = (0..)
        .map(|pair| 7 + 2 * pair)
        .map(|index| (word(&mut machine, at(index)), word(&mut machine, at(index + 1))))
        .take_while(|(key, _)| *key != 0)
        .collect();
    let value = |wanted| pairs.iter().find(|(key, _)| *key == wanted).map(|(_, value)| *value);
    assert_eq!([value(3), value(4), value(5), value(6)], [Some(BASE + 52), Some(32), Some(2), Some(4096)]);
    assert_eq!(value(9), Some(BASE + HEADERS));
    // AT_SYSINFO leads into the vDSO, at which AT_SYSINFO_EHDR points.
    let (vdso, entry) = (value(33).unwrap(), value(32).unwrap());
    assert_eq!((word(&mut machine, vdso), word(&mut machine, entry) & 0xff_ffff), (0x464c_457f, 0x00c3_80cd));
    assert!(value(51).is_some_and(|smallest| (1024..8192).contains(&smallest)), "AT_MINSIGSTKSZ");
    assert!(value(25).is_some_and(|random| random % 16 == 0));
}

#[test]
fn permissions_follow_the_program_headers() {
    let mut image = tiny(&[0xf4]);
    image[SEGMENT + 24] = 5;
    let mut machine = load(&image).unwrap();
    assert_eq!(machine.memory.perm(BASE), Some(Perm::READ | Perm::EXECUTE));
    assert_eq!(machine.memory.perm(0xffff_d000), Some(Perm::READ | Perm::WRITE));
    assert_eq!(machine.memory.load::<u32>(0xff7f_e000).unwrap(), 0, "the whole stack is there");
    assert!(machine.memory.load::<u32>(0xff7f_dffc).is_err(), "and nothing below it");
    // Without PT_GNU_STACK everything that can be read can be executed.
    image[SEGMENT + 32] = 0;
    let machine = load(&image).unwrap();
    assert_eq!(machine.memory.perm(0xffff_d000), Some(Perm::ALL));
}

#[test]
fn a_position_independent_program_goes_where_linux_puts_it() {
    let mut image = tiny(&[0xf4]);
    image[TYPE] = 3;
    image[ADDRESS..ADDRESS + 4].copy_from_slice(&0x1000_u32.to_le_bytes());
    image[24..28].copy_from_slice(&(0x1000 + HEADERS).to_le_bytes());
    assert_eq!(load(&image).unwrap().cpu.eip, 0x5655_5000 + HEADERS, "its first segment is at the base");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damaged_files_never_panic(changes in prop::collection::vec((0..HEADERS as usize + 40, any::<u8>()), 1..8), cut in 0..300_usize) {
        let mut image = tiny(&[0x90; 40]);
        for (at, value) in changes {
            image[at] = value;
        }
        image.truncate(cut.max(4));
        let mut machine = Machine::default();
        let output = tab86::linux::Buffer::default();
        if let Ok(mut kernel) = linux::load(&mut machine, &image, &captured(&output)) {
            engine::run(&mut machine, &mut kernel, &Options::default(), 2000);
        }
    }

    #[test]
    fn random_files_never_panic(tail in prop::collection::vec(any::<u8>(), 0..400)) {
        let image = [b"\x7fELF\x01\x01\x01".as_slice(), &tail].concat();
        let _ = load(&image);
    }

    #[test]
    fn random_code_never_panics(code in prop::collection::vec(any::<u8>(), 1..200)) {
        let output = tab86::linux::Buffer::default();
        let mut machine = Machine::default();
        let mut kernel = linux::load(&mut machine, &tiny(&code), &captured(&output)).unwrap();
        engine::run(&mut machine, &mut kernel, &Options::default(), 2000);
        prop_assert!(machine.executed() <= 2000);
    }
}
