//! Two records turn out to be about one person, and then not.

use serde_json::{Value, json};

use super::{Said, put};
use crate::support::{
    database::Engine,
    device::{Answer, CHAT, Device, STREAM},
    hospital::Hospital,
    on_both_databases,
    server::Server,
    stream::StreamServer,
};

on_both_databases!(
    a_merge_moves_rooms_links_and_searches_and_is_taken_back,
    a_list_says_which_records_replace_others,
);

/// Casimir Dunmore, who is Ignatius Bellweather after all.
const FROM: (&str, &str) = ("6", "LMH-900106");
const INTO: (&str, &str) = ("8", "LMH-900108");

/// A hospital whose service stops while a command runs, where the database asks for that.
struct Running {
    hospital: Hospital,
    stream: StreamServer,
    engine: Engine,
}

impl Running {
    async fn open(engine: Engine) -> Self {
        let stream = StreamServer::start();
        let hospital = Hospital::open_with(engine, &stream.environment()).await;
        stream.set_up();
        Self {
            hospital,
            stream,
            engine,
        }
    }

    async fn run(&mut self, words: &str) -> Said {
        let words: Vec<&str> = words.split_whitespace().collect();
        let mut environment = self.stream.environment().to_vec();
        if self.engine == Engine::Sqlite {
            self.hospital.server.stop().await;
        }
        let database = &self.hospital.database;
        let said = Server::output(database, &words, &environment).await.into();
        if self.engine == Engine::Sqlite {
            let address = self.hospital.server.address().to_owned();
            environment.push(("HIMS_LISTEN", &address));
            self.hospital.server = Server::start_with(database, &environment).await;
        }
        said
    }
}

async fn open(device: &Device, patient: &str) -> Value {
    let path = format!("{}/api/rooms", device.mount());
    let answer = device.post(&path, &json!({"patient_id": patient})).await;
    assert!(answer.status < 300, "{}", answer.text());
    answer.json()
}

fn id(room: &Value) -> &str {
    room["id"].as_str().expect("an id")
}

async fn found(device: &Device, words: &str) -> Vec<String> {
    let path = format!("{}/api/search?{words}", device.mount());
    let answer = device.get(&path).await.json();
    let messages = answer["messages"].as_array().expect("messages").clone();
    let text = |hit: Value| hit["text"].as_str().unwrap().to_owned();
    messages.into_iter().map(text).collect()
}

async fn patients(device: &Device, words: &str) -> Vec<String> {
    let answer = device
        .post("/doctor/api/patients", &json!({"q": words}))
        .await;
    let answer = answer.json();
    let patients = answer["patients"].as_array().expect("patients");
    let mrn = |patient: &Value| patient["mrn"].as_str().unwrap().to_owned();
    patients.iter().map(mrn).collect()
}

async fn send(device: &Device, room: &str, text: &str) -> Answer {
    let path = format!("{}/api/rooms/{room}/messages", device.mount());
    let message = json!({"client_id": format!("c-{}", text.len()), "text": text});
    device.post(&path, &message).await
}

async fn a_merge_moves_rooms_links_and_searches_and_is_taken_back(engine: Engine) {
    let mut running = Running::open(engine).await;
    let doctor = running.hospital.device("d01").await;
    let stream = doctor.on(STREAM);
    let (from, into) = (open(&doctor, FROM.0).await, open(&doctor, INTO.0).await);
    let from_at_stream = open(&stream, FROM.0).await;
    doctor.says(id(&from), "Wombat of the one").await;
    doctor.says(id(&into), "Wombat of the other").await;
    stream.says(id(&from_at_stream), "Wombat at Stream").await;
    let other = open(&doctor, "1").await;

    let merge = format!("patients merge {} {}", FROM.1, INTO.1);
    let refused = running.run(&merge).await.with(1);
    assert!(refused.error().contains("date of birth"), "{}", refused.err);
    let surely = format!("{merge} --although-different --as 12");
    let done = running
        .run(&format!("{surely} --json"))
        .await
        .with(0)
        .json();
    let merged = json!({"from": FROM.1, "into": INTO.1, "changed": true});
    assert_eq!(done, merged);
    let again = running.run(&surely).await.with(0);
    assert!(again.out.contains("already"), "{}", again.out);
    let audited =
        "SELECT subject FROM hims_audit WHERE action = 'manage-patients' AND actor_id = '12'";
    let subject = running.hospital.database.text(audited).await;
    assert_eq!(subject, "merge 6 into 8 despite another date of birth");

    let doctor = doctor.at(&running.hospital.server);
    let stream = doctor.on(STREAM);
    // Links.
    let led = doctor.page("/doctor/patients/6").await;
    assert_eq!(
        (led.status, led.header("location")),
        (307, "/doctor/patients/8")
    );
    let page = doctor.page("/doctor/patients/8").await.text();
    assert!(
        page.contains("data-testid=\"former-records\">LMH-900106 (Casimir Dunmore)<"),
        "{page}"
    );
    assert!(
        page.contains("open-earlier-legacy") && !page.contains("open-earlier-stream"),
        "{page}"
    );
    // Rooms: of both where there are two, and the one there is.
    assert_eq!(id(&open(&doctor, INTO.0).await), id(&into));
    let earlier = open(&doctor, FROM.0).await;
    assert_eq!(id(&earlier), id(&from));
    assert_eq!(earlier["title"], "Ignatius Bellweather (record LMH-900106)");
    assert_eq!(earlier["patient"]["id"], INTO.0);
    assert_eq!(
        earlier["patient"]["former"],
        json!([{"mrn": FROM.1, "name": "Casimir Dunmore"}])
    );
    for patient in [INTO.0, FROM.0] {
        assert_eq!(id(&open(&stream, patient).await), id(&from_at_stream));
    }
    let shown = doctor
        .page(&format!("{CHAT}/rooms/{}", id(&from)))
        .await
        .text();
    assert!(shown.contains("data-testid=\"not-in-use\""), "{shown}");
    // Searches.
    for patient in [INTO.0, FROM.0] {
        let words = format!("q=wombat&patient={patient}");
        let both = ["Wombat of the other", "Wombat of the one"];
        assert_eq!(found(&doctor, &words).await, both);
        assert_eq!(found(&stream, &words).await, ["Wombat at Stream"]);
    }
    for words in ["LMH-900106", "casimir", "ignatius"] {
        assert_eq!(patients(&doctor, words).await, [INTO.1], "{words}");
    }
    // Either name is theirs in their own rooms, and another's elsewhere.
    for room in [&from, &into] {
        for text in ["For LMH-900106: K 6.9", "Casimir Dunmore is for LMH-900108"] {
            assert_eq!(send(&doctor, id(room), text).await.status, 201, "{text}");
        }
    }
    let stopped = send(&doctor, id(&other), "For LMH-900106: stop it").await;
    assert_eq!(stopped.status, 409, "{}", stopped.text());
    let others = &stopped.json()["others"];
    assert_eq!(
        (&others[0]["mrn"], &others[0]["former"]),
        (
            &json!(INTO.1),
            &json!([{"mrn": FROM.1, "name": "Casimir Dunmore"}])
        )
    );
    assert_eq!(others.as_array().map(Vec::len), Some(1));
    // A colleague of that surname takes nothing away from the number.
    let staff = "staff add --role doctor --email b@larkmere.example --name Bellweather";
    running.run(staff).await.with(0);
    let doctor = doctor.at(&running.hospital.server);
    let text = "Bellweather asks: LMH-900106 to theatre";
    assert_eq!(send(&doctor, id(&other), text).await.status, 409);
    // The records of one person.
    let exported = exported(&mut running, FROM.1).await;
    for words in [
        "Wombat of the one",
        "Wombat of the other",
        "Wombat at Stream",
    ] {
        assert!(exported.contains(words), "{words}: {exported}");
    }

    let back = format!("patients unmerge {}", FROM.1);
    running.run(&back).await.with(0);
    let refused = running.run(&back).await.with(1);
    assert!(
        refused.error().contains("was merged into no other"),
        "{}",
        refused.err
    );
    let doctor = doctor.at(&running.hospital.server);
    assert_eq!(doctor.page("/doctor/patients/6").await.status, 200);
    let room = doctor
        .get(&format!("{CHAT}/api/rooms/{}", id(&from)))
        .await
        .json();
    assert_eq!(
        (&room["title"], &room["patient"]["id"]),
        (&json!("Casimir Dunmore"), &json!(FROM.0))
    );
    let words = format!("q=wombat&patient={}", INTO.0);
    assert_eq!(found(&doctor, &words).await, ["Wombat of the other"]);
    assert_eq!(patients(&doctor, "casimir").await, [FROM.1]);
}

/// All that is written of a patient.
async fn exported(running: &mut Running, patient: &str) -> String {
    let export = format!("export --patient {patient} --to out --as 12");
    running.run(&export).await.with(0);
    let folder = running.hospital.database.folder().join("out");
    let mut all = String::new();
    for file in files_under(&folder) {
        all += &String::from_utf8_lossy(&std::fs::read(file).expect("a file"));
    }
    all
}

fn files_under(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files_under(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

async fn a_list_says_which_records_replace_others(engine: Engine) {
    let mut running = Running::open(engine).await;
    let database = &running.hospital.database;
    put(
        database,
        "patients.csv",
        "identifier,name,replaced_by\n\
         LMH-900106,Casimir Dunmore,LMH-900108\n\
         LMH-900103,Yusra Calloway,LMH-7777\n\
         LMH-900104,Leif Tamsin-Oduya,\n",
    );
    let record = |id: &str, mrn: &str, link: Value| {
        json!({
            "resourceType": "Patient", "id": id, "identifier": [{"system": "urn:mrn", "value": mrn}],
            "name": [{"text": "Zenobia Harcastle"}], "link": link,
        })
        .to_string()
    };
    let link = json!([{"type": "replaces", "other": {"reference": "Patient/b"}}]);
    let bundle = format!(
        "{}\n{}\n",
        record("a", "LMH-900107", link),
        record("b", "LMH-900177", json!([]))
    );
    put(database, "patients.ndjson", bundle);

    let rehearsed = running
        .run("patients import patients.csv --json --dry-run")
        .await
        .with(3);
    let report = rehearsed.json();
    assert_eq!(
        (&report["merged"], &report["unchanged"]),
        (&json!(["LMH-900106 into LMH-900108"]), &json!(1)),
        "{report}"
    );
    let imported = running
        .run("patients import patients.csv --json")
        .await
        .with(3)
        .json();
    assert_eq!(imported["refused"], report["refused"]);
    let text = imported["refused"][0]["text"].as_str().unwrap();
    assert!(
        text.contains("LMH-900103: not merged: LMH-900103 into LMH-7777: there is no record of the other number here"),
        "{text}"
    );
    let report = running
        .run("patients import patients.ndjson --json")
        .await
        .with(0)
        .json();
    assert_eq!(
        (&report["merged"], &report["added"]),
        (&json!(["LMH-900177 into LMH-900107"]), &json!(1)),
        "{report}"
    );
    let again = running
        .run("patients import patients.ndjson --json")
        .await
        .with(0)
        .json();
    assert_eq!(
        (&again["merged"], &again["unchanged"]),
        (&json!([]), &json!(2)),
        "{again}"
    );

    let doctor = running.hospital.device("d01").await;
    assert_eq!(patients(&doctor, "casimir").await, [INTO.1]);
    assert_eq!(patients(&doctor, "LMH-900177").await, ["LMH-900107"]);
}
