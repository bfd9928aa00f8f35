//! Moves to and from control registers (SDM Vol. 2B, "MOV—Move to/from Control Registers"), which user
//! mode may not execute.

use crate::instructions::{Exception, Faulting, Leave, Machine, Op};

/// The control registers that exist.
const EXISTING: [u8; 4] = [0, 2, 3, 4];

/// The exception for user mode: #UD if the register does not exist, else #GP(0), in that order.
fn refused(register: u8) -> Exception {
    if EXISTING.contains(&register) { Exception::GP0 } else { Exception::InvalidOpcode }
}

/// MOV r32, CRn: move from a control register (SDM Vol. 2B, "MOV—Move to/from Control Registers").
pub fn mov_from_control(_: &mut Machine, op: &Op) -> Faulting<Leave> {
    Err(refused(op.r[1]).into())
}

/// MOV CRn, r32: move to a control register (SDM Vol. 2B, "MOV—Move to/from Control Registers").
pub fn mov_to_control(_: &mut Machine, op: &Op) -> Faulting<Leave> {
    Err(refused(op.r[0]).into())
}
