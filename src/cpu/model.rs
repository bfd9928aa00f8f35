//! The processor's identity: what CPUID answers (SDM Vol. 2A, "CPUID").
//!
//! Only the answers live here; the engine fills them in, because what the processor can do is
//! what the instruction table says.

/// The answers of CPUID.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Model {
    /// One entry for each leaf, or each subleaf of a leaf that has them, that answers other than
    /// zero.
    pub leaves: Vec<Leaf>,
    /// The features, by the names that the instruction table has, that it was told to do without:
    /// instructions that need one are undefined.
    pub without: Vec<&'static str>,
}

/// One answer of CPUID.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leaf {
    /// The value of EAX that asks for it.
    pub leaf: u32,
    /// The value of ECX that asks for it; `None` when the leaf does not look at ECX.
    pub subleaf: Option<u32>,
    /// EAX, EBX, ECX and EDX.
    pub answer: [u32; 4],
}

/// The leaf from which on the extended ones are numbered.
pub const EXTENDED: u32 = 0x8000_0000;

impl Model {
    /// What CPUID answers for these values of EAX and ECX.
    ///
    /// Leaves beyond the last basic or extended one answer like the last basic leaf.
    #[must_use]
    pub fn answer(&self, leaf: u32, subleaf: u32) -> [u32; 4] {
        let last_basic = self.find(0, 0)[0];
        let last = if leaf >= EXTENDED { self.find(EXTENDED, 0)[0] } else { last_basic };
        self.find(if leaf > last { last_basic } else { leaf }, subleaf)
    }

    /// Sets what CPUID answers for EAX = `leaf`; for one value of ECX, or for every one.
    ///
    /// ```
    /// use tab86::vm::Vm;
    /// let mut vm = Vm::new(4096);
    /// vm.cpu_mut().model.set_answer(0x4000_0000, None, [0x4000_0000, 1, 2, 3]);
    /// ```
    pub fn set_answer(&mut self, leaf: u32, subleaf: Option<u32>, answer: [u32; 4]) {
        self.leaves.retain(|known| known.leaf != leaf || subleaf.is_some() && known.subleaf != subleaf);
        self.leaves.insert(0, Leaf { leaf, subleaf, answer });
    }

    /// The state components that XSAVE manages: leaf 0DH, and x87, SSE and AVX without any leaf.
    #[must_use]
    pub fn state_components(&self) -> u64 {
        if self.leaves.is_empty() { 7 } else { u64::from(self.find(0xd, 0)[0]) }
    }

    /// The first of the features (separated by spaces) that it does without.
    #[must_use]
    pub fn lacks(&self, features: &str) -> Option<&'static str> {
        let needed = |without: &&&str| features.split(' ').any(|feature| feature == **without);
        self.without.iter().find(needed).copied()
    }

    fn find(&self, leaf: u32, subleaf: u32) -> [u32; 4] {
        let asked = |known: &&Leaf| known.leaf == leaf && known.subleaf.is_none_or(|known| known == subleaf);
        self.leaves.iter().find(asked).map_or([0; 4], |known| known.answer)
    }
}
