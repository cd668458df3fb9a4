use domain::{EmailAddress, Given, Identifier, PageSize, RecordText, Role, StaffId, StaffRecord};
use jiff::{Timestamp, ToSpan};

use crate::{
    DeactivatedBy, ErrorKind, PasswordHash, RegisteredStaff, Result, Session, SessionKey,
    conformance::RegisterFixture,
    usecase::{ChangeLog, Missing, StaffList, StaffTaken, plan_staff, take_staff},
};

pub(super) fn text(text: &str) -> RecordText {
    RecordText::parse(text).unwrap()
}

pub(super) fn given(word: &str) -> Given<RecordText> {
    Given::Is(Some(text(word)))
}

/// Somebody with staff number `S` and this number.
pub(super) fn person(number: usize, role: Role) -> StaffRecord {
    let email = EmailAddress::parse(&format!("s{number}@hospital.example")).unwrap();
    let mut record = StaffRecord::new(email, text(&format!("Person {number:03}")), role);
    record.identifier = Some(Identifier::parse(&format!("S{number}")).unwrap());
    record
}

pub(super) fn people(numbers: impl IntoIterator<Item = usize>) -> StaffList {
    let person = |number| {
        let role = if number == 0 {
            Role::Administrator
        } else {
            Role::Doctor
        };
        person(number, role)
    };
    StaffList {
        records: numbers.into_iter().map(person).collect(),
        ..StaffList::default()
    }
}

/// The guard writes down; here is none.
pub(super) struct Unlogged;

#[async_trait::async_trait]
impl ChangeLog for Unlogged {
    async fn note(&self, _change: &str) -> Result<()> {
        Ok(())
    }
}

impl RegisterFixture {
    pub(super) async fn take(&self, list: &StaffList) -> Vec<StaffTaken> {
        let planned = plan_staff(&*self.staff, list).await.unwrap();
        let taken = take_staff(&*self.staff, &Unlogged, list, |_| {})
            .await
            .unwrap();
        assert_eq!(planned, taken, "the rehearsal says what happens");
        taken.taken
    }

    pub(super) async fn of(&self, identifier: &str) -> Option<RegisteredStaff> {
        let identifier = Identifier::parse(identifier).unwrap();
        let found = self.staff.known(&[identifier], &[]).await.unwrap();
        assert!(found.len() <= 1);
        found.into_iter().next()
    }
}

pub async fn a_member_of_staff_is_held_to_the_letter(f: RegisterFixture) {
    let mut record = person(1, Role::Pharmacist);
    record.name = text("Zoë O’Brien-Łuk");
    record.email = EmailAddress::parse("Zoe.OBrien@Hospital.Example").unwrap();
    record.specialty = given("Oncology");
    record.grade = given("lead");
    record.ward = given("C2");
    record.phone = given("+44 20 7946 0000");
    record.bleep = given("4471");
    let id = f.staff.add(&record).await.unwrap();
    let held = f.staff.find(&id).await.unwrap().unwrap();
    assert_eq!(held.member.name, "Zoë O’Brien-Łuk");
    assert_eq!(held.member.role, Role::Pharmacist);
    assert_eq!(held.email, "Zoe.OBrien@Hospital.Example");
    assert_eq!(held.identifier.as_deref(), Some("S1"));
    assert_eq!(held.member.specialty.as_deref(), Some("Oncology"));
    assert_eq!(held.member.grade.as_deref(), Some("lead"));
    assert_eq!(held.member.ward.as_deref(), Some("C2"));
    assert_eq!(held.phone.as_deref(), Some("+44 20 7946 0000"));
    assert_eq!(held.bleep.as_deref(), Some("4471"));
    assert!(held.member.active && !held.has_password);
    // Said of nothing it stays, said to be nothing it goes.
    let mut record = StaffRecord::new(record.email, text("Zoë Łuk"), Role::Doctor);
    record.ward = Given::Is(None);
    f.staff.change(&id, &record).await.unwrap();
    let changed = f.staff.find(&id).await.unwrap().unwrap();
    assert_eq!(changed.member.name, "Zoë Łuk");
    assert_eq!(changed.member.role, Role::Doctor);
    assert_eq!(changed.member.ward, None);
    assert_eq!(changed.identifier, held.identifier);
    assert_eq!(changed.bleep, held.bleep);
    assert_eq!(changed.member.specialty, held.member.specialty);
    for nobody in ["999999", "x", "-1"] {
        let nobody = StaffId::parse(nobody).unwrap();
        assert_eq!(f.staff.find(&nobody).await.unwrap(), None);
        let error = f.staff.change(&nobody, &record).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotFound), "{error}");
        let error = f
            .staff
            .reactivate(&nobody, DeactivatedBy::Command)
            .await
            .unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotFound), "{error}");
    }
}

pub async fn an_address_and_an_identifier_are_one_persons(f: RegisterFixture) {
    let first = f.staff.add(&person(1, Role::Doctor)).await.unwrap();
    f.staff.add(&person(2, Role::Doctor)).await.unwrap();
    let mut same_address = person(3, Role::Doctor);
    same_address.email = EmailAddress::parse("S1@Hospital.example").unwrap();
    let mut same_identifier = person(3, Role::Doctor);
    same_identifier.identifier = Identifier::parse("S2").ok();
    for record in [same_address, same_identifier] {
        let error = f.staff.add(&record).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Conflict), "{error}");
    }
    let error = f.staff.change(&first, &person(2, Role::Doctor)).await;
    assert!(matches!(error.unwrap_err().kind(), ErrorKind::Conflict));
    assert_eq!(
        f.of("S1").await.unwrap().member.id,
        first,
        "nothing changed"
    );
    let all = f.staff.list("", None, PageSize::DEFAULT).await.unwrap();
    assert_eq!(all.staff.len(), 2);
}

pub async fn a_closed_account_ends_its_sessions_for_good(f: RegisterFixture) {
    let id = f.staff.add(&person(1, Role::Doctor)).await.unwrap();
    let now = Timestamp::now();
    let session = Session::begin(
        SessionKey::of_secret(b"a secret"),
        id.clone(),
        now,
        now + 1.hour(),
        now + 1.hour(),
    );
    let is_signed_in = async || {
        let found = f.sessions.find(&session.key, now).await.unwrap();
        found.is_some()
    };
    f.sessions.begin(&session).await.unwrap();
    assert!(is_signed_in().await);
    let closed = f.staff.deactivate(&id, DeactivatedBy::Command).await;
    assert!(closed.unwrap());
    assert!(!is_signed_in().await);
    let again = f.staff.deactivate(&id, DeactivatedBy::Import).await;
    assert!(!again.unwrap(), "it was closed");
    let held = f.staff.find(&id).await.unwrap().unwrap();
    assert_eq!(held.deactivated_by, Some(DeactivatedBy::Command));
    assert!(
        f.staff
            .reactivate(&id, DeactivatedBy::Command)
            .await
            .unwrap()
    );
    assert!(
        !f.staff
            .reactivate(&id, DeactivatedBy::Command)
            .await
            .unwrap()
    );
    assert!(!is_signed_in().await, "a session does not come back");
    let held = f.staff.find(&id).await.unwrap().unwrap();
    assert!(held.member.active && held.deactivated_by.is_none());

    f.sessions.begin(&session).await.unwrap();
    let hash = PasswordHash::stored("$2y$12$saltsaltsaltsaltsalthash".to_owned());
    f.staff.set_password(&id, &hash).await.unwrap();
    assert!(!is_signed_in().await, "nor is another password's");
    assert!(f.staff.find(&id).await.unwrap().unwrap().has_password);
    let login = f.credentials.find("s1@hospital.example").await.unwrap();
    assert_eq!(login.unwrap().password, hash);
}

pub async fn the_staff_is_listed_by_name_and_searched(f: RegisterFixture) {
    for number in (0..120).rev() {
        f.staff.add(&person(number, Role::Nurse)).await.unwrap();
    }
    let leaver = f.of("S7").await.unwrap().member.id;
    f.staff
        .deactivate(&leaver, DeactivatedBy::Command)
        .await
        .unwrap();
    let (mut names, mut after) = (Vec::new(), None);
    loop {
        let page = f.staff.list("", after, PageSize::new(50).unwrap()).await;
        let page = page.unwrap();
        names.extend(page.staff.into_iter().map(|member| member.member.name));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let expected: Vec<String> = (0..120)
        .map(|number| format!("Person {number:03}"))
        .collect();
    assert_eq!(names, expected);
    for (words, found) in [
        ("person 007", 1),
        ("S7@hospital", 1),
        ("NURSE 11", 11),
        ("pharmacist", 0),
        ("%", 0),
    ] {
        let page = f.staff.list(words, None, PageSize::DEFAULT).await.unwrap();
        assert_eq!(page.staff.len(), found, "{words}");
    }
}

pub async fn administrators_are_counted(f: RegisterFixture) {
    assert_eq!(f.staff.administrators().await.unwrap(), 0);
    let id = f.staff.add(&person(1, Role::Administrator)).await.unwrap();
    f.staff.add(&person(2, Role::Doctor)).await.unwrap();
    f.staff.add(&person(3, Role::Doctor)).await.unwrap();
    (f.execute)("UPDATE users SET role = ' Admin' WHERE email = 's3@hospital.example'").await;
    assert_eq!(f.staff.administrators().await.unwrap(), 2);
    f.staff
        .deactivate(&id, DeactivatedBy::Command)
        .await
        .unwrap();
    assert_eq!(f.staff.administrators().await.unwrap(), 1);
}

pub async fn a_list_taken_again_changes_nothing(f: RegisterFixture) {
    let list = people(0..20);
    assert!(
        f.take(&list)
            .await
            .iter()
            .all(|taken| *taken == StaffTaken::Added)
    );
    let unchanged = |taken: &StaffTaken| *taken == StaffTaken::Unchanged;
    assert!(f.take(&list).await.iter().all(unchanged));
    // Names, addresses and wards follow the list, whoever it was.
    let mut moved = people(0..20);
    moved.records[3].name = text("Dr Married Name");
    moved.records[3].email = EmailAddress::parse("married@hospital.example").unwrap();
    moved.records[4].ward = given("B3");
    let before = f.of("S3").await.unwrap().member.id;
    let taken = f.take(&moved).await;
    assert_eq!(taken[3], StaffTaken::Changed);
    assert_eq!(taken[4], StaffTaken::Changed);
    assert_eq!(taken[5], StaffTaken::Unchanged);
    let after = f.of("S3").await.unwrap();
    assert_eq!(after.member.id, before);
    assert_eq!(after.email, "married@hospital.example");
}

pub async fn whoever_is_missing_from_a_list_has_left(f: RegisterFixture) {
    f.take(&people(0..40)).await;
    let by_hand = person(90, Role::Doctor);
    let mut by_hand = StaffRecord::new(by_hand.email, by_hand.name, by_hand.role);
    let visitor = f.staff.add(&by_hand).await.unwrap();
    let without_two = people((0..40).filter(|number| ![5, 6].contains(number)));
    f.take(&without_two).await;
    for (identifier, is_active) in [("S4", true), ("S5", false), ("S6", false)] {
        assert_eq!(f.of(identifier).await.unwrap().member.active, is_active);
    }
    let visitor = f.staff.find(&visitor).await.unwrap().unwrap();
    assert!(visitor.member.active, "no list has ever had them");
    // Back on the list they are back, unless somebody closed the account.
    let six = f.of("S6").await.unwrap().member.id;
    f.staff
        .deactivate(&six, DeactivatedBy::Command)
        .await
        .unwrap();
    let taken = f.take(&people(0..40)).await;
    assert_eq!(taken[5], StaffTaken::Reactivated);
    assert_eq!(taken[6], StaffTaken::KeptClosed);
    assert!(f.of("S5").await.unwrap().member.active);
    assert!(!f.of("S6").await.unwrap().member.active);
    // A list may say it itself.
    let mut leaving = people(0..40);
    leaving.records[7].active = false;
    assert_eq!(f.take(&leaving).await[7], StaffTaken::Deactivated);
    by_hand.active = false;
}

pub async fn a_list_that_lacks_too_many_does_nothing(f: RegisterFixture) {
    f.take(&people(0..40)).await;
    let mut ward = people(0..30);
    ward.records[1].name = text("Dr New Name");
    let error = take_staff(&*f.staff, &Unlogged, &ward, |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Conflict), "{error}");
    assert!(error.message().contains("10 of 40"), "{error}");
    assert_eq!(f.of("S1").await.unwrap().member.name, "Person 001");
    ward.closing = Some(9);
    assert!(
        take_staff(&*f.staff, &Unlogged, &ward, |_| {})
            .await
            .is_err()
    );
    ward.closing = None;
    ward.missing = Missing::Unsaid;
    f.take(&ward).await;
    assert!(f.of("S35").await.unwrap().member.active);
    assert_eq!(f.of("S1").await.unwrap().member.name, "Dr New Name");
    // A row that could not be read is about somebody all the same.
    ward.missing = Missing::Left;
    ward.unread = (30..39).map(|number| format!("S{number}")).collect();
    ward.unknown = 1;
    let taken = take_staff(&*f.staff, &Unlogged, &ward, |_| {})
        .await
        .unwrap();
    assert!(taken.left.is_empty() && taken.leavers_kept.is_some());
    assert!(f.of("S39").await.unwrap().member.active);
    ward.unknown = 0;
    let taken = take_staff(&*f.staff, &Unlogged, &ward, |_| {})
        .await
        .unwrap();
    assert_eq!(taken.left.len(), 1);
    assert!(!f.of("S39").await.unwrap().member.active);
    ward.unread.clear();
    ward.closing = Some(9);
    take_staff(&*f.staff, &Unlogged, &ward, |_| {})
        .await
        .unwrap();
    assert!(!f.of("S30").await.unwrap().member.active);
}

pub async fn somebody_of_the_hims_is_known_by_their_address_once(f: RegisterFixture) {
    let mut of_the_hims = person(1, Role::Doctor);
    of_the_hims.identifier = None;
    let id = f.staff.add(&of_the_hims).await.unwrap();
    // The list gives them their identifier.
    let taken = f.take(&people(0..3)).await;
    assert_eq!(
        taken,
        [StaffTaken::Added, StaffTaken::Changed, StaffTaken::Added]
    );
    assert_eq!(f.of("S1").await.unwrap().member.id, id);
    // Another identifier at the same address is another person, and the address a mistake.
    let mut other = people(0..3);
    other.records[1].identifier = Identifier::parse("S77").ok();
    let refused = |taken: &StaffTaken| matches!(taken, StaffTaken::Refused(_));
    other.missing = Missing::Unsaid;
    let taken = f.take(&other).await;
    assert!(refused(&taken[1]) && taken[2] == StaffTaken::Unchanged);
    // An address given to somebody new does not give them the rooms of who has left.
    let mut left = person(50, Role::Doctor);
    left.identifier = None;
    let left_id = f.staff.add(&left).await.unwrap();
    f.staff
        .deactivate(&left_id, DeactivatedBy::Command)
        .await
        .unwrap();
    let mut list = people([0, 1, 2, 50]);
    assert!(refused(&f.take(&list).await[3]));
    // Two who changed their addresses with each other are told apart, and neither is taken for the other.
    list = people(0..3);
    (list.records[1].email, list.records[2].email) =
        (list.records[2].email.clone(), list.records[1].email.clone());
    let taken = f.take(&list).await;
    assert!(refused(&taken[1]) && refused(&taken[2]), "{taken:?}");
}

pub async fn an_administrator_is_left_by_every_list(f: RegisterFixture) {
    f.take(&people(0..30)).await;
    let mut demoting = people(0..30);
    demoting.records[0].role = Role::Doctor;
    let taken = f.take(&demoting).await;
    assert!(matches!(&taken[0], StaffTaken::Refused(reason) if reason.contains("administrator")));
    demoting.records[0].active = false;
    let taken = f.take(&demoting).await;
    assert!(matches!(&taken[0], StaffTaken::Refused(_)), "{taken:?}");
    let without = people(1..30);
    let error = take_staff(&*f.staff, &Unlogged, &without, |_| {})
        .await
        .unwrap_err();
    assert!(error.message().contains("administrator"), "{error}");
    assert_eq!(f.staff.administrators().await.unwrap(), 1);
    // With another one the first may go.
    let mut handed_over = people(0..31);
    handed_over.records[30].role = Role::Administrator;
    f.take(&handed_over).await;
    handed_over.records.remove(0);
    f.take(&handed_over).await;
    assert_eq!(f.staff.administrators().await.unwrap(), 1);
}
