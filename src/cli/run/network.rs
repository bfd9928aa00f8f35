//! What `--connect` and `--listen` say, and what a program was refused for want of them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::linux::{ConnectGrant, ListenGrant, RefusedAddress};

use super::super::failure::{self, Failure};

/// The most refused addresses that are listed.
const MAX_REFUSED: usize = 10;

/// What `--connect` grants: `HOST:PORT`, or `all`.
///
/// # Errors
/// There is no port.
pub fn connect(text: &str) -> Result<ConnectGrant, Failure> {
    if text == "all" {
        return Ok(ConnectGrant::Everywhere);
    }
    let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    match parts {
        Some((host, port)) if !host.is_empty() => {
            Ok(ConnectGrant::To(host.trim_start_matches('[').trim_end_matches(']').into(), port))
        }
        _ => Err(Failure::failed(format_args!("--connect: `{text}` names no port; write HOST:PORT, or all"))),
    }
}

/// What `--listen` grants: `PORT`, with an address before it, or the guest's port behind it.
///
/// # Errors
/// It is none of these.
pub fn listen(text: &str) -> Result<ListenGrant, Failure> {
    let wrong = || Failure::failed(format_args!("--listen: `{text}` is not [ADDR:]PORT[:GUESTPORT]"));
    let (address, ports) = match text.strip_prefix('[').and_then(|rest| rest.split_once("]:")) {
        Some((address, ports)) => (Some(address), ports),
        None => match text.split_once(':') {
            Some((address, ports)) if address.parse::<IpAddr>().is_ok() => (Some(address), ports),
            _ => (None, text),
        },
    };
    let address = address.map_or(Ok(IpAddr::from(Ipv4Addr::LOCALHOST)), |address| address.parse().map_err(|_| wrong()));
    let (outer, inner) = ports.split_once(':').unwrap_or((ports, ports));
    let port = |text: &str| text.parse::<u16>().map_err(|_| wrong());
    Ok(ListenGrant { address: SocketAddr::new(address?, port(outer)?), port: port(inner)? })
}

/// Tells the user which addresses the program was refused, and what would have granted them.
pub fn tell_refused(refused: &[RefusedAddress]) {
    for RefusedAddress { address, datagram } in refused.iter().take(MAX_REFUSED) {
        match datagram {
            false => failure::warn(format_args!(
                "the program was not allowed to connect to {address}; --connect {address} would allow it"
            )),
            true => failure::warn(format_args!(
                "the program sent a datagram to {address}, which was refused: only connections can be granted"
            )),
        }
    }
    if refused.len() > MAX_REFUSED {
        failure::warn(format_args!("and {} more", refused.len() - MAX_REFUSED));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_are_read() {
        let at = |text: &str| listen(text).ok().map(|grant| (grant.address.to_string(), grant.port));
        assert_eq!(at("8080"), Some(("127.0.0.1:8080".into(), 8080)));
        assert_eq!(at("8080:80"), Some(("127.0.0.1:8080".into(), 80)));
        assert_eq!(at("0.0.0.0:8080:80"), Some(("0.0.0.0:8080".into(), 80)));
        assert_eq!(at("[::1]:8080"), Some(("[::1]:8080".into(), 8080)));
        assert!(listen("here:80").is_err() && listen("80:x").is_err() && listen("").is_err());
        assert_eq!(connect("example.org:443").ok(), Some(ConnectGrant::To("example.org".into(), 443)));
        assert_eq!(connect("[::1]:443").ok(), Some(ConnectGrant::To("::1".into(), 443)));
        assert_eq!(connect("all").ok(), Some(ConnectGrant::Everywhere));
        assert!(connect("example.org").is_err() && connect(":80").is_err());
    }
}
