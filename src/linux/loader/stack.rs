//! The initial stack: arguments, environment and auxiliary vector (System V ABI, Intel386
//! supplement, "Process Initialization").

use crate::cpu::Cpu;
use crate::instructions::Machine;
use crate::linux::error::LoadError;
use crate::linux::process::{Credentials, InitialStack, TASK_SIZE};
use crate::linux::{signals, vdso};

use super::elf::Executable;

/// Keys of the auxiliary vector, as `linux/auxvec.h` names them.
mod key {
    pub const PHDR: u32 = 3;
    pub const PHENT: u32 = 4;
    pub const PHNUM: u32 = 5;
    pub const PAGESZ: u32 = 6;
    pub const BASE: u32 = 7;
    pub const FLAGS: u32 = 8;
    pub const ENTRY: u32 = 9;
    pub const UID: u32 = 11;
    pub const EUID: u32 = 12;
    pub const GID: u32 = 13;
    pub const EGID: u32 = 14;
    pub const PLATFORM: u32 = 15;
    pub const HWCAP: u32 = 16;
    pub const CLKTCK: u32 = 17;
    pub const SECURE: u32 = 23;
    pub const RANDOM: u32 = 25;
    pub const HWCAP2: u32 = 26;
    pub const EXECFN: u32 = 31;
    pub const SYSINFO: u32 = 32;
    pub const SYSINFO_EHDR: u32 = 33;
    pub const MINSIGSTKSZ: u32 = 51;
}

/// The strings that a program is started with.
#[derive(Clone, Copy)]
pub struct Strings<'a> {
    /// The path for AT_EXECFN.
    pub name: &'a [u8],
    /// The arguments.
    pub args: &'a [Vec<u8>],
    /// The environment.
    pub env: &'a [Vec<u8>],
}

/// What the auxiliary vector tells about the program.
pub struct Program<'a> {
    /// The file.
    pub executable: &'a Executable,
    /// Where its interpreter is; 0 without one.
    pub interpreter_base: u32,
    /// Who runs it.
    pub credentials: &'a Credentials,
    /// The bytes that AT_RANDOM points to.
    pub random: [u8; 16],
    /// Where the vDSO is.
    pub vdso: u32,
}

/// The area of strings at the top of the stack, which grows downwards.
struct StringArea {
    /// Lowest address so far.
    top: u32,
}

impl StringArea {
    fn push(&mut self, m: &mut Machine, bytes: &[u8]) -> u32 {
        self.top -= bytes.len() as u32;
        m.memory.copy_in(self.top, bytes);
        self.top
    }

    fn push_string(&mut self, m: &mut Machine, string: &[u8]) -> u32 {
        // A zero byte would end the string early; what follows it would never be seen.
        self.push(m, &[string, &[0]].concat())
    }

    /// Pushes in such an order that the first string is the lowest, as Linux does.
    fn push_list(&mut self, m: &mut Machine, list: &[Vec<u8>]) -> Vec<u32> {
        let mut addresses: Vec<u32> = list.iter().rev().map(|string| self.push_string(m, string)).collect();
        addresses.reverse();
        addresses
    }
}

/// Fills the topmost part of a stack of `size` bytes below [`TASK_SIZE`], and says what is where: the stack
/// pointer is the first address that is used.
pub fn build(m: &mut Machine, given: &Strings, program: &Program, size: u32) -> Result<InitialStack, LoadError> {
    given.check(size)?;
    let mut strings = StringArea { top: TASK_SIZE as u32 - 4 };
    let name = strings.push_string(m, given.name);
    let environment_end = strings.top;
    let env = strings.push_list(m, given.env);
    let environment = (strings.top, environment_end);
    let args = strings.push_list(m, given.args);
    let arguments = (strings.top, environment.0);
    let platform = strings.push_string(m, b"i686");
    strings.top &= !15;
    let random = strings.push(m, &program.random);
    let mut words = vec![args.len() as u32];
    words.extend(args);
    words.push(0);
    words.extend(env);
    words.push(0);
    let auxiliary: Vec<u32> = auxiliary(&m.cpu, program, name, platform, random).into_iter().flatten().collect();
    words.extend(&auxiliary);
    let esp = (strings.top - 4 * words.len() as u32) & !15;
    let bytes = |words: Vec<u32>| -> Vec<u8> { words.into_iter().flat_map(u32::to_le_bytes).collect() };
    m.memory.copy_in(esp, &bytes(words));
    Ok(InitialStack { start: esp, arguments, environment, auxiliary: bytes(auxiliary) })
}

impl Strings<'_> {
    /// Arguments and environment may take a quarter of the stack (execve(2), "Limits on size of arguments").
    ///
    /// # Errors
    /// [`LoadError::TooManyArguments`].
    pub fn check(&self, stack: u32) -> Result<(), LoadError> {
        let strings = self.args.iter().chain(self.env).map(|string| string.len() as u64 + 5);
        let size = strings.sum::<u64>() + self.name.len() as u64;
        if size > u64::from(stack / 4) { Err(LoadError::TooManyArguments { size, stack }) } else { Ok(()) }
    }
}

/// Key and value each, in the order in which Linux writes them.
fn auxiliary(cpu: &Cpu, program: &Program, name: u32, platform: u32, random: u32) -> Vec<[u32; 2]> {
    let Program { executable, credentials, vdso, .. } = program;
    vec![
        [key::SYSINFO, vdso + vdso::find("__kernel_vsyscall").unwrap_or_default()],
        [key::SYSINFO_EHDR, *vdso],
        [key::MINSIGSTKSZ, signals::largest_frame(cpu)],
        [key::HWCAP, features(cpu)],
        [key::PAGESZ, 4096],
        [key::CLKTCK, 100],
        [key::PHDR, executable.headers],
        [key::PHENT, 32],
        [key::PHNUM, executable.header_count],
        [key::BASE, program.interpreter_base],
        [key::FLAGS, 0],
        [key::ENTRY, executable.entry],
        [key::UID, credentials.within.told_user(credentials.real_uid)],
        [key::EUID, credentials.within.told_user(credentials.uid)],
        [key::GID, credentials.within.told_group(credentials.real_gid)],
        [key::EGID, credentials.within.told_group(credentials.gid)],
        [key::SECURE, 0],
        [key::RANDOM, random],
        [key::HWCAP2, 0],
        [key::EXECFN, name],
        [key::PLATFORM, platform],
        [0, 0],
    ]
}

/// CPUID leaf 1, EDX.
fn features(cpu: &Cpu) -> u32 {
    cpu.model.answer(1, 0)[3]
}
