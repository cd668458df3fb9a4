//! Metrics and OpenAPI on an address of their own.

use crate::support::{database::Engine, device::Device, hospital::Hospital, wait::until};

#[tokio::test]
async fn metrics_and_openapi_have_an_address_of_their_own_where_one_is_set() {
    let own = [("HIMS_ADMIN_LISTEN", "127.0.0.1:0")];
    let hospital = Hospital::open_with(Engine::Sqlite, &own).await;
    let nobody = Device::new(&hospital.server);
    for path in ["/metrics", "/openapi.json", "/openapi"] {
        assert_eq!(nobody.page(path).await.status, 404, "{path}");
    }
    assert_eq!(nobody.get("/health/live").await.status, 200);
    let apart = until("the second address to be named", async || {
        let printed = hospital.server.printed();
        let (_, rest) = printed.split_once("metrics and OpenAPI are on ")?;
        rest.split_whitespace().next().map(str::to_owned)
    })
    .await;
    let status = async |path: &str| {
        let answer = reqwest::get(format!("{apart}{path}")).await.unwrap();
        answer.status().as_u16()
    };
    for path in ["/metrics", "/openapi.json", "/openapi", "/health/ready"] {
        assert_eq!(status(path).await, 200, "{path}");
    }
    for path in ["/", "/login", "/doctor/chat", "/doctor/inbox/api/rooms"] {
        assert_eq!(status(path).await, 404, "{path}");
    }
}
