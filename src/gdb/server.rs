//! The loop of a session: what gdb says goes to `gdbstub`, and the world runs in between.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use gdbstub::common::Signal;
use gdbstub::stub::state_machine::GdbStubStateMachine as Machine;
use gdbstub::stub::{GdbStub, GdbStubError, MultiThreadStopReason as Stop};
use gdbstub::target::ext::base::reverse_exec::ReplayLogPosition;
use gdbstub::target::ext::catch_syscalls::CatchSyscallPosition;

use crate::linux::{DebugEvent, Termination};
use crate::timeline::Halt;

use super::breakpoints;
use super::front::PacketAnswer;
use super::incoming::{GdbMessage, Incoming};
use super::replies::{Replies, Shared};
use super::session::Session;
use super::signals::to_gdb;
use super::target::thread_id;

type Stub = Machine<'static, Session, Replies>;

/// Serves gdb until it leaves, or the world has ended.
pub fn serve(session: &mut Session, incoming: &mut Incoming, replies: Replies) -> io::Result<()> {
    let shared = Rc::clone(&session.shared);
    let mut stub = GdbStub::new(replies).run_state_machine(session).map_err(failed)?;
    loop {
        stub = match stub {
            Machine::Running(mut inner) => {
                let halt = session.run(incoming);
                let stop = told(session, &halt, incoming, &shared);
                let Some(stop) = stop else { return Ok(()) };
                if let Some(text) = session.timeline.take_complaint() {
                    inner.borrow_conn().say(&text)?;
                }
                inner.report_stop(session, stop).map_err(failed)?
            }
            Machine::CtrlCInterrupt(inner) => inner.interrupt_handled(session, None::<Stop<u32>>).map_err(failed)?,
            Machine::Disconnected(inner) => {
                // A process has ended: others may be there still.
                if session.exit().is_some() || session.processes.is_empty() {
                    return Ok(());
                }
                inner.return_to_idle()
            }
            idle @ Machine::Idle(_) => match incoming.next() {
                GdbMessage::End => return Ok(()),
                GdbMessage::Break => idle,
                GdbMessage::Packet(packet) => match answer(session, idle, &packet)? {
                    Some(stub) => stub,
                    None => return Ok(()),
                },
            },
        };
    }
}

/// Answers a packet while the world stands still; `None` if gdb has left.
fn answer(session: &mut Session, mut stub: Stub, packet: &[u8]) -> io::Result<Option<Stub>> {
    session.learn_threads();
    let answer = session.front(packet);
    match answer {
        PacketAnswer::Pass => {}
        PacketAnswer::After(first) => {
            session.shared.borrow_mut().instead = Some(String::new());
            stub = feed(session, stub, first.as_bytes())?;
        }
        PacketAnswer::Reply(body) => {
            reply(&mut stub, &body)?;
            return Ok(Some(stub));
        }
        PacketAnswer::Leave(body) => {
            reply(&mut stub, &body)?;
            return Ok(None);
        }
    }
    let stub = feed(session, stub, packet)?;
    if packet == b"QStartNoAckMode" {
        session.shared.borrow_mut().no_acknowledgements = true;
    }
    Ok(Some(stub))
}

fn reply(stub: &mut Stub, body: &[u8]) -> io::Result<()> {
    if let Machine::Idle(inner) = stub {
        let replies = inner.borrow_conn();
        replies.acknowledge()?;
        replies.send(body)?;
    }
    Ok(())
}

/// Gives a packet to `gdbstub`.
fn feed(session: &mut Session, mut stub: Stub, packet: &[u8]) -> io::Result<Stub> {
    if let Machine::Idle(inner) = &mut stub {
        inner.borrow_conn().acknowledge()?;
    }
    let sum = packet.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    let framed = [b"$", packet, format!("#{sum:02x}").as_bytes()].concat();
    for byte in framed {
        stub = match stub {
            Machine::Idle(inner) => inner.incoming_data(session, byte).map_err(failed)?,
            other => other,
        };
    }
    Ok(stub)
}

/// What gdb is told of a halt; `None` if it has gone.
fn told(
    session: &mut Session,
    halt: &Halt,
    incoming: &mut Incoming,
    shared: &Rc<RefCell<Shared>>,
) -> Option<Stop<u32>> {
    session.info = None;
    let speaker = session.speaker();
    let trap = |tid| Stop::SignalWithThread { tid: thread_id(tid), signal: Signal::SIGTRAP };
    let stop = match *halt {
        Halt::Breakpoint { tid } => Stop::SwBreak(thread_id(tid)),
        Halt::Watch { tid, address, kind } => {
            Stop::Watch { tid: thread_id(tid), kind: breakpoints::kind(kind), addr: address }
        }
        Halt::Step { tid } => trap(tid),
        Halt::Kernel(DebugEvent::Signal { tid, info }) => {
            session.info = Some(info);
            Stop::SignalWithThread { tid: thread_id(tid), signal: Signal(to_gdb(info.signal)) }
        }
        Halt::CallBegins { tid, number } => {
            Stop::CatchSyscall { tid: Some(thread_id(tid)), number, position: CatchSyscallPosition::Entry }
        }
        Halt::Kernel(DebugEvent::Answered { tid, number }) => {
            Stop::CatchSyscall { tid: Some(thread_id(tid)), number, position: CatchSyscallPosition::Return }
        }
        Halt::Kernel(DebugEvent::Created { parent, child, lends: false }) => {
            Stop::Fork { cur_tid: thread_id(parent), new_tid: thread_id(child) }
        }
        Halt::Kernel(DebugEvent::Created { parent, child, lends: true }) => {
            Stop::VFork { cur_tid: thread_id(parent), new_tid: thread_id(child) }
        }
        Halt::Kernel(DebugEvent::VforkDone { tid }) => Stop::VForkDone(thread_id(tid)),
        Halt::Kernel(DebugEvent::Executed { pid }) => {
            let path = session.timeline.kernel().executable_of(pid).unwrap_or_default();
            let path: String = path.iter().map(|byte| format!("{byte:02x}")).collect();
            let id = if shared.borrow().multiprocess { format!("p{pid:x}.{pid:x}") } else { format!("{pid:x}") };
            shared.borrow_mut().instead = Some(format!("T05exec:{path};thread:{id};"));
            trap(pid)
        }
        Halt::Kernel(DebugEvent::Ended { pid, exit }) => {
            let debugged = session.processes.contains(&pid);
            let pid = if debugged { pid } else { session.processes.first().copied().unwrap_or(pid) };
            session.leave(pid);
            shared.borrow_mut().ended = pid;
            match exit {
                // Its process is gone because the first one has ended.
                _ if !debugged => Stop::Terminated(Signal::SIGKILL),
                Termination::Status(status) => Stop::Exited(status),
                Termination::Signal(signal) => Stop::Terminated(Signal(to_gdb(signal.into()))),
            }
        }
        Halt::Interrupted => match incoming.next() {
            GdbMessage::End => return None,
            _ => Stop::SignalWithThread { tid: thread_id(speaker), signal: Signal::SIGINT },
        },
        Halt::Refused => Stop::SignalWithThread { tid: thread_id(speaker), signal: Signal::SIGZERO },
        Halt::HistoryBegins { .. } => Stop::ReplayLog { tid: Some(thread_id(speaker)), pos: ReplayLogPosition::Begin },
        Halt::HistoryEnds { .. } => Stop::ReplayLog { tid: Some(thread_id(speaker)), pos: ReplayLogPosition::End },
        Halt::Failed(_) => Stop::SignalWithThread { tid: thread_id(speaker), signal: Signal::SIGILL },
    };
    if let Stop::SignalWithThread { tid, .. } | Stop::SwBreak(tid) | Stop::Watch { tid, .. } = stop {
        session.looked_at = tid.get() as u32;
    }
    Some(stop)
}

fn failed(error: GdbStubError<io::Error, io::Error>) -> io::Error {
    io::Error::other(error.to_string())
}
