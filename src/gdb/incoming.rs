//! What comes from gdb: bytes that a thread of the host waits for, and the packets that they are.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use crate::linux::Interrupt;

/// What gdb says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GdbMessage {
    /// A packet, without its frame and its checksum.
    Packet(Vec<u8>),
    /// Ctrl-C.
    Break,
    /// The connection is over.
    End,
}

/// The side of a connection that gdb writes to.
pub struct Incoming {
    chunks: Receiver<Vec<u8>>,
    bytes: VecDeque<u8>,
    ended: bool,
    interrupt: Interrupt,
}

impl Incoming {
    /// Reads in a thread of its own, which wakes a world that waits.
    pub fn start(mut from: Box<dyn Read + Send>, interrupt: Interrupt) -> Incoming {
        let (sender, chunks) = channel();
        let waking = interrupt.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = from.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
                waking.want_attention(true);
            }
            drop(sender);
            waking.want_attention(true);
        });
        Incoming { chunks, bytes: VecDeque::new(), ended: false, interrupt }
    }

    /// Whether gdb has said something, or has gone. The world may wait again if not.
    pub fn has_news(&mut self) -> bool {
        if !self.bytes.is_empty() || self.ended {
            return true;
        }
        self.interrupt.want_attention(false);
        match self.chunks.try_recv() {
            Ok(chunk) => self.bytes.extend(chunk),
            Err(TryRecvError::Empty) => return false,
            Err(TryRecvError::Disconnected) => self.ended = true,
        }
        true
    }

    fn next_byte(&mut self) -> Option<u8> {
        while self.bytes.is_empty() {
            match self.chunks.recv() {
                Ok(chunk) => self.bytes.extend(chunk),
                Err(_) => {
                    self.ended = true;
                    return None;
                }
            }
        }
        self.bytes.pop_front()
    }

    /// Waits for what gdb says next. Acknowledgements are of no interest: the connection loses nothing.
    pub fn next(&mut self) -> GdbMessage {
        loop {
            match self.next_byte() {
                None => return GdbMessage::End,
                Some(3) => return GdbMessage::Break,
                Some(b'$') => break,
                Some(_) => {}
            }
        }
        let mut packet = Vec::new();
        loop {
            match self.next_byte() {
                None => return GdbMessage::End,
                Some(b'#') => break,
                Some(byte) => packet.push(byte),
            }
        }
        let (first, second) = (self.next_byte(), self.next_byte());
        if first.and(second).is_none() { GdbMessage::End } else { GdbMessage::Packet(packet) }
    }
}
