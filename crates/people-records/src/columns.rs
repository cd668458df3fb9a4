//! The columns of a CSV file.

/// A column that is read.
#[derive(Debug)]
pub(crate) struct Column {
    /// Our name of it.
    pub(crate) name: &'static str,
    /// Whether a file without it is refused.
    pub(crate) required: bool,
}

const fn required(name: &'static str) -> Column {
    Column {
        name,
        required: true,
    }
}

const fn optional(name: &'static str) -> Column {
    Column {
        name,
        required: false,
    }
}

/// One of the two lists of people.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) columns: &'static [Column],
    /// The people of the other list, as a sentence has them.
    pub(crate) other: &'static str,
    /// Columns of the other list. A file that has all of one group is that list.
    pub(crate) tells_other: &'static [&'static [&'static str]],
}

pub(crate) const PATIENTS: List = List {
    columns: OF_PATIENTS,
    other: "staff",
    tells_other: &[&["email", "role"]],
};

pub(crate) const STAFF: List = List {
    columns: OF_STAFF,
    other: "patients",
    tells_other: &[&["date_of_birth"], &["bed"]],
};

const OF_PATIENTS: &[Column] = &[
    required("identifier"),
    required("name"),
    optional("date_of_birth"),
    optional("sex"),
    optional("ward"),
    optional("bed"),
    optional("allergies"),
    optional("replaced_by"),
];

const OF_STAFF: &[Column] = &[
    required("identifier"),
    required("email"),
    required("name"),
    required("role"),
    optional("specialty"),
    optional("grade"),
    optional("ward"),
    optional("phone"),
    optional("bleep"),
    optional("active"),
];

/// Our names, as a sentence has them.
pub(crate) fn names(list: &List) -> String {
    let names: Vec<&str> = list.columns.iter().map(|column| column.name).collect();
    names.join(", ")
}

/// The name of a column as it is compared: "Date of birth" is `date_of_birth`.
pub(crate) fn key(name: &str) -> String {
    let name = domain::one_line(name).to_lowercase();
    name.replace([' ', '-'], "_")
}
