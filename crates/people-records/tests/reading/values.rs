//! Values of a row that do not stand in a record.

use domain::{AllergyText, Given, RecordText, Sex};
use jiff::civil::date;

use crate::reading::support::{patients_by, patients_of, shown, staff_of};

const PATIENT: &str = "identifier,name,date_of_birth,sex,ward,bed,allergies\n";
const STAFF: &str = "identifier,email,name,role,active\n";

#[test]
fn every_column_of_a_patient_is_read() {
    let file = patients_of(format!(
        "{PATIENT}LMH-1,Odalys Fernwick,1970-05-01,F,A2,3,\"Penicillin,\nlatex\"\n"
    ));
    let patient = file.one();
    assert_eq!(patient.mrn.as_str(), "LMH-1");
    assert_eq!(patient.name.as_str(), "Odalys Fernwick");
    assert_eq!(patient.born, Given::Is(Some(date(1970, 5, 1))));
    assert_eq!(patient.sex, Given::Is(Some(Sex::Female)));
    assert_eq!(shown(&patient.ward, RecordText::as_str), "A2");
    assert_eq!(shown(&patient.bed, RecordText::as_str), "3");
    assert_eq!(
        shown(&patient.allergies, AllergyText::as_str),
        "Penicillin, latex"
    );
}

#[test]
fn an_empty_cell_is_said_and_a_missing_column_is_not() {
    let file = patients_of(format!("{PATIENT}1,N,, ,\u{a0},\u{200b},\"\"\n"));
    let patient = file.one();
    assert_eq!(patient.born, Given::Is(None));
    assert_eq!(patient.sex, Given::Is(None));
    assert_eq!(patient.ward, Given::Is(None));
    assert_eq!(patient.bed, Given::Is(None));
    assert_eq!(patient.allergies, Given::Is(None));
    let file = patients_of("identifier,name\n1,N\n");
    let patient = file.one();
    assert_eq!(
        (&patient.born, &patient.sex),
        (&Given::Nothing, &Given::Nothing)
    );
    assert_eq!(
        (&patient.ward, &patient.bed),
        (&Given::Nothing, &Given::Nothing)
    );
    assert_eq!(patient.allergies, Given::Nothing);
}

#[test]
fn all_that_is_wrong_with_a_patient_is_said_at_once() {
    let long = "x".repeat(256);
    let much = "x".repeat(2001);
    let file = patients_of(format!(
        "{PATIENT}1,{long},01/05/1970,w,{long},{long},{much}\n"
    ));
    assert_eq!(
        file.refused(),
        [
            "line 2: 1: name: is 1 character too long: at most 255 are possible; \
          date_of_birth: \"01/05/1970\" is no date written as 1970-12-31; \
          sex: \"w\" is none of female, male, other, unknown (f, m, o, u); \
          ward: is 1 character too long: at most 255 are possible; \
          bed: is 1 character too long: at most 255 are possible; \
          allergies: is 1 character too long: at most 2,000 are possible"
        ]
    );
    let refusal = file.rows[0].record.as_ref().unwrap_err();
    assert_eq!(refusal.identifier.as_ref().unwrap().as_str(), "1");
    assert_eq!(refusal.reasons.len(), 6);
}

#[test]
fn all_that_is_wrong_with_staff_is_said_at_once() {
    let file = staff_of(format!("{STAFF},no address,,chef,maybe\n"));
    let refused = file.refused();
    for words in [
        "identifier: must not be empty",
        "email: \"no address\" must be an e-mail address",
        "name: must not be empty",
        "role: \"chef\" is no role",
        "active: \"maybe\" is neither yes nor no",
    ] {
        assert!(refused[0].contains(words), "{refused:?}");
    }
    assert_eq!(file.rows[0].record.as_ref().unwrap_err().identifier, None);
}

#[test]
fn characters_that_nobody_sees_make_nobody_else() {
    let file = staff_of(format!(
        "{STAFF}\u{200b}1,\u{feff}a@b.example,\u{202e}N\u{a0} M ,\u{200b}Nurse,\n 1\u{2060},c@d,N,nurse,\n"
    ));
    let staff = file.taken()[0];
    assert_eq!(staff.identifier.as_ref().unwrap().as_str(), "1");
    assert_eq!(staff.email.as_str(), "a@b.example");
    assert_eq!(staff.name.as_str(), "N M");
    assert!(file.refused()[0].contains("identifier: is the one of line 2"));
}

#[test]
fn who_works_here_is_said_or_taken_for_granted() {
    let file = staff_of(format!(
        "{STAFF}1,a@b,N,nurse,\n2,b@b,N,nurse,0\n3,c@b,N,nurse,YES\n"
    ));
    let active: Vec<bool> = file.taken().iter().map(|staff| staff.active).collect();
    assert_eq!(active, [true, false, true]);
}

#[test]
fn nobody_is_born_tomorrow() {
    let file = patients_of("identifier,name,date_of_birth\n1,N,2026-11-29\n2,N,2026-11-30\n");
    assert_eq!(
        file.refused(),
        ["line 3: 2: date_of_birth: 2026-11-30 is later than today"]
    );
}

#[test]
fn dates_are_read_as_the_mapping_file_says() {
    let mapping = "[dates]\nformat = \"%d/%m/%Y\"";
    let file = patients_by(
        mapping,
        "identifier,name,date_of_birth\n1,N,01/05/1970\n2,N,1970-05-01\n3,N,13/13/1970\n",
    );
    assert_eq!(file.taken()[0].born, Given::Is(Some(date(1970, 5, 1))));
    assert_eq!(
        file.refused(),
        [
            "line 3: 2: date_of_birth: \"1970-05-01\" is no date written as %d/%m/%Y",
            "line 4: 3: date_of_birth: \"13/13/1970\" is no date written as %d/%m/%Y",
        ]
    );
}

#[test]
fn an_identifier_or_address_may_stand_once() {
    let file = staff_of(format!(
        "{STAFF}1,a@b.example,N,nurse,\n2,A@B.Example,N,nurse,\n1,c@b.example,N,nurse,\nA1,d@b,N,nurse,\na1,e@b,N,nurse,\n"
    ));
    assert_eq!(
        file.refused(),
        [
            "line 3: 2: email: is the one of line 2, and one file may hold it once",
            "line 4: 1: identifier: is the one of line 2, and one file may hold it once",
        ]
    );
    assert_eq!(
        file.taken().len(),
        3,
        "identifiers are compared to the letter"
    );
    // Also where the first is refused: nobody knows which of the two is meant.
    let file = patients_of("identifier,name,sex\n1,N,?\n1,N,f\n");
    assert!(file.refused()[1].ends_with("is the one of line 2, and one file may hold it once"));
}
