//! `/proc/sys`: the settings of the kernel that programs read (proc(5)). None can be changed.

use crate::linux::abi::ipc::{MSGMAX, MSGMNB, MSGMNI, SEMMNI, SEMMNS, SEMMSL, SEMOPM, SHMALL, SHMMAX, SHMMNI};

use crate::linux::abi::mqueue::{MQ_MAX_MESSAGES, MQ_MAX_SIZE, MQ_MESSAGES, MQ_QUEUES, MQ_SIZE};

use super::super::view::View;
use super::entry::{Numbers, ProcEntry, Told, directory, text};

/// A setting that is the same in every world.
macro_rules! fixed {
    ($name:literal, $value:literal) => {
        text($name, |_, _| Ok(concat!($value, "\n").as_bytes().to_vec()))
    };
}

/// What is in `/proc/sys`.
pub static SYS: &[ProcEntry] = &[
    directory("fs", FS),
    directory("kernel", KERNEL),
    directory("net", &[directory("core", &[fixed!("somaxconn", "4096")])]),
    directory("user", &[fixed!("max_user_namespaces", "0")]),
    directory("vm", VM),
];

static FS: &[ProcEntry] = &[
    fixed!("aio-max-nr", "65536"),
    fixed!("aio-nr", "0"),
    fixed!("file-max", "1048576"),
    fixed!("file-nr", "32\t0\t1048576"),
    fixed!("inode-nr", "1024\t0"),
    directory(
        "inotify",
        &[
            fixed!("max_queued_events", "16384"),
            fixed!("max_user_instances", "128"),
            fixed!("max_user_watches", "65536"),
        ],
    ),
    fixed!("lease-break-time", "45"),
    directory(
        "mqueue",
        &[
            text("msg_default", |_, _| decimal(&[MQ_MESSAGES])),
            text("msg_max", |_, _| decimal(&[MQ_MAX_MESSAGES])),
            text("msgsize_default", |_, _| decimal(&[MQ_SIZE])),
            text("msgsize_max", |_, _| decimal(&[MQ_MAX_SIZE])),
            text("queues_max", |_, _| decimal(&[MQ_QUEUES])),
        ],
    ),
    fixed!("nr_open", "1048576"),
    fixed!("overflowgid", "65534"),
    fixed!("overflowuid", "65534"),
    fixed!("pipe-max-size", "1048576"),
    fixed!("pipe-user-pages-hard", "0"),
    fixed!("pipe-user-pages-soft", "16384"),
    fixed!("protected_fifos", "0"),
    fixed!("protected_hardlinks", "0"),
    fixed!("protected_regular", "0"),
    fixed!("protected_symlinks", "0"),
    fixed!("suid_dumpable", "0"),
];

static KERNEL: &[ProcEntry] = &[
    fixed!("cap_last_cap", "40"),
    fixed!("core_pattern", "core"),
    fixed!("core_uses_pid", "0"),
    fixed!("domainname", "(none)"),
    text("hostname", |world, _| Ok(format!("{}\n", world.system().host_name).into_bytes())),
    fixed!("kptr_restrict", "1"),
    text("msgmax", |_, _| decimal(&[MSGMAX])),
    text("msgmnb", |_, _| decimal(&[MSGMNB])),
    text("msgmni", |_, _| decimal(&[MSGMNI])),
    fixed!("ngroups_max", "65536"),
    text("osrelease", |world, _| Ok(format!("{}\n", world.system().release[0]).into_bytes())),
    fixed!("ostype", "Linux"),
    fixed!("overflowgid", "65534"),
    fixed!("overflowuid", "65534"),
    fixed!("perf_event_paranoid", "4"),
    fixed!("pid_max", "4194304"),
    fixed!("printk", "4\t4\t1\t7"),
    directory(
        "random",
        &[
            text("boot_id", |world, _| Ok(identifier(world.system().seed))),
            fixed!("entropy_avail", "256"),
            fixed!("poolsize", "256"),
            text("uuid", uuid),
        ],
    ),
    fixed!("randomize_va_space", "0"),
    fixed!("sched_child_runs_first", "0"),
    fixed!("sched_rr_timeslice_ms", "100"),
    text("sem", |_, _| decimal(&[SEMMSL, SEMMNS, SEMOPM, SEMMNI])),
    text("shmall", |_, _| decimal(&[SHMALL])),
    text("shmmax", |_, _| decimal(&[SHMMAX])),
    text("shmmni", |_, _| decimal(&[SHMMNI])),
    fixed!("tainted", "0"),
    fixed!("threads-max", "32768"),
    text("version", |world, _| Ok(format!("{}\n", world.system().release[1]).into_bytes())),
    directory("yama", &[fixed!("ptrace_scope", "0")]),
];

static VM: &[ProcEntry] = &[
    fixed!("drop_caches", "0"),
    fixed!("max_map_count", "65530"),
    fixed!("mmap_min_addr", "4096"),
    fixed!("nr_hugepages", "0"),
    fixed!("overcommit_kbytes", "0"),
    fixed!("overcommit_memory", "0"),
    fixed!("overcommit_ratio", "50"),
    fixed!("swappiness", "60"),
];

/// A line of numbers.
fn decimal(numbers: &[u32]) -> Told {
    let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
    Ok((numbers.join("\t") + "\n").into_bytes())
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
