//! Where tab86 and iced differ, and why tab86 is right or the difference does not matter.

use iced_x86::OpKind;

use super::pair::Pair;
use super::report::Topic::{self, Access, Flags, Operands, Text, Validity};

/// A difference that is meant.
pub struct Known {
    pub reason: &'static str,
    pub topics: &'static [Topic],
    pub applies: fn(&Pair) -> bool,
}

const DECODED: &[Topic] = &[Operands, Access, Flags, Text];

/// The list; an entry that no encoding needs any more fails the test.
pub const KNOWN: &[Known] = &[
    Known {
        reason: "A segment register 6 or 7, CS as a destination of MOV, CR1, CR5 to CR7: the SDM raises #UD when the \
                 instruction executes; the encoding has a row.",
        topics: &[Validity],
        applies: |pair| pair.iced.is_none() && pair.mnemonic() == "MOV",
    },
    Known {
        reason: "Gathers whose destination, mask and index are not three registers: #UD at execution (SDM Vol. 2C).",
        topics: &[Validity],
        applies: |pair| pair.iced.is_none() && pair.mnemonic().contains("GATHER"),
    },
    Known {
        reason: "FP16 complex products whose destination is a source: #UD at execution (SDM Vol. 2C).",
        topics: &[Validity],
        applies: |pair| {
            pair.iced.is_none()
                && ["MADDCPH", "MADDCSH", "MULCPH", "MULCSH"].iter().any(|name| pair.mnemonic().ends_with(name))
        },
    },
    Known {
        reason: "66 before PTWRITE: #UD at execution; the table has no way to say it.",
        topics: &[Validity],
        applies: |pair| pair.iced.is_none() && pair.mnemonic() == "PTWRITE" && pair.bytes.contains(&0x66),
    },
    Known {
        reason: "Both operands one register: iced knows the idiom (XOR, SUB and their vector kin give 0 and read \
                 nothing); a row speaks of any registers.",
        topics: &[Access, Flags],
        applies: |pair| ["SUB", "XOR"].iter().any(|name| pair.mnemonic().contains(name)) && is_same_register(pair),
    },
    Known {
        reason: "Reserved NOPs: the SDM has one operand where iced reads the reg field as a second one.",
        topics: DECODED,
        applies: |pair| pair.mnemonic() == "NOP" && pair.code().starts_with("Reservednop"),
    },
    Known {
        reason: "ARPL, LLDT, LTR, VERR, VERW, LMSW: the SDM prints r/m16, iced a 32-bit register with 32-bit operand size.",
        topics: &[Operands, Text],
        applies: |pair| {
            pair.code().contains("r32m16") && pair.ours.is_some_and(|ours| ours.row().instruction.contains("r/m16"))
        },
    },
    Known {
        reason: "XCHG with the accumulator: of the SDM's two spellings the table has the other one.",
        topics: &[Operands, Text],
        applies: |pair| pair.code().starts_with("Xchg_r") && pair.code().ends_with("AX"),
    },
    Known {
        reason: "UD0 and UD1 with 66: the SDM prints 32-bit operands only, and they always fault.",
        topics: &[Operands, Text],
        applies: |pair| ["Ud0_r16_rm16", "Ud1_r16_rm16"].contains(&pair.code().as_str()),
    },
    Known {
        reason: "RCL and RCR: the SDM masks the count to 5 bits to decide about OF; iced reduces it modulo width + 1 first.",
        topics: &[Flags],
        applies: |pair| ["RCL", "RCR"].contains(&pair.mnemonic()) && count_beyond_width(pair),
    },
    Known {
        reason: "A count that reaches the width: the SDM leaves CF (SHLD, SHRD: all flags) undefined, iced does not.",
        topics: &[Flags],
        applies: |pair| ["SHL", "SAL", "SHR", "SHLD", "SHRD"].contains(&pair.mnemonic()) && count_beyond_width(pair),
    },
    Known {
        reason: "SYSCALL and SYSRET raise #UD outside 64-bit mode on Intel processors; iced gives AMD's flags.",
        topics: &[Flags],
        applies: |pair| ["SYSCALL", "SYSRET"].contains(&pair.mnemonic()),
    },
    Known {
        reason: "MOVSS and MOVSD: the row's access is that of the register form, which keeps the upper part.",
        topics: &[Access],
        applies: |pair| ["MOVSS", "MOVSD"].contains(&pair.mnemonic()),
    },
    Known {
        reason: "PEXT and PDEP read their source; iced calls it conditional, since a mask of 0 needs none of its bits.",
        topics: &[Access],
        applies: |pair| ["PEXT", "PDEP"].contains(&pair.mnemonic()),
    },
    Known {
        reason: "VBLENDM and VPBLENDM: the opmask chooses between the sources; the destination is not read.",
        topics: &[Access],
        applies: |pair| pair.mnemonic().contains("BLENDM"),
    },
    Known {
        reason: "Conversions of 32-bit integers to double precision are exact: iced does not show their rounding mode.",
        topics: &[Text],
        applies: |pair| ["VCVTSI2SD", "VCVTUSI2SD", "VCVTDQ2PD", "VCVTUDQ2PD"].contains(&pair.mnemonic()),
    },
    Known {
        reason: "HRESET's immediate: the SDM says read, iced none (it is reserved).",
        topics: &[Access],
        applies: |pair| pair.mnemonic() == "HRESET",
    },
    Known {
        reason: "INSERTQ with immediates keeps the bits around the field (AMD64 Vol. 4); iced says written only.",
        topics: &[Access],
        applies: |pair| pair.code() == "Insertq_xmm_xmm_imm8_imm8",
    },
    Known {
        reason: "A segment override before LEA has no effect, and iced drops it.",
        topics: &[Text],
        applies: |pair| pair.mnemonic() == "LEA" && pair.ours.is_some_and(|ours| ours.prefixes.segment.is_some()),
    },
    Known {
        reason: "MOV Sreg, r32/m16: the row prints the 32-bit register that is read, iced its lower half.",
        topics: &[Text],
        applies: |pair| pair.code() == "Mov_Sreg_r32m16",
    },
    Known {
        reason: "CLDEMOTE m8: iced has the size in the operand, but not in the text.",
        topics: &[Text],
        applies: |pair| pair.mnemonic() == "CLDEMOTE",
    },
    Known {
        reason: "SAL at /6: the row keeps the name, iced prints shl for both.",
        topics: &[Text],
        applies: |pair| pair.mnemonic() == "SAL",
    },
    Known {
        reason: "WAIT and FWAIT, NOP and XCHG AX, AX, XLATB and XLAT: two mnemonics of one row.",
        topics: &[Text],
        applies: |pair| {
            ["WAIT", "XLATB"].contains(&pair.mnemonic()) || ["Nopw", "Nopd"].contains(&pair.code().as_str())
        },
    },
];

/// Whether two operands of the instruction are one register.
fn is_same_register(pair: &Pair) -> bool {
    pair.iced.is_some_and(|iced| {
        let last = iced.op_count() - 1;
        iced.op_register(last) == iced.op_register(last - 1)
    })
}

/// Whether the count in the encoding, masked, reaches the width of the first operand.
fn count_beyond_width(pair: &Pair) -> bool {
    pair.iced.is_some_and(|iced| {
        let bytes = match iced.op0_kind() {
            OpKind::Register => iced.op0_register().size(),
            _ => iced.memory_size().size(),
        };
        usize::from(iced.immediate8() & 31) >= 8 * bytes
    })
}
