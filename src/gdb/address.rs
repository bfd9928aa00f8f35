//! Where gdb finds the server, and the connection that it makes.

use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;

/// Where gdb finds the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GdbAddress {
    /// An address and a port of TCP: `127.0.0.1:1234`.
    Tcp(String),
    /// The path of a socket.
    Unix(PathBuf),
}

/// Both directions of a connection.
pub type Ends = (Box<dyn Read + Send>, Box<dyn Write + Send>);

impl std::str::FromStr for GdbAddress {
    type Err = String;

    /// `PORT`, `ADDR:PORT` or `unix:PATH`.
    fn from_str(text: &str) -> Result<GdbAddress, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            return Ok(GdbAddress::Unix(path.into()));
        }
        let (host, port) = text.rsplit_once(':').unwrap_or(("127.0.0.1", text));
        let host = if host.is_empty() { "127.0.0.1" } else { host };
        match port.parse::<u16>() {
            Ok(port) => Ok(GdbAddress::Tcp(format!("{host}:{port}"))),
            Err(_) => Err(format!("`{text}` is none of PORT, ADDR:PORT and unix:PATH")),
        }
    }
}

impl GdbAddress {
    /// Waits for one connection. `ready` is told how gdb connects.
    ///
    /// # Errors
    /// The host does not let us listen there.
    pub fn accept(&self, ready: &mut dyn FnMut(&str)) -> io::Result<Ends> {
        match self {
            GdbAddress::Tcp(address) => {
                let listener = TcpListener::bind(address)?;
                ready(&listener.local_addr()?.to_string());
                let (stream, _) = listener.accept()?;
                // Packets are small, and each waits for its answer.
                stream.set_nodelay(true)?;
                Ok((Box::new(stream.try_clone()?), Box::new(stream)))
            }
            GdbAddress::Unix(path) => accept_unix(path, ready),
        }
    }
}

#[cfg(unix)]
fn accept_unix(path: &std::path::Path, ready: &mut dyn FnMut(&str)) -> io::Result<Ends> {
    let listener = std::os::unix::net::UnixListener::bind(path)?;
    ready(&path.display().to_string());
    let accepted = listener.accept();
    // Nobody else comes.
    let _ = std::fs::remove_file(path);
    let (stream, _) = accepted?;
    Ok((Box::new(stream.try_clone()?), Box::new(stream)))
}

#[cfg(not(unix))]
fn accept_unix(_: &std::path::Path, _: &mut dyn FnMut(&str)) -> io::Result<Ends> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this host has no Unix sockets: give a port"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let tcp = |text: &str| Ok(GdbAddress::Tcp(text.into()));
        assert_eq!("1234".parse(), tcp("127.0.0.1:1234"));
        assert_eq!(":1234".parse(), tcp("127.0.0.1:1234"));
        assert_eq!("[::1]:1234".parse(), tcp("[::1]:1234"));
        assert_eq!("unix:/tmp/x".parse(), Ok(GdbAddress::Unix("/tmp/x".into())));
        assert!("host:port".parse::<GdbAddress>().is_err());
    }
}
