//! Why Stream is not reached is said in words, as far as the connection tells.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

use hims_chat_stream::{
    Settings,
    check::{Limits, Verdict, online},
};
use jiff::Timestamp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// The finding of the check named access for an app at this address, with its remedy.
async fn access(base_url: &str) -> String {
    let mut settings = Settings::new("4711", "thekey", "thesecret");
    settings.base_url = base_url.to_owned();
    settings.patience.attempts = 1;
    let client = settings.client().unwrap();
    let limits = Limits {
        app_id: "4711".to_owned(),
        channel_type: settings.channel_type.clone(),
        monthly_users: 100,
    };
    let findings = online(&client, &limits, Timestamp::now()).await;
    let access = findings.last().unwrap();
    assert_eq!((access.check, access.verdict), ("access", Verdict::Bad));
    let remedy = access.remedy.as_deref().unwrap();
    let said = format!("{} → {remedy}", access.found);
    assert!(
        !said.contains(base_url) && !said.contains("thesecret"),
        "{said}"
    );
    said
}

#[tokio::test]
async fn a_port_where_nobody_listens_refuses() {
    let said = access("http://127.0.0.1:1").await;
    assert!(
        said.contains("the connection is refused") && said.contains("firewall"),
        "{said}"
    );
}

#[tokio::test]
async fn a_name_that_nobody_has_is_not_known() {
    let said = access("https://stream.invalid").await;
    assert!(
        said.contains("the name of its host") && said.contains("DNS"),
        "{said}"
    );
}

#[tokio::test]
async fn who_speaks_no_tls_fails_at_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut hello = [0; 64];
            let _ = socket.read(&mut hello).await;
            let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let said = access(&format!("https://127.0.0.1:{port}")).await;
    assert!(
        said.contains("TLS fails") && said.contains("certificate authority"),
        "{said}"
    );
}
