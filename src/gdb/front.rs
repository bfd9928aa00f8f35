//! Packets that `gdbstub` does not know, or not for several processes: they are answered here, before it sees
//! them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::session::{Resumed, Session, Wishes};
use super::signals;

/// What becomes of a packet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PacketAnswer {
    /// This is the answer.
    Reply(Vec<u8>),
    /// `gdbstub` answers.
    Pass,
    /// `gdbstub` answers, after it has been given this packet, whose answer gdb does not get.
    After(String),
    /// This is the answer, and the session is over: the world goes on alone.
    Leave(Vec<u8>),
}

fn ok() -> PacketAnswer {
    PacketAnswer::Reply(b"OK".to_vec())
}

impl Session {
    /// Looks at a packet first.
    pub fn front(&mut self, packet: &[u8]) -> PacketAnswer {
        let text = String::from_utf8_lossy(packet).into_owned();
        let (name, rest) = text.split_at(text.find([':', ';']).unwrap_or(text.len()));
        let rest = rest.get(1..).unwrap_or_default();
        match name {
            "qSupported" => self.learn_features(rest),
            "qfThreadInfo" => self.shared.borrow_mut().lists_threads = true,
            "QStartNoAckMode" => {}
            "QPassSignals" => return self.pass_signals(rest),
            "vKill" => return self.kill_process(rest),
            "D" => return self.detach(rest),
            "k" => return self.kill_all(),
            "vCont" => self.note_resumed(rest),
            "bs" => return PacketAnswer::After(format!("Hc{:x}", self.looked_at)),
            "qXfer" => return self.transfer(rest),
            _ if name.starts_with("Hc") => {
                self.back_alone = matches!(thread_numbers(&name[2..]), (Some(_), None));
                return ok();
            }
            _ if name.starts_with("Hg") => self.look_at(&name[2..]),
            _ => {}
        }
        PacketAnswer::Pass
    }

    fn learn_features(&mut self, features: &str) {
        let has = |name: &str| features.split(';').any(|feature| feature.strip_suffix('+') == Some(name));
        self.wishes = Wishes { forks: has("fork-events"), vforks: has("vfork-events"), executions: has("exec-events") };
        self.shared.borrow_mut().multiprocess = has("multiprocess");
    }

    /// gdb looks at another thread, or at any of a process.
    fn look_at(&mut self, thread: &str) {
        let (pid, tid) = thread_numbers(thread);
        let found = self.threads().into_iter().find(|known| match tid {
            Some(tid) => *known == tid,
            None => pid.is_none() || self.timeline.kernel().process_of(*known) == pid,
        });
        self.looked_at = found.unwrap_or(self.looked_at);
    }

    /// Who goes on: the processes of the threads that the actions name, as in `s:pPID.TID;c:pPID.-1`.
    fn note_resumed(&mut self, actions: &str) {
        let actions: Vec<(&str, Option<&str>)> = actions
            .split(';')
            .map(|action| action.split_once(':').map_or((action, None), |(a, b)| (a, Some(b))))
            .collect();
        let mut pids = BTreeSet::new();
        for (_, thread) in &actions {
            let (pid, tid) = thread.map_or((None, None), thread_numbers);
            match pid.or(tid.and_then(|tid| self.timeline.kernel().process_of(tid))) {
                Some(pid) => drop(pids.insert(pid)),
                None => return self.resumed = Resumed::All,
            }
        }
        let single = |thread: &str| thread_numbers(thread).1.is_some();
        let steps =
            matches!(actions.as_slice(), [(kind, Some(thread))] if kind.starts_with(['s', 'S']) && single(thread));
        self.resumed = Resumed::Some { pids, steps };
    }

    fn pass_signals(&mut self, list: &str) -> PacketAnswer {
        let numbers = list.split(';').filter_map(|number| u8::from_str_radix(number, 16).ok());
        let signals = numbers.filter_map(signals::from_gdb).fold(0, |set, signal| set | 1_u64 << (signal - 1));
        self.timeline.parts().1.pass_signals(signals);
        ok()
    }

    fn kill_process(&mut self, pid: &str) -> PacketAnswer {
        let Ok(pid) = u32::from_str_radix(pid, 16) else { return self.kill_all() };
        self.kill(pid);
        if self.processes.is_empty() { PacketAnswer::Leave(b"OK".to_vec()) } else { ok() }
    }

    fn kill_all(&mut self) -> PacketAnswer {
        self.processes.clone().into_iter().for_each(|pid| self.kill(pid));
        PacketAnswer::Leave(b"OK".to_vec())
    }

    fn detach(&mut self, pid: &str) -> PacketAnswer {
        match u32::from_str_radix(pid, 16) {
            Ok(pid) => self.leave(pid),
            Err(_) => self.processes.clone().into_iter().for_each(|pid| self.leave(pid)),
        }
        if self.processes.is_empty() { PacketAnswer::Leave(b"OK".to_vec()) } else { ok() }
    }

    /// `qXfer:OBJECT:read:ANNEX:OFFSET,LENGTH`.
    fn transfer(&mut self, rest: &str) -> PacketAnswer {
        let parts: Vec<&str> = rest.split(':').collect();
        let bytes = match parts.as_slice() {
            ["auxv", "read", ..] => {
                self.load_auxv();
                return PacketAnswer::Pass;
            }
            ["siginfo", "read", ..] => match self.info {
                Some(info) => info.to_bytes().to_vec(),
                None => return PacketAnswer::Reply(b"E01".to_vec()),
            },
            ["threads", "read", ..] => self.thread_list().into_bytes(),
            _ => return PacketAnswer::Pass,
        };
        let numbers = parts.last().and_then(|range| range.split_once(','));
        let number = |text: &str| usize::from_str_radix(text, 16).unwrap_or_default();
        let (offset, length) = numbers.map_or((0, 0), |(offset, length)| (number(offset), number(length)));
        let rest = bytes.get(offset..).unwrap_or_default();
        let piece = &rest[..rest.len().min(length.div_ceil(2))];
        let more = if piece.len() < rest.len() { b'm' } else { b'l' };
        PacketAnswer::Reply([&[more], escaped(piece).as_slice()].concat())
    }

    /// Threads with their names.
    fn thread_list(&self) -> String {
        let mut xml = String::from("<threads>");
        let threads = self.timeline.kernel().debug_threads();
        for thread in threads.iter().filter(|thread| self.processes.contains(&thread.pid)) {
            let id = match self.shared.borrow().multiprocess {
                true => format!("p{:x}.{:x}", thread.pid, thread.tid),
                false => format!("{:x}", thread.tid),
            };
            let name: String = thread.name.chars().filter(|c| c.is_alphanumeric() || " -_./:+".contains(*c)).collect();
            let state = if thread.waits { "in a system call" } else { "" };
            let _ = write!(xml, "<thread id=\"{id}\" name=\"{name}\">{state}</thread>");
        }
        xml + "</threads>"
    }
}

/// Process and thread of `pPID.TID` or `TID`; `None` for any.
fn thread_numbers(text: &str) -> (Option<u32>, Option<u32>) {
    let number = |text: &str| u32::from_str_radix(text, 16).ok().filter(|number| *number != 0);
    match text.strip_prefix('p') {
        Some(both) => {
            let (pid, tid) = both.split_once('.').unwrap_or((both, ""));
            (number(pid), number(tid))
        }
        None => (None, number(text)),
    }
}

/// Bytes as packets have them (gdb's manual, "Overview" of the remote protocol).
fn escaped(bytes: &[u8]) -> Vec<u8> {
    let escape = |byte: &u8| match byte {
        b'#' | b'$' | b'}' | b'*' => vec![b'}', byte ^ 0x20],
        _ => vec![*byte],
    };
    bytes.iter().flat_map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_read() {
        assert_eq!(thread_numbers("p3e8.3e9"), (Some(0x3e8), Some(0x3e9)));
        assert_eq!(thread_numbers("p3e8.-1"), (Some(0x3e8), None));
        assert_eq!((thread_numbers("0"), thread_numbers("3e9")), ((None, None), (None, Some(0x3e9))));
    }

    #[test]
    fn bytes_with_a_meaning_are_escaped() {
        assert_eq!(escaped(b"a#}"), b"a}\x03}]");
    }
}
