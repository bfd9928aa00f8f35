//! Arithmetic over GF(2) and GF(2^8) (SDM Vol. 1, "Galois Field New Instructions (GFNI)" and
//! "PCLMULQDQ Instruction"), and the substitution boxes that follow from it.

use crate::instructions::operand::{Part, Place, Value, Vector, build, halves, lanes};
use crate::instructions::{Machine, Op, Outcome};

/// The polynomial of AES and of GFNI: x^8 + x^4 + x^3 + x + 1.
pub const AES_FIELD: u16 = 0x11b;

/// x^8 + 1: a product modulo this polynomial is a product with a circulant bit matrix.
const CIRCULANT: u16 = 0x101;

/// Product of two polynomials over GF(2), modulo one of degree 8.
const fn multiply(a: u8, b: u8, modulus: u16) -> u8 {
    let (mut product, mut term, mut bit) = (0, a as u16, 0);
    while bit < 8 {
        if b >> bit & 1 != 0 {
            product ^= term;
        }
        term <<= 1;
        if term > 0xff {
            term ^= modulus;
        }
        bit += 1;
    }
    product as u8
}

/// The inverse in a field of 256 elements, which is the 254th power; 0 for 0.
const fn inverse(a: u8, field: u16) -> u8 {
    let (mut square, mut power, mut bit) = (a, 1, 1);
    while bit < 8 {
        square = multiply(square, square, field);
        power = multiply(power, square, field);
        bit += 1;
    }
    power
}

/// An S-box that is an inversion in a field of 256 elements, followed by an affine map.
pub struct SubstitutionBox {
    /// The field's polynomial.
    pub field: u16,
    /// The circulant matrix of the affine map.
    pub matrix: u8,
    /// The constant of the affine map.
    pub constant: u8,
    /// Whether the affine map comes before the inversion too.
    pub both: bool,
}

impl SubstitutionBox {
    /// The table of the S-box, computed at build time.
    pub const fn table(&self) -> [u8; 256] {
        let (mut table, mut value) = ([0; 256], 0);
        while value < 256 {
            let before = if self.both { self.affine(value as u8) } else { value as u8 };
            table[value] = self.affine(inverse(before, self.field));
            value += 1;
        }
        table
    }

    const fn affine(&self, value: u8) -> u8 {
        multiply(value, self.matrix, CIRCULANT) ^ self.constant
    }
}

/// The inverse of a permutation.
pub const fn undo(table: &[u8; 256]) -> [u8; 256] {
    let (mut undone, mut value) = ([0; 256], 0);
    while value < 256 {
        undone[table[value] as usize] = value as u8;
        value += 1;
    }
    undone
}

/// Inverses in the field of AES.
const INVERSES: [u8; 256] = SubstitutionBox { field: AES_FIELD, matrix: 1, constant: 0, both: false }.table();

/// The matrix times the column of bits `x`: each byte of the matrix is a row, the first one on top.
fn affine(matrix: u64, x: u8, constant: u8) -> u8 {
    let rows = matrix.to_be_bytes().into_iter().enumerate();
    rows.fold(constant, |y, (bit, row)| y ^ ((row & x).count_ones() as u8 & 1) << bit)
}

/// Applies `prepare` to each byte, then the matrix of its quadword.
#[inline(always)]
fn affine_lanes<V: Vector>(values: V, matrices: V, constant: u8, prepare: fn(u8) -> u8) -> V {
    let (values, matrices) = (values.to_bytes(), matrices.to_bytes());
    build::<u8, V>(|at| affine(u64::get(&matrices, at / 8), prepare(values[at]), constant))
}

/// GF2P8MULB: Galois field multiply bytes (SDM Vol. 2A, "GF2P8MULB").
pub fn gf2p8mulb<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    D::write(m, op, lanes(a, b, |a, b| multiply(a, b, AES_FIELD)))
}

/// GF2P8AFFINEQB: Galois field affine transformation (SDM Vol. 2A, "GF2P8AFFINEQB").
pub fn gf2p8affineqb<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    D::write(m, op, affine_lanes(a, b, op.imm as u8, |x| x))
}

/// GF2P8AFFINEINVQB: Galois field affine transformation inverse (SDM Vol. 2A, "GF2P8AFFINEINVQB"):
/// of the inverse of each byte.
pub fn gf2p8affineinvqb<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    D::write(m, op, affine_lanes(a, b, op.imm as u8, |x| INVERSES[usize::from(x)]))
}

/// The carry-less product of the quadwords that bits 0 and 4 of `which` select.
#[inline(never)]
fn carryless_product(a: u128, b: u128, which: u8) -> u128 {
    let a = a >> (64 * u32::from(which & 1)) & u128::from(u64::MAX);
    let b = b >> (64 * u32::from(which >> 4 & 1));
    (0..64).filter(|bit| b >> bit & 1 != 0).fold(0, |product, bit| product ^ a << bit)
}

/// PCLMULQDQ: carry-less multiplication quadword (SDM Vol. 2B, "PCLMULQDQ").
pub fn pclmulqdq<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    D::write(m, op, halves(a, b, |a, b| carryless_product(a, b, op.imm as u8)))
}
