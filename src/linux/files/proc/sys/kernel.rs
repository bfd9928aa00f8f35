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
    kept("auto_msgmni", "0"),
    fixed("bootloader_type", "0"),
    fixed("cap_last_cap", "40"),
    kept("core_pattern", "core"),
    kept("core_pipe_limit", "0"),
    kept("core_uses_pid", "0"),
    kept("ctrl-alt-del", "0"),
    kept("dmesg_restrict", "1"),
    system_name!("domainname", Domain),
    system_name!("hostname", Node),
    directory("keys", KEYS),
    kept("kptr_restrict", "1"),
    kept("max_lock_depth", "1024"),
    fixed("modules_disabled", "1"),
    next_identifier!("msg_next_id", Queues),
    limit!("msgmax", Message),
    limit!("msgmnb", Queue),
    limit!("msgmni", Queues),
    fixed("ngroups_max", "65536"),
    kept("nmi_watchdog", "0"),
    text("ns_last_pid", |world, _| decimal(&[world.system().tasks[2]])),
    kept("numa_balancing", "0"),
    text("osrelease", |world, _| Ok(format!("{}\n", world.system().release[0]).into_bytes())),
    fixed("ostype", "Linux"),
    kept("overflowgid", "65534"),
    kept("overflowuid", "65534"),
    kept("panic", "0"),
    kept("panic_on_oops", "0"),
    kept("perf_event_max_sample_rate", "0"),
    kept("perf_event_paranoid", "4"),
    kept("pid_max", "4194304"),
    kept("printk", "4\t4\t1\t7"),
    directory("pty", &[kept("max", "4096"), kept("reserve", "1024")]),
    directory(
        "random",
        &[
            text("boot_id", |world, _| Ok(identifier(world.system().seed))),
            fixed("entropy_avail", "256"),
            fixed("poolsize", "256"),
            text("uuid", uuid),
        ],
    ),
    kept("randomize_va_space", "0"),
    kept("sched_autogroup_enabled", "0"),
    kept("sched_child_runs_first", "0"),
    kept("sched_rr_timeslice_ms", "100"),
    kept("sched_rt_period_us", "1000000"),
    kept("sched_rt_runtime_us", "950000"),
    limit!("sem", Semaphores),
    next_identifier!("sem_next_id", Semaphores),
    next_identifier!("shm_next_id", Segments),
    kept("shm_rmid_forced", "0"),
    limit!("shmall", Pages),
    limit!("shmmax", Segment),
    limit!("shmmni", Segments),
    kept("soft_watchdog", "0"),
    kept("sysctl_writes_strict", "1"),
    kept("sysrq", "0"),
    kept("tainted", "0"),
    kept("threads-max", "32768"),
    kept("timer_migration", "1"),
    kept("unprivileged_bpf_disabled", "2"),
    kept("unprivileged_userns_clone", "0"),
    text("version", |world, _| Ok(format!("{}\n", world.system().release[1]).into_bytes())),
    kept("watchdog", "0"),
    kept("watchdog_thresh", "10"),
    directory("yama", &[kept("ptrace_scope", "0")]),
];

/// What users may keep (keyrings(7)); nothing is counted of root.
static KEYS: &[PseudoEntry] = &[
    kept("gc_delay", "300"),
    text("maxbytes", |_, _| decimal(&[MAX_BYTES as u32])),
    text("maxkeys", |_, _| decimal(&[MAX_KEYS as u32])),
    kept("root_maxbytes", "25000000"),
    kept("root_maxkeys", "1000000"),
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
