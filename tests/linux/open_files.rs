//! Calls on open files and directories whose answers surprise.

use crate::script::{BUFFER, DATA, Script};
use crate::{BASE, data, scratch};

const WRITE: u32 = 4;
const OPEN: u32 = 5;
const CHDIR: u32 = 12;
const LSEEK: u32 = 19;
const MKDIR: u32 = 39;
const RMDIR: u32 = 40;
const TRUNCATE: u32 = 92;
const FTRUNCATE: u32 = 93;
const PWRITE64: u32 = 181;
const GETCWD: u32 = 183;

const ENOENT: i32 = -2;
const ENXIO: i32 = -6;
const EINVAL: i32 = -22;

/// Read and write, create if missing.
const CREATE: u32 = 0o102;
const APPEND: u32 = 0o2000;

/// The descriptor of the first file that is opened: standard input is closed.
const FILE: u32 = 0;

/// Three bytes that every program has: those of its magic number.
const ELF: u32 = BASE + 1;

#[test]
fn a_write_at_a_position_appends_if_the_file_is_open_for_appending() {
    let host = scratch("append");
    let script = Script::default().path("/data/f").call(OPEN, &[DATA, CREATE | APPEND, 0o600]);
    let script = script.call(WRITE, &[FILE, ELF, 3]).call(PWRITE64, &[FILE, ELF, 1, 0, 0]).call(LSEEK, &[FILE, 0, 1]);
    let (answers, _) = script.run(|config| config.grants.push(data(&host, true)));
    assert_eq!(answers, [0, 3, 1, 3], "the position stays");
    assert_eq!(std::fs::read(host.join("f")).unwrap(), b"ELFE");
}

#[test]
fn a_file_is_all_data_with_a_hole_at_its_end() {
    let host = scratch("holes");
    let script = Script::default().path("/data/f").call(OPEN, &[DATA, CREATE, 0o600]).call(WRITE, &[FILE, ELF, 3]);
    let script = script.call(LSEEK, &[FILE, 1, 3]).call(LSEEK, &[FILE, 1, 4]).call(LSEEK, &[FILE, 3, 3]);
    let (answers, _) = script.run(|config| config.grants.push(data(&host, true)));
    assert_eq!(answers, [0, 3, 1, 3, ENXIO]);
}

#[test]
fn a_negative_length_is_wrong() {
    let host = scratch("lengths");
    let script = Script::default().path("/data/f").call(OPEN, &[DATA, CREATE, 0o600]).call(WRITE, &[FILE, ELF, 3]);
    let script = script.call(FTRUNCATE, &[FILE, -1_i32 as u32]).call(TRUNCATE, &[DATA, -5_i32 as u32]);
    let (answers, _) = script.run(|config| config.grants.push(data(&host, true)));
    assert_eq!(answers, [0, 3, EINVAL, EINVAL]);
    assert_eq!(std::fs::read(host.join("f")).unwrap(), b"ELF");
}

#[test]
fn a_removed_working_directory_has_no_path() {
    let host = scratch("removed");
    let script = Script::default().path("/data/d").call(MKDIR, &[DATA, 0o700]).call(CHDIR, &[DATA]);
    let script = script.call(GETCWD, &[BUFFER, 64]).call(RMDIR, &[DATA]).call(GETCWD, &[BUFFER, 64]);
    let (answers, _) = script.run(|config| config.grants.push(data(&host, true)));
    assert_eq!(answers, [0, 0, 8, 0, ENOENT]);
}
