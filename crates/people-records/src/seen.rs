use std::collections::HashMap;

use crate::{Place, Reason};

/// Values that may stand in a file once, with the row that has each.
#[derive(Default)]
pub(crate) struct Seen(HashMap<String, Place>);

impl Seen {
    /// Notes a value.
    ///
    /// # Errors
    /// [`Reason::Twice`] when an earlier row has it.
    pub(crate) fn note(&mut self, column: &str, value: &str, place: &Place) -> Result<(), Reason> {
        match self.0.get(value) {
            Some(first) => Err(Reason::Twice {
                column: column.to_owned(),
                first: first.clone(),
            }),
            None => {
                self.0.insert(value.to_owned(), place.clone());
                Ok(())
            }
        }
    }
}

/// An e-mail address as it is compared.
pub(crate) fn email_key(email: &domain::EmailAddress) -> String {
    email.as_str().to_lowercase()
}
