//! Which instructions become a block.

use crate::instructions::{Exception, Machine};
use crate::table::handler::Ending;

use super::assumptions::Assumptions;
use super::draft::{Draft, draft};
use super::fetch::CodeWindow;
use super::leaf;
use super::long_functions::LongFunctions;

/// How many conditional jumps a block has at most. What lies behind the third is seldom reached before one of them is
/// taken: up to there a third fewer instructions are translated than up to the next jump that is always taken, and
/// what runs is as fast.
const CONDITIONALS: usize = 3;

/// Decodes instructions into `drafts`, which is empty, until one that always transfers control, or one that is the
/// last for another reason: `is_last` is asked with each, and with the offset in CS at which the block would go on. A
/// call of a short function that calls nothing is no end: the function is taken along, and the block goes on where it
/// returns to.
///
/// # Errors
/// What executing the first instruction would raise because of its encoding.
pub fn block(
    m: &mut Machine,
    assumptions: &Assumptions,
    limit: u8,
    long: &LongFunctions,
    is_last: impl Fn(&Draft, u32) -> bool,
    drafts: &mut Vec<Draft>,
) -> Result<(), Exception> {
    let mut window = CodeWindow::new(m);
    let mut eip = m.cpu.eip;
    let mut conditionals = 0;
    while drafts.len() < usize::from(limit) {
        if !drafts.is_empty() && window.is_unread(m, eip) {
            break;
        }
        let draft = match draft(&mut window, m, eip, assumptions) {
            Ok(draft) => draft,
            Err(exception) if drafts.is_empty() => return Err(exception),
            Err(_) => break,
        };
        eip = draft.op.next;
        conditionals += usize::from(draft.variants.ending == Ending::Conditional);
        let ends = conditionals == CONDITIONALS || is_last(&draft, eip) || eip < m.cpu.eip;
        let always = draft.variants.ending == Ending::Always;
        drafts.push(draft);
        if ends {
            break;
        }
        if always {
            let room = usize::from(limit) - drafts.len();
            let call = drafts.last().filter(|call| leaf::is_call(call) && !is_last(call, call.op.imm));
            let Some(call) = call.filter(|call| !long.has(call.op.imm)) else { break };
            if !leaf::take_along(m, assumptions, call.op.imm, long, &is_last, room, drafts) {
                break;
            }
        }
    }
    Ok(())
}
