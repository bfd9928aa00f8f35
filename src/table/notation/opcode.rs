//! The opcode column: prefixes, VEX fields, opcode bytes, ModR/M form and immediates.

use super::{EncodingSpace, Mandatory, Map, ModRm, NotationError, OpcodeNotation, VexNotation, wrong};

const TOKENS: &str =
    "NP, NFx, 66, F2 or F3, then hex bytes, +rb +rw +rd or +i, /r or /0 to /7, /is4, ib iw id cb cw cd cp";
const VEX: &str = "VEX.{128,256,LIG,LZ}.{66,F2,F3}.{0F,0F38,0F3A}.{W0,W1,WIG}, or \
                   EVEX.{128,256,512,LIG}.{66,F2,F3}.{0F,0F38,0F3A,MAP5,MAP6}.{W0,W1,WIG}";

/// Parses the opcode column.
///
/// ```
/// use tab86::table::notation::{Mandatory, Map, ModRm, opcode};
/// let shufpd = opcode("66 0F C6 /r ib").unwrap();
/// assert_eq!((shufpd.mandatory, shufpd.map, shufpd.byte), (Mandatory::P66, Map::Secondary, 0xc6));
/// assert_eq!((shufpd.modrm, &shufpd.immediates[..]), (ModRm::Any, &[1][..]));
/// ```
///
/// # Errors
/// The token that is not understood, and what can stand there.
pub fn opcode(text: &str) -> Result<OpcodeNotation, NotationError> {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let mut opcode = OpcodeNotation {
        vex: None,
        mandatory: Mandatory::Any,
        map: Map::Primary,
        byte: 0,
        plus_register: false,
        modrm: ModRm::Absent,
        immediates: Vec::new(),
    };
    let tokens = head(&tokens, &mut opcode)?;
    let Some((byte, rest)) = tokens.split_first() else { return Err(wrong(text, "an opcode byte in hex")) };
    opcode_byte(byte, &mut opcode)?;
    rest.iter().try_for_each(|token| after_opcode(token, &mut opcode))?;
    Ok(opcode)
}

/// Takes prefix and map, and leaves the tokens from the opcode byte on.
fn head<'a, 'b>(tokens: &'a [&'b str], opcode: &mut OpcodeNotation) -> Result<&'a [&'b str], NotationError> {
    match *tokens {
        [first, ref rest @ ..] if first.contains('.') => vex(first, opcode).map(|()| rest),
        // 66, F2 and F3 are prefixes where an opcode byte follows.
        [first, next, ..] if mandatory(first).is_some_and(|prefix| !is_byte(prefix) || byte(next).is_some()) => {
            opcode.mandatory = mandatory(first).unwrap_or(Mandatory::Any);
            Ok(map(&tokens[1..], opcode))
        }
        _ => Ok(map(tokens, opcode)),
    }
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

/// Whether a mandatory prefix is written as its byte.
fn is_byte(prefix: Mandatory) -> bool {
    !matches!(prefix, Mandatory::None | Mandatory::NoRepeat)
}

fn map<'a, 'b>(tokens: &'a [&'b str], opcode: &mut OpcodeNotation) -> &'a [&'b str] {
    let (map, bytes) = match *tokens {
        ["0F", "38", _, ..] => (Map::Ternary38, 2),
        ["0F", "3A", _, ..] => (Map::Ternary3A, 2),
        ["0F", _, ..] => (Map::Secondary, 1),
        _ => (Map::Primary, 0),
    };
    opcode.map = map;
    &tokens[bytes..]
}

fn vex(token: &str, opcode: &mut OpcodeNotation) -> Result<(), NotationError> {
    let mut parts = token.split('.');
    let space = match parts.next() {
        Some("VEX") => EncodingSpace::Vex,
        Some("EVEX") => EncodingSpace::Evex,
        Some("XOP") => EncodingSpace::Xop,
        _ => return Err(wrong(token, VEX)),
    };
    let (evex, xop) = (space == EncodingSpace::Evex, space == EncodingSpace::Xop);
    let mut vex = VexNotation { space, l: None, w: None };
    opcode.mandatory = Mandatory::None;
    for part in parts {
        match part {
            "128" | "L0" | "LZ" => vex.l = Some(0),
            "256" | "L1" => vex.l = Some(1),
            "512" if evex => vex.l = Some(2),
            "W0" => vex.w = Some(false),
            "W1" => vex.w = Some(true),
            "LIG" | "WIG" | "NP" => {}
            "0F" => opcode.map = Map::Secondary,
            "0F38" => opcode.map = Map::Ternary38,
            "0F3A" => opcode.map = Map::Ternary3A,
            "MAP5" if evex => opcode.map = Map::Map5,
            "MAP6" if evex => opcode.map = Map::Map6,
            "X8" if xop => opcode.map = Map::Map8,
            "X9" if xop => opcode.map = Map::Map9,
            "XA" if xop => opcode.map = Map::MapA,
            _ => {
                opcode.mandatory = mandatory(part).filter(|prefix| is_byte(*prefix)).ok_or_else(|| wrong(part, VEX))?
            }
        }
    }
    opcode.vex = Some(vex);
    if opcode.map == Map::Primary { Err(wrong(token, VEX)) } else { Ok(()) }
}

/// Two upper-case hex digits.
fn byte(token: &str) -> Option<u8> {
    let plain = token.len() == 2 && token.bytes().all(|c| c.is_ascii_digit() || (b'A'..=b'F').contains(&c));
    if plain { u8::from_str_radix(token, 16).ok() } else { None }
}

/// A byte whose low three bits are free.
fn first_of_eight(token: &str) -> Result<u8, NotationError> {
    byte(token)
        .filter(|byte| byte & 7 == 0)
        .ok_or_else(|| wrong(token, "the first of eight bytes, which ends in 0 or 8"))
}

fn opcode_byte(token: &str, opcode: &mut OpcodeNotation) -> Result<(), NotationError> {
    match token.split_once('+') {
        None => opcode.byte = byte(token).ok_or_else(|| wrong(token, TOKENS))?,
        Some((hex, "rb" | "rw" | "rd")) => {
            opcode.byte = first_of_eight(hex)?;
            opcode.plus_register = true;
        }
        Some(_) => return Err(wrong(token, "+rb, +rw or +rd")),
    }
    Ok(())
}

/// What follows the opcode byte: at most one ModR/M form, then immediates.
fn after_opcode(token: &str, opcode: &mut OpcodeNotation) -> Result<(), NotationError> {
    if let Some(size) = immediate(token) {
        opcode.immediates.push(size);
        return Ok(());
    }
    let modrm = modrm(token)?;
    if opcode.modrm != ModRm::Absent || !opcode.immediates.is_empty() {
        return Err(wrong(token, "one of /r, /0 to /7 or a ModR/M byte, once, before the immediates"));
    }
    opcode.modrm = modrm;
    Ok(())
}

/// Bytes of an immediate.
fn immediate(token: &str) -> Option<u8> {
    Some(match token {
        "ib" | "cb" | "/is4" => 1,
        "iw" | "cw" => 2,
        "id" | "cd" => 4,
        "cp" => 6,
        _ => return None,
    })
}

fn modrm(token: &str) -> Result<ModRm, NotationError> {
    match (token.strip_prefix('/'), token.strip_suffix("+i")) {
        (Some("r"), _) => Ok(ModRm::Any),
        (Some(digit), _) => match digit.parse() {
            Ok(digit @ 0..=7) if token.len() == 2 => Ok(ModRm::Digit(digit)),
            _ => Err(wrong(token, TOKENS)),
        },
        (None, Some(hex)) => Ok(ModRm::Fixed(first_of_eight(hex)?, true)),
        (None, None) => Ok(ModRm::Fixed(byte(token).ok_or_else(|| wrong(token, TOKENS))?, false)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::EncodingSpace;
    use super::*;

    fn parsed(text: &str) -> OpcodeNotation {
        opcode(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn prefixes() {
        let mandatory = |text| parsed(text).mandatory;
        assert_eq!(mandatory("0F 58 /r"), Mandatory::Any);
        assert_eq!(mandatory("NP 0F 58 /r"), Mandatory::None);
        assert_eq!(mandatory("66 0F 58 /r"), Mandatory::P66);
        assert_eq!(mandatory("F3 90"), Mandatory::PF3);
        assert_eq!(mandatory("F2 0F 58 /r"), Mandatory::PF2);
        assert_eq!(mandatory("NFx 0F C7 /6"), Mandatory::NoRepeat);
        assert_eq!((parsed("F2").mandatory, parsed("F2").byte), (Mandatory::Any, 0xf2));
    }

    #[test]
    fn maps() {
        let place = |text| (parsed(text).map, parsed(text).byte);
        assert_eq!(place("90"), (Map::Primary, 0x90));
        assert_eq!(place("0F A2"), (Map::Secondary, 0xa2));
        assert_eq!(place("0F 38 F0 /r"), (Map::Ternary38, 0xf0));
        assert_eq!(place("66 0F 3A 0F /r ib"), (Map::Ternary3A, 0x0f));
        assert_eq!(place("0F 38"), (Map::Secondary, 0x38));
    }

    #[test]
    fn vex_fields() {
        let row = parsed("VEX.256.66.0F38.W1 98 /r");
        assert_eq!(row.vex, Some(VexNotation { space: EncodingSpace::Vex, l: Some(1), w: Some(true) }));
        assert_eq!((row.mandatory, row.map, row.byte), (Mandatory::P66, Map::Ternary38, 0x98));
        let ignoring = parsed("VEX.LIG.F3.0F.WIG 58 /r");
        assert_eq!(ignoring.vex, Some(VexNotation { space: EncodingSpace::Vex, l: None, w: None }));
        let zero = VexNotation { space: EncodingSpace::Vex, l: Some(0), w: Some(false) };
        assert_eq!(parsed("VEX.LZ.0F38.W0 F2 /r").vex, Some(zero));
        assert_eq!(parsed("VEX.L0.0F.W0 41 /r").mandatory, Mandatory::None);
    }

    #[test]
    fn evex_fields() {
        let row = parsed("EVEX.512.66.0F.W1 58 /r");
        assert_eq!(row.vex, Some(VexNotation { space: EncodingSpace::Evex, l: Some(2), w: Some(true) }));
        assert_eq!((row.space(), row.map), (EncodingSpace::Evex, Map::Secondary));
        assert_eq!(parsed("EVEX.LIG.F3.MAP5.W0 58 /r").map, Map::Map5);
        assert_eq!(parsed("VEX.128.0F.WIG 58 /r").space(), EncodingSpace::Vex);
        assert_eq!(opcode("VEX.512.66.0F.W1 58 /r").unwrap_err().token, "512");
        assert_eq!(opcode("VEX.128.66.MAP5.W1 58 /r").unwrap_err().token, "MAP5");
    }

    #[test]
    fn modrm_forms() {
        let modrm = |text| parsed(text).modrm;
        assert_eq!(modrm("90"), ModRm::Absent);
        assert_eq!(modrm("01 /r"), ModRm::Any);
        assert_eq!(modrm("83 /7 ib"), ModRm::Digit(7));
        assert_eq!(modrm("0F 01 D0"), ModRm::Fixed(0xd0, false));
        assert_eq!(modrm("D8 C0+i"), ModRm::Fixed(0xc0, true));
        assert!(parsed("50+rd").plus_register);
    }

    #[test]
    fn immediates() {
        let sizes = |text| parsed(text).immediates;
        assert_eq!(sizes("C8 iw ib"), [2, 1]);
        assert_eq!(sizes("05 id"), [4]);
        assert_eq!(sizes("9A cp"), [6]);
        assert_eq!(sizes("75 cb"), [1]);
        assert_eq!(sizes("VEX.128.66.0F3A.W0 4A /r /is4"), [1]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let token = |text| opcode(text).unwrap_err().token;
        assert_eq!(token(""), "");
        assert_eq!(token("0f 58"), "0f");
        assert_eq!(token("01 /8"), "/8");
        assert_eq!(token("01 /+7"), "/+7");
        assert_eq!(token("01 /r /r"), "/r");
        assert_eq!(token("66 F3 0F 58 /r"), "58");
        assert_eq!(token("51+rd"), "51");
        assert_eq!(token("50+rx"), "50+rx");
        assert_eq!(token("VEX.128.66.WIG 58 /r"), "VEX.128.66.WIG");
        assert_eq!(token("VEX.128.67.0F.WIG 58 /r"), "67");
        assert_eq!(token("05 ix"), "ix");
    }
}
