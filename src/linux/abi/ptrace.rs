//! ptrace(2): requests, options, events, and the structures that a tracer reads and writes.

use super::encoding::structures;
use super::meaning::Meaning;
use super::names::{flags, values};

values! {
    /// What is asked for.
    PTRACE "PTRACE_???" {
        PTRACE_TRACEME = 0,
        PTRACE_PEEKTEXT = 1,
        PTRACE_PEEKDATA = 2,
        PTRACE_PEEKUSER = 3,
        PTRACE_POKETEXT = 4,
        PTRACE_POKEDATA = 5,
        PTRACE_POKEUSER = 6,
        PTRACE_CONT = 7,
        PTRACE_KILL = 8,
        PTRACE_SINGLESTEP = 9,
        PTRACE_GETREGS = 12,
        PTRACE_SETREGS = 13,
        PTRACE_GETFPREGS = 14,
        PTRACE_SETFPREGS = 15,
        PTRACE_ATTACH = 16,
        PTRACE_DETACH = 17,
        PTRACE_GETFPXREGS = 18,
        PTRACE_SETFPXREGS = 19,
        PTRACE_OLDSETOPTIONS = 21,
        PTRACE_SYSCALL = 24,
        PTRACE_GET_THREAD_AREA = 25,
        PTRACE_SET_THREAD_AREA = 26,
        PTRACE_SYSEMU = 31,
        PTRACE_SYSEMU_SINGLESTEP = 32,
        PTRACE_SETOPTIONS = 0x4200,
        PTRACE_GETEVENTMSG = 0x4201,
        PTRACE_GETSIGINFO = 0x4202,
        PTRACE_SETSIGINFO = 0x4203,
        PTRACE_GETREGSET = 0x4204,
        PTRACE_SETREGSET = 0x4205,
        PTRACE_SEIZE = 0x4206,
        PTRACE_INTERRUPT = 0x4207,
        PTRACE_LISTEN = 0x4208,
        PTRACE_PEEKSIGINFO = 0x4209,
        PTRACE_GETSIGMASK = 0x420a,
        PTRACE_SETSIGMASK = 0x420b,
        PTRACE_GET_SYSCALL_INFO = 0x420e,
    }

    /// Sets of registers, by the types of the notes that core files keep them in (elf(5)).
    REGISTER_SET "NT_???" {
        NT_PRSTATUS = 1,
        NT_PRFPREG = 2,
        NT_386_TLS = 0x200,
        NT_X86_XSTATE = 0x202,
        NT_PRXFPREG = 0x46e6_2b7f,
    }
}

flags! {
    /// Options of a tracee. Those up to `PTRACE_O_TRACESECCOMP` are 1 shifted by their event.
    PTRACE_OPTION "PTRACE_O_???" {
        PTRACE_O_TRACESYSGOOD = 1,
        PTRACE_O_TRACEFORK = 2,
        PTRACE_O_TRACEVFORK = 4,
        PTRACE_O_TRACECLONE = 8,
        PTRACE_O_TRACEEXEC = 0x10,
        PTRACE_O_TRACEVFORKDONE = 0x20,
        PTRACE_O_TRACEEXIT = 0x40,
        PTRACE_O_TRACESECCOMP = 0x80,
        PTRACE_O_EXITKILL = 0x10_0000,
    }
}

/// What a tracee reports beside signals and calls; the third byte of the wait status.
pub const PTRACE_EVENT_FORK: u32 = 1;
pub const PTRACE_EVENT_VFORK: u32 = 2;
pub const PTRACE_EVENT_CLONE: u32 = 3;
pub const PTRACE_EVENT_EXEC: u32 = 4;
pub const PTRACE_EVENT_VFORK_DONE: u32 = 5;
pub const PTRACE_EVENT_EXIT: u32 = 6;
pub const PTRACE_EVENT_SECCOMP: u32 = 7;
pub const PTRACE_EVENT_STOP: u32 = 128;

/// What `PTRACE_GETEVENTMSG` tells at the entry of a call and at its exit.
pub const PTRACE_EVENTMSG_SYSCALL_ENTRY: u32 = 1;
pub const PTRACE_EVENTMSG_SYSCALL_EXIT: u32 = 2;

/// What `PTRACE_GET_SYSCALL_INFO` is about.
pub const PTRACE_SYSCALL_INFO_NONE: u32 = 0;
pub const PTRACE_SYSCALL_INFO_ENTRY: u32 = 1;
pub const PTRACE_SYSCALL_INFO_EXIT: u32 = 2;
pub const PTRACE_SYSCALL_INFO_SECCOMP: u32 = 3;

/// The architecture of a 32-bit x86 program (`linux/audit.h`).
pub const AUDIT_ARCH_I386: u32 = 0x4000_0003;

/// The flag of `PTRACE_PEEKSIGINFO` that asks for the signals of the process.
pub const PTRACE_PEEKSIGINFO_SHARED: u32 = 1;

structures! {
    /// The registers of a tracee (`struct user_regs_struct`).
    UserRegs {
        ebx: u32 = Meaning::Hex,
        ecx: u32 = Meaning::Hex,
        edx: u32 = Meaning::Hex,
        esi: u32 = Meaning::Hex,
        edi: u32 = Meaning::Hex,
        ebp: u32 = Meaning::Hex,
        eax: u32 = Meaning::Hex,
        xds: u32 = Meaning::Hex,
        xes: u32 = Meaning::Hex,
        xfs: u32 = Meaning::Hex,
        xgs: u32 = Meaning::Hex,
        orig_eax: u32 = Meaning::Hex,
        eip: u32 = Meaning::Hex,
        xcs: u32 = Meaning::Hex,
        eflags: u32 = Meaning::Hex,
        esp: u32 = Meaning::Hex,
        xss: u32 = Meaning::Hex,
    }

    /// The part of `struct ptrace_syscall_info` that is the same for all.
    SyscallInfoHead {
        op: u32,
        arch: u32,
        instruction_pointer: u64,
        stack_pointer: u64,
    }

    /// A call that begins.
    SyscallInfoEntry {
        nr: u64,
        args: [u64; 6],
    }

    /// A call that a filter asks about.
    SyscallInfoSeccomp {
        nr: u64,
        args: [u64; 6],
        ret_data: u32,
    }

    /// A call that has ended.
    SyscallInfoExit {
        rval: i64,
        is_error: u8,
    }

    /// Which of the signals that wait are wanted.
    PeekSiginfo {
        off: u64,
        flags: u32,
        nr: i32,
    }
}

structures! {
    /// What a tracer sees of a tracee at the offsets of `PTRACE_PEEKUSER` (`struct user`). Only the general and
    /// the debug registers are there; the rest reads as zero.
    User {
        regs: UserRegs,
        u_fpvalid: u32,
        i387: [u32; 27],
        u_tsize: u32,
        u_dsize: u32,
        u_ssize: u32,
        start_code: u32,
        start_stack: u32,
        signal: u32,
        reserved: u32,
        u_ar0: u32,
        u_fpstate: u32,
        magic: u32,
        u_comm: [u8; 32],
        u_debugreg: [u32; 8],
    }
}
