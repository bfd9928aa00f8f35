//! The processor model: what CPUID answers (SDM Vol. 2A, "CPUID"), made from the instruction table.
//!
//! The bit of a feature is set if every row of `opcodes.json` that needs it (and otherwise only
//! features that are set) has a handler. So CPUID never reports an instruction that is missing, and
//! reports one as soon as it has a handler. A model can be lowered: the bits of the features that it
//! lacks are clear, and instructions that need them raise #UD. Which bit stands for which feature is in
//! `table/features.rs`.
//!
//! | leaf | answer |
//! |---|---|
//! | 0 | last basic leaf, `GenuineIntel`: programs look for the features where the manual of this vendor has them |
//! | 1 | family 6, model 15, stepping 0; one logical processor; cache lines of 64 bytes; feature bits |
//! | 2, 4 | caches of an ordinary processor: 32 KiB for data, 32 KiB for code, 1 MiB for both |
//! | 7 | feature bits |
//! | 0DH | the areas of XSAVE, if there is XSAVE |
//! | 80000000H to 80000004H | last extended leaf, feature bits, the brand string `tab86` with the version |

use crate::cpu::{EXTENDED, Leaf, Model};
use crate::table;
use crate::table::features::{FEATURES, Feature, FeatureSet, WITHHELD};

/// The specification of a processor is wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WrongProcessor {
    /// No such generation.
    #[error("there is no processor `{0}`; the names are max, {names}", names = generations().join(", "))]
    Name(String),
    /// No such feature, or no minus sign before it.
    #[error("`{0}` takes away no feature; write a name with a minus sign before it, as in `max,-sse4_2`")]
    Feature(String),
}

/// The model of a processor: `max` for everything that is implemented, even if CPUID never shows it, or a
/// generation such as `pentium3` for what is implemented of it; then `,-feature` for each feature to do without.
///
/// # Errors
/// A name that is not known.
pub fn processor(specification: &str) -> Result<Model, WrongProcessor> {
    let mut parts = specification.split(',').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let known = if name.eq_ignore_ascii_case("max") { FEATURES.len() } else { generation(name)? };
    let without: Vec<&str> = parts.map(removed).collect::<Result<_, _>>()?;
    let wanted = wanted(known, &without);
    let lacking = FEATURES.iter().enumerate().filter(|(at, _)| wanted & 1 << at == 0).map(|(_, feature)| feature);
    let withheld = if name.eq_ignore_ascii_case("max") { &[][..] } else { WITHHELD };
    let refused = lacking.chain(withheld).map(|feature| feature.name).filter(|name| !NEVER_REFUSED.contains(name));
    Ok(Model { without: refused.collect(), ..model(implemented(wanted)) })
}

/// The features whose instructions no processor refuses. To one that lacks the feature they mean something older:
/// WBNOINVD is WBINVD, the others are NOPs (SDM Vol. 2, on each; the rows of those whose opcode was undefined before
/// the P6 family ask for that).
const NEVER_REFUSED: [&str; 6] = ["CLDEMOTE", "CET_SS", "CET_IBT", "WBNOINVD", "PREFETCHWT1", "PREFETCHI"];

/// The generation that has no feature.
const OLDEST: &str = "i386";

/// The number of features up to and including a generation.
fn generation(name: &str) -> Result<usize, WrongProcessor> {
    if name.eq_ignore_ascii_case(OLDEST) {
        return Ok(0);
    }
    let last = FEATURES.iter().rposition(|feature| feature.since.eq_ignore_ascii_case(name));
    last.map(|last| last + 1).ok_or_else(|| WrongProcessor::Name(name.to_string()))
}

/// The names of the generations, oldest first.
#[must_use]
pub fn generations() -> Vec<&'static str> {
    let mut names: Vec<&str> = [OLDEST].into_iter().chain(FEATURES.iter().map(|feature| feature.since)).collect();
    names.dedup();
    names
}

fn removed(part: &str) -> Result<&'static str, WrongProcessor> {
    let name = part.strip_prefix('-').unwrap_or_default();
    let feature = FEATURES.iter().find(|feature| feature.name.eq_ignore_ascii_case(name));
    feature.map(|feature| feature.name).ok_or_else(|| WrongProcessor::Feature(part.to_string()))
}

/// The first `known` features, except for those in `without` and those that need one of them.
fn wanted(known: usize, without: &[&str]) -> FeatureSet {
    (0..known).filter(|at| !without.contains(&FEATURES[*at].name)).fold(0, with)
}

/// Those of the features that are implemented, together with the features that they need: no row without a
/// handler needs one of them and otherwise only such as are set.
fn implemented(wanted: FeatureSet) -> FeatureSet {
    let lacks_no_row = |set: FeatureSet, at: usize| {
        let mut of_feature = table::MISSING.iter().filter(|needed| *needed & 1 << at != 0);
        of_feature.all(|needed| needed & !(set | 1 << at) != 0)
    };
    let of_wanted = (0..FEATURES.len()).filter(|at| wanted & 1 << at != 0);
    of_wanted.fold(0, |set, at| if lacks_no_row(set, at) { with(set, at) } else { set })
}

/// A set with one more feature, if the one that it needs is there.
fn with(set: FeatureSet, at: usize) -> FeatureSet {
    let needs = FEATURES[at].needs;
    if needs.is_empty() || has(set, needs) { set | 1 << at } else { set }
}

/// Whether the feature of a name is in a set.
fn has(set: FeatureSet, name: &str) -> bool {
    FEATURES.iter().position(|feature| feature.name == name).is_some_and(|at| set & 1 << at != 0)
}

fn model(features: FeatureSet) -> Model {
    let mut model = Model::default();
    let last = if has(features, "XSAVE") { 0xd } else { 7 };
    let [b, d, c] = ["Genu", "ineI", "ntel"].map(word);
    model.set(0, None, [last, b, c, d]);
    model.set(1, None, [SIGNATURE, ONE_PROCESSOR, 0, 0]);
    model.set(2, None, [DESCRIPTORS, 0, 0, 0]);
    for (subleaf, cache) in CACHES.iter().enumerate() {
        model.set(4, Some(subleaf as u32), cache.answer());
    }
    model.set(7, Some(0), [1, 0, 0, 0]);
    if has(features, "XSAVE") {
        xsave_areas(&mut model, has(features, "AVX"));
    }
    model.set(EXTENDED, None, [EXTENDED + 4, 0, 0, 0]);
    brand(&mut model);
    FEATURES
        .iter()
        .enumerate()
        .filter(|(at, _)| features & 1 << at != 0)
        .for_each(|(_, feature)| model.set_bit(feature));
    model
}

/// Family 6, model 15, stepping 0.
const SIGNATURE: u32 = 0x6f0;
/// Leaf 1, EBX: one logical processor, lines of 8 quadwords.
const ONE_PROCESSOR: u32 = 1 << 16 | 8 << 8;
/// Leaf 2, EAX: one round, and the descriptor that refers to leaf 4.
const DESCRIPTORS: u32 = 0xff << 8 | 1;

/// A cache with lines of 64 bytes.
struct Cache {
    level: u32,
    /// 1 data, 2 code, 3 both.
    kind: u32,
    ways: u32,
    sets: u32,
}

const CACHES: [Cache; 3] = [
    Cache { level: 1, kind: 1, ways: 8, sets: 64 },
    Cache { level: 1, kind: 2, ways: 8, sets: 64 },
    Cache { level: 2, kind: 3, ways: 16, sets: 1024 },
];

impl Cache {
    /// What leaf 4 says; bit 8 is "self initializing".
    fn answer(&self) -> [u32; 4] {
        [self.kind | self.level << 5 | 1 << 8, (self.ways - 1) << 22 | 63, self.sets - 1, 0]
    }
}

/// Leaf 0DH: x87 and SSE state, and the upper halves of YMM behind them.
fn xsave_areas(model: &mut Model, avx: bool) {
    const LEGACY: u32 = 512 + 64;
    const UPPER: u32 = 256;
    let (components, size) = if avx { (7, LEGACY + UPPER) } else { (3, LEGACY) };
    model.set(0xd, Some(0), [components, size, size, 0]);
    model.set(0xd, Some(1), [0, size, 0, 0]);
    if avx {
        model.set(0xd, Some(2), [UPPER, LEGACY, 0, 0]);
    }
}

/// Three leaves of 16 bytes, zero at the end.
fn brand(model: &mut Model) {
    let text = format!("{:\0<48}", concat!("tab86 ", env!("CARGO_PKG_VERSION")));
    for part in 0..3 {
        let words = [0, 4, 8, 12].map(|at| word(text.get(part * 16 + at..).unwrap_or_default()));
        model.set(EXTENDED + 2 + part as u32, None, words);
    }
}

/// The first four letters, lowest byte first.
fn word(text: &str) -> u32 {
    text.bytes().take(4).rev().fold(0, |word, byte| word << 8 | u32::from(byte))
}

impl Model {
    fn set(&mut self, leaf: u32, subleaf: Option<u32>, answer: [u32; 4]) {
        self.leaves.push(Leaf { leaf, subleaf, answer });
    }

    /// Sets a feature's bit, in a new leaf if it is the first one there.
    fn set_bit(&mut self, feature: &Feature) {
        let asked = |known: &Leaf| known.leaf == feature.leaf && known.subleaf == feature.subleaf;
        if !self.leaves.iter().any(asked) {
            self.set(feature.leaf, feature.subleaf, [0; 4]);
        }
        for known in self.leaves.iter_mut().filter(|known| asked(known)) {
            known.answer[feature.register] |= feature.bits;
        }
    }
}
