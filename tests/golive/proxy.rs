//! Sign-in by the word of a proxy: a signed token, or a header that a trusted proxy sets.

use std::sync::{Arc, Mutex};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use axum::{Json, Router, routing::get};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    database::{Database, Engine},
    device::{Answer, CHAT, Device, PASSWORD, send},
    on_both_databases,
    server::Server,
    wait::until,
};

const ROOMS: &str = "/doctor/chat/api/rooms";
const ISSUER: &str = "https://proxy.example";

on_both_databases!(a_token_signs_in_and_names_who_is_there);

/// A key of a proxy, by its id.
struct Key {
    id: &'static str,
    private: EncodingKey,
}

impl Key {
    fn new(id: &'static str) -> Self {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        let private = EncodingKey::from_ec_der(pair.unwrap().as_ref());
        Self { id, private }
    }

    fn public(&self) -> Value {
        let mut key = Jwk::from_encoding_key(&self.private, Algorithm::ES256).unwrap();
        key.common.key_id = Some(self.id.to_owned());
        serde_json::to_value(key).unwrap()
    }

    fn signs(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.id.to_owned());
        encode(&header, claims, &self.private).unwrap()
    }
}

fn in_seconds(seconds: i64) -> i64 {
    jiff::Timestamp::now().as_second() + seconds
}

/// The proxy's word on somebody, for a minute.
fn of(subject: &str, identifier: &str) -> Value {
    json!({
        "iss": ISSUER, "aud": ["other", "hims-chat"], "sub": subject, "staff_number": identifier,
        "exp": in_seconds(60), "roles": ["hims-doctors"]
    })
}

fn but(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

/// A hospital behind a proxy that signs tokens.
struct Proxied {
    server: Server,
    database: Database,
    key: Key,
    keys: Arc<Mutex<Vec<Value>>>,
}

impl Proxied {
    async fn open(engine: Engine, ways: &str) -> Self {
        let key = Key::new("1");
        let keys = Arc::new(Mutex::new(vec![key.public()]));
        let shown = keys.clone();
        let keys_at = async move || {
            let keys = shown.lock().unwrap().clone();
            Json(json!({ "keys": keys }))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        let routes = Router::new().route("/jwks", get(keys_at));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let database = Database::demonstration(engine).await;
        register(&database).await;
        let server = Server::start_with(
            &database,
            &[
                ("HIMS_SIGN_IN", ways),
                ("HIMS_PROXY_JWKS_URL", &url),
                ("HIMS_PROXY_ISSUER", ISSUER),
                ("HIMS_PROXY_AUDIENCE", "hims-chat"),
                ("HIMS_PROXY_IDENTIFIER_CLAIM", "staff_number"),
                ("HIMS_PROXY_ROLE_CLAIM", "roles"),
                ("HIMS_PROXY_ROLE_MAP", "hims-doctors=doctor"),
            ],
        )
        .await;
        Self {
            server,
            database,
            key,
            keys,
        }
    }

    fn token(&self, claims: &Value) -> String {
        format!("Bearer {}", self.key.signs(claims))
    }
}

async fn register(database: &Database) {
    for doctor in [1, 2] {
        let register = format!(
            "INSERT INTO hims_staff (user_id, identifier) VALUES ({doctor}, 'E-100{doctor}')"
        );
        database.execute(&register).await;
    }
}

async fn asks(device: &Device, path: &str, header: (&str, &str)) -> Answer {
    let (name, value) = header;
    let request = device.request(Method::GET, path).header(name, value);
    send(request.header("accept", "text/html")).await
}

async fn a_token_signs_in_and_names_who_is_there(engine: Engine) {
    let proxied = Proxied::open(engine, "proxy").await;
    let device = Device::new(&proxied.server);
    assert_eq!(device.get(ROOMS).await.status, 401);
    let ana = proxied.token(&of("a-1", "E-1001"));
    let ben = proxied.token(&of("b-1", "E-1002"));
    // Only a page begins a session.
    let other = device
        .request(Method::GET, ROOMS)
        .header("authorization", &ana);
    assert_eq!(send(other).await.status, 401);
    let answer = asks(&device, CHAT, ("authorization", &ana)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = answer.text();
    assert!(page.contains("data-doctor-id=\"1\""), "{page}");
    assert!(!page.contains("data-lock-after"), "nobody could unlock it");
    // The cookie is enough from now on.
    let mine = device.cookies();
    assert!(mine.contains("hims_chat=proxy."), "{mine}");
    let room = device.new_room(&["2"]).await;
    // Somebody else is at the computer now: the session of the first is over.
    let answer = asks(&device, CHAT, ("authorization", &ben)).await;
    assert!(answer.text().contains("data-doctor-id=\"2\""));
    let first = Device::new(&proxied.server)
        .request(Method::GET, ROOMS)
        .header("cookie", mine);
    assert_eq!(send(first).await.status, 401);
    // Who signed out is not signed in by the next request, but by asking for it.
    assert_eq!(device.form("/logout", &[]).await.status, 303);
    let answer = asks(&device, CHAT, ("authorization", &ben)).await;
    assert_eq!(answer.status, 303);
    let page = asks(&device, "/login", ("authorization", &ben)).await;
    assert!(page.text().contains("login-proxy"));
    let goes_on = device
        .request(Method::POST, "/login/proxy")
        .header("authorization", &ben);
    assert_eq!(send(goes_on).await.status, 303);
    assert!(device.get(ROOMS).await.text().contains(&room));
    // A leaver's session ends, and no word of the proxy brings it back.
    let leaves = "UPDATE users SET is_active = false WHERE id = 2";
    proxied.database.execute(leaves).await;
    until("the session to end", async || {
        (device.get(ROOMS).await.status == 401).then_some(())
    })
    .await;
    let answer = asks(&device, CHAT, ("authorization", &ben)).await;
    assert_eq!(answer.status, 303);
    let page = asks(&device, "/login", ("authorization", &ben)).await;
    assert!(page.text().contains("not known to the chat"));
}

#[tokio::test]
async fn a_token_that_is_not_right_opens_nothing() {
    let proxied = Proxied::open(Engine::Sqlite, "proxy,password").await;
    let right = || of("a-1", "E-1001");
    let part = |value: &Value| encoded(&value.to_string());
    let unsigned = format!(
        "Bearer {}.{}.",
        part(&json!({"alg": "none"})),
        part(&right())
    );
    let by_secret = {
        let public = proxied.key.public().to_string();
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("1".to_owned());
        let key = EncodingKey::from_secret(public.as_bytes());
        format!("Bearer {}", encode(&header, &right(), &key).unwrap())
    };
    let stranger = Key::new("2");
    let same_id = Key::new("1");
    let mut wrong = vec![
        ("without a signature", unsigned),
        ("signed with the public key as a secret", by_secret),
        (
            "unknown key",
            format!("Bearer {}", stranger.signs(&right())),
        ),
        (
            "another key of that id",
            format!("Bearer {}", same_id.signs(&right())),
        ),
        ("no token", "Bearer x".to_owned()),
        ("empty", "Bearer ".to_owned()),
        ("long", format!("Bearer {}", "x".repeat(20_000))),
    ];
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", json!([ISSUER])),
        ("iss", json!(null)),
        ("aud", json!("other")),
        ("aud", json!(null)),
        ("exp", json!(in_seconds(-3600))),
        ("exp", json!(null)),
        ("nbf", json!(in_seconds(3600))),
        ("sub", json!("")),
        ("sub", json!(null)),
        ("staff_number", json!("E-9999")),
        ("staff_number", json!("d01@larkmere.example")),
        ("roles", json!(["hims-admins"])),
        ("roles", json!(null)),
        ("events", json!({"signed-out": {}})),
    ] {
        wrong.push((name, proxied.token(&but(right(), name, value))));
    }
    for (name, header) in &wrong {
        let device = Device::new(&proxied.server);
        let answer = asks(&device, CHAT, ("authorization", header)).await;
        assert_eq!(answer.status, 303, "{name}");
        assert!(answer.header("location").starts_with("/login"), "{name}");
        assert!(!device.cookies().contains("hims_chat="), "{name}");
        let page = asks(&device, "/login", ("authorization", header)).await;
        assert_eq!(page.status, 200, "{name}");
    }
    let links = "SELECT count(*) FROM hims_sign_on";
    assert_eq!(proxied.database.number(links).await, 0);
    // Another scheme is another program's; a password works beside it.
    let device = Device::new(&proxied.server);
    let answer = asks(&device, CHAT, ("authorization", "Basic eDp5")).await;
    assert_eq!(answer.status, 303);
    let answer = device.sign_in("d02@larkmere.example", PASSWORD).await;
    assert_eq!(answer.status, 303);
    // Who signed in by a password is not somebody else because the proxy names another.
    let ana = proxied.token(&right());
    let page = asks(&device, CHAT, ("authorization", &ana)).await;
    assert!(page.text().contains("data-doctor-id=\"2\""));
    // A locked page is not opened by the proxy's word.
    let device = Device::new(&proxied.server);
    asks(&device, CHAT, ("authorization", &ana)).await;
    let lock = device.request(Method::POST, "/lock");
    assert_eq!(send(lock).await.status, 204);
    let answer = asks(&device, CHAT, ("authorization", &ana)).await;
    assert_eq!(answer.status, 303);
    let goes_on = device
        .request(Method::POST, "/login/proxy")
        .header("authorization", &ana);
    assert_eq!(send(goes_on).await.status, 403);
    let unlock = device.form("/unlock", &[("password", PASSWORD)]).await;
    assert_eq!(unlock.status, 200);
    assert_eq!(device.get(ROOMS).await.status, 200);
}

#[tokio::test]
async fn a_lock_and_a_sign_out_hold_where_the_session_was_over_already() {
    let proxied = Proxied::open(Engine::Sqlite, "proxy,password").await;
    let ana = proxied.token(&of("a-1", "E-1001"));
    for ends in ["/lock", "/logout"] {
        let device = Device::new(&proxied.server);
        let answer = asks(&device, CHAT, ("authorization", &ana)).await;
        assert_eq!(answer.status, 200);
        proxied.database.execute("DELETE FROM hims_sessions").await;
        until("the session to end", async || {
            (device.get(ROOMS).await.status == 401).then_some(())
        })
        .await;
        let ended = send(device.request(Method::POST, ends)).await;
        assert!([204, 303].contains(&ended.status), "{ends}");
        let answer = asks(&device, CHAT, ("authorization", &ana)).await;
        assert_eq!(answer.status, 303, "{ends}");
        let goes_on = device
            .request(Method::POST, "/login/proxy")
            .header("authorization", &ana);
        let expected = if ends == "/lock" { 403 } else { 303 };
        assert_eq!(send(goes_on).await.status, expected, "{ends}");
    }
}

#[tokio::test]
async fn a_key_that_was_added_is_found() {
    let proxied = Proxied::open(Engine::Sqlite, "proxy").await;
    let device = Device::new(&proxied.server);
    let ana = proxied.token(&of("a-1", "E-1001"));
    assert_eq!(
        asks(&device, CHAT, ("authorization", &ana)).await.status,
        200
    );
    let second = Key::new("2");
    proxied.keys.lock().unwrap().push(second.public());
    let ben = format!("Bearer {}", second.signs(&of("b-1", "E-1002")));
    until("the new key to be read", async || {
        let device = Device::new(&proxied.server);
        let answer = asks(&device, CHAT, ("authorization", &ben)).await;
        (answer.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_header_counts_from_a_trusted_proxy_alone() {
    const HEADER: &str = "x-remote-user";
    let open = async |proxies: &str| {
        let database = Database::demonstration(Engine::Sqlite).await;
        register(&database).await;
        let environment = [
            ("HIMS_SIGN_IN", "proxy"),
            ("HIMS_PROXY_HEADER", "X-Remote-User"),
            ("HIMS_TRUSTED_PROXIES", proxies),
        ];
        let server = Server::start_with(&database, &environment).await;
        (server, database)
    };
    let (server, _kept) = open("127.0.0.1").await;
    let asks = async |path: &str, values: &[&str]| {
        let mut request = Device::new(&server)
            .request(Method::GET, path)
            .header("accept", "text/html");
        for value in values {
            request = request.header(HEADER, *value);
        }
        send(request).await
    };
    let answer = asks(CHAT, &["E-1001"]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("data-doctor-id=\"1\""));
    assert!(answer.header("set-cookie").contains("; Secure"));
    for nobody in [
        &["E-1001", "E-1002"][..],
        &["E-9999"],
        &[""],
        &["d01@larkmere.example"],
        &["1"],
        &["e-1001"],
    ] {
        assert_eq!(asks(CHAT, nobody).await.status, 303, "{nobody:?}");
    }
    let page = asks("/login", &["E-9999"]).await.text();
    assert!(page.contains("E-9999") && page.contains("hims-chat staff add"));
    // Who reaches the chat beside the proxy may write what they like.
    let (server, _kept) = open("192.0.2.7").await;
    let spoofed = Device::new(&server)
        .request(Method::GET, ROOMS)
        .header(HEADER, "E-1001")
        .header("x-forwarded-for", "192.0.2.7");
    let answer = send(spoofed).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("set-cookie"), "");
}

fn encoded(text: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(text)
}
