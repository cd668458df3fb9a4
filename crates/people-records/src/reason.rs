use domain::{
    EmailAddress, Identifier, InvalidAllergyText, InvalidEmailAddress, InvalidIdentifier,
    InvalidRecordText,
};
use jiff::civil::Date;

use crate::{Place, Shown, role::STAFF_ROLES, shown::listed};

/// A row that is not taken over: whom it is about, as far as it says so, and every reason.
///
/// As a sentence it repeats no name and no clinical text: only the values of the fields for role,
/// date, sex, e-mail and activity, and what the file calls its columns, codes and identifier systems.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", sentence(.identifier.as_ref(), .reasons))]
#[non_exhaustive]
pub struct Refusal {
    /// Identifier of whoever the row is about. Without it and `email` nobody can tell who is missing because of this row.
    pub identifier: Option<Identifier>,
    /// Their e-mail address, if it could be read; patients have none.
    pub email: Option<EmailAddress>,
    /// All that is wrong with the row; never empty.
    pub reasons: Vec<Reason>,
}

fn sentence(identifier: Option<&Identifier>, reasons: &[Reason]) -> String {
    let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    let reasons = reasons.join("; ");
    match identifier {
        Some(identifier) => format!("{}: {reasons}", Shown::new(identifier.as_str())),
        None => reasons,
    }
}

impl Refusal {
    pub(crate) fn of(reason: Reason) -> Self {
        Self {
            identifier: None,
            email: None,
            reasons: vec![reason],
        }
    }
}

/// One thing that is wrong with a row. `column` is the name that the file uses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// Bytes that are no text.
    #[error("line {line} is not {encoding}; save the file as UTF-8 (in Excel: \"CSV UTF-8\")")]
    NotText {
        /// The line with the bytes.
        line: u64,
        /// The encoding of the file, by its byte order mark or the lack of one.
        encoding: &'static str,
    },
    /// A line of more bytes than are read.
    #[error("line {line} is longer than {most} bytes")]
    LineTooLong {
        /// The line.
        line: u64,
        /// Most bytes of a line.
        most: usize,
    },
    /// A row that is not closed, or goes on behind a closed field.
    #[error(
        "a quotation mark is not closed in the {most} lines after it, or text follows a closed one; \
         a field that holds \" is written with two: \"6\"\" needle\""
    )]
    Quotes {
        /// Most lines of a row.
        most: usize,
    },
    /// Another number of fields than the header has.
    #[error("has {found} fields, the header has {expected}")]
    Fields {
        /// Fields of the row.
        found: usize,
        /// Fields of the header.
        expected: usize,
    },
    /// A field that everybody must have.
    #[error("{column}: must not be empty")]
    Empty {
        /// The column.
        column: String,
    },
    /// An identifier of the wrong form.
    #[error("{column}: {why}")]
    Identifier {
        /// The column.
        column: String,
        /// How it is wrong.
        why: InvalidIdentifier,
    },
    /// A text of the wrong form.
    #[error("{column}: {why}")]
    Text {
        /// The column.
        column: String,
        /// How it is wrong.
        why: InvalidRecordText,
    },
    /// Allergies of the wrong form.
    #[error("{column}: {why}")]
    Allergies {
        /// The column.
        column: String,
        /// How it is wrong.
        why: InvalidAllergyText,
    },
    /// No e-mail address.
    #[error("{column}: \"{value}\" {why}")]
    Email {
        /// The column.
        column: String,
        /// The value.
        value: Shown,
        /// How it is wrong.
        why: InvalidEmailAddress,
    },
    /// A word that is no role of a member of staff.
    #[error(
        "{column}: \"{value}\" is no role; it is {STAFF_ROLES}, or a word that [roles] of the mapping file explains"
    )]
    Role {
        /// The column.
        column: String,
        /// The value.
        value: Shown,
    },
    /// No date in the form that was agreed on.
    #[error("{column}: \"{value}\" is no date written as {format}")]
    Date {
        /// The column.
        column: String,
        /// The value.
        value: Shown,
        /// The form of a date.
        format: String,
    },
    /// A birth in the future.
    #[error("{column}: {date} is later than today")]
    BornLater {
        /// The column.
        column: String,
        /// The date.
        date: Date,
    },
    /// A word that is no sex.
    #[error("{column}: \"{value}\" is none of female, male, other, unknown (f, m, o, u)")]
    Sex {
        /// The column.
        column: String,
        /// The value.
        value: Shown,
    },
    /// A word that is neither yes nor no.
    #[error("{column}: \"{value}\" is neither yes nor no (true, false, 1, 0)")]
    Active {
        /// The column.
        column: String,
        /// The value.
        value: Shown,
    },
    /// A value that an earlier row has.
    #[error("{column}: is the one of {first}, and one file may hold it once")]
    Twice {
        /// The column.
        column: String,
        /// The earlier row.
        first: Place,
    },
    /// A line of an NDJSON file that is no JSON.
    #[error("is not JSON, from character {column} on; a line of NDJSON is one whole resource")]
    NotJson {
        /// Position in the line, in bytes from 1.
        column: usize,
    },
    /// JSON that is no resource.
    #[error("has no resourceType; a FHIR resource has one, such as \"Patient\"")]
    NotResource,
    /// A Bundle in a line among others, or within a Bundle.
    #[error("is a Bundle within a list; give its resources one a line, or the Bundle alone")]
    BundleWithin,
    /// An entry of a Bundle without content.
    #[error("has no resource")]
    NoResource,
    /// A resource with an element of another JSON type than FHIR R4 has.
    #[error("is not a {kind} of FHIR R4: an element is of another JSON type than the standard has")]
    WrongShape {
        /// The type of the resource.
        kind: String,
    },
    /// None of the identifiers is the hospital's own.
    #[error("has no identifier that is known as the hospital's own: set {setting} to one of its systems ({})", listed_or_none(.systems))]
    NoIdentifier {
        /// The setting of the mapping file that decides it.
        setting: &'static str,
        /// The systems that the resource has.
        systems: Vec<Shown>,
    },
    /// Several identifiers could be the hospital's own.
    #[error("has several identifiers that could be the hospital's own; set {setting} to one of its systems ({})", listed_or_none(.systems))]
    SeveralIdentifiers {
        /// The setting of the mapping file that decides it.
        setting: &'static str,
        /// The systems that the resource has.
        systems: Vec<Shown>,
    },
    /// A resource without a name.
    #[error("has no name (text, or given and family)")]
    NoName,
    /// A practitioner without an address to sign in with.
    #[error("has no e-mail address (telecom of system email whose use is work or not said)")]
    NoEmail,
    /// A practitioner of whom nothing says what they are.
    #[error(
        "has no role: no PractitionerRole names it, and the mapping file has no fhir.default_role"
    )]
    NoRole,
    /// A practitioner without a current role, where one may be unread.
    #[error(
        "has no current role, and a resource that may be one could not be read, does not tell whose it is, or is on another page"
    )]
    NoCurrentRole,
    /// A practitioner whose roles are all unknown.
    #[error(
        "has no known role: explain one of {} in [roles] of the mapping file, or set fhir.default_role", listed(.codes)
    )]
    UnknownRoles {
        /// The codes and words of their roles.
        codes: Vec<Shown>,
    },
}

fn listed_or_none(systems: &[Shown]) -> String {
    if systems.is_empty() {
        "it names none".to_owned()
    } else {
        listed(systems)
    }
}
