//! What a handler finds on its stack (`arch/x86/include/asm/sigframe.h`, `struct sigframe_ia32` and
//! `struct rt_sigframe_ia32`), but for the FPU state behind it.

use super::encoding::structures;
use super::meaning::Meaning;
use super::signals::Sigaltstack;

/// The bytes of `struct _fpstate_32` that the older frame keeps free: since there are extended states
/// they do not fit in there any more, and what lies behind stays where it was.
pub const UNUSED_FPSTATE: usize = 624;

/// `uc_flags`: the FPU state has the form of XSAVE.
pub const UC_FP_XSTATE: u32 = 1;

structures! {
    /// The interrupted registers (`struct sigcontext_32`). A segment register takes a word of which the
    /// upper half is zero.
    Sigcontext {
        gs: u32,
        fs: u32,
        es: u32,
        ds: u32,
        di: u32,
        si: u32,
        bp: u32,
        sp: u32,
        bx: u32,
        dx: u32,
        cx: u32,
        ax: u32,
        trapno: u32,
        err: u32,
        ip: u32,
        cs: u32,
        flags: u32,
        sp_at_signal: u32,
        ss: u32,
        fpstate: u32,
        oldmask: u32,
        cr2: u32,
    }

    /// The context of a handler with SA_SIGINFO (`struct ucontext_ia32`).
    Ucontext {
        uc_flags: u32,
        uc_link: u32,
        uc_stack: Sigaltstack,
        uc_mcontext: Sigcontext,
        uc_sigmask: u64,
    }

    /// The frame of a handler without SA_SIGINFO.
    Sigframe {
        pretcode: u32,
        sig: u32,
        sc: Sigcontext,
        fpstate_unused: [u8; UNUSED_FPSTATE] = Meaning::Hidden,
        extramask: u32,
        retcode: [u8; 8],
    }

    /// What `--strace` shows of a frame that is left.
    FrameMask {
        mask: u64 = Meaning::Signals,
    }

    /// The same of the older one, which keeps the rest of the mask elsewhere.
    OldFrameMask {
        mask: u32 = Meaning::OldSignals,
    }

    /// What is in front of the information on the signal in the frame of a handler with SA_SIGINFO.
    RtSigframeHead {
        pretcode: u32,
        sig: u32,
        pinfo: u32,
        puc: u32,
    }

    /// What is behind the information on the signal.
    RtSigframeTail {
        uc: Ucontext,
        retcode: [u8; 8],
    }
}
