//! Columns of a CSV file, their order and their separators.

use domain::{Given, RecordText, Role};

use crate::reading::support::{
    no_patients, no_staff, patients_by, patients_of, shown, staff_by, staff_of,
};

#[test]
fn columns_come_in_any_order_and_spelling() {
    let file = staff_of(
        "Role,NAME,E-Mail,email,Identifier,bleep\n\
         doctor,Dr Odalys Fernwick,x,o.fernwick@larkmere.example,s-17,\n",
    );
    let staff = file.one();
    assert_eq!(staff.identifier.as_ref().unwrap().as_str(), "s-17");
    assert_eq!(staff.email.as_str(), "o.fernwick@larkmere.example");
    assert_eq!(staff.name.as_str(), "Dr Odalys Fernwick");
    assert_eq!(staff.role, Role::Doctor);
    assert_eq!(staff.ward, Given::Nothing, "no such column");
    assert_eq!(staff.bleep, Given::Is(None), "an empty cell");
    assert!(staff.active);
    assert_eq!(
        file.said(),
        [
            "ignored columns: E-Mail; known are identifier, email, name, role, specialty, grade, ward, phone, bleep, active"
        ]
    );
}

#[test]
fn every_column_of_staff_is_read() {
    let file = staff_of(
        "identifier,email,name,role,specialty,grade,ward,phone,bleep,active\n\
         s1,a@b.example,Ada Fenn,nurse,Cardiology,Senior,A2,+44 20 1,3117,no\n",
    );
    let staff = file.one();
    let text = |given| shown(given, RecordText::as_str);
    let given = [
        &staff.specialty,
        &staff.grade,
        &staff.ward,
        &staff.phone,
        &staff.bleep,
    ]
    .map(text);
    assert_eq!(given, ["Cardiology", "Senior", "A2", "+44 20 1", "3117"]);
    assert!(!staff.active);
    assert!(file.said().is_empty());
}

#[test]
fn separators_are_recognised() {
    for (separator, name) in [
        (",", "Fernwick; Odalys"),
        (";", "Fernwick, Odalys"),
        ("\t", "Fernwick, O; dalys"),
    ] {
        let header = ["identifier", "name", "ward"].join(separator);
        let row = ["900101", name, "A2"].join(separator);
        let file = patients_of(format!("{header}\n{row}\n"));
        let patient = file.one();
        assert_eq!(patient.name.as_str(), name);
        assert_eq!(shown(&patient.ward, RecordText::as_str), "A2");
    }
    // Another separator within one name of a column is no separator.
    let file = patients_of("identifier;name;ward,bed,room,floor,wing,house\n1;N;x\n");
    assert_eq!(file.one().mrn.as_str(), "1");
}

#[test]
fn columns_that_must_be_there_are_named() {
    assert_eq!(
        no_patients("identifier,nmae,ward\n1,N,A2\n").to_string(),
        "there is no column name; there are identifier, nmae, ward. A mapping file says what they are called: [columns]"
    );
    assert!(
        no_staff("identifier,name\n")
            .to_string()
            .contains("no column email, role;")
    );
    assert_eq!(
        no_patients("identifier,name,Name\n").to_string(),
        "the column Name is there twice; take one of them out"
    );
}

#[test]
fn a_first_row_of_people_is_no_header_and_is_not_repeated() {
    let said = no_patients("900101,Odalys Fernwick,1970-05-01\n").to_string();
    assert!(
        said.contains("line 1 names none of the columns identifier, name,"),
        "{said}"
    );
    assert!(
        !said.contains("Odalys") && !said.contains("900101"),
        "{said}"
    );
    assert!(no_patients("\n\n%PDF-1.7\n").to_string().contains("line 3"));
    assert!(
        no_patients("\"identifier,name\n")
            .to_string()
            .contains("quotation mark")
    );
}

#[test]
fn a_file_of_nothing_is_empty() {
    for text in ["", "\n\r\n \n", "\u{feff}", "\u{feff}\n"] {
        assert_eq!(no_patients(text).to_string(), "the file is empty");
    }
    assert!(patients_of("identifier,name").rows.is_empty());
}

#[test]
fn a_mapping_file_renames_columns() {
    let mapping =
        "[columns]\nidentifier = \"Fallnummer\"\nname = \"Patient Name\"\nrole = \"Dienstart\"";
    let file = patients_by(mapping, "patient-name;FALLNUMMER;ward\nN;1;A2\n");
    assert_eq!(file.one().mrn.as_str(), "1");
    let file = patients_by(mapping, "Patient Name;Fallnummer\n;\u{200b}x\n");
    assert_eq!(
        file.refused(),
        ["line 2: x: Patient Name: must not be empty"]
    );
    let file = patients_by(mapping, "Patient Name;Fallnummer;name\nN;1;M\n");
    assert!(
        file.said()[0].starts_with("ignored columns: name; known are Fallnummer, Patient Name,")
    );
}

#[test]
fn a_column_that_the_mapping_file_names_must_be_there() {
    let mapping =
        hims_chat_people_records::Mapping::parse("[columns]\nward = \"Station\"").unwrap();
    let text: &[u8] = b"identifier,name,Sation\n1,N,A2\n";
    let read = hims_chat_people_records::patients(text, &mapping, crate::reading::support::TODAY);
    assert!(
        read.unwrap_err()
            .to_string()
            .starts_with("there is no column Station;")
    );
}

#[test]
fn rows_with_too_few_or_too_many_fields_are_refused() {
    let file = patients_of("identifier,name,ward\n1,N\n2,N,A2,x\n3,N,A2\n\n,,\n4,N,A2,\n");
    assert_eq!(
        file.refused(),
        [
            "line 2: has 2 fields, the header has 3",
            "line 3: has 4 fields, the header has 3",
            "line 7: has 4 fields, the header has 3",
        ]
    );
    assert_eq!(file.taken().len(), 1);
    assert_eq!(file.taken()[0].mrn.as_str(), "3");
}

#[test]
fn words_of_roles_come_from_the_mapping_file() {
    let file = staff_by(
        "[roles]\nOberarzt = \"doctor\"",
        "identifier,email,name,role\n1,a@b,N,OBERARZT\n2,c@d,N,309343006\n3,e@f,N,Chirurg\n4,g@h,N,patient\n",
    );
    let roles: Vec<Role> = file.taken().iter().map(|staff| staff.role).collect();
    assert_eq!(roles, [Role::Doctor, Role::Doctor]);
    assert_eq!(
        file.refused(),
        [
            "line 4: 3: role: \"Chirurg\" is no role; it is doctor, nurse, pharmacist, receptionist or administrator, \
             or a word that [roles] of the mapping file explains",
            "line 5: 4: role: \"patient\" is no role; it is doctor, nurse, pharmacist, receptionist or administrator, \
             or a word that [roles] of the mapping file explains",
        ]
    );
}
