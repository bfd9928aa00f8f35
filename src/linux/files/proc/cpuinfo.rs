//! `/proc/cpuinfo`, from what CPUID answers (SDM Vol. 2A, "CPUID"). The names of the flags are Linux's.

use super::super::pseudo::{Numbers, Told};
use super::super::view::View;

/// The names of the bits of a word, from bit 0 on, separated by spaces; `-` has none.
struct Word {
    /// Index in `SystemFacts::cpuid`, and in the answer (EAX, EBX, ECX, EDX).
    from: [usize; 2],
    names: &'static str,
}

/// In the order of Linux's own words.
const WORDS: [Word; 7] = [
    Word {
        from: [1, 3],
        names: "fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn clflush - dts acpi mmx \
                fxsr sse sse2 ss ht tm ia64 pbe",
    },
    Word {
        from: [4, 3],
        names: "- - - - - - - - - - - syscall - - - - - - - mp nx - mmxext - - fxsr_opt pdpe1gb \
                rdtscp - lm 3dnowext 3dnow",
    },
    Word {
        from: [1, 2],
        names: "pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg fma cx16 xtpr pdcm - pcid dca \
                sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave - avx f16c rdrand hypervisor",
    },
    Word {
        from: [4, 2],
        names: "lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw ibs xop skinit wdt \
                - lwp fma4 tce - nodeid_msr - tbm",
    },
    Word {
        from: [2, 1],
        names: "fsgsbase tsc_adjust sgx bmi1 hle avx2 - smep bmi2 erms invpcid rtm cqm - mpx rdt_a avx512f avx512dq \
                rdseed adx smap avx512ifma - clflushopt clwb intel_pt avx512pf avx512er avx512cd sha_ni avx512bw \
                avx512vl",
    },
    Word { from: [3, 0], names: "xsaveopt xsavec xgetbv1 xsaves" },
    Word {
        from: [2, 2],
        names: "- avx512vbmi umip pku ospke waitpkg avx512_vbmi2 - gfni vaes vpclmulqdq avx512_vnni avx512_bitalg tme \
                avx512_vpopcntdq - la57 - - - - - rdpid - - cldemote - movdiri movdir64b enqcmd",
    },
];

fn flags(cpuid: &[[u32; 4]]) -> String {
    let mut flags = Vec::new();
    for Word { from: [leaf, register], names } in &WORDS {
        let word = cpuid.get(*leaf).map_or(0, |answer| answer[*register]);
        let set = names.split_whitespace().enumerate().filter(|(bit, name)| word >> bit & 1 != 0 && *name != "-");
        flags.extend(set.map(|(_, name)| name));
    }
    flags.join(" ")
}

/// The characters of registers, up to a zero.
fn characters(words: &[u32]) -> String {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).take_while(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&bytes).trim().to_string()
}

pub fn cpuinfo(world: &dyn View, _: Numbers) -> Told {
    let cpuid = world.system().cpuid;
    let answer = |index: usize| cpuid.get(index).copied().unwrap_or_default();
    let [highest, ebx, ecx, edx] = answer(0);
    let vendor = characters(&[ebx, edx, ecx]);
    let signature = answer(1)[0];
    let family = (signature >> 8 & 15) + if signature >> 8 & 15 == 15 { signature >> 20 & 255 } else { 0 };
    let model = signature >> 4 & 15 | if matches!(signature >> 8 & 15, 6 | 15) { signature >> 12 & 0xf0 } else { 0 };
    let name = characters(&[answer(5), answer(6), answer(7)].concat());
    let name = if name.is_empty() { "tab86".to_string() } else { name };
    let has = |bit: u32| if answer(1)[3] >> bit & 1 != 0 { "yes" } else { "no" };
    let lines = format!(
        "processor\t: 0\nvendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: {model}\nmodel name\t: {name}\n\
         stepping\t: {}\ncpu MHz\t\t: 1000.000\ncache size\t: 1024 KB\nphysical id\t: 0\nsiblings\t: 1\n\
         core id\t\t: 0\ncpu cores\t: 1\napicid\t\t: 0\ninitial apicid\t: 0\nfdiv_bug\t: no\nf00f_bug\t: no\n\
         coma_bug\t: no\nfpu\t\t: {}\nfpu_exception\t: {}\ncpuid level\t: {highest}\nwp\t\t: yes\nflags\t\t: {}\n\
         bugs\t\t:\nbogomips\t: 2000.00\nclflush size\t: 64\ncache_alignment\t: 64\n\
         address sizes\t: 36 bits physical, 32 bits virtual\npower management:\n\n",
        signature & 15,
        has(0),
        has(0),
        flags(&cpuid)
    );
    Ok(lines.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_named_by_their_bits() {
        let mut cpuid = vec![[0; 4]; 5];
        cpuid[1] = [0, 0, 1 << 23 | 1, 1 << 26 | 1];
        cpuid[2] = [0, 1 << 5, 0, 0];
        assert_eq!(flags(&cpuid), "fpu sse2 pni popcnt avx2");
    }

    #[test]
    fn no_word_has_more_names_than_bits() {
        for Word { names, .. } in &WORDS {
            assert!(names.split_whitespace().count() <= 32, "{names}");
        }
    }
}
