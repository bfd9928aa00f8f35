//! Specialisation by register: copies of the hottest instances in which the registers are constants,
//! so that neither their numbers nor their addresses are computed at run time.
//!
//! Worth it for what compilers emit all the time: 32-bit moves, arithmetic and shifts between
//! registers, immediates and memory at a base register. Elsewhere the general instance serves.

use super::bind::Instance;

/// Functions whose 32-bit instances are specialised.
const HOT: [&str; 22] = [
    "mov", "add", "sub", "and", "or", "xor", "cmp", "test", "inc", "dec", "push", "pop", "lea", "shl", "shr", "sar",
    "rol", "ror", "neg", "imul_2", "movzx", "movsx",
];

/// Where an instance names its registers.
const SLOTS: [(&str, &str); 3] = [("Reg<0>", "R0"), ("Reg<1>", "R1"), ("Mem<Base>", "Base")];

/// The register operands of a hot instance: what they are called in the generic arguments and in
/// [`Special`]; empty if the instance is not specialised.
pub fn slots(instance: &Instance) -> Vec<(&'static str, &'static str)> {
    let name = instance.fast.split("::").nth(1).unwrap_or_default();
    let wide = instance.fast.contains("u32") && !instance.fast.contains("u16");
    let arithmetic_in_memory = instance.fast.contains("Mem<Base>")
        && !["mov", "movzx", "movsx", "lea", "cmp", "add", "imul_2"].contains(&name);
    if !wide || !HOT.contains(&name) || arithmetic_in_memory {
        return Vec::new();
    }
    SLOTS.into_iter().filter(|(generic, _)| instance.fast.contains(generic)).collect()
}

/// The instance with its registers replaced by the constants that `index` stands for: the first
/// slot changes slowest.
pub fn text(instance: &Instance, slots: &[(&str, &str)], index: usize) -> String {
    let mut text = instance.fast.clone();
    let mut rest = index;
    for (generic, _) in slots.iter().rev() {
        let register = rest % 8;
        rest /= 8;
        let constant =
            if *generic == "Mem<Base>" { format!("Mem<BaseAt<{register}>>") } else { format!("Gpr<{register}>") };
        text = text.replace(generic, &constant);
    }
    text
}

/// How many copies an instance with these slots has.
pub fn copies(slots: &[(&str, &str)]) -> usize {
    8_usize.pow(slots.len() as u32)
}
