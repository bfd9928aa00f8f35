//! Messages of netlink(7): the requests in one, and the answers to each.

use crate::linux::abi::Encoded;
use crate::linux::abi::netlink::{NLM_F_ACK, NLM_F_DUMP, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR, Nlmsghdr};
use crate::linux::errno::Errno;

use super::attribute::aligned;

/// What a request is answered with: messages by their type, without heads.
pub type Parts = Vec<(u16, Vec<u8>)>;

/// Most bytes of a dump that come at once, unless one part has more: what readers have room for at least.
const PAGE: usize = 4096;

/// The messages that answer a message: those of each request in it that is not for nobody.
pub fn answers(
    message: &[u8],
    port: u32,
    told: impl Fn(&Nlmsghdr, &[u8]) -> Option<Result<Parts, Errno>>,
) -> Vec<Vec<u8>> {
    let (mut rest, mut answers) = (message, Vec::new());
    while rest.len() >= Nlmsghdr::SIZE {
        let head = Nlmsghdr::decode(&mut &rest[..]);
        let size = head.nlmsg_len as usize;
        if size < Nlmsghdr::SIZE || size > rest.len() {
            break;
        }
        let request = &rest[..size];
        let told = told(&head, &request[Nlmsghdr::SIZE..]);
        answers.extend(told.into_iter().flat_map(|told| answer(&head, told, request, port)));
        rest = &rest[aligned(size).min(rest.len())..];
    }
    answers
}

/// Whether a request asks for everything.
pub fn dumps(head: &Nlmsghdr) -> bool {
    head.nlmsg_flags & NLM_F_DUMP == NLM_F_DUMP
}

fn answer(head: &Nlmsghdr, told: Result<Parts, Errno>, request: &[u8], port: u32) -> Vec<Vec<u8>> {
    let flags = if dumps(head) { NLM_F_MULTI } else { 0 };
    let finished = |kind: u16, flags: u16, body: &[u8]| framed(head, port, kind, flags, body);
    let parts = match told {
        Ok(parts) => parts,
        Err(error) => return vec![finished(NLMSG_ERROR as u16, 0, &failure(error, request))],
    };
    // Parts of a dump come together, its end apart, as far as a reader's buffer is concerned.
    let mut messages: Vec<Vec<u8>> = Vec::new();
    for part in parts.iter().map(|(kind, body)| finished(*kind, flags, body)) {
        match messages.last_mut().filter(|last| last.len() + part.len() <= PAGE) {
            Some(last) => last.extend(part),
            None => messages.push(part),
        }
    }
    if dumps(head) {
        messages.push(finished(NLMSG_DONE as u16, flags, &0_u32.to_le_bytes()));
    } else if head.nlmsg_flags & NLM_F_ACK != 0 {
        messages.push(finished(NLMSG_ERROR as u16, 0, &[&[0; 4], &request[..Nlmsghdr::SIZE]].concat()));
    }
    messages
}

/// What is wrong with a request, and the request.
fn failure(error: Errno, request: &[u8]) -> Vec<u8> {
    [&error.0.wrapping_neg().to_le_bytes(), request].concat()
}

/// A message with its head.
fn framed(asked: &Nlmsghdr, port: u32, kind: u16, flags: u16, body: &[u8]) -> Vec<u8> {
    let size = Nlmsghdr::SIZE + body.len();
    let head = Nlmsghdr {
        nlmsg_len: size as u32,
        nlmsg_type: kind,
        nlmsg_flags: flags,
        nlmsg_seq: asked.nlmsg_seq,
        nlmsg_pid: port,
    };
    let mut bytes = [head.to_bytes().as_slice(), body].concat();
    bytes.resize(aligned(size), 0);
    bytes
}
