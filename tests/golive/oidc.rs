//! Sign-in by a provider of OpenID Connect.

use reqwest::Method;
use serde_json::json;

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, PASSWORD, send},
    on_both_databases,
    openid::{SignedOn, between},
    ports::free_port,
    server::Server,
    wait::until,
};

on_both_databases!(
    two_doctors_sign_in_and_talk,
    the_first_sign_in_links_and_the_link_holds,
    a_leaver_is_out_and_stays_out,
);

const ROOMS: &str = "/doctor/chat/api/rooms";

async fn two_doctors_sign_in_and_talk(engine: Engine) {
    let hospital = SignedOn::open(engine, &[]).await;
    hospital.provider.knows(json!({
        "ana": {"employee_number": "E-1001"}, "ben": {"employee_number": "E-1002"}
    }));
    let login = Device::new(&hospital.server).page("/login").await;
    assert!(login.text().contains("login-sign-on") && !login.text().contains("login-password"));
    let (first, second) = (
        hospital.signed_in("ana").await,
        hospital.signed_in("ben").await,
    );
    let room = first.new_room(&["2"]).await;
    let mut live = second.listen().await;
    first.says(&room, "By one account").await;
    let heard = live.next_named("message.posted").await;
    assert_eq!(heard["text"], "By one account");
    // A password opens nothing here.
    let answer = Device::new(&hospital.server)
        .sign_in("d01@larkmere.example", PASSWORD)
        .await;
    assert_eq!(answer.status, 404);
    let printed = hospital.server.printed();
    for secret in ["secret-of-the-chat", "E-1001", "eyJ"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

async fn the_first_sign_in_links_and_the_link_holds(engine: Engine) {
    let hospital = SignedOn::open(engine, &[]).await;
    let provider = &hospital.provider;
    // The provider's own name of somebody is none of the staff register, nor is their e-mail address.
    provider.knows(json!({
        "E-1001": {"name": "d01@larkmere.example"}, "new": {"employee_number": "E-7777"}
    }));
    for (who, seen) in [
        ("E-1001", "gives the chat no identifier"),
        ("new", "E-7777"),
    ] {
        let device = Device::new(&hospital.server);
        let answer = hospital.comes(&device, who).await;
        assert_eq!(answer.status, 403, "{who}");
        let said = answer.text();
        assert!(
            said.contains(seen) && said.contains("hims-chat staff add"),
            "{said}"
        );
        assert_eq!(device.get(ROOMS).await.status, 401);
    }
    provider.knows(json!({"ana": {"employee_number": "E-1001"}}));
    let device = hospital.signed_in("ana").await;
    let room = device.new_room(&["2"]).await;
    // A second account with the same identifier is not the same person.
    provider.knows(json!({
        "ana": {"employee_number": "E-1001"}, "eve": {"employee_number": "E-1001"}
    }));
    let eve = Device::new(&hospital.server);
    let answer = hospital.comes(&eve, "eve").await;
    assert_eq!(answer.status, 403);
    let said = answer.text();
    assert!(said.contains("with another hospital account"), "{said}");
    assert_eq!(eve.get(ROOMS).await.status, 401);
    let to = hospital.begin(&eve).await;
    assert!(to.contains("prompt=login"), "another account can be taken");
    // The identifier moves on to somebody else, and the provider says another one: the link holds.
    let links = "SELECT count(*) FROM hims_sign_on WHERE user_id = 1";
    assert_eq!(hospital.database.number(links).await, 1);
    provider.knows(json!({"ana": {"employee_number": "E-1002"}}));
    let again = hospital.signed_in("ana").await;
    assert_eq!(again.messages(&room).await.len(), 0);
    let mine = again.get(ROOMS).await.text();
    assert!(mine.contains(&room), "{mine}");
}

async fn a_leaver_is_out_and_stays_out(engine: Engine) {
    let hospital = SignedOn::open(engine, &[]).await;
    let accounts =
        json!({"ana": {"employee_number": "E-1001"}, "x": {"employee_number": "E-1001x"}});
    hospital.provider.knows(accounts);
    let first = hospital.signed_in("ana").await;
    let other = hospital.signed_in("ana").await;
    let out = async |device: &Device| {
        until("the session to end", async || {
            (device.get(ROOMS).await.status == 401).then_some(())
        })
        .await;
    };
    let set = async |what: &str| {
        let update = format!("UPDATE users SET {what} WHERE id = 1");
        hospital.database.execute(&update).await;
    };
    set("is_active = false").await;
    out(&first).await;
    out(&other).await;
    let leaver = Device::new(&hospital.server);
    let refused = hospital.comes(&leaver, "ana").await;
    assert_eq!(refused.status, 403);
    let unknown = hospital.comes(&Device::new(&hospital.server), "x").await;
    let words = |page: &str| between(page, "login-error", "</p>").replace("E-1001x", "E-1001");
    assert_eq!(words(&refused.text()), words(&unknown.text()));
    set("is_active = true").await;
    assert_eq!(first.get(ROOMS).await.status, 401);
    // Another role ends them as well.
    let back = hospital.signed_in("ana").await;
    set("role = 'nurse'").await;
    out(&back).await;
    set("role = 'doctor'").await;
    assert_eq!(back.get(ROOMS).await.status, 401);
}

#[tokio::test]
async fn only_a_mapped_role_that_the_register_says_comes_in() {
    let roles = [
        ("HIMS_OIDC_ROLE_CLAIM", "realm_access.roles"),
        (
            "HIMS_OIDC_ROLE_MAP",
            "hims-doctors=doctor,hims-admins=administrator",
        ),
    ];
    let hospital = SignedOn::open(Engine::Sqlite, &roles).await;
    let of = |roles: serde_json::Value| {
        let realm = json!({"roles": roles});
        let ana = json!({"employee_number": "E-1001", "realm_access": realm});
        hospital.provider.knows(json!({ "ana": ana }));
    };
    for (roles, words) in [
        (json!([]), "in none of the groups"),
        (json!(["staff", "HIMS-DOCTORS"]), "in none of the groups"),
        (json!(null), "in none of the groups"),
        (
            json!(["hims-admins"]),
            "administrator, and the chat&#39;s staff register says doctor",
        ),
    ] {
        of(roles);
        let device = Device::new(&hospital.server);
        let answer = hospital.comes(&device, "ana").await;
        assert_eq!(answer.status, 403);
        let said = answer.text();
        assert!(said.contains(words), "{said}");
        assert_eq!(device.get(ROOMS).await.status, 401);
    }
    let links = "SELECT count(*) FROM hims_sign_on";
    assert_eq!(hospital.database.number(links).await, 0);
    let role = "SELECT role FROM users WHERE id = 1";
    assert_eq!(hospital.database.text(role).await, "doctor");
    of(json!("hims-doctors"));
    hospital.signed_in("ana").await;
    of(json!(["hims-admins", "hims-doctors"]));
    hospital.signed_in("ana").await;
}

#[tokio::test]
async fn keys_that_were_changed_are_read_again() {
    let mut hospital = SignedOn::open(Engine::Sqlite, &[]).await;
    let accounts = json!({"ana": {"employee_number": "E-1001"}});
    hospital.provider.knows(accounts.clone());
    hospital.signed_in("ana").await;
    hospital.provider.restart().await;
    hospital.signed_in("ana").await;
}

#[tokio::test]
async fn a_provider_that_is_down_leaves_the_sign_in_page_and_the_passwords() {
    let issuer = format!("http://127.0.0.1:{}", free_port());
    let database = Database::demonstration(Engine::Sqlite).await;
    let environment = [
        ("HIMS_SIGN_IN", "password,oidc"),
        ("HIMS_OIDC_ISSUER", issuer.as_str()),
        ("HIMS_OIDC_CLIENT_ID", "hims-chat"),
    ];
    let server = Server::start_with(&database, &environment).await;
    let device = Device::new(&server);
    let answer = device.page("/login/oidc?next=/doctor/inbox").await;
    assert_eq!(answer.status, 503);
    let page = answer.text();
    for part in [
        "does not answer. Try again in a minute",
        "/login/oidc?next=/doctor/inbox",
        "login-password",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let answer = device.sign_in("d01@larkmere.example", PASSWORD).await;
    assert_eq!(answer.status, 303);
    assert_eq!(device.get(ROOMS).await.status, 200);
}

#[tokio::test]
async fn a_sign_out_ends_the_providers_session_too() {
    let hospital = SignedOn::open(Engine::Sqlite, &[]).await;
    hospital
        .provider
        .knows(json!({"ana": {"employee_number": "E-1001"}}));
    let device = hospital.signed_in("ana").await;
    let stolen = device.cookies();
    let answer = device.form("/logout", &[]).await;
    assert_eq!(answer.status, 200);
    let to = between(&answer.text(), "content=\"0; url=", "\"");
    for part in ["/session/end?", "id_token_hint=ey", "client_id=hims-chat"] {
        assert!(to.contains(part), "{part}: {to}");
    }
    assert_eq!(device.get(ROOMS).await.status, 401);
    let with_stolen = Device::new(&hospital.server)
        .request(Method::GET, ROOMS)
        .header("cookie", stolen);
    assert_eq!(send(with_stolen).await.status, 401);
    let answer = hospital.provider.signs_out_at(&device, &to).await;
    assert_eq!(answer.header("location"), hospital.server.url("/login"));
    let (_, asked) = {
        let to = hospital.begin(&device).await;
        let unasked = to.replace("prompt=login", "").replace("max_age=0", "");
        hospital.provider.lead(&device, &unasked, "ana").await
    };
    assert!(asked, "the provider has forgotten who was there");
    // The provider tells it by itself, and not everybody can say so.
    let other = hospital.signed_in("ana").await;
    let told = async |token: &str| {
        let told = Device::new(&hospital.server);
        let form = [("logout_token", token)];
        told.form("/login/oidc/back-channel", &form).await.status
    };
    let id_token = between(&format!("{to}&"), "id_token_hint=", "&");
    for wrong in ["", "x", "eyJhbGciOiJub25lIn0.e30.", &id_token] {
        assert_eq!(told(wrong).await, 400);
    }
    assert_eq!(other.get(ROOMS).await.status, 200);
    let last = hospital.signed_in("ana").await;
    hospital.provider.signs_out(&last).await;
    until("the session to end", async || {
        (other.get(ROOMS).await.status == 401).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_begun_before_the_lock_opens_nothing_after_it() {
    let hospital = SignedOn::open(Engine::Sqlite, &[]).await;
    hospital
        .provider
        .knows(json!({"ana": {"employee_number": "E-1001"}}));
    for ends in ["/lock", "/logout"] {
        let device = Device::new(&hospital.server);
        let (first, second) = (hospital.begin(&device).await, hospital.begin(&device).await);
        let third = hospital.begin(&device).await;
        let (back, _) = hospital.provider.lead(&device, &first, "ana").await;
        assert_eq!(hospital.comes_back(&device, &back).await.status, 303);
        // Another tab goes on while the session lives.
        let (back, asked) = hospital.provider.lead(&device, &second, "ana").await;
        assert!(!asked);
        assert_eq!(hospital.comes_back(&device, &back).await.status, 303);
        let status = device.form(ends, &[]).await.status;
        assert!([200, 204].contains(&status), "{ends}: {status}");
        // The provider still knows who was there, and is not told to ask.
        let (back, asked) = hospital.provider.lead(&device, &third, "ana").await;
        assert!(!asked, "{ends}");
        let answer = hospital.comes_back(&device, &back).await;
        assert_eq!(answer.status, 401, "{ends}");
        assert!(answer.text().contains("your password is needed"));
        assert_eq!(device.get(ROOMS).await.status, 401);
        let to = hospital.begin(&device).await;
        let (back, asked) = hospital.provider.lead(&device, &to, "ana").await;
        assert!(asked, "{ends}");
        assert_eq!(hospital.comes_back(&device, &back).await.status, 303);
    }
}

#[tokio::test]
async fn a_locked_page_opens_by_the_password_at_the_provider_alone() {
    let hospital = SignedOn::open(Engine::Sqlite, &[]).await;
    hospital
        .provider
        .knows(json!({"ana": {"employee_number": "E-1001"}}));
    let device = hospital.signed_in("ana").await;
    let page = device.page(CHAT).await.text();
    assert!(page.contains("lock-sign-on") && !page.contains("unlock-form"));
    assert_eq!(device.form("/lock", &[]).await.status, 204);
    let unlock = device.form("/unlock", &[("password", PASSWORD)]).await;
    assert_eq!(unlock.status, 404);
    // The provider still knows who is there, and asks nevertheless.
    let to = hospital.begin(&device).await;
    assert!(
        to.contains("prompt=login") && to.contains("max_age=0"),
        "{to}"
    );
    // Somebody at the computer takes that out of the address.
    let without = to.replace("prompt=login", "").replace("max_age=0", "");
    let (back, asked) = hospital.provider.lead(&device, &without, "ana").await;
    assert!(!asked);
    let answer = hospital.comes_back(&device, &back).await;
    assert_eq!(answer.status, 401);
    assert!(answer.text().contains("your password is needed"));
    assert_eq!(device.get(ROOMS).await.status, 401);
    let to = hospital.begin(&device).await;
    let (back, asked) = hospital.provider.lead(&device, &to, "ana").await;
    assert!(asked);
    let answer = hospital.comes_back(&device, &back).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(device.get(ROOMS).await.status, 200);
}

#[tokio::test]
async fn a_message_that_came_too_late_comes_back_after_the_providers_sign_in() {
    let hospital = SignedOn::open(Engine::Sqlite, &[]).await;
    hospital
        .provider
        .knows(json!({"ana": {"employee_number": "E-1001"}}));
    let device = hospital.signed_in("ana").await;
    let room = device.new_room(&["2"]).await;
    device.form("/lock", &[]).await;
    let form = [("client_id", "late-1"), ("text", "Potassium is 6.9")];
    let path = format!("{CHAT}/rooms/{room}/messages");
    let late = device.form(&path, &form).await;
    assert_eq!(late.status, 401);
    let page = late.text();
    assert!(!page.contains("Potassium"), "sealed");
    let sealed = between(&page, "name=\"unsent\" value=\"", "\"");
    let action = between(&page, "<form method=\"post\" action=\"", "\"");
    assert!(
        action.starts_with("/login/oidc?next=/doctor/chat/rooms/"),
        "{action}"
    );
    let there = device.form(&action, &[("unsent", &sealed)]).await;
    assert_eq!(there.status, 200);
    let to = between(&there.text(), "content=\"0; url=", "\"");
    let (back, asked) = hospital.provider.lead(&device, &to, "ana").await;
    assert!(asked);
    let answer = hospital.comes_back(&device, &back).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("Potassium is 6.9"));
    assert_eq!(device.get(ROOMS).await.status, 200);
}
