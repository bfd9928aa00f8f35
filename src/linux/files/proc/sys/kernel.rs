//! `/proc/sys/kernel`: the rest.

use crate::linux::keys::{MAX_BYTES, MAX_KEYS};

use super::super::super::pseudo::{Numbers, PseudoEntry, Told, decimal, directory, fixed, kept, setting, text};
use super::super::super::view::{IpcLimit, IpcListing, ProcSetting, SystemName, View};

/// A limit of System V IPC.
macro_rules! limit {
    ($name:literal, $which:ident) => {
        setting($name, |world, _| decimal(&world.ipc_limit(IpcLimit::$which)), ProcSetting::IpcLimit(IpcLimit::$which))
    };
}

/// The identifier that the next object of System V IPC shall have.
macro_rules! next_identifier {
    ($name:literal, $kind:ident) => {
        setting(
            $name,
            |world, _| next_identifier(world, IpcListing::$kind),
            ProcSetting::NextIdentifier(IpcListing::$kind),
        )
    };
}

/// A name of the system.
macro_rules! system_name {
    ($name:literal, $which:ident) => {
        setting(
            $name,
            |world, _| Ok([world.system_name(SystemName::$which), b"\n".to_vec()].concat()),
            ProcSetting::SystemName(SystemName::$which),
        )
    };
}

/// What is in `/proc/sys/kernel`.
pub static KERNEL: &[PseudoEntry] = &[
    fixed("arch", "i686"),
    kept("kernel/auto_msgmni", "0"),
    fixed("bootloader_type", "0"),
    fixed("cap_last_cap", "40"),
    kept("kernel/core_pattern", "core"),
    kept("kernel/core_pipe_limit", "0"),
    kept("kernel/core_uses_pid", "0"),
    kept("kernel/ctrl-alt-del", "0"),
    kept("kernel/dmesg_restrict", "1"),
    system_name!("domainname", Domain),
    system_name!("hostname", Node),
    directory("keys", KEYS),
    kept("kernel/kptr_restrict", "1"),
    kept("kernel/max_lock_depth", "1024"),
    fixed("modules_disabled", "1"),
    next_identifier!("msg_next_id", Queues),
    limit!("msgmax", Message),
    limit!("msgmnb", Queue),
    limit!("msgmni", Queues),
    fixed("ngroups_max", "65536"),
    kept("kernel/nmi_watchdog", "0"),
    text("ns_last_pid", |world, _| decimal(&[world.system().tasks[2]])),
    kept("kernel/numa_balancing", "0"),
    text("osrelease", |world, _| Ok(format!("{}\n", world.system().release[0]).into_bytes())),
    fixed("ostype", "Linux"),
    kept("kernel/overflowgid", "65534"),
    kept("kernel/overflowuid", "65534"),
    kept("kernel/panic", "0"),
    kept("kernel/panic_on_oops", "0"),
    kept("kernel/perf_event_max_sample_rate", "0"),
    kept("kernel/perf_event_paranoid", "4"),
    kept("kernel/pid_max", "4194304"),
    kept("kernel/printk", "4\t4\t1\t7"),
    directory("pty", &[kept("kernel/pty/max", "4096"), kept("kernel/pty/reserve", "1024")]),
    directory(
        "random",
        &[
            text("boot_id", |world, _| Ok(identifier(world.system().seed))),
            fixed("entropy_avail", "256"),
            fixed("poolsize", "256"),
            text("uuid", uuid),
        ],
    ),
    kept("kernel/randomize_va_space", "0"),
    kept("kernel/sched_autogroup_enabled", "0"),
    kept("kernel/sched_child_runs_first", "0"),
    kept("kernel/sched_rr_timeslice_ms", "100"),
    kept("kernel/sched_rt_period_us", "1000000"),
    kept("kernel/sched_rt_runtime_us", "950000"),
    limit!("sem", Semaphores),
    next_identifier!("sem_next_id", Semaphores),
    next_identifier!("shm_next_id", Segments),
    kept("kernel/shm_rmid_forced", "0"),
    limit!("shmall", Pages),
    limit!("shmmax", Segment),
    limit!("shmmni", Segments),
    kept("kernel/soft_watchdog", "0"),
    kept("kernel/sysctl_writes_strict", "1"),
    kept("kernel/sysrq", "0"),
    kept("kernel/tainted", "0"),
    kept("kernel/threads-max", "32768"),
    kept("kernel/timer_migration", "1"),
    kept("kernel/unprivileged_bpf_disabled", "2"),
    kept("kernel/unprivileged_userns_clone", "0"),
    text("version", |world, _| Ok(format!("{}\n", world.system().release[1]).into_bytes())),
    kept("kernel/watchdog", "0"),
    kept("kernel/watchdog_thresh", "10"),
    directory("yama", &[kept("kernel/yama/ptrace_scope", "0")]),
];

/// What users may keep (keyrings(7)); nothing is counted of root.
static KEYS: &[PseudoEntry] = &[
    kept("kernel/keys/gc_delay", "300"),
    text("maxbytes", |_, _| decimal(&[MAX_BYTES as u32])),
    text("maxkeys", |_, _| decimal(&[MAX_KEYS as u32])),
    kept("kernel/keys/root_maxbytes", "25000000"),
    kept("kernel/keys/root_maxkeys", "1000000"),
];

/// The identifier that the next object shall have, or -1 if none was wanted.
fn next_identifier(world: &dyn View, kind: IpcListing) -> Told {
    let wanted = world.next_identifier(kind).map_or(-1, i64::from);
    Ok(format!("{wanted}\n").into_bytes())
}

/// An identifier of the form that random(4) gives, made from a number.
fn identifier(seed: u64) -> Vec<u8> {
    let mix = |value: u64| {
        let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ value >> 31
    };
    let (high, low) = (mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)), mix(seed.wrapping_add(0x3c6e_f372_fe94_f82a)));
    let text = format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}\n",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    );
    text.into_bytes()
}

/// Another one each time, as far as the clock tells times apart.
fn uuid(world: &dyn View, _: Numbers) -> Told {
    let facts = world.system();
    Ok(identifier(facts.seed ^ facts.times[0].wrapping_mul(0x2545_f491_4f6c_dd1d)))
}
