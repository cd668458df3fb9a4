//! Sessions of somebody who is signed in at several places, and the end of one of them from another browser.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, PASSWORD, send, text},
    hospital::Hospital,
    on_both_databases,
    server::Server,
    wait::until,
};

const SESSIONS: &str = "/doctor/api/sessions";

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Firefox/145.0 ward7-pc3";
const IPHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/26.0 Safari/604.1";

on_both_databases!(
    people_see_where_they_are_signed_in,
    another_browser_is_signed_out,
    sessions_of_others_cannot_be_told_from_none,
    the_end_of_the_own_session_is_a_sign_out,
    everywhere_else_is_ended_at_once,
    whoever_signs_in_sees_it_doctor_or_not,
    a_page_of_who_was_signed_in_before_ends_nothing,
);

/// `d01`, say, on a browser that says this of itself.
async fn on_browser(server: &Server, who: &str, user_agent: &str) -> Device {
    let device = Device::new(server);
    let email = format!("{who}@larkmere.example");
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    let request = device
        .request(Method::POST, "/login")
        .header("user-agent", user_agent)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(serde_urlencoded::to_string(form).unwrap());
    assert_eq!(send(request).await.status, 303);
    device
}

async fn sessions(device: &Device) -> Vec<Value> {
    let answer = device.get(SESSIONS).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["sessions"].as_array().unwrap().clone()
}

/// The path of the session that this device asks with.
async fn own(device: &Device) -> String {
    let sessions = sessions(device).await;
    let own = sessions.iter().find(|it| it["current"] == true).unwrap();
    format!("{SESSIONS}/{}", text(&own["id"]))
}

async fn is_in(device: &Device) -> bool {
    device.get(&format!("{CHAT}/api/rooms")).await.status == 200
}

async fn people_see_where_they_are_signed_in(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let desk = on_browser(&hospital.server, "d01", FIREFOX).await;
    let phone = on_browser(&hospital.server, "d01", IPHONE).await;
    let program = on_browser(&hospital.server, "d01", "ward7-pc3 of Dr Lisle").await;
    let _colleague = hospital.device("d02").await;
    let listed = sessions(&phone).await;
    let devices: Vec<&Value> = listed.iter().map(|it| &it["device"]).collect();
    assert_eq!(
        devices,
        [
            &json!(null),
            &json!("Safari on iPhone"),
            &json!("Firefox on Windows")
        ],
        "used last first"
    );
    let current = |listed: &[Value]| {
        let current = listed.iter().filter(|it| it["current"] == true);
        current.map(|it| it["device"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(current(&listed), [json!("Safari on iPhone")]);
    assert_eq!(
        current(&sessions(&desk).await),
        [json!("Firefox on Windows")]
    );
    assert_eq!(current(&sessions(&program).await), [json!(null)]);
    let now = jiff::Timestamp::now();
    for session in &listed {
        let keys: Vec<&String> = session.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["began_at", "current", "device", "id", "used_at"]);
        for time in ["began_at", "used_at"] {
            let at: jiff::Timestamp = text(&session[time]).parse().unwrap();
            assert!(now.duration_since(at).as_mins().abs() < 5, "{session}");
        }
    }
    // Of what a browser says of itself nothing is kept but a name of ours, and no address.
    let kept = "SELECT count(*) FROM hims_sessions WHERE device IN ('Firefox on Windows', 'Safari on iPhone')";
    assert_eq!(hospital.database.number(kept).await, 2);
    let others = "SELECT count(*) FROM hims_sessions WHERE device IS NOT NULL";
    assert_eq!(hospital.database.number(others).await, 2);
}

async fn another_browser_is_signed_out(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let here = hospital.device("d01").await;
    let there = hospital.device("d01").await;
    let (mut live, mut ends) = (here.listen().await, there.listen().await);
    let path = own(&there).await;
    assert_eq!(here.delete(&path).await.status, 204);
    ends.ended().await;
    until("the other browser to be out", async || {
        (!is_in(&there).await).then_some(())
    })
    .await;
    there.get(SESSIONS).await.is_problem(401, "not-signed-in");
    here.delete(&path).await.is_problem(404, "not-found");
    // The one that ended it goes on, its stream as well.
    assert_eq!(sessions(&here).await.len(), 1);
    let room = here.new_room(&["2"]).await;
    here.says(&room, "Still here.").await;
    assert_eq!(live.next_texts(1).await, ["Still here."]);
}

async fn sessions_of_others_cannot_be_told_from_none(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let doctor = hospital.device("d01").await;
    let colleague = hospital.device("d02").await;
    let theirs = own(&doctor).await;
    let refused = colleague.delete(&theirs).await;
    refused.is_problem(404, "not-found");
    for nothing in ["0".repeat(32), "7".to_owned(), "x".repeat(500)] {
        let none = colleague.delete(&format!("{SESSIONS}/{nothing}")).await;
        assert_eq!((none.status, &none.body), (404, &refused.body), "{nothing}");
    }
    let id = theirs.rsplit('/').next().unwrap();
    let form = colleague.form(&format!("/sessions/{id}/end"), &[]).await;
    assert_eq!((form.status, form.header("location")), (303, "/sessions"));
    assert_eq!(
        colleague.form("/sessions/end-others", &[]).await.status,
        303
    );
    assert!(is_in(&doctor).await);
    // The secret of a session, or what it is kept under, is no id of one.
    let listed = colleague.get(SESSIONS).await.text();
    for cookie in colleague.cookies().split("; ") {
        let (_, value) = cookie.split_once('=').unwrap();
        assert!(!listed.contains(value));
    }
}

async fn the_end_of_the_own_session_is_a_sign_out(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let mut live = device.listen().await;
    let ended = device.delete(&own(&device).await).await;
    assert_eq!(ended.status, 204, "{}", ended.text());
    live.ended().await;
    assert!(!device.cookies().contains("hims_chat="));
    device.get(SESSIONS).await.is_problem(401, "not-signed-in");
    // By the form too, which leads to the login.
    let device = hospital.device("d01").await;
    let path = own(&device).await;
    let id = path.rsplit('/').next().unwrap();
    let ended = device.form(&format!("/sessions/{id}/end"), &[]).await;
    assert_eq!((ended.status, ended.header("location")), (303, "/login"));
    assert!(!device.cookies().contains("hims_chat="));
}

async fn everywhere_else_is_ended_at_once(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let here = hospital.device("d01").await;
    let [one, two] = [hospital.device("d01").await, hospital.device("d01").await];
    let colleague = hospital.device("d02").await;
    let (mut first, mut second) = (one.listen().await, two.listen().await);
    let page = here.page("/sessions").await.text();
    assert_eq!(page.matches("data-testid=\"session\"").count(), 3, "{page}");
    let ended = here.form("/sessions/end-others", &[]).await;
    assert_eq!((ended.status, ended.header("location")), (303, "/sessions"));
    first.ended().await;
    second.ended().await;
    for device in [&one, &two] {
        until("the others to be out", async || {
            (!is_in(device).await).then_some(())
        })
        .await;
    }
    assert!(is_in(&here).await && is_in(&colleague).await);
    let page = here.page("/sessions").await.text();
    assert!(page.contains("no-other-sessions") && !page.contains("end-others"));
}

async fn whoever_signs_in_sees_it_doctor_or_not(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    for who in ["d01", "n01", "ph01", "r01", "a01"] {
        let device = on_browser(&hospital.server, who, FIREFOX).await;
        let other = on_browser(&hospital.server, who, IPHONE).await;
        let page = device.page("/sessions").await;
        assert_eq!(page.status, 200, "{who}");
        let page = page.text();
        for name in ["Firefox on Windows", "Safari on iPhone"] {
            assert!(page.contains(name), "{who}: {page}");
        }
        assert_eq!(device.delete(&own(&other).await).await.status, 204, "{who}");
        assert_eq!(sessions(&device).await.len(), 1, "{who}");
        // They find it wherever they land.
        let landed = device.page("/doctor/patients").await.text();
        assert!(landed.contains("href=\"/sessions\""), "{who}: {landed}");
    }
}

/// Two people may sign in on one browser, one after the other.
async fn a_page_of_who_was_signed_in_before_ends_nothing(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let path = own(&device).await;
    let delete = device
        .request(Method::DELETE, &path)
        .header("x-hims-doctor", "2");
    send(delete).await.is_problem(409, "other-doctor");
    assert!(is_in(&device).await);
}

/// A browser that was signed out from elsewhere comes to the login page, which says so.
#[tokio::test]
async fn the_login_page_says_that_the_session_is_over() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let (here, there) = (hospital.device("d01").await, hospital.device("d01").await);
    let nobody = Device::new(&hospital.server);
    let reason = "You were signed out";
    assert!(!nobody.page("/login").await.text().contains(reason));
    assert_eq!(here.delete(&own(&there).await).await.status, 204);
    until("the other browser to be out", async || {
        (!is_in(&there).await).then_some(())
    })
    .await;
    let led = there.page("/doctor/people").await;
    assert_eq!(led.header("location"), "/login?next=/doctor/people");
    let login = there.page(led.header("location")).await.text();
    assert!(login.contains(reason), "{login}");
    // Whoever signed out themselves knows.
    assert_eq!(here.form("/logout", &[]).await.status, 303);
    assert!(!here.page("/login").await.text().contains(reason));
}

#[tokio::test]
async fn a_session_ends_on_every_instance() {
    let database = Database::demonstration(Engine::Postgres).await;
    // Without a stand-in for Stream, of which each would have its own.
    let environment = [("STREAM_SANDBOX", "false")];
    let a = Server::start_with(&database, &environment).await;
    let b = Server::start_with(&database, &environment).await;
    let here = Device::signed_in(&a, "d01").await;
    let there = Device::signed_in(&b, "d01").await;
    let mut ends = there.listen().await;
    assert_eq!(here.delete(&own(&there).await).await.status, 204);
    ends.ended().await;
    until("the other instance to know", async || {
        (!is_in(&there).await).then_some(())
    })
    .await;
    assert!(is_in(&here).await);
    drop((a, b));
}
