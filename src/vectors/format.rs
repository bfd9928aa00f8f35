//! The lines of a vector file, field by field: a header, then one vector a line.
//!
//! Reading the file itself is in `file`; nothing here knows what the fields are good for.

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

/// The first line of a file.
#[derive(Clone, Debug, Deserialize)]
pub struct Header {
    /// `"ia32-hw-vectors"`.
    pub format: String,
    /// Version of the format; this is version 1.
    pub version: u32,
    /// Whether a vector is one instruction or a sequence of them.
    pub kind: SetKind,
    /// Which part of the instruction set the vectors are about.
    pub group: String,
    /// The processor that was asked.
    #[serde(default)]
    pub cpu: String,
    /// What the generator's random numbers started from.
    #[serde(default)]
    pub seed: u64,
    /// Mapped guest memory; all else is unmapped.
    pub regions: Vec<Region>,
    /// The GS segment.
    pub gs: SegmentBase,
    /// The FS segment.
    pub fs: SegmentBase,
    /// Selectors of the flat segments.
    pub selectors: Selectors,
}

/// What one vector executes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SetKind {
    /// One instruction, with all its repetitions.
    Single,
    /// A block of instructions up to an `int3`.
    Sequences,
}

/// A range of mapped memory.
#[derive(Clone, Debug, Deserialize)]
pub struct Region {
    /// Its first linear address.
    pub base: u32,
    /// Its size in bytes.
    pub size: u32,
    /// What is allowed there: any of `r`, `w` and `x`.
    pub perm: String,
}

/// A data segment of 4 GiB with a base.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct SegmentBase {
    /// The selector in the segment register.
    pub selector: u16,
    /// Linear address of its offset 0.
    pub base: u32,
}

/// Selectors of the flat segments.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Selectors {
    /// That of CS.
    pub cs: u16,
    /// That of DS.
    pub ds: u16,
    /// That of ES.
    pub es: u16,
    /// That of SS.
    pub ss: u16,
}

/// One vector.
#[derive(Clone, Debug, Deserialize)]
pub struct TestVector {
    /// Unique within a run of the generator.
    pub id: u64,
    /// The instruction as the generator's manual prints it; empty for a sequence.
    #[serde(default)]
    pub form: String,
    /// NASM syntax.
    pub asm: String,
    /// The bytes at the initial EIP.
    pub bytes: Hex,
    /// The state before.
    pub initial: ProcessorState,
    /// What is different afterwards.
    #[serde(rename = "final")]
    pub last: ProcessorState,
    /// The exception that the instruction raised.
    pub exception: Option<Raised>,
    /// EFLAGS bits that the manuals leave undefined here.
    #[serde(default)]
    pub undefined_flags: u32,
    /// The same for C0 to C3 in the x87 status word.
    #[serde(default)]
    pub undefined_sw: u16,
    /// Whether results are approximations, to be compared with a tolerance.
    #[serde(default)]
    pub approx: bool,
    /// Address and length of memory that is not compared.
    #[serde(default)]
    pub ignore_mem: Vec<(u32, u32)>,
}

/// Registers and memory; absent fields have no say.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ProcessorState {
    /// EAX.
    pub eax: Option<u32>,
    /// ECX.
    pub ecx: Option<u32>,
    /// EDX.
    pub edx: Option<u32>,
    /// EBX.
    pub ebx: Option<u32>,
    /// ESP.
    pub esp: Option<u32>,
    /// EBP.
    pub ebp: Option<u32>,
    /// ESI.
    pub esi: Option<u32>,
    /// EDI.
    pub edi: Option<u32>,
    /// EIP.
    pub eip: Option<u32>,
    /// EFLAGS.
    pub eflags: Option<u32>,
    /// x87 and MMX state.
    pub fpu: Option<FloatState>,
    /// MXCSR.
    pub mxcsr: Option<u32>,
    /// XMM0 to XMM7, most significant byte first.
    pub xmm: Option<[Hex; 8]>,
    /// YMM0 to YMM7, most significant byte first.
    pub ymm: Option<[Hex; 8]>,
    /// Address and bytes.
    #[serde(default)]
    pub mem: Vec<(u32, Hex)>,
}

impl ProcessorState {
    /// The general-purpose registers, by encoding.
    pub fn registers(&self) -> [Option<u32>; 8] {
        [self.eax, self.ecx, self.edx, self.ebx, self.esp, self.ebp, self.esi, self.edi]
    }
}

/// x87 state; absent fields have no say.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct FloatState {
    /// Control word.
    pub cw: Option<u16>,
    /// Status word.
    pub sw: Option<u16>,
    /// The abridged tag byte of FXSAVE: bit i is set when physical register i is not empty.
    pub tw: Option<u8>,
    /// Ten bytes each, ST(0) first, most significant byte first.
    pub st: Option<[Hex; 8]>,
}

/// An exception.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Raised {
    /// The manual's name, as in `#PF`.
    pub vector: String,
    /// The error code, for those that push one.
    pub error: Option<u32>,
    /// Of a page fault: the linear address.
    pub address: Option<u32>,
    /// Of a page fault: whether it was a write.
    pub write: Option<bool>,
}

/// Bytes that the file has as hex digits, in the file's order.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Hex(pub Vec<u8>);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(HexVisitor)
    }
}

struct HexVisitor;

impl Visitor<'_> for HexVisitor {
    type Value = Hex;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("pairs of hex digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Hex, E> {
        let pairs = text.as_bytes().chunks(2);
        let bytes = pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?));
        bytes.collect::<Option<_>>().map(Hex).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_pairs_of_digits() {
        assert_eq!(serde_json::from_str::<Hex>("\"00fF7a\"").unwrap(), Hex(vec![0, 255, 0x7a]));
        for wrong in ["\"0\"", "\"0g\"", "\"é0\"", "7"] {
            assert!(serde_json::from_str::<Hex>(wrong).is_err(), "{wrong}");
        }
    }
}
