//! What the SDM prints around an operand of an EVEX-encoded instruction: `{k1}{z}`, `m32bcst`, `{er}`
//! and `{sae}` (SDM Vol. 2A, "Intel AVX-512 Encoding").

use super::{Decorators, EmbeddedRounding};

impl Decorators {
    /// Takes the decorators off an operand: what is left, and what they are. `None` if one of them is
    /// not known.
    pub(super) fn split(token: &str) -> Option<(&str, Decorators)> {
        let mut decorators = Decorators::default();
        let mut rest = token;
        while let Some(open) = rest.strip_suffix('}') {
            let (operand, name) = open.rsplit_once('{')?;
            match name {
                "k1" | "k2" => decorators.mask = true,
                "z" => decorators.zeroing = true,
                "er" => decorators.rounding = EmbeddedRounding::Static,
                "sae" => decorators.rounding = EmbeddedRounding::Suppress,
                _ => return None,
            }
            rest = operand.trim_end();
        }
        if let Some(element) = rest.strip_suffix("bcst") {
            let (operand, bits) = element.rsplit_once("/m")?;
            decorators.broadcast = bits.parse().ok().filter(|bits| [16, 32, 64].contains(bits))?;
            rest = operand;
        }
        Some((rest, decorators))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operand_and_decorators_come_apart() {
        let plain = Decorators::default();
        let masked = Decorators { mask: true, ..plain };
        assert_eq!(Decorators::split("xmm1"), Some(("xmm1", plain)));
        assert_eq!(Decorators::split("k1 {k2}"), Some(("k1", masked)));
        assert_eq!(Decorators::split("xmm2/m128 {k1}{z}"), Some(("xmm2/m128", Decorators { zeroing: true, ..masked })));
        assert_eq!(
            Decorators::split("zmm3/m512/m64bcst{er}"),
            Some(("zmm3/m512", Decorators { broadcast: 64, rounding: EmbeddedRounding::Static, ..plain }))
        );
        assert_eq!(Decorators::split("zmm2{sae}").map(|(_, found)| found.rounding), Some(EmbeddedRounding::Suppress));
        for wrong in ["zmm1 {k3}", "zmm1 k1}", "zmm3/m8bcst", "bcst", "zmm3/m512/m64bcst {rn}"] {
            assert_eq!(Decorators::split(wrong), None, "{wrong}");
        }
    }
}
