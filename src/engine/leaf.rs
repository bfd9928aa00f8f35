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
use super::draft::{Draft, draft};
use super::fetch::CodeWindow;
use super::long_functions::LongFunctions;

/// How many instructions the longest of them has.
const LENGTH: usize = 8;

/// Whether an instruction calls a function that is known when it is translated.
pub fn is_call(draft: &Draft) -> bool {
    let row = draft.row();
    row.mnemonic == "CALL" && matches!(row.operands, [RowOperand { kind: OperandKind::Relative(_), .. }])
}

fn is_return(draft: &Draft) -> bool {
    let row = draft.row();
    row.mnemonic == "RET" && !row.far && row.operands.is_empty()
}

/// Adds the leaf function at an offset in CS, if there is one that may be taken along and is shorter than the room that
/// the block has, and says whether it did.
pub fn take_along(
    m: &mut Machine,
    assumptions: &Assumptions,
    start: u32,
    long: &LongFunctions,
    is_last: &impl Fn(&Draft, u32) -> bool,
    room: usize,
    drafts: &mut Vec<Draft>,
) -> bool {
    let before = drafts.len();
    let whole = function(m, assumptions, start, long, is_last, drafts).is_some() && drafts.len() - before < room;
    if !whole {
        drafts.truncate(before);
    }
    whole
}

/// Adds the instructions of a function up to its return; `None` if it is no leaf, and for other reasons not to go on.
fn function(
    m: &mut Machine,
    assumptions: &Assumptions,
    start: u32,
    long: &LongFunctions,
    is_last: &impl Fn(&Draft, u32) -> bool,
    drafts: &mut Vec<Draft>,
) -> Option<()> {
    let (mut window, mut eip) = (CodeWindow::new(m), start);
    for _ in 0..LENGTH {
        if window.is_unread(m, eip) {
            return None;
        }
        let draft = draft(&mut window, m, eip, assumptions).ok()?;
        eip = draft.op.next;
        if is_last(&draft, eip) {
            return None;
        }
        let (returns, ending) = (is_return(&draft), draft.variants.ending);
        drafts.push(draft);
        if returns {
            return Some(());
        }
        if matches!(ending, Ending::Always | Ending::Conditional) {
            break;
        }
    }
    long.add(start);
    None
}
