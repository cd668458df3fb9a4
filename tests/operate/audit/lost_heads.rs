//! The file of heads is gone, and perhaps the end of the record with it.

use data_encoding::HEXLOWER;
use jiff::{Timestamp, ToSpan};
use ports::{AuditKey, Seal};

use super::heads_of;
use crate::support::{
    database::{Database, Engine},
    hospital::Hospital,
    server::Server,
    wait::until,
};

const KEY: &str = "5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c";

/// The file of heads.
const HEADS: &str = "data/audit-heads.txt";

/// A hospital whose record began so many hours ago, and a head of today; it is not open any more.
async fn of_age(hours: i64) -> Hospital {
    let database = Database::demonstration(Engine::Sqlite).await;
    let begun = Timestamp::now() - hours.hours();
    let begun = Timestamp::from_second(begun.as_second()).unwrap();
    let seal = Seal::first(&AuditKey::from_hex(KEY).unwrap(), begun, 0);
    let (hash, signature) = (seal.hash, seal.signature);
    database
        .execute(&format!(
            "INSERT INTO hims_audit_seals (number, at, before, links, hash, signature) \
             VALUES (0, {}, 0, x'', x'{}', x'{}')",
            begun.as_microsecond(),
            HEXLOWER.encode(&hash),
            HEXLOWER.encode(signature.as_bytes())
        ))
        .await;
    let settings = [("HIMS_AUDIT_KEY", KEY)];
    let server = Server::start_with(&database, &settings).await;
    let mut hospital = Hospital { server, database };
    hospital.device("d01").await;
    hospital.server.stop().await;
    // The head of the first moment knows of no entry; the next one does.
    let heads = hospital.database.folder().join(HEADS);
    std::fs::remove_file(heads).unwrap();
    hospital.server = Server::start_with(&hospital.database, &settings).await;
    until("a head", async || {
        (!heads_of(&hospital).is_empty()).then_some(())
    })
    .await;
    hospital.server.stop().await;
    hospital
}

async fn verified(hospital: &Hospital, arguments: &[&str]) -> (Option<i32>, String) {
    let arguments = [&["audit", "verify"], arguments].concat();
    let settings = [("HIMS_AUDIT_KEY", KEY)];
    let output = Server::output(&hospital.database, &arguments, &settings).await;
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn a_record_of_days_is_not_verified_without_its_heads() {
    let hospital = of_age(49).await;
    let (code, said) = verified(&hospital, &[]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 heads were found again"), "{said}");

    let folder = hospital.database.folder();
    let kept = folder.join("kept-elsewhere");
    std::fs::rename(folder.join(HEADS), &kept).unwrap();
    // Nobody has signed in, and no seal says otherwise.
    hospital
        .database
        .execute(
            "DELETE FROM hims_audit; DELETE FROM hims_audit_unsealed; \
             DELETE FROM hims_audit_seals WHERE number > 0",
        )
        .await;
    let (code, said) = verified(&hospital, &[]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("there are no heads in data/audit-heads.txt"),
        "{said}"
    );
    // An empty file says no more than none.
    std::fs::write(folder.join(HEADS), "").unwrap();
    assert_eq!(verified(&hospital, &[]).await.0, Some(1));
    let (code, said) = verified(&hospital, &["--without-heads"]).await;
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = verified(&hospital, &["--heads", kept.to_str().unwrap()]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("the end was cut off"), "{said}");
}

#[tokio::test]
async fn a_record_of_a_day_may_have_no_head_yet() {
    let hospital = of_age(47).await;
    let heads = hospital.database.folder().join(HEADS);
    std::fs::remove_file(heads).unwrap();
    let (code, said) = verified(&hospital, &[]).await;
    assert_eq!(code, Some(0), "{said}");
}
