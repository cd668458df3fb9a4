use domain::{Availability, AvailabilityText, Doctor, StaffId};
use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};

use crate::{AvailabilityNews, ErrorKind, conformance::AvailabilityFixture};

fn noon() -> Timestamp {
    "2030-01-01T12:00:00Z"
        .parse()
        .expect("a time that is written right")
}

fn after_noon(minutes: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(minutes)
}

fn says(text: &str, minutes: i64) -> Availability {
    Availability {
        text: AvailabilityText::stored(text),
        until: after_noon(minutes),
    }
}

impl AvailabilityFixture {
    async fn set(&self, doctor: &Doctor, availability: Option<&Availability>) {
        let set = self.availabilities.set(doctor, availability).await;
        set.unwrap();
    }

    /// Reads the availability of `of` so many minutes after noon, as `asker` sees it.
    async fn seen(&self, asker: &Doctor, of: &Doctor, minutes: i64) -> Option<Availability> {
        let asked = [of.id().clone()];
        let found = self
            .availabilities
            .of(asker, &asked, after_noon(minutes))
            .await;
        let mut found = found.unwrap();
        assert!(found.len() <= 1, "one doctor says one thing");
        let (who, availability) = found.pop()?;
        assert_eq!(who, *of.id());
        Some(availability)
    }
}

pub async fn what_a_doctor_says_is_seen_to_the_letter(f: AvailabilityFixture) {
    let [ana, ben, _] = &f.doctors;
    assert_eq!(f.seen(ben, ana, 0).await, None);
    for text in ["In theatre", "Off, ask 'Dr Lisle'; \\ %", "בניתוח 🩺"] {
        let said = says(text, 30);
        f.set(ana, Some(&said)).await;
        assert_eq!(f.seen(ben, ana, 0).await, Some(said.clone()));
        assert_eq!(f.seen(ana, ana, 0).await, Some(said));
    }
    assert_eq!(f.seen(ana, ben, 0).await, None, "nobody else says it");
}

pub async fn what_is_said_again_replaces_it(f: AvailabilityFixture) {
    let [ana, ben, _] = &f.doctors;
    f.set(ana, Some(&says("In theatre", 90))).await;
    let clinic = says("In clinic", 20);
    f.set(ana, Some(&clinic)).await;
    f.set(ana, Some(&clinic)).await;
    assert_eq!(f.seen(ben, ana, 0).await, Some(clinic));
    assert_eq!(f.seen(ben, ana, 30).await, None, "the earlier end counts");
}

pub async fn what_is_taken_back_is_gone(f: AvailabilityFixture) {
    let [ana, ben, cleo] = &f.doctors;
    f.set(ana, Some(&says("In theatre", 30))).await;
    let kept = says("At lunch", 30);
    f.set(cleo, Some(&kept)).await;
    f.set(ana, None).await;
    f.set(ana, None).await;
    assert_eq!(f.seen(ben, ana, 0).await, None);
    assert_eq!(f.seen(ben, cleo, 0).await, Some(kept));
}

pub async fn at_its_end_it_is_gone_by_itself(f: AvailabilityFixture) {
    let [ana, ben, _] = &f.doctors;
    let said = says("In theatre", 30);
    f.set(ana, Some(&said)).await;
    assert_eq!(f.seen(ben, ana, 29).await, Some(said));
    assert_eq!(f.seen(ben, ana, 30).await, None, "until means before");
    assert_eq!(f.seen(ben, ana, 31).await, None);
}

pub async fn several_are_told_at_once_and_unknown_ones_left_out(f: AvailabilityFixture) {
    let [ana, ben, cleo] = &f.doctors;
    f.set(ana, Some(&says("In theatre", 30))).await;
    f.set(ben, Some(&says("In clinic", 40))).await;
    let unknown = ["9223372036854775807", "no-number"].map(|id| StaffId::parse(id).unwrap());
    let asked = [
        &[ana, ben, cleo].map(|doctor| doctor.id().clone())[..],
        &unknown,
    ]
    .concat();
    let mut found = f.availabilities.of(cleo, &asked, noon()).await.unwrap();
    found.sort_by_key(|(_, said)| said.until);
    let expected = [
        (ana.id().clone(), says("In theatre", 30)),
        (ben.id().clone(), says("In clinic", 40)),
    ];
    assert_eq!(found, expected);
    let none = f.availabilities.of(cleo, &[], noon()).await.unwrap();
    assert!(none.is_empty());
}

pub async fn whom_the_directory_does_not_hold_says_nothing(f: AvailabilityFixture) {
    let [ana, ..] = &f.doctors;
    for id in ["9223372036854775807", "no-number"] {
        let mut member = ana.member().clone();
        member.id = StaffId::parse(id).unwrap();
        let stranger = Doctor::admit(member).unwrap();
        let set = f
            .availabilities
            .set(&stranger, Some(&says("Here", 30)))
            .await;
        assert_eq!(set.unwrap_err().kind(), ErrorKind::NotFound, "{id}");
    }
}

pub async fn what_is_said_is_heard_in_order(f: AvailabilityFixture) {
    let [ana, ben, _] = &f.doctors;
    let (theatre, clinic) = (says("In theatre", 30), says("In clinic", 40));
    f.set(ben, Some(&clinic)).await;
    let mut first = f.availabilities.news();
    let mut second = f.availabilities.news();
    f.set(ana, Some(&theatre)).await;
    heard(&mut first, ana, Some(&theatre)).await;
    f.set(ana, Some(&clinic)).await;
    heard(&mut first, ana, Some(&clinic)).await;
    f.set(ana, None).await;
    heard(&mut first, ana, None).await;
    // Whoever listens later than it is said is told the same end of it.
    let last = async {
        loop {
            if heard_of(&mut second, ana).await.is_none() {
                return;
            }
        }
    };
    in_time(last).await;
}

async fn heard(
    news: &mut crate::AvailabilityStream,
    doctor: &Doctor,
    expected: Option<&Availability>,
) {
    let said = in_time(heard_of(news, doctor)).await;
    assert_eq!(said.as_ref(), expected);
}

/// Waits for the next news of the doctor; statements from before the stream began may come first.
async fn heard_of(news: &mut crate::AvailabilityStream, doctor: &Doctor) -> Option<Availability> {
    loop {
        match news.next().await.expect("it goes on") {
            AvailabilityNews::Said(who, said) if who == *doctor.id() => return said,
            AvailabilityNews::Said(..) => {}
            AvailabilityNews::Missed => panic!("nothing was missed"),
        }
    }
}

async fn in_time<T>(heard: impl Future<Output = T>) -> T {
    let heard = tokio::time::timeout(std::time::Duration::from_secs(10), heard).await;
    heard.expect("it is heard")
}
