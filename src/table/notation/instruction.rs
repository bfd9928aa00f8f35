//! The instruction column: the mnemonic and what its operands are, placed by the encoding column.

use super::{Class, Instruction, Kind, NotationError, Operand, Place, wrong};

const OPERANDS: &str =
    "an operand as the SDM prints it: r32, r/m32, m32, imm8, rel32, moffs32, Sreg, xmm1, xmm2/m128, AL, CL, 1 …";

/// Parses the instruction column; `encoding` is the Op/En column, whose letters R (ModR/M reg),
/// M (ModR/M r/m), V (VEX.vvvv), O (opcode) and S (is4) place the explicit operands in order; ZO
/// says that there is none.
///
/// ```
/// use tab86::table::notation::{Class, Kind, Place, instruction};
/// let add = instruction("ADD r/m32, imm8", "MI").unwrap();
/// assert_eq!(add.mnemonic, "ADD");
/// assert_eq!((add.operands[0].kind, add.operands[0].place), (Kind::Register(Class::Gpr32, Some(32)), Place::Rm));
/// assert_eq!(add.operands[1].kind, Kind::Immediate(8));
/// ```
///
/// # Errors
/// The token that is not understood, and what can stand there.
pub fn instruction(text: &str, encoding: &str) -> Result<Instruction, NotationError> {
    let (mnemonic, operands) = text.split_once(' ').unwrap_or((text, ""));
    if mnemonic.is_empty() || !mnemonic.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
        return Err(wrong(mnemonic, "a mnemonic in upper case"));
    }
    let mut places = encoding.trim_start_matches("ZO").chars().filter_map(place);
    let tokens = operands.split(',').map(str::trim).filter(|token| !token.is_empty());
    let operands = tokens.map(|token| operand(token, &mut places, encoding)).collect::<Result<_, _>>()?;
    match places.next() {
        None => Ok(Instruction { mnemonic: mnemonic.to_string(), operands }),
        Some(_) => Err(wrong(encoding, "an encoding with no more letters of R, M, V, O, S than explicit operands")),
    }
}

/// The place that a letter of the encoding column stands for.
fn place(letter: char) -> Option<Place> {
    Some(match letter {
        'R' => Place::Reg,
        'M' => Place::Rm,
        'V' => Place::Vvvv,
        'O' => Place::Opcode,
        'S' => Place::Is4,
        _ => return None,
    })
}

fn operand(token: &str, places: &mut impl Iterator<Item = Place>, encoding: &str) -> Result<Operand, NotationError> {
    let kind = kind(token).ok_or_else(|| wrong(token, OPERANDS))?;
    let explicit = matches!(kind, Kind::Register(..) | Kind::Memory(_) | Kind::VectorMemory(..));
    let lacking = || wrong(encoding, "an encoding with a letter of R, M, V, O, S for each explicit operand");
    let place = if explicit { places.next().ok_or_else(lacking)? } else { Place::Implied };
    Ok(Operand { kind, place, hidden: token.starts_with('<') })
}

fn kind(token: &str) -> Option<Kind> {
    fixed(token).or_else(|| number(token)).or_else(|| register_or_memory(token))
}

/// Registers and constants that are always the same.
fn fixed(token: &str) -> Option<Kind> {
    let register = |class, number| Some(Kind::Fixed(class, number));
    match token {
        "1" => Some(Kind::Constant(1)),
        "AL" => register(Class::Gpr8, 0),
        "CL" => register(Class::Gpr8, 1),
        "AX" => register(Class::Gpr16, 0),
        "DX" => register(Class::Gpr16, 2),
        "EAX" => register(Class::Gpr32, 0),
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
        "<XMM0>" | "<XMM0-2>" | "<XMM0-6>" | "<XMM0-7>" => register(Class::Xmm, 0),
        "<XMM4-6>" => register(Class::Xmm, 4),
        _ => None,
    }
}

/// Immediates, branch targets, offsets, pointers and vectors of addresses: a word and a size.
fn number(token: &str) -> Option<Kind> {
    let bits = |prefix: &str, allowed: &[u16]| {
        token.strip_prefix(prefix)?.parse().ok().filter(|bits: &u16| allowed.contains(bits))
    };
    let plain = [8, 16, 32];
    let vector = |suffix: char, class: Class| {
        let bits = token.strip_prefix("vm")?.strip_suffix(suffix)?.parse().ok()?;
        [32, 64].contains(&bits).then_some(Kind::VectorMemory(class, bits))
    };
    (bits("imm", &plain).map(Kind::Immediate))
        .or_else(|| bits("rel", &plain).map(Kind::Relative))
        .or_else(|| bits("moffs", &plain).map(Kind::Offset))
        .or_else(|| bits("ptr16:", &[16, 32]).map(Kind::Far))
        .or_else(|| vector('x', Class::Xmm))
        .or_else(|| vector('y', Class::Ymm))
}

fn register_or_memory(token: &str) -> Option<Kind> {
    if let Some(bits) = token.strip_prefix("r/m") {
        let bits = bits.parse().ok()?;
        return Some(Kind::Register(general(bits)?, Some(bits)));
    }
    if let Some(bits) = memory(token) {
        return Some(Kind::Memory(bits));
    }
    match token.split_once('/') {
        None => Some(Kind::Register(class(token)?, None)),
        Some((register, rest)) => Some(Kind::Register(class(register)?, Some(memory(rest)?))),
    }
}

/// The general-purpose registers of a size.
fn general(bits: u16) -> Option<Class> {
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
        "CR0-CR7" => return Some(Class::Control),
        "DR0-DR7" => return Some(Class::Debug),
        "ST(i)" => return Some(Class::St),
        _ => {}
    }
    // A trailing number or letter tells operands of one class apart: xmm1, r32a.
    let name = token.strip_suffix(['a', 'b', 'c']).unwrap_or(token);
    match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "r" => general(name[1..].parse().ok()?),
        "mm" => Some(Class::Mm),
        "xmm" => Some(Class::Xmm),
        "ymm" => Some(Class::Ymm),
        "k" => Some(Class::Mask),
        _ => None,
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
        return low.parse::<u16>().ok()?.checked_add(high.parse().ok()?);
    }
    let digits = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &rest[digits.len()..] {
        "" | "fp" | "int" | "bcd" => 1,
        "byte" => 8,
        _ => return None,
    };
    digits.parse::<u16>().ok()?.checked_mul(unit).filter(|bits| bits % 8 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers() {
        assert_eq!(kind("r8"), Some(Kind::Register(Class::Gpr8, None)));
        assert_eq!(kind("r32a"), Some(Kind::Register(Class::Gpr32, None)));
        assert_eq!(kind("Sreg"), Some(Kind::Register(Class::Segment, None)));
        assert_eq!(kind("CR0-CR7"), Some(Kind::Register(Class::Control, None)));
        assert_eq!(kind("DR0-DR7"), Some(Kind::Register(Class::Debug, None)));
        assert_eq!(kind("ST(i)"), Some(Kind::Register(Class::St, None)));
        assert_eq!(kind("mm1"), Some(Kind::Register(Class::Mm, None)));
        assert_eq!(kind("ymm4"), Some(Kind::Register(Class::Ymm, None)));
        assert_eq!(kind("k1"), Some(Kind::Register(Class::Mask, None)));
    }

    #[test]
    fn registers_or_memory() {
        assert_eq!(kind("r/m16"), Some(Kind::Register(Class::Gpr16, Some(16))));
        assert_eq!(kind("r32/m8"), Some(Kind::Register(Class::Gpr32, Some(8))));
        assert_eq!(kind("xmm2/m64"), Some(Kind::Register(Class::Xmm, Some(64))));
        assert_eq!(kind("mm/m64"), Some(Kind::Register(Class::Mm, Some(64))));
    }

    #[test]
    fn memory_operands() {
        let sizes = [
            ("m", 0),
            ("mem", 0),
            ("m14/28byte", 0),
            ("m8", 8),
            ("m64fp", 64),
            ("m16int", 16),
            ("m80bcd", 80),
            ("m2byte", 16),
            ("m512byte", 4096),
            ("m16&32", 48),
            ("m16:16", 32),
        ];
        sizes.iter().for_each(|(token, bits)| assert_eq!(kind(token), Some(Kind::Memory(*bits)), "{token}"));
        assert_eq!(kind("vm32x"), Some(Kind::VectorMemory(Class::Xmm, 32)));
        assert_eq!(kind("vm64y"), Some(Kind::VectorMemory(Class::Ymm, 64)));
        assert_eq!(kind("moffs16"), Some(Kind::Offset(16)));
    }

    #[test]
    fn numbers_and_fixed_operands() {
        assert_eq!(kind("imm32"), Some(Kind::Immediate(32)));
        assert_eq!(kind("rel8"), Some(Kind::Relative(8)));
        assert_eq!(kind("ptr16:32"), Some(Kind::Far(32)));
        assert_eq!(kind("1"), Some(Kind::Constant(1)));
        assert_eq!(kind("CL"), Some(Kind::Fixed(Class::Gpr8, 1)));
        assert_eq!(kind("GS"), Some(Kind::Fixed(Class::Segment, 5)));
        assert_eq!(kind("<XMM4-6>"), Some(Kind::Fixed(Class::Xmm, 4)));
    }

    #[test]
    fn nonsense_is_refused() {
        for token in [
            "r64",
            "r/m64",
            "imm64",
            "rel4",
            "m7",
            "m9000byte",
            "vm16x",
            "zmm1",
            "xmm1/r32",
            "al",
            "r/m",
            "é",
            "<XMM9>",
        ] {
            assert_eq!(kind(token), None, "{token}");
        }
    }

    #[test]
    fn places_follow_the_encoding_column() {
        let blend = instruction("VBLENDVPS xmm1, xmm2, xmm3/m128, xmm4", "RVMS").unwrap();
        let places: Vec<Place> = blend.operands.iter().map(|operand| operand.place).collect();
        assert_eq!(places, [Place::Reg, Place::Vvvv, Place::Rm, Place::Is4]);
        let sha = instruction("SHA256RNDS2 xmm1, xmm2/m128, <XMM0>", "RM0").unwrap();
        assert!(sha.operands[2].hidden && sha.operands[2].place == Place::Implied);
        assert_eq!(instruction("ADD r/m32, r32", "M").unwrap_err().token, "M");
        assert_eq!(instruction("PUSH r32", "OR").unwrap_err().token, "OR");
        assert_eq!(instruction("add r32", "O").unwrap_err().token, "add");
    }
}
