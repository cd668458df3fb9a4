//! The page is read by people and shown by a browser, which runs none of what was said.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{
    given::{Exported, export},
    hostile::{
        self, BREAKS_OUT, EDITED, FILE, NOW_SAYS, REASON, RECALLED, RIGHT_TO_LEFT, SCRIPT,
        WITHDRAWN,
    },
    validators,
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(what_was_said_is_told_and_nothing_of_it_runs);

const ZONE: [(&str, &str); 2] = [
    ("HIMS_TIME_ZONE", "Europe/London"),
    ("HIMS_HOSPITAL", "Larkmere <General>"),
];

/// A script that collects what the browser makes of the page.
const MADE_OF_IT: &str = "
    const texts = (css) => Array.from(document.querySelectorAll(css)).map((one) => one.innerText);
    return {
        title: document.title,
        hacked: window.hacked ?? null,
        scripts: document.scripts.length,
        messages: document.querySelectorAll('main > section > article.message').length,
        texts: texts('.message > .text'),
        flags: texts('.message > .flag'),
        acknowledged: texts('.acknowledged'),
        versions: texts('.versions .text'),
        names: texts('figcaption a'),
        pictures: Array.from(document.images).map((one) => one.naturalWidth),
        links: Array.from(document.links).map((one) => one.getAttribute('href')),
        broken: Array.from(document.links).filter((one) =>
            one.hash && !document.getElementById(one.hash.slice(1))).length,
        wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    };";

async fn what_was_said_is_told_and_nothing_of_it_runs(engine: Engine) {
    let mut hospital = Hospital::open(engine).await;
    let (one, other) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = hostile::room(&one, &other, &["2"]).await;
    hospital.server.stop().await;
    let exported = export(&hospital.database, &ZONE, &["--room", &room])
        .await
        .whole();
    exported.sums_are_right();
    let counted = format!("SELECT count(*) FROM chat_messages WHERE room_id = {room}");
    let counted = usize::try_from(hospital.database.number(&counted).await).unwrap();
    validators::are_valid(&[(&exported, counted + 1)]);
    lines_are_exact(&exported);
    resources_are_exact(&exported);

    let browser = Browser::open(Size::DESKTOP).await;
    let page = exported.folder().join("record.html");
    browser.goto(&format!("file://{}", page.display())).await;
    let made = browser
        .client()
        .execute(MADE_OF_IT, Vec::new())
        .await
        .unwrap();
    assert_eq!(
        (&made["title"], &made["hacked"], &made["scripts"]),
        (&json!("Conversation"), &Value::Null, &json!(0))
    );
    assert_eq!(made["messages"], counted);
    let texts = made["texts"].as_array().unwrap();
    for words in [SCRIPT, BREAKS_OUT, RIGHT_TO_LEFT, NOW_SAYS] {
        assert!(texts.contains(&json!(words)), "{words:?} in {texts:?}");
    }
    let flags = made["flags"].to_string();
    assert!(
        flags.contains("Recalled by the author") && flags.contains("דחוף"),
        "{flags}"
    );
    let acknowledged = made["acknowledged"].as_array().unwrap();
    assert!(
        acknowledged[0]
            .as_str()
            .unwrap()
            .contains("Dr Teodor Brannigan")
    );
    assert_eq!(acknowledged[1], "Acknowledged by nobody");
    assert_eq!(made["versions"], json!([EDITED]));
    assert_eq!(made["names"], json!([WITHDRAWN, FILE, "ECG 12 leads.png"]));
    assert_eq!(made["pictures"], json!([640]), "shown from beside the page");
    assert_eq!((&made["broken"], &made["wide"]), (&json!(0), &json!(false)));
    for link in made["links"].as_array().unwrap() {
        let link = link.as_str().unwrap();
        let is_there = link.starts_with('#') || exported.folder().join(link).exists();
        assert!(is_there && !link.ends_with(".html"), "{link}");
    }
    let violations = browser.accessibility_violations().await;
    assert!(violations.is_empty(), "{violations:#?}");
    picture(&browser, "export").await;
}

fn lines_are_exact(exported: &Exported) {
    let messages = exported.lines("message");
    let with = |text: &str| messages.iter().find(|line| line["text"] == text).unwrap();
    let urgent = with("Please come");
    assert_eq!(
        (&urgent["urgency"], &urgent["urgent_reason"]),
        (&json!("urgent"), &json!(REASON))
    );
    let mark = &urgent["receipts"]["acknowledged"][0];
    assert_eq!(mark["doctor"]["name"], "Dr Teodor Brannigan");
    assert_eq!(with(RIGHT_TO_LEFT)["reply_to"], with(SCRIPT)["id"]);
    assert_eq!(with(SCRIPT)["author"]["specialty"], "Acute medicine");
    let edited = with(NOW_SAYS);
    assert_eq!(edited["versions"][0]["text"], EDITED);
    let recalled = messages.iter().find(|line| line["recalled_at"].is_string());
    let recalled = recalled.unwrap();
    assert_eq!(
        (&recalled["text"], &recalled["original"]),
        (&Value::Null, &json!(RECALLED))
    );
    let files = messages
        .iter()
        .flat_map(|line| line["attachments"].as_array().unwrap());
    let files: Vec<&Value> = files.collect();
    let names: Vec<&Value> = files.iter().map(|file| &file["name"]).collect();
    assert_eq!(names, [WITHDRAWN, FILE, "ECG 12 leads.png"]);
    assert_eq!(recalled["attachments"][0]["name"], WITHDRAWN);
    assert_eq!(files[2]["width"], 640);
    for file in files {
        let path = exported.folder().join(file["path"].as_str().unwrap());
        assert_eq!(
            path.metadata().unwrap().len(),
            file["size"].as_u64().unwrap()
        );
        let sum = format!(
            "{}  {}",
            file["sha256"].as_str().unwrap(),
            file["path"].as_str().unwrap()
        );
        assert!(exported.read("SHA256SUMS").contains(&sum), "{sum}");
    }
}

fn resources_are_exact(exported: &Exported) {
    let resources = exported.resources();
    let with = |text: &str| {
        let found = resources
            .iter()
            .find(|one| one["payload"][0]["contentString"] == text);
        found.unwrap_or_else(|| panic!("{text}"))
    };
    let recalled = with(RECALLED);
    assert_eq!(recalled["status"], "entered-in-error");
    let withdrawn = &recalled["payload"][1]["contentAttachment"];
    assert_eq!(withdrawn["title"], WITHDRAWN);
    let urgent = with("Please come");
    assert_eq!(
        (&urgent["priority"], &urgent["reasonCode"][0]["text"]),
        (&json!("urgent"), &json!(REASON))
    );
    assert!(urgent["received"].is_string(), "its one recipient has it");
    let answered = format!("urn:uuid:{}", with(SCRIPT)["id"].as_str().unwrap());
    assert_eq!(
        with(RIGHT_TO_LEFT)["inResponseTo"][0]["reference"],
        answered
    );
    assert_eq!(with(SCRIPT)["sender"]["identifier"]["value"], "1");
    assert_eq!(
        with(SCRIPT)["recipient"][0]["display"],
        "Dr Teodor Brannigan"
    );
    let picture = &with("Seen")["payload"][1]["contentAttachment"];
    assert_eq!(picture["contentType"], "image/png");
    let bytes = std::fs::read(exported.folder().join(picture["url"].as_str().unwrap()));
    assert_eq!(picture["size"], bytes.unwrap().len());
    assert_eq!(
        picture["hash"].as_str().unwrap().len(),
        28,
        "a SHA-1 in base64"
    );
}

/// The page on a screen and on paper, to look at.
async fn picture(browser: &Browser, name: &str) {
    browser.screenshot(name).await;
    let pdf = browser.devtools("Page.printToPDF", json!({"printBackground": false}));
    let pdf = BASE64_STANDARD.decode(pdf.await["data"].as_str().unwrap());
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.pdf")), pdf.unwrap()).unwrap();
}

/// A control of the validator: its consent is only worth something when it refuses what is wrong.
#[tokio::test]
async fn what_is_no_fhir_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.json");
    let wrong = json!({ "resourceType": "Bundle", "type": "collection", "entry": [{
        "fullUrl": "urn:uuid:1",
        "resource": { "resourceType": "Communication", "status": "recalled" },
    }]});
    std::fs::write(&file, wrong.to_string()).unwrap();
    validators::are_refusing(&file, "status");
}
