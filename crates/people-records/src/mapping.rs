use std::{collections::BTreeMap, str::FromStr as _};

use domain::Role;
use jiff::civil::{Date, date};
use serde::Deserialize;

use crate::{columns, role};

/// A hospital's own names for columns and roles, its form of dates and its identifier systems.
///
/// The default has our names, dates as ISO 8601 writes them, and no systems.
///
/// ```
/// use hims_chat_people_records::Mapping;
/// let mapping = Mapping::parse(
///     r#"
///     [columns]
///     identifier = "Personalnummer"
///     [roles]
///     "Oberarzt" = "doctor"
///     "http://snomed.info/sct|309343006" = "doctor"
///     [dates]
///     format = "%d/%m/%Y"
///     [fhir]
///     staff_identifier_system = "https://larkmere.example/staff"
///     patient_identifier_system = "https://larkmere.example/mrn"
///     default_role = "nurse"
///     "#,
/// );
/// assert!(mapping.is_ok());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    columns: BTreeMap<String, String>,
    /// By the folded word.
    roles: BTreeMap<String, Role>,
    date_format: Option<String>,
    pub(crate) staff_system: Option<String>,
    pub(crate) patient_system: Option<String>,
    pub(crate) default_role: Option<Role>,
}

/// The first thing that is wrong with a mapping file: the key, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidMapping(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    columns: BTreeMap<String, String>,
    #[serde(default)]
    roles: BTreeMap<String, String>,
    #[serde(default)]
    dates: Dates,
    #[serde(default)]
    fhir: Fhir,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dates {
    format: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fhir {
    staff_identifier_system: Option<String>,
    patient_identifier_system: Option<String>,
    default_role: Option<String>,
}

impl Mapping {
    /// Reads a mapping file, which is TOML.
    ///
    /// # Errors
    /// [`InvalidMapping`] for the first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, InvalidMapping> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file: File = toml::from_str(text).map_err(|error| not_toml(text, &error))?;
        let roles = file.roles.into_iter().map(|(word, ours)| {
            let role = staff_role(&format!("[roles] \"{word}\""), &ours)?;
            Ok((role::key(&word), role))
        });
        Ok(Self {
            columns: read_columns(file.columns)?,
            roles: roles.collect::<Result<_, _>>()?,
            date_format: file.dates.format.map(read_format).transpose()?,
            staff_system: read_system(
                "staff_identifier_system",
                file.fhir.staff_identifier_system,
            )?,
            patient_system: read_system(
                "patient_identifier_system",
                file.fhir.patient_identifier_system,
            )?,
            default_role: file
                .fhir
                .default_role
                .map(|role| staff_role("[fhir] default_role", &role))
                .transpose()?,
        })
    }

    /// The name that the hospital gives one of our columns, and whether the mapping file says so.
    pub(crate) fn column<'a>(&'a self, ours: &'a str) -> (&'a str, bool) {
        match self.columns.get(ours) {
            Some(theirs) => (theirs, true),
            None => (ours, false),
        }
    }

    /// The role of a word or code: the hospital's own words first, then ours, then the usual codes.
    pub(crate) fn role(&self, word: &str) -> Option<Role> {
        let key = role::key(word);
        self.roles.get(&key).copied().or_else(|| role::usual(&key))
    }

    /// The form of dates in CSV, if it is not ISO 8601.
    pub(crate) fn date_format(&self) -> Option<&str> {
        self.date_format.as_deref()
    }
}

fn not_toml(text: &str, error: &toml::de::Error) -> InvalidMapping {
    let line = error
        .span()
        .and_then(|span| text.get(..span.start))
        .map(|before| before.matches('\n').count() + 1);
    let message = error.message().trim_end().replace('\n', ", ");
    InvalidMapping(match line {
        Some(line) => format!("line {line}: {message}"),
        None => message,
    })
}

fn staff_role(key: &str, word: &str) -> Result<Role, InvalidMapping> {
    match Role::from_str(word.trim()) {
        Ok(role) if role != Role::Patient => Ok(role),
        _ => Err(InvalidMapping(format!(
            "{key}: \"{word}\" is no role; it is {}",
            role::STAFF_ROLES
        ))),
    }
}

fn read_columns(
    named: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, InvalidMapping> {
    let known = || {
        let patients = columns::PATIENTS.columns.iter();
        patients.chain(columns::STAFF.columns)
    };
    for (ours, theirs) in &named {
        if !known().any(|column| column.name == ours) {
            return Err(InvalidMapping(format!(
                "[columns] {ours}: is no column of ours; it is one of {} (staff) or {} (patients)",
                columns::names(&columns::STAFF),
                columns::names(&columns::PATIENTS),
            )));
        }
        let key = columns::key(theirs);
        if key.is_empty() {
            return Err(InvalidMapping(format!(
                "[columns] {ours}: is the name of a column in the file and must not be empty"
            )));
        }
        let same = |(other, name): (&String, &String)| other != ours && columns::key(name) == key;
        if named.iter().any(same) {
            return Err(InvalidMapping(format!(
                "[columns] {ours}: the column \"{theirs}\" is named for another one as well"
            )));
        }
        // Otherwise one column of the file would be read as two of ours.
        let is_ours = |column: &&columns::Column| columns::key(column.name) == key;
        if let Some(other) = known().find(is_ours)
            && other.name != ours
            && !named.contains_key(other.name)
        {
            return Err(InvalidMapping(format!(
                "[columns] {ours}: \"{theirs}\" is the name of another column of ours; name a column for {} as well",
                other.name
            )));
        }
    }
    Ok(named)
}

fn read_system(key: &str, system: Option<String>) -> Result<Option<String>, InvalidMapping> {
    match system {
        Some(system) if system.trim().is_empty() => Err(InvalidMapping(format!(
            "[fhir] {key}: is the system of an identifier, such as \"https://hospital.example/mrn\""
        ))),
        system => Ok(system.map(|system| system.trim().to_owned())),
    }
}

/// A form of dates that tells every day from every other one.
fn read_format(format: String) -> Result<String, InvalidMapping> {
    // A birthday a century before another one: a year of two digits does not survive.
    let telling: [Date; 2] = [date(1926, 11, 3), date(2025, 2, 28)];
    let survives = |day: &Date| {
        jiff::fmt::strtime::format(&format, *day)
            .and_then(|text| Date::strptime(&format, text))
            .is_ok_and(|read| read == *day)
    };
    if telling.iter().all(survives) {
        Ok(format)
    } else {
        Err(InvalidMapping(format!(
            "[dates] format: \"{format}\" does not tell day, month and year of four digits; \
             such a form is %d/%m/%Y, %d.%m.%Y or %Y%m%d"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Mapping::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_wrong_mapping_names_the_key_and_what_would_be_right() {
        for (text, words) in [
            (
                "[column]\nname = \"n\"",
                &["line 1", "column", "columns"] as &[_],
            ),
            (
                "[fhir]\nsystem = \"x\"",
                &["line 2", "system", "staff_identifier_system"],
            ),
            ("[dates]\nformat = 3", &["line 2", "string"]),
            (
                "[dates]\nformat = \"%d/%m/%y\"",
                &["[dates] format", "%d/%m/%Y"],
            ),
            ("[dates]\nformat = \"%d/%Y\"", &["[dates] format"]),
            ("[dates]\nformat = \"DD.MM.YYYY\"", &["[dates] format"]),
            (
                "[columns]\nmrn = \"MRN\"",
                &["[columns] mrn", "identifier", "date_of_birth"],
            ),
            (
                "[columns]\nname = \" \"",
                &["[columns] name", "must not be empty"],
            ),
            (
                "[columns]\nname = \"n\"\nward = \"N\"",
                &["[columns] name", "as well"],
            ),
            ("[columns]\nbed = \"Ward\"", &["[columns] bed", "ward"]),
            (
                "[roles]\nArzt = \"physician\"",
                &["[roles] \"Arzt\"", "physician", "doctor"],
            ),
            (
                "[roles]\nArzt = \"patient\"",
                &["[roles] \"Arzt\"", "patient"],
            ),
            (
                "[fhir]\ndefault_role = \"chef\"",
                &["[fhir] default_role", "chef"],
            ),
            (
                "[fhir]\npatient_identifier_system = \"\"",
                &["patient_identifier_system"],
            ),
            ("[columns\n", &["line 1"]),
        ] {
            let said = refused(text);
            for word in words {
                assert!(said.contains(word), "{text}: {said}");
            }
            assert!(!said.contains('\n'), "one line: {said}");
        }
    }

    #[test]
    fn words_of_a_role_are_the_hospitals_first() {
        let mapping =
            Mapping::parse("[roles]\n\" OBERARZT \" = \"Doctor\"\nnurse = \"pharmacist\"");
        let mapping = mapping.unwrap();
        assert_eq!(mapping.role("Oberarzt"), Some(Role::Doctor));
        assert_eq!(mapping.role("Nurse"), Some(Role::Pharmacist));
        assert_eq!(mapping.role("receptionist"), Some(Role::Receptionist));
        assert_eq!(mapping.role("patient"), None);
        assert_eq!(mapping.role("Chirurg"), None);
    }

    #[test]
    fn columns_may_change_places() {
        let mapping = Mapping::parse("[columns]\nward = \"bed\"\nbed = \"ward\"").unwrap();
        assert_eq!(mapping.column("ward"), ("bed", true));
        assert_eq!(mapping.column("name"), ("name", false));
    }

    #[test]
    fn an_empty_file_is_the_default() {
        let mapping = Mapping::parse("\u{feff}").unwrap();
        assert_eq!(mapping.date_format(), None);
        assert_eq!(mapping.default_role, None);
    }
}
