//! What the kernel answers to those who ask through netlink for devices, addresses and routes (rtnetlink(7)).

use crate::linux::abi::Encoded;
use crate::linux::abi::netlink::{
    Ifinfomsg, Nlmsghdr, RTM_BASE, RTM_GETADDR, RTM_GETLINK, RTM_GETROUTE, RTM_NEWLINK, RTM_NEWROUTE,
};
use crate::linux::errno::Errno;

use super::loopback::{INDEX, addresses, link};
use super::netlink::{self, Parts, dumps};
use super::routes;

/// The messages that answer a message: those of each request in it.
pub fn answers(message: &[u8], port: u32) -> Vec<Vec<u8>> {
    netlink::answers(message, port, answer)
}

fn answer(head: &Nlmsghdr, body: &[u8]) -> Option<Result<Parts, Errno>> {
    let kind = head.nlmsg_type;
    if kind < RTM_BASE {
        return None;
    }
    // Of each four kinds the third asks: the others change, which nobody may.
    let asks = kind % 4 == 2;
    let dumps = dumps(head);
    let family = u32::from(body.first().copied().unwrap_or_default());
    Some(match u32::from(kind) {
        _ if !asks => Err(Errno::EPERM),
        RTM_GETLINK if dumps || is_meant(body) => Ok(vec![(RTM_NEWLINK as u16, link())]),
        RTM_GETLINK => Err(Errno::ENODEV),
        RTM_GETADDR if dumps => Ok(addresses(family)),
        RTM_GETROUTE if dumps => Ok(routes::all(family)),
        RTM_GETROUTE => routes::to(body).map(|route| vec![(RTM_NEWROUTE as u16, route)]),
        _ if dumps => Ok(Vec::new()),
        _ => Err(Errno::EOPNOTSUPP),
    })
}

/// Whether a request for one device means the loopback: by its number or its name.
fn is_meant(body: &[u8]) -> bool {
    let wanted = Ifinfomsg::decode(&mut &body[..]).ifi_index;
    wanted == INDEX || wanted == 0 && body.windows(3).any(|bytes| bytes == b"lo\0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::netlink::{NLM_F_ACK, NLM_F_DUMP, NLMSG_DONE, NLMSG_ERROR};

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
