//! Whatever might lead to the host's network is refused, with the error that Linux gives where there is none.

use crate::{attack, printed};

/// What each attempt meets: the error's number; 0 for the name of a group of the world's own loopback.
const REFUSALS: &str = "\
icmp 1\n\
raw 1\n\
raw6 1\n\
ping 0\n\
packet 97\n\
old-packet 22\n\
netfilter 93\n\
audit 93\n\
generic 93\n\
vsock 97\n\
bluetooth 97\n\
xdp 97\n\
alg 97\n\
can 97\n\
key 97\n\
sctp 93\n\
mptcp 93\n\
192.0.2.1 101\n\
datagram 101\n\
bound 99\n\
10.0.0.1 101\n\
datagram 101\n\
bound 99\n\
224.0.0.1 101\n\
datagram 101\n\
bound 0\n\
255.255.255.255 101\n\
datagram 101\n\
bound 0\n\
169.254.169.254 101\n\
datagram 101\n\
bound 99\n\
2001:db8::1 101\n\
::ffff:192.0.2.1 101\n\
datagram 101\n\
127.0.0.1 111\n\
eth0 19\n\
abstract 111\n\
bus 2\n\
";

#[test]
fn nothing_reaches_the_hosts_network() {
    let output = attack("network", &["escape"], &[]);
    assert_eq!(printed(&output), REFUSALS);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("--connect 192.0.2.1:53 would allow it"), "{errors}");
}
