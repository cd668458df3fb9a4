use hims_chat_stream_sandbox::{Config, Sandbox, StartError, server_token};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Ward;

#[tokio::test]
async fn only_loopback_addresses_are_listened_on() {
    for address in ["0.0.0.0:0", "192.168.1.4:0", "[::]:0"] {
        let mut config = Config::new("1", "key", "secret");
        config.listen = address.parse().unwrap();
        assert!(
            matches!(
                Sandbox::start(config).await,
                Err(StartError::NotLoopback(_))
            ),
            "{address}"
        );
    }
}

#[tokio::test]
async fn an_unfit_configuration_says_what_would_be_right() {
    let reason = async |config| Sandbox::start(config).await.unwrap_err().to_string();
    assert!(
        reason(Config::new("app", "key", "secret"))
            .await
            .contains("digits")
    );
    assert!(
        reason(Config::new("1", "", "secret"))
            .await
            .contains("API key")
    );
    assert!(
        reason(Config::new("1", "key", ""))
            .await
            .contains("API secret")
    );
    let taken = Ward::open().await;
    let mut config = Config::new("1", "key", "secret");
    config.listen = taken
        .sandbox
        .base_url()
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    assert!(reason(config).await.contains("cannot listen"));
}

#[tokio::test]
async fn every_answer_is_marked_and_a_page_says_what_this_is() {
    let ward = Ward::open().await;
    for path in ["/sandbox", "/app", "/nowhere"] {
        let answer = ward
            .http
            .get(format!("{}{path}", ward.sandbox.base_url()))
            .send()
            .await
            .unwrap();
        assert!(
            answer.headers()["x-stream-sandbox"]
                .to_str()
                .unwrap()
                .contains("not Stream"),
            "{path}"
        );
    }
    let page = ward
        .http
        .get(format!("{}/sandbox", ward.sandbox.base_url()))
        .send()
        .await
        .unwrap();
    assert!(
        page.text()
            .await
            .unwrap()
            .contains("This is not Stream Chat")
    );
}

#[tokio::test]
async fn orders_are_taken_under_a_local_name_only() {
    let ward = Ward::open().await;
    let url = format!("{}/sandbox/faults", ward.sandbox.base_url());
    let elsewhere = ward
        .http
        .get(&url)
        .header("host", "rebound.example")
        .send()
        .await
        .unwrap();
    assert_eq!(elsewhere.status(), 403);
    let unknown = json!({ "endpoint": "Telepathy", "misbehaviour": { "kind": "reset_before" } });
    let refused = ward.http.post(&url).json(&unknown).send().await.unwrap();
    assert_eq!(refused.status(), 400);
    let fault = json!({ "endpoint": "QueryUsers", "times": 1, "misbehaviour": { "kind": "error", "status": 503 } });
    assert!(
        ward.http
            .post(&url)
            .json(&fault)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    assert_eq!(
        ward.server(Method::GET, "/users", Value::Null).await.status,
        503
    );
    assert_eq!(
        ward.server(Method::GET, "/users", Value::Null).await.status,
        200
    );
}

#[tokio::test]
async fn a_stopped_sandbox_frees_its_port() {
    let ward = Ward::open().await;
    let address: std::net::SocketAddr = ward
        .sandbox
        .base_url()
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    ward.sandbox.stop().await;
    drop(tokio::net::TcpListener::bind(address).await.unwrap());
}

#[tokio::test]
async fn requests_are_recorded_when_asked_for_without_the_token() {
    let ward = Ward::with(|config| config.record = true).await;
    ward.sandbox.forget_recorded();
    ward.server(
        Method::PATCH,
        "/users",
        json!({ "users": [{ "id": "lee", "set": { "ward": "7" } }] }),
    )
    .await
    .ok();
    let recorded = ward.sandbox.recorded();
    assert_eq!(
        (
            recorded.len(),
            recorded[0].endpoint,
            recorded[0].method.as_str()
        ),
        (1, "UpdateUsersPartial", "PATCH")
    );
    assert_eq!(recorded[0].json()["users"][0]["set"]["ward"], "7");
    assert!(
        recorded[0].query.contains("api_key=")
            && !recorded[0].headers.contains_key("authorization")
    );
    let socket = ward.connect("lee").await;
    let connected = ward.sandbox.recorded().pop().unwrap();
    assert_eq!(connected.endpoint, "Connect");
    assert!(connected.query.contains("stream-auth-type=jwt"));
    assert!(!connected.query.contains("authorization="));
    socket.close().await;
}

#[tokio::test]
async fn browsers_of_any_page_may_call_the_api() {
    let ward = Ward::open().await;
    let url = format!("{}/channels", ward.sandbox.base_url());
    let answer = ward
        .http
        .request(Method::OPTIONS, url)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(answer.headers()["access-control-max-age"], "86400");
    assert!(
        answer.headers()["access-control-allow-headers"]
            .to_str()
            .unwrap()
            .contains("x-client-request-id")
    );
}

#[tokio::test]
async fn the_routes_can_be_served_by_others() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (router, faults) = Sandbox::router(Config::new("1", "key", "secret"), &base).unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let app = || {
        reqwest::Client::new()
            .get(format!("{base}/app?api_key=key"))
            .header("authorization", server_token("secret"))
    };
    assert_eq!(
        app().send().await.unwrap().json::<Value>().await.unwrap()["app"]["id"],
        1
    );
    faults.suspend(true);
    assert_eq!(app().send().await.unwrap().status(), 403);
}
