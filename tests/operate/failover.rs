//! A PostgreSQL server dies under load, and its synchronous standby takes over.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use serde_json::{Value, json};

use crate::support::{
    database::Database,
    device::{CHAT, Device, attempt},
    ports::free_port,
    server::Server,
    wait::until,
};

/// Messages that are acknowledged before the server dies, and by the standby.
const BEFORE: usize = 200;
const AFTER: usize = 100;

/// Two servers; gone with it.
struct Servers {
    folder: PathBuf,
    _keep: tempfile::TempDir,
    ports: [u16; 2],
}

impl Servers {
    fn start() -> Self {
        // Not in a folder that only root may enter.
        let keep = tempfile::Builder::new()
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o711))
            .tempdir()
            .unwrap();
        let ports = [free_port(), free_port()];
        let folder = keep.path().join("servers");
        let servers = Self {
            folder,
            _keep: keep,
            ports,
        };
        let [first, second] = ports.map(|port| port.to_string());
        servers.order(&["start", &first, &second]);
        servers
    }

    fn order(&self, order: &[&str]) {
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/operate/failover/servers.sh"
        );
        let done = Command::new(script)
            .arg(&self.folder)
            .args(order)
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    fn url(&self) -> String {
        let [first, second] = self.ports;
        format!(
            "postgres://hims@127.0.0.1:{first},127.0.0.1:{second}/hims?target_session_attrs=read-write"
        )
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.order(&["stop"]);
    }
}

/// Says numbers until `enough`, each again and again until it is acknowledged; those that were.
async fn says(
    device: &Device,
    room: &str,
    count: &AtomicUsize,
    enough: &AtomicBool,
) -> Vec<String> {
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let body =
            json!({"client_id": format!("{room}-{number}"), "text": format!("{room} {number}")});
        loop {
            if enough.load(Ordering::Relaxed) {
                return acknowledged;
            }
            let request = device.request(reqwest::Method::POST, &path).json(&body);
            match attempt(request).await {
                Ok(answer) if answer.status < 300 => break,
                Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
                Err(error) => panic!("the service itself stays: {error}"),
            }
            tokio::task::yield_now().await;
        }
        acknowledged.push(format!("{room} {number}"));
        count.fetch_add(1, Ordering::Relaxed);
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_takes_over_and_nothing_acknowledged_is_lost() {
    let servers = Servers::start();
    let url = servers.url();
    let environment = [("DATABASE_URL", url.as_str()), ("HIMS_RATE_LIMITS", "off")];
    // Its folder alone is used.
    let folder = Database::sqlite();
    let filled = Server::output(&folder, &["demo"], &environment).await;
    assert!(
        filled.status.success(),
        "{}",
        String::from_utf8_lossy(&filled.stderr)
    );
    let server = Server::start_with(&folder, &environment).await;
    let doctors = [
        Device::signed_in(&server, "d01").await,
        Device::signed_in(&server, "d02").await,
        Device::signed_in(&server, "d03").await,
    ];
    let mut rooms = Vec::new();
    for doctor in &doctors {
        rooms.push(doctor.new_room(&["4"]).await);
    }
    let (count, enough) = (AtomicUsize::new(0), AtomicBool::new(false));
    let comes_to = async |most: usize| {
        until("messages to be acknowledged", async || {
            (count.load(Ordering::Relaxed) >= most).then_some(())
        })
        .await;
    };
    let dying = async {
        comes_to(BEFORE).await;
        // Where the messages are being written.
        tokio::task::block_in_place(|| servers.order(&["fail"]));
        comes_to(count.load(Ordering::Relaxed) + AFTER).await;
        enough.store(true, Ordering::Relaxed);
    };
    let (one, two, three, ()) = tokio::join!(
        says(&doctors[0], &rooms[0], &count, &enough),
        says(&doctors[1], &rooms[1], &count, &enough),
        says(&doctors[2], &rooms[2], &count, &enough),
        dying,
    );
    let mut live = doctors[0].listen().await;
    for ((doctor, room), acknowledged) in doctors.iter().zip(&rooms).zip([one, two, three]) {
        assert!(
            acknowledged.len() > AFTER / 10,
            "each room went on: {}",
            acknowledged.len()
        );
        let kept = doctor.all_messages(room).await;
        let kept: Vec<&str> = kept
            .iter()
            .map(|message| message["text"].as_str().unwrap())
            .collect();
        let once: BTreeSet<&str> = kept.iter().copied().collect();
        assert_eq!(once.len(), kept.len(), "none is doubled");
        // The last one may be stored and not have been acknowledged.
        assert_eq!(
            kept[..acknowledged.len()],
            acknowledged[..],
            "none is lost, and all stand in their order"
        );
        assert!(kept.len() <= acknowledged.len() + 1);
    }
    // Live, searched and audited on the new server.
    let room = doctors[1].new_room(&["1"]).await;
    let said = doctors[1].says(&room, "Over on the second server").await;
    let told: Value = live.next_named("message.posted").await;
    assert_eq!(told["id"], said["id"]);
    let ready = doctors[0].get("/health/ready").await;
    assert_eq!(ready.status, 200, "{}", ready.text());
    let verified = Server::output(&folder, &["audit", "verify"], &environment).await;
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stdout)
    );
}
