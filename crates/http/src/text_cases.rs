//! Rules about texts that page and server both hold: the cases of `tests/cases/texts.json` against the
//! server's. The journey `texts` holds the scripts to the same cases.

use domain::{Participant, Piece, Profile, StaffId, fold, is_blank, linked};
use serde_json::Value;

use crate::{mentioned::mentioned, pages::preview};

fn cases() -> Value {
    serde_json::from_str(include_str!("../../../tests/cases/texts.json")).unwrap()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().unwrap().clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn links_end_where_the_sentence_goes_on() {
    for case in list(&cases()["links"]) {
        let pieces = linked(text(&case[0]));
        let links = pieces.into_iter().filter_map(|piece| match piece {
            Piece::Link(link) => Some(Value::from(link)),
            Piece::Words(_) => None,
        });
        assert_eq!(links.collect::<Vec<_>>(), list(&case[1]), "{}", case[0]);
    }
}

#[test]
fn names_are_found_beside_every_script() {
    let cases = cases();
    let people: Vec<Participant> = list(&cases["people"])
        .iter()
        .map(|person| Participant {
            doctor: Profile {
                id: StaffId::parse(text(&person[0])).unwrap(),
                name: text(&person[1]).into(),
                specialty: None,
                grade: None,
            },
            joined_at: None,
        })
        .collect();
    for case in list(&cases["mentions"]) {
        let named = mentioned(text(&case[0]), &people);
        let named: Vec<Value> = named.iter().map(|id| id.as_str().into()).collect();
        assert_eq!(named, list(&case[1]), "{}", case[0]);
    }
}

#[test]
fn what_is_seen_is_not_blank() {
    let cases = cases();
    for blank in list(&cases["blank"]) {
        assert!(is_blank(text(&blank)), "{blank:?}");
    }
    for seen in list(&cases["seen"]) {
        assert!(!is_blank(text(&seen)), "{seen:?}");
    }
}

#[test]
fn previews_are_cut_between_what_is_seen_as_one() {
    for case in list(&cases()["previews"]) {
        let most = usize::try_from(case[1].as_u64().unwrap()).unwrap();
        assert_eq!(preview(text(&case[0]), most), text(&case[2]));
    }
}

#[test]
fn what_a_search_takes_for_the_same_folds_to_the_same() {
    for case in list(&cases()["folds"]) {
        assert_eq!(fold(text(&case[0])), fold(text(&case[1])), "{case}");
    }
}
