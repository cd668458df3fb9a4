//! Signing in and out.

use crate::support::{
    database::Engine,
    device::{Answer, CHAT, Device, PASSWORD},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    a_doctor_signs_in_and_out,
    a_wrong_password_and_an_unknown_account_look_the_same,
    guessing_is_slowed_down,
    what_others_guess_refuses_nobody_on_their_own_browser,
    a_ward_at_one_address_signs_in_whatever_failed_there,
    an_account_that_was_closed_cannot_sign_in,
    a_bcrypt_password_of_laravel_signs_in,
    what_is_no_login_is_said_in_words,
    a_locked_page_has_no_session_until_its_password,
);

const D01: &str = "d01@larkmere.example";

/// The answer's own words for the cookie that begins like this.
fn set_cookie(answer: &Answer, start: &str) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok());
    let cookie = cookies.find(|cookie| cookie.starts_with(start));
    cookie.unwrap_or_default().to_owned()
}

async fn a_doctor_signs_in_and_out(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = Device::new(&hospital.server);
    let sent_away = device.page("/doctor/patients/3").await;
    assert_eq!(sent_away.status, 303);
    let login = sent_away.header("location").to_owned();
    assert_eq!(login, "/login?next=/doctor/patients/3");
    assert_eq!(device.page(&login).await.status, 200);
    // A link to a message leads to it; of anything else that a query holds nothing is kept.
    let message = "/doctor/chat/rooms/1?message=2";
    let sent_away = device.page(message).await;
    let to_message = format!("/login?next={message}");
    assert_eq!(sent_away.header("location"), to_message);
    let fields = [("email", "d02@larkmere.example"), ("password", PASSWORD)];
    let other = Device::new(&hospital.server);
    let answer = other.form(&to_message, &fields).await;
    assert_eq!(answer.header("location"), message);
    let searched = device.page("/doctor/patients?q=Fernwick").await;
    assert_eq!(searched.header("location"), "/login?next=/doctor/patients");

    let fields = [("email", " D01@Larkmere.example "), ("password", PASSWORD)];
    let answer = device.form(&login, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(answer.header("location"), "/doctor/patients/3");
    let cookie = set_cookie(&answer, "hims_chat=");
    for part in ["hims_chat=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Secure"), "loopback has no TLS: {cookie}");
    assert!(!answer.text().contains("hims_chat"));
    let page = device.page("/doctor/patients/3").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Dr Imara Okello-Voss"));

    let stolen = device.cookies();
    let out = device.form("/logout", &[]).await;
    assert_eq!((out.status, out.header("location")), (303, "/login"));
    let rooms = format!("{CHAT}/api/rooms");
    device.get(&rooms).await.is_problem(401, "not-signed-in");
    let again = device.request(reqwest::Method::GET, &rooms);
    let again = crate::support::device::send(again.header("cookie", stolen)).await;
    again.is_problem(401, "not-signed-in");
}

async fn a_wrong_password_and_an_unknown_account_look_the_same(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = Device::new(&hospital.server);
    let wrong = device.sign_in(D01, "larkmere-dem0").await;
    let unknown = device.sign_in("d99@larkmere.example", PASSWORD).await;
    assert_eq!((wrong.status, unknown.status), (401, 401));
    let without = |answer: &Answer, email: &str| {
        let page = answer.text();
        let form = page.split("demo-logins").next().unwrap();
        form.replace(email, "…")
    };
    let said = without(&wrong, D01);
    assert_eq!(said, without(&unknown, "d99@larkmere.example"));
    assert!(said.contains("The e-mail address or the password is wrong."));
    assert!(!wrong.text().contains("larkmere-dem0"));
    assert_eq!(wrong.header("set-cookie"), "");
    // A session that an attacker planted before the login is worth nothing after it.
    let planted = "hims_chat=AAAAAAAAAAAAAAAAAAAAAA";
    let login = device
        .request(reqwest::Method::POST, "/login")
        .header("cookie", planted)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("email={D01}&password={PASSWORD}"));
    let login = crate::support::device::send(login).await;
    assert_eq!(login.status, 303);
    assert!(!set_cookie(&login, "hims_chat=").contains(planted));
}

async fn guessing_is_slowed_down(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = Device::new(&hospital.server);
    for _ in 0..5 {
        assert_eq!(device.sign_in(D01, "guess").await.status, 401);
    }
    let right = device.sign_in(D01, PASSWORD).await;
    right.is_problem(429, "too-many-requests");
    let wait: u64 = right.header("retry-after").parse().unwrap();
    assert!((1..=300).contains(&wait));
    let page = device
        .request(reqwest::Method::POST, "/login")
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("email={D01}&password={PASSWORD}"));
    let page = crate::support::device::send(page).await;
    assert_eq!(page.status, 429);
    assert!(page.text().contains("data-testid=\"notice\""));
    let other = device.sign_in("d02@larkmere.example", PASSWORD).await;
    assert_eq!(other.status, 303, "another account need not wait");
}

/// Behind a proxy that says where an attempt comes from.
async fn sign_in_from(device: &Device, address: &str, email: &str, password: &str) -> Answer {
    let body = serde_urlencoded::to_string([("email", email), ("password", password)]).unwrap();
    let request = device
        .request(reqwest::Method::POST, "/login")
        .header("x-forwarded-for", address)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    crate::support::device::send(request).await
}

async fn what_others_guess_refuses_nobody_on_their_own_browser(engine: Engine) {
    let proxy = [("HIMS_TRUSTED_PROXIES", "127.0.0.1")];
    let hospital = Hospital::open_with(engine, &proxy).await;
    let own = Device::new(&hospital.server);
    let first = sign_in_from(&own, "10.0.0.1", D01, PASSWORD).await;
    assert_eq!(first.status, 303);
    let mark = set_cookie(&first, "__Host-hims_chat_device=");
    for part in ["HttpOnly", "Secure", "SameSite=Lax", "Max-Age=15552000"] {
        assert!(mark.contains(part), "{part} in {mark}");
    }
    // Strangers guess, from as many addresses as they like: 25 times and no more. Those of one IPv6
    // network are one.
    let stranger = Device::new(&hospital.server);
    for number in 0..5 {
        let address = format!("2001:db8:1:1::{number:x}");
        assert_eq!(
            sign_in_from(&stranger, &address, D01, "guess").await.status,
            401
        );
    }
    let same = sign_in_from(&stranger, "2001:db8:1:1:ffff::1", D01, "guess").await;
    same.is_problem(429, "too-many-requests");
    for number in 0..20 {
        let address = format!("198.51.100.{number}");
        assert_eq!(
            sign_in_from(&stranger, &address, D01, "guess").await.status,
            401
        );
    }
    let more = sign_in_from(&stranger, "198.51.100.99", D01, "guess").await;
    more.is_problem(429, "too-many-requests");
    // The doctor's own browser is another matter, wherever it is.
    let cookie = mark.split(';').next().unwrap();
    for (address, cookie, status) in [("10.0.0.1", cookie, 303), ("10.9.9.9", "", 429)] {
        let body = serde_urlencoded::to_string([("email", D01), ("password", PASSWORD)]).unwrap();
        let request = Device::new(&hospital.server)
            .request(reqwest::Method::POST, "/login")
            .header("x-forwarded-for", address)
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let answer = crate::support::device::send(request).await;
        assert_eq!(answer.status, status, "from {address}");
    }
}

async fn a_ward_at_one_address_signs_in_whatever_failed_there(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let ward = Device::new(&hospital.server);
    for number in 0..50 {
        let email = format!("typo{number}@larkmere.example");
        assert_eq!(ward.sign_in(&email, "guess").await.status, 401);
    }
    for number in 1..=40 {
        let device = Device::new(&hospital.server);
        let email = format!("d{:02}@larkmere.example", number % 8 + 1);
        let answer = device.sign_in(&email, PASSWORD).await;
        assert_eq!(answer.status, 303, "sign-in {number}: {}", answer.text());
    }
}

async fn an_account_that_was_closed_cannot_sign_in(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let close = format!("UPDATE users SET is_active = false WHERE email = '{D01}'");
    hospital.database.execute(&close).await;
    let device = Device::new(&hospital.server);
    let answer = device.sign_in(D01, PASSWORD).await;
    assert_eq!(answer.status, 401);
    assert!(
        answer
            .text()
            .contains("e-mail address or the password is wrong")
    );
}

async fn a_bcrypt_password_of_laravel_signs_in(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    // What Laravel's Hash::make gives for the password below.
    let add = "INSERT INTO users (name, email, password, role, is_active, created_at, updated_at) VALUES \
        ('Dr Ottilie Marr', 'Marr@larkmere.example', \
         '$2y$10$eW5vdGhpbmdzZWNyZXRoZOOf0U9GQ2gZfWdqNGOnu5.IdREv/E.F2', 'doctor', true, \
         '2024-02-01 08:00:00', '2024-02-01 08:00:00')";
    hospital.database.execute(add).await;
    let device = Device::new(&hospital.server);
    assert_eq!(
        device
            .sign_in("marr@larkmere.example", "Visite-um-9")
            .await
            .status,
        401
    );
    let answer = device.sign_in("marr@larkmere.example", "Visite-um-8").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert!(
        device
            .page("/doctor/patients")
            .await
            .text()
            .contains("Dr Ottilie Marr")
    );
}

async fn what_is_no_login_is_said_in_words(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = Device::new(&hospital.server);
    let long = "x".repeat(1025);
    for (email, password) in [("", PASSWORD), (D01, ""), (D01, &*long), (&*long, PASSWORD)] {
        let answer = device.sign_in(email, password).await;
        assert_eq!(answer.status, 422);
        assert!(
            answer
                .text()
                .contains("Enter your e-mail address and your password.")
        );
    }
    let json = device
        .post("/login", &serde_json::json!({"email": D01}))
        .await;
    json.is_problem(415, "wrong-media-type");
}

async fn a_locked_page_has_no_session_until_its_password(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let rooms = format!("{CHAT}/api/rooms");
    let stolen = device.cookies();
    let locked = device.form("/lock", &[]).await;
    assert_eq!(locked.status, 204, "{}", locked.text());
    device.get(&rooms).await.is_problem(401, "not-signed-in");
    let old = device.request(reqwest::Method::GET, &rooms);
    let old = crate::support::device::send(old.header("cookie", stolen)).await;
    old.is_problem(401, "not-signed-in");
    assert_eq!(device.form("/lock", &[]).await.status, 204, "twice");

    let unlock = async |password: &str| device.form("/unlock", &[("password", password)]).await;
    unlock("").await.is_problem(422, "invalid");
    unlock("guess").await.is_problem(401, "wrong-password");
    let unlocked = unlock(PASSWORD).await;
    assert_eq!(unlocked.status, 200, "{}", unlocked.text());
    assert_eq!(unlocked.json(), serde_json::json!({"doctor_id": "1"}));
    assert_eq!(device.get(&rooms).await.status, 200);

    // Guesses count as those of the login form do, and a sign-out forgets who it was.
    device.form("/lock", &[]).await;
    for _ in 0..5 {
        unlock("guess").await;
    }
    unlock(PASSWORD).await.is_problem(429, "too-many-requests");
    device
        .sign_in(D01, PASSWORD)
        .await
        .is_problem(429, "too-many-requests");
    device.form("/logout", &[]).await;
    unlock(PASSWORD).await.is_problem(401, "not-signed-in");
}

/// Behind a proxy browsers come over TLS, whatever the connection to the program is.
#[tokio::test]
async fn behind_a_proxy_cookies_and_addresses_are_for_tls_only() {
    let behind = [("HIMS_TRUSTED_PROXIES", "127.0.0.1")];
    let hospital = Hospital::open_with(Engine::Sqlite, &behind).await;
    let device = Device::new(&hospital.server);
    let answer = device.sign_in(D01, PASSWORD).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    for name in ["__Host-hims_chat=", "__Host-hims_chat_login="] {
        let cookie = set_cookie(&answer, name);
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    let lasting = "max-age=31536000";
    assert_eq!(answer.header("strict-transport-security"), lasting);
    let cookie = set_cookie(&answer, "__Host-hims_chat=");
    let session = cookie.split(';').next().unwrap().to_owned();
    let rooms = device.request(reqwest::Method::GET, &format!("{CHAT}/api/rooms"));
    let rooms = crate::support::device::send(rooms.header("cookie", &session)).await;
    assert_eq!(rooms.status, 200, "{}", rooms.text());
    // A neighbouring host can set the name without its prefix; it is not read.
    let plain = session.trim_start_matches("__Host-").to_owned();
    let rooms = device.request(reqwest::Method::GET, &format!("{CHAT}/api/rooms"));
    let rooms = crate::support::device::send(rooms.header("cookie", plain)).await;
    rooms.is_problem(401, "not-signed-in");

    let plain = Hospital::open(Engine::Sqlite).await;
    let answer = Device::new(&plain.server).sign_in(D01, PASSWORD).await;
    assert_eq!(answer.header("strict-transport-security"), "");
}
