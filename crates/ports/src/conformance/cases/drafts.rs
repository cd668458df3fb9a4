use domain::{Doctor, RoomId};
use jiff::{SignedDuration, Timestamp};

use crate::{
    DRAFTS_KEPT, DraftPlace, ErrorKind, KeptDraft, MOST_DRAFTS, Replaces, conformance::DraftFixture,
};

/// A time of today, to the microsecond, which is what stores keep.
fn now() -> Timestamp {
    let now = Timestamp::now().as_microsecond();
    Timestamp::from_microsecond(now).expect("a time of today")
}

fn place(mount: &str, room: &str) -> DraftPlace {
    DraftPlace {
        mount: mount.to_owned(),
        room: RoomId::parse(room).expect("a room's id"),
    }
}

fn draft(sealed: &[u8], saved_at: Timestamp) -> KeptDraft {
    KeptDraft {
        sealed: sealed.to_vec(),
        saved_at,
    }
}

impl DraftFixture {
    async fn save(&self, doctor: &Doctor, place: &DraftPlace, sealed: &[u8], at: Timestamp) {
        let draft = draft(sealed, at);
        let saved = self.drafts.save(doctor, place, &draft, Replaces::Anything);
        saved.await.unwrap();
    }

    async fn found(&self, doctor: &Doctor, place: &DraftPlace, at: Timestamp) -> Option<Vec<u8>> {
        let found = self.drafts.find(doctor, place, at).await.unwrap();
        found.map(|draft| draft.sealed)
    }

    async fn forget(&self, doctor: &Doctor, place: &DraftPlace) {
        let forgotten = self.drafts.forget(doctor, place, Replaces::Anything);
        forgotten.await.unwrap();
    }

    async fn places(&self, doctor: &Doctor, at: Timestamp) -> Vec<DraftPlace> {
        self.drafts.places(doctor, at).await.unwrap()
    }
}

pub async fn a_draft_is_kept_to_the_byte_until_it_is_forgotten(f: DraftFixture) {
    let ([ana, _], now, here) = (&f.doctors, now(), place("/a", "7"));
    assert_eq!(f.found(ana, &here, now).await, None);
    let every_byte: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    for sealed in [&every_byte[..], b"\0", b"", b"changed"] {
        f.save(ana, &here, sealed, now).await;
        assert_eq!(f.found(ana, &here, now).await.as_deref(), Some(sealed));
    }
    f.forget(ana, &here).await;
    f.forget(ana, &here).await;
    assert_eq!(f.found(ana, &here, now).await, None);
    assert_eq!(f.places(ana, now).await, []);
}

pub async fn nobody_overwrites_what_they_have_not_seen(f: DraftFixture) {
    let ([ana, _], now, here) = (&f.doctors, now(), place("/a", "7"));
    let at = |second| now + SignedDuration::from_secs(second);
    let save = async |sealed: &[u8], second, replaces| {
        let draft = draft(sealed, at(second));
        let saved = f.drafts.save(ana, &here, &draft, replaces).await;
        saved.map_err(|error| error.kind())
    };
    let conflict = Err(ErrorKind::Conflict);
    assert_eq!(save(b"ward", 0, Replaces::Nothing).await, Ok(()));
    assert_eq!(save(b"phone", 1, Replaces::Nothing).await, conflict);
    assert_eq!(save(b"ward 2", 2, Replaces::SavedAt(at(0))).await, Ok(()));
    assert_eq!(save(b"phone", 3, Replaces::SavedAt(at(0))).await, conflict);
    let kept = f.drafts.find(ana, &here, at(3)).await.unwrap();
    assert_eq!(kept, Some(draft(b"ward 2", at(2))));
    for seen in [Replaces::Nothing, Replaces::SavedAt(at(0))] {
        let forgotten = f.drafts.forget(ana, &here, seen).await;
        assert_eq!(forgotten.map_err(|error| error.kind()), conflict);
    }
    let seen = Replaces::SavedAt(at(2));
    f.drafts.forget(ana, &here, seen).await.unwrap();
    f.drafts.forget(ana, &here, seen).await.unwrap();
    // One that was replaced and is gone is nothing that could be lost.
    assert_eq!(save(b"phone", 4, seen).await, Ok(()));
}

pub async fn each_doctor_and_each_room_has_its_own(f: DraftFixture) {
    let ([ana, ben], now) = (&f.doctors, now());
    // The rooms of two mounts may have one id, and one id may begin as another does.
    let places = [place("/a", "2"), place("/b", "2"), place("/a", "21")];
    for (number, at) in (0..).zip(&places) {
        f.save(ana, at, &[number], now).await;
        assert_eq!(f.found(ben, at, now).await, None);
    }
    f.save(ben, &places[0], b"ben", now).await;
    f.forget(ana, &places[0]).await;
    let mut found = Vec::new();
    for at in &places {
        found.push(f.found(ana, at, now).await);
    }
    assert_eq!(found, [None, Some(vec![1]), Some(vec![2])]);
    assert_eq!(f.found(ben, &places[0], now).await, Some(b"ben".to_vec()));
}

pub async fn rooms_with_drafts_are_listed_the_last_first(f: DraftFixture) {
    let ([ana, ben], now) = (&f.doctors, now());
    let [first, second] = [place("/a", "1"), place("/b", "group-0a")];
    f.save(ana, &first, b"1", now).await;
    f.save(ana, &second, b"2", now + SignedDuration::from_secs(1))
        .await;
    let listed = f.places(ana, now).await;
    assert_eq!(listed, [second.clone(), first.clone()]);
    f.save(ana, &first, b"3", now + SignedDuration::from_secs(2))
        .await;
    assert_eq!(f.places(ana, now).await, [first, second]);
    assert_eq!(f.places(ben, now).await, []);
}

pub async fn an_old_draft_is_forgotten(f: DraftFixture) {
    let ([ana, ben], now, here) = (&f.doctors, now(), place("/a", "1"));
    f.save(ana, &here, b"old", now).await;
    let last = now + DRAFTS_KEPT - SignedDuration::from_secs(1);
    assert!(f.found(ana, &here, last).await.is_some());
    let later = now + DRAFTS_KEPT;
    assert_eq!(f.found(ana, &here, later).await, None);
    assert_eq!(f.places(ana, later).await, []);
    // Whoever saves one then has it removed for good.
    f.save(ben, &here, b"new", later).await;
    assert_eq!(f.found(ana, &here, now).await, None);
    assert!(f.found(ben, &here, later).await.is_some());
}

pub async fn of_very_many_the_oldest_is_forgotten(f: DraftFixture) {
    let ([ana, ben], now) = (&f.doctors, now());
    f.save(ben, &place("/a", "1"), b"ben", now).await;
    for number in 1..=MOST_DRAFTS + 2 {
        let second = i64::try_from(number).expect("a small number");
        let at = now + SignedDuration::from_secs(second);
        f.save(ana, &place("/a", &number.to_string()), b"x", at)
            .await;
    }
    let listed = f.places(ana, now).await;
    assert_eq!(listed.len(), MOST_DRAFTS);
    assert_eq!(listed.last(), Some(&place("/a", "3")));
    assert_eq!(f.places(ben, now).await.len(), 1, "nobody else's");
}

pub async fn a_draft_of_nobody_is_not_kept(f: DraftFixture) {
    let mut member = f.doctors[0].member().clone();
    member.id = 987_654.into();
    let nobody = Doctor::admit(member).expect("a doctor");
    let (here, draft) = (place("/a", "1"), draft(b"x", now()));
    let saved = f.drafts.save(&nobody, &here, &draft, Replaces::Anything);
    assert_eq!(saved.await.unwrap_err().kind(), ErrorKind::NotFound);
}
