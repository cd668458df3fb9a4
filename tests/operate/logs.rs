//! The log: the id of every request, lines as JSON, the access log, one line for an outage.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    database::{Database, Engine},
    device::{CHAT, Device, STREAM, send},
    hospital::{Hospital, STREAM_OUTAGE},
    on_both_databases,
    server::Server,
    wait::until,
};

/// The lines of the log, each of which must be an object.
fn lines(printed: &str) -> Vec<Value> {
    // What is for the person who starts it goes to standard output, which the log is not.
    let is_log = |line: &&str| {
        let greets = ["HIMS doctor chat", "Demonstration logins", "  "];
        !greets.iter().any(|greeting| line.starts_with(greeting))
    };
    let object = |line: &str| match serde_json::from_str(line) {
        Ok(Value::Object(line)) => Value::Object(line),
        _ => panic!("no object: {line}"),
    };
    printed.lines().filter(is_log).map(object).collect()
}

fn of_target<'a>(lines: &'a [Value], target: &str) -> Vec<&'a Value> {
    lines
        .iter()
        .filter(|line| line["target"] == target)
        .collect()
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let (nobody, doctor) = (Device::new(&hospital.server), hospital.device("d01").await);
    let mut answers = Vec::new();
    for path in [
        "/login",
        "/doctor/patients",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/no/such/page",
        "/assets/no-such-file",
    ] {
        answers.push(nobody.get(path).await);
        answers.push(doctor.get(path).await);
    }
    let wrong = doctor.request(Method::PUT, "/doctor/patients");
    answers.push(send(wrong).await);
    answers.push(doctor.post(&format!("{CHAT}/api/rooms"), &json!({})).await);
    let foreign = doctor
        .request(Method::POST, "/logout")
        .header("origin", "https://elsewhere.example");
    answers.push(send(foreign).await);
    let mut ids = BTreeSet::new();
    for answer in &answers {
        let id = answer.header("x-request-id");
        let is_hex = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_hex, "{}: {id:?}", answer.status);
        ids.insert(id.to_owned());
    }
    assert_eq!(ids.len(), answers.len(), "no two are the same");
}

async fn id_of(device: &Device, given: &str) -> String {
    let request = device.request(Method::GET, "/health/live");
    let answer = send(request.header("x-request-id", given)).await;
    answer.header("x-request-id").to_owned()
}

#[tokio::test]
async fn an_id_is_taken_from_a_trusted_proxy_alone() {
    let database = Database::demonstration(Engine::Sqlite).await;
    let stranger = Server::start(&database).await;
    let id = id_of(&Device::new(&stranger), "proxy-7").await;
    assert_eq!(id.len(), 32, "{id}");
    drop(stranger);

    let trusting = [("HIMS_TRUSTED_PROXIES", "127.0.0.1")];
    let server = Server::start_with(&database, &trusting).await;
    let proxy = Device::new(&server);
    assert_eq!(id_of(&proxy, "proxy-7").await, "proxy-7");
    let too_long = "x".repeat(65);
    for bad in ["", "two words", "a,b", "\"quoted\"", &too_long] {
        let id = id_of(&proxy, bad).await;
        assert_eq!(id.len(), 32, "{bad}: {id}");
    }
}

#[tokio::test]
async fn the_access_log_has_a_line_a_request_and_nothing_of_anybody() {
    let environment = [
        ("HIMS_LOG_FORMAT", "json"),
        ("HIMS_ACCESS_LOG", "true"),
        // What is switched on is written, whatever else is logged.
        ("HIMS_LOG", "warn"),
    ];
    let hospital = Hospital::open_with(Engine::Sqlite, &environment).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    doctor.says(&room, "Gentamicin tonight").await;
    let search = doctor.get(&format!("{CHAT}/api/search?q=Gentamicin")).await;
    let page = doctor.page(&format!("{CHAT}/rooms/{room}")).await;
    let id = page.header("x-request-id").to_owned();
    let printed = hospital.server.prints(&id).await;
    let all = lines(&printed);
    let access = of_target(&all, "hims_chat::access");
    let line = access.iter().find(|line| line["request_id"] == id.as_str());
    let line = line.expect("the line of the page");
    assert_eq!(line["level"], "INFO");
    let time = line["timestamp"].as_str().expect("a time");
    assert!(time.parse::<jiff::Timestamp>().is_ok(), "{time}");
    let fields = &line["fields"];
    assert_eq!(fields["method"], "GET");
    assert_eq!(fields["route"], "/doctor/chat/rooms/{room}");
    assert_eq!(fields["status"], 200);
    assert_eq!(fields["protocol"], "HTTP/1.1");
    assert_eq!(fields["bytes"], page.body.len());
    assert!(fields["milliseconds"].is_u64());

    let searched = search.header("x-request-id");
    let line = access.iter().find(|line| line["request_id"] == searched);
    assert_eq!(
        line.expect("the line of the search")["fields"]["route"],
        "/doctor/chat/api/search"
    );
    for secret in ["Gentamicin", "d01@", "127.0.0.1:", &format!("rooms/{room}")] {
        let told = access.iter().find(|line| line.to_string().contains(secret));
        assert!(told.is_none(), "{secret}: {told:?}");
    }
}

#[tokio::test]
async fn nothing_is_logged_of_requests_unless_it_is_switched_on() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = hospital.device("d01").await;
    let answer = doctor.page("/doctor/patients").await;
    let mut server = hospital.server;
    assert!(server.stop().await.success());
    let printed = server.printed();
    assert!(printed.contains("stopping"), "{printed}");
    assert!(!printed.contains("hims_chat::access"), "{printed}");
    assert!(!printed.contains(answer.header("x-request-id")));
}

#[tokio::test]
async fn a_start_that_fails_says_so_in_the_format_of_the_log() {
    let database = Database::sqlite();
    let environment = [("HIMS_LOG_FORMAT", "json"), ("HIMS_SCHEMA", "drop")];
    let output = Server::output(&database, &["serve"], &environment).await;
    assert_eq!(output.status.code(), Some(2));
    let said = lines(&String::from_utf8_lossy(&output.stderr));
    let [line] = &said[..] else {
        panic!("one line: {said:?}");
    };
    assert_eq!(line["level"], "ERROR");
    let message = line["message"].as_str().expect("words");
    assert!(message.starts_with("HIMS_SCHEMA: "), "{message}");
}

/// Takes the database away, or brings it back.
async fn there(hospital: &Hospital, is_there: bool) {
    match hospital.database.url().starts_with("sqlite") {
        true => {
            let file = hospital.database.folder().join("chat.db");
            let away = hospital.database.folder().join("away.db");
            let (from, to) = if is_there { (away, file) } else { (file, away) };
            std::fs::rename(from, to).expect("it is moved");
        }
        false if is_there => hospital.database.come_back().await,
        false => hospital.database.go_away().await,
    }
}

async fn an_outage_is_one_line_and_its_end_another(engine: Engine) {
    let environment = [("HIMS_LOG_FORMAT", "json")];
    let hospital = Hospital::open_with(engine, &environment).await;
    let doctor = hospital.device("d01").await;
    let room = doctor.new_room(&["2"]).await;
    let before = lines(&hospital.server.printed()).len();
    there(&hospital, false).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    for number in 0..40 {
        let words = number.to_string();
        let lost = doctor
            .post(&path, &json!({"client_id": words, "text": words}))
            .await;
        lost.is_problem(503, "unavailable");
    }
    assert_eq!(doctor.get("/health/ready").await.status, 503);
    there(&hospital, true).await;
    until("the database to answer", async || {
        (doctor.get(&path).await.status == 200).then_some(())
    })
    .await;
    let printed = hospital.server.prints("requests are served again").await;
    let lines = lines(&printed);
    let loud = lines[before..]
        .iter()
        .filter(|line| line["level"] == "ERROR" || line["level"] == "WARN");
    let loud: Vec<_> = loud.collect();
    let [began, ended] = &loud[..] else {
        panic!("one line when it begins, one when it ends: {loud:#?}");
    };
    assert_eq!(began["message"], "requests are refused");
    let reason = began["fields"]["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("the database"), "{reason}");
    assert_eq!(ended["fields"]["party"], "the database");
    let refused = ended["fields"]["refused"].as_u64().expect("a number");
    assert!(refused >= 40, "{ended}");
    assert!(ended["fields"]["seconds"].as_f64().is_some());
}

#[tokio::test]
async fn a_stream_that_is_away_is_one_line_too() {
    let environment = [&STREAM_OUTAGE[..], &[("HIMS_LOG_FORMAT", "json")]].concat();
    let hospital = Hospital::open_with(Engine::Sqlite, &environment).await;
    let doctor = hospital.device("d01").await.on(STREAM);
    let refused = async || {
        let answer = doctor.get(&format!("{STREAM}/api/rooms")).await;
        answer.is_problem(503, "unavailable");
    };
    refused().await;
    hospital.server.prints("requests are refused").await;
    for _ in 0..3 {
        refused().await;
    }
    let mut server = hospital.server;
    assert!(server.stop().await.success());
    let lines = lines(&server.printed());
    let errors = lines.iter().filter(|line| line["level"] == "ERROR");
    let errors: Vec<_> = errors.collect();
    let [began] = &errors[..] else {
        panic!("one line: {errors:#?}");
    };
    let reason = began["fields"]["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("Stream"), "{reason}");
    assert!(began["request_id"].is_string(), "the first it met");
}

on_both_databases!(an_outage_is_one_line_and_its_end_another);
