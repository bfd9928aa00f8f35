//! The SDM's notation, parsed: the opcode column and the instruction column (SDM Vol. 2A,
//! "Interpreting the Instruction Reference Pages").
//!
//! `build.rs` and the library share this file. What a row does not need to say, because the
//! notation says it already, is derived here: opcode map, mandatory prefix, VEX fields, ModR/M
//! form, immediates, and for each operand what it is, how wide, and where the encoding has it.

use std::fmt;

/// Which table an opcode byte is looked up in (SDM Vol. 2D, "Opcode Map").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Map {
    /// One-byte opcodes.
    Primary = 0,
    /// Two-byte opcodes, 0F xx.
    Secondary = 1,
    /// Three-byte opcodes, 0F 38 xx.
    Ternary38 = 2,
    /// Three-byte opcodes, 0F 3A xx.
    Ternary3A = 3,
}

/// A mandatory prefix, or what a row asks of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mandatory {
    /// The row does not care.
    Any,
    /// None of 66, F2, F3 (`NP`).
    None,
    /// 66.
    P66,
    /// F3.
    PF3,
    /// F2.
    PF2,
    /// Neither F2 nor F3 (`NFx`); 66 has its own meaning.
    NoRepeat,
}

/// The fields of a VEX prefix that a row fixes; `None` where it ignores one (LIG, WIG).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Vex {
    /// L: 256-bit.
    pub l: Option<bool>,
    /// W.
    pub w: Option<bool>,
}

/// What a row asks of the ModR/M byte.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ModRm {
    /// There is none.
    Absent,
    /// `/r`.
    Any,
    /// `/digit`: the reg field is part of the opcode.
    Digit(u8),
    /// A byte that is all opcode (`0F 01 D0`); the second value is true for `C0+i`, whose low
    /// three bits name a stack register.
    Fixed(u8, bool),
}

/// The opcode column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opcode {
    pub vex: Option<Vex>,
    pub mandatory: Mandatory,
    pub map: Map,
    pub byte: u8,
    /// `+rb`, `+rw`, `+rd`: the low three bits name a register.
    pub plus_register: bool,
    pub modrm: ModRm,
    /// Sizes in bytes of the immediates that follow, in order (`ib` 1, `cp` 6).
    pub immediates: Vec<u8>,
}

/// A class of registers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    /// General-purpose, 8, 16 or 32 bits.
    Gpr8,
    Gpr16,
    Gpr32,
    Segment,
    Control,
    Debug,
    /// x87 stack.
    St,
    Mm,
    Xmm,
    Ymm,
    /// AVX-512 mask.
    Mask,
}

/// What an operand is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// A register named by the encoding, or memory of so many bits in its place.
    Register(Class, Option<u16>),
    /// Memory only, of so many bits; 0 when the size does not matter (LEA) or is not fixed.
    Memory(u16),
    /// Memory addressed by a vector of indices.
    VectorMemory(Class, u16),
    /// Memory whose address is the immediate.
    Offset(u16),
    /// An immediate of so many bits.
    Immediate(u16),
    /// A branch displacement of so many bits.
    Relative(u16),
    /// A far pointer in the instruction: its offset has so many bits.
    Far(u16),
    /// One register, always the same.
    Fixed(Class, u8),
    /// A constant (the 1 of `SHL r/m8, 1`).
    Constant(u8),
}

/// Where the encoding names an operand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// ModR/M reg field.
    Reg,
    /// ModR/M mod and r/m fields.
    Rm,
    /// VEX.vvvv.
    Vvvv,
    /// Low three bits of the opcode (or of a fixed ModR/M byte).
    Opcode,
    /// Bits 7 to 4 of the last immediate.
    Is4,
    /// An immediate, or nowhere.
    Implied,
}

/// One operand of the instruction column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Operand {
    pub kind: Kind,
    pub place: Place,
    /// In angle brackets: always the same registers, not written in assembly.
    pub hidden: bool,
}

/// The instruction column, with the encoding column's placement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instruction {
    pub mnemonic: String,
    pub operands: Vec<Operand>,
}

/// What was wrong with a notation: the token, and what could stand there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotationError {
    pub token: String,
    pub expected: &'static str,
}

impl fmt::Display for NotationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not understood; write {}", self.token, self.expected)
    }
}

fn wrong(token: &str, expected: &'static str) -> NotationError {
    NotationError { token: token.to_string(), expected }
}

const OPCODE_TOKENS: &str =
    "NP, NFx, 66, F2 or F3, hex bytes, +rb/+rw/+rd or +i, /r or /0 to /7, /is4, ib iw id cb cw cd cp";

/// Parses the opcode column.
pub fn opcode(text: &str) -> Result<Opcode, NotationError> {
    let mut tokens: Vec<&str> = text.split_whitespace().collect();
    let mut opcode = Opcode {
        vex: None,
        mandatory: Mandatory::Any,
        map: Map::Primary,
        byte: 0,
        plus_register: false,
        modrm: ModRm::Absent,
        immediates: Vec::new(),
    };
    if tokens.first().is_some_and(|token| token.starts_with("VEX.")) {
        vex(tokens.remove(0), &mut opcode)?;
    } else {
        if let Some(prefix) = tokens.first().and_then(|token| mandatory(token))
            && tokens
                .get(1)
                .is_some_and(|next| matches!(prefix, Mandatory::None | Mandatory::NoRepeat) || byte(next).is_some())
        {
            opcode.mandatory = prefix;
            tokens.remove(0);
        }
        opcode.map = map(&mut tokens);
    }
    if tokens.is_empty() {
        return Err(wrong(text, "an opcode byte in hex"));
    }
    opcode_byte(tokens.remove(0), &mut opcode)?;
    tokens.into_iter().try_for_each(|token| rest(token, &mut opcode))?;
    Ok(opcode)
}

fn mandatory(token: &str) -> Option<Mandatory> {
    Some(match token {
        "NP" => Mandatory::None,
        "66" => Mandatory::P66,
        "F3" => Mandatory::PF3,
        "F2" => Mandatory::PF2,
        "NFx" => Mandatory::NoRepeat,
        _ => return None,
    })
}

fn map(tokens: &mut Vec<&str>) -> Map {
    let (map, bytes) = match tokens[..] {
        ["0F", "38", _, ..] => (Map::Ternary38, 2),
        ["0F", "3A", _, ..] => (Map::Ternary3A, 2),
        ["0F", _, ..] => (Map::Secondary, 1),
        _ => (Map::Primary, 0),
    };
    tokens.drain(..bytes);
    map
}

fn vex(token: &str, opcode: &mut Opcode) -> Result<(), NotationError> {
    let mut vex = Vex { l: None, w: None };
    opcode.mandatory = Mandatory::None;
    for part in token.split('.').skip(1) {
        match part {
            "128" | "L0" | "LZ" => vex.l = Some(false),
            "256" | "L1" => vex.l = Some(true),
            "W0" => vex.w = Some(false),
            "W1" => vex.w = Some(true),
            "LIG" | "WIG" | "NP" | "NDS" | "NDD" | "DDS" => {}
            "0F" => opcode.map = Map::Secondary,
            "0F38" => opcode.map = Map::Ternary38,
            "0F3A" => opcode.map = Map::Ternary3A,
            _ => {
                opcode.mandatory = mandatory(part)
                    .ok_or_else(|| wrong(part, "VEX.{128,256,LIG,LZ}.{66,F2,F3}.{0F,0F38,0F3A}.{W0,W1,WIG}"))?
            }
        }
    }
    opcode.vex = Some(vex);
    Ok(())
}

fn byte(token: &str) -> Option<u8> {
    let plain = token.len() == 2 && token.bytes().all(|c| c.is_ascii_digit() || (b'A'..=b'F').contains(&c));
    if plain { u8::from_str_radix(token, 16).ok() } else { None }
}

fn opcode_byte(token: &str, opcode: &mut Opcode) -> Result<(), NotationError> {
    let (hex, plus) = token.split_once('+').map_or((token, None), |(hex, plus)| (hex, Some(plus)));
    opcode.byte = byte(hex).ok_or_else(|| wrong(token, OPCODE_TOKENS))?;
    opcode.plus_register = match plus {
        None => false,
        Some("rb" | "rw" | "rd") => true,
        Some(_) => return Err(wrong(token, "+rb, +rw or +rd")),
    };
    Ok(())
}

fn rest(token: &str, opcode: &mut Opcode) -> Result<(), NotationError> {
    let size = match token {
        "ib" | "cb" | "/is4" => 1,
        "iw" | "cw" => 2,
        "id" | "cd" => 4,
        "cp" => 6,
        _ => 0,
    };
    if size != 0 {
        opcode.immediates.push(size);
        return Ok(());
    }
    opcode.modrm = match (token, token.strip_prefix('/').and_then(|digit| digit.parse().ok())) {
        ("/r", _) => ModRm::Any,
        (_, Some(digit @ 0..=7)) => ModRm::Digit(digit),
        _ => {
            let (hex, stack) = token.strip_suffix("+i").map_or((token, false), |hex| (hex, true));
            ModRm::Fixed(byte(hex).ok_or_else(|| wrong(token, OPCODE_TOKENS))?, stack)
        }
    };
    Ok(())
}

/// Parses the instruction column; `encoding` is the Op/En column, whose letters R (ModR/M reg),
/// M (ModR/M r/m), V (VEX.vvvv), O (opcode) and S (is4) place the explicit operands in order; ZO
/// says that there is none.
pub fn instruction(text: &str, encoding: &str) -> Result<Instruction, NotationError> {
    let (mnemonic, operands) = text.split_once(' ').unwrap_or((text, ""));
    let mut letters = encoding.trim_start_matches("ZO").chars().filter_map(|letter| {
        Some(match letter {
            'R' => Place::Reg,
            'M' => Place::Rm,
            'V' => Place::Vvvv,
            'O' => Place::Opcode,
            'S' => Place::Is4,
            _ => return None,
        })
    });
    let mut parsed = Vec::new();
    for token in operands.split(',').map(str::trim).filter(|token| !token.is_empty()) {
        let kind = operand(token)?;
        let explicit = matches!(kind, Kind::Register(..) | Kind::Memory(_) | Kind::VectorMemory(..));
        let place = if explicit {
            letters.next().ok_or_else(|| {
                wrong(encoding, "an encoding with a letter of R, M, V, O, S for each explicit operand")
            })?
        } else {
            Place::Implied
        };
        parsed.push(Operand { kind, place, hidden: token.starts_with('<') });
    }
    match letters.next() {
        None => Ok(Instruction { mnemonic: mnemonic.to_string(), operands: parsed }),
        Some(_) => Err(wrong(encoding, "an encoding with no more letters of R, M, V, O, S than explicit operands")),
    }
}

fn operand(token: &str) -> Result<Kind, NotationError> {
    fixed(token).or_else(|| sized(token)).or_else(|| register_or_memory(token)).ok_or_else(|| {
        wrong(token, "an operand as the SDM prints it: r32, r/m32, m32, imm8, rel32, moffs32, Sreg, xmm1, xmm2/m128, AL, CL, 1 …")
    })
}

fn fixed(token: &str) -> Option<Kind> {
    let register = |class, number| Some(Kind::Fixed(class, number));
    match token {
        "1" | "3" | "0" => Some(Kind::Constant(token.parse().ok()?)),
        "AL" => register(Class::Gpr8, 0),
        "CL" => register(Class::Gpr8, 1),
        "AX" => register(Class::Gpr16, 0),
        "DX" => register(Class::Gpr16, 2),
        "EAX" => register(Class::Gpr32, 0),
        "ECX" => register(Class::Gpr32, 1),
        "EDX" => register(Class::Gpr32, 2),
        "ES" => register(Class::Segment, 0),
        "CS" => register(Class::Segment, 1),
        "SS" => register(Class::Segment, 2),
        "DS" => register(Class::Segment, 3),
        "FS" => register(Class::Segment, 4),
        "GS" => register(Class::Segment, 5),
        "ST(0)" | "ST" => register(Class::St, 0),
        // In angle brackets: implied. Of a range (`<XMM0-7>`) the first register stands for all.
        "<EAX>" | "<eax>" => register(Class::Gpr32, 0),
        "<edx>" => register(Class::Gpr32, 2),
        _ => register(Class::Xmm, token.strip_prefix("<XMM")?.bytes().next()?.checked_sub(b'0')?),
    }
}

fn sized(token: &str) -> Option<Kind> {
    let bits = |prefix: &str| token.strip_prefix(prefix)?.parse::<u16>().ok();
    if let Some(bits) = bits("imm") {
        return Some(Kind::Immediate(bits));
    }
    if let Some(bits) = bits("rel") {
        return Some(Kind::Relative(bits));
    }
    if let Some(bits) = bits("moffs") {
        return Some(Kind::Offset(bits));
    }
    if let Some(bits) = bits("ptr16:") {
        return Some(Kind::Far(bits));
    }
    let index = match token.chars().last()? {
        'x' => Class::Xmm,
        'y' => Class::Ymm,
        _ => return None,
    };
    let bits = token.strip_prefix("vm")?[..].trim_end_matches(['x', 'y']).parse().ok()?;
    Some(Kind::VectorMemory(index, bits))
}

fn register_or_memory(token: &str) -> Option<Kind> {
    if let Some(bits) = token.strip_prefix("r/m").and_then(|bits| bits.parse().ok()) {
        return Some(Kind::Register(gpr(bits)?, Some(bits)));
    }
    if let Some(bits) = memory(token) {
        return Some(Kind::Memory(bits));
    }
    let (register, memory_part) =
        token.split_once('/').map_or((token, None), |(register, memory)| (register, Some(memory)));
    let bits = match memory_part {
        Some(part) => Some(memory(part)?),
        None => None,
    };
    Some(Kind::Register(class(register)?, bits))
}

fn gpr(bits: u16) -> Option<Class> {
    match bits {
        8 => Some(Class::Gpr8),
        16 => Some(Class::Gpr16),
        32 => Some(Class::Gpr32),
        _ => None,
    }
}

fn class(token: &str) -> Option<Class> {
    match token {
        "Sreg" => return Some(Class::Segment),
        "CR0-CR7" | "CR0–CR7" => return Some(Class::Control),
        "DR0-DR7" | "DR0–DR7" => return Some(Class::Debug),
        "ST(i)" => return Some(Class::St),
        "reg" => return Some(Class::Gpr32),
        _ => {}
    }
    // A trailing number or letter tells operands of one class apart: xmm1, r32a.
    let name = token.strip_suffix(['a', 'b', 'c']).unwrap_or(token);
    match name.strip_prefix('r').and_then(|bits| bits.parse().ok()).and_then(gpr) {
        Some(class) => Some(class),
        None => match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "mm" => Some(Class::Mm),
            "xmm" => Some(Class::Xmm),
            "ymm" => Some(Class::Ymm),
            "k" => Some(Class::Mask),
            _ => None,
        },
    }
}

/// Bits of a memory operand: `m32`, `m64fp`, `m16int`, `m80bcd`, `m2byte`, `m16&32`, `m16:32`, `m`,
/// `mem`, `m14/28byte`. A pointer or a pair counts both parts; 0 means not fixed.
fn memory(token: &str) -> Option<u16> {
    let rest = token.strip_prefix("mem").or_else(|| token.strip_prefix('m'))?;
    if rest.is_empty() || rest == "14/28byte" || rest == "94/108byte" {
        return Some(0);
    }
    if let Some((low, high)) = rest.split_once(['&', ':']) {
        return Some(low.parse::<u16>().ok()? + high.parse::<u16>().ok()?);
    }
    let digits = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &rest[digits.len()..] {
        "" | "fp" | "int" | "bcd" | "dec" => 1,
        "byte" => 8,
        _ => return None,
    };
    digits.parse::<u16>().ok()?.checked_mul(unit)
}
