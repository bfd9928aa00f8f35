//! What the kernel tells `/proc` of processes, of what belongs to them, and of the system.

use crate::linux::process::Capabilities;

/// What is known about a process or a thread.
#[derive(Clone, Default, Debug)]
pub struct ProcessFacts {
    /// Whether it gains no privileges, the mode of seccomp(2), and how many filters its calls must pass.
    pub confinement: [u32; 3],
    /// Its number: of a thread, the thread's.
    pub id: u32,
    /// The number of the process.
    pub process: u32,
    /// The parent's number.
    pub parent: u32,
    /// Process group.
    pub group: u32,
    /// Session.
    pub session: u32,
    /// The process that traces it; 0 for none.
    pub tracer: u32,
    /// What it does: R, S, T, t, Z as `/proc/PID/stat` has it.
    pub state: char,
    /// The name of the program.
    pub name: Vec<u8>,
    /// To whom its files in `/proc` belong.
    pub owner: [u32; 2],
    /// Real, effective, saved and file system user.
    pub users: [u32; 4],
    /// The same of the group.
    pub groups: [u32; 4],
    /// Supplementary groups.
    pub more_groups: Vec<u32>,
    /// What the process may do beyond the common.
    pub capabilities: Capabilities,
    /// How many threads the process has.
    pub threads: u32,
    /// The bits that new files do not get.
    pub umask: u32,
    /// Bytes of address space.
    pub mapped: u64,
    /// Bytes that lie in frames.
    pub resident: u64,
    /// When it was started.
    pub started: u64,
    /// Nanoseconds in user mode and in the kernel, and those of children that it has waited for.
    pub times: [[u64; 2]; 2],
    /// Minor faults of its own, and of those children.
    pub faults: [u64; 2],
    /// Signals: pending for the thread, for the process, blocked, ignored, caught.
    pub signals: [u64; 5],
    /// Soft and hard limits of the resources, by number.
    pub limits: Vec<[u64; 2]>,
    /// Descriptors that there is room for.
    pub descriptor_room: u32,
    /// First and last address of: heap, arguments, environment.
    pub areas: [(u32, u32); 3],
    /// The lowest address that the stack uses.
    pub stack: u32,
    /// The program's first and last address of code.
    pub code: (u32, u32),
    /// The auxiliary vector, as the program got it.
    pub auxiliary: Vec<u8>,
    /// The device number of its terminal, and the process group in the foreground there.
    pub terminal: Option<(u64, Option<u32>)>,
    /// How often it waited, and how often others had their turn instead.
    pub switches: [u64; 2],
    /// Nice value.
    pub nice: i32,
    /// The policy that it is scheduled by, and its priority there.
    pub policy: u32,
    /// 0 with a normal policy.
    pub priority: u32,
    /// The call that it waits in: number, arguments, stack pointer, program counter.
    pub call: Option<[u32; 9]>,
    /// Bytes that calls have read and written, and how many calls did.
    pub moved: [u64; 4],
    /// Bytes that are locked into memory.
    pub locked: u64,
    /// The signal that its parent gets when it ends.
    pub exit_signal: u32,
    /// The personality.
    pub personality: u32,
    /// What the program or somebody for it wrote to `oom_score_adj`.
    pub oom_score_adjustment: i32,
}

impl ProcessFacts {
    /// What it has used of the processor in all, in nanoseconds.
    pub fn processor_time(&self) -> u64 {
        self.times[0].iter().sum()
    }
}

/// A mapping of an address space.
#[derive(Clone, Default, Debug)]
pub struct RegionFacts {
    /// First address.
    pub start: u64,
    /// One past the last.
    pub end: u64,
    /// Readable, writable, executable, shared.
    pub rights: [bool; 4],
    /// Position in the file.
    pub offset: u64,
    /// Device and inode of the file; zeros without one.
    pub file: (u64, u64),
    /// Path of the file or a name in brackets; empty without one.
    pub name: Vec<u8>,
    /// Bytes that lie in frames.
    pub resident: u64,
    /// Bytes that are locked into memory.
    pub locked: u64,
    /// Whether it may be made writable, grows downwards, and is counted as memory that may be needed.
    pub traits: [bool; 3],
}

/// What is known about a descriptor.
#[derive(Clone, Default, Debug)]
pub struct DescriptorFacts {
    /// Where the next read or write begins.
    pub position: u64,
    /// Flags of the open file, with O_CLOEXEC if the descriptor has it.
    pub flags: u32,
    /// The number of the mount.
    pub mount: u32,
    /// The number of the file.
    pub inode: u64,
    /// Lines of its own, as epoll and eventfd have them.
    pub more: Vec<u8>,
}

/// What is known about the system.
#[derive(Clone, Default, Debug)]
pub struct SystemFacts {
    /// Release and version of the kernel.
    pub release: [String; 2],
    /// What CPUID answers to leaves 0, 1, 7, 0DH (subleaf 1), 80000001H and 80000002H to 80000004H.
    pub cpuid: Vec<[u32; 4]>,
    /// Nanoseconds since the world began, and since 1970 then.
    pub times: [u64; 2],
    /// Bytes of memory, and how many of them are in use.
    pub memory: [u64; 2],
    /// Nanoseconds of processor time that were used.
    pub executed: u64,
    /// How often another thread got the processor.
    pub switches: u64,
    /// Processes and threads: how many there are, how many can run, the last number given.
    pub tasks: [u32; 3],
    /// A number that is the same as long as the world lives, for identifiers.
    pub seed: u64,
}
