use domain::{HeldMatter, HoldReason, PatientId, PatientRef, RoomId, StaffId};
use jiff::Timestamp;

use crate::{ErrorKind, NewHold, RetentionReceipt, conformance::RetainingFixture};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_750_000_000 + second).unwrap()
}

fn hold(number: i64, matter: HeldMatter) -> NewHold {
    NewHold {
        matter,
        reason: HoldReason::parse(&format!("claim {number} of “Ölmez ./. hospital”")).unwrap(),
        placed_by: (number > 1).then(|| StaffId::from(number)),
        placed_at: at(number),
    }
}

pub async fn holds_are_kept_to_the_letter_and_never_removed(f: RetainingFixture) {
    let reference = PatientRef::parse("0f".repeat(20)).unwrap();
    let id = PatientId::from(7);
    let matters = [
        HeldMatter::Everything,
        HeldMatter::Room(RoomId::parse("patient-a-1").unwrap()),
        HeldMatter::Patient { id, reference },
        HeldMatter::Staff(StaffId::from(3)),
    ];
    let mut placed = Vec::new();
    for (number, matter) in (1..).zip(matters) {
        let hold = hold(number, matter);
        placed.push((f.holds.place(&hold).await.unwrap(), hold));
    }
    placed.reverse();
    let listed = f.holds.list(false).await.unwrap();
    assert_eq!(listed.len(), placed.len());
    for (listed, (number, placed)) in listed.iter().zip(&placed) {
        assert_eq!(listed.number, *number);
        assert_eq!(
            (&listed.matter, &listed.reason, &listed.placed_by),
            (&placed.matter, &placed.reason, &placed.placed_by)
        );
        assert_eq!(
            (listed.placed_at, listed.lifted_at),
            (placed.placed_at, None)
        );
    }
    let number = placed[1].0;
    assert!(f.holds.lift(number, at(50)).await.unwrap());
    assert!(
        !f.holds.lift(number, at(60)).await.unwrap(),
        "it is lifted once"
    );
    assert_eq!(f.holds.list(false).await.unwrap().len(), 3);
    let all = f.holds.list(true).await.unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!((all[1].number, all[1].lifted_at), (number, Some(at(50))));
    let unknown = f.holds.lift(number + 100, at(70)).await;
    assert_eq!(unknown.unwrap_err().kind(), ErrorKind::NotFound);
}

pub async fn a_receipt_is_read_as_it_was_signed(f: RetainingFixture) {
    let mut receipts = Vec::new();
    for number in 1..=3 {
        let by = (number > 1).then(|| StaffId::from(number));
        let mut receipt = RetentionReceipt::new(at(number), by);
        receipt.ended_at = at(number + 100);
        receipt.legacy_messages = 1_000_000;
        receipt.stream_messages = 2;
        receipt.files = 3;
        receipt.entries = 4;
        receipt.held = 5;
        receipt.left = 6;
        receipt.list = [9; 32];
        let receipt = receipt.signed(&f.key);
        f.receipts.add(&receipt).await.unwrap();
        receipts.push(receipt);
    }
    receipts.reverse();
    let newest = f.receipts.newest(10).await.unwrap();
    assert_eq!(newest, receipts);
    assert!(newest.iter().all(|receipt| receipt.is_genuine(&f.key)));
    assert_eq!(f.receipts.newest(1).await.unwrap(), receipts[..1]);
    let again = f.receipts.add(&receipts[0]).await;
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Conflict);
    (f.execute)("UPDATE hims_retention_receipts SET files = 2").await;
    let changed = f.receipts.newest(10).await.unwrap();
    assert!(changed.iter().all(|receipt| !receipt.is_genuine(&f.key)));
}
