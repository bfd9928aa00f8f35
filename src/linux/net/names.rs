//! Messages of the name server that a world has, where the host's names were granted (RFC 1035).

use std::net::IpAddr;

use simple_dns::rdata::{A, AAAA, RData};
use simple_dns::{CLASS, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};

/// Seconds for which an answer may be kept: the host keeps it itself.
const LIFETIME: u32 = 5;

/// The port of name servers.
pub const NAME_PORT: u16 = 53;

/// The name that a query asks for.
pub fn asked(query: &[u8]) -> Option<String> {
    let packet = Packet::parse(query).ok()?;
    Some(packet.questions.first()?.qname.to_string())
}

/// The answer to a query: those addresses that are of the type that it asks for. No addresses at all mean that
/// there is no such name.
pub fn answer(query: &[u8], addresses: &[IpAddr]) -> Option<Vec<u8>> {
    let packet = Packet::parse(query).ok()?;
    let question = packet.questions.first()?.clone();
    let mut reply = Packet::new_reply(packet.id());
    reply.set_flags(PacketFlag::RECURSION_DESIRED | PacketFlag::RECURSION_AVAILABLE);
    if addresses.is_empty() {
        *reply.rcode_mut() = RCODE::NameError;
    }
    let wanted = |address: &&IpAddr| match question.qtype {
        QTYPE::TYPE(TYPE::A) => address.is_ipv4(),
        QTYPE::TYPE(TYPE::AAAA) => address.is_ipv6(),
        _ => false,
    };
    let record = |address: &IpAddr| {
        let data = match address {
            IpAddr::V4(address) => RData::A(A { address: (*address).into() }),
            IpAddr::V6(address) => RData::AAAA(AAAA { address: (*address).into() }),
        };
        ResourceRecord::new(question.qname.clone(), CLASS::IN, LIFETIME, data)
    };
    reply.answers = addresses.iter().filter(wanted).map(record).collect();
    reply.questions.push(question.clone());
    reply.build_bytes_vec().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use simple_dns::{Name, QCLASS, Question};

    #[test]
    fn a_query_is_answered_by_its_type() {
        let mut query = Packet::new_query(7);
        let name = Name::new("example.org").unwrap();
        query.questions.push(Question::new(name, TYPE::A.into(), QCLASS::CLASS(CLASS::IN), false));
        let query = query.build_bytes_vec().unwrap();
        assert_eq!(asked(&query).as_deref(), Some("example.org"));
        let addresses = ["192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap()];
        let reply = answer(&query, &addresses).unwrap();
        let reply = Packet::parse(&reply).unwrap();
        assert_eq!((reply.id(), reply.answers.len(), reply.rcode()), (7, 1, RCODE::NoError));
        let nobody = answer(&query, &[]).unwrap();
        assert_eq!(Packet::parse(&nobody).unwrap().rcode(), RCODE::NameError);
        assert_eq!(asked(b"nonsense"), None);
    }
}
