//! The instruction column: the mnemonic and what its operands are, placed by the encoding column.

use super::{
    Decorators, InstructionNotation, NotationError, OperandEncoding, OperandKind, OperandNotation, RegisterClass, wrong,
};

const OPERANDS: &str =
    "an operand as the SDM prints it: r32, r/m32, m32, imm8, rel32, moffs32, Sreg, xmm1, xmm2/m128, AL, CL, 1 …";

const DECORATORS: &str = "{k1}, {k1}{z}, {er} or {sae} behind an operand, /m16bcst, /m32bcst or /m64bcst at its end";

/// Parses the instruction column; `encoding` is the Op/En column, whose letters R (ModR/M reg),
/// M (ModR/M r/m), V (VEX.vvvv), O (opcode) and S (is4) place the explicit operands in order; ZO
/// says that there is none.
///
/// ```
/// use tab86::table::notation::{RegisterClass, OperandKind, OperandEncoding, instruction};
/// let add = instruction("ADD r/m32, imm8", "MI").unwrap();
/// assert_eq!(add.mnemonic, "ADD");
/// assert_eq!(add.operands[0].kind, OperandKind::Register(RegisterClass::Gpr32, Some(32)));
/// assert_eq!(add.operands[0].encoding, OperandEncoding::Rm);
/// assert_eq!(add.operands[1].kind, OperandKind::Immediate(8));
/// ```
///
/// # Errors
/// The token that is not understood, and what can stand there.
pub fn instruction(text: &str, encoding: &str) -> Result<InstructionNotation, NotationError> {
    let (mnemonic, operands) = text.split_once(' ').unwrap_or((text, ""));
    if mnemonic.is_empty() || !mnemonic.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
        return Err(wrong(mnemonic, "a mnemonic in upper case"));
    }
    let mut encodings = encoding.trim_start_matches("ZO").chars().filter_map(operand_encoding);
    let tokens = operands.split(',').map(str::trim).filter(|token| !token.is_empty());
    let operands = tokens.map(|token| operand(token, &mut encodings, encoding)).collect::<Result<_, _>>()?;
    match encodings.next() {
        None => Ok(InstructionNotation { mnemonic: mnemonic.to_string(), operands }),
        Some(_) => Err(wrong(encoding, "an encoding with no more letters of R, M, V, O, S than explicit operands")),
    }
}

/// Where a letter of the encoding column says that an operand is.
fn operand_encoding(letter: char) -> Option<OperandEncoding> {
    Some(match letter {
        'R' => OperandEncoding::Reg,
        'M' => OperandEncoding::Rm,
        'V' => OperandEncoding::Vvvv,
        'O' => OperandEncoding::Opcode,
        'S' => OperandEncoding::Is4,
        _ => return None,
    })
}

fn operand(
    token: &str,
    encodings: &mut impl Iterator<Item = OperandEncoding>,
    encoding: &str,
) -> Result<OperandNotation, NotationError> {
    let (plain, decorators) = Decorators::split(token).ok_or_else(|| wrong(token, DECORATORS))?;
    let kind = kind(plain).ok_or_else(|| wrong(token, OPERANDS))?;
    let explicit = matches!(kind, OperandKind::Register(..) | OperandKind::Memory(_) | OperandKind::VectorMemory(..));
    let lacking = || wrong(encoding, "an encoding with a letter of R, M, V, O, S for each explicit operand");
    let encoding = if explicit { encodings.next().ok_or_else(lacking)? } else { OperandEncoding::Implied };
    let (hidden, integer) = (token.starts_with('<'), token.ends_with("int"));
    Ok(OperandNotation { kind, encoding, hidden, decorators, integer })
}

fn kind(token: &str) -> Option<OperandKind> {
    fixed(token).or_else(|| number(token)).or_else(|| register_or_memory(token))
}

/// Registers and constants that are always the same.
fn fixed(token: &str) -> Option<OperandKind> {
    let register = |class, number| Some(OperandKind::Fixed(class, number));
    match token {
        "1" => Some(OperandKind::Constant(1)),
        "AL" => register(RegisterClass::Gpr8, 0),
        "CL" => register(RegisterClass::Gpr8, 1),
        "AX" => register(RegisterClass::Gpr16, 0),
        "DX" => register(RegisterClass::Gpr16, 2),
        "EAX" => register(RegisterClass::Gpr32, 0),
        "ES" => register(RegisterClass::Segment, 0),
        "CS" => register(RegisterClass::Segment, 1),
        "SS" => register(RegisterClass::Segment, 2),
        "DS" => register(RegisterClass::Segment, 3),
        "FS" => register(RegisterClass::Segment, 4),
        "GS" => register(RegisterClass::Segment, 5),
        "ST(0)" | "ST" => register(RegisterClass::St, 0),
        // In angle brackets: implied. Of a range (`<XMM0-7>`) the first register stands for all.
        "<EAX>" | "<eax>" => register(RegisterClass::Gpr32, 0),
        "<edx>" => register(RegisterClass::Gpr32, 2),
        "<XMM0>" | "<XMM0-2>" | "<XMM0-6>" | "<XMM0-7>" => register(RegisterClass::Xmm, 0),
        "<XMM4-6>" => register(RegisterClass::Xmm, 4),
        _ => None,
    }
}

/// Immediates, branch targets, offsets, pointers and vectors of addresses: a word and a size.
fn number(token: &str) -> Option<OperandKind> {
    let bits = |prefix: &str, allowed: &[u16]| {
        token.strip_prefix(prefix)?.parse().ok().filter(|bits: &u16| allowed.contains(bits))
    };
    let plain = [8, 16, 32];
    let vector = |suffix: char, class: RegisterClass| {
        let bits = token.strip_prefix("vm")?.strip_suffix(suffix)?.parse().ok()?;
        [32, 64].contains(&bits).then_some(OperandKind::VectorMemory(class, bits))
    };
    (bits("imm", &plain).map(OperandKind::Immediate))
        .or_else(|| bits("rel", &plain).map(OperandKind::Relative))
        .or_else(|| bits("moffs", &plain).map(OperandKind::Offset))
        .or_else(|| bits("ptr16:", &[16, 32]).map(OperandKind::Far))
        .or_else(|| vector('x', RegisterClass::Xmm))
        .or_else(|| vector('y', RegisterClass::Ymm))
        .or_else(|| vector('z', RegisterClass::Zmm))
}

fn register_or_memory(token: &str) -> Option<OperandKind> {
    if let Some(bits) = token.strip_prefix("r/m") {
        let bits = bits.parse().ok()?;
        return Some(OperandKind::Register(general(bits)?, Some(bits)));
    }
    if let Some(bits) = memory(token) {
        return Some(OperandKind::Memory(bits));
    }
    match token.split_once('/') {
        None => Some(OperandKind::Register(class(token)?, None)),
        Some((register, rest)) => Some(OperandKind::Register(class(register)?, Some(memory(rest)?))),
    }
}

/// The general-purpose registers of a size.
fn general(bits: u16) -> Option<RegisterClass> {
    match bits {
        8 => Some(RegisterClass::Gpr8),
        16 => Some(RegisterClass::Gpr16),
        32 => Some(RegisterClass::Gpr32),
        _ => None,
    }
}

fn class(token: &str) -> Option<RegisterClass> {
    match token {
        "Sreg" => return Some(RegisterClass::Segment),
        "CR0-CR7" => return Some(RegisterClass::Control),
        "DR0-DR7" => return Some(RegisterClass::Debug),
        "ST(i)" => return Some(RegisterClass::St),
        _ => {}
    }
    // A trailing number or letter tells operands of one class apart (xmm1, r32a); `+1` and `+3` say
    // that the registers behind it belong to the operand (k1+1, zmm2+3).
    let first = token.strip_suffix("+1").or_else(|| token.strip_suffix("+3")).unwrap_or(token);
    let name = first.strip_suffix(['a', 'b', 'c']).unwrap_or(first);
    match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "r" => general(name[1..].parse().ok()?),
        "mm" => Some(RegisterClass::Mm),
        "xmm" => Some(RegisterClass::Xmm),
        "ymm" => Some(RegisterClass::Ymm),
        "zmm" => Some(RegisterClass::Zmm),
        "k" => Some(RegisterClass::Mask),
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
        assert_eq!(kind("r8"), Some(OperandKind::Register(RegisterClass::Gpr8, None)));
        assert_eq!(kind("r32a"), Some(OperandKind::Register(RegisterClass::Gpr32, None)));
        assert_eq!(kind("Sreg"), Some(OperandKind::Register(RegisterClass::Segment, None)));
        assert_eq!(kind("CR0-CR7"), Some(OperandKind::Register(RegisterClass::Control, None)));
        assert_eq!(kind("DR0-DR7"), Some(OperandKind::Register(RegisterClass::Debug, None)));
        assert_eq!(kind("ST(i)"), Some(OperandKind::Register(RegisterClass::St, None)));
        assert_eq!(kind("mm1"), Some(OperandKind::Register(RegisterClass::Mm, None)));
        assert_eq!(kind("ymm4"), Some(OperandKind::Register(RegisterClass::Ymm, None)));
        assert_eq!(kind("zmm2+3"), Some(OperandKind::Register(RegisterClass::Zmm, None)));
        assert_eq!(kind("k1"), Some(OperandKind::Register(RegisterClass::Mask, None)));
    }

    #[test]
    fn registers_or_memory() {
        assert_eq!(kind("r/m16"), Some(OperandKind::Register(RegisterClass::Gpr16, Some(16))));
        assert_eq!(kind("r32/m8"), Some(OperandKind::Register(RegisterClass::Gpr32, Some(8))));
        assert_eq!(kind("xmm2/m64"), Some(OperandKind::Register(RegisterClass::Xmm, Some(64))));
        assert_eq!(kind("mm/m64"), Some(OperandKind::Register(RegisterClass::Mm, Some(64))));
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
        sizes.iter().for_each(|(token, bits)| assert_eq!(kind(token), Some(OperandKind::Memory(*bits)), "{token}"));
        assert_eq!(kind("vm32x"), Some(OperandKind::VectorMemory(RegisterClass::Xmm, 32)));
        assert_eq!(kind("vm64y"), Some(OperandKind::VectorMemory(RegisterClass::Ymm, 64)));
        assert_eq!(kind("moffs16"), Some(OperandKind::Offset(16)));
    }

    #[test]
    fn numbers_and_fixed_operands() {
        assert_eq!(kind("imm32"), Some(OperandKind::Immediate(32)));
        assert_eq!(kind("rel8"), Some(OperandKind::Relative(8)));
        assert_eq!(kind("ptr16:32"), Some(OperandKind::Far(32)));
        assert_eq!(kind("1"), Some(OperandKind::Constant(1)));
        assert_eq!(kind("CL"), Some(OperandKind::Fixed(RegisterClass::Gpr8, 1)));
        assert_eq!(kind("GS"), Some(OperandKind::Fixed(RegisterClass::Segment, 5)));
        assert_eq!(kind("<XMM4-6>"), Some(OperandKind::Fixed(RegisterClass::Xmm, 4)));
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
            "zmm1+2",
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
        let encodings: Vec<OperandEncoding> = blend.operands.iter().map(|operand| operand.encoding).collect();
        assert_eq!(encodings, [OperandEncoding::Reg, OperandEncoding::Vvvv, OperandEncoding::Rm, OperandEncoding::Is4]);
        let sha = instruction("SHA256RNDS2 xmm1, xmm2/m128, <XMM0>", "RM0").unwrap();
        assert!(sha.operands[2].hidden && sha.operands[2].encoding == OperandEncoding::Implied);
        assert_eq!(instruction("ADD r/m32, r32", "M").unwrap_err().token, "M");
        assert_eq!(instruction("PUSH r32", "OR").unwrap_err().token, "OR");
        assert_eq!(instruction("add r32", "O").unwrap_err().token, "add");
    }
}
