//! The table against its witness: every encoding of the opcode maps, decoded by tab86 and by
//! iced-x86, must agree in validity, length, operands, access, flags and text.
//!
//! iced is a witness, not the judge: where the SDM says otherwise, `known.rs` names the difference
//! and the reason. What iced knows and the table leaves out is in `tests/data/left-out.tsv`. One run
//! prints every disagreement, by row.

mod access;
mod evex;
mod flags;
mod known;
mod left_out;
mod operands;
mod pair;
mod report;
mod sweep;
mod text;

use std::thread;

use report::{Findings, Report};

/// The encodings, in parts that are compared at the same time.
const PARTS: [fn(&mut Report); 9] = [
    |report| sweep::legacy(sweep::MAPS[0], |bytes| report.compare(32, bytes)),
    |report| sweep::legacy(sweep::MAPS[1], |bytes| report.compare(32, bytes)),
    |report| sweep::legacy(sweep::MAPS[2], |bytes| report.compare(32, bytes)),
    |report| sweep::legacy(sweep::MAPS[3], |bytes| report.compare(32, bytes)),
    |report| sweep::vex(|bytes| report.compare(32, bytes)),
    |report| evex::sweep(|bytes| report.compare(32, bytes)),
    |report| sweep::three_d_now(|bytes| report.compare(32, bytes)),
    |report| sweep::sib(|bytes| report.compare(32, bytes)),
    |report| sweep::sixteen(|bytes| report.compare(16, bytes)),
];

#[test]
fn every_encoding_agrees() {
    let compared = |part: fn(&mut Report)| {
        let mut report = Report::default();
        part(&mut report);
        report.findings
    };
    let mut findings = Findings::default();
    thread::scope(|scope| {
        let parts = PARTS.map(|part| scope.spawn(move || compared(part)));
        parts.into_iter().for_each(|part| findings.add(part.join().expect("a comparison that does not panic")));
    });
    findings.finish();
}
