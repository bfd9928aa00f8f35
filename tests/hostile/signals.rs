//! Storms of signals, handlers that fault, stacks that end, and returns from handlers that never were.

use crate::{attack, printed};

/// The status of a program that SIGSEGV has ended.
const SEGMENTATION_FAULT: i32 = 128 + 11;

fn ends(name: &str, output: &str, status: i32) {
    let ran = attack("hostile", &[name], &["--backtrace=none"]);
    assert_eq!((printed(&ran).as_str(), ran.status.code()), (output, Some(status)), "{name}");
}

/// A handler that raises its own signal: one frame below the other, until it has had enough.
#[test]
fn handlers_may_raise_their_own_signal() {
    ends("raised_in_handlers", "1000\n", 0);
}

/// Of a timer that expires each nanosecond, one signal after the other is handled.
#[test]
fn a_storm_of_timers_is_handled_signal_by_signal() {
    ends("timer_storm", "50\n", 0);
}

/// A wait for nothing that can come lasts as long as its limit says, also where something else is ready.
#[test]
fn a_wait_for_nothing_ends_at_its_limit() {
    ends("poll_for_nothing", "0\n", 0);
}

/// A fault in the handler of faults is the end, blocked or not, on whatever stack.
#[test]
fn faults_in_handlers_of_faults_end_the_program() {
    for name in ["fault_in_handler", "fault_in_deferred_handler", "deep_recursion", "recursion_on_an_alternate_stack"] {
        ends(name, "", SEGMENTATION_FAULT);
    }
}

/// Frames of random words: selectors, flags, MXCSR and pointers that no kernel has written.
#[test]
fn returns_to_frames_of_random_words_end_in_a_signal() {
    ends("garbage_frames", "300\n", 0);
}
