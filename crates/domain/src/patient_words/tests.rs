use proptest::prelude::*;

use super::{lists::STAFF_TITLES, *};
use crate::{PatientId, PatientRef};

fn patient(name: &str, mrn: &str, bed: &str) -> Patient {
    Patient {
        id: PatientId::from(1),
        reference: PatientRef::parse("0".repeat(40)).unwrap(),
        name: name.into(),
        mrn: mrn.into(),
        born: None,
        sex: Some(crate::Sex::Male),
        bed: Some(bed.into()),
        ward: None,
        allergies: None,
        former: Vec::new(),
    }
}

fn named(text: &str, patient: &Patient) -> Option<NamedBy> {
    PatientWords::of(text).name_patient(patient)
}

#[test]
fn a_patient_is_named_by_mrn_bed_or_full_name() {
    let leif = patient("Leif Tamsin-Oduya", "LMH-900104", "C1-11");
    for (text, by) in [
        ("Result for lmh-900104 is back", NamedBy::Mrn),
        ("LMH 900104", NamedBy::Mrn),
        ("900 104 is back", NamedBy::Mrn),
        ("(LMH900104)", NamedBy::Mrn),
        ("Please see C1-11/C1-12.", NamedBy::Bed),
        ("seen in c1-11", NamedBy::Bed),
        ("LEIF TAMSIN-ODUYA is better", NamedBy::Name),
        ("Tamsin Oduya, Leif: better", NamedBy::Name),
        ("for Leif\nTamsin-Oduya's mother", NamedBy::Name),
    ] {
        assert_eq!(named(text, &leif), Some(by), "{text}");
    }
    for text in [
        "",
        "Leif is better",
        "Mrs Oduya rang",
        "C1 has 11 beds",
        "call 900104",
        "BP 98/60, K 6.9, at 19:00, 4-hourly",
    ] {
        assert_eq!(named(text, &leif), None, "{text}");
    }
}

#[test]
fn accents_and_apostrophes_make_no_difference() {
    let zoe = patient("Zoë O’Brien", "A/77-31", "W 3");
    assert_eq!(named("zoe obrien", &zoe), Some(NamedBy::Name));
    assert_eq!(named("ZOË O'BRIEN", &zoe), Some(NamedBy::Name));
    assert_eq!(named("a/77-31", &zoe), Some(NamedBy::Mrn));
}

#[test]
fn the_rooms_own_patient_is_taken_out() {
    let own = patient("Odalys Fernwick", "LMH-900101", "A2-04");
    let text = "Odalys Fernwick, LMH-900101, still in A2-04";
    let words = PatientWords::of(text).without(&own);
    assert_eq!(words.name_patient(&own), None);
}

#[test]
fn a_place_without_a_number_is_no_bed() {
    let clinic = patient("Fenella Oyarzun", "LMH-900110", "OPD");
    assert_eq!(named("Follow up in OPD", &clinic), None);
}

proptest! {
    #[test]
    fn a_name_is_found_wherever_it_stands(
        before in "[a-z ,.]{0,60}",
        // No title and no word of a language ends so.
        name in "[A-Z][a-z]{0,10}xq [A-Z][a-z]{0,10}qx",
        after in "[a-z ,.]{0,60}",
    ) {
        // "Dr Ana Bru" is a colleague.
        let last = before.split([' ', ',', '.']).rfind(|word| !word.is_empty());
        prop_assume!(last.is_none_or(|word| !STAFF_TITLES.contains(&word)));
        let text = format!("{before} {name} {after}");
        let found = named(&text, &patient(&name, "none", "none"));
        prop_assert_eq!(found, Some(NamedBy::Name));
    }

    #[test]
    fn an_mrn_is_found_wherever_it_stands(
        before in ".{0,60}",
        mrn in "[A-Z]{2,4}-[0-9]{4,8}",
        after in ".{0,60}",
    ) {
        let text = format!("{before} {mrn} {after}");
        prop_assert_eq!(named(&text, &patient("No Name", &mrn, "none")), Some(NamedBy::Mrn));
    }

    #[test]
    fn it_is_bounded_and_hides_its_words(text in ".{0,400}") {
        let words = PatientWords::of(&text);
        let most = text.chars().count() + 1;
        prop_assert!(words.codes().count() <= 16 * most);
        prop_assert!(words.names().count() <= 2 * PatientWords::RUN * most);
        let (codes, names) = (words.codes().count(), words.names().count());
        let shown = format!("PatientWords({codes} codes, {names} names)");
        prop_assert_eq!(format!("{words:?}"), shown);
    }
}

#[test]
fn the_longest_text_is_read_at_once() {
    let text = "ab ".repeat(1_666);
    assert_eq!(PatientWords::of(&text).names().count(), 4);
    let text: String = (0_u32..1_000).map(|n| format!("{} ", word(n))).collect();
    assert!(PatientWords::of(&text).names().count() <= 8 * 1_000);
}

fn word(mut n: u32) -> String {
    let mut word = String::new();
    for _ in 0..4 {
        word.push(char::from(b'a' + u8::try_from(n % 26).unwrap()));
        n /= 26;
    }
    word
}
