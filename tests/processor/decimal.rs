//! The decimal adjustments against the manual's own pseudocode, transcribed statement by statement
//! (SDM Vol. 2A, "DAA", "DAS", "AAA", "AAS", "AAM", "AAD"), over every operand and flag.

use tab86::cpu::{Flag, Flags};
use tab86::internals::flags;

/// Registers and flags as the pseudocode names them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct State {
    al: u8,
    ah: u8,
    cf: bool,
    af: bool,
}

impl State {
    fn ax(self) -> u16 {
        u16::from_le_bytes([self.al, self.ah])
    }

    fn flags(self) -> Flags {
        Flags::default().with_carry(self.cf).with_adjust(self.af)
    }

    fn of(ax: u16, flags: Flags) -> State {
        let [al, ah] = ax.to_le_bytes();
        State { al, ah, cf: flags.carry(), af: flags.adjust() }
    }
}

fn daa(mut s: State) -> State {
    let (old_al, old_cf) = (s.al, s.cf);
    s.cf = false;
    if s.al & 0x0f > 9 || s.af {
        let (sum, carry) = s.al.overflowing_add(6);
        (s.al, s.cf, s.af) = (sum, old_cf || carry, true);
    } else {
        s.af = false;
    }
    if old_al > 0x99 || old_cf {
        (s.al, s.cf) = (s.al.wrapping_add(0x60), true);
    } else {
        s.cf = false;
    }
    s
}

fn das(mut s: State) -> State {
    let (old_al, old_cf) = (s.al, s.cf);
    s.cf = false;
    if s.al & 0x0f > 9 || s.af {
        let (difference, borrow) = s.al.overflowing_sub(6);
        (s.al, s.cf, s.af) = (difference, old_cf || borrow, true);
    } else {
        s.af = false;
    }
    if old_al > 0x99 || old_cf {
        (s.al, s.cf) = (s.al.wrapping_sub(0x60), true);
    }
    s
}

fn aaa(mut s: State) -> State {
    let adjust = s.al & 0x0f > 9 || s.af;
    if adjust {
        [s.al, s.ah] = s.ax().wrapping_add(0x106).to_le_bytes();
    }
    State { al: s.al & 0x0f, cf: adjust, af: adjust, ..s }
}

fn aas(mut s: State) -> State {
    let adjust = s.al & 0x0f > 9 || s.af;
    if adjust {
        [s.al, s.ah] = s.ax().wrapping_sub(6).to_le_bytes();
        s.ah = s.ah.wrapping_sub(1);
    }
    State { al: s.al & 0x0f, cf: adjust, af: adjust, ..s }
}

/// SF, ZF and PF of a byte.
fn result_flags(byte: u8) -> u32 {
    flags::logic(byte).bits() & (Flag::Sign.mask() | Flag::Zero.mask() | Flag::Parity.mask())
}

/// Every AL and AF and CF, with this AH.
fn states(ah: u8) -> impl Iterator<Item = State> {
    let flags = [(false, false), (false, true), (true, false), (true, true)];
    (0..=255).flat_map(move |al| flags.map(|(cf, af)| State { al, ah, cf, af }))
}

#[test]
fn packed_digits() {
    for state in states(0x77) {
        for (mine, manual) in
            [(flags::daa(state.al, state.flags()), daa(state)), (flags::das(state.al, state.flags()), das(state))]
        {
            let (al, flags) = mine;
            assert_eq!(State::of(u16::from_le_bytes([al, state.ah]), flags), manual, "{state:x?}");
            assert_eq!(flags.bits() & !(Flag::Carry.mask() | Flag::Adjust.mask()), result_flags(al), "{state:x?}");
        }
    }
}

#[test]
fn unpacked_digits() {
    for state in [0, 1, 0x7f, 0xff].into_iter().flat_map(states) {
        let (ax, flags) = flags::aaa(state.ax(), state.flags());
        assert_eq!(State::of(ax, flags), aaa(state), "{state:x?}");
        let (ax, flags) = flags::aas(state.ax(), state.flags());
        assert_eq!(State::of(ax, flags), aas(state), "{state:x?}");
    }
}

#[test]
fn digits_in_any_base() {
    for al in 0..=255u8 {
        assert_eq!(flags::aam(al, 0), None);
        for base in 1..=255u8 {
            let (ax, flags) = flags::aam(al, base).expect("a base other than 0");
            assert_eq!(ax, u16::from(al / base) << 8 | u16::from(al % base));
            assert_eq!(flags.bits(), result_flags(al % base));
            let (back, flags) = flags::aad(ax, base);
            assert_eq!(back, u16::from(al), "the digits of {al} in base {base}");
            assert_eq!(flags.bits(), result_flags(al));
        }
    }
}
