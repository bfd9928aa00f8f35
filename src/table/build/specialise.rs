//! Specialisation by register: copies of the hottest instances in which the registers are constants,
//! so that neither their numbers nor their addresses are computed at run time.
//!
//! Worth it for what compilers emit all the time: 32-bit moves, arithmetic and shifts between
//! registers, immediates and memory at a base register, and for scalar double precision arithmetic.
//! Elsewhere the general instance serves.

use super::bind::Instance;

/// Functions whose 32-bit instances are specialised.
const HOT: [&str; 22] = [
    "mov", "add", "sub", "and", "or", "xor", "cmp", "test", "inc", "dec", "push", "pop", "lea", "shl", "shr", "sar",
    "rol", "ror", "neg", "imul_2", "movzx", "movsx",
];

/// Functions whose instances for 64-bit numbers in XMM registers are specialised.
const HOT_SCALAR: [&str; 3] = ["adds", "subs", "muls"];

/// Where an instance names its registers: in the generic arguments, and in [`Special`].
type Slots = &'static [(&'static str, &'static str)];

const SLOTS: Slots = &[("Reg<0>", "R0"), ("Reg<1>", "R1"), ("Mem<Base>", "Base")];
const SCALAR_SLOTS: Slots = &[("Xmm<0>", "R0"), ("Xmm<1>", "R1")];

/// The register operands of a hot instance: what they are called in the generic arguments and in
/// [`Special`]; empty if the instance is not specialised.
pub fn slots(instance: &Instance) -> Vec<(&'static str, &'static str)> {
    let name = instance.fast.split("::").nth(2).unwrap_or_default();
    let named = |slots: Slots| slots.iter().copied().filter(|(generic, _)| instance.fast.contains(generic)).collect();
    if HOT_SCALAR.contains(&name) && instance.fast.contains("u64, Xmm<0>") {
        return named(SCALAR_SLOTS);
    }
    let wide = instance.fast.contains("u32") && !instance.fast.contains("u16");
    let arithmetic_in_memory = instance.fast.contains("Mem<Base>")
        && !["mov", "movzx", "movsx", "lea", "cmp", "add", "imul_2"].contains(&name);
    if !wide || !HOT.contains(&name) || arithmetic_in_memory {
        return Vec::new();
    }
    named(SLOTS)
}

/// The instance with its registers replaced by the constants that `index` stands for: the first
/// slot changes slowest.
pub fn text(instance: &Instance, slots: &[(&str, &str)], index: usize) -> String {
    let mut text = instance.fast.clone();
    let mut rest = index;
    for (generic, _) in slots.iter().rev() {
        let register = rest % 8;
        rest /= 8;
        let constant = match *generic {
            "Mem<Base>" => format!("Mem<BaseAt<{register}>>"),
            xmm if xmm.starts_with("Xmm") => format!("XmmAt<{register}>"),
            _ => format!("Gpr<{register}>"),
        };
        text = text.replace(generic, &constant);
    }
    text
}

/// How many copies an instance with these slots has.
pub fn copies(slots: &[(&str, &str)]) -> usize {
    8_usize.pow(slots.len() as u32)
}
