//! Sealing that has stopped is seen, by the metrics and by whoever verifies.

use jiff::{Timestamp, ToSpan};
use ports::{AuditKey, WrittenEntry};

use crate::support::{
    database::Engine, hospital::Hospital, metrics::Metrics, server::Server, wait::until,
};

#[tokio::test]
async fn entries_that_no_seal_takes_are_shown_and_named() {
    let key = "5b".repeat(32);
    let settings = [("HIMS_AUDIT_KEY", key.as_str())];
    let hospital = Hospital::open_with(Engine::Postgres, &settings).await;
    let database = &hospital.database;
    let shows = async |is_right: fn(f64, f64) -> bool| {
        until("the numbers of the audit", async || {
            let metrics = Metrics::of(&hospital.server).await;
            let waiting = metrics.value("hims_audit_unsealed_entries");
            let sealed = metrics.value("hims_audit_last_seal_timestamp_seconds");
            is_right(waiting, sealed).then_some(sealed)
        })
        .await
    };
    let verified = async || {
        let output = Server::output(database, &["audit", "verify"], &settings).await;
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    };
    let doctor = hospital.device("d01").await;
    let before = shows(|waiting, sealed| waiting == 0.0 && sealed > 0.0).await;
    database
        .execute(
            "ALTER TABLE hims_audit_seals ADD CONSTRAINT no_seals CHECK (number < 0) NOT VALID",
        )
        .await;
    doctor.new_room(&["2"]).await;
    shows(|waiting, _| waiting > 0.0).await;
    hospital.server.prints("the audit cannot be sealed").await;
    let (code, said) = verified().await;
    assert_eq!(code, Some(0), "it may be a matter of a moment: {said}");
    assert!(said.contains(" wait for a seal"), "{said}");

    let at = Timestamp::now() - 1.hour();
    let at = at.as_microsecond();
    let words = ["1", "sign-out", "allowed"].map(str::to_owned);
    let [actor, action, decision] = words;
    let entry = WrittenEntry::stored(at, actor, action, decision);
    let signature = AuditKey::from_hex(&key).unwrap().sign(&entry);
    let signature = data_encoding::HEXLOWER.encode(signature.as_bytes());
    database
        .execute(&format!(
            "WITH earlier AS (INSERT INTO hims_audit (at, actor_id, action, decision, signature) \
             VALUES (hims_time({at}), '1', 'sign-out', 'allowed', decode('{signature}', 'hex')) RETURNING id) \
             INSERT INTO hims_audit_unsealed (entry_id) SELECT id FROM earlier"
        ))
        .await;
    let (code, said) = verified().await;
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("waits for a seal, though the service answered requests"),
        "{said}"
    );

    database
        .execute("ALTER TABLE hims_audit_seals DROP CONSTRAINT no_seals")
        .await;
    let after = shows(|waiting, _| waiting == 0.0).await;
    assert!(after > before, "{after}");
    let (code, said) = verified().await;
    assert_eq!(code, Some(0), "{said}");
}
