//! What the kernel answers to those who ask through netlink for devices, addresses and routes (rtnetlink(7)).

use crate::linux::abi::Encoded;
use crate::linux::abi::netlink::{
    Ifinfomsg, NLM_F_ACK, NLM_F_DUMP, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR, Nlmsghdr, RTM_BASE, RTM_GETADDR,
    RTM_GETLINK, RTM_GETROUTE, RTM_NEWLINK, RTM_NEWROUTE,
};
use crate::linux::errno::Errno;

use super::attribute::aligned;
use super::loopback::{INDEX, addresses, link};
use super::routes;

/// The messages that answer a message: those of each request in it.
pub fn answers(message: &[u8], port: u32) -> Vec<Vec<u8>> {
    let (mut rest, mut answers) = (message, Vec::new());
    while rest.len() >= Nlmsghdr::SIZE {
        let head = Nlmsghdr::decode(&mut &rest[..]);
        let size = head.nlmsg_len as usize;
        if size < Nlmsghdr::SIZE || size > rest.len() {
            break;
        }
        answers.extend(answer(&head, &rest[Nlmsghdr::SIZE..size], &rest[..size], port));
        rest = &rest[aligned(size).min(rest.len())..];
    }
    answers
}

fn answer(head: &Nlmsghdr, body: &[u8], request: &[u8], port: u32) -> Vec<Vec<u8>> {
    let kind = head.nlmsg_type;
    if kind < RTM_BASE {
        return Vec::new();
    }
    // Of each four kinds the third asks: the others change, which nobody may.
    let asks = kind % 4 == 2;
    let dumps = head.nlmsg_flags & NLM_F_DUMP == NLM_F_DUMP;
    let family = u32::from(body.first().copied().unwrap_or_default());
    let flags = if dumps { NLM_F_MULTI } else { 0 };
    let told = match u32::from(kind) {
        _ if !asks => Err(Errno::EPERM),
        RTM_GETLINK if dumps || is_meant(body) => Ok(vec![(RTM_NEWLINK as u16, link())]),
        RTM_GETLINK => Err(Errno::ENODEV),
        RTM_GETADDR if dumps => Ok(addresses(family)),
        RTM_GETROUTE if dumps => Ok(routes::all(family)),
        RTM_GETROUTE => routes::to(body).map(|route| vec![(RTM_NEWROUTE as u16, route)]),
        _ if dumps => Ok(Vec::new()),
        _ => Err(Errno::EOPNOTSUPP),
    };
    let finished = |kind: u16, flags: u16, body: &[u8]| framed(head, port, kind, flags, body);
    match told {
        Err(error) => vec![finished(NLMSG_ERROR as u16, 0, &failure(error, request))],
        Ok(parts) => {
            // A dump is one message, its end another, as far as a reader's buffer is concerned.
            let parts = parts.iter().flat_map(|(kind, body)| finished(*kind, flags, body)).collect::<Vec<u8>>();
            let mut messages: Vec<Vec<u8>> = Some(parts).into_iter().filter(|parts| !parts.is_empty()).collect();
            if dumps {
                messages.push(finished(NLMSG_DONE as u16, flags, &0_u32.to_le_bytes()));
            } else if head.nlmsg_flags & NLM_F_ACK != 0 {
                messages.push(finished(NLMSG_ERROR as u16, 0, &[&[0; 4], &request[..Nlmsghdr::SIZE]].concat()));
            }
            messages
        }
    }
}

/// Whether a request for one device means the loopback: by its number or its name.
fn is_meant(body: &[u8]) -> bool {
    let wanted = Ifinfomsg::decode(&mut &body[..]).ifi_index;
    wanted == INDEX || wanted == 0 && body.windows(3).any(|bytes| bytes == b"lo\0")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(kind: u32, flags: u16) -> Vec<(u16, Vec<u8>)> {
        let head = Nlmsghdr { nlmsg_len: 20, nlmsg_type: kind as u16, nlmsg_flags: flags, nlmsg_seq: 7, nlmsg_pid: 0 };
        let answers = answers(&[head.to_bytes().as_slice(), &[0; 4]].concat(), 9);
        let kind = |bytes: &Vec<u8>| Nlmsghdr::decode(&mut bytes.as_slice()).nlmsg_type;
        answers.into_iter().map(|bytes| (kind(&bytes), bytes)).collect()
    }

    #[test]
    fn a_dump_tells_of_the_loopback_and_ends() {
        let links = ask(RTM_GETLINK, NLM_F_DUMP);
        assert_eq!(links.iter().map(|(kind, _)| u32::from(*kind)).collect::<Vec<_>>(), [RTM_NEWLINK, NLMSG_DONE]);
        assert!(links[0].1.windows(3).any(|bytes| bytes == b"lo\0"));
        let addresses = &ask(RTM_GETADDR, NLM_F_DUMP)[0].1;
        assert!(addresses.windows(4).any(|bytes| bytes == [127, 0, 0, 1]));
    }

    #[test]
    fn nobody_may_change_it() {
        let answers = ask(RTM_NEWLINK, NLM_F_ACK);
        assert_eq!((answers.len(), u32::from(answers[0].0)), (1, NLMSG_ERROR));
        assert_eq!(answers[0].1[16..20], (-1_i32).to_le_bytes());
    }
}
