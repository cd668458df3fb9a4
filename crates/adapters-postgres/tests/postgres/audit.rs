//! The audit of two instances.

use std::sync::Arc;

use domain::{Action, Decision, StaffId};
use futures_util::future::join_all;
use jiff::Timestamp;
use ports::{
    Audit, AuditEntry, AuditTrail,
    usecase::{Fault, check_audit},
};

use crate::support::Database;

const EACH: i64 = 5_000;

async fn record(audit: Arc<dyn Audit>, actor: i64) {
    let records = (0..EACH).map(|number| {
        let at = Timestamp::from_second(1_750_000_000 + number).unwrap();
        let entry = AuditEntry::new(at, Action::ViewPatient, Decision::Allowed);
        audit.record(entry.by(&StaffId::from(actor)).on(number.to_string()))
    });
    for recorded in join_all(records).await {
        recorded.unwrap();
    }
}

async fn seal(trail: Arc<dyn AuditTrail>) -> usize {
    let mut sealed = 0;
    for _ in 0..30 {
        sealed += trail.seal(Timestamp::now()).await.unwrap();
    }
    sealed
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_entries_of_two_instances_hold_and_each_change_is_named() {
    let database = Database::fresh().await;
    let instances = [database.instance().await, database.instance().await];
    let [one, two] = &instances;
    let written = tokio::join!(
        record(one.audit(), 1),
        record(two.audit(), 2),
        seal(one.audit_trail()),
        seal(two.audit_trail()),
    );
    let rest = seal(one.audit_trail()).await;
    assert_eq!(written.2 + written.3 + rest, 10_000, "each is sealed once");
    let key = one.audit_key();
    let trail = two.audit_trail();
    let check = async || check_audit(&*trail, &key, &[]).await.unwrap();
    let whole = check().await;
    assert_eq!(
        (whole.whole, whole.fault_count),
        (10_000, 0),
        "{:?}",
        whole.faults
    );

    let client = database.client().await;
    let ids: Vec<i64> = client
        .query("SELECT id FROM hims_audit ORDER BY id", &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    let run = async |sql: String| client.batch_execute(&sql).await.unwrap();
    run(format!("DELETE FROM hims_audit WHERE id = {}", ids[9_000])).await;
    let faults = check().await.faults;
    assert!(
        matches!(faults[..], [Fault::Cut { entry, .. }] if entry == ids[9_000]),
        "{faults:?}"
    );
    run(format!(
        "UPDATE hims_audit SET subject = 'x' WHERE id = {}",
        ids[7_000]
    ))
    .await;
    assert_eq!(
        check().await.faults[0],
        Fault::Changed { entry: ids[7_000] }
    );
    run(format!(
        "UPDATE hims_audit SET id = -id WHERE id IN ({one}, {two});
         UPDATE hims_audit SET id = CASE id WHEN -{one} THEN {two} ELSE {one} END WHERE id < 0",
        one = ids[5_000],
        two = ids[6_000],
    ))
    .await;
    assert_eq!(check().await.faults[0], Fault::Moved { entry: ids[5_000] });
    run(format!(
        "INSERT INTO hims_audit (id, at, actor_id, action, decision, signature)
            SELECT 0, at, actor_id, action, decision, signature FROM hims_audit WHERE id = {}",
        ids[4_000]
    ))
    .await;
    // What is outside of the ids that are counted up is found as well.
    let check = check().await;
    assert_eq!(check.faults[0], Fault::Added { entry: 0 });
    assert_eq!(check.fault_count, 5);
    for instance in instances {
        instance.close().await;
    }
}
