//! Calls that make processes and threads: fork(2), vfork(2), clone(2), clone3(2).

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_RESOURCE;
use crate::linux::abi::clone::{
    CLONE_CHILD_CLEARTID, CLONE_CHILD_SETTID, CLONE_CLEAR_SIGHAND, CLONE_FILES, CLONE_FS, CLONE_NAMESPACES,
    CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUSER, CLONE_PARENT, CLONE_PARENT_SETTID, CLONE_PIDFD,
    CLONE_PTRACE, CLONE_SETTLS, CLONE_SIGHAND, CLONE_SYSVSEM, CLONE_THREAD, CLONE_UNTRACED, CLONE_VFORK, CLONE_VM,
    CLONE3_KNOWN, CSIGNAL, CloneArgs,
};
use crate::linux::abi::process::{RLIMIT_NPROC, SCHED_DEADLINE};
use crate::linux::abi::signals::SIGCHLD;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::{DebugEvent, Kernel};
use crate::linux::process::{INFINITY, Process, Sharing, TASK_SIZE};
use crate::linux::thread::Thread;
use crate::linux::world::Waiting;
use crate::memory::Access;

use super::call::Args;
use super::new_namespaces::{self, NewNamespaces};
use super::{extended_structure, pidfd, segments};

/// What is asked for, in one form for all calls.
#[derive(Clone, Copy, Default)]
struct Request {
    flags: u64,
    exit_signal: u32,
    /// The child's stack pointer; 0 keeps that of the parent.
    stack: u32,
    parent_tid: u32,
    child_tid: u32,
    /// Where the descriptor of the child goes.
    pidfd: u32,
    tls: u32,
}

pub fn fork(k: &mut Kernel, m: &mut Machine, _: &Args) -> Answer {
    create(k, m, Request { exit_signal: SIGCHLD, ..Request::default() })
}

pub fn vfork(k: &mut Kernel, m: &mut Machine, _: &Args) -> Answer {
    create(k, m, Request { flags: CLONE_VFORK | CLONE_VM, exit_signal: SIGCHLD, ..Request::default() })
}

pub fn clone(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [flags, stack, parent_tid, tls, child_tid, _] = *args;
    let flags = u64::from(flags);
    if flags & CLONE_PIDFD != 0 && flags & CLONE_PARENT_SETTID != 0 {
        return Err(Errno::EINVAL);
    }
    let exit_signal = (flags & CSIGNAL) as u32;
    create(k, m, Request { flags: flags & !CSIGNAL, exit_signal, stack, parent_tid, child_tid, pidfd: parent_tid, tls })
}

pub fn clone3(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, ..] = *args;
    let given: CloneArgs = extended_structure::read(m, [address, size], CloneArgs::FIRST_SIZE)?;
    let unknown = given.flags & (CSIGNAL | CLONE_DETACHED | !CLONE3_KNOWN) != 0;
    let signals = given.flags & (CLONE_THREAD | CLONE_PARENT) != 0 && given.exit_signal != 0;
    if unknown || signals || given.exit_signal > 64 || (given.set_tid == 0) != (given.set_tid_size == 0) {
        return Err(Errno::EINVAL);
    }
    if (given.stack == 0) != (given.stack_size == 0) || given.set_tid_size > MAX_NAMESPACES {
        return Err(Errno::EINVAL);
    }
    if given.set_tid_size != 0 {
        // Choosing the number of a process needs a privilege.
        return Err(Errno::EPERM);
    }
    create(
        k,
        m,
        Request {
            flags: given.flags,
            exit_signal: given.exit_signal as u32,
            stack: given.stack.wrapping_add(given.stack_size) as u32,
            parent_tid: given.parent_tid as u32,
            child_tid: given.child_tid as u32,
            pidfd: given.pidfd as u32,
            tls: given.tls as u32,
        },
    )
}

/// How deep namespaces of processes may be nested: so many numbers of a process may be chosen.
const MAX_NAMESPACES: u64 = 32;

/// CLONE_DETACHED, which `clone` ignores and `clone3` refuses.
const CLONE_DETACHED: u64 = 0x0040_0000;

fn check(k: &Kernel, request: &Request) -> Result<(), Errno> {
    let has = |flag| request.flags & flag != 0;
    let wrong = has(CLONE_THREAD) && !has(CLONE_SIGHAND) || has(CLONE_SIGHAND) && !has(CLONE_VM);
    let wrong = wrong || has(CLONE_SIGHAND) && has(CLONE_CLEAR_SIGHAND);
    let wrong = wrong || has(CLONE_FS) && has(CLONE_NEWNS | CLONE_NEWUSER);
    let wrong = wrong || has(CLONE_THREAD) && has(CLONE_NEWUSER | CLONE_NEWPID);
    let wrong = wrong || has(CLONE_SYSVSEM) && has(CLONE_NEWIPC);
    if wrong || request.exit_signal > 64 {
        return Err(Errno::EINVAL);
    }
    if has(CLONE_PIDFD) && (has(CLONE_THREAD) || request.flags & CLONE_DETACHED != 0) {
        return Err(Errno::EINVAL);
    }
    let exhausted = k.world.other_threads() + k.world.tracees.ended_count() + 1 >= k.world.max_threads;
    // Who is promised a part of the processor cannot give it to another.
    let scheduling = k.thread.scheduling;
    let promised = scheduling.policy == SCHED_DEADLINE && !scheduling.resets_on_fork;
    if exhausted || promised || is_beyond_limit(k) { Err(Errno::EAGAIN) } else { Ok(()) }
}

/// Whether the user has as many threads as RLIMIT_NPROC allows; it does not bind the privileged.
fn is_beyond_limit(k: &Kernel) -> bool {
    let [most, _] = k.process.limits.get(RLIMIT_NPROC).unwrap_or([INFINITY; 2]);
    let own = &k.process.credentials;
    if most == INFINITY || own.real_uid == 0 || own.can(CAP_SYS_RESOURCE) {
        return false;
    }
    let same = k.all_processes().filter(|process| process.credentials.real_uid == own.real_uid);
    same.map(|process| process.threads.len().max(1) as u64).sum::<u64>() >= most
}

fn create(k: &mut Kernel, m: &mut Machine, request: Request) -> Answer {
    check(k, &request)?;
    let has = |flag| request.flags & flag != 0;
    let new = has(CLONE_NAMESPACES).then(|| new_namespaces::make(k, request.flags)).transpose()?;
    if has(CLONE_NAMESPACES) && has(CLONE_THREAD) {
        // All threads of a process are in the same ones.
        return Err(Errno::EINVAL);
    }
    if has(CLONE_PIDFD) {
        // What could go wrong with the descriptor goes wrong before there is a child.
        k.process.has_descriptor()?;
        m.memory.check(request.pidfd, 4, Access::Write)?;
    }
    let tid = k.world.new_id();
    if has(CLONE_PARENT_SETTID) {
        m.memory.store(request.parent_tid, tid)?;
    }
    let cpu = child_processor(k, m, &request)?;
    let pid = if has(CLONE_THREAD) { k.process.pid } else { tid };
    let mut thread = Thread::new(tid, pid, &k.thread.name);
    thread.cpu = Some(Box::new(cpu));
    thread.scheduling = k.thread.scheduling.inherited();
    thread.confinement = k.thread.confinement.clone();
    thread.timer_slack = k.thread.timer_slack;
    thread.memory_policy = k.thread.memory_policy;
    thread.signals = k.thread.signals.cloned(!has(CLONE_VM) || has(CLONE_VFORK));
    if has(CLONE_CHILD_CLEARTID) {
        thread.clear_child_tid = request.child_tid;
    }
    // That of a flat image, which the kernel has not loaded, gets its number with the first child.
    k.process.space_number = m.memory.layout().0;
    let mut space = k.process.space_number;
    if has(CLONE_THREAD) {
        k.process.threads.insert(tid);
    } else {
        space = create_process(k, m, &request, tid, new);
    }
    if has(CLONE_PIDFD) {
        let number = pidfd::open(k, tid, 0)?;
        m.memory.store(request.pidfd, number)?;
    }
    if has(CLONE_CHILD_SETTID) {
        // A bad address is the child's own fault, and nobody hears of it.
        k.with_space(m, space, |memory| memory.store(request.child_tid, tid).ok());
    }
    k.world.threads.insert(tid, Box::new(thread));
    k.world.make_ready(tid);
    if pid == tid {
        k.tell_debugger(DebugEvent::Created { parent: k.thread.tid, child: pid, lends: has(CLONE_VFORK) });
    }
    let stopped = report(k, &request, [pid, tid]);
    if has(CLONE_VFORK) && !has(CLONE_THREAD) {
        return Err(wait_for_exec(k, tid));
    }
    if stopped { Err(k.hold_call(m, tid)) } else { Ok(tid) }
}

/// Whether the parent is stopped because its tracer wants to hear of children; the child is traced then too.
fn report(k: &mut Kernel, request: &Request, [pid, tid]: [u32; 2]) -> bool {
    if k.world.tracees.is_empty() || request.flags & CLONE_UNTRACED != 0 {
        return false;
    }
    let event = Kernel::creation_event(request.flags & CLONE_VFORK != 0, request.exit_signal);
    k.trace_child([pid, tid], event, request.flags & CLONE_PTRACE != 0);
    k.report(event, tid)
}

/// The processor of the child: that of the parent, but for stack, answer and thread-local storage.
fn child_processor(k: &mut Kernel, m: &mut Machine, request: &Request) -> Result<crate::cpu::Cpu, Errno> {
    use crate::cpu::Register::{Eax, Esp};
    let mut child = m.cpu.clone();
    child.regs[Eax] = 0;
    if request.stack != 0 {
        child.regs[Esp] = request.stack;
    }
    if request.flags & CLONE_SETTLS != 0 {
        let words = guest::words(&mut m.memory, request.tls)?;
        std::mem::swap(&mut m.cpu, &mut child);
        let set = segments::set_thread_segment(k, m, words);
        std::mem::swap(&mut m.cpu, &mut child);
        set?;
    }
    Ok(child)
}

/// Adds a child process, and gives the number of its address space.
fn create_process(k: &mut Kernel, m: &mut Machine, request: &Request, pid: u32, new: Option<NewNamespaces>) -> u64 {
    let has = |flag| request.flags & flag != 0;
    let sharing = Sharing {
        memory: has(CLONE_VM),
        files: has(CLONE_FILES),
        standing: has(CLONE_FS),
        actions: has(CLONE_SIGHAND),
    };
    let mut child = k.process.child(pid, &k.world.queues, sharing);
    child.started = k.world.clock.elapsed(m);
    child.exit_signal = request.exit_signal;
    if let Some(new) = new {
        new.give(&mut child);
    }
    if has(CLONE_CLEAR_SIGHAND) {
        child.signals.dispositions.clear_handlers();
    }
    if has(CLONE_PARENT) {
        child.parent = k.process.parent;
        child.exit_signal = k.process.exit_signal;
    }
    if !has(CLONE_VM) {
        let space = m.memory.fork();
        child.space_number = space.layout().0;
        k.world.spaces.insert(child.space_number, Box::new(space));
        leave_behind(k, m, &child);
    }
    let space = child.space_number;
    k.world.processes.insert(pid, Box::new(child));
    space
}

/// What the parent has said that a child shall not have of its memory, or shall find empty (madvise(2)).
fn leave_behind(k: &mut Kernel, m: &mut Machine, child: &Process) {
    let mut space = child.space();
    let (wiped, left) = (space.wiped_on_fork.clone(), std::mem::take(&mut space.left_on_fork));
    k.with_space(m, child.space_number, |memory| {
        wiped
            .within(0, TASK_SIZE)
            .into_iter()
            .for_each(|(start, end)| memory.discard(start as u32, (end - start) as u32));
        left.within(0, TASK_SIZE).into_iter().for_each(|(start, end)| memory.unmap(start as u32, (end - start) as u32));
    });
}

/// The parent goes on when the child has executed a program, or has ended.
fn wait_for_exec(k: &mut Kernel, child: u32) -> Errno {
    let queue = k.world.queues.create();
    if let Some(child) = k.world.processes.get_mut(&child) {
        child.vfork = Some(queue.clone());
    }
    let call = k.thread.call.get_or_insert_default();
    (call.answer, call.lent_to) = (Some(child), Some(child));
    k.wait(Waiting::on(&queue))
}
