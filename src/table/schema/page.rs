//! The page of the manual that describes a row, and with it the mnemonic: a mnemonic that its page
//! does not name is a slip of the pen.
//!
//! The pages are those of `pages.txt`, one a line, as the contents of the manual list them: SDM Vol. 2
//! ("Instruction Set Reference", "Safer Mode Extensions Reference"), Vol. 3C ("VMX Instruction
//! Reference") and 3D ("SGX Instruction References"); APM are AMD's volumes.

use super::ParsedRow;
use super::near::did_you_mean;

/// Volume and title of every page, in the order of the volumes.
const PAGES: &str = include_str!("pages.txt");

/// The mnemonics of pages whose title names a family, and mnemonics that the manual has on no page
/// of their own.
const FAMILIES: [(&str, &[&str]); 23] = [
    ("FFREE", &["FFREEP"]),
    ("FNOP", &["FNENI", "FNDISI", "FNSETPM"]),
    ("FST", &["FSTPNCE"]),
    ("INT n", &["INT"]),
    ("PAND", &["PANDD", "PANDQ"]),
    ("PANDN", &["PANDND", "PANDNQ"]),
    ("PMOVSX", &["PMOVSXBW", "PMOVSXBD", "PMOVSXBQ", "PMOVSXWD", "PMOVSXWQ", "PMOVSXDQ"]),
    ("PMOVZX", &["PMOVZXBW", "PMOVZXBD", "PMOVZXBQ", "PMOVZXWD", "PMOVZXWQ", "PMOVZXDQ"]),
    ("POR", &["PORD", "PORQ"]),
    ("PREFETCHh", &["PREFETCHNTA", "PREFETCHT0", "PREFETCHT1", "PREFETCHT2", "PREFETCHIT0", "PREFETCHIT1"]),
    ("PXOR", &["PXORD", "PXORQ"]),
    ("UD", &["UD0", "UD1", "UD2"]),
    (
        "VBROADCAST",
        &[
            "VBROADCASTSS",
            "VBROADCASTSD",
            "VBROADCASTF128",
            "VBROADCASTF32X2",
            "VBROADCASTF32X4",
            "VBROADCASTF64X2",
            "VBROADCASTF32X8",
            "VBROADCASTF64X4",
        ],
    ),
    ("VMASKMOV", &["VMASKMOVPS", "VMASKMOVPD"]),
    (
        "VPBROADCAST",
        &[
            "VPBROADCASTB",
            "VPBROADCASTW",
            "VPBROADCASTD",
            "VPBROADCASTQ",
            "VBROADCASTI128",
            "VBROADCASTI32X2",
            "VBROADCASTI32X4",
            "VBROADCASTI64X2",
            "VBROADCASTI32X8",
            "VBROADCASTI64X4",
        ],
    ),
    ("VPBROADCASTM", &["VPBROADCASTMB2Q", "VPBROADCASTMW2D"]),
    ("VPDPB[SU,UU,SS]D[,S]", &["VPDPBSUD", "VPDPBSUDS", "VPDPBUUD", "VPDPBUUDS", "VPDPBSSD", "VPDPBSSDS"]),
    ("VPDPW[SU,US,UU]D[,S]", &["VPDPWSUD", "VPDPWSUDS", "VPDPWUSD", "VPDPWUSDS", "VPDPWUUD", "VPDPWUUDS"]),
    ("VPMASKMOV", &["VPMASKMOVD", "VPMASKMOVQ"]),
    ("VPSHLD", &["VPSHLDW", "VPSHLDD", "VPSHLDQ"]),
    ("VPSHLDV", &["VPSHLDVW", "VPSHLDVD", "VPSHLDVQ"]),
    ("VPSHRD", &["VPSHRDW", "VPSHRDD", "VPSHRDQ"]),
    ("VPSHRDV", &["VPSHRDVW", "VPSHRDVD", "VPSHRDVQ"]),
];

/// What `cc` stands for (SDM Vol. 1, "EFLAGS Condition Codes"; FCMOVcc's U; JCXZ and JECXZ).
const CONDITIONS: [&str; 34] = [
    "O", "NO", "B", "C", "NAE", "AE", "NB", "NC", "E", "Z", "NE", "NZ", "BE", "NA", "A", "NBE", "S", "NS", "P", "PE",
    "NP", "PO", "L", "NGE", "GE", "NL", "LE", "NG", "G", "NLE", "U", "NU", "CXZ", "ECXZ",
];

/// The `sdm` key names a page of the manual, and the page the mnemonic.
///
/// # Errors
/// What is wrong, and what to write.
pub fn check(row: &ParsedRow) -> Result<(), String> {
    let (page, mnemonic) = (row.raw.sdm.as_str(), row.instruction.mnemonic.as_str());
    if page.is_empty() {
        return match row.raw.note.starts_with("Undocumented") {
            true => Ok(()),
            false => {
                Err(format!("sdm: missing; write volume and page title, as in \"2A ADD\"{}", suggestion(mnemonic)))
            }
        };
    }
    if !PAGES.lines().any(|known| known == page) {
        let near = did_you_mean(page, PAGES.lines());
        return Err(format!(
            "sdm: `{page}` is no page of src/table/schema/pages.txt{near}; write volume and title as the manual's contents have them, or add the line there"
        ));
    }
    let title = page.split_once(' ').map_or("", |(_, title)| title);
    match names(title, mnemonic) {
        true => Ok(()),
        false => Err(format!(
            "instruction: the page `{page}` has no `{mnemonic}`{}; write a mnemonic of that page, or another page under sdm",
            suggestion(mnemonic)
        )),
    }
}

/// The page that does name a mnemonic.
fn suggestion(mnemonic: &str) -> String {
    let page = PAGES.lines().find(|page| page.split_once(' ').is_some_and(|(_, title)| names(title, mnemonic)));
    page.map_or_else(String::new, |page| format!(" (`{page}` has {mnemonic})"))
}

/// Whether a title names a mnemonic: in so many words, with V in front for the VEX form, or as one
/// of a family.
fn names(title: &str, mnemonic: &str) -> bool {
    let plain = mnemonic.strip_prefix('V').unwrap_or(mnemonic);
    [mnemonic, plain].iter().any(|mnemonic| {
        let family = FAMILIES.iter().find(|(name, _)| title.split('/').next() == Some(name));
        family.is_some_and(|(_, members)| members.contains(mnemonic))
            || parts(title).iter().any(|name| name.to_uppercase() == *mnemonic || is_conditional(name, mnemonic))
    })
}

/// The names in a title: `VMOVDQA32/64` is two.
fn parts(title: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in title.split(['/', ',']) {
        let number = part.starts_with(|c: char| c.is_ascii_digit());
        let stem =
            names.last().filter(|_| number).map(|last| last.trim_end_matches(|c: char| c.is_ascii_digit()).to_string());
        names.push(stem.unwrap_or_default() + part);
    }
    names
}

/// Whether a mnemonic is a name that ends in `cc` with a condition in its place.
fn is_conditional(name: &str, mnemonic: &str) -> bool {
    let condition = name.strip_suffix("cc").and_then(|stem| mnemonic.strip_prefix(stem));
    condition.is_some_and(|condition| CONDITIONS.contains(&condition))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn titles_name_their_mnemonics() {
        for (title, mnemonic) in [
            ("ADDPD", "VADDPD"),
            ("CMOVcc", "CMOVNBE"),
            ("Jcc", "JECXZ"),
            ("LOOP/LOOPcc", "LOOPNE"),
            ("MOVDQU,VMOVDQU8/16/32/64", "VMOVDQU16"),
            ("INT n/INTO/INT3/INT1", "INT"),
            ("VEXTRACTF128/VEXTRACTF32x4", "VEXTRACTF32X4"),
            ("PMOVSX", "VPMOVSXBW"),
        ] {
            assert!(names(title, mnemonic), "{title} {mnemonic}");
        }
    }

    #[test]
    fn others_are_not_theirs() {
        for (title, mnemonic) in [("ADD", "ADDD"), ("ADDPD", "ADDPS"), ("Jcc", "JX"), ("UD", "UD9"), ("MOV", "MO")] {
            assert!(!names(title, mnemonic), "{title} {mnemonic}");
        }
    }
}
