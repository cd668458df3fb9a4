use std::fmt;

use crate::Shown;

/// Part of a file, as its reader finds it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A row of a CSV file or a resource of an NDJSON file.
    Line {
        /// The line where it begins, as an editor counts: from 1, with every line break.
        line: u64,
        /// Type and id of the resource, such as `Patient/7`, if it has any.
        resource: Option<String>,
    },
    /// A resource of a FHIR Bundle.
    Entry {
        /// Index in `Bundle.entry`, from 0 as in FHIRPath.
        index: usize,
        /// Type and id of the resource, such as `Patient/7`, if it has any.
        resource: Option<String>,
    },
}

impl Place {
    pub(crate) fn line(line: u64) -> Self {
        Self::Line {
            line,
            resource: None,
        }
    }

    pub(crate) fn entry(index: usize) -> Self {
        Self::Entry {
            index,
            resource: None,
        }
    }

    /// Its place among the others of its file. Lines may follow a Bundle, and never come before one.
    pub(crate) fn order(&self) -> (bool, u64) {
        match self {
            Self::Line { line, .. } => (true, *line),
            Self::Entry { index, .. } => (false, u64::try_from(*index).unwrap_or(u64::MAX)),
        }
    }

    /// The same place, with what stands there.
    pub(crate) fn of(mut self, name: Option<String>) -> Self {
        let (Self::Line { resource, .. } | Self::Entry { resource, .. }) = &mut self;
        *resource = name;
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resource = match self {
            Self::Line { line, resource } => {
                write!(f, "line {line}")?;
                resource
            }
            Self::Entry { index, resource } => {
                write!(f, "Bundle.entry[{index}]")?;
                resource
            }
        };
        match resource {
            Some(resource) => write!(f, " ({})", Shown::new(resource)),
            None => Ok(()),
        }
    }
}
