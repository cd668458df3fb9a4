//! Attempts to come in by a provider without having signed in there.

use serde_json::json;

use crate::support::{
    database::{Database, Engine},
    device::{Answer, Device},
    openid::SignedOn,
    server::Server,
};

const ROOMS: &str = "/doctor/chat/api/rooms";

async fn hospital() -> SignedOn {
    let hospital = SignedOn::open(Engine::Sqlite, &[("HIMS_SIGN_IN", "oidc,password")]).await;
    hospital.provider.knows(json!({
        "ana": {"employee_number": "E-1001"}, "ben": {"employee_number": "E-1002"}
    }));
    hospital
}

async fn is_refused(device: &Device, answer: &Answer) {
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert!(answer.text().contains("was not begun in this browser"));
    assert_eq!(device.get(ROOMS).await.status, 401);
}

/// The address with another value of a parameter.
fn with(address: &str, name: &str, value: &str) -> String {
    let (path, query) = address.split_once('?').unwrap();
    let mut pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    for (key, old) in &mut pairs {
        if key == name {
            *old = value.to_owned();
        }
    }
    format!("{path}?{}", serde_urlencoded::to_string(pairs).unwrap())
}

#[tokio::test]
async fn a_callback_counts_once_and_in_its_browser() {
    let hospital = hospital().await;
    let device = Device::new(&hospital.server);
    let to = hospital.begin(&device).await;
    let cookies = device.cookies();
    let (back, _) = hospital.provider.lead(&device, &to, "ana").await;
    // Another browser, which did not begin it: nobody is signed in as somebody else there.
    let other = Device::new(&hospital.server);
    is_refused(&other, &hospital.comes_back(&other, &back).await).await;
    let to = hospital.begin(&other).await;
    let state = |to: &str| {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(to.split_once('?').unwrap().1).unwrap();
        pairs
            .into_iter()
            .find(|(name, _)| name == "state")
            .unwrap()
            .1
    };
    // With the state of its own sign-in, and the code of the other one: the verifier is another.
    let mixed = with(&back, "state", &state(&to));
    let answer = hospital.comes_back(&other, &mixed).await;
    assert_eq!(answer.status, 401, "{}", answer.text());
    assert_eq!(other.get(ROOMS).await.status, 401);

    // The code above was spent by that, as RFC 6749 asks of providers.
    let to = hospital.begin(&device).await;
    let pending = device.cookies();
    let (back, _) = hospital.provider.lead(&device, &to, "ana").await;
    assert_eq!(hospital.comes_back(&device, &back).await.status, 303);
    assert_eq!(device.get(ROOMS).await.status, 200);
    // Again, with the cookie that was there before.
    for cookies in [&cookies, &pending] {
        let thief = Device::new(&hospital.server);
        let path = back.strip_prefix(&hospital.server.url("")).unwrap();
        let replay = thief
            .request(reqwest::Method::GET, path)
            .header("accept", "text/html")
            .header("cookie", cookies.as_str());
        let answer = crate::support::device::send(replay).await;
        is_refused(&thief, &answer).await;
        assert!(!format!("{:?}", answer.headers).contains("hims_chat=oidc"));
    }
}

#[tokio::test]
async fn a_forged_answer_opens_nothing() {
    let hospital = hospital().await;
    let device = Device::new(&hospital.server);
    for forged in [
        "",
        "?code=x",
        "?state=x&code=x",
        "?state=&code=",
        "?error=access_denied",
        "?error=access_denied&state=x",
        "?state=%00%0d%0aSet-Cookie:x&code=x",
    ] {
        let answer = device.page(&format!("/login/oidc/callback{forged}")).await;
        is_refused(&device, &answer).await;
    }
    let twice = device.page("/login/oidc/callback?state=a&state=b").await;
    assert_eq!(twice.status, 400);
    // Another issuer's answer.
    let to = hospital.begin(&device).await;
    let (back, _) = hospital.provider.lead(&device, &to, "ana").await;
    let other = with(&back, "iss", "https://evil.example");
    is_refused(&device, &hospital.comes_back(&device, &other).await).await;
    // A code that is none, and words of an error that repeat nothing.
    let to = hospital.begin(&device).await;
    let (back, _) = hospital.provider.lead(&device, &to, "ana").await;
    let answer = hospital
        .comes_back(&device, &with(&back, "code", "<b>x"))
        .await;
    assert_eq!(answer.status, 401);
    assert!(!answer.text().contains("<b>x"));
    // A spoilt cookie.
    let to = hospital.begin(&device).await;
    let (back, _) = hospital.provider.lead(&device, &to, "ana").await;
    let spoilt = device.cookies().replace("sign_on_", "sign_on_x");
    let path = back.strip_prefix(&hospital.server.url("")).unwrap();
    let asked = Device::new(&hospital.server)
        .request(reqwest::Method::GET, path)
        .header("cookie", spoilt);
    assert_eq!(crate::support::device::send(asked).await.status, 400);
}

#[tokio::test]
async fn two_tabs_sign_in_at_once_and_each_leads_on() {
    let hospital = hospital().await;
    let device = Device::new(&hospital.server);
    let leads = async |next: &str| {
        let answer = device.page(&format!("/login/oidc?next={next}")).await;
        answer.header("location").to_owned()
    };
    let first = leads("/doctor/inbox").await;
    let second = leads("https://evil.example").await;
    let (back, _) = hospital.provider.lead(&device, &first, "ana").await;
    let answer = hospital.comes_back(&device, &back).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/doctor/inbox")
    );
    let before = device.cookies();
    let (back, _) = hospital.provider.lead(&device, &second, "ana").await;
    let answer = hospital.comes_back(&device, &back).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
    assert_eq!(device.get(ROOMS).await.status, 200);
    // The first session is over: one that was planted before a sign-in is worth nothing after it.
    let planted = Device::new(&hospital.server)
        .request(reqwest::Method::GET, ROOMS)
        .header("cookie", before);
    assert_eq!(crate::support::device::send(planted).await.status, 401);
    // Whoever is signed in is led on.
    let answer = device.page("/login/oidc?next=/doctor/people").await;
    assert_eq!(answer.header("location"), "/doctor/people");
}

#[tokio::test]
async fn a_provider_that_is_odd_leaves_the_sign_in_page() {
    let hospital = hospital().await;
    // One that takes a call and never answers, and one that answers something else.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}", silent_address(silent));
    let other = hospital.server.url("");
    let by_name = hospital.provider.issuer().replace("127.0.0.1", "localhost");
    for (issuer, why) in [
        (silent.as_str(), "did not answer in time"),
        (other.as_str(), "answers with status"),
        (by_name.as_str(), "the same to the letter"),
    ] {
        let mut environment = hospital.environment();
        environment.push(("HIMS_LISTEN", "127.0.0.1:0"));
        environment.push(("HIMS_OIDC_ISSUER", issuer));
        let database = Database::demonstration(Engine::Sqlite).await;
        let server = Server::start_with(&database, &environment).await;
        let answer = Device::new(&server).page("/login/oidc").await;
        assert_eq!(answer.status, 503, "{issuer}");
        let page = answer.text();
        assert!(page.contains("does not answer. Try again") && page.contains("login-password"));
        server.prints(why).await;
    }
}

#[tokio::test]
async fn a_secret_that_is_wrong_is_said_in_the_log_alone() {
    let wrong = [("HIMS_OIDC_CLIENT_SECRET", "hunter2-of-the-chat")];
    let hospital = SignedOn::open(Engine::Sqlite, &wrong).await;
    let accounts = json!({"ana": {"employee_number": "E-1001"}});
    hospital.provider.knows(accounts);
    let device = Device::new(&hospital.server);
    let answer = hospital.comes(&device, "ana").await;
    assert_eq!(answer.status, 502);
    assert!(answer.text().contains("Tell the administrator of the chat"));
    let printed = hospital
        .server
        .prints("refuses the chat: invalid_client")
        .await;
    assert!(!printed.contains("hunter2"), "{printed}");
}

/// Keeps a listener that nobody accepts from, to the end of the process.
fn silent_address(listener: tokio::net::TcpListener) -> std::net::SocketAddr {
    let address = listener.local_addr().unwrap();
    std::mem::forget(listener);
    address
}

#[tokio::test]
async fn settings_that_contradict_stop_the_start() {
    let database = Database::demonstration(Engine::Sqlite).await;
    const OIDC: (&str, &str) = ("HIMS_SIGN_IN", "oidc");
    const ISSUER: (&str, &str) = ("HIMS_OIDC_ISSUER", "https://sso.example");
    const CLIENT: (&str, &str) = ("HIMS_OIDC_CLIENT_ID", "hims-chat");
    const PROXY: (&str, &str) = ("HIMS_SIGN_IN", "proxy");
    const HEADER: (&str, &str) = ("HIMS_PROXY_HEADER", "X-Remote-User");
    let elsewhere = ("HIMS_LISTEN", "0.0.0.0:0");
    for (environment, setting) in [
        (vec![("HIMS_SIGN_IN", "saml")], "HIMS_SIGN_IN"),
        (vec![OIDC], "HIMS_OIDC_ISSUER"),
        (vec![OIDC, ISSUER], "HIMS_OIDC_CLIENT_ID"),
        (
            vec![OIDC, CLIENT, ("HIMS_OIDC_ISSUER", "sso.example")],
            "HIMS_OIDC_ISSUER",
        ),
        (
            vec![OIDC, CLIENT, ("HIMS_OIDC_ISSUER", "http://sso.example")],
            "HIMS_OIDC_ISSUER",
        ),
        (vec![OIDC, ISSUER, CLIENT, elsewhere], "HIMS_PUBLIC_URL"),
        (
            vec![OIDC, ISSUER, CLIENT, ("HIMS_TRUSTED_PROXIES", "127.0.0.1")],
            "HIMS_PUBLIC_URL",
        ),
        (
            vec![OIDC, ISSUER, CLIENT, ("HIMS_PUBLIC_URL", "https://a/b")],
            "HIMS_PUBLIC_URL",
        ),
        (
            vec![OIDC, ISSUER, CLIENT, ("HIMS_OIDC_ROLE_CLAIM", "groups")],
            "HIMS_OIDC_ROLE_MAP",
        ),
        (
            vec![OIDC, ISSUER, CLIENT, ("HIMS_OIDC_ROLE_MAP", "a=doctor")],
            "HIMS_OIDC_ROLE_CLAIM",
        ),
        (
            vec![
                OIDC,
                ISSUER,
                CLIENT,
                ("HIMS_OIDC_IDENTIFIER_CLAIM", "email"),
            ],
            "HIMS_OIDC_IDENTIFIER_CLAIM",
        ),
        (vec![ISSUER], "HIMS_OIDC_ISSUER"),
        (vec![OIDC, ISSUER, CLIENT, HEADER], "HIMS_PROXY_HEADER"),
        (
            vec![
                ("HIMS_SIGN_IN", "oidc,proxy"),
                ISSUER,
                CLIENT,
                ("HIMS_PROXY_JWKS_URL", "https://sso.example/jwks"),
                ("HIMS_PROXY_ISSUER", "https://sso.example"),
                ("HIMS_PROXY_AUDIENCE", "hims-chat"),
            ],
            "HIMS_PROXY_AUDIENCE",
        ),
        (vec![PROXY], "HIMS_PROXY_JWKS_URL"),
        (vec![PROXY, HEADER], "HIMS_PROXY_HEADER"),
        (
            vec![PROXY, ("HIMS_PROXY_HEADER", "Cookie")],
            "HIMS_PROXY_HEADER",
        ),
        (
            vec![PROXY, ("HIMS_PROXY_JWKS_URL", "https://p.example/jwks")],
            "HIMS_PROXY_ISSUER",
        ),
    ] {
        let output = Server::output(&database, &["serve"], &environment).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{environment:?}: {said}");
        let line = said.lines().last().unwrap_or_default();
        let start = format!("hims-chat: {setting}: ");
        assert!(line.starts_with(&start), "{environment:?}: {said}");
    }
}
