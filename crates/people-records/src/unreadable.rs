use crate::{Shown, shown::listed};

/// A file of which nothing, or nothing more, is read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// No byte, or white space alone.
    #[error("the file is empty")]
    Empty,
    /// The first line is no text.
    #[error("line {line} is not {encoding}; save the file as UTF-8 (in Excel: \"CSV UTF-8\")")]
    NotText {
        /// The line.
        line: u64,
        /// The encoding of the file, by its byte order mark or the lack of one.
        encoding: &'static str,
    },
    /// Zero bytes between the letters.
    #[error(
        "the file holds zero bytes, as UTF-16 without a byte order mark does; save it as UTF-8"
    )]
    ZeroBytes,
    /// A first line that names no known column.
    #[error(
        "the file is neither CSV nor FHIR: line {line} names none of the columns {known}, and is no FHIR resource in JSON"
    )]
    NoHeader {
        /// The first line that is not empty.
        line: u64,
        /// The columns that are read, as the mapping file names them.
        known: String,
    },
    /// A header whose quotes do not close.
    #[error("line {line}: a quotation mark of the header is not closed")]
    HeaderQuotes {
        /// The line of the header.
        line: u64,
    },
    /// Columns that must be there.
    #[error("there is no column {}; there are {}. A mapping file says what they are called: [columns]", listed(.missing), listed(.found))]
    MissingColumns {
        /// Those that are not there.
        missing: Vec<Shown>,
        /// Those that are.
        found: Vec<Shown>,
    },
    /// Staff where patients were asked for, or the other way round.
    #[error(
        "this is a list of {of}, by its columns ({}). If it is not, rename them, or say in [columns] of the mapping file what ours are called instead", listed(.columns)
    )]
    OtherList {
        /// The people that it lists: staff or patients.
        of: &'static str,
        /// The columns that tell it, as the file names them.
        columns: Vec<Shown>,
    },
    /// A column that is there twice.
    #[error("the column {column} is there twice; take one of them out")]
    RepeatedColumn {
        /// Its name.
        column: Shown,
    },
    /// JSON that is not well formed, as a whole.
    #[error("the file begins like a FHIR Bundle and is not JSON: line {line}, character {column}")]
    NotJson {
        /// The line of the fault.
        line: usize,
        /// Position in the line, in bytes from 1.
        column: usize,
    },
    /// JSON of another kind.
    #[error("the file is JSON and holds neither a FHIR Bundle nor FHIR resources, one a line")]
    NotFhir,
    /// A Bundle of a type that is no list.
    #[error(
        "a Bundle of type {kind} is no list of records; take one of type collection, searchset, batch or transaction"
    )]
    BundleType {
        /// Its type.
        kind: Shown,
    },
    /// More than is read at once.
    #[error(
        "the Bundle is larger than {most_mb} MB; export NDJSON instead, which is read line by line"
    )]
    TooLarge {
        /// Most of it, in 1,000,000 bytes.
        most_mb: usize,
    },
    /// Not one resource of the kind.
    #[error("the file holds no {kind}")]
    NoneOfKind {
        /// The type of resource that was looked for.
        kind: &'static str,
    },
    /// The file could not be read on.
    #[error("the file cannot be read after line {line}: {source}")]
    Io {
        /// The last line that was read whole.
        line: u64,
        /// Told by the operating system.
        source: std::io::Error,
    },
}
