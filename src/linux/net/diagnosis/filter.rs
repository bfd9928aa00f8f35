//! The code by which sock_diag(7) is told which sockets are wanted: conditions, each with the bytes to go on by where it
//! holds and where it does not (`inet_diag_bc_run`). A socket passes where the way ends at the end of the code.

use std::net::{IpAddr, SocketAddr};

use crate::linux::abi::sockets::{AF_INET, AF_UNSPEC};
use crate::linux::errno::Errno;
use crate::linux::net::loopback::INDEX;
use crate::linux::net::socket::Socket;

/// Bytes of a step without what it compares with.
const STEP: usize = 4;
/// Bytes of a host before its address.
const HOST: usize = 8;

/// What a step asks.
enum Condition<'a> {
    Always(bool),
    /// Whether a port is one of these; of the other side, if `far`.
    Port {
        far: bool,
        from: u16,
        to: u16,
    },
    /// Whether the port was given by the kernel.
    Automatic,
    /// Whether an address begins with these bits, and has the port.
    Host {
        far: bool,
        family: u32,
        bits: usize,
        port: i32,
        address: &'a [u8],
    },
    Device(u32),
}

/// A step, the bytes that it has, and those to go on by.
struct Step<'a> {
    condition: Condition<'a>,
    size: usize,
    yes: usize,
    no: usize,
}

/// The step at the front of code; EINVAL for what is none.
fn step(code: &[u8]) -> Result<Step<'_>, Errno> {
    let [kind, yes, no, high] = *code.first_chunk().ok_or(Errno::EINVAL)?;
    let word =
        |at: usize| code.get(at..at + 4).and_then(|bytes| bytes.first_chunk::<4>().copied()).ok_or(Errno::EINVAL);
    let port = || word(STEP).map(|[.., low, high]| u16::from_le_bytes([low, high]));
    let (condition, more) = match kind {
        0 => (Condition::Always(true), 0),
        1 => (Condition::Always(false), 0),
        2 | 4 => (Condition::Port { far: kind == 4, from: port()?, to: u16::MAX }, STEP),
        3 | 5 => (Condition::Port { far: kind == 5, from: 0, to: port()? }, STEP),
        11 | 12 => (Condition::Port { far: kind == 12, from: port()?, to: port()? }, STEP),
        6 => (Condition::Automatic, 0),
        7 | 8 => {
            let [family, bits, ..] = word(STEP)?;
            let size = match u32::from(family) {
                AF_UNSPEC => 0,
                AF_INET => 4,
                _ => 16,
            };
            let address = code.get(STEP + HOST..STEP + HOST + size).ok_or(Errno::EINVAL)?;
            if usize::from(bits) > 8 * size {
                return Err(Errno::EINVAL);
            }
            let port = i32::from_le_bytes(word(STEP + 4)?);
            let (family, bits) = (family.into(), bits.into());
            (Condition::Host { far: kind == 8, family, bits, port, address }, HOST + size)
        }
        9 => (Condition::Device(u32::from_le_bytes(word(STEP)?)), 4),
        _ => return Err(Errno::EINVAL),
    };
    Ok(Step { condition, size: STEP + more, yes: yes.into(), no: u16::from_le_bytes([no, high]).into() })
}

/// Code all of whose steps lead on to others, or to the end; EINVAL else.
pub fn checked(code: &[u8]) -> Result<Vec<u8>, Errno> {
    let (mut at, mut begins, mut leads) = (0, vec![code.len()], Vec::new());
    while at < code.len() {
        let step = step(&code[at..])?;
        let left = code.len() - at;
        let fits = |by: usize| by >= step.size && by <= left + STEP && by % 4 == 0;
        if !fits(step.yes) || !fits(step.no) && !matches!(step.condition, Condition::Always(true)) {
            return Err(Errno::EINVAL);
        }
        begins.push(at);
        leads.push(at + step.no);
        at += step.yes;
    }
    let lost = leads.iter().any(|lead| *lead < code.len() && !begins.contains(lead));
    if at != code.len() || lost { Err(Errno::EINVAL) } else { Ok(code.to_vec()) }
}

/// Whether a socket is one of those that code wants.
pub fn passes(code: &[u8], socket: &Socket) -> bool {
    let mut at = 0;
    while at < code.len() {
        let Ok(step) = step(&code[at..]) else { return false };
        at += if holds(&step.condition, socket) { step.yes } else { step.no };
    }
    at == code.len()
}

fn holds(condition: &Condition, socket: &Socket) -> bool {
    let side = |far: bool| if far { socket.peer_address().internet() } else { socket.address().internet() };
    let port_of = |far: bool| side(far).map_or(0, |address| SocketAddr::port(&address));
    match *condition {
        Condition::Always(yes) => yes,
        Condition::Port { far, from, to } => (from..=to).contains(&port_of(far)),
        Condition::Automatic => socket.state().bound.is_none(),
        Condition::Device(device) => device == 0 || device == INDEX,
        Condition::Host { far, family, bits, port, address } => {
            let given = side(far).map(|address| address.ip());
            let alike = given.is_some_and(|given| begins_with(given, family, address, bits));
            (port == -1 || port == i32::from(port_of(far))) && alike
        }
    }
}

/// Whether an address is of a family, or IPv4 written as IPv6, and its first bits are those of another.
fn begins_with(given: IpAddr, family: u32, wanted: &[u8], bits: usize) -> bool {
    let own = match (given, family) {
        (IpAddr::V6(ip), AF_INET) => match ip.to_ipv4_mapped() {
            Some(ip) => ip.octets().to_vec(),
            None => return false,
        },
        (IpAddr::V4(_), family) if family != AF_INET && family != AF_UNSPEC => return false,
        (IpAddr::V4(ip), _) => ip.octets().to_vec(),
        (IpAddr::V6(ip), _) => ip.octets().to_vec(),
    };
    (0..bits).all(|bit| (own[bit / 8] ^ wanted[bit / 8]) << (bit % 8) & 0x80 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_leads_from_step_to_step() {
        // The port is at least 80, and at most 90.
        let code = [2, 8, 20, 0, 0, 0, 80, 0, 3, 8, 12, 0, 0, 0, 90, 0];
        assert_eq!(checked(&code), Ok(code.to_vec()));
        for (at, wrong) in [(0, 14), (1, 6), (1, 4), (2, 12), (9, 16)] {
            let mut code = code;
            code[at] = wrong;
            assert_eq!(checked(&code), Err(Errno::EINVAL), "{at} {wrong}");
        }
    }

    #[test]
    fn addresses_are_compared_by_their_first_bits() {
        let own: IpAddr = "127.0.0.1".parse().unwrap();
        assert!(begins_with(own, AF_INET, &[127, 255, 0, 0], 8) && !begins_with(own, AF_INET, &[127, 255, 0, 0], 9));
        assert!(begins_with("::ffff:127.0.0.1".parse().unwrap(), AF_INET, &[127, 0, 0, 1], 32));
        assert!(!begins_with("::1".parse().unwrap(), AF_INET, &[0, 0, 0, 1], 0));
    }
}
