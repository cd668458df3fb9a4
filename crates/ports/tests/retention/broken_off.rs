//! Runs that do not come to their end.

use domain::Role;
use hims_chat_ports::{usecase::RetentionRun, *};

use super::{
    hospital::{Hospital, List, Open, member},
    messages_for,
};

async fn run(hospital: &Open, list: &mut List) -> RetentionRun {
    let member = member(Role::Administrator);
    let by = OrderedBy::Member(&member);
    let rules = messages_for(2);
    hospital.retention.run(by, &rules, list).await.unwrap()
}

#[tokio::test]
async fn a_run_that_is_broken_off_has_a_receipt_of_what_went() {
    let mut hospital = Hospital::new();
    hospital.nothing_moves();
    let hospital = hospital.open();
    let mut list = hospital.list();
    list.takes = 2;
    let run = run(&hospital, &mut list).await;
    assert_eq!(run.broken_off.unwrap().kind(), ErrorKind::Unavailable);
    // The two of the first room were listed, and went; of the second room nothing was listed.
    assert_eq!(
        hospital.legacy.left(),
        ["10-1", "20-1", "20-5", "20-9", "30-1", "30-5", "30-9"]
    );
    assert_eq!(
        (run.found.legacy_messages, run.receipt.legacy_messages),
        (2, 2)
    );
    assert_eq!(run.receipt.left, 1);
}

#[tokio::test]
async fn messages_that_went_count_although_the_store_of_files_is_away() {
    let mut hospital = Hospital::new();
    hospital.nothing_moves();
    hospital.legacy.bytes_stay = true;
    let hospital = hospital.open();
    let mut list = hospital.list();
    let run = run(&hospital, &mut list).await;
    // It is away for the other rooms, too.
    assert_eq!(hospital.legacy.left().len(), 7);
    assert_eq!((run.receipt.legacy_messages, run.receipt.files), (2, 0));
    assert_eq!(run.found.left.len(), 1);
    let log = hospital.log.lock().unwrap();
    let ends = log.iter().rposition(|word| word == "listed something");
    assert!(
        ends.is_some(),
        "the list says that not all of it went: {log:?}"
    );
}

#[tokio::test]
async fn a_run_that_is_stopped_ends_before_the_next_room() {
    let mut hospital = Hospital::new();
    hospital.nothing_moves();
    let hospital = hospital.open();
    let mut list = hospital.list();
    // A room and its one removal.
    list.steps = 2;
    let run = run(&hospital, &mut list).await;
    assert_eq!(run.broken_off.unwrap().message(), "stopped");
    assert_eq!(hospital.legacy.left().len(), 7);
    assert_eq!((run.receipt.legacy_messages, run.receipt.left), (2, 1));
}
