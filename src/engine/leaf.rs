//! Leaf functions: short ones that call nothing, which a block takes along where it calls them.
//!
//! Few things cost more than a return: where it leads to, neither a processor nor the index of blocks can guess well
//! when a function is called from everywhere. In a block of its caller, it is one comparison. In position-independent
//! programs, most functions begin with a call of one that loads its return address into a register.

use crate::instructions::Machine;
use crate::table::RowOperand;
use crate::table::handler::Ending;
use crate::table::notation::OperandKind;

use super::assumptions::Assumptions;
use super::draft::{Draft, decode_in, draft};
use super::fetch::CodeWindow;
use super::long_functions::LongFunctions;

/// How many instructions the longest of them has.
const LENGTH: usize = 8;

/// Whether an instruction calls a function that is known when it is translated.
pub fn is_call(draft: &Draft) -> bool {
    let row = draft.instruction.row();
    row.mnemonic == "CALL" && matches!(row.operands, [RowOperand { kind: OperandKind::Relative(_), .. }])
}

fn is_return(draft: &Draft) -> bool {
    let row = draft.instruction.row();
    row.mnemonic == "RET" && !row.far && row.operands.is_empty()
}

/// The leaf function at an offset in CS, if there is one that may be taken along.
pub fn function(
    m: &mut Machine,
    assumptions: &Assumptions,
    start: u32,
    long: &LongFunctions,
    is_last: &impl Fn(&Draft, u32) -> bool,
) -> Option<Vec<Draft>> {
    let (mut window, mut leaf, mut eip) = (CodeWindow::new(), Vec::new(), start);
    while leaf.len() < LENGTH {
        if window.is_unread(m, eip) {
            return None;
        }
        let instruction = decode_in(&mut window, m, eip).ok()?;
        let draft = draft(m, instruction, assumptions).ok()?;
        eip = draft.op.next;
        if is_last(&draft, eip) {
            return None;
        }
        let (returns, ending) = (is_return(&draft), draft.variants.ending);
        leaf.push(draft);
        if returns {
            return Some(leaf);
        }
        if matches!(ending, Ending::Always | Ending::Conditional) {
            break;
        }
    }
    long.add(start);
    None
}
