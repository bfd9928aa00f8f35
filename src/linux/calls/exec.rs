//! Calls that execute a program: execve(2), execveat(2).

use std::sync::Arc;

use crate::cpu::{Cpu, Register};
use crate::instructions::Machine;
use crate::linux::abi::fanotify::{FAN_OPEN_EXEC_PERM, FAN_OPEN_PERM};
use crate::linux::abi::files::{AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW};
use crate::linux::abi::process::{RLIMIT_AS, RLIMIT_DATA};
use crate::linux::abi::signals::{SIGCHLD, SIGKILL};
use crate::linux::config::Config;
use crate::linux::errno::{Answer, Errno};
use crate::linux::error::LoadError;
use crate::linux::guest;
use crate::linux::kernel::{DebugEvent, Kernel};
use crate::linux::loader::{self, ProgramImage, Start, Strings};
use crate::linux::process::{FoundProgram, RunningProgram, Space, Termination};
use crate::memory::Memory;

use super::call::Args;
use super::{fanotify_events, files};

/// Most interpreters of interpreters (`fs/exec.c`).
const MAX_INTERPRETERS: usize = 5;

/// How much of a script's first line counts (`BINPRM_BUF_SIZE`).
const SCRIPT_LINE: usize = 256;

/// The longest argument (`MAX_ARG_STRLEN`).
const MAX_STRING: usize = 131_072;

/// Arguments and environment.
struct Given {
    args: Vec<Vec<u8>>,
    env: Vec<Vec<u8>>,
}

pub fn execve(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    execveat(k, m, &[AT_FDCWD, args[0], args[1], args[2], 0, 0])
}

pub fn execveat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, argv, envp, flags, _] = *args;
    let path = guest::string(&mut m.memory, path)?;
    let given = given(k, m, [argv, envp])?;
    if path.is_empty() && flags & AT_EMPTY_PATH == 0 {
        return Err(Errno::ENOENT);
    }
    execute(k, m, directory, path, given, flags)
}

/// Arguments and environment: each a list of strings that ends with a null pointer, or no list. E2BIG if
/// they would take more than a quarter of the stack (execve(2), "Limits on size of arguments").
fn given(k: &Kernel, m: &mut Machine, lists: [u32; 2]) -> Result<Given, Errno> {
    let mut room = k.process.limits.stack_size() as usize / 4;
    let [args, env] = lists.map(|list| strings(&mut m.memory, list, &mut room));
    Ok(Given { args: args?, env: env? })
}

fn strings(memory: &mut Memory, address: u32, room: &mut usize) -> Result<Vec<Vec<u8>>, Errno> {
    let mut list = Vec::new();
    if address == 0 {
        return Ok(list);
    }
    loop {
        let at = guest::number::<u32>(memory, address.wrapping_add(4 * list.len() as u32))?;
        if at == 0 {
            return Ok(list);
        }
        let string = guest::string_of(memory, at, MAX_STRING)?.ok_or(Errno::E2BIG)?;
        *room = room.checked_sub(string.len() + 5).ok_or(Errno::E2BIG)?;
        list.push(string);
    }
}

fn execute(k: &mut Kernel, m: &mut Machine, directory: u32, path: Vec<u8>, given: Given, flags: u32) -> Answer {
    let follow = flags & AT_SYMLINK_NOFOLLOW == 0;
    let found = k.program(m, directory, &path, follow)?;
    let name = path.clone();
    let (found, given) = through_scripts(k, m, found, path, given)?;
    if found.contents.claims().are_written() {
        return Err(Errno::ETXTBSY);
    }
    fanotify_events::permit(k, &found.place, FAN_OPEN_EXEC_PERM)?;
    fanotify_events::permit(k, &found.place, FAN_OPEN_PERM)?;
    let former = k.thread.tid;
    let program = RunningProgram::new(found.place, found.contents).watched(k.process.namespace.watches());
    run(k, m, &found.image, &name, &given)?;
    k.process.program = Some(program);
    k.tell_debugger(DebugEvent::Executed { pid: k.process.pid });
    if k.process.exit.is_none() && k.report_exec(former) {
        let held = k.hold_call(m, 0);
        // The registers are the new program's.
        m.cpu.regs[Register::Eax] = 0;
        return Err(held);
    }
    Ok(0)
}

/// Lets the first process execute a program in its own file tree: see [`execute`](crate::linux::execute).
pub fn start(k: &mut Kernel, m: &mut Machine, config: &Config) -> Result<(), Errno> {
    let mut answer = Err(Errno::ENOENT);
    for path in candidates(config) {
        let given = Given { args: config.args.clone(), env: config.env.clone() };
        answer = execute(k, m, AT_FDCWD, path, given, 0);
        if !matches!(answer, Err(Errno::ENOENT | Errno::ENOTDIR | Errno::EACCES)) {
            break;
        }
    }
    answer.map(|_| ())
}

/// Where a program may be: at its path, or in the directories of PATH if it is only a name (execvp(3)).
fn candidates(config: &Config) -> Vec<Vec<u8>> {
    const DEFAULT: &[u8] = b"/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
    let name = config.program.as_bytes();
    if name.contains(&b'/') {
        return vec![name.to_vec()];
    }
    let path = config.env.iter().find_map(|variable| variable.strip_prefix(b"PATH=".as_slice()));
    let directories = path.unwrap_or(DEFAULT).split(|byte| *byte == b':');
    directories.map(|directory| [if directory.is_empty() { b"." } else { directory }, name].join(&b'/')).collect()
}

/// Follows the first lines of scripts (`#!`) to a program that is none.
fn through_scripts(
    k: &Kernel,
    m: &mut Machine,
    found: FoundProgram,
    path: Vec<u8>,
    given: Given,
) -> Result<(FoundProgram, Given), Errno> {
    let (mut found, mut path, mut given) = (found, path, given);
    for _ in 0..MAX_INTERPRETERS {
        let Some((interpreter, argument)) = script_line(&found.image.file.bytes(0, SCRIPT_LINE))? else {
            return Ok((found, given));
        };
        let rest = given.args.into_iter().skip(1);
        given.args = [Some(interpreter.clone()), argument, Some(path)].into_iter().flatten().chain(rest).collect();
        found = k.program(m, AT_FDCWD, &interpreter, true)?;
        path = interpreter;
    }
    Err(Errno::ELOOP)
}

/// A script's interpreter, and an argument for it.
type Interpreter = (Vec<u8>, Option<Vec<u8>>);

/// Interpreter and optional argument of a script; `None` for anything else.
fn script_line(bytes: &[u8]) -> Result<Option<Interpreter>, Errno> {
    let Some(rest) = bytes.strip_prefix(b"#!") else { return Ok(None) };
    let ends = |byte: &u8| matches!(byte, b'\n' | b' ' | b'\t' | 0);
    if bytes.len() >= SCRIPT_LINE && !rest.trim_ascii_start().iter().any(ends) {
        // Only a part of the interpreter's name could be read (`load_script`).
        return Err(Errno::ENOEXEC);
    }
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.trim_ascii();
    let end = line.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
    let (interpreter, argument) = line.split_at(end);
    if interpreter.is_empty() {
        return Err(Errno::ENOEXEC);
    }
    let argument = Some(argument.trim_ascii().to_vec()).filter(|argument| !argument.is_empty());
    Ok(Some((interpreter.to_vec(), argument)))
}

/// Replaces the program of the running process.
fn run(k: &mut Kernel, m: &mut Machine, program: &ProgramImage, name: &[u8], given: &Given) -> Result<(), Errno> {
    let executable = loader::read(&*program.file, loader::PIE_BASE).map_err(errno_of)?;
    let interpreter = match &executable.interpreter {
        Some(path) => Some(k.program(m, AT_FDCWD, path, true)?.image),
        None => None,
    };
    if let Some(interpreter) = &interpreter {
        loader::read(&*interpreter.file, loader::PIE_BASE).map_err(|_| Errno::ELIBBAD)?;
    }
    let strings = Strings { name, args: &given.args, env: &given.env };
    strings.check(k.process.limits.stack_size()).map_err(errno_of)?;
    // From here on there is no way back: what goes wrong kills the process.
    leave_old_program(k, m);
    let limit = k.process.space().limit();
    let mut space = Space::new(limit);
    space.most = k.process.limits.get(RLIMIT_AS).map_or(u64::MAX, |[soft, _]| soft);
    space.most_data = k.process.limits.get(RLIMIT_DATA).map_or(u64::MAX, |[soft, _]| soft);
    let start = Start {
        file: &*program.file,
        label: Arc::clone(&program.label),
        interpreter: interpreter.as_ref().map(|program| (&*program.file, Arc::clone(&program.label))),
        strings,
        stack_size: k.process.limits.stack_size(),
        credentials: &k.process.credentials,
    };
    if loader::load(&mut space, m, &executable, &start).is_err() {
        k.process.end_with(Termination::Signal(SIGKILL as u8));
    }
    k.process.space = Arc::new(std::sync::Mutex::new(space));
    k.process.load_bias = executable.bias as u32;
    k.process.executable = program.label.name.clone();
    let base = name.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    k.thread.set_name(base);
    k.process.release_vfork();
    Ok(())
}

/// Leaves other threads, the address space, handlers and descriptors behind (execve(2), "Effect on process
/// attributes").
fn leave_old_program(k: &mut Kernel, m: &mut Machine) {
    k.note_resident(m);
    k.end_other_threads(Termination::Status(0));
    k.take_leader_id();
    k.new_space(m);
    let (model, random) = (m.cpu.model.clone(), m.cpu.random.clone());
    m.cpu = Cpu { model, random, tsc_adjust: m.cpu.tsc_adjust, tsc_disabled: m.cpu.tsc_disabled, ..Cpu::default() };
    k.process.has_executed = true;
    k.process.dumpable = true;
    k.process.exit_signal = SIGCHLD;
    k.process.credentials.executed();
    k.world.keys.processes.remove(&k.process.pid);
    k.world.keys.threads.remove(&k.thread.tid);
    k.process.signals.reset_for_exec();
    k.thread.signals.reset_for_exec();
    let own = k.process.descriptors().clone();
    k.process.descriptors = Arc::new(std::sync::Mutex::new(own));
    let own = k.process.standing().clone();
    k.process.standing = Arc::new(std::sync::Mutex::new(own));
    let closed = k.process.descriptors().closed_on_exec();
    for number in closed {
        let _ = files::close(k, m, &[number, 0, 0, 0, 0, 0]);
    }
    k.world.ipc.posix.unregister(k.process.pid);
    k.thread.clear_child_tid = 0;
    k.thread.robust_list = 0;
}

fn errno_of(error: LoadError) -> Errno {
    match error {
        LoadError::TooManyArguments { .. } => Errno::E2BIG,
        LoadError::TooLarge { .. } => Errno::ENOMEM,
        _ => Errno::ENOEXEC,
    }
}
