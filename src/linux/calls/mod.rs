//! System calls: one file for each family, and the table that names them all.

mod adjust_clock;
mod administration;
mod advice;
mod aio;
mod arch;
mod arguments;
mod attributes;
mod call;
mod capabilities;
mod clock_setting;
mod clone;
mod connections;
mod control_messages;
mod copy;
mod directories;
mod epoll;
mod events;
mod exec;
mod extended;
mod extended_structure;
mod extent;
mod fanotify;
mod fanotify_events;
mod fcntl;
mod file_flags;
mod file_handles;
mod files;
mod filesystems;
mod futex;
mod futex_pi;
mod futex_waitv;
mod groups;
mod id_maps;
mod ids;
mod inotify;
mod interfaces;
mod ioprio;
mod ipc;
mod ipc_status;
mod job_control;
mod kcmp;
mod keyctl;
mod keys;
mod landlock;
mod leases;
mod limits;
mod lock_memory;
mod locks;
mod memfd;
mod memory;
mod memory_habits;
mod memory_policy;
mod message_headers;
mod messages;
mod mount_contexts;
mod mount_trees;
mod mounting;
mod move_memory;
mod mqueue;
mod msg;
mod nameless;
mod names;
mod namespaces;
mod new_namespaces;
mod nice;
mod notify;
mod oldest;
mod open;
mod packet_messages;
mod paths;
mod pidfd;
mod pidfd_memory;
mod pipe_limits;
mod poll;
mod prctl;
mod process;
mod process_memory;
mod processor_time;
mod programs;
mod protection_keys;
mod ptrace;
mod pty;
mod readiness;
mod remap;
mod scheduling;
mod seals;
mod seccomp;
mod seek;
mod segments;
mod sem;
mod send_signal;
mod set_id;
mod setns;
mod settings;
mod shm;
mod signals;
mod socket_kinds;
mod socket_options;
mod socketcall;
mod sockets;
mod splice;
mod status;
mod statx;
mod syslog;
mod system;
mod table;
mod terminal;
mod terminal_input;
mod threads;
mod time;
mod timer_setting;
mod timers;
mod timespec;
mod transfers;
mod unshare;
mod users;
mod users16;
mod vectors;
mod wait;
mod wait_signal;

pub use call::Args;
pub use exec::start;
pub use socketcall::resolved;
pub use table::find;

/// The name of the call with this number.
pub fn name(number: u32) -> Option<&'static str> {
    find(number).map(|call| call.signature.name)
}

/// Whether the call with this number has another answer than -ENOSYS.
pub fn is_answered(number: u32) -> bool {
    find(number).is_some_and(|call| call.is_answered)
}
