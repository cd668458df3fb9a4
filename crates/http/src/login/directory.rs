//! Passwords of the hospital's directory, beside those of the database.
//!
//! The database is asked first, with the same work whatever the account; then, whenever it did not know the
//! password, the directory, whether there is such an account or not. So neither the answer nor its time tells
//! which accounts have a password here, and a password that is right here goes no further.

use domain::StaffMember;
use jiff::Timestamp;
use sign_on::{Refused, admit};

use super::{SignIn, SignOn};
use crate::{app::Shell, failure::Failure, outages};

/// The words of the form.
pub(super) struct Words {
    pub(super) incomplete: &'static str,
    pub(super) wrong: &'static str,
}

impl SignIn {
    /// Whether people sign in by names that are no addresses.
    pub(super) fn takes_names(&self) -> bool {
        let ways = self.sign_on.as_ref();
        ways.is_some_and(|ways| ways.directory.is_some())
    }

    pub(super) fn words(&self) -> Words {
        if self.takes_names() {
            Words {
                incomplete: "Enter your user name or e-mail address, and your password.",
                wrong: "The name or the password is wrong.",
            }
        } else {
            Words {
                incomplete: "Enter your e-mail address and your password.",
                wrong: "The e-mail address or the password is wrong.",
            }
        }
    }
}

impl SignOn {
    /// The member of staff of this name and password in the directory; `None` when they are wrong, or there is
    /// no directory.
    ///
    /// # Errors
    /// When the directory does not answer, or does and whom it means is not to come in; also `Unavailable`.
    pub(super) async fn in_directory(
        &self,
        shell: &Shell,
        login: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<Option<StaffMember>, Failure> {
        let Some(directory) = &self.directory else {
            return Ok(None);
        };
        let assertion = match directory.sign_in(login, password).await {
            Ok(Some(assertion)) => assertion,
            Ok(None) => return Ok(None),
            Err(error) => {
                let away = format!("the hospital's directory: {error}");
                outages::noticed(shell, &ports::Error::unavailable(away));
                return Err(Failure::directory_away());
            }
        };
        match admit(&*self.sign_ons, &assertion, now).await {
            Ok(account) => Ok(Some(account.member)),
            Err(Refused::Store(error)) => Err(error.into()),
            Err(refused) => Err(Failure::not_admitted(refused.to_string())),
        }
    }
}
