//! Reading the fields of a request: every wrong one is named, not just the first.

use std::fmt::Display;

use crate::failure::{Failure, FieldError};

/// Collects what is wrong.
#[derive(Default)]
pub(crate) struct Fields {
    errors: Vec<FieldError>,
}

impl Fields {
    /// The value of a parsed field, or `None` and a note of what is wrong.
    pub(crate) fn take<T, E: Display>(
        &mut self,
        field: &'static str,
        parsed: Result<T, E>,
    ) -> Option<T> {
        parsed.map_err(|error| self.wrong(field, error)).ok()
    }

    /// The same for a field that may be left out.
    pub(crate) fn take_option<T, E: Display>(
        &mut self,
        field: &'static str,
        parsed: Option<Result<T, E>>,
    ) -> Option<T> {
        self.take(field, parsed.transpose()).flatten()
    }

    /// A field that must be there.
    pub(crate) fn require<T>(&mut self, field: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.wrong(field, "is required");
        }
        value
    }

    /// Notes that a field is wrong.
    pub(crate) fn wrong(&mut self, field: &'static str, message: impl Display) {
        self.errors.push(FieldError {
            field: field.to_owned(),
            message: message.to_string(),
        });
    }

    /// Whether all was right.
    ///
    /// # Errors
    /// A 422 that names every wrong field.
    pub(crate) fn check(self) -> Result<(), Failure> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Failure::invalid(self.errors))
        }
    }

    /// The values, once all was right.
    ///
    /// # Errors
    /// A 422 that names every wrong field.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Failure> {
        self.check()?;
        value.ok_or_else(Failure::internal)
    }
}
