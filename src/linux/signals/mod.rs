//! Signals (signal(7)): who gets one, what it does, and what a handler finds.
//!
//! The state is split as Linux splits it. A process has [`ProcessSignals`]: what each signal does
//! ([`Dispositions`]), the queue of those sent to the process as a whole, and its [`Timers`]. A thread
//! has [`ThreadSignals`]: its mask, its alternate stack, and the queue of those sent to it alone.
//!
//! A signal begins as a [`Siginfo`] that a call, a timer or a fault ([`fault`]) makes. It is received
//! (`receive`, `force`), which queues it unless it is ignored. When the thread is about to go on in
//! user mode, [`deliver`] takes what is not blocked from the queues and either writes a frame for a
//! handler ([`frame`]) or says what has to happen to the process. [`sigreturn`] undoes a frame.
//!
//! Nothing here knows a kernel or a scheduler: every function is given the state that it works on.

mod actions;
mod alternate_stack;
pub mod context;
mod delivery;
mod dispositions;
mod fault;
pub mod fpu_state;
mod frame;
mod pending;
mod process;
mod siginfo;
mod sigreturn;
mod thread;
mod timers;

pub use actions::{UNBLOCKABLE, bit, is_signal, opposites};
pub use delivery::{Delivery, SignalTarget, deliver, go_on};
pub use dispositions::once;
pub use fault::fault;
pub use frame::{Trampolines, largest_frame};
pub use process::ProcessSignals;
pub use siginfo::{Siginfo, SiginfoFields};
pub use sigreturn::{frame_mask, rt_frame_mask, rt_sigreturn, sigreturn};
pub use thread::ThreadSignals;
pub use timers::{Moment, TimeBase, TimerKind, TimerReceiver};
