//! The flags column (SDM Vol. 1, "EFLAGS Cross-Reference").

/// What a row says about flags, as masks of EFLAGS.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct FlagEffects {
    /// T: the instruction depends on them.
    pub tested: u32,
    /// M, m, 0, 1, -: it may change them.
    pub written: u32,
    /// M, 0, 1, -: it certainly does, so that their old values die.
    pub killed: u32,
    /// -: it leaves them undefined, always.
    pub undefined: u32,
}

const BITS: [(&str, u32); 12] = [
    ("OF", 11),
    ("SF", 7),
    ("ZF", 6),
    ("AF", 4),
    ("PF", 2),
    ("CF", 0),
    ("DF", 10),
    ("IF", 9),
    ("TF", 8),
    ("NT", 14),
    ("RF", 16),
    ("AC", 18),
];

/// The status flags: OF, SF, ZF, AF, PF and CF (SDM Vol. 1, "Status Flags").
pub const STATUS_FLAGS: u32 = 1 << 11 | 1 << 7 | 1 << 6 | 1 << 4 | 1 << 2 | 1;

/// The mask of a flag by its name in the manual.
///
/// # Errors
/// A name that is none, and those that there are.
pub fn flag_mask(name: &str) -> Result<u32, String> {
    let known = BITS.iter().find(|(known, _)| *known == name);
    known
        .map(|(_, bit)| 1 << bit)
        .ok_or_else(|| format!("flags: `{name}` is no flag; write OF SF ZF AF PF CF DF IF TF NT RF or AC"))
}

/// Parses the flags column.
///
/// # Errors
/// What is wrong with it, and what to write.
pub fn flag_effects(text: &str) -> Result<FlagEffects, String> {
    let mut effects = FlagEffects::default();
    for token in text.split_whitespace() {
        let (name, letters) =
            token.split_once(':').ok_or_else(|| format!("flags: `{token}` has no letter; write {token}:M"))?;
        let bit = flag_mask(name)?;
        if letters.is_empty() || (effects.tested | effects.written) & bit != 0 {
            return Err(format!("flags: `{token}`; write each flag once, with its letters"));
        }
        for letter in letters.chars() {
            match letter {
                'T' => effects.tested |= bit,
                'm' => effects.written |= bit,
                'M' | '0' | '1' | '-' => {
                    effects.written |= bit;
                    effects.killed |= bit;
                    effects.undefined |= if letter == '-' { bit } else { 0 };
                }
                _ => return Err(format!("flags: `{letter}` in `{token}`; the letters are T M m 0 1 -")),
            }
        }
    }
    Ok(effects)
}
