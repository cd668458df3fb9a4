//! Promises of a page, which its backend keeps.

use crate::support::{
    database::Engine,
    device::{CHAT, STREAM, text},
    hospital::Hospital,
};

/// Promise, its denial, and the capability that decides between them.
const PROMISES: [(&str, &str, &str); 2] = [
    (
        "Earlier versions are kept.",
        "This chat keeps no earlier versions.",
        "edit_history",
    ),
    (
        "The original is kept for the record.",
        "This chat keeps no copy of the original.",
        "edit_history",
    ),
];

#[tokio::test]
async fn words_of_keeping_follow_the_capabilities_of_the_chat() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    for mount in [CHAT, STREAM] {
        let doctor = hospital.device("d01").await.on(mount);
        let capabilities = doctor.get(&format!("{mount}/api/capabilities")).await;
        let capabilities = capabilities.json();
        let room = doctor.new_room(&["2"]).await;
        let message = text(&doctor.says(&room, "Potassium 6.9").await["id"]);
        for asked in ["edit", "message"] {
            let path = format!("{mount}/rooms/{room}?{asked}={message}");
            let page = doctor.page(&path).await.text();
            for (promise, denial, capability) in PROMISES {
                let kept = capabilities[capability] == true;
                assert_eq!(page.contains(promise), kept, "{path}: {promise}");
                assert_eq!(page.contains(denial), !kept, "{path}: {denial}");
            }
        }
    }
}
