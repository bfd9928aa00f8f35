//! The integer flag formulas against a plain model: numbers wide enough that nothing overflows, one
//! bit at a time for shifts and rotates. All 8-bit operands, and counts up to 31.

use tab86::cpu::{Flag, Flags};
use tab86::internals::flags;

/// The flags of a result, with CF, AF and OF given.
fn eflags(result: u8, carry: bool, adjust: bool, overflow: bool) -> u32 {
    let bit = |on: bool, flag: Flag| if on { flag.mask() } else { 0 };
    let ones = (0..8).filter(|n| result >> n & 1 == 1).count();
    bit(carry, Flag::Carry)
        | bit(ones % 2 == 0, Flag::Parity)
        | bit(adjust, Flag::Adjust)
        | bit(result == 0, Flag::Zero)
        | bit(result >= 0x80, Flag::Sign)
        | bit(overflow, Flag::Overflow)
}

const UNDEFINED_ADJUST: u32 = !(1 << 4);

/// Every pair of bytes.
fn pairs() -> impl Iterator<Item = (u8, u8)> {
    (0..=u16::MAX).map(|pair| (pair as u8, (pair >> 8) as u8))
}

/// All flags clear, and all set.
fn before() -> [Flags; 2] {
    [Flags::default(), Flags::from_bits(Flags::MASK)]
}

#[test]
fn sums() {
    for ((a, b), carry) in pairs().flat_map(|pair| [(pair, false), (pair, true)]) {
        let wide = i32::from(a) + i32::from(b) + i32::from(carry);
        let signed = i32::from(a as i8) + i32::from(b as i8) + i32::from(carry);
        let adjust = (a & 15) + (b & 15) + u8::from(carry) > 15;
        let expected = eflags(wide as u8, wide > 255, adjust, i8::try_from(signed).is_err());
        let (result, flags) = flags::add(a, b, carry);
        assert_eq!((result, flags.bits()), (wide as u8, expected), "{a:#x} + {b:#x} + {carry}");
    }
}

#[test]
fn differences() {
    for ((a, b), borrow) in pairs().flat_map(|pair| [(pair, false), (pair, true)]) {
        let wide = i32::from(a) - i32::from(b) - i32::from(borrow);
        let signed = i32::from(a as i8) - i32::from(b as i8) - i32::from(borrow);
        let adjust = (a & 15) < (b & 15) + u8::from(borrow);
        let expected = eflags(wide as u8, wide < 0, adjust, i8::try_from(signed).is_err());
        let (result, flags) = flags::sbb(a, b, borrow);
        assert_eq!((result, flags.bits()), (wide as u8, expected), "{a:#x} - {b:#x} - {borrow}");
        if !borrow {
            let (result, flags) = flags::sub(a, b);
            assert_eq!((result, flags.bits()), (wide as u8, expected), "{a:#x} - {b:#x}");
            assert_eq!((flags.less(), flags.zero()), (signed < 0, signed == 0), "{a:#x} - {b:#x}");
        }
    }
}

#[test]
fn increments_and_decrements_keep_the_carry() {
    for (a, before) in (0..=255u8).flat_map(|a| before().map(|before| (a, before))) {
        let carry = before.carry();
        let (result, flags) = flags::inc(a, before);
        let expected = eflags(a.wrapping_add(1), carry, a & 15 == 15, a == 0x7f);
        assert_eq!((result, flags.bits()), (a.wrapping_add(1), expected), "inc {a:#x}");
        let (result, flags) = flags::dec(a, before);
        let expected = eflags(a.wrapping_sub(1), carry, a & 15 == 0, a == 0x80);
        assert_eq!((result, flags.bits()), (a.wrapping_sub(1), expected), "dec {a:#x}");
    }
}

#[test]
fn logic_clears_carry_and_overflow() {
    for result in 0..=255u8 {
        assert_eq!(flags::logic(result).bits(), eflags(result, false, false, false));
        assert_eq!(flags::logic_with_carry(result, true).bits(), eflags(result, true, false, false));
    }
}

#[test]
fn products() {
    for (a, b) in pairs() {
        let product = u16::from(a) * u16::from(b);
        let (low, high, flags) = flags::mul(a, b);
        assert_eq!(u16::from_le_bytes([low, high]), product);
        assert_eq!((flags.carry(), flags.overflow()), (product > 255, product > 255), "{a:#x} * {b:#x}");
        let product = i16::from(a as i8) * i16::from(b as i8);
        let (low, high, flags) = flags::imul(a, b);
        assert_eq!(i16::from_le_bytes([low, high]), product);
        let large = i8::try_from(product).is_err();
        assert_eq!((flags.carry(), flags.overflow()), (large, large), "{a:#x} * {b:#x} signed");
    }
}

/// A byte and the carry flag after one step of a shift or rotate.
type Step = fn(u8, bool) -> (u8, bool);
/// The same by a count.
type Shift = fn(u8, u32, Flags) -> (u8, Flags);

/// Takes `count` steps.
fn steps(step: Step, a: u8, count: u32, carry: bool) -> (u8, bool) {
    (0..count).fold((a, carry), |(a, carry), _| step(a, carry))
}

/// Every byte, by every count, after flags all clear and all set.
fn cases() -> impl Iterator<Item = (u8, u32, Flags)> {
    let counts = (0..=255u8).flat_map(|a| (0..32).map(move |count| (a, count)));
    counts.flat_map(|(a, count)| before().map(|before| (a, count, before)))
}

#[test]
fn shifts() {
    let shl: Step = |a, _| (a << 1, a >= 0x80);
    let shr: Step = |a, _| (a >> 1, a & 1 == 1);
    let sar: Step = |a, _| ((a as i8 >> 1) as u8, a & 1 == 1);
    for (step, shift) in [(shl, flags::shl as Shift), (shr, flags::shr), (sar, flags::sar)] {
        for (a, count, before) in cases() {
            let (expected, carry) = steps(step, a, count, before.carry());
            let (result, flags) = shift(a, count, before);
            assert_eq!(result, expected, "{a:#x} by {count}");
            if count == 0 {
                assert_eq!(flags.bits(), before.bits());
                continue;
            }
            let overflow = if count == 1 { (a ^ result) >= 0x80 } else { flags.overflow() };
            let expected = eflags(result, carry, false, overflow);
            assert_eq!(flags.bits() & UNDEFINED_ADJUST, expected, "{a:#x} by {count}");
        }
    }
}

#[test]
fn rotates_change_carry_and_overflow_only() {
    let rol: Step = |a, _| (a.rotate_left(1), a >= 0x80);
    let ror: Step = |a, _| (a.rotate_right(1), a & 1 == 1);
    let rcl: Step = |a, carry| (a << 1 | u8::from(carry), a >= 0x80);
    let rcr: Step = |a, carry| (a >> 1 | u8::from(carry) << 7, a & 1 == 1);
    for (step, shift) in [(rol, flags::rol as Shift), (ror, flags::ror), (rcl, flags::rcl), (rcr, flags::rcr)] {
        for (a, count, before) in cases() {
            let (expected, carry) = steps(step, a, count, before.carry());
            let (result, flags) = shift(a, count, before);
            assert_eq!((result, flags.carry()), (expected, carry), "{a:#x} by {count}");
            let others = !(Flag::Carry.mask() | Flag::Overflow.mask());
            assert_eq!(flags.bits() & others, before.bits() & others, "{a:#x} by {count}");
            match count {
                0 => assert_eq!(flags.bits(), before.bits()),
                1 => assert_eq!(flags.overflow(), (a ^ result) >= 0x80, "{a:#x} by 1"),
                _ => {}
            }
        }
    }
}

#[test]
fn double_shifts_take_the_bits_of_the_second_operand() {
    for (a, count, before) in cases() {
        let (a, b) = (u16::from(a) << 8 | 0x5a, u16::from(a) ^ 0xc3c3);
        let wide = u32::from(a) << 16 | u32::from(b);
        let ((left, left_flags), (right, right_flags)) =
            (flags::shld(a, b, count, before), flags::shrd(b, a, count, before));
        if count == 0 {
            assert_eq!((left, right, left_flags, right_flags), (a, b, before, before));
        } else if count <= 16 {
            assert_eq!(left, (wide << count >> 16) as u16, "{a:#x}:{b:#x} << {count}");
            assert_eq!(left_flags.carry(), wide >> (32 - count) & 1 == 1, "{a:#x}:{b:#x} << {count}");
            assert_eq!(right, (wide >> count) as u16, "{a:#x}:{b:#x} >> {count}");
            assert_eq!(right_flags.carry(), wide >> (count - 1) & 1 == 1, "{a:#x}:{b:#x} >> {count}");
        }
    }
}

#[test]
fn counts_of_31_are_possible_in_every_width() {
    for before in before() {
        assert_eq!(flags::shl(1u32, 31, before).0, 1 << 31);
        assert_eq!(flags::rcl(1u32, 31, before).0, 1 << 31 | u32::from(before.carry()) << 30);
        assert_eq!(flags::rcr(1u32, 31, before).0, u32::from(before.carry()) << 1 | 1 << 2);
        assert_eq!(flags::shld(1u32, 0xffff_fffe, 31, before).0, 0xffff_ffff);
        assert_eq!(flags::shrd(0x8000_0000u32, 0, 31, before).0, 1);
        assert_eq!(flags::ror(0x8001u16, 31, before).0, 3);
    }
}

#[test]
fn adcx_and_adox_chain_through_one_flag_each() {
    for ((a, b), before) in pairs().flat_map(|pair| before().map(|before| (pair, before))) {
        let sum = u16::from(a) + u16::from(b) + 1;
        let sum = if before.carry() { sum } else { sum - 1 };
        let (result, flags) = flags::adcx(a, b, before);
        assert_eq!((result, flags.bits()), (sum as u8, before.bits() & !1 | u32::from(sum > 255)));
        let (result, flags) = flags::adox(a, b, before);
        assert_eq!((result, flags.bits()), (sum as u8, before.bits() & !(1 << 11) | u32::from(sum > 255) << 11));
    }
}

#[test]
fn single_flags() {
    for before in before() {
        let kept = before.bits() & Flag::Zero.mask();
        assert_eq!(flags::bit(true, before).bits() & (Flag::Zero.mask() | 1), kept | 1);
        assert_eq!(flags::bit(false, before).bits() & (Flag::Zero.mask() | 1), kept);
    }
    assert_eq!(flags::zero_only(true).bits(), Flag::Zero.mask());
    assert_eq!(flags::zero_only(false).bits(), 0);
    assert_eq!(flags::carry_only(true).bits(), Flag::Carry.mask());
}
