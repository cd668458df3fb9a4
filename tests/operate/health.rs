//! `hims-chat health` says how the running service is.

use crate::support::{database::Engine, hospital::Hospital, server::Server};

#[tokio::test]
async fn it_tells_the_running_service_from_one_that_is_gone() {
    let mut hospital = Hospital::open(Engine::Sqlite).await;
    let address = hospital.server.address().to_owned();
    let listens = [("HIMS_LISTEN", address.as_str())];
    let asked = async || Server::output(&hospital.database, &["health"], &listens).await;
    let well = asked().await;
    let said = String::from_utf8_lossy(&well.stdout).into_owned();
    assert!(
        well.status.success(),
        "{}",
        String::from_utf8_lossy(&well.stderr)
    );
    assert!(said.contains("\"status\":\"ready\""), "{said}");

    hospital.server.stop().await;
    let gone = Server::output(&hospital.database, &["health"], &listens).await;
    let said = String::from_utf8_lossy(&gone.stderr).into_owned();
    assert_eq!(gone.status.code(), Some(1));
    assert!(
        said.contains(&format!("{address} does not answer")),
        "{said}"
    );
}

#[tokio::test]
async fn it_asks_at_the_operators_address() {
    let own = [("HIMS_ADMIN_LISTEN", "127.0.0.1:0")];
    let hospital = Hospital::open_with(Engine::Sqlite, &own).await;
    let printed = hospital.server.prints("metrics and OpenAPI are on").await;
    let (_, rest) = printed
        .split_once("metrics and OpenAPI are on http://")
        .unwrap();
    let apart = rest.split_whitespace().next().unwrap();
    let listens = [("HIMS_LISTEN", "127.0.0.1:1"), ("HIMS_ADMIN_LISTEN", apart)];
    let asked = Server::output(&hospital.database, &["health"], &listens).await;
    assert!(
        asked.status.success(),
        "{}",
        String::from_utf8_lossy(&asked.stderr)
    );
}
