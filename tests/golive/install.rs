//! `docs/install.md`, command by command, on an empty machine: what stands there is what is run.

mod machine;

use std::path::Path;

use serde_json::{Value, json};
use tokio::process::Command;

use self::machine::Machine;
use crate::support::{
    binary::hims_chat,
    device::{CHAT, Device},
};

const PAGE: &str = include_str!("../../docs/install.md");

const PASSWORD: &str = "correct horse 7";

/// A fenced block of the page.
struct Block {
    /// Everything behind the fence: `sh`, `sh sources`, or a language and the name of a file.
    tag: &'static str,
    text: String,
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        if let Some(tag) = line.strip_prefix("```") {
            let inside = lines.by_ref().take_while(|line| *line != "```");
            let text = inside.map(|line| format!("{line}\n")).collect();
            blocks.push(Block { tag, text });
        }
    }
    blocks
}

/// How many commands a block has: lines, without those that continue one or are read by one.
fn commands(text: &str) -> usize {
    let (mut count, mut goes_on, mut until) = (0, false, None);
    for line in text.lines() {
        if !goes_on && until.is_none() {
            count += line.split(" && ").count();
        }
        if until == Some(line) {
            until = None;
        } else if let Some((_, word)) = line.split_once("<<") {
            until = Some(word.trim());
        }
        goes_on = line.ends_with('\\');
    }
    count
}

/// Makes the package as the page says, of the program that is tested, and gives its name and bytes.
async fn package(command: &str) -> (String, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let mut make = Command::new("bash");
    make.current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["-c", &format!("{} \"$@\"", command.trim()), "bash"])
        .args(["--quick", "--binary"])
        .arg(hims_chat())
        .arg("--to")
        .arg(folder.path());
    let made = make.output().await.expect("bash is there");
    let errors = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{command}{errors}");
    let file = String::from_utf8(made.stdout).expect("a path");
    let file = Path::new(file.trim());
    let name = file.file_name().and_then(|name| name.to_str());
    (
        name.expect("a name").to_owned(),
        std::fs::read(file).unwrap(),
    )
}

#[tokio::test]
async fn a_stranger_gets_from_an_empty_machine_to_two_doctors_who_talk() {
    let machine = Machine::start().await;
    let (mut in_all, mut outputs, mut folder) = (0, String::new(), "/root");
    for Block { tag, text } in blocks() {
        match tag.split_once(' ') {
            None if tag == "sh" => {
                in_all += commands(&text);
                outputs += &machine.runs(folder, &text, PASSWORD).await;
                if text.starts_with("cd /var/lib/hims-chat\n") {
                    folder = "/var/lib/hims-chat";
                }
            }
            Some(("sh", "sources")) => {
                in_all += commands(&text);
                let (name, bytes) = package(&text).await;
                machine.saves(&format!("{folder}/{name}"), &bytes).await;
            }
            Some((_, name)) if name.ends_with(".csv") => {
                let file = format!("{folder}/{name}");
                machine.saves(&file, text.as_bytes()).await;
            }
            _ => panic!("a block marked {tag} is run by no test"),
        }
    }
    assert_eq!(in_all, 17, "the page says how many commands there are");
    assert!(outputs.contains("3 added"), "{outputs}");
    assert!(outputs.contains("2 added"), "{outputs}");
    assert!(outputs.contains(r#""status":"ready""#), "{outputs}");
    they_talk(&machine.address()).await;

    // Encrypted, by a certificate that names the machine; nothing that is secret can be read by others.
    let connections = "SELECT s.ssl, count(*) FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid) \
        WHERE a.usename = 'hims_chat' GROUP BY s.ssl";
    let connections = format!("runuser -u postgres -- psql -tA -c \"{connections}\"");
    let connections = machine.runs("/", &connections, "").await;
    assert!(connections.starts_with("t|"), "{connections}");
    assert_eq!(connections.lines().count(), 1, "{connections}");
    let verify = "openssl verify -CAfile hims-ca.pem -verify_ip 127.0.0.1 hims.pem";
    machine.runs("/var/lib/postgresql", verify, "").await;
    let modes = "stat -c '%n %a %U:%G' /var/lib/postgresql/hims.key /etc/hims-chat/hims-chat.env";
    assert_eq!(
        machine.runs("/", modes, "").await,
        "/var/lib/postgresql/hims.key 600 postgres:postgres\n\
         /etc/hims-chat/hims-chat.env 640 root:hims-chat\n"
    );

    // And it is a service: it comes back by itself, and tells the journal nothing of a password.
    let again = "systemctl kill --signal=KILL hims-chat\n\
        until journalctl --unit hims-chat | grep --quiet 'restart counter is at 1'; do :; done\n\
        curl --silent --show-error --fail --retry 10 --retry-connrefused http://127.0.0.1:8080/health/ready";
    let ready = machine.runs("/", again, "").await;
    assert!(ready.contains(r#""status":"ready""#), "{ready}");
    let journal = "journalctl --no-pager --unit hims-chat";
    let journal = machine.runs("/", journal, "").await;
    assert!(journal.contains("listens on"), "{journal}");
    assert!(!journal.contains(PASSWORD), "{journal}");
}

async fn they_talk(address: &str) {
    let signed_in = async |email: &str| {
        let device = Device::at_address(address.to_owned());
        let answer = device.sign_in(email, PASSWORD).await;
        assert_eq!(answer.status, 303, "{email}: {}", answer.text());
        device
    };
    let cardiologist = signed_in("o.fernwick@larkmere.example").await;
    let nephrologist = signed_in("j.thistlewood@larkmere.example").await;
    let administrator = signed_in("a.oakhurst@larkmere.example").await;
    assert_eq!(
        administrator.get(&format!("{CHAT}/api/rooms")).await.status,
        403
    );

    let query = json!({"q": "LDH-000101"});
    let found = cardiologist
        .post("/doctor/api/patients", &query)
        .await
        .json();
    assert_eq!(found["patients"][0]["bed"], "Bed 4", "{found}");
    let doctors = cardiologist
        .get(&format!("{CHAT}/api/doctors?q=Thistlewood"))
        .await;
    let doctors: Value = doctors.json();
    let id = doctors["doctors"][0]["id"].as_str().expect("an id");
    let room = cardiologist.new_room(&[id]).await;
    let mut live = nephrologist.listen().await;
    cardiologist.says(&room, "Can you look at bed 4?").await;
    assert_eq!(live.next_texts(1).await, ["Can you look at bed 4?"]);
    let mut live = cardiologist.listen().await;
    nephrologist.says(&room, "On my way.").await;
    assert_eq!(live.next_texts(1).await, ["On my way."]);
}
