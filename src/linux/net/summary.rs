//! What `/proc/net` sums up of the sockets of a world (proc(5)). What a loopback has moved is not counted.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};

use crate::linux::abi::sockets::{AF_INET, AF_INET6, TCP_CLOSE_WAIT, TCP_ESTABLISHED};

use super::ports::Transport;
use super::socket::{Socket, SocketNetwork};

/// The counters of a protocol in `/proc/net/snmp`, and those that are not zero.
type Counters = (&'static str, &'static str, &'static [(&'static str, i64)]);

const COUNTERS: [Counters; 5] = [
    (
        "Ip",
        "Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers \
         OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates",
        &[("Forwarding", 2), ("DefaultTTL", 64)],
    ),
    (
        "Icmp",
        "InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs InRedirects InEchos \
         InEchoReps InTimestamps InTimestampReps InAddrMasks InAddrMaskReps OutMsgs OutErrors OutDestUnreachs \
         OutTimeExcds OutParmProbs OutSrcQuenchs OutRedirects OutEchos OutEchoReps OutTimestamps OutTimestampReps \
         OutAddrMasks OutAddrMaskReps",
        &[],
    ),
    (
        "Tcp",
        "RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs \
         OutSegs RetransSegs InErrs OutRsts InCsumErrors",
        &[("RtoAlgorithm", 1), ("RtoMin", 200), ("RtoMax", 120_000), ("MaxConn", -1)],
    ),
    ("Udp", UDP, &[]),
    ("UdpLite", UDP, &[]),
];

const UDP: &str =
    "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors";

impl SocketNetwork {
    /// `/proc/net/sockstat`, or `sockstat6`.
    pub fn statistics(&self, family: u32) -> String {
        let sockets = self.sockets();
        let count = |is: &dyn Fn(&Socket) -> bool| {
            sockets.iter().filter(|socket| socket.family == family && is(socket)).count()
        };
        let inuse = count(&|socket| socket.is_tcp() && socket.is_found());
        let udp = count(&|socket| socket.transport() == Transport::Datagram && socket.is_found());
        let lite = count(&|socket| socket.transport() == Transport::Lite && socket.is_found());
        if family == AF_INET6 {
            return format!(
                "TCP6: inuse {inuse}\nUDP6: inuse {udp}\nUDPLITE6: inuse {lite}\nRAW6: inuse 0\n\
                 FRAG6: inuse 0 memory 0\n"
            );
        }
        let (all, alloc) = (sockets.len(), sockets.iter().filter(|socket| socket.is_tcp()).count());
        format!(
            "sockets: used {all}\nTCP: inuse {inuse} orphan 0 tw 0 alloc {alloc} mem 0\nUDP: inuse {udp} mem 0\n\
             UDPLITE: inuse {lite}\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n"
        )
    }

    /// `/proc/net/snmp`.
    pub fn counters(&self) -> String {
        let stands = |socket: &Socket| matches!(socket.standing(), TCP_ESTABLISHED | TCP_CLOSE_WAIT);
        let connections = self.sockets().iter().filter(|socket| socket.is_tcp() && stands(socket)).count();
        let mut text = String::new();
        for (protocol, names, known) in COUNTERS {
            let value = |name: &str| match name {
                "CurrEstab" => connections as i64,
                name => known.iter().find(|(other, _)| *other == name).map_or(0, |(_, value)| *value),
            };
            let values: Vec<String> = names.split(' ').map(|name| value(name).to_string()).collect();
            text += &format!("{protocol}: {names}\n{protocol}: {}\n", values.join(" "));
        }
        text
    }

    /// `/proc/net/igmp`: the groups of IPv4, by how many have joined them. Everybody is in that of all systems.
    pub fn memberships(&self) -> String {
        let mut groups = BTreeMap::from([(Ipv4Addr::new(224, 0, 0, 1), 1)]);
        for socket in self.sockets().iter().filter(|socket| socket.family == AF_INET) {
            for group in socket.state().groups.joined() {
                if let IpAddr::V4(group) = group {
                    *groups.entry(*group).or_insert(0) += 1;
                }
            }
        }
        let mut text = format!(
            "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n1\tlo        : {:5}      V3\n",
            groups.len()
        );
        for (group, users) in groups.iter().rev() {
            let word = u32::from_le_bytes(group.octets());
            let _ = writeln!(text, "\t\t\t\t{word:08X} {users:5} 0:00000000\t\t0");
        }
        text
    }
}
