//! Registers in gdb's order, and the description that tells gdb of it (gdb's manual, "Target Descriptions",
//! "i386 Features").

use gdbstub::arch::{Arch, RegId, Registers};

use crate::engine::Machine;
use crate::linux::{Kernel, RegisterSet};

/// The words of `struct user_regs_struct` in the order of gdb's first 16 registers.
const GENERAL: [usize; 16] = [6, 1, 2, 0, 15, 5, 3, 4, 12, 14, 13, 16, 7, 8, 9, 10];

/// The word of it that has the number of the call, and gdb's number of that.
const CALL: usize = 11;
const ORIG_EAX: usize = 41;

/// Offsets in the area of FXSAVE and XSAVE (SDM Vol. 1, "Legacy Region of an XSAVE Area").
const ST: usize = 32;
const MXCSR: usize = 24;
const XMM: usize = 160;

/// Where the upper halves of YMM0 to YMM7 are (SDM Vol. 1, "AVX State").
const YMM: usize = 576;

/// Control, status, tags, and where the last instruction and its operand were: offset and size in that area, in
/// gdb's order from `fctrl` to `fop`. Of the tags the area has a short form.
const CONTROL: [(usize, usize); 8] = [(0, 2), (2, 2), (4, 1), (12, 2), (8, 4), (20, 2), (16, 4), (6, 2)];

/// The number of the full tag word among gdb's registers, and that of EIP.
const TAGS: usize = 26;
const EIP: usize = 8;

/// IA-32 as gdb sees it.
#[derive(Debug)]
pub enum Ia32 {}

impl Arch for Ia32 {
    type Usize = u32;
    type Registers = RegisterFile;
    type BreakpointKind = usize;
    type RegId = RegisterNumber;
}

/// One of gdb's registers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RegisterNumber(pub usize);

impl RegId for RegisterNumber {
    fn from_raw_id(id: usize) -> Option<(Self, Option<std::num::NonZeroUsize>)> {
        (id < sizes(true).len()).then_some((RegisterNumber(id), None))
    }
}

/// All registers, in gdb's order.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct RegisterFile(pub Vec<u8>);

impl Registers for RegisterFile {
    type ProgramCounter = u32;

    fn pc(&self) -> u32 {
        self.0.get(4 * EIP..4 * EIP + 4).map_or(0, |bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn gdb_serialize(&self, mut write_byte: impl FnMut(Option<u8>)) {
        self.0.iter().for_each(|byte| write_byte(Some(*byte)));
    }

    fn gdb_deserialize(&mut self, bytes: &[u8]) -> Result<(), ()> {
        self.0 = bytes.to_vec();
        Ok(())
    }
}

/// The sizes of all registers; with those of AVX or without.
fn sizes(avx: bool) -> Vec<usize> {
    let sse = [vec![4; 16], vec![10; 8], vec![4; 8], vec![16; 8], vec![4, 4]].concat();
    if avx { [sse, vec![16; 8]].concat() } else { sse }
}

/// Where a register is among the bytes of all.
pub fn place(number: usize, avx: bool) -> Option<std::ops::Range<usize>> {
    let sizes = sizes(avx);
    let size = *sizes.get(number)?;
    let start = sizes[..number].iter().sum();
    Some(start..start + size)
}

/// Whether the processor has AVX.
pub fn has_avx(m: &Machine) -> bool {
    m.cpu.model.state_components() & 4 != 0
}

fn area(m: &Machine) -> RegisterSet {
    if m.cpu.model.state_components() == 0 { RegisterSet::FloatingAndVectors } else { RegisterSet::Extended }
}

/// Where a register is in the area of XSAVE.
fn in_area(number: usize) -> Option<(usize, usize)> {
    match number {
        16..=23 => Some((ST + 16 * (number - 16), 10)),
        24..=31 => Some(CONTROL[number - 24]),
        32..=39 => Some((XMM + 16 * (number - 32), 16)),
        40 => Some((MXCSR, 4)),
        42..=49 => Some((YMM + 16 * (number - 42), 16)),
        _ => None,
    }
}

/// The word of a general register.
fn word(number: usize) -> Option<usize> {
    if number == ORIG_EAX { Some(CALL) } else { GENERAL.get(number).copied() }
}

/// The registers of a thread.
pub fn read(m: &mut Machine, kernel: &mut Kernel, tid: u32) -> Option<RegisterFile> {
    let general = kernel.read_registers(m, tid, RegisterSet::General)?;
    let area = kernel.read_registers(m, tid, area(m))?;
    let tags = kernel.x87_tags(m, tid)?;
    let mut bytes = Vec::new();
    for (number, size) in sizes(has_avx(m)).into_iter().enumerate() {
        let from = match (word(number), in_area(number)) {
            (Some(word), _) => &general[4 * word..4 * word + 4],
            _ if number == TAGS => &tags.to_le_bytes(),
            (_, Some((at, length))) => &area[at..at + length],
            _ => &[],
        };
        bytes.extend(from);
        bytes.resize(bytes.len() + size - from.len(), 0);
    }
    Some(RegisterFile(bytes))
}

/// Loads the registers of a thread; whether it could.
pub fn write(m: &mut Machine, kernel: &mut Kernel, tid: u32, registers: &RegisterFile) -> bool {
    let set = area(m);
    let general = kernel.read_registers(m, tid, RegisterSet::General);
    let area = kernel.read_registers(m, tid, set);
    let (Some(mut general), Some(mut area)) = (general, area) else { return false };
    for number in 0..sizes(has_avx(m)).len() {
        let Some(bytes) = place(number, true).and_then(|range| registers.0.get(range)) else { return false };
        match (word(number), in_area(number)) {
            (Some(word), _) => general[4 * word..4 * word + 4].copy_from_slice(bytes),
            (_, Some((at, _))) if number == TAGS => area[at] = short_tags(u16::from_le_bytes([bytes[0], bytes[1]])),
            (_, Some((at, length))) => area[at..at + length].copy_from_slice(&bytes[..length]),
            _ => {}
        }
    }
    // What is loaded is in use.
    if let Some(used) = area.get_mut(512) {
        *used |= m.cpu.model.state_components() as u8;
    }
    kernel.write_registers(m, tid, RegisterSet::General, &general) && kernel.write_registers(m, tid, set, &area)
}

/// A bit for each register of the x87 that is in use (SDM Vol. 1, "x87 State").
fn short_tags(tags: u16) -> u8 {
    (0..8).filter(|register| tags >> (2 * register) & 3 != 3).fold(0, |bits, register| bits | 1 << register)
}

/// The description of all that.
pub fn description(avx: bool) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target>\
         <architecture>i386</architecture><osabi>GNU/Linux</osabi><feature name=\"org.gnu.gdb.i386.core\">",
    );
    xml += &flags("i386_eflags", &EFLAGS_BITS);
    let typed =
        |name: &str, size: usize, kind: &str| format!("<reg name=\"{name}\" bitsize=\"{size}\" type=\"{kind}\"/>");
    for name in ["eax", "ecx", "edx", "ebx"] {
        xml += &typed(name, 32, "int32");
    }
    xml += &(typed("esp", 32, "data_ptr") + &typed("ebp", 32, "data_ptr"));
    xml += &(typed("esi", 32, "int32") + &typed("edi", 32, "int32"));
    xml += &(typed("eip", 32, "code_ptr") + &typed("eflags", 32, "i386_eflags"));
    for name in ["cs", "ss", "ds", "es", "fs", "gs"] {
        xml += &typed(name, 32, "int32");
    }
    (0..8).for_each(|number| xml += &typed(&format!("st{number}"), 80, "i387_ext"));
    for name in ["fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop"] {
        xml += &format!("<reg name=\"{name}\" bitsize=\"32\" type=\"int\" group=\"float\"/>");
    }
    xml += &format!("</feature><feature name=\"org.gnu.gdb.i386.sse\">{VECTOR}");
    xml += &flags("i386_mxcsr", &MXCSR_BITS);
    (0..8).for_each(|number| xml += &typed(&format!("xmm{number}"), 128, "vec128"));
    xml += "<reg name=\"mxcsr\" bitsize=\"32\" type=\"i386_mxcsr\" group=\"vector\"/></feature>\
            <feature name=\"org.gnu.gdb.i386.linux\"><reg name=\"orig_eax\" bitsize=\"32\" type=\"int\" regnum=\"41\"/></feature>";
    if avx {
        xml += "<feature name=\"org.gnu.gdb.i386.avx\">";
        (0..8).for_each(|number| xml += &typed(&format!("ymm{number}h"), 128, "uint128"));
        xml += "</feature>";
    }
    xml + "</target>"
}

/// A type of a register of single bits: their names and numbers.
fn flags(id: &str, bits: &[(&str, u32)]) -> String {
    let field = |(name, bit): &(&str, u32)| format!("<field name=\"{name}\" start=\"{bit}\" end=\"{bit}\"/>");
    format!("<flags id=\"{id}\" size=\"4\">{}</flags>", bits.iter().map(field).collect::<String>())
}

/// The bits of EFLAGS (SDM Vol. 1, "EFLAGS Register"); bit 1 is always set and has no name.
const EFLAGS_BITS: [(&str, u32); 14] = [
    ("CF", 0),
    ("", 1),
    ("PF", 2),
    ("AF", 4),
    ("ZF", 6),
    ("SF", 7),
    ("TF", 8),
    ("IF", 9),
    ("DF", 10),
    ("OF", 11),
    ("NT", 14),
    ("RF", 16),
    ("AC", 18),
    ("ID", 21),
];

/// The bits of MXCSR (SDM Vol. 1, "MXCSR Control and Status Register").
const MXCSR_BITS: [(&str, u32); 14] = [
    ("IE", 0),
    ("DE", 1),
    ("ZE", 2),
    ("OE", 3),
    ("UE", 4),
    ("PE", 5),
    ("DAZ", 6),
    ("IM", 7),
    ("DM", 8),
    ("ZM", 9),
    ("OM", 10),
    ("UM", 11),
    ("PM", 12),
    ("FZ", 15),
];

/// The types of XMM registers.
const VECTOR: &str = "<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/><vector id=\"v2d\" type=\"ieee_double\" count=\"2\"/>\
    <vector id=\"v16i8\" type=\"int8\" count=\"16\"/><vector id=\"v8i16\" type=\"int16\" count=\"8\"/>\
    <vector id=\"v4i32\" type=\"int32\" count=\"4\"/><vector id=\"v2i64\" type=\"int64\" count=\"2\"/>\
    <union id=\"vec128\"><field name=\"v4_float\" type=\"v4f\"/><field name=\"v2_double\" type=\"v2d\"/>\
    <field name=\"v16_int8\" type=\"v16i8\"/><field name=\"v8_int16\" type=\"v8i16\"/>\
    <field name=\"v4_int32\" type=\"v4i32\"/><field name=\"v2_int64\" type=\"v2i64\"/>\
    <field name=\"uint128\" type=\"uint128\"/></union>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_where_gdb_looks_for_them() {
        assert_eq!((place(8, true), place(16, true), place(32, true)), (Some(32..36), Some(64..74), Some(176..192)));
        assert_eq!((place(41, true), place(49, true), place(42, false)), (Some(308..312), Some(424..440), None));
        assert_eq!(short_tags(0xffff), 0);
        assert_eq!(short_tags(0x3fff), 0x80);
    }
}
