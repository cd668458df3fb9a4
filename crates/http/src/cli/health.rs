//! Asks the running service how it is, for containers and for people at the console.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use hyper::{Request, StatusCode, body::Bytes, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

use super::{CliError, config::Settings, say::say};

/// Longer than the service itself waits for the database.
const PATIENCE: Duration = Duration::from_secs(10);

/// `hims-chat health`: prints the answer of `/health/ready`, and fails where that is not 200.
pub(super) async fn health(settings: &Settings) -> Result<(), CliError> {
    let listens = settings
        .admin_listen()?
        .map_or_else(|| settings.listen(), Ok)?;
    let address = SocketAddr::new(reachable(listens.ip()), listens.port());
    let failed = |problem: String| CliError::Start(format!("{address} {problem}"));
    let (status, answer) = timeout(PATIENCE, ask(address))
        .await
        .map_err(|_| failed(format!("does not answer within {} s", PATIENCE.as_secs())))?
        .map_err(|error| failed(format!("does not answer: {error}")))?;
    say(answer)?;
    match status {
        StatusCode::OK => Ok(()),
        status => Err(failed(format!("is not ready: {status}"))),
    }
}

/// The loopback address for a service that listens on every one.
fn reachable(listens: IpAddr) -> IpAddr {
    match listens {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}

async fn ask(address: SocketAddr) -> Result<(StatusCode, String), Box<dyn std::error::Error>> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let request = Request::get("/health/ready")
        .header(HOST, address.to_string())
        .body(axum::body::Body::empty())?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    let body: Bytes =
        axum::body::to_bytes(axum::body::Body::new(answer.into_body()), 1 << 20).await?;
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_asked_at_the_loopback_one() {
        for (listens, asked) in [
            ("0.0.0.0", "127.0.0.1"),
            ("::", "::1"),
            ("10.0.0.7", "10.0.0.7"),
        ] {
            let listens: IpAddr = listens.parse().unwrap();
            assert_eq!(reachable(listens).to_string(), asked);
        }
    }
}
