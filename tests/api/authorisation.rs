//! Every route, asked by nobody, by a nurse, and by a doctor who is not in the room.

use reqwest::Method;

use super::routes::{Body, Door, ROUTES, Route};
use crate::support::{
    database::Engine,
    device::{Answer, CHAT, Device, send, text},
    hospital::Hospital,
    on_both_databases,
    pictures::png,
};

on_both_databases!(
    nobody_is_let_in_without_a_login,
    only_doctors_are_let_in,
    a_room_of_others_cannot_be_told_from_none,
    who_left_a_room_is_a_stranger_to_it,
    doctors_are_let_in,
);

/// The values of `{room}`, `{message}` and `{attachment}` in a route.
struct Place {
    room: String,
    message: String,
    attachment: String,
}

impl Place {
    fn nowhere() -> Self {
        let id = || "987654".to_owned();
        Self {
            room: id(),
            message: id(),
            attachment: id(),
        }
    }

    /// A room of d01 and d02 with an urgent message and a file by d01.
    async fn between_two(hospital: &Hospital) -> Self {
        let first = hospital.device("d01").await;
        let room = first.new_room(&["2"]).await;
        let body =
            serde_json::json!({"client_id": "u-1", "text": "Come, please.", "urgency": "urgent"});
        let message = first
            .post(&format!("{CHAT}/api/rooms/{room}/messages"), &body)
            .await;
        assert_eq!(message.status, 201, "{}", message.text());
        let file = first.upload(&room, "gas.txt", b"pH 7.21").await;
        assert_eq!(file.status, 201, "{}", file.text());
        // A file is its room's once it is part of a message.
        let body = serde_json::json!({"client_id": "f-1", "attachment_ids": [file.json()["id"]]});
        let posted = first
            .post(&format!("{CHAT}/api/rooms/{room}/messages"), &body)
            .await;
        assert_eq!(posted.status, 201, "{}", posted.text());
        Self {
            room,
            message: text(&message.json()["id"]),
            attachment: text(&file.json()["id"]),
        }
    }

    fn fill(&self, template: &str) -> String {
        template
            .replace("{room}", &self.room)
            .replace("{message}", &self.message)
            .replace("{attachment}", &self.attachment)
            .replace("{doctor}", "2")
            .replace("{staff}", "1234567")
            .replace("{hold}", "1234567")
            .replace("{patient}", "1")
            .replace("{soon}", &soon())
            .replace("{id}", &"0".repeat(32))
            .replace("{*path}", "mark.svg")
    }
}

async fn ask(device: &Device, route: &Route, place: &Place) -> Answer {
    let path = place.fill(&route.path.replacen('P', CHAT, 1));
    let method: Method = route.method.parse().unwrap();
    let request = device.request(method, &path);
    send(match route.body {
        Body::None => request,
        Body::Json(json) => request
            .header("content-type", "application/json")
            .body(place.fill(json)),
        Body::Form(form) => request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(place.fill(form)),
        Body::Files => {
            let form = "--b\r\nContent-Disposition: form-data; name=\"client_id\"\r\n\r\nf-9\r\n\
                --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\npH\r\n--b--\r\n";
            request
                .header("content-type", "multipart/form-data; boundary=b")
                .body(form)
        }
        Body::File => return device.upload(&place.room, "gas.txt", b"pH 7.21").await,
    })
    .await
}

/// When something ends that is said now.
fn soon() -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(30)).to_string()
}

fn is_api(route: &Route) -> bool {
    route.path.contains("/api/")
}

async fn nobody_is_let_in_without_a_login(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let nobody = Device::new(&hospital.server);
    let place = Place::between_two(&hospital).await;
    for route in ROUTES {
        let answer = ask(&nobody, route, &place).await;
        let name = format!("{} {}", route.method, route.path);
        match route.door {
            Door::Anyone => assert!(
                ![401, 403, 404].contains(&answer.status) && answer.status < 500,
                "{name}: {}",
                answer.status
            ),
            _ if route.method == "GET" && !is_api(route) => {
                assert_eq!(answer.status, 303, "{name}");
                assert!(answer.header("location").starts_with("/login"), "{name}");
            }
            _ => answer.is_problem(401, "not-signed-in"),
        }
    }
}

async fn only_doctors_are_let_in(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let place = Place::between_two(&hospital).await;
    for who in ["n01", "ph01", "r01", "a01", "p01"] {
        let device = hospital.device(who).await;
        for route in ROUTES.iter().filter(|route| route.door != Door::Anyone) {
            let answer = ask(&device, route, &place).await;
            let name = format!("{who} {} {}", route.method, route.path);
            match (who, route.door, route.path) {
                // Nothing can be moved to a sandbox, as they are told.
                ("a01", _, "/admin/moves") => {
                    assert_eq!(answer.status, if route.method == "GET" { 200 } else { 409 });
                }
                // Nobody of that number, and nothing said of anybody.
                ("a01", _, path)
                    if route.method == "POST"
                        && ["/admin/people", "/admin/retention"]
                            .iter()
                            .any(|page| path.starts_with(page)) =>
                {
                    assert!(
                        [404, 422].contains(&answer.status),
                        "{name}: {}",
                        answer.status
                    );
                }
                ("a01", Door::Administrators, _) => assert_eq!(answer.status, 200, "{name}"),
                // Everybody has sessions; this one is nobody's.
                (_, Door::SignedIn, _) if route.method == "DELETE" => {
                    answer.is_problem(404, "not-found");
                }
                (_, Door::SignedIn, _) => assert!(answer.status < 400, "{name}"),
                // Led on to the one page that is theirs.
                ("a01", _, "/" | "/doctor") => {
                    assert_eq!(answer.header("location"), "/admin/checks", "{name}");
                }
                (_, Door::Administrators, _) => answer.is_problem(403, "not-an-administrator"),
                _ => answer.is_problem(403, "not-a-doctor"),
            }
        }
    }
}

async fn a_room_of_others_cannot_be_told_from_none(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let place = Place::between_two(&hospital).await;
    let outsider = hospital.device("d05").await;
    for route in ROUTES.iter().filter(|route| route.door == Door::Room) {
        let name = format!("{} {}", route.method, route.path);
        let theirs = ask(&outsider, route, &place).await;
        assert_eq!(theirs.status, 404, "{name}: {}", theirs.text());
        theirs.is_problem(404, "not-found");
        for none in [
            Place::nowhere(),
            Place {
                room: "no-room".into(),
                ..Place::nowhere()
            },
        ] {
            let none = ask(&outsider, route, &none).await;
            assert_eq!(theirs.status, none.status, "{name}");
            assert_eq!(theirs.body, none.body, "{name}");
        }
    }
    let search = format!("{CHAT}/api/search?q=Come&room=");
    let theirs = outsider.get(&format!("{search}{}", place.room)).await;
    let none = outsider.get(&format!("{search}987654")).await;
    assert_eq!((theirs.status, &theirs.body), (none.status, &none.body));
    assert_eq!(
        outsider.get(&search.replace("&room=", "")).await.json()["messages"],
        serde_json::json!([])
    );
}

async fn who_left_a_room_is_a_stranger_to_it(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let first = hospital.device("d01").await;
    let third = hospital.device("d03").await;
    let room = first.new_room(&["2", "3"]).await;
    let message = text(&first.says(&room, "Before you went.").await["id"]);
    assert_eq!(third.messages(&room).await.len(), 1);
    let away = third
        .delete(&format!("{CHAT}/api/rooms/{room}/participants/3"))
        .await;
    assert_eq!(away.status, 204, "{}", away.text());
    let place = Place {
        room,
        message,
        attachment: "987654".into(),
    };
    for route in ROUTES.iter().filter(|route| route.door == Door::Room) {
        let answer = ask(&third, route, &place).await;
        assert_eq!(answer.status, 404, "{} {}", route.method, route.path);
    }
}

/// The other side of the refusals above: for who may, every route is there.
async fn doctors_are_let_in(engine: Engine) {
    let hospital = Hospital::open_with(engine, &[("HIMS_RATE_LIMITS", "off")]).await;
    let is_for_doctors = |route: &&Route| matches!(route.door, Door::Doctors | Door::Room);
    for route in ROUTES.iter().filter(is_for_doctors) {
        if ["P/api/events", "P/api/token", "P/client-library.js"].contains(&route.path) {
            continue; // one never ends, the others are not there on this mount: tested elsewhere
        }
        let mut place = Place::between_two(&hospital).await;
        // A file is taken back before it is sent, and only a picture has a thumbnail.
        if route.method == "DELETE" || route.path.ends_with("thumbnail") {
            let first = hospital.device("d01").await;
            let unsent = first.upload(&place.room, "ecg.png", &png(8, 8)).await;
            place.attachment = text(&unsent.json()["id"]);
        }
        // Own messages are changed by their author, urgent ones acknowledged by others.
        let who = if route.path.contains("acknowledgement") {
            "d02"
        } else {
            "d01"
        };
        let device = hospital.device(who).await;
        let answer = match route.path {
            "P/api/search" if route.method == "GET" => {
                device.get(&format!("{CHAT}/api/search?q=Come")).await
            }
            _ => ask(&device, route, &place).await,
        };
        assert!(
            answer.status < 400,
            "{} {}: {} {}",
            route.method,
            route.path,
            answer.status,
            answer.text()
        );
    }
    let device = hospital.device("d01").await;
    let token = device
        .post(&format!("{CHAT}/api/token"), &serde_json::json!({}))
        .await;
    token.is_problem(404, "not-found");
    device.listen().await;
}
