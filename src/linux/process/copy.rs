//! A process in the copy of a world.

use crate::linux::copy::copied;

use super::state::Process;

copied!(Process: clone {
    pid, parent, group, session, left_group, threads, state, unreported, exit, exit_signal, death_signal, reaps_orphans,
    personality, dumpable, has_executed, space_number, habits, started, usage,
    children_usage, warned_at, limits, executable, load_bias,
} duplicate { terminal, children, resumed, end, vfork, descriptors, namespaces, namespace, credentials, standing, program, space, signals });
