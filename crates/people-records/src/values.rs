//! Values of a file read into the types of a record. `column` is what the file calls their field.
//!
//! Characters that nobody sees are left out of names and identifiers: they come with texts that were copied, and
//! would make two people of one.

use std::str::FromStr as _;

use domain::{AllergyText, EmailAddress, Identifier, RecordText, Role, Sex};
use jiff::civil::Date;

use crate::{Mapping, Reason, Shown};

pub(crate) fn identifier(column: &str, value: &str) -> Result<Identifier, Reason> {
    Identifier::parse(&domain::one_line(value)).map_err(|why| Reason::Identifier {
        column: column.to_owned(),
        why,
    })
}

pub(crate) fn text(column: &str, value: &str) -> Result<RecordText, Reason> {
    RecordText::parse(&domain::one_line(value)).map_err(|why| Reason::Text {
        column: column.to_owned(),
        why,
    })
}

pub(crate) fn allergies(column: &str, value: &str) -> Result<AllergyText, Reason> {
    AllergyText::parse(value).map_err(|why| Reason::Allergies {
        column: column.to_owned(),
        why,
    })
}

pub(crate) fn email(column: &str, value: &str) -> Result<EmailAddress, Reason> {
    EmailAddress::parse(&domain::one_line(value)).map_err(|why| Reason::Email {
        column: column.to_owned(),
        value: Shown::new(value),
        why,
    })
}

pub(crate) fn role(mapping: &Mapping, column: &str, value: &str) -> Result<Role, Reason> {
    mapping.role(value).ok_or_else(|| Reason::Role {
        column: column.to_owned(),
        value: Shown::new(value),
    })
}

/// The words of FHIR R4's administrative gender, and their first letters as HL7 version 2 has them
/// (table 0001). `None` is unknown.
pub(crate) fn sex(column: &str, value: &str) -> Result<Option<Sex>, Reason> {
    match value.trim().to_lowercase().as_str() {
        "female" | "f" => Ok(Some(Sex::Female)),
        "male" | "m" => Ok(Some(Sex::Male)),
        "other" | "o" => Ok(Some(Sex::Other)),
        "unknown" | "u" => Ok(None),
        _ => Err(Reason::Sex {
            column: column.to_owned(),
            value: Shown::new(value),
        }),
    }
}

pub(crate) fn active(column: &str, value: &str) -> Result<bool, Reason> {
    match value.trim().to_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(Reason::Active {
            column: column.to_owned(),
            value: Shown::new(value),
        }),
    }
}

/// The first year in which somebody who is alive may have been born, generously.
const EARLIEST_YEAR: i16 = 1800;

/// A date of birth: as the mapping file says or as ISO 8601 does, there also with a time of midnight,
/// which databases put behind a date.
pub(crate) fn born(
    mapping: &Mapping,
    today: Date,
    column: &str,
    value: &str,
) -> Result<Date, Reason> {
    let value = value.trim();
    let read = match mapping.date_format() {
        Some(format) => Date::strptime(format, value).ok(),
        None => iso(value),
    };
    // A year of two digits is read as one of the first century.
    let read = read.filter(|date| date.year() >= EARLIEST_YEAR);
    let date = read.ok_or_else(|| Reason::Date {
        column: column.to_owned(),
        value: Shown::new(value),
        format: mapping.date_format().unwrap_or("1970-12-31").to_owned(),
    })?;
    not_later(column, date, today)
}

/// Checks that a birth is not still to come.
pub(crate) fn not_later(column: &str, date: Date, today: Date) -> Result<Date, Reason> {
    if date > today {
        return Err(Reason::BornLater {
            column: column.to_owned(),
            date,
        });
    }
    Ok(date)
}

/// Year, month and day with hyphens, and at most the midnight behind them.
fn iso(value: &str) -> Option<Date> {
    let (date, time) = value.split_at_checked(10)?;
    let is_midnight = [
        "",
        " 00:00",
        "T00:00",
        " 00:00:00",
        "T00:00:00",
        " 00:00:00.000",
        "T00:00:00.000",
    ];
    if !is_midnight.contains(&time) || !is_digits_and_hyphens(date) {
        return None;
    }
    Date::from_str(date).ok()
}

fn is_digits_and_hyphens(date: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| {
        if matches!(at, 4 | 7) {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    date.len() == 10 && date.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_are_iso_8601_to_the_day() {
        let today = date(2026, 11, 29);
        let read = |value| born(&Mapping::default(), today, "dob", value);
        for value in [
            "1970-05-01",
            " 1970-05-01 ",
            "1970-05-01T00:00:00",
            "1970-05-01 00:00:00.000",
        ] {
            assert_eq!(read(value), Ok(date(1970, 5, 1)), "{value}");
        }
        assert_eq!(read("2026-11-29"), Ok(today));
        assert!(matches!(read("2026-11-30"), Err(Reason::BornLater { .. })));
        for value in [
            "01/05/1970",
            "1970-5-1",
            "19700501",
            "1970-02-30",
            "1970",
            "1970-05",
            "70-05-01",
            "1970-05-01T23:00:00",
            "1970-05-01T00:00:00Z",
            "1970-W10-04",
            "äöüäöü",
            "1970-05-0é",
        ] {
            assert!(matches!(read(value), Err(Reason::Date { .. })), "{value}");
        }
    }

    #[test]
    fn dates_are_as_the_mapping_file_says() {
        let mapping = Mapping::parse("[dates]\nformat = \"%d.%m.%Y\"").unwrap();
        let read = |value| born(&mapping, date(2026, 11, 29), "geboren", value);
        assert_eq!(read("01.05.1970"), Ok(date(1970, 5, 1)));
        assert_eq!(read("1.5.1970"), Ok(date(1970, 5, 1)));
        for value in ["01.05.70", "01.05.070", "1.5", "01.05.0070"] {
            assert!(matches!(read(value), Err(Reason::Date { .. })), "{value}");
        }
        let said = read("1970-05-01").unwrap_err().to_string();
        assert_eq!(
            said,
            "geboren: \"1970-05-01\" is no date written as %d.%m.%Y"
        );
    }

    #[test]
    fn words_of_sex_and_activity() {
        for (value, sex_of_it) in [
            ("female", Some(Sex::Female)),
            ("F", Some(Sex::Female)),
            (" Male", Some(Sex::Male)),
            ("m", Some(Sex::Male)),
            ("other", Some(Sex::Other)),
            ("O", Some(Sex::Other)),
            ("unknown", None),
            ("U", None),
        ] {
            assert_eq!(sex("sex", value), Ok(sex_of_it), "{value}");
        }
        let said = sex("sex", "w").unwrap_err().to_string();
        assert_eq!(
            said,
            "sex: \"w\" is none of female, male, other, unknown (f, m, o, u)"
        );
        for (value, is_active) in [
            ("true", true),
            ("YES", true),
            ("1", true),
            ("False", false),
            ("no", false),
            ("0", false),
        ] {
            assert_eq!(active("active", value), Ok(is_active), "{value}");
        }
        assert!(active("active", "left").is_err());
    }
}
