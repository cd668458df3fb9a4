//! Names, identities and sizes in words.

use super::LocalTime;
use domain::beginning;
use jiff::civil::Date;

/// `Nephrology · registrar`, from whichever of the two is known.
pub(crate) fn person_detail(specialty: &str, grade: &str) -> String {
    [specialty, grade]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Title and surname: `Dr Lisle` of `Dr Kwabena Lisle`. A name without a title stays whole.
pub(crate) fn short_name(name: &str) -> String {
    match (
        name.split_whitespace().next(),
        name.split_whitespace().next_back(),
    ) {
        (Some(title @ ("Dr" | "Prof" | "Mr" | "Ms" | "Mrs")), Some(surname))
            if title != surname =>
        {
            format!("{title} {surname}")
        }
        _ => name.trim().to_owned(),
    }
}

/// `67, F`: whole years today, or the sex alone when the date of birth is unknown.
pub(crate) fn age_sex(born: Option<Date>, sex: &str, clock: &LocalTime) -> String {
    let today = clock.today();
    let Some(born) = born.filter(|born| *born <= today) else {
        return sex.to_owned();
    };
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    let years = today.year() - born.year() - i16::from(!had_birthday);
    if sex.is_empty() {
        years.to_string()
    } else {
        format!("{years}, {sex}")
    }
}

/// The start of a message on one line, at most `limit` characters.
pub(crate) fn preview(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let start = beginning(&line, limit);
    if start.len() == line.len() {
        return line;
    }
    format!("{}…", start.trim_end())
}

/// `212 KB`: whole units of 1,000 bytes, one decimal below ten megabytes.
pub(super) fn size_label(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        1_000_000..10_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{civil::date, tz::TimeZone};

    #[test]
    fn people_are_named_short_without_losing_the_title() {
        assert_eq!(short_name("Dr Imara Okello-Voss"), "Dr Okello-Voss");
        assert_eq!(short_name("Registry"), "Registry");
        assert_eq!(short_name("Dr"), "Dr");
        assert_eq!(
            person_detail("Nephrology", "registrar"),
            "Nephrology · registrar"
        );
        assert_eq!(person_detail("", "registrar"), "registrar");
    }

    #[test]
    fn age_turns_on_the_birthday() {
        let on = |text: &str| LocalTime::new(TimeZone::UTC, text.parse().unwrap());
        let born = Some(date(1959, 11, 22));
        assert_eq!(age_sex(born, "F", &on("2026-11-21T23:59:00Z")), "66, F");
        assert_eq!(age_sex(born, "F", &on("2026-11-22T00:00:00Z")), "67, F");
        assert_eq!(age_sex(born, "", &on("2026-11-22T00:00:00Z")), "67");
        assert_eq!(age_sex(None, "F", &on("2026-11-22T00:00:00Z")), "F");
        let unborn = Some(date(2027, 1, 1));
        assert_eq!(age_sex(unborn, "F", &on("2026-11-22T00:00:00Z")), "F");
    }

    #[test]
    fn previews_are_cut_between_characters() {
        assert_eq!(preview("a\n b", 10), "a b");
        assert_eq!(preview("ÄÖÜ ß", 4), "ÄÖÜ…");
        assert_eq!(preview("ÄÖÜ", 3), "ÄÖÜ");
    }

    #[test]
    fn files_are_described_in_words() {
        assert_eq!(size_label(999), "999 B");
        assert_eq!(size_label(212_400), "212 KB");
        assert_eq!(size_label(1_250_000), "1.2 MB");
        assert_eq!(size_label(25_000_000), "25 MB");
    }
}
