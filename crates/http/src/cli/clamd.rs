//! The scanner ClamAV, asked through its daemon `clamd` (<https://docs.clamav.net/manual/Usage/Scanning.html>).

use std::{fmt, io, str::FromStr, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use domain::FileName;
use ports::{AttachmentScanner, Error, Result, Scan};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(5);

/// How long one file may take. Pages wait for a minute.
const SCANNING: Duration = Duration::from_secs(45);

/// Bytes sent at once.
const CHUNK: usize = 64 * 1024;

/// An answer is one line; a signature's name has far fewer bytes.
const LONGEST_ANSWER: u64 = 4096;

/// The address of `clamd`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Clamd {
    /// A socket of this machine, by its path.
    Unix(String),
    /// A host and a port.
    Tcp(String),
}

impl FromStr for Clamd {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        const RIGHT: &str = "must be like unix:///run/clamav/clamd.ctl or tcp://127.0.0.1:3310";
        if let Some(path) = text.strip_prefix("unix://") {
            let is_path = cfg!(unix) && path.len() > 1 && path.starts_with('/');
            return is_path.then(|| Self::Unix(path.to_owned())).ok_or(RIGHT);
        }
        let address = text.strip_prefix("tcp://").ok_or(RIGHT)?;
        let (host, port) = address.rsplit_once(':').ok_or(RIGHT)?;
        let is_port = port.parse::<u16>().is_ok_and(|port| port > 0);
        let is_host = !host.is_empty() && !host.contains(['/', '@', '?', ' ']);
        (is_port && is_host)
            .then(|| Self::Tcp(address.to_owned()))
            .ok_or(RIGHT)
    }
}

impl fmt::Display for Clamd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "clamd at unix://{path}"),
            Self::Tcp(address) => write!(f, "clamd at tcp://{address}"),
        }
    }
}

/// Both kinds of connection.
trait Line: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

impl Clamd {
    async fn connect(&self) -> io::Result<Box<dyn Line>> {
        let connecting = async {
            Ok(match self {
                #[cfg(unix)]
                Self::Unix(path) => {
                    Box::new(tokio::net::UnixStream::connect(path).await?) as Box<dyn Line>
                }
                #[cfg(not(unix))]
                Self::Unix(_) => return Err(io::ErrorKind::Unsupported.into()),
                Self::Tcp(address) => Box::new(TcpStream::connect(address).await?),
            })
        };
        timeout(CONNECTING, connecting).await?
    }

    /// Sends a command and what belongs to it, and reads the answer.
    async fn ask(&self, command: &[u8], file: Option<&[u8]>) -> io::Result<String> {
        let mut line = self.connect().await?;
        let sent = send(&mut line, command, file).await;
        let mut answer = Vec::new();
        // One that refuses a file answers before it has read all of it.
        let read = (&mut line)
            .take(LONGEST_ANSWER)
            .read_to_end(&mut answer)
            .await;
        if answer.is_empty() {
            sent?;
            read?;
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let answer = String::from_utf8_lossy(&answer);
        Ok(answer.trim_end_matches(['\0', '\n']).to_owned())
    }

    fn silent(&self, why: &io::Error) -> Error {
        Error::unavailable(format!("{self} does not answer ({})", why.kind()))
    }
}

async fn send(line: &mut Box<dyn Line>, command: &[u8], file: Option<&[u8]>) -> io::Result<()> {
    line.write_all(command).await?;
    if let Some(file) = file {
        for chunk in file.chunks(CHUNK) {
            let length = u32::try_from(chunk.len()).unwrap_or_default();
            line.write_all(&length.to_be_bytes()).await?;
            line.write_all(chunk).await?;
        }
        line.write_all(&[0; 4]).await?;
    }
    line.flush().await
}

#[async_trait]
impl AttachmentScanner for Clamd {
    async fn scan(&self, _: &FileName, _: &str, bytes: &Bytes) -> Result<Scan> {
        let asked = timeout(SCANNING, self.ask(b"zINSTREAM\0", Some(bytes))).await;
        let answer = asked.map_err(io::Error::from).flatten();
        let answer = answer.map_err(|why| self.silent(&why))?;
        let verdict = answer.strip_prefix("stream: ").unwrap_or(&answer);
        if verdict == "OK" {
            Ok(Scan::Clean)
        } else if let Some(found) = verdict.strip_suffix(" FOUND") {
            Ok(Scan::Refused {
                reason: format!("was not stored, because the virus scanner found {found} in it"),
            })
        } else if verdict.contains("size limit exceeded") {
            Ok(Scan::Refused {
                reason: "was not stored, because it is larger than the virus scanner takes"
                    .to_owned(),
            })
        } else {
            Err(Error::unavailable(format!(
                "{self} could not scan a file: {verdict}"
            )))
        }
    }

    fn name(&self) -> String {
        self.to_string()
    }

    async fn check(&self) -> Result<()> {
        let asked = timeout(CONNECTING, self.ask(b"zPING\0", None)).await;
        match asked.map_err(io::Error::from).flatten() {
            Ok(answer) if answer == "PONG" => Ok(()),
            Ok(_) => Err(Error::unavailable(format!(
                "{self} gives no answer of clamd's"
            ))),
            Err(why) => Err(self.silent(&why)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_socket_or_a_port() {
        let read = |text: &str| text.parse::<Clamd>().ok();
        let path = "/run/clamav/clamd.ctl".to_owned();
        assert_eq!(
            read("unix:///run/clamav/clamd.ctl"),
            Some(Clamd::Unix(path))
        );
        let address = |text: &str| Some(Clamd::Tcp(text.to_owned()));
        assert_eq!(read("tcp://127.0.0.1:3310"), address("127.0.0.1:3310"));
        assert_eq!(read("tcp://[::1]:3310"), address("[::1]:3310"));
        for text in [
            "",
            "clamd",
            "/run/clamd.ctl",
            "unix://",
            "unix://run/clamd",
            "tcp://",
            "tcp://clamd",
            "tcp://clamd:0",
            "tcp://clamd:x",
            "tcp://a/b:3310",
            "http://clamd:3310",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
