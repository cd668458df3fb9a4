//! A list of staff given as one of patients, and the other way round.

use hims_chat_people_records::{Mapping, patients, staff};

use crate::reading::support::{TODAY, no_patients, no_staff, patients_by, patients_of, staff_of};

const RENAMED: &str = "[columns]\nemail = \"Dienst-Mail\"\nrole = \"Dienstart\"\n";

#[test]
fn a_list_of_staff_is_no_list_of_patients() {
    for header in [
        "identifier,name,E-mail,role,email",
        "email;Role;identifier;name;ward",
    ] {
        let said = no_patients(format!("{header}\n1,N,x,nurse,a@b\n")).to_string();
        assert!(
            said.starts_with("this is a list of staff, by its columns (email, "),
            "{said}"
        );
    }
    // One of the two may stand in a list of patients.
    for header in ["identifier,name,email", "identifier,name,role"] {
        assert_eq!(patients_of(format!("{header}\n1,N,x\n")).taken().len(), 1);
    }
}

#[test]
fn a_list_of_patients_is_no_list_of_staff() {
    for (header, column) in [
        ("identifier,name,Date of birth,sex", "Date of birth"),
        ("identifier,name,BED", "BED"),
        ("identifier,email,name,role,bed", "bed"),
    ] {
        assert_eq!(
            no_staff(format!("{header}\n")).to_string(),
            format!(
                "this is a list of patients, by its columns ({column}). If it is not, rename them, \
                 or say in [columns] of the mapping file what ours are called instead"
            )
        );
    }
    let both = "identifier,email,name,role,ward,sex\n1,a@b,N,nurse,A2,f\n";
    assert_eq!(staff_of(both).taken().len(), 1, "a ward tells neither");
}

#[test]
fn the_mapping_file_says_what_the_columns_are_called() {
    let mapping = Mapping::parse(RENAMED).unwrap();
    let text: &[u8] = b"identifier,name,Dienst-Mail,Dienstart\n1,N,a@b,nurse\n";
    assert!(staff(text, &mapping, TODAY).is_ok());
    let error = patients(text, &mapping, TODAY).unwrap_err().to_string();
    assert!(
        error.contains("of staff, by its columns (Dienst-Mail, Dienstart)"),
        "{error}"
    );
    // What the file calls "email" and "role" is then something else, such as of the next of kin.
    let file = patients_by(RENAMED, "identifier,name,email,role\n1,N,a@b,daughter\n");
    assert_eq!(file.one().mrn.as_str(), "1");
}
